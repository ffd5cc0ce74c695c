"""Conversations of the web page of llama.cpp's server, in every form that it has saved them.

This file knows JSON Lines with sessions (2026), JSON with `conv` and `messages`
(2025), and the older single objects with numbers as ids. The tree is in
`parent` and `children`; the shown path ends at `currNode`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Json, Part, Reasoning, Text, ToolResult, Unknown, Usage
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.typed_content import spoken, tool_calls

SYSTEM: Final = "llama-cpp"
NAME: Final = "llama.cpp"

_THOUGHT: Final = ("<<<reasoning_content_start>>>", "<<<reasoning_content_end>>>")
_CONV: Final = ("id", "name", "lastModified", "currNode", "messages", "pinned", "type", "harness")
_TAKEN: Final = (
    "id", "convId", "type", "timestamp", "role", "content", "parent", "children", "thinking", "reasoningContent",
    "toolCalls", "toolCallId", "model", "timings", "extra", "completionId", "tool_calls",
)  # fmt: skip


def sniff(head: Head) -> Match | None:
    if head.kind in ("lines", "object") and any(_is_session(item) for item in head.items[:50]):
        return Match("sessions")
    if head.kind == "object" and _is_pair(head.top):
        return Match("conversation")
    if head.kind == "array" and any(_is_pair(item) for item in head.items[:20]):
        return Match("conversations")
    return None


def _is_session(item: Any) -> bool:
    return obj(item).get("type") == "session" and "harness" in item


def _is_pair(item: Any) -> bool:
    if not isinstance(item, dict) or not isinstance(item.get("messages"), list):
        return False
    conv = item.get("conv")
    if isinstance(conv, dict):
        return "currNode" in conv or "lastModified" in conv or text(conv.get("id")).startswith("conv-")
    # The oldest form has no `conv`; its ids tell.
    return text(item.get("id")).startswith("conv-") and "lastModified" in item


def read(document: Document) -> Iterator[Found]:
    head = document.head
    if any(_is_session(item) for item in head.items):
        pairs = _sessions(document)
    elif head.kind == "array":
        pairs = ((obj(e.value), e.raw) for e in document.elements())
    else:
        pairs = iter(((obj(document.value()), document.text()),))
    for number, (value, raw) in enumerate(pairs, 1):
        try:
            yield conversation(obj(value.get("conv")) or value, arr(value.get("messages")), raw)
        except BadFile as error:
            document.problem(f"Entry {number:,} was left out: {error.message}")


def _sessions(document: Document) -> Iterator[tuple[Json, str]]:
    """Each session with the messages after it."""
    conv: Json | None = None
    messages: list[Any] = []
    raw: list[str] = []
    for line in document.lines():
        value = obj(line.value)
        if value.get("type") == "session":
            if conv is not None:
                yield {"conv": conv, "messages": messages}, "\n".join(raw)
            conv, messages, raw = value, [], []
        elif value.get("type") != "message":
            continue
        elif conv is None:
            document.problem(f"Line {line.number + 1:,} is a message before any conversation and was left out.")
            continue
        else:
            messages.append(value.get("message"))
        raw.append(line.raw)
    if conv is not None:
        yield {"conv": conv, "messages": messages}, "\n".join(raw)


def conversation(conv: Json, messages: list[Any], raw: str) -> Found:
    """One conversation. BadFile if it has no messages."""
    draft = Draft(SYSTEM, conv.get("id"), title=conv.get("name"), updated=conv.get("lastModified"))
    draft.pinned = conv.get("pinned") is True
    draft.rest = rest_of(conv, *_CONV)
    known = {text_of(obj(message).get("id")): obj(message) for message in messages}
    roots = {id for id, message in known.items() if message.get("type") == "root"}
    last = None
    for message in _by_children(known, messages):
        id = text_of(message.get("id"))
        if id in roots:
            continue
        parent = text_of(message.get("parent")) if "parent" in message else last
        last = _add(draft, message, None if parent in roots else parent)
    current = text_of(conv.get("currNode"))
    return draft.finish(current if current in known else None, raw)


def _by_children(known: dict[str, Json], messages: list[Any]) -> Iterator[Json]:
    """The messages, siblings in the order in which their parent lists them."""
    places = {
        text_of(child): place for message in known.values() for place, child in enumerate(arr(message.get("children")))
    }
    values = [message for message in messages if isinstance(message, dict)]
    return iter(sorted(values, key=lambda message: places.get(text_of(message.get("id")), 0)) if places else values)


def _add(draft: Draft, message: Json, parent: str | None) -> str:
    role = role_of(message.get("role"), "user")
    said, parts = text(message.get("content")), []
    for name in ("reasoningContent", "thinking"):
        if thought := text(message.get(name)):
            parts.append(Reasoning(thought))
    if role == "tool":
        parts.append(ToolResult(text_of(message.get("toolCallId")), said))
    elif role == "assistant":
        parts += spoken(said.replace(_THOUGHT[0], "<think>", 1).replace(_THOUGHT[1], "</think>", 1))
    elif said:
        parts.append(Text(said))
    calls = message.get("toolCalls") or message.get("tool_calls")
    if isinstance(calls, str):
        try:
            calls = json.loads(calls)
        except (ValueError, RecursionError):
            parts.append(Unknown("tool_calls", calls))
    parts += tool_calls(calls)
    for extra in arr(message.get("extra")):
        parts += _extra(draft, obj(extra))
    timings = obj(message.get("timings"))
    model = text(message.get("model"))
    return draft.add(
        role,
        parts,
        id=message.get("id"),
        parent=parent,
        created=message.get("timestamp"),
        author=Author(model=model) if model and role == "assistant" else NOBODY,
        usage=_usage(timings) if timings else Usage(),
        generation_id=text(message.get("completionId")),
        rest=rest_of(message, *_TAKEN),
    )


def _usage(timings: Json) -> Usage:
    prompt, cached = count(timings.get("prompt_n")), count(timings.get("cache_n"))
    return Usage(
        prompt_tokens=None if prompt is None else prompt + (cached or 0),
        completion_tokens=count(timings.get("predicted_n")),
        cached_tokens=cached,
        duration_ms=count(timings.get("predicted_ms")),
    )


def _extra(draft: Draft, extra: Json) -> list[Part]:
    """A file that was sent with a message."""
    kind, name = text(extra.get("type")).lower(), text(extra.get("name"))
    data, media_type = text(extra.get("base64Data")), text(extra.get("mimeType"))
    said = text(extra.get("content"))
    if kind.startswith("image"):
        return [draft.attach(text(extra.get("base64Url")) or None, kind="image", name=name)]
    if kind.startswith(("audio", "video", "pdf")):
        media_type = media_type or ("application/pdf" if kind.startswith("pdf") else "")
        whole = f"data:{media_type};base64,{data}" if data else None
        shape = "file" if kind.startswith("pdf") else kind[:5]
        found: list[Part] = [draft.attach(whole, kind=shape, name=name, media_type=media_type)]
        return (
            [*found, draft.attach(said.encode("utf-8", "replace"), kind="file", name=f"{name}.txt")] if said else found
        )
    if kind.startswith("text") or kind == "context":
        return [
            draft.attach(
                said.encode("utf-8", "replace"), kind="file", name=name or "context.txt", media_type="text/plain"
            )
        ]
    return [Unknown(text(extra.get("type")), extra)] if extra else []
