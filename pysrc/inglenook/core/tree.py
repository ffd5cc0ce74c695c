"""The shown tree of a conversation, worked out once for several questions.

This file knows parents, times and tombstones; it never learns which path the
user looks at. A missing parent makes a root; of a circle of parents the oldest
message becomes the root; nothing here recurses. The shown tree is the tree
without tombstones: replies to a deleted message hang from the nearest message
above it that is left.
"""

from __future__ import annotations

from dataclasses import dataclass

from inglenook.core.model import Conversation, Message


@dataclass(frozen=True, slots=True)
class Index:
    """The shown tree. `parent`, `newest` also answer for tombstones; None stands above the roots."""

    parent: dict[str, str | None]
    children: dict[str | None, tuple[str, ...]]
    newest: dict[str | None, str]


def index(conversation: Conversation) -> Index:
    """The shown tree of a conversation, for several questions at once."""
    messages = conversation.messages
    ordered = sorted(messages, key=lambda id: (messages[id].created_ms, id))
    above = _above(conversation, ordered)
    below: dict[str | None, list[str]] = {None: []}
    for id in ordered:
        below.setdefault(above[id], []).append(id)

    parent: dict[str, str | None] = {}
    children: dict[str | None, list[str]] = {None: []}
    order: list[str] = []
    waiting = below[None][::-1]
    while waiting:
        id = waiting.pop()
        order.append(id)
        over = above[id]
        parent[id] = parent[over] if over is not None and messages[over].deleted_ms is not None else over
        if messages[id].deleted_ms is None:
            children.setdefault(parent[id], []).append(id)
        waiting.extend(reversed(below.get(id, ())))

    newest: dict[str | None, str] = {}
    for id in reversed(order):
        if id not in newest:
            if messages[id].deleted_ms is not None:
                continue
            newest[id] = id
        best, over = newest[id], above[id]
        if over not in newest or _age(messages[newest[over]]) < _age(messages[best]):
            newest[over] = best
    return Index(parent, {id: tuple(ids) for id, ids in children.items()}, newest)


def _age(message: Message) -> tuple[int, str]:
    return message.created_ms, message.id


def _above(conversation: Conversation, ordered: list[str]) -> dict[str, str | None]:
    """The parent of each message, without missing ones and without circles."""
    messages = conversation.messages
    above = {id: parent if (parent := messages[id].parent) in messages else None for id in ordered}
    safe: set[str] = set()
    for start in ordered:
        walked: dict[str, None] = {}
        id: str | None = start
        while id is not None and id not in safe and id not in walked:
            walked[id] = None
            id = above[id]
        if id is not None and id in walked:
            trail = list(walked)
            oldest = min(trail[trail.index(id) :], key=lambda one: _age(messages[one]))
            above[oldest] = None
        safe.update(walked)
    return above
