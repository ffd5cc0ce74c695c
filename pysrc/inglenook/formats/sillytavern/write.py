"""A conversation as a chat of SillyTavern: a line for each message, with the versions beside it as swipes.

This file knows that only the shown path can be a chat there. The answers side
by side on it become swipes. What follows another version than the shown one,
and other versions of a question, stand as lines in the header; with them, and
in `extra` of each line, what a line has no member for (`sidecar.py`). That
program keeps both.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from inglenook.core import model
from inglenook.core.model import Conversation, Json, Message, Part
from inglenook.core.original import source_of
from inglenook.core.repair import well_formed
from inglenook.core.summary import title_of
from inglenook.core.thread import leaf, path
from inglenook.core.tree import Index, index
from inglenook.formats import sillytavern
from inglenook.formats.reading.draft import Draft
from inglenook.formats.reading.ids import message_id
from inglenook.formats.sidecar import KEY, about, beside, exported, looks
from inglenook.formats.sillytavern.content import parts_of

LABEL: Final = "SillyTavern"
EXTENSION: Final = "jsonl"
MEDIA_TYPE: Final = "application/jsonl"

Bytes = Callable[[str], bytes | None]


def write(conversation: Conversation, files: Bytes) -> str:
    """A header, then the shown path."""
    known = index(conversation)
    conversation = exported(conversation, known)
    header, rows, of = _lines(conversation, known, files)
    if of:
        _beside(conversation, header, rows, of, files)
    return well_formed("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in (header, *rows)))


def _lines(conversation: Conversation, known: Index, files: Bytes) -> tuple[Json, list[Json], dict[str, list[Json]]]:
    """The header, the lines of the shown path, and where each message has its `extra`."""
    shown = path(conversation, known)
    own = source_of(conversation).get("system") == sillytavern.SYSTEM
    rest = _object(conversation.extra.get("rest")) if own else {}
    name = conversation.title.value.strip() or title_of(shown)
    rows: list[Json] = []
    of: dict[str, list[Json]] = {}
    for message in shown:
        row = _row(message, name, files, own)
        of[message.id] = [row["extra"]]
        beside = [conversation.messages[id] for id in known.children.get(known.parent[message.id], ())]
        swipes = [other for other in beside if other.role == message.role]
        if len(swipes) > 1 and message.role == "assistant":
            row["swipes"] = [_text(other) for other in swipes]
            row["swipe_id"] = swipes.index(message)
            row["swipe_info"] = [_dated(other) | {"extra": _extra(other, files, own)} for other in swipes]
            for other, info in zip(swipes, row["swipe_info"], strict=True):
                of.setdefault(other.id, []).append(info["extra"])
        rows.append(row)
    aside = []
    for id in known.parent:
        if id not in of and id in conversation.messages:
            aside.append(_row(conversation.messages[id], name, files, own))
            of[id] = [aside[-1]["extra"]]
    header = {
        "user_name": rest.get("user_name") or next((_name(m, name) for m in shown if m.role == "user"), "User"),
        "character_name": name,
        "create_date": _iso(conversation.created_ms),
        "chat_metadata": {"integrity": conversation.id} | _object(rest.get("chat_metadata")) | {KEY: {"aside": aside}},
    }
    return header, rows, of


def _beside(
    conversation: Conversation, header: Json, rows: list[Json], of: dict[str, list[Json]], files: Bytes
) -> None:
    """Put beside what that program has no place for; ids above all, as it has none."""
    for id, extras in of.items():
        parts = parts_of(Draft(sillytavern.SYSTEM), extras[0], _text(conversation.messages[id]))
        for extra in extras:
            extra[KEY] = {"id": id, "parent": conversation.messages[id].parent, "of": looks(parts)}
    found = sillytavern.conversation([header], rows, "", "")
    for id, extras in of.items():
        came_out = found.conversation.messages.get(message_id(id))
        if came_out is not None:
            side = beside(conversation.messages[id], came_out, found, files)
            for extra in extras:
                extra[KEY] |= side
    end = leaf(conversation)
    ours = about(conversation, found, message_id(end) if end else None)
    header["chat_metadata"][KEY] |= ours


def _row(message: Message, character: str, files: Bytes, own: bool) -> Json:
    extra = _extra(message, files, own)
    if message.role in ("system", "tool"):
        extra["type"] = "narrator"
    rest = _object(message.extra.get("rest")) if own else {}
    return {name: value for name, value in rest.items() if name not in ("extra", "swipe")} | {
        "name": _name(message, character),
        "is_user": message.role == "user",
        # Only hides it from the model there.
        "is_system": message.extra.get("hidden") is True,
        **_dated(message),
        "mes": _text(message),
        "extra": extra,
    }


def _name(message: Message, character: str) -> str:
    fallback = {"user": "User", "assistant": message.author.model or character}.get(message.role, "System")
    return message.author.name or fallback


def _dated(message: Message) -> Json:
    row = {"send_date": _iso(message.created_ms)}
    if message.usage.duration_ms is not None and message.created_ms:
        row["gen_started"] = _iso(message.created_ms - message.usage.duration_ms)
        row["gen_finished"] = row["send_date"]
    return {name: value for name, value in row.items() if value}


def _text(message: Message) -> str:
    return "\n\n".join(said for part in message.parts if (said := _words(part)))


def _words(part: Part) -> str:
    match part:
        case model.Text(text):
            return text
        case model.Code(text, language):
            return f"```{language}\n{text}\n```"
        case model.Citation(url, title):
            return f"[{title or url}]({url})" if url else title
        case model.Failure(words):
            return words
    return ""


def _extra(message: Message, files: Bytes, own: bool) -> Json:
    extra: Json = dict(_object(_object(message.extra.get("rest")).get("extra"))) if own else {}
    extra.pop("media", None)
    thoughts = [part for part in message.parts if isinstance(part, model.Reasoning)]
    rows = [row for part in message.parts if (row := _file(part, files))]
    more = {
        "model": message.author.model,
        "reasoning": "\n\n".join(part.text for part in thoughts),
        "reasoning_duration": sum(part.duration_ms or 0 for part in thoughts) or None,
        "token_count": message.usage.prompt_tokens if message.role == "user" else message.usage.completion_tokens,
        "time_to_first_token": message.usage.first_token_ms,
        "tool_invocations": _calls(message),
        "media": [row for row in rows if "type" in row],
        "files": [row for row in rows if "type" not in row],
    }
    return extra | {name: value for name, value in more.items() if value not in ("", None, [])}


def _calls(message: Message) -> list[Json]:
    results = {part.call_id: part for part in message.parts if isinstance(part, model.ToolResult)}
    calls = {part.id for part in message.parts if isinstance(part, model.ToolCall)}
    rows = []
    for part in message.parts:
        if isinstance(part, model.ToolCall):
            result = results[part.id].text if part.id in results else ""
            rows.append(_call(part.id, part.name, part.arguments, result))
        elif isinstance(part, model.ToolResult) and part.call_id not in calls:
            rows.append(_call(part.call_id, part.name, "", part.text))
    return rows


def _call(id: str, name: str, arguments: str, result: str) -> Json:
    return {"id": id, "name": name, "displayName": name, "parameters": arguments, "result": result}


def _file(part: Part, files: Bytes) -> Json:
    if not isinstance(part, model.Image | model.File | model.Audio | model.Video):
        return {}
    data = files(part.sha256) if part.sha256 else None
    url = part.url or ""
    if data is not None:
        media_type = part.media_type or "application/octet-stream"
        url = f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"
    if isinstance(part, model.File):
        return {"name": part.name or "file", "size": part.size, "url": url}
    return {"type": type(part).__name__.lower(), "url": url, "title": part.name}


def _iso(ms: int) -> str:
    try:
        moment = datetime.fromtimestamp(ms / 1000, UTC) if ms > 0 else None
    except (ValueError, OverflowError, OSError):
        return ""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else ""


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
