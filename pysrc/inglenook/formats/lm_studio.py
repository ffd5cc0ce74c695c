"""Conversations of LM Studio, one file each.

This file knows `*.conversation.json` since version 0.3: every message has
versions, of which one is selected and the rest of the chat follows only that.
There are no times but those of the conversation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.model import Author, Json, Part, Reasoning, Text, ToolCall, ToolResult, Unknown, Usage
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.typed_content import json_text, result_text

SYSTEM: Final = "lm-studio"
NAME: Final = "LM Studio"

_TOP: Final = (
    "name",
    "pinned",
    "createdAt",
    "systemPrompt",
    "messages",
    "tokenCount",
    "userLastMessagedAt",
    "assistantLastMessagedAt",
)
_PROMPT: Final = "llm.prediction.systemPrompt"
_STOPPED: Final = ("userStopped", "failed")


def sniff(head: Head) -> Match | None:
    messages = arr(head.top.get("messages")) if head.kind == "object" else []
    if any("versions" in obj(message) and "currentlySelected" in obj(message) for message in messages[:5]):
        return Match("conversation")
    empty = head.kind == "object" and {"perChatPredictionConfig", "messages", "clientInput"} <= head.top.keys()
    return Match("conversation") if empty else None


def read(document: Document) -> Iterator[Found]:
    value = obj(document.value())
    times = [value.get(name) for name in ("userLastMessagedAt", "assistantLastMessagedAt") if count(value.get(name))]
    draft = Draft(
        SYSTEM, document.stem, title=value.get("name"), created=value.get("createdAt"), updated=max(times, default=None)
    )
    draft.source_id = text_of(value.get("createdAt")) or document.stem
    draft.pinned = value.get("pinned") is True
    draft.rest = rest_of(value, *_TOP)
    prompt = text(value.get("systemPrompt")) or _own_prompt(value)
    parent = draft.add("system", [Text(prompt)], id="system prompt", parent=None) if prompt else None
    for place, message in enumerate(arr(value.get("messages"))):
        versions = arr(obj(message).get("versions"))
        selected = obj(message).get("currentlySelected")
        made = [_add(draft, obj(version), f"message {place} version {n}", parent) for n, version in enumerate(versions)]
        if made:
            parent = made[selected if type(selected) is int and 0 <= selected < len(made) else -1]
        else:
            document.problem(f"Message {place + 1:,} has no version and was left out.")
    yield draft.finish(parent, document.text())


def _own_prompt(value: Json) -> str:
    fields = arr(obj(value.get("perChatPredictionConfig")).get("fields"))
    return next((text(obj(field).get("value")) for field in fields if obj(field).get("key") == _PROMPT), "")


def _add(draft: Draft, version: Json, id: str, parent: str | None) -> str:
    role = role_of(version.get("role"), "user")
    parts: list[Part] = []
    info: Json = {}
    if isinstance(version.get("steps"), list):
        for step in map(obj, version["steps"]):
            parts += _step(draft, step)
            info = obj(step.get("genInfo")) or info
    else:
        parts = _content(draft, version.get("content"))
    stats = obj(info.get("stats"))
    name = text(obj(version.get("senderInfo")).get("senderName"))
    model = text(info.get("identifier")) or text(info.get("indexedModelIdentifier")) or name
    stopped = text(stats.get("stopReason"))
    total, first = stats.get("totalTimeSec"), stats.get("timeToFirstTokenSec")
    return draft.add(
        role,
        parts,
        id=id,
        parent=parent,
        author=Author(model=model, name=name if name != model else "") if role == "assistant" and model else NOBODY,
        usage=Usage(
            prompt_tokens=count(stats.get("promptTokensCount")),
            completion_tokens=count(stats.get("predictedTokensCount")),
            duration_ms=_ms(total),
            first_token_ms=_ms(first),
        ),
        status="interrupted" if stopped in _STOPPED else "done",
        finish_reason=stopped or None,
        rest=rest_of(version, "role", "type", "content", "steps", "senderInfo", "preprocessed"),
    )


def _ms(seconds: Any) -> int | None:
    return count(seconds * 1000) if isinstance(seconds, int | float) and not isinstance(seconds, bool) else None


def _step(draft: Draft, step: Json) -> list[Part]:
    match step.get("type"):
        case "contentBlock":
            parts = _content(draft, step.get("content"))
            if obj(step.get("style")).get("type") == "thinking":
                return [Reasoning(part.text) if isinstance(part, Text) else part for part in parts]
            return parts
        case "debugInfoBlock" | "status" | "toolStatus" | None:
            return []
    return [Unknown(text(step.get("type")), step)]


def _content(draft: Draft, content: Any) -> list[Part]:
    if isinstance(content, str):
        return [Text(content)] if content else []
    parts: list[Part] = []
    said: list[str] = []
    for piece in map(obj, arr(content)):
        kind = piece.get("type")
        if kind == "text":
            said.append(text(piece.get("text")))
            continue
        if "".join(said):
            parts.append(Text("".join(said)))
        said = []
        match kind:
            case "toolCallRequest":
                call = text_of(piece.get("toolCallRequestId")) or text_of(piece.get("callId"))
                parts.append(ToolCall(call, text(piece.get("name")), json_text(piece.get("parameters"))))
            case "toolCallResult":
                parts.append(ToolResult(text_of(piece.get("toolCallId")), result_text(piece.get("content"))))
            case "file":
                name, form = text_of(piece.get("fileIdentifier")), text(piece.get("fileType"))
                shape = "image" if form == "image" else "file"
                parts.append(draft.attach(None, kind=shape, name=name, size=count(piece.get("sizeBytes")) or 0))
            case _ if piece:
                parts.append(Unknown(text(kind), piece))
    if "".join(said):
        parts.append(Text("".join(said)))
    return parts
