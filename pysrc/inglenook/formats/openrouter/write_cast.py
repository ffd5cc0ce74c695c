"""The characters of an OpenRouter room (orpg.3.0): one for each model that a conversation was had with.

This file knows a character's members, and which characters would answer the
next message there. It never learns what the messages say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from inglenook.core.model import Conversation, Json, Message, Text
from inglenook.core.tree import Index
from inglenook.formats.openrouter import prompt_of
from inglenook.formats.openrouter.write_items import letters
from inglenook.formats.reading.shape import obj, text

# For a model that nobody named; the chatroom wants one.
_ANY_MODEL: Final = "openrouter/auto"
_LAST_MS: Final = 253_402_300_799_999


@dataclass(slots=True)
class Cast:
    """The characters of a room, and which of them wrote each answer."""

    characters: dict[str, Json] = field(default_factory=dict)
    of: dict[str, str] = field(default_factory=dict)


def cast_of(conversation: Conversation, shown: tuple[Message, ...], live: dict[str, Message], known: Index) -> Cast:
    """One character for each model; those that the conversation came with stay what they were."""
    system = "\n\n".join(p.text for m in shown if m.role == "system" for p in m.parts if isinstance(p, Text))
    older = {id: one for id, one in obj(rest_of(conversation.extra).get("characters")).items() if isinstance(one, dict)}
    described = prompt_of(older.values())
    cast = Cast({id: {**one, "description": system} if one is described else one for id, one in older.items()})
    by_model = {(text(one.get("model")), text(one.get("name"))): id for id, one in older.items()}
    made: dict[str, Json] = {}

    def character(model: str, name: str) -> str:
        if (model, name) not in by_model:
            id = f"char-{max(conversation.created_ms, 0) // 1000}-{letters(conversation.id, model, name)}"
            by_model[model, name] = id
            made[id] = _character(id, model or conversation.model.value or _ANY_MODEL, name, system, conversation)
        return by_model[model, name]

    for id, message in live.items():
        over = known.parent[id]
        said = text(rest_of(message.extra).get("characterId"))
        if message.role == "tool" and over in cast.of:
            cast.of[id] = cast.of[over]
        elif message.role in ("assistant", "tool"):
            cast.of[id] = said if said in older else character(message.author.model, message.author.name)
    if not cast.of and not older:
        character(conversation.model.value, "")
    last = next((m for m in reversed(shown) if m.id in cast.of), None)
    active = {cast.of[last.id]} if last is not None else {*older, *made}
    if last is not None and text(rest_of(last.extra).get("characterId")) in older:
        active |= {cast.of[id] for id in known.children.get(known.parent[last.id], ()) if id in cast.of}
    for id, one in made.items():
        one["isRemoved"] = id not in active
    if any(id in made for id in active):
        # Otherwise the next message there would go to every model that was ever asked.
        cast.characters = {id: {**one, "isRemoved": id not in active} for id, one in cast.characters.items()}
    cast.characters |= made
    return cast


def _character(id: str, model: str, name: str, system: str, conversation: Conversation) -> Json:
    at = iso(conversation.created_ms)
    return {
        "id": id,
        "model": model,
        **({"name": name} if name else {}),
        "modelInfo": {"slug": model, "name": model, "short_name": model},
        "description": system,
        "includeDefaultSystemPrompt": not system,
        "isStreaming": True,
        "samplingParameters": {},
        "isDisabled": False,
        "isRemoved": False,
        "createdAt": at,
        "updatedAt": at,
        "plugins": [],
        "chatMemory": 8,
    }


def rest_of(extra: Json) -> Json:
    """What a reader kept and did not understand."""
    return obj(extra.get("rest"))


def iso(ms: int) -> str:
    """A time as the chatroom writes it.

    >>> iso(1_700_000_000_005)
    '2023-11-14T22:13:20.005Z'
    """
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=min(max(ms, 0), _LAST_MS))
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
