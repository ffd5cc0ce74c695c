"""The tables of `llm` since 2026: messages by the hash of what they say, threads that point into their tree.

This file knows threads, turns, messages and parts. A turn is one call of a
model: it says when, by which model and for how many tokens a part of the tree
was made. Threads that share a beginning share its messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Conversation, Json, Part, Reasoning, Text, ToolCall, ToolResult, Unknown
from inglenook.formats.llm.database import Tables
from inglenook.formats.llm.row import attachment, author_of, from_json, outcome, raw_of, tokens_of
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, role_of, text_of
from inglenook.formats.reading.found import Found
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.turns import Turn, add_turns
from inglenook.formats.reading.typed_content import json_text

_TURN: Final = (
    "id", "thread_id", "parent_message_hash", "tip_message_hash", "model", "resolved_model", "input_tokens",
    "output_tokens", "token_details", "duration_ms", "datetime_utc",
)  # fmt: skip
# What parts are made of, and how they name files, which the tables join.
_PAYLOAD: Final = ("text", "text_ref", "name", "arguments", "output", "tool_call_id", "attachment_id", "attachment_ids")
_KINDS: Final = ("text", "reasoning", "tool_call", "tool_result", "attachment")
# As the rows of the JSON output name what they hold, so that both are the same messages.
_WORDS: Final = {"system": "system", "user": "prompt", "tool": "results", "assistant": "response"}


def conversations(system: str, tables: Tables, document: Document) -> Iterator[tuple[str, Found]]:
    """One thread after another, with its id."""
    for id in tables.by("threads", "id"):
        try:
            yield text_of(id), _conversation(system, tables, document, id)
        except BadFile as error:
            if tables.spent:
                raise
            document.problem(f"Conversation {text_of(id)}: {error.message}")


def texts(conversation: Conversation) -> set[str]:
    """What is said in a conversation."""
    return {part.text for message in conversation.messages.values() for part in message.parts if isinstance(part, Text)}


def _conversation(system: str, tables: Tables, document: Document, id: Any) -> Found:
    thread = tables.first("threads", "id", id)
    calls = sorted(tables.where("turns", "thread_id", id), key=lambda call: text(call.get("id")))
    draft = Draft(system, id, title=thread.get("name"), created=thread.get("datetime_utc"))
    draft.rest = rest_of(thread, "id", "name", "tip_message_hash", "datetime_utc")
    draft.model = next((m for call in reversed(calls) if (m := text(call.get("model")))), "")
    # By hash, in an order in which none comes before the one that it replies to.
    rows: dict[str, Json] = {}
    turns: dict[str, Turn] = {}
    ids: set[str] = set()
    tip = text(thread.get("tip_message_hash"))
    for call in [*calls, {"tip_message_hash": tip}]:
        new = _chain(tables, text(call.get("tip_message_hash")), rows)
        rows.update({row["hash"]: row for row in new})
        inside = {text(call.get("parent_message_hash")), *_answers(rows, call)}
        made = {}
        near = call
        # From the end, since of several prompts the last one is the call's own.
        for row in reversed(new):
            owner = call if row["hash"] in inside else _elsewhere(tables, row["hash"])
            near = owner or near
            turn = _turn(draft, tables, document, row, owner)
            # What nobody called a model for is the beginning of a prompt, or came from another program.
            named = near.get("id") and (owner or turn.role == "system")
            name = f"{text(near.get('id'))}/{_WORDS[turn.role]}" if named else row["hash"]
            turn.id = name if name not in ids else row["hash"]
            ids.add(turn.id)
            made[row["hash"]] = turn
        turns.update({row["hash"]: made[row["hash"]] for row in new})
    shown = add_turns(draft, turns.values()).get(tip)
    raw = raw_of({"thread": thread, "turns": calls, "messages": list(rows.values())})
    return draft.finish(shown, raw)


def _elsewhere(tables: Tables, hash: str) -> Json:
    """The call of another thread that a message was made in, or for."""
    return tables.first("turns", "tip_message_hash", hash) or tables.first("turns", "parent_message_hash", hash)


def _chain(tables: Tables, tip: str, known: dict[str, Json]) -> list[Json]:
    """The messages from the root to `tip` that are not known yet, each with its parts."""
    found: dict[str, Json] = {}
    while tip and tip not in known and tip not in found:
        row = tables.first("messages", "hash", tip)
        if not row:
            break
        parts = sorted(tables.where("parts", "message_hash", tip), key=lambda part: count(part.get("position")) or 0)
        found[tip] = {**row, "hash": tip, "parts": parts}
        tip = text(row.get("parent_hash"))
    return list(reversed(found.values()))


def _answers(rows: dict[str, Json], call: Json) -> list[str]:
    """The hashes of what the model said in a call, the last one first."""
    end, found = text(call.get("parent_message_hash")), []
    hash = text(call.get("tip_message_hash"))
    while hash in rows and hash != end and hash not in found:
        found.append(hash)
        hash = text(rows[hash].get("parent_hash"))
    return found


def _turn(draft: Draft, tables: Tables, document: Document, row: Json, call: Json) -> Turn:
    """A message, with what its call says of it: the model of each answer; what the call took, of the last one."""
    parts = [part for one in row["parts"] for part in _parts(draft, tables, document, one)]
    role = role_of(row.get("role"), "user")
    if role == "user" and parts and all(isinstance(part, ToolResult) for part in parts):
        role = "tool"
    rest = rest_of(row, "hash", "parent_hash", "role", "parts")
    if left := [kept for one in row["parts"] if (kept := _left(one))]:
        rest["parts"] = left
    known: Json = {"created": call.get("datetime_utc")}
    if role == "assistant":
        known["author"] = author_of(call)
        if row["hash"] == call.get("tip_message_hash"):
            known["usage"] = tokens_of(call)
            rest |= rest_of(_with_tools(tables, call), *_TURN)
    return Turn(row["hash"], text(row.get("parent_hash")) or None, role, parts, known={**known, "rest": rest})


def _with_tools(tables: Tables, call: Json) -> Json:
    """A call, and what was offered to the model in it."""
    links = tables.where("turn_tools", "turn_id", call.get("id"))
    tools = [tables.first("tools", "id", link.get("tool_id")) for link in links]
    schema = tables.first("schemas", "id", call["schema_id"]).get("content") if call.get("schema_id") else None
    return {**call, "tools": tools, "schema": schema}


def _left(part: Json) -> Json:
    """What a part of a known kind holds besides."""
    return rest_of(obj(from_json(part.get("payload"))), *_PAYLOAD) if part.get("type") in _KINDS else {}


def _parts(draft: Draft, tables: Tables, document: Document, part: Json) -> list[Part]:
    payload = obj(from_json(part.get("payload")))
    said = text(part.get("text")) or text(payload.get("text"))
    name, call = text(part.get("tool_name")) or text(payload.get("name")), text_of(payload.get("tool_call_id"))
    files = [
        attachment(draft, tables.first("attachments", "id", link.get("attachment_id")), document.beside)
        for link in tables.where("part_attachments", "part_id", part.get("id"))
    ]
    match part.get("type"):
        case "text" if said or "text_ref" in payload:
            pieces = map(obj, arr(payload.get("text_ref")))
            return [Text(said or "".join(_piece(tables, piece) for piece in pieces)), *files]
        case "reasoning":
            return [Reasoning(said)] if said else []
        case "tool_call":
            return [ToolCall(call, name, json_text(payload.get("arguments")))]
        case "tool_result":
            given = outcome(payload.get("output") or said, payload.get("exception"))
            return [ToolResult(call, given, name), *files]
        case "attachment" if files:
            return files
    if said:
        payload = {**payload, "text": said}
    return [Unknown(text(part.get("type")) or "part", payload), *files] if payload else files


def _piece(tables: Tables, piece: Json) -> str:
    """A piece of a text: itself, or a fragment that is stored once for all."""
    if "fragment" in piece:
        return text(tables.first("fragments", "id", piece["fragment"]).get("content"))
    return text(piece.get("literal"))
