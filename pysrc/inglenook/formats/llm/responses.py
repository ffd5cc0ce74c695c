"""The tables of `llm` until 2026: one row of `responses` for each prompt, with others that hang from it.

This file knows how the rows are joined, of whatever generation: a table or
column that is missing is empty. It never learns what a row says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from inglenook.core.errors import BadFile
from inglenook.core.model import Json
from inglenook.formats.llm.database import Tables
from inglenook.formats.llm.row import conversation
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import text_of
from inglenook.formats.reading.found import Found
from inglenook.formats.reading.shape import count, text


def has(tables: Tables, id: str) -> bool:
    """Whether a conversation has rows in these tables."""
    return id in tables.by("responses", "conversation_id")


def conversations(
    system: str, tables: Tables, document: Document, repeated: Mapping[str, set[str]]
) -> Iterator[Found]:
    """One conversation after another. `repeated`: what newer tables say under the same id, which is not told twice."""
    talks = tables.by("responses", "conversation_id")
    for id, rowids in talks.items():
        # A row that belongs to no conversation is one.
        for some in [rowids] if id is not None else [[rowid] for rowid in rowids]:
            try:
                if (found := _conversation(system, tables, document, id, some, repeated)) is not None:
                    yield found
            except BadFile as error:
                if tables.spent:
                    raise
                document.problem(f"Conversation {text_of(id) or 'without an id'}: {error.message}")


def _conversation(
    system: str, tables: Tables, document: Document, id: Any, rowids: list[int], repeated: Mapping[str, set[str]]
) -> Found | None:
    """One conversation by its rows; None if newer tables say all that is in it."""
    known = repeated.get(text_of(id), set())
    rows = [row for rowid in dict.fromkeys(rowids) if (row := tables.row("responses", rowid))]
    rows = [row for row in rows if text(row.get("response")) not in known]
    if not rows:
        return None
    about = tables.first("conversations", "id", id) if id is not None else {}
    name = f"{text_of(id)}/before" if known else text_of(id) or text_of(rows[0].get("id"))
    return conversation(system, name, [_joined(tables, row, about) for row in rows], document.beside)


def _joined(tables: Tables, row: Json, about: Json) -> Json:
    """The row as the JSON output has it."""
    id = row.get("id")
    results = [
        {**result, "attachments": _linked(tables, "tool_results_attachments", "tool_result_id", result.get("id"))}
        for result in tables.where("tool_results", "response_id", id)
    ]
    return {
        **row,
        "conversation_name": about.get("name"),
        "conversation_model": about.get("model"),
        "attachments": _linked(tables, "prompt_attachments", "response_id", id),
        "prompt_fragments": fragments(tables, "prompt_fragments", "response_id", id),
        "system_fragments": fragments(tables, "system_fragments", "response_id", id),
        "schema": tables.first("schemas", "id", row["schema_id"]).get("content") if row.get("schema_id") else None,
        "tools": [
            tables.first("tools", "id", link.get("tool_id"))
            for link in tables.where("tool_responses", "response_id", id)
        ],
        "tool_calls": tables.where("tool_calls", "response_id", id),
        "tool_results": results,
    }


def _linked(tables: Tables, table: str, column: str, id: object) -> list[Json]:
    links = sorted(tables.where(table, column, id), key=_place)
    return [tables.first("attachments", "id", link.get("attachment_id")) for link in links]


def fragments(tables: Tables, table: str, column: str, id: object) -> list[Json]:
    """The fragments that a table links with an id, in order, with the names that the user gave them."""
    found = []
    for link in sorted(tables.where(table, column, id), key=_place):
        fragment = link.get("fragment_id")
        aliases = [row.get("alias") for row in tables.where("fragment_aliases", "fragment_id", fragment)]
        found.append({**tables.first("fragments", "id", fragment), "aliases": aliases})
    return found


def _place(link: Json) -> int:
    return count(link.get("order")) or 0
