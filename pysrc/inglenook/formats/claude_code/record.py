"""A record of a Claude Code session: who speaks, what is said, what it took.

This file knows the members of records and the content blocks of the Anthropic
API. It never learns how records follow each other.
"""

from __future__ import annotations

import re
from typing import Any, Final

from inglenook.core.model import Author, Failure, Json, Part, Text, ToolResult, Usage
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.turns import Turn, key_for
from inglenook.formats.reading.typed_content import content_parts, result_text

SPEAKERS: Final = ("user", "assistant")

_TAKEN: Final = (
    "type", "uuid", "parentUuid", "logicalParentUuid", "timestamp", "sessionId", "session_id", "message", "requestId",
    "toolUseResult", "sourceToolAssistantUUID", "sourceToolUseID", "userType", "version", "cwd", "gitBranch",
    "isSidechain", "entrypoint", "slug", "level", "agentId", "attachment", "promptId", "isApiErrorMessage",
)  # fmt: skip
# What was put aside because it was too long for the model: …/tool-results/NAME.txt
_PUT_ASIDE: Final = re.compile(r"tool-results[/\\]([\w.-]{1,120})")


def speaker(record: Json) -> str:
    """Whose message a record is; "" if it is none. What the user typed while the model worked is an attachment."""
    kind = record.get("type")
    if kind in SPEAKERS and isinstance(record.get("message"), dict):
        return kind
    queued = obj(record.get("attachment")).get("type") == "queued_command"
    return "user" if kind == "attachment" and queued and record["attachment"].get("prompt") else ""


def answer_id(record: Json) -> str:
    """The API's id of an answer, which all records of that answer have."""
    return text_of(obj(record.get("message")).get("id")) if record.get("type") == "assistant" else ""


def turn(
    draft: Draft, record: Json, uuid: str, parent: str | None, taken: dict[str, Turn], document: Document, agent: bool
) -> Turn:
    """The message that a record is. `agent`: in the file of a subagent, where all are of a side chain."""
    message = obj(record.get("message"))
    parts = parts_of(draft, record)
    answered = bool(parts) and isinstance(parts[0], ToolResult) and not any(isinstance(p, Text) for p in parts)
    parts += _put_aside(draft, parts, document)
    rest = rest_of(record, *_TAKEN)
    if failed := [text_of(b.get("tool_use_id")) for b in map(obj, arr(message.get("content"))) if b.get("is_error")]:
        rest["is_error"] = failed
    queued = obj(record.get("attachment"))
    # The program and other agents wait in the same line as the user.
    told = queued.get("commandMode", "prompt") != "prompt" or obj(queued.get("origin")).get("kind", "human") != "human"
    known: dict[str, Any] = {
        "created": record.get("timestamp"),
        "updated": record.get("timestamp"),
        "usage": _usage(message),
        "hidden": told or record.get("isMeta") is True or (record.get("isSidechain") is True and not agent),
        "rest": rest,
    }
    if record.get("type") == "assistant":
        model = text(message.get("model"))
        # What the program itself says in the model's place.
        known["author"] = Author(model="" if model == "<synthetic>" else model)
        known["finish_reason"] = text(message.get("stop_reason")) or None
        if record.get("isApiErrorMessage") is True:
            known["status"] = "failed"
            parts = [Failure(part.text) if isinstance(part, Text) else part for part in parts]
        return Turn(key_for(uuid, taken), parent, "assistant", parts, id=uuid, known=known)
    return Turn(key_for(uuid, taken), parent, "tool" if answered else "user", parts, id=uuid, known=known)


def join(head: Turn, more: Turn) -> None:
    """Add a record to the answer that it goes on with; what the last of them counted is true for all."""
    head.parts = [*head.parts, *more.parts]
    head.open = False
    for name in ("usage", "finish_reason", "status", "updated"):
        if more.known.get(name):
            head.known[name] = more.known[name]
    _keep(head, more)


def join_results(head: Turn, results: Turn) -> None:
    """Add the results of calls to the answer that made them."""
    head.parts = [*head.parts, *results.parts]
    head.open = True
    head.known["updated"] = results.known.get("updated") or head.known.get("updated")
    _keep(head, results)


def _keep(head: Turn, more: Turn) -> None:
    rest, left = dict(head.known.get("rest") or {}), more.known.get("rest") or {}
    for name, value in left.items():
        both = isinstance(rest.get(name), list) and isinstance(value, list)
        rest[name] = [*rest[name], *value] if both else value
    head.known["rest"] = rest


def note(record: Json) -> Json:
    """What a record without a message says: notices of the program, and files and lists that it gave to the model."""
    kind = text(record.get("type"))
    said = record.get("content") if kind == "system" else record.get("attachment") if kind == "attachment" else None
    if not said:
        return {}
    about = {"type": kind, "subtype": text(record.get("subtype")), "timestamp": record.get("timestamp"), "said": said}
    return {name: value for name, value in about.items() if value}


def parts_of(draft: Draft, record: Json) -> list[Part]:
    """What a record says."""
    queued = obj(record.get("attachment")).get("prompt")
    content = obj(record.get("message")).get("content", queued)
    if isinstance(content, str):
        return [Text(content)] if content.strip() else []
    parts: list[Part] = []
    for block in arr(content):
        kind = obj(block).get("type")
        if kind in ("image", "document"):
            parts.append(_file(draft, block, kind))
        elif kind == "tool_result":
            pieces = [obj(piece) for piece in arr(block.get("content"))]
            seen = [piece for piece in pieces if piece.get("type") in ("image", "document")]
            # A picture is a part of its own; the rest of the result is its text.
            told = [piece for piece in pieces if piece not in seen] if seen else block.get("content")
            parts.append(ToolResult(text_of(block.get("tool_use_id")), result_text(told) if told else ""))
            parts += [_file(draft, piece, piece["type"]) for piece in seen]
        elif kind == "thinking" and not text(block.get("thinking")):
            continue
        else:
            parts += content_parts(draft, [block])
    return parts


def _file(draft: Draft, block: Json, kind: str) -> Part:
    source = obj(block.get("source"))
    data, media_type = text(source.get("data")), text(source.get("media_type"))
    held: str | bytes | None = text(source.get("url")) or None
    if data:
        plain = source.get("type") == "text"
        held = data.encode("utf-8", "replace") if plain else f"data:{media_type};base64,{data}"
    name = text(block.get("title"))
    return draft.attach(held, kind="image" if kind == "image" else "file", media_type=media_type, name=name)


def _put_aside(draft: Draft, parts: list[Part], document: Document) -> list[Part]:
    """Results that were too long to be told; their files lie beside the session."""
    names: dict[str, None] = {}
    for part in parts:
        if isinstance(part, ToolResult) and "<persisted-output>" in part.text:
            names.update(dict.fromkeys(_PUT_ASIDE.findall(part.text)))
    return [draft.attach(document.beside.use(name), kind="file", name=name) for name in names]


def _usage(message: Json) -> Usage:
    usage = obj(message.get("usage"))
    read, made = count(usage.get("cache_read_input_tokens")), count(usage.get("cache_creation_input_tokens"))
    sent = count(usage.get("input_tokens"))
    return Usage(
        prompt_tokens=None if sent is None else sent + (read or 0) + (made or 0),
        completion_tokens=count(usage.get("output_tokens")),
        cached_tokens=read,
    )
