"""Rows of conversations that nothing tells apart but what they say.

This file knows when a row's id is good for more than its own file, and that the
same beginning may stand in several rows. It never learns what a row holds.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Final

from inglenook.core.model import Json
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.ids import content_id
from inglenook.formats.reading.jsontext import Element
from inglenook.formats.reading.leftovers import own_text

# A number, or a word with one, is counted anew in every dataset.
_UNIQUE: Final = re.compile(r"(?=\D*\d)[A-Za-z0-9_-]{16,80}")


class RowIds:
    """The ids of the rows of one file; a row that has grown keeps its id."""

    def __init__(self) -> None:
        # Small, since there may be a million: of each id the first row, by its digest; and all, where they are several.
        self._first: dict[bytes, bytes] = {}
        self._several: dict[bytes, dict[bytes, int]] = {}

    def id_of(self, own: str, beginning: Iterable[str], raw: str) -> str:
        """`own`: the id in the row; `beginning`: what is said first in it; `raw`: all of the row."""
        key = own if _UNIQUE.fullmatch(own) else content_id(own, *beginning)
        short, row = _digest(key), _digest(raw)
        first = self._first.setdefault(short, row)
        if first == row:
            return key
        same = self._several.setdefault(short, {first: 0})
        return content_id(key, str(same.setdefault(row, len(same))))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:12]


def records_of(document: Document) -> tuple[list[Json], str]:
    """The objects of a file of JSON Lines that is one conversation, and their texts; others are left out and told."""
    records: list[Json] = []
    raw: list[str] = []
    for line in document.lines():
        if isinstance(line.value, dict):
            records.append(line.value)
            raw.append(line.raw)
        else:
            document.problem(f"Line {line.number + 1:,} is no record and was left out.")
    return records, "\n".join(raw)


def rows_of(document: Document) -> Iterator[Element]:
    """The rows of a file, whether it is a list, JSON Lines, or one row."""
    match document.head.kind:
        case "array":
            yield from document.elements()
        case "lines":
            yield from document.lines()
        case "object":
            element = Element(document.value(), document.text(), 0)
            yield Element(element.value, own_text(element), 0)
