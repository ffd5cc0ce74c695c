"""Messages on their way into a draft, where one answer may be a chain of them: call, result, rest of the answer.

This file knows that a chain without branches is shown as one message. It never
learns how a system stores one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from inglenook.core.model import Part, Role, Usage
from inglenook.formats.reading.draft import Draft


@dataclass(slots=True)
class Turn:
    """A message as a system stores it. `key` names it among the others, `parent` is a key; both are never shown.

    `id`: its own, if it has one. `open`: a tool answered last, so what the model says next belongs to it. `known`:
    whatever else `Draft.add` takes.
    """

    key: str
    parent: str | None
    role: Role
    parts: list[Part]
    id: str = ""
    open: bool = False
    known: dict[str, Any] = field(default_factory=dict)


def key_for(id: str, taken: dict[str, Any] | set[str]) -> str:
    """A key that no other message has; the id itself where it can be."""
    return id if id and id not in taken else f"{id}\0{len(taken)}"


def add_turns(draft: Draft, turns: Iterable[Turn]) -> dict[str, str]:
    """Add messages, answers with their calls and results as one each; answers the ids by key."""
    turns = list(turns)
    replies = Counter(turn.parent for turn in turns)
    standing: dict[str, Turn] = {}
    apart = []
    for turn in turns:
        head = standing.get(turn.parent or "")
        if head is not None and replies[turn.parent] == 1 and _continues(head, turn):
            _join(head, turn)
            standing[turn.key] = head
        else:
            standing[turn.key] = turn
            apart.append(turn)
    ids: dict[str, str] = {}
    for turn in apart:
        head = standing.get(turn.parent or "")
        above = head.key if head is not None else turn.parent
        ids[turn.key] = draft.add(turn.role, turn.parts, id=turn.id, parent=ids.get(above or "", above), **turn.known)
    return {key: ids[head.key] for key, head in standing.items()}


def _continues(head: Turn, turn: Turn) -> bool:
    if head.role != "assistant" or turn.role not in ("assistant", "tool"):
        return False
    one, other = head.known.get("author"), turn.known.get("author")
    same = not one or not other or not other.model or one.model == other.model
    return turn.role == "tool" or (head.open and same)


def _join(head: Turn, turn: Turn) -> None:
    head.parts = [*head.parts, *turn.parts]
    head.open = turn.role == "tool" or turn.open
    one, other = head.known.get("usage", Usage()), turn.known.get("usage", Usage())
    sums = {f.name: _sum(getattr(one, f.name), getattr(other, f.name)) for f in fields(Usage)}
    head.known["usage"] = Usage(**{**sums, "first_token_ms": one.first_token_ms})
    for name in ("status", "finish_reason", "rating", "updated"):
        if turn.known.get(name):
            head.known[name] = turn.known[name]
    if turn.known.get("rest"):
        rest = head.known.setdefault("rest", {})
        rest["continued"] = [*rest.get("continued", ()), turn.known["rest"]]


def _sum(one: float | None, other: float | None) -> Any:
    return one if other is None else other if one is None else one + other
