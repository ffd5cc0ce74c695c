"""Logs of Simon Willison's `llm`: its JSON output, and the SQLite file itself.

This file knows whose a file is, and which rows of the JSON output belong
together; `row.py` knows rows, `database.py` how a database is read safely,
`responses.py` and `threads.py` the tables before and since 2026.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Json
from inglenook.formats.llm import responses, threads
from inglenook.formats.llm.database import opened
from inglenook.formats.llm.row import conversation, talk_of
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.jsontext import Element

SYSTEM: Final = "llm"
NAME: Final = "llm (Simon Willison)"


def sniff(head: Head) -> Match | None:
    if head.kind == "sqlite":
        return Match("database")
    if head.kind in ("array", "lines"):
        return Match("log") if {"datetime_utc", "prompt", "response"} <= head.first.keys() else None
    return None


def read(document: Document) -> Iterator[Found]:
    if document.head.kind == "sqlite":
        yield from _database(document)
        return
    for id, rows in _talks(document):
        try:
            yield conversation(SYSTEM, id, rows, document.beside)
        except BadFile as error:
            document.problem(f"Conversation {id}: {error.message}")


def _talks(document: Document) -> Iterator[tuple[str, list[Json]]]:
    """The rows of each conversation; they lie among each other, and none is held longer than it takes to have all."""
    told = len(document.problems)
    left = Counter(talk_of(element.value) for element in _elements(document) if isinstance(element.value, dict))
    # They are told again when the rows are read.
    del document.problems[told:]
    begun: dict[str, list[Json]] = {}
    for element in _elements(document):
        if not isinstance(element.value, dict):
            document.problem(f"Entry {element.number + 1:,} is no row and was left out.")
            continue
        id = talk_of(element.value)
        begun.setdefault(id, []).append(element.value)
        left[id] -= 1
        if not left[id]:
            yield id, begun.pop(id)


def _elements(document: Document) -> Iterator[Element]:
    return document.elements() if document.head.kind == "array" else document.lines()


def _database(document: Document) -> Iterator[Found]:
    """What both generations of tables hold. BadFile if it is another database, or damaged."""
    with opened(document) as tables:
        if not tables.has("responses") and not tables.has("threads", "turns", "messages", "parts"):
            raise BadFile("This database holds no conversations that Inglenook knows.", advice="")
        repeated: dict[str, set[str]] = {}
        for id, found in threads.conversations(SYSTEM, tables, document):
            if responses.has(tables, id):
                repeated[id] = threads.texts(found.conversation)
            yield found
        yield from responses.conversations(SYSTEM, tables, document, repeated)
