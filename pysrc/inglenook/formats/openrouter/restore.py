"""What our own writer put beside an OpenRouter room: the exact tree, and what that room has no place for.

This file knows the key `_ext` of a room that `openrouter_write` wrote, and
believes none of it. It never learns what the room itself says.

    from      "Inglenook"
    current   the id of the end of the shown path
    created   when the conversation began; untitled: the room's title was made up
    model, pinned, archived
    extra     the conversation's own extra
    tree      key of a message in the room -> the message as our own records hold it, without its parts
    items     key of an item in the room -> the part that it stands for
    aside     {"messages", "items"}: what is not on the shown path, in the room's own form
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Json, Message, Part
from inglenook.core.record import load_part, load_value
from inglenook.core.repair import well_formed
from inglenook.formats.reading.found import Found
from inglenook.formats.reading.shape import obj

OURS: Final = "Inglenook"
# Names of Draft.add and of what every reader keeps there.
_TAKEN: Final = frozenset((
    "self", "role", "parts", "id", "parent", "created", "updated", "author", "usage", "status", "finish_reason",
    "generation_id", "rating", "edited", "hidden", "rest",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beside:
    """What a room of ours has beside it; empty for every other room."""

    record: Json = field(default_factory=dict)
    tree: dict[str, Message] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)

    def records(self, name: str) -> Iterator[tuple[str, Any]]:
        yield from obj(obj(self.record.get("aside")).get(name)).items()

    def by_age(self, keys: list[str]) -> list[str]:
        """Siblings stand by their age here; times in the room only tell the order of the shown path."""
        known = {key: (self.tree[key].created_ms, self.tree[key].id) for key in keys if key in self.tree}
        return sorted(keys, key=lambda key: known.get(key, (1 << 60, ""))) if known else keys

    @property
    def extra(self) -> Json:
        return obj(self.record.get("extra"))


def beside(top: Json) -> Beside:
    """What our writer put into a room, if it wrote it."""
    record = obj(top.get("_ext"))
    if record.get("from") != OURS:
        return Beside()
    tree = {key: message for key, raw in obj(record.get("tree")).items() if (message := _message(raw)) is not None}
    parts = {key: part for key, raw in obj(record.get("items")).items() if (part := _part(raw)) is not None}
    return Beside(record, tree, parts)


def added(message: Message) -> Json:
    """The arguments for `Draft.add` that restore a message, but for its parts."""
    extra = dict(message.extra)
    rest = obj(extra.get("rest"))
    names: Json = {
        "id": message.id,
        "parent": message.parent,
        "created": message.created_ms,
        "updated": message.revised_ms,
        "author": message.author,
        "usage": message.usage,
        "status": message.status,
        "finish_reason": message.finish_reason,
        "generation_id": message.generation_id,
        "rating": extra.get("rating") if extra.get("rating") in (1, -1) else 0,
        "edited": extra.get("edited") is True,
        "hidden": extra.get("hidden") is True,
    }
    held = {"rating", "edited", "hidden", "rest", "created"}
    odd = {name: value for name, value in extra.items() if name in _TAKEN - held}
    free = {name: value for name, value in extra.items() if name not in _TAKEN}
    return {**names, "rest": {**rest, **odd}, **free}


def settled(found: Found, ours: Beside) -> Found:
    """The room with the times as their first system wrote them, which `Draft.add` has another use for."""
    messages = dict(found.conversation.messages)
    for message in ours.tree.values():
        written, now = message.extra.get("created"), messages.get(message.id)
        if isinstance(written, str | int) and now is not None:
            written = well_formed(written) if isinstance(written, str) else written
            messages[now.id] = replace(now, extra={**now.extra, "created": written})
    return replace(found, conversation=replace(found.conversation, messages=messages))


def _message(raw: Any) -> Message | None:
    try:
        made = load_value(Message, raw)
    except BadFile:
        return None
    return made if isinstance(made, Message) and made.id else None


def _part(raw: Any) -> Part | None:
    if not isinstance(obj(raw).get("kind"), str):
        return None
    try:
        made = load_part(raw)
    except BadFile:
        return None
    # Bytes are only in the room, never here.
    return None if getattr(made, "sha256", None) else made
