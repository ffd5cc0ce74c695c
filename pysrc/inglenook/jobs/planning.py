"""What an import would do with one conversation: new here, already here, or more than what is here.

This file knows how to compare; it stores nothing and asks no store. Files of
an import are not read to compare: a part that waits for its bytes is the same
as a stored one of the same kind, name and place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from inglenook.core.merge import later_message, merge, same
from inglenook.core.model import Conversation, Message, Part, Stamped
from inglenook.core.original import source_of
from inglenook.core.thread import path
from inglenook.formats.reading.found import PENDING, Found

State = Literal["new", "changed", "same"]

_FILES: Final = ("Image", "File", "Audio", "Video")


@dataclass(frozen=True, slots=True)
class Planned:
    """The conversation as it is to be stored, and how that differs: `added` messages, `differs` other ones.

    `incoming` is what the file held, without what is joined with it.
    """

    conversation: Conversation
    incoming: Conversation
    state: State
    added: int
    differs: int = 0


def plan(found: Found, stored: Conversation | None, now_ms: int) -> Planned:
    """What becomes of a conversation, given what is stored under its id."""
    incoming = dated(found, stored.created_ms if stored else now_ms)
    if stored is None:
        return Planned(incoming, incoming, "new", live(incoming))
    incoming = _sourced(_settled(incoming, stored), stored)
    added = sum(1 for id in incoming.messages if id not in stored.messages)
    merged = merge(stored, incoming)
    if not added and same(merged, stored):
        return Planned(stored, incoming, "same", 0)
    differs = sum(
        1 for id, message in incoming.messages.items()
        if id in stored.messages and later_message(stored.messages[id], message) != stored.messages[id]
    )  # fmt: skip
    return Planned(merged, incoming, "changed", added, differs)


def dated(found: Found, base_ms: int) -> Conversation:
    """A conversation whose file says nothing of time began when it was imported first."""
    conversation = found.conversation
    if not found.undated:
        return conversation
    shift = base_ms - conversation.created_ms
    messages = {
        id: replace(message, created_ms=message.created_ms + shift, revised_ms=message.revised_ms + shift)
        for id, message in conversation.messages.items()
    }
    stamped = {
        name: Stamped(value.value, base_ms)
        for name in ("title", "pinned", "archived", "current", "model")
        if (value := getattr(conversation, name)).value
    }
    return replace(conversation, created_ms=base_ms, messages=messages, **stamped)


def live(conversation: Conversation) -> int:
    return sum(1 for message in conversation.messages.values() if message.deleted_ms is None)


def spoken(conversation: Conversation) -> list[tuple[str, str]]:
    """Who said what on the shown path: enough to know a conversation again that came under another id."""
    return [
        (message.role, "\n".join(part.text for part in message.parts if hasattr(part, "text")))
        for message in path(conversation)
    ]


def _settled(incoming: Conversation, stored: Conversation) -> Conversation:
    """The incoming one with the stored files in the places of those that wait for their bytes."""
    changed: dict[str, Message] = {}
    for id, message in incoming.messages.items():
        known = stored.messages.get(id)
        if known is None or not any(waits(part) for part in message.parts):
            continue
        if len(known.parts) == len(message.parts):
            parts = tuple(
                there if waits(part) and _alike(part, there) else part
                for part, there in zip(message.parts, known.parts, strict=True)
            )
            changed[id] = replace(message, parts=parts)
    return replace(incoming, messages={**incoming.messages, **changed}) if changed else incoming


def _sourced(incoming: Conversation, stored: Conversation) -> Conversation:
    """The incoming one with what is known of its source: the stored original is no difference between them."""
    known, told = source_of(stored), source_of(incoming)
    return replace(incoming, extra={**incoming.extra, "source": {**known, **told}}) if known and told else incoming


def waits(part: Part) -> bool:
    """Whether a part stands for bytes that have not been read."""
    return (getattr(part, "sha256", None) or "").startswith(PENDING)


def _alike(part: Part, there: Part) -> bool:
    # The media type is only known for certain once the bytes are.
    return type(there).__name__ in _FILES and getattr(there, "sha256", None) is not None and there.name == part.name  # type: ignore[union-attr]
