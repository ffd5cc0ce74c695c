"""Two copies of one conversation made into one, without loss.

This file knows which of two values counts. It never learns why there are two
copies: another tab, an import, a restored archive. The result is the same in
whatever order, and however often, copies are merged.
"""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any

from inglenook.core.model import Conversation, Json, Message, Stamped
from inglenook.core.record import dump_value
from inglenook.core.repair import canonical
from inglenook.core.schema import canonical_message, dump_conversation


def merge(a: Conversation, b: Conversation) -> Conversation:
    """All messages of both, each in its later form. Both must have the same id (ValueError)."""
    if a.id != b.id:
        raise ValueError("Only copies of the same conversation can be merged.")
    messages = dict(a.messages)
    for id, message in b.messages.items():
        messages[id] = later_message(messages[id], message) if id in messages else message
    return Conversation(
        a.id,
        min(a.created_ms, b.created_ms),
        title=_later(a.title, b.title),
        pinned=_later(a.pinned, b.pinned),
        archived=_later(a.archived, b.archived),
        current=_later(a.current, b.current),
        model=_later(a.model, b.model),
        limits=_later(a.limits, b.limits),
        messages=messages,
        extra=_union(a.extra, b.extra),
    )


def same(a: Conversation, b: Conversation) -> bool:
    """Whether two copies would be stored as the same text."""
    return a is b or (a.messages.keys() == b.messages.keys() and dump_conversation(a) == dump_conversation(b))


def later_message(a: Message, b: Message) -> Message:
    """The form of a message that counts: a tombstone before all else, then the one revised later."""
    if a is b or a == b:
        return a
    first, second = _rank(a), _rank(b)
    if first == second:  # the text is the tie-breaker, made only when it is needed
        return max(a, b, key=canonical_message)
    return a if first > second else b


def _rank(message: Message) -> tuple[bool, int, int]:
    deleted = message.deleted_ms
    return deleted is not None, deleted or 0, message.revised_ms


def _later(a: Stamped[Any], b: Stamped[Any]) -> Stamped[Any]:
    if a.at_ms != b.at_ms:
        return a if a.at_ms > b.at_ms else b
    return a if a.value == b.value else max(a, b, key=_as_text)


def _as_text(stamped: Stamped[Any]) -> str:
    value = stamped.value
    return canonical(dump_value(value) if is_dataclass(value) else value)


def _union(a: Json, b: Json) -> Json:
    # Nothing says when a member was set: of two, the one with the greater text counts.
    both = {**a, **b}
    for name in a.keys() & b.keys():
        both[name] = max(a[name], b[name], key=canonical)
    return both
