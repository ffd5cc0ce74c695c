"""A conversation as a room that OpenRouter's chatroom imports (orpg.3.0).

This file knows what such a room can hold: the shown path, with all answers to
each of its messages, and models as characters with a system prompt each. The
rest of the tree, and what the room has no member for, stands under the key
`_ext`, which the chatroom passes over and our own reader knows
(`restore.py`). Connections, restrictions and who has seen what are
not written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from inglenook.core.model import Conversation, Json, Message
from inglenook.core.record import dump_value
from inglenook.core.repair import well_formed
from inglenook.core.summary import title_of
from inglenook.core.thread import leaf, path
from inglenook.core.tree import Index, index
from inglenook.formats.openrouter.restore import OURS
from inglenook.formats.openrouter.tree import USER
from inglenook.formats.openrouter.write_cast import cast_of, iso, rest_of
from inglenook.formats.openrouter.write_items import Items, items_of, letters, seconds
from inglenook.formats.reading.shape import arr, obj
from inglenook.formats.sidecar import came_from

LABEL: Final = "OpenRouter"
EXTENSION: Final = "json"
MEDIA_TYPE: Final = "application/json"

_ID: Final = re.compile(r"msg-\d+-[A-Za-z0-9_-]+")


def write(conversation: Conversation, files: Callable[[str], bytes | None]) -> str:
    """The room as the text of a file."""
    known = index(conversation)
    shown = path(conversation, known)
    live = {id: conversation.messages[id] for id in known.parent if conversation.messages[id].deleted_ms is None}
    ids = {id: id if _ID.fullmatch(id) else f"msg-{seconds(m)}-{letters(id)}" for id, m in live.items()}
    prompts = _prompts(live, known)
    times = _times(shown, live, known, prompts)
    cast = cast_of(conversation, shown, live, known)
    room: dict[str, Json] = {"messages": {}, "items": {}}
    aside: dict[str, Json] = {"messages": {}, "items": {}}
    exact: dict[str, Json] = {}
    for id in [*times, *(id for id in live if id not in times)]:
        message, at_ms = live[id], times.get(id, live[id].created_ms)
        items = items_of(message, ids[id], files)
        prompt = prompts.get(id)
        record = _record(message, items, ids[prompt] if prompt else None, cast.of.get(id, USER), at_ms)
        target = room if id in times else aside
        target["messages"][ids[id]] = record
        target["items"].update(items.records)
        exact.update(items.exact)
    whole = {
        "version": "orpg.3.0",
        "title": conversation.title.value.strip() or title_of(shown),
        "characters": cast.characters,
        **room,
        "artifacts": {},
        "artifactFiles": {},
        "artifactVersions": {},
        "artifactFileContents": {},
        **{name: value for name, value in rest_of(conversation.extra).items() if name.startswith("artifact")},
        "_ext": {
            "from": OURS,
            "created": conversation.created_ms,
            "untitled": not conversation.title.value.strip(),
            "current": leaf(conversation, known),
            "model": conversation.model.value,
            "pinned": conversation.pinned.value,
            "archived": conversation.archived.value,
            "extra": _extra(conversation),
            "tree": {ids[id]: _kept(message, known.parent[id]) for id, message in live.items()},
            "items": exact,
            "aside": aside,
        },
    }
    return well_formed(json.dumps(whole, ensure_ascii=False, indent=2)) + "\n"


def _kept(message: Message, parent: str | None) -> Json:
    """A message as our own records hold it, without its parts and without what is nobody else's business."""
    status = "interrupted" if message.status == "streaming" else message.status
    author = replace(message.author, connection="")
    return dump_value(replace(message, parent=parent, parts=(), status=status, author=author, disclosure=None))


def _prompts(live: dict[str, Message], known: Index) -> dict[str, str]:
    """For each answer the user's message that it answers, if there is one above it."""
    found: dict[str, str] = {}
    above: dict[str, str] = {}
    for id, message in live.items():
        over = known.parent[id]
        prompt = above.get(over) if over is not None else None
        if message.role in ("assistant", "tool") and prompt is not None:
            found[id] = prompt
        if message.role == "user":
            above[id] = id
        elif prompt is not None:
            above[id] = prompt
    return found


def _times(
    shown: tuple[Message, ...], live: dict[str, Message], known: Index, prompts: dict[str, str]
) -> dict[str, int]:
    """What the room shows, with times in the order of the path: the chatroom has no other order."""
    times: dict[str, int] = {}
    clock = 0
    for message in shown:
        if message.role == "system":
            continue
        clock = times[message.id] = max(message.created_ms, clock + 1)
        if message.role == "user":
            continue
        after = times.get(prompts.get(message.id, ""), 0)
        for id in known.children.get(known.parent[message.id], ()):
            if id not in times and live[id].role in ("assistant", "tool"):
                times[id] = max(live[id].created_ms, after + 1)
    return times


def _record(message: Message, items: Items, prompt: str | None, character: str, at_ms: int) -> Json:
    rest = rest_of(message.extra)
    answer = message.role in ("assistant", "tool")
    record: Json = {
        "id": items.owner,
        **({"parentMessageId": prompt} if prompt else {}),
        "context": "main-chat",
        "contentType": "text",
        "characterId": character,
        "createdAt": iso(at_ms),
        "updatedAt": iso(max(at_ms, message.revised_ms)),
        "isEdited": message.extra.get("edited") is True,
        "isRetrying": rest.get("isRetrying") is True,
        "isCollapsed": rest.get("isCollapsed") is True,
        "type": "assistant" if answer else message.role,
    }
    if answer:
        record |= {"isGenerating": False, "metadata": _metadata(message, obj(rest.get("metadata")))}
    return {**record, "items": items.references}


def _metadata(message: Message, rest: Json) -> Json:
    usage = message.usage
    cost = usage.cost_usd
    said: dict[str, Any] = {
        "variantSlug": message.author.model,
        "tokensCount": usage.completion_tokens,
        "cost": None if cost is None else format(Decimal(repr(float(cost))), "f"),
        "generationId": message.generation_id,
        "duration": usage.duration_ms,
        "latencyDuration": usage.first_token_ms,
        "provider": message.author.provider,
    }
    said = {name: value for name, value in said.items() if value not in (None, "")}
    return {**rest, "plugins": arr(rest.get("plugins")), **said}


def _extra(conversation: Conversation) -> Json:
    """What is kept with the conversation, without the characters and artifacts, which the room has itself."""
    extra = conversation.extra
    rest = {
        name: value
        for name, value in rest_of(extra).items()
        if name != "characters" and not (name.startswith("artifact"))
    }
    others = {name: value for name, value in extra.items() if name not in ("rest", "source")}
    came = came_from(conversation)
    return others | ({"rest": rest} if rest else {}) | ({"source": came} if came else {})
