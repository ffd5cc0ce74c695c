"""Conversations of Jan: a `messages.jsonl` with its `thread.json` beside it.

This file knows messages with typed content (2024 to 2026), times in seconds
and in milliseconds. They are one line, without branches.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Citation, Failure, Json, Part, Reasoning, Status, Text, ToolCall, ToolResult
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import rest_of, top_of
from inglenook.formats.reading.shape import arr, obj, text
from inglenook.formats.reading.turns import Turn, add_turns, key_for
from inglenook.formats.reading.typed_content import content_parts, json_text, result_text, spoken, usage_of

SYSTEM: Final = "jan"
NAME: Final = "Jan"

_STATES: Final[dict[str, Status]] = {"stopped": "interrupted", "pending": "interrupted", "error": "failed"}
_TAKEN: Final = (
    "id", "object", "thread_id", "assistant_id", "role", "content", "status", "created_at", "completed_at",
    "error_code", "tool_call_id", "type", "attachments",
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
    found: dict[str, list[tuple[Json, str]]] = {}
    for line in document.lines():
        value = obj(line.value)
        if value.get("object") != "thread.message":
            document.problem(f"Line {line.number + 1:,} is no message and was left out.")
            continue
        found.setdefault(text_of(value.get("thread_id")), []).append((value, line.raw))
    for id, rows in found.items():
        try:
            thread, raw = _thread(document, id), "\n".join(raw for _, raw in rows)
            yield conversation(thread, id, [row for row, _ in rows], raw, document)
        except BadFile as error:
            document.problem(f"Conversation {id}: {error.message}")


def _thread(document: Document, id: str) -> Json:
    """What is known about a thread: in the file beside its messages, or wherever it lies."""
    folder = document.name.replace("\\", "/").rpartition("/")[0]
    near = document.beside.named(f"{folder}/thread.json" if folder else "thread.json")
    for other in (near, *document.beside):
        if other is not None and other.head.kind == "object" and other.head.top.get("object") == "thread":
            value = top_of(other) if text_of(other.head.top.get("id")) == id else {}
            if value:
                other.used = True
                return value
    return {}


def conversation(thread: Json, id: str, rows: list[Json], raw: str, document: Document) -> Found:
    """One thread. BadFile if it has no messages."""
    assistant = obj(next(iter(arr(thread.get("assistants"))), None))
    about = obj(thread.get("metadata"))
    draft = Draft(SYSTEM, id, title=thread.get("title"), created=thread.get("created"), updated=thread.get("updated"))
    draft.model = text(obj(assistant.get("model")).get("id")) or text(obj(thread.get("model")).get("id"))
    draft.pinned = about.get("is_favorite") is True or thread.get("isFavorite") is True
    draft.folder = text(obj(about.get("project")).get("name"))
    about = rest_of(about, "is_favorite", "project")
    draft.rest = rest_of({**thread, "metadata": about}, "id", "object", "title", "created", "updated", "isFavorite")
    turns: dict[str, Turn] = {}
    if said := text(assistant.get("instructions")):
        turns["system"] = Turn("system", None, "system", [Text(said)], f"{id}/instructions")
    for row in rows:
        turn = _turn(draft, document, row, draft.model)
        turn.key, turn.parent = key_for(turn.id, turns), next(reversed(turns), None)
        turns[turn.key] = turn
    add_turns(draft, turns.values())
    return draft.finish(raw=raw)


def _turn(draft: Draft, document: Document, row: Json, model: str) -> Turn:
    role = role_of(row.get("role"), "user")
    told = obj(row.get("metadata"))
    assistant = obj(told.get("assistant"))
    model = text(obj(assistant.get("model")).get("id")) or text(told.get("model")) or model
    author = Author(model=model, name=text(assistant.get("name"))) if role == "assistant" else NOBODY
    parts = _parts(draft, row, role == "assistant") + _calls(told)
    if role == "tool":
        words = "\n".join(part.text for part in parts if isinstance(part, Text))
        parts = [ToolResult(text_of(row.get("tool_call_id")), words), *(p for p in parts if not isinstance(p, Text))]
    for file in map(obj, arr(row.get("attachments"))):
        name = text(file.get("name")) or text_of(file.get("file_id"))
        parts.append(draft.attach(document.beside.use(name) if name else None, kind="file", name=name))
    status = _STATES.get(text(row.get("status")), "done") if role == "assistant" else "done"
    code, why = text_of(row.get("error_code")), text(obj(told.get("error")).get("message"))
    if code or why or status == "failed":
        parts.append(Failure(why or "The answer failed.", detail=code))
    left = rest_of({**row, "metadata": rest_of(told, "usage", "assistant", "tool_calls", "error")}, *_TAKEN)
    known = {
        "created": row.get("created_at"), "updated": row.get("completed_at"), "author": author, "status": status,
        "usage": usage_of(told.get("usage")), "rest": left,
    }  # fmt: skip
    return Turn("", None, role, parts, text_of(row.get("id")), known=known)


def _calls(told: Json) -> list[Part]:
    """Calls that stand beside an answer, each with what the tool said."""
    parts: list[Part] = []
    for call in map(obj, arr(told.get("tool_calls"))):
        tool = obj(call.get("tool")) or call
        function, id = obj(tool.get("function")), text_of(tool.get("id"))
        name = text(function.get("name"))
        parts.append(ToolCall(id, name, json_text(function.get("arguments"))))
        if (given := call.get("response")) is not None:
            parts.append(ToolResult(id, result_text(obj(given).get("content") or given), name))
    return parts


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
