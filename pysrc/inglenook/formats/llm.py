"""Logs of Simon Willison's `llm`: its JSON output, and the SQLite file itself.

This file knows rows with a prompt and a response (2023 to 2026) and the tables
that they come from, of whatever generation: a column that is missing is empty.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Json, Part, Reasoning, Text, ToolCall, ToolResult, Usage
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.typed_content import json_text

SYSTEM: Final = "llm"
NAME: Final = "llm (Simon Willison)"

_TAKEN: Final = (
    "id", "model", "prompt", "system", "response", "conversation_id", "duration_ms", "datetime_utc", "input_tokens",
    "output_tokens", "reasoning", "conversation_name", "conversation_model", "attachments", "prompt_json",
    "response_json",
    "tool_calls", "tool_results", "resolved_model",
)  # fmt: skip
_TABLES: Final = ("conversations", "attachments", "prompt_attachments", "tool_calls", "tool_results")


def sniff(head: Head) -> Match | None:
    if head.kind == "sqlite":
        return Match("database")
    if head.kind in ("array", "lines"):
        row = head.first
        return Match("log") if {"datetime_utc", "prompt", "response"} <= row.keys() else None
    return None


def read(document: Document) -> Iterator[Found]:
    rows = _database(document) if document.head.kind == "sqlite" else _listed(document)
    talks: dict[str, list[Json]] = {}
    for row in rows:
        talks.setdefault(text_of(row.get("conversation_id")) or text_of(row.get("id")), []).append(row)
    for id, talk in talks.items():
        try:
            yield conversation(id, talk)
        except BadFile as error:
            document.problem(f"Conversation {id}: {error.message}")


def _listed(document: Document) -> Iterator[Json]:
    for element in document.elements() if document.head.kind == "array" else document.lines():
        if isinstance(element.value, dict):
            yield element.value
        else:
            document.problem(f"Entry {element.number + 1:,} is no row and was left out.")


def conversation(id: str, rows: list[Json]) -> Found:
    """One conversation, its rows in the order of their times."""
    rows = sorted(rows, key=lambda row: text(row.get("datetime_utc")))
    draft = Draft(SYSTEM, id, title=rows[0].get("conversation_name"))
    system = None
    for row in rows:
        mine, at = text_of(row.get("id")), row.get("datetime_utc")
        if (said := text(row.get("system"))) and said != system:
            system = said
            draft.add("system", [Text(said)], id=f"{mine}/system" if mine else None, created=at)
        asked: list[Part] = [Text(row["prompt"])] if text(row.get("prompt")) else []
        for file in map(obj, arr(row.get("attachments"))):
            source = file.get("content") if isinstance(file.get("content"), bytes) else text(file.get("url")) or None
            name = text(file.get("path")) or text(file.get("id"))
            asked.append(draft.attach(source, name=name, media_type=text(file.get("type"))))
        asked += [
            ToolResult(text_of(r.get("tool_call_id")), json_text(r.get("output")), text(r.get("name")))
            for r in map(obj, arr(row.get("tool_results")))
        ]
        if asked:
            draft.add("user", asked, id=f"{mine}/prompt" if mine else None, created=at, rest=rest_of(row, *_TAKEN))
        _answer(draft, row, mine, at)
    return draft.finish(raw=json.dumps([_plain(row) for row in rows], ensure_ascii=False))


def _answer(draft: Draft, row: Json, mine: str, at: Any) -> None:
    parts: list[Part] = [Reasoning(row["reasoning"])] if text(row.get("reasoning")) else []
    if said := text(row.get("response")):
        parts.append(Text(said))
    for call in map(obj, arr(row.get("tool_calls"))):
        parts.append(
            ToolCall(text_of(call.get("tool_call_id")), text(call.get("name")), json_text(call.get("arguments")))
        )
    if not parts:
        return
    model = text(row.get("model"))
    draft.add(
        "assistant",
        parts,
        id=f"{mine}/response" if mine else None,
        created=at,
        author=Author(model=model, served_model=text(row.get("resolved_model"))) if model else NOBODY,
        usage=Usage(
            count(row.get("input_tokens")), count(row.get("output_tokens")), duration_ms=count(row.get("duration_ms"))
        ),
    )


def _plain(row: Json) -> Json:
    """A row without the bytes of files, which are kept as files."""
    files = [{n: v for n, v in obj(f).items() if not isinstance(v, bytes)} for f in arr(row.get("attachments"))]
    return {**{name: value for name, value in row.items() if not isinstance(value, bytes)}, "attachments": files}


def _database(document: Document) -> Iterator[Json]:
    """The rows of the database, as the JSON output would have them. BadFile if it is another database."""
    try:
        # Not there in every Python that runs in a browser.
        import sqlite3
    except ImportError:
        raise BadFile(
            "SQLite files cannot be read in this browser.", advice="Export with: llm logs --json -n 0"
        ) from None
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(document.data())
        connection.row_factory = lambda cursor, row: dict(zip((c[0] for c in cursor.description), row, strict=True))
        tables = {
            row["name"] for row in connection.execute("select name from sqlite_master where type in ('table', 'view')")
        }
        if "responses" not in tables:
            raise BadFile("This database holds no conversations that Inglenook knows.", advice="")
        beside = {name: list(connection.execute(f"select * from {name}")) if name in tables else [] for name in _TABLES}
        yield from _joined(list(connection.execute("select * from responses")), beside)
    except sqlite3.Error as error:
        raise BadFile("The database is damaged.", detail=type(error).__name__) from error
    finally:
        connection.close()


def _joined(rows: list[Json], beside: dict[str, list[Json]]) -> Iterator[Json]:
    talks = {row.get("id"): row for row in beside["conversations"]}
    files = {row.get("id"): row for row in beside["attachments"]}
    sent: dict[Any, list[Json]] = {}
    for link in beside["prompt_attachments"]:
        if (file := files.get(link.get("attachment_id"))) is not None:
            sent.setdefault(link.get("response_id"), []).append(file)
    called, given = _by_response(beside["tool_calls"]), _by_response(beside["tool_results"])
    for row in rows:
        talk = talks.get(row.get("conversation_id"), {})
        id = row.get("id")
        yield {
            **row,
            "conversation_name": talk.get("name"),
            "attachments": sent.get(id, []),
            "tool_calls": called.get(id, []),
            "tool_results": given.get(id, []),
        }


def _by_response(rows: list[Json]) -> dict[Any, list[Json]]:
    found: dict[Any, list[Json]] = {}
    for row in rows:
        found.setdefault(row.get("response_id"), []).append(row)
    return found
