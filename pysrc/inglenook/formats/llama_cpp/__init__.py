"""Conversations of the web page of llama.cpp's server, in every form that it has saved them.

This file knows JSON Lines with sessions (2026), JSON with `conv` and `messages`
(2025), and the older single objects with numbers as ids. The tree is in
`parent` and `children`; the shown path ends at `currNode`. What is said in a
message is known by `content.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Json, Usage
from inglenook.formats.llama_cpp.content import parts_of
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, ROLES, Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.turns import Turn, add_turns, key_for

SYSTEM: Final = "llama-cpp"
NAME: Final = "llama.cpp"

_CONV: Final = ("id", "name", "lastModified", "currNode", "messages", "pinned", "type", "harness")
_TAKEN: Final = (
    "id", "convId", "type", "timestamp", "role", "content", "parent", "children", "thinking", "reasoningContent",
    "toolCalls", "toolCallId", "model", "timings", "extra", "completionId", "tool_calls",
)  # fmt: skip
_FIRST_MS: Final = 1_600_000_000_000
_TIMINGS: Final = ("cache_n", "prompt_n", "predicted_n", "predicted_ms")


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
    turns: dict[str, Turn] = {}
    last = None
    for message in _by_children(draft, known, messages):
        id = text_of(message.get("id"))
        if id in roots:
            continue
        parent = text_of(message.get("parent")) if "parent" in message else last
        last = key_for(id, turns)
        turns[last] = _turn(draft, message, last, None if parent in roots else parent)
    ids = add_turns(draft, turns.values())
    return draft.finish(ids.get(text_of(conv.get("currNode"))), raw)


def _by_children(draft: Draft, known: dict[str, Json], messages: list[Any]) -> Iterator[Json]:
    """The messages, siblings in the order in which their parent lists them."""
    places = {
        text_of(child): place for message in known.values() for place, child in enumerate(arr(message.get("children")))
    }
    values = [message for message in messages if isinstance(message, dict)]
    if len(values) < len(messages):
        draft.problem("A message is damaged and was left out.")
    return iter(sorted(values, key=lambda message: places.get(text_of(message.get("id")), 0)) if places else values)


def _turn(draft: Draft, message: Json, key: str, parent: str | None) -> Turn:
    role = role_of(message.get("role"), "user")
    model, timings = text(message.get("model")), obj(message.get("timings"))
    rest = rest_of(message, *_TAKEN)
    if left := rest_of(timings, *_TIMINGS):
        rest["timings"] = left
    if (word := text(message.get("role"))) and word.lower() not in ROLES:
        rest["role"] = word
    id = message.get("id")
    known = {
        # The oldest form has numbers as ids, which are times.
        "created": message.get("timestamp") or (id if isinstance(id, int) and id > _FIRST_MS else None),
        "author": Author(model=model) if model and role == "assistant" else NOBODY,
        "usage": _usage(timings),
        "generation_id": text(message.get("completionId")),
        "rest": rest,
    }
    return Turn(key, parent, role, parts_of(draft, message, role), text_of(id), known=known)


def _usage(timings: Json) -> Usage:
    prompt, cached = count(timings.get("prompt_n")), count(timings.get("cache_n"))
    return Usage(
        prompt_tokens=None if prompt is None else prompt + (cached or 0),
        completion_tokens=count(timings.get("predicted_n")),
        cached_tokens=cached,
        duration_ms=count(timings.get("predicted_ms")),
    )
