"""Conversations of Jan: a `messages.jsonl` with its `thread.json` beside it.

This file knows messages with typed content (2024 to 2026), times in seconds
and in milliseconds. They are one line, without branches.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Citation, Failure, Json, Part, Reasoning, Text, ToolCall, ToolResult
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, obj, text
from inglenook.formats.reading.typed_content import content_parts, json_text, spoken, usage_of

SYSTEM: Final = "jan"
NAME: Final = "Jan"

_STATES: Final = {"stopped": "interrupted", "pending": "interrupted", "error": "failed"}
_TAKEN: Final = (
    "id", "object", "thread_id", "assistant_id", "role", "content", "status", "created_at", "completed_at",
    "error_code",
    "tool_call_id",
)  # fmt: skip


def sniff(head: Head) -> Match | None:
    if head.kind in ("lines", "object") and any(
        obj(item).get("object") == "thread.message" for item in head.items[:20]
    ):
        return Match("messages")
    if head.kind == "object" and head.top.get("object") == "thread.message":
        return Match("messages")
    if head.kind == "object" and head.top.get("object") == "thread" and "assistants" in head.top:
        return Match("thread", aside=True)
    return None


def read(document: Document) -> Iterator[Found]:
    threads = _threads(document)
    found: dict[str, list[tuple[Json, str]]] = {}
    for line in document.lines():
        value = obj(line.value)
        found.setdefault(text_of(value.get("thread_id")), []).append((value, line.raw))
    for id, rows in found.items():
        try:
            yield conversation(threads.get(id, {}), id, [row for row, _ in rows], "\n".join(raw for _, raw in rows))
        except BadFile as error:
            document.problem(f"Conversation {id}: {error.message}")


def _threads(document: Document) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for other in document.beside:
        if other.head.kind == "object" and other.head.top.get("object") == "thread":
            value = obj(other.value())
            found[text_of(value.get("id"))] = value
    return found


def conversation(thread: Json, id: str, rows: list[Json], raw: str) -> Found:
    """One thread. BadFile if it has no messages."""
    assistant = obj(next(iter(arr(thread.get("assistants"))), None))
    model = text(obj(assistant.get("model")).get("id"))
    draft = Draft(SYSTEM, id, title=thread.get("title"), created=thread.get("created"), updated=thread.get("updated"))
    draft.rest = rest_of(thread, "id", "object", "title", "created", "updated")
    if said := text(assistant.get("instructions")):
        draft.add("system", [Text(said)], parent=None)
    for row in rows:
        role = role_of(row.get("role"), "user")
        told = obj(row.get("metadata"))
        name = text(obj(told.get("assistant")).get("name"))
        mine = text(obj(obj(told.get("assistant")).get("model")).get("id")) or text(told.get("model")) or model
        status = _STATES.get(text(row.get("status")), "done") if role == "assistant" else "done"
        parts = _parts(draft, row, role == "assistant")
        if code := text_of(row.get("error_code")):
            parts.append(Failure("The answer failed.", detail=code))
        draft.add(
            role,
            parts,
            id=row.get("id"),
            created=row.get("created_at"),
            updated=row.get("completed_at"),
            author=Author(model=mine, name=name) if role == "assistant" and (mine or name) else NOBODY,
            usage=usage_of(told.get("usage")),
            status=status,  # type: ignore[arg-type]
            rest=rest_of(row, *_TAKEN),
        )
    return draft.finish(raw=raw)


def _parts(draft: Draft, row: Json, answers: bool) -> list[Part]:
    content: Any = row.get("content")
    if isinstance(content, str):
        return content_parts(draft, content, answers)
    parts: list[Part] = []
    for piece in map(obj, arr(content)):
        said = obj(piece.get("text"))
        match piece.get("type"):
            case "text" if "value" in said or isinstance(piece.get("text"), str):
                words = text(said.get("value")) or text(piece.get("text"))
                parts += spoken(words) if answers else [Text(words)]
                for note in map(obj, arr(said.get("annotations"))):
                    if url := text(note.get("url")):
                        parts.append(Citation(url, text(note.get("title"))))
            case "reasoning" if "value" in said:
                parts.append(Reasoning(text(said.get("value"))))
            case "tool_call":
                call = text_of(piece.get("tool_call_id"))
                parts.append(ToolCall(call, text(piece.get("tool_name")), json_text(piece.get("input"))))
                if piece.get("output") is not None:
                    parts.append(ToolResult(call, json_text(piece["output"]), text(piece.get("tool_name"))))
            case _:
                parts += content_parts(draft, [piece], answers)
    return parts
