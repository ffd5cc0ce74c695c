"""Sessions of Claude Code, one JSON Lines file each.

This file knows the log of 2025 and 2026: records linked by `parentUuid`, one
answer of the API spread over several of them, tool results in messages of the
user. Records without a message only link others. Side chains are branches.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Json, Part, Text, ToolResult, Usage
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.turns import Turn, add_turns, key_for
from inglenook.formats.reading.typed_content import content_parts, result_text

SYSTEM: Final = "claude-code"
NAME: Final = "Claude Code"

_KINDS: Final = ("user", "assistant")
_TITLES: Final = ("ai-title", "summary", "custom-title")
_TAKEN: Final = (
    "type", "uuid", "parentUuid", "timestamp", "sessionId", "message", "requestId", "toolUseResult",
    "userType", "version",
    "cwd", "gitBranch", "isSidechain", "logicalParentUuid", "entrypoint", "slug", "level",
)  # fmt: skip


def sniff(head: Head) -> Match | None:
    if head.kind in ("lines", "object") and any(_is_record(item) for item in head.items[:100]):
        return Match("session")
    return None


def _is_record(item: Any) -> bool:
    record = obj(item)
    return (
        record.get("type") in _KINDS
        and "sessionId" in record
        and "uuid" in record
        and isinstance(record.get("message"), dict)
    )


def read(document: Document) -> Iterator[Found]:
    records: list[Json] = []
    raw: list[str] = []
    for line in document.lines():
        if isinstance(line.value, dict):
            records.append(line.value)
            raw.append(line.raw)
        else:
            document.problem(f"Line {line.number + 1:,} is no record and was left out.")
    try:
        yield conversation(records, "\n".join(raw))
    except BadFile as error:
        document.problem(error.message)


def conversation(records: list[Json], raw: str) -> Found:
    """One session. BadFile if it has no messages."""
    first = next((record for record in records if record.get("sessionId")), {})
    draft = Draft(SYSTEM, first.get("sessionId"), version=text(first.get("version")))
    draft.folder = text(first.get("cwd"))
    for record in records:
        if record.get("type") in _TITLES:
            draft.title = (
                text(record.get("aiTitle"))
                or text(record.get("summary"))
                or text(record.get("customTitle"))
                or draft.title
            )
    parents = _parents(records)
    turns: dict[str, Turn] = {}
    answers: dict[str, str] = {}
    stands: dict[str, str] = {}
    previous: str | None = None
    for record in records:
        uuid = text_of(record.get("uuid"))
        if record.get("type") not in _KINDS or not isinstance(record.get("message"), dict) or uuid in turns:
            continue
        parent = parents.get(uuid) if "parentUuid" in record else previous
        parent = stands.get(parent or "", parent)
        answer = text_of(record["message"].get("id"))
        if record["type"] == "assistant" and answer in answers and answers[answer] == parent:
            # One answer, spread over several records.
            head = turns[answers[answer]]
            head.parts = [*head.parts, *_parts(draft, record)]
            head.known["usage"] = _usage(record)
            stands[uuid] = head.key
        else:
            turn = _turn(draft, record, uuid, parent, turns)
            turns[turn.key] = turn
            stands[uuid] = turn.key
            if answer:
                answers[answer] = turn.key
        previous = stands[uuid]
    ids = add_turns(draft, turns.values())
    return draft.finish(ids.get(_last(records, stands) or ""), raw)


def _parents(records: list[Json]) -> dict[str, str]:
    """The nearest message above each record, over records that hold none."""
    known = {text_of(record.get("uuid")): record for record in records if record.get("uuid")}
    found: dict[str, str] = {}
    for uuid, record in known.items():
        above, seen = text_of(record.get("parentUuid")), {uuid}
        while above in known and above not in seen and known[above].get("type") not in _KINDS:
            seen.add(above)
            above = text_of(known[above].get("parentUuid")) or text_of(known[above].get("logicalParentUuid"))
        if above in known and above not in seen:
            found[uuid] = above
    return found


def _last(records: list[Json], stands: dict[str, str]) -> str | None:
    """The newest message that is not of a side chain."""
    for record in reversed(records):
        uuid = text_of(record.get("uuid"))
        if uuid in stands and record.get("isSidechain") is not True:
            return stands[uuid]
    return None


def _turn(draft: Draft, record: Json, uuid: str, parent: str | None, taken: dict[str, Turn]) -> Turn:
    message = record["message"]
    parts = _parts(draft, record)
    role = "assistant" if record["type"] == "assistant" else "user"
    answered = bool(parts) and all(isinstance(part, ToolResult) for part in parts)
    known: dict[str, Any] = {
        "created": record.get("timestamp"),
        "usage": _usage(record),
        "hidden": record.get("isMeta") is True or record.get("isSidechain") is True,
        "rest": rest_of(record, *_TAKEN),
    }
    if role == "assistant":
        known["author"] = Author(model=text(message.get("model")))
        known["finish_reason"] = text(message.get("stop_reason")) or None
        if record.get("isApiErrorMessage") is True:
            known["status"] = "failed"
    return Turn(key_for(uuid, taken), parent, "tool" if answered else role, parts, id=uuid, known=known)


def _parts(draft: Draft, record: Json) -> list[Part]:
    message = record["message"]
    content = message.get("content")
    if isinstance(content, str):
        return [Text(content)] if content.strip() else []
    parts: list[Part] = []
    for block in arr(content):
        kind = obj(block).get("type")
        if kind in ("image", "document"):
            source = obj(block.get("source"))
            data, media_type = text(source.get("data")), text(source.get("media_type"))
            address = f"data:{media_type};base64,{data}" if data else text(source.get("url")) or None
            parts.append(draft.attach(address, kind="image" if kind == "image" else "file", media_type=media_type))
        elif kind == "tool_result":
            said = result_text(block.get("content"))
            parts.append(ToolResult(text_of(block.get("tool_use_id")), said))
            parts += _pictures(draft, block.get("content"))
        elif kind == "thinking" and not text(block.get("thinking")):
            continue
        else:
            parts += content_parts(draft, [block])
    return parts


def _pictures(draft: Draft, content: Any) -> list[Part]:
    found: list[Part] = []
    for piece in arr(content):
        source = obj(obj(piece).get("source"))
        if obj(piece).get("type") == "image" and (data := text(source.get("data"))):
            media_type = text(source.get("media_type"))
            found.append(draft.attach(f"data:{media_type};base64,{data}", kind="image", media_type=media_type))
    return found


def _usage(record: Json) -> Usage:
    usage = obj(obj(record.get("message")).get("usage"))
    read, made = count(usage.get("cache_read_input_tokens")), count(usage.get("cache_creation_input_tokens"))
    sent = count(usage.get("input_tokens"))
    return Usage(
        prompt_tokens=None if sent is None else sent + (read or 0) + (made or 0),
        completion_tokens=count(usage.get("output_tokens")),
        cached_tokens=read,
    )
