"""Rooms that OpenRouter's chatroom exports: orpg.1.0, orpg.2.0 and orpg.3.0, one room in a file.

This file knows the members of a room, its characters and its messages. It
never learns what an item holds (`items.py`) or what the tree is
(`tree.py`). A room has no id, so that of its earliest message
stands for it: a later export of the same room is the same conversation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Json, Text
from inglenook.formats.openrouter.items import remaining
from inglenook.formats.openrouter.message import content_of, told
from inglenook.formats.openrouter.restore import Beside, added, beside, settled
from inglenook.formats.openrouter.tree import Tree, arranged, role_in
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.shape import arr, obj, text

SYSTEM: Final = "openrouter"
NAME: Final = "OpenRouter"

_VERSION: Final = re.compile(r"orpg\.(\d{1,4})\b")
_NEWEST: Final = 3
_CHARACTER: Final = re.compile(r"char-\d+-")
_TOP: Final = ("version", "title", "characters", "messages", "items")


def sniff(head: Head) -> Match | None:
    """A room says which version it is; one whose members were sorted may say it behind what was looked at."""
    top = head.top
    if head.kind != "object":
        return None
    version = top.get("version")
    if isinstance(version, str):
        return Match(version) if version.startswith("orpg.") else None
    characters = obj(top.get("characters"))
    named = any(_CHARACTER.match(key) and "modelInfo" in obj(value) for key, value in characters.items())
    return Match() if named and "version" not in top else None


def read(document: Document) -> Iterator[Found]:
    """The one room of a file."""
    top = obj(document.value())
    try:
        yield _room(document, top)
    except BadFile as error:
        document.problem(f"Conversation “{text_of(top.get('title'))}”: {error.message}")


def prompt_of(characters: Iterable[Json]) -> Json | None:
    """The character whose description stands for the system prompt of the room: the first that is there and has one."""
    described = [one for one in characters if text(one.get("description")).strip()]
    return next((one for one in described if one.get("isRemoved") is not True), None)


def _room(document: Document, top: Json) -> Found:
    ours = beside(top)
    messages = _objects([*_records(top.get("messages")), *ours.records("messages")], "message", document)
    items = _objects([*_records(top.get("items")), *ours.records("items")], "item", document)
    characters = _objects(_records(top.get("characters")), "character", document)
    tree = arranged(messages, list(characters))
    systems = {key for key, record in messages.items() if role_in(record) == "system"} | {None}
    first = next((key for key in tree.order if key not in systems and tree.parent[key] in systems), "")
    version = text(top.get("version"))
    title = "" if ours.record.get("untitled") is True else top.get("title")
    created = ours.record.get("created")
    draft = Draft(SYSTEM, _source_id(ours) or first, title=title, created=created, version=version)
    if not tree.order:
        raise BadFile("It has no messages.", advice="")
    known = _VERSION.match(version)
    if not version:
        draft.problem("It does not say which version of the format it has; something may be missing.")
    elif known is None or int(known[1]) > _NEWEST:
        draft.problem(f"It has the version “{version}”, which is newer than what is known; something may be missing.")
    _about(draft, ours)
    draft.rest |= remaining(top, *_TOP, "_ext" if ours.record else "")
    if characters:
        draft.rest["characters"] = {key: _short(one) for key, one in characters.items()}
    draft.model = text(ours.record.get("model")) or _model(characters, messages, tree)
    _messages(draft, messages, _of_messages(draft, messages, items), characters, tree, ours)
    current = ours.record.get("current") or (ours.tree[tree.end].id if tree.end in ours.tree else tree.end)
    return settled(draft.finish(current=current, raw=document.text().removeprefix("\ufeff")), ours)


def _about(draft: Draft, ours: Beside) -> None:
    """What our writer kept of the conversation as a whole."""
    extra = dict(ours.extra)
    draft.rest |= obj(extra.pop("rest", None))
    source = obj(extra.pop("source", None))
    if source and source.get("system") != SYSTEM:
        draft.rest["source"] = source
    draft.extra.update(extra)
    draft.pinned = ours.record.get("pinned") is True
    draft.archived = ours.record.get("archived") is True


def _source_id(ours: Beside) -> str:
    source = obj(ours.extra.get("source"))
    return text(source.get("id")) if source.get("system") == SYSTEM else ""


def _messages(
    draft: Draft,
    messages: dict[str, Json],
    items: dict[str, list[tuple[str, Json]]],
    characters: dict[str, Json],
    tree: Tree,
    ours: Beside,
) -> None:
    """Every message under its parent, below the system prompt if there is one."""
    top = None
    described = None if ours.record else prompt_of(characters.values())
    if described is not None:
        said = [Text(described["description"])]
        top = draft.add("system", said, id=f"system-{draft.source_id}", parent=None, updated=described.get("updatedAt"))
    ids = {key: ours.tree[key].id if key in ours.tree else key for key in messages}
    for key in ours.by_age(tree.order):
        record = messages[key]
        content = content_of(record, items[key], ours.parts, draft.attach)
        if key in ours.tree:
            restored = ours.tree[key]
            draft.add(restored.role, content.parts, **added(restored))
            continue
        over = tree.parent.get(key)
        known = told(record, content, role_in(record), obj(characters.get(text(record.get("characterId")))))
        if record.get("parentMessageId") and over != record["parentMessageId"]:
            known["rest"]["parentMessageId"] = record["parentMessageId"]
        draft.add(
            **known,
            id=ids[key],
            parent=top if over is None else ids[over],
            created=tree.times.get(key) or record.get("createdAt"),
            parallel=tree.parallel.get(key),
        )


def _model(characters: dict[str, Json], messages: dict[str, Json], tree: Tree) -> str:
    """The model that would answer next."""
    there = [one for one in characters.values() if one.get("isRemoved") is not True]
    for one in sorted(there, key=lambda one: one.get("isDisabled") is True):
        if model := text(one.get("model")):
            return model
    last = obj(messages.get(tree.end or ""))
    return text(obj(last.get("metadata")).get("variantSlug"))


def _of_messages(draft: Draft, messages: dict[str, Json], items: dict[str, Json]) -> dict[str, list[tuple[str, Json]]]:
    """The items of each message: those it names, in its order, then those that name it."""
    found: dict[str, list[tuple[str, Json]]] = {key: [] for key in messages}
    named: set[str] = set()
    for key, record in messages.items():
        for reference in arr(record.get("items")):
            id = text_of(obj(reference).get("id")) or text_of(reference)
            inline = isinstance(reference, dict) and "data" in reference
            if id in items or inline:
                named.add(id)
                found[key].append((id, items.get(id, reference)))
            elif id:
                draft.problem("Some parts of messages are not in the file.")
    lost = {}
    for id, item in items.items():
        if id in named:
            continue
        owner = text(item.get("messageId"))
        if owner in found:
            found[owner].append((id, item))
        else:
            lost[id] = item
    if lost:
        draft.problem("Some parts belong to no message of the file; they are kept beside the conversation.")
        draft.rest["items"] = lost
    return found


def _short(character: Json) -> Json:
    """A character without the catalogue's entry of its model, but for its names."""
    info = obj(character.get("modelInfo"))
    short = {name: value for name, value in character.items() if name != "modelInfo"}
    names = {name: info[name] for name in ("slug", "name", "short_name") if isinstance(info.get(name), str)}
    return {**short, "modelInfo": names} if names else short


def _records(value: Any) -> Iterator[tuple[str, Any]]:
    """The entries of a map, or of a list whose entries have ids."""
    if isinstance(value, dict):
        yield from value.items()
    for place, entry in enumerate(arr(value)):
        yield text_of(obj(entry).get("id")) or f"unnamed-{place}", entry


def _objects(records: Iterable[tuple[str, Any]], what: str, document: Document) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for number, (key, record) in enumerate(records, 1):
        if isinstance(record, dict):
            found[key if key not in found else f"{key}#{number}"] = record
        else:
            document.problem(f"The {what} at place {number} is damaged and was left out.")
    return found
