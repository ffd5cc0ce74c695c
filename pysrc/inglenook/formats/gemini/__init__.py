"""What was asked of Gemini (once Bard), from Google's "My Activity": JSON or HTML.

This file knows that rows come newest first and may belong to any Google
product: only Gemini's count. There are no conversations in them; rows with one
address belong together, and others that follow each other within half an hour.
`row.py` and `page.py` know what is in a row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final

from inglenook.core.model import Part, Text
from inglenook.core.title import title_from
from inglenook.formats.gemini import page, row
from inglenook.formats.gemini.row import Row
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.ids import content_id
from inglenook.formats.reading.shape import obj

SYSTEM: Final = "gemini"
NAME: Final = "Gemini"

GAP_MS: Final = 30 * 60_000
# Of a file with many products only the first rows are looked at as values.
_NAMED: Final = re.compile(r'"(?:header|products)"\s*:\s*\[?\s*"([^"]{0,80})"')


def sniff(head: Head) -> Match | None:
    if head.kind == "array" and any({"header", "title"} <= obj(item).keys() for item in head.items):
        known = [obj(item) for item in head.items if {"products", "time"} & obj(item).keys()]
        if known and (any(map(row.is_ours, known)) or any(map(row.NAMES.search, _NAMED.findall(head.text)))):
            return Match("activity JSON")
    if head.kind == "html" and "outer-cell" in head.text and page.has_ours(head.text):
        return Match("activity page")
    return None


def read(document: Document) -> Iterator[Found]:
    rows: list[Row] = []
    others = empty = 0
    for found in _of_json(document) if document.head.kind == "array" else page.rows(document.text()):
        if found is None:
            others += 1
        elif found.is_empty:
            empty += 1
        else:
            rows.append(found)
    for count, said in ((others, "of other Google products"), (empty, "without content")):
        if count:
            many = "activities" if count > 1 else "activity"
            document.problem(f"{count:,} {many} {said} {'were' if count > 1 else 'was'} left out.")
    for group in _grouped(_in_order(rows)):
        yield _conversation(group, document)


def _of_json(document: Document) -> Iterator[Row | None]:
    for element in document.elements():
        value = obj(element.value)
        yield row.of_json(value) if row.is_ours(value) else None


def _in_order(rows: list[Row]) -> list[Row]:
    """Oldest first; what has no time that can be read stays between its neighbours."""
    keys: list[int] = []
    for one in reversed(rows):
        keys.append(one.at_ms or (keys[-1] if keys else 0))
    return [one for _, one in sorted(zip(keys, reversed(rows), strict=True), key=lambda pair: pair[0])]


def _grouped(rows: list[Row]) -> Iterable[list[Row]]:
    groups: dict[str, list[Row]] = {}
    last_ms, number = 0, 0
    for one in rows:
        if one.group:
            groups.setdefault(one.group, []).append(one)
            continue
        if not one.at_ms or one.at_ms - last_ms > GAP_MS:
            number += 1
        last_ms = one.at_ms
        groups.setdefault(f"\0{number}", []).append(one)
    return groups.values()


def _conversation(rows: list[Row], document: Document) -> Found:
    first = rows[0]
    # A later export holds the same rows; the first of them tells a group apart.
    id = first.group or content_id(str(first.at_ms), first.asked)
    draft = Draft(
        SYSTEM,
        id,
        title=title_from(words) if (words := first.asked or first.answer) else "",
        url=f"https://gemini.google.com/app/{first.group}" if first.group else "",
    )
    if not first.group:
        draft.tags = ["grouped by time"]
    for one in rows:
        _add(draft, one, document)
    return draft.finish(raw=json.dumps([one.raw for one in rows], ensure_ascii=False))


def _add(draft: Draft, one: Row, document: Document) -> None:
    """What was asked, and the answer."""
    created = one.at_ms or None
    asked: list[Part] = [Text(one.asked)] if one.asked and not one.is_made else []
    asked += [draft.attach(document.beside.use(name), name=name) for name in one.files]
    said = one.title if one.is_made else one.answer
    answer: list[Part] = [Text(said)] if said else []
    for name in page.pictures(one.html):
        answer.append(draft.attach(document.beside.use(name), kind="image", name=name))
    rest = {"html": one.html} if one.html and one.html != one.answer else {}
    written = None if created else one.when
    if asked:
        draft.add("user", asked, created=created, written=written, rest=one.rest)
    else:
        rest = {**one.rest, **rest}
    if answer or one.links:
        later = created + 1 if created and asked else created
        when = None if asked else written
        draft.add("assistant", [*answer, *one.links], created=later, written=when, rest=rest)
