"""Who answered whom in an OpenRouter room: turns in the order of their time, and the answers below them.

This file knows what orpg.1.0 to 3.0 say about order: users' messages name no
parent, answers name the user's message, and the first version names neither
parents nor times. It never learns what a message holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from inglenook.core.model import Json, Role
from inglenook.formats.reading import stamp
from inglenook.formats.reading.draft import role_of, text_of
from inglenook.formats.reading.shape import text

USER: Final = "USER"
# An id holds the second in which it was made: msg-1743559826-bbbbbbbbbbbbbbbbbbbb.
_SECONDS: Final = re.compile(r"-(\d{9,10})-")


@dataclass(frozen=True, slots=True)
class Tree:
    """Messages by their keys in the file. `order` is that of time, `end` the end of the path that was shown.

    `parallel` names, for answers that several characters gave to one message, that message. `times` has no entry
    for a message that says nothing about its time.
    """

    order: list[str]
    parent: dict[str, str | None]
    parallel: dict[str, str]
    times: dict[str, int]
    end: str | None


def role_in(record: Json) -> Role:
    """Who speaks; before orpg.3.0 only the character says it."""
    kind = text(record.get("type"))
    return role_of(kind or ("user" if record.get("characterId") == USER else "assistant"))


def arranged(messages: dict[str, Json], characters: list[str]) -> Tree:
    """The tree of a room's messages; `characters` are the ids of its models, in their order."""
    times = {key: at for key, record in messages.items() if (at := _time(key, record)) is not None}
    order = _order(messages, times)
    above, opened = _linked(messages, order)
    below: dict[str, list[str]] = {}
    for key in order:
        if (over := above.get(key)) is not None:
            below.setdefault(over, []).append(key)
    rank = {id: place for place, id in enumerate(characters)}
    place = {key: number for number, key in enumerate(order)}

    def kept(answers: list[str]) -> str:
        def preference(key: str) -> tuple[bool, int, int]:
            record = messages[key]
            character = text(record.get("characterId"))
            return record.get("isRetrying") is True, rank.get(character, len(rank)), -place[key]

        return min(answers, key=preference)

    def end_of(key: str, limit: int) -> str:
        # An answer may have been asked for again after the next turn began.
        while follow := [k for k in below.get(key, ()) if place[k] < limit or role_in(messages[k]) == "assistant"]:
            key = kept(follow)
        return key

    end: str | None = None
    limits = [place[turn[0]] for turn in opened[1:]]
    for turn, limit in zip(opened, [*limits, len(order)], strict=False):
        # A turn is a message without a link, or answers whose prompt is not in the file.
        for key in turn:
            above[key] = end
        end = end_of(kept(turn), limit)
    return Tree(order, above, _parallel(messages, [*below.items(), *_promptless(opened)]), times, end)


def _linked(messages: dict[str, Json], order: list[str]) -> tuple[dict[str, str | None], list[list[str]]]:
    """The parents that are named or go without saying, and the turns whose place is only told by time."""
    names = {key: key for key in messages}
    for key, record in messages.items():
        names.setdefault(text_of(record.get("id")) or key, key)
    above: dict[str, str | None] = {}
    opened: list[list[str]] = []
    orphans: dict[str, list[str]] = {}
    prompt: str | None = None
    for key in order:
        record = messages[key]
        named = text_of(record.get("parentMessageId"))
        answer = role_in(record) == "assistant"
        if named in names and names[named] != key:
            above[key] = names[named]
        elif answer and not named and prompt is not None:
            above[key] = prompt
        elif answer and named and named in orphans:
            orphans[named].append(key)
        else:
            opened.append([key])
            if answer and named:
                orphans[named] = opened[-1]
            if not answer:
                prompt = key
    return above, opened


def _promptless(opened: list[list[str]]) -> list[tuple[str, list[str]]]:
    return [(turn[0], turn) for turn in opened if len(turn) > 1]


def _parallel(messages: dict[str, Json], answered: list[tuple[str, list[str]]]) -> dict[str, str]:
    found = {}
    for over, answers in answered:
        spoke = [key for key in answers if role_in(messages[key]) == "assistant"]
        if len({text(messages[key].get("characterId")) for key in spoke}) > 1:
            found.update(dict.fromkeys(spoke, over))
    return found


def _time(key: str, record: Json) -> int | None:
    if (created := stamp.ms(record.get("createdAt"))) is not None:
        return created
    found = _SECONDS.search(key)
    # What was changed later has a later `updatedAt`, so the id comes first.
    return (stamp.ms(int(found[1])) if found else None) or stamp.ms(record.get("updatedAt"))


def _order(messages: dict[str, Json], times: dict[str, int]) -> list[str]:
    ranks: dict[str, tuple[int, int, bool, int]] = {}
    known = list(times.values())
    step = -1 if known and known[0] > known[-1] else 1
    before = known[0] if known else 0
    for place, (key, record) in enumerate(messages.items()):
        before = times.get(key, before)
        updated = 0 if record.get("createdAt") else stamp.ms(record.get("updatedAt")) or 0
        ranks[key] = (before, updated, role_in(record) == "assistant", step * place)
    return sorted(messages, key=ranks.__getitem__)
