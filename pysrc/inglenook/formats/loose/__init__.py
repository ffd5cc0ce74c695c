"""Conversations in JSON of a layout that no reader knows: whatever has somebody who says something.

This file knows how to look for lists of messages in any value, down to a depth.
It is asked only when nobody else knows a file, and always says that the result
should be checked. What holds no messages is kept with the first conversation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Json
from inglenook.formats.loose.message import IDS, MODELS, TIMES, TITLES, Speakers, first, is_message, is_pair
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.jsontext import Element
from inglenook.formats.reading.leftovers import own_text, plain_text, rest_of, without_secrets
from inglenook.formats.reading.rows import RowIds
from inglenook.formats.reading.shape import text

SYSTEM: Final = "loose"
NAME: Final = "Unknown system"
DOUBT: Final = "This layout is not known; check that who said what is right."

_DEEPEST: Final = 4
# An object that is larger is not held as a whole.
LARGE: Final = 32 << 20
# So many of a list tell what it is.
_ENOUGH: Final = 100


@dataclass(frozen=True, slots=True)
class _Talk:
    """Messages, what else the object holds that they stand in, a title from further out, and their name in it."""

    messages: list[Any]
    around: Json
    title: str
    name: str = ""


def sniff(head: Head) -> Match | None:
    """Never raises. None if nothing in the head looks like somebody who says something."""
    if head.kind not in ("object", "array", "lines"):
        return None
    top: Any = head.top if head.kind == "object" else list(head.items)
    found, _ = _split(top, "", 0)
    return Match("unknown layout") if found or _untold(top) else None


def _untold(value: Any) -> bool:
    """Whether there are messages of which nothing says whose they are."""
    rows = value if isinstance(value, list) else [value]
    return any(isinstance(row, dict) and isinstance(row.get("chat_messages"), list) for row in rows[:_ENOUGH])


def read(document: Document) -> Iterator[Found]:
    ids = RowIds()
    silent = count = 0
    for row in _rows(document):
        talks, left = _split(row.value, "", 0)
        silent += not talks and not _is_empty(row.value)
        for talk in talks:
            try:
                yield _conversation(talk, left, row, ids, document)
            except BadFile as error:
                document.problem(f"Entry {row.number + 1:,} was left out: {error.message}")
                continue
            left = None
            count += 1
    if silent and count:
        which = "One entry was" if silent == 1 else f"{silent:,} entries were"
        document.problem(f"{which} left out: nothing in {'it' if silent == 1 else 'them'} says who said what.")
    elif not count:
        document.problem("This layout is not known, and nothing in it says who said what, so nothing was read.")


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def _rows(document: Document) -> Iterator[Element]:
    """The values that hold conversations, one by one where the file is a list of them."""
    head = document.head
    if head.kind == "object":
        place = _place(head.top, ()) if document.size > LARGE else None
        if place is not None:
            document.problem(f"The file is very large, so only the list “{'.'.join(place)}” was read.")
            yield from document.elements(*place)
            return
        value = document.value()
        yield Element(value, document.text(), 0)
        return
    rows = document.elements() if head.kind == "array" else document.lines()
    if _is_talk(list(head.items)):
        # The whole file is one conversation.
        yield Element([row.value for row in rows], document.text(), 0)
    else:
        yield from rows


def _place(value: Json, names: tuple[str, ...]) -> tuple[str, ...] | None:
    """The names that lead to the first list of conversations."""
    for name, inner in value.items():
        if isinstance(inner, list) and inner and not _is_talk(inner) and _split(inner, "", len(names) + 1)[0]:
            return (*names, name)
        if isinstance(inner, dict) and len(names) < _DEEPEST and (found := _place(inner, (*names, name))) is not None:
            return found
    return None


def _is_talk(value: list[Any]) -> bool:
    """Whether a list is mostly one of messages."""
    some = [item for item in value[:_ENOUGH] if item is not None]
    told = sum(isinstance(item, dict) and (is_message(item) or is_pair(item)) for item in some)
    return told > 0 and 2 * told >= len(some)


def _split(value: Any, title: str, depth: int) -> tuple[list[_Talk], Any]:
    """All lists of messages in a value, and the value without them and what stands around them."""
    if depth > _DEEPEST or not isinstance(value, dict | list):
        return [], value
    if isinstance(value, list):
        if _is_talk(value):
            return [_Talk(value, {}, title)], None
        parts = [_split(item, title, depth + 1) for item in value]
        talks = [talk for found, _ in parts for talk in found]
        return talks, [left for _, left in parts if not _is_empty(left)] if talks else value
    own = text_of(first(value, TITLES)).strip() or title
    spoken = {name: inner for name, inner in value.items() if isinstance(inner, list) and _is_talk(inner)}
    if spoken:
        # Of several lists the longest is the conversation; the others may be versions, sources or the like.
        name = max(spoken, key=lambda each: len(spoken[each]))
        return [_Talk(value[name], {n: inner for n, inner in value.items() if n != name}, own, name)], None
    if is_pair(value):
        return [_Talk([value], {}, own)], None
    parts = {name: _split(inner, own, depth + 1) for name, inner in value.items()}
    talks = [talk for found, _ in parts.values() for talk in found]
    return talks, {name: left for name, (_, left) in parts.items() if not _is_empty(left)} if talks else value


def _conversation(talk: _Talk, left: Any, row: Element, ids: RowIds, document: Document) -> Found:
    around = talk.around
    whole = around | {talk.name: talk.messages} if talk.name else talk.messages
    raw = own_text(row) if _is_all_of(talk, row.value) else plain_text(whole)
    own = text_of(first(around, IDS))
    id = ids.id_of(own, (json.dumps(message) for message in talk.messages[:2]), raw)
    draft = Draft(SYSTEM, id, title=talk.title or document.stem, created=first(around, TIMES))
    draft.problem(DOUBT)
    draft.model = text(first(around, MODELS))
    speakers = Speakers(draft, talk.messages)
    prompt = speakers.prompt(around)
    speakers.add()
    taken = [*prompt, *(name for name in IDS if id == own and text_of(around.get(name)) == own)]
    taken += [name for name in TITLES if text_of(around.get(name)).strip() == talk.title]
    draft.rest = rest_of(around, *taken)
    if not _is_empty(left):
        draft.rest["beside"] = without_secrets(left)
    return draft.finish(current=_current(around), raw=raw)


def _is_all_of(talk: _Talk, value: Any) -> bool:
    """Whether there is nothing else in a row."""
    inside = any(inner is talk.messages for inner in value.values()) if isinstance(value, dict) else False
    return value is talk.messages or inside or value is talk.messages[0]


def _current(around: Json) -> Any:
    return first(
        around, ("current_node", "currentNode", "currentId", "current_message_id", "current_leaf_message_uuid")
    )
