"""Conversations of LM Studio, one file each.

This file knows `*.conversation.json` since version 0.3: every message has
versions, of which one is selected and the rest of the chat follows only that.
There are no times but those of the conversation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from inglenook.core.model import Author, Json, Part, Reasoning, Status, Text, ToolCall, ToolResult, Unknown, Usage
from inglenook.core.nesting import too_deep
from inglenook.formats.reading.document import Document, last_part
from inglenook.formats.reading.draft import NOBODY, Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.jsonvalue import loads
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.typed_content import json_text, result_text

SYSTEM: Final = "lm-studio"
NAME: Final = "LM Studio"

_TOP: Final = (
    "name", "pinned", "createdAt", "systemPrompt", "messages", "tokenCount", "userLastMessagedAt",
    "assistantLastMessagedAt",
)  # fmt: skip
_PROMPT: Final = "llm.prediction.systemPrompt"
_STATES: Final[dict[str, Status]] = {"userStopped": "interrupted", "failed": "failed"}
# Steps that only say how far the program was.
_SILENT: Final = ("debugInfoBlock", "status", "toolStatus")
# “Thought for 1.2 seconds”; the words are those of the program's language.
_SECONDS: Final = re.compile(r"\D*(\d{1,6}(?:[.,]\d{1,6})?)\s*[sS]\w*\W*")


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
        SYSTEM,
        text_of(value.get("createdAt")) or document.stem,
        title=value.get("name"),
        created=value.get("createdAt"),
        updated=max(times, default=None),
    )
    draft.pinned = value.get("pinned") is True
    draft.folder = _folder(document.name)
    draft.model = text(obj(value.get("lastUsedModel")).get("identifier"))
    draft.rest = rest_of(value, *_TOP)
    prompt = text(value.get("systemPrompt")) or _own_prompt(value)
    parent = draft.add("system", [Text(prompt)], id=f"{draft.source_id}/prompt", parent=None) if prompt else None
    for place, message in enumerate(arr(value.get("messages"))):
        versions = arr(obj(message).get("versions"))
        selected = obj(message).get("currentlySelected")
        made = [
            _add(draft, document, obj(version), f"{draft.source_id}/{place}/{number}", parent)
            for number, version in enumerate(versions)
        ]
        if made:
            parent = made[selected if type(selected) is int and 0 <= selected < len(made) else -1]
        else:
            document.problem(f"Message {place + 1:,} has no version and was left out.")
    yield draft.finish(parent, document.text())


def _folder(name: str) -> str:
    """The program's folder that a conversation lies in, if it was given with the whole of `conversations`."""
    _, mark, rest = f"/{name}".replace("\\", "/").rpartition("/conversations/")
    return rest.rpartition("/")[0] if mark else ""


def _own_prompt(value: Json) -> str:
    fields = arr(obj(value.get("perChatPredictionConfig")).get("fields"))
    return next((text(obj(field).get("value")) for field in fields if obj(field).get("key") == _PROMPT), "")


def _add(draft: Draft, document: Document, version: Json, id: str, parent: str | None) -> str:
    role = role_of(version.get("role"), "user")
    steps = [obj(step) for step in arr(version.get("steps"))]
    answered = _answered([version, *steps])
    parts = [part for step in steps for part in _step(draft, document, step, answered)]
    if not isinstance(version.get("steps"), list):
        parts = _content(draft, document, version.get("content"), answered)
    rounds = [info for step in steps if (info := obj(step.get("genInfo")))]
    info = rounds[-1] if rounds else {}
    stopped = text(obj(info.get("stats")).get("stopReason"))
    name = text(obj(version.get("senderInfo")).get("senderName"))
    model = text(info.get("identifier")) or text(info.get("indexedModelIdentifier")) or name
    author = Author(model=model, name=name if name != model else "")
    rest = rest_of(version, "role", "type", "content", "steps", "senderInfo", "currentlySelected")
    if obj(rest.get("preprocessed")).get("content") == version.get("content"):
        rest.pop("preprocessed", None)
    return draft.add(
        role,
        parts,
        id=id,
        parent=parent,
        author=author if role == "assistant" else NOBODY,
        usage=_usage([obj(each.get("stats")) for each in rounds]),
        status=_STATES.get(stopped, "done"),
        finish_reason=stopped or None,
        rest=rest,
    )


def _usage(rounds: list[Json]) -> Usage:
    """What all rounds took: between them a tool was asked."""

    def total(counts: Iterable[int | None]) -> int | None:
        known = [each for each in counts if each is not None]
        return sum(known) if known else None

    return Usage(
        prompt_tokens=total(count(stats.get("promptTokensCount")) for stats in rounds),
        completion_tokens=total(count(stats.get("predictedTokensCount")) for stats in rounds),
        duration_ms=total(_ms(stats.get("totalTimeSec")) for stats in rounds),
        first_token_ms=_ms(rounds[0].get("timeToFirstTokenSec")) if rounds else None,
    )


def _ms(seconds: Any) -> int | None:
    return count(seconds * 1000) if isinstance(seconds, int | float) and not isinstance(seconds, bool) else None


def _answered(holders: list[Json]) -> set[str]:
    """The ids of calls as results name them."""
    pieces = [obj(piece) for holder in holders for piece in arr(holder.get("content"))]
    return {_id(piece, "toolCallId", "toolCallRequestId", "callId") for piece in pieces if _is_result(piece)}


def _is_result(piece: Json) -> bool:
    return piece.get("type") == "toolCallResult"


def _id(piece: Json, *names: str) -> str:
    return next((id for name in names if (id := text_of(piece.get(name)))), "")


def _step(draft: Draft, document: Document, step: Json, answered: set[str]) -> list[Part]:
    if step.get("type") == "contentBlock":
        parts = _content(draft, document, step.get("content"), answered)
        style = obj(step.get("style"))
        if style.get("type") != "thinking":
            return parts
        took = _SECONDS.fullmatch(text(style.get("title"))[:100])
        lasted = round(float(took[1].replace(",", ".")) * 1000) if took else None
        return [Reasoning(p.text, duration_ms=lasted) if isinstance(p, Text) else p for p in parts]
    return [Unknown(text(step.get("type")) or "step", step)] if step and step.get("type") not in _SILENT else []


def _content(draft: Draft, document: Document, content: Any, answered: set[str]) -> list[Part]:
    """The parts of a content; texts that follow each other are one."""
    parts: list[Part] = []
    said: list[str] = []
    for piece in [{"type": "text", "text": content}] if isinstance(content, str) else map(obj, arr(content)):
        if piece.get("type") == "text":
            said.append(text(piece.get("text")))
            continue
        parts += [Text(words)] if (words := "".join(said)) else []
        said = []
        parts += [_piece(draft, document, piece, answered)] if piece else []
    return [*parts, Text(words)] if (words := "".join(said)) else parts


def _piece(draft: Draft, document: Document, piece: Json, answered: set[str]) -> Part:
    match piece.get("type"):
        case "toolCallRequest":
            ids = [id for name in ("toolCallRequestId", "callId") if (id := text_of(piece.get(name)))]
            call = next((id for id in ids if id in answered), ids[0] if ids else "")
            asked = piece.get("parameters") if "parameters" in piece else piece.get("arguments")
            return ToolCall(call, text(piece.get("name")), json_text(asked))
        case "toolCallResult":
            call = _id(piece, "toolCallId", "toolCallRequestId", "callId")
            return ToolResult(call, _told(piece.get("content")), text(piece.get("name")))
        case "file":
            name = text_of(piece.get("fileIdentifier"))
            shape = "image" if piece.get("fileType") == "image" else "file"
            held = document.beside.use(last_part(name)) if name else None
            return draft.attach(held, kind=shape, name=name, size=count(piece.get("sizeBytes")) or 0)
    return Unknown(text(piece.get("type")) or "content", piece)


def _told(content: Any) -> str:
    """What a tool said; its pieces of text may come as JSON in a text."""
    if isinstance(content, str) and content.startswith("[{") and not too_deep(content):
        try:
            pieces = loads(content)
        except ValueError:
            return content
        return result_text(pieces) if all("text" in obj(piece) for piece in arr(pieces)) else content
    return result_text(content)
