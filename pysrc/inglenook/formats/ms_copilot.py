"""Conversations of Microsoft Copilot for consumers, from the privacy page's CSV.

This file knows the one table it has (2025 and 2026): conversation, time,
author, message, newest first. Neither ids nor models are in it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from inglenook.core.model import Author, Text
from inglenook.formats.reading import stamp
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.ids import content_id

SYSTEM: Final = "ms-copilot"
NAME: Final = "Microsoft Copilot"

_COLUMNS: Final = ["conversation", "time", "author", "message"]
_WHO: Final = ("human", "ai")
# A message may be as long as a file; the module's own limit is too low.
_LONGEST: Final = 100 << 20


def sniff(head: Head) -> Match | None:
    if head.kind != "text":
        return None
    rows = _rows(head.text[:65_536], 3)
    if not rows or len(rows[0]) != 4:
        return None
    if [cell.strip().lower() for cell in rows[0]] == _COLUMNS:
        return Match("activity")
    # The names of columns are translated; what an author is called is not.
    return Match("activity") if len(rows) > 1 and len(rows[1]) == 4 and rows[1][2].lower() in _WHO else None


def _rows(text: str, count: int) -> list[list[str]]:
    try:
        return [row for row, _ in zip(csv.reader(io.StringIO(text)), range(count), strict=False)]
    except csv.Error:
        return []


def read(document: Document) -> Iterator[Found]:
    csv.field_size_limit(_LONGEST)
    run: list[list[str]] = []
    header: list[str] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(document.text()))):
            if not header:
                header = row
                continue
            if not row:
                continue
            if len(row) != 4:
                document.problem(f"Row {number + 1:,} has {len(row)} cells instead of 4 and was left out.")
                continue
            if run and run[0][0] != row[0]:
                yield _conversation(header, run)
                run = []
            run.append(row)
    except csv.Error as error:
        document.problem(f"The table is damaged: {error}.")
    if run:
        yield _conversation(header, run)


def _conversation(header: list[str], run: list[list[str]]) -> Found:
    """Neighbouring rows of one title are one conversation; the same title elsewhere is another one."""
    # Newest first, and where two have the same second the question comes before its answer.
    rows = sorted(reversed(run), key=lambda row: (stamp.ms(row[1]) or 0, not _asks(row)))
    title = rows[0][0]
    draft = Draft(SYSTEM, content_id(title, rows[0][1], rows[0][3]), title=title)
    for row in rows:
        _, time, author, message = row
        known = author.strip().lower() in _WHO
        draft.add(
            "user" if _asks(row) else "assistant",
            [Text(message)] if message else [],
            created=time,
            author=Author() if known else Author(name=author.strip()),
        )
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *run])
    return draft.finish(raw=out.getvalue())


def _asks(row: list[str]) -> bool:
    return row[2].strip().lower() == "human"
