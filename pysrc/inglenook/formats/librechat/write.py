"""A conversation as LibreChat exports and imports it: nested messages with every branch.

This file knows that its importer passes over a message without text and
content, with all below it, and keeps no member that it does not know. So what
is no text, thought, call or picture is lost in that program; for our own reader
it stands under a key of our own (`sidecar.py`).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from inglenook.core import model
from inglenook.core.model import Conversation, Json, Message, Part, Text
from inglenook.core.original import source_of
from inglenook.core.repair import well_formed
from inglenook.core.summary import title_of
from inglenook.core.thread import leaf
from inglenook.core.tree import Index, index
from inglenook.formats import librechat
from inglenook.formats.reading.document import memory_document
from inglenook.formats.reading.ids import message_id
from inglenook.formats.sidecar import KEY, about, beside, exported

LABEL: Final = "LibreChat"
EXTENSION: Final = "json"
MEDIA_TYPE: Final = "application/json"

NONE: Final = "00000000-0000-0000-0000-000000000000"
_SENDERS: Final = {"user": "User", "assistant": "Assistant", "system": "System", "tool": "Assistant"}
# What a reader put there because it is in parts already, or changed.
_IN_PARTS: Final = ("marked", "annotations", "agents", "files", "text")

Bytes = Callable[[str], bytes | None]


def write(conversation: Conversation, files: Bytes) -> str:
    """The recursive form; a system prompt above everything goes into the options."""
    known = index(conversation)
    conversation = exported(conversation, known)
    prompt = _prompt(conversation, known)
    ours: Json = {"prompt": prompt.id} if prompt is not None else {}
    whole = _written(conversation, known, prompt, files, ours, {})
    if not conversation.messages:
        return whole
    found = next(librechat.read(memory_document("", whole.encode())))
    sides: dict[str, Json] = {}
    for id, message in conversation.messages.items():
        came_out = found.conversation.messages.get(message_id(id))
        sides[id] = beside(message, came_out, found, files) if came_out is not None else {}
    if prompt is not None:
        ours["system"] = sides[prompt.id]
    end = leaf(conversation, known)
    ours |= about(conversation, found, message_id(end) if end else None)
    return _written(conversation, known, prompt, files, ours, sides)


def _written(
    conversation: Conversation, known: Index, prompt: Message | None, files: Bytes, ours: Json, sides: dict[str, Json]
) -> str:
    source = source_of(conversation)
    own = source.get("system") == librechat.SYSTEM
    id = source["id"] if own and isinstance(source.get("id"), str) else conversation.id
    rest = _object(conversation.extra.get("rest")) if own else {}
    options = _object(rest.get("options")) | {
        name: value
        for name, value in (("model", conversation.model.value), ("promptPrefix", _text(prompt) if prompt else ""))
        if value
    }
    value: Json = {"endpoint": "openrouter"} | {name: kept for name, kept in rest.items() if name != "options"}
    value |= {
        "conversationId": id,
        "title": conversation.title.value.strip() or title_of(list(conversation.messages.values())),
        "branches": True,
        "recursive": True,
        "options": options,
        "tags": conversation.extra.get("tags") or [],
    }
    if ours:
        value[KEY] = ours
    messages = _tree(conversation, known, prompt, id, files, own, sides)
    return well_formed("".join([_opened(value), ',\n"messages": [', *messages, "]}\n"]))


def _opened(row: Json) -> str:
    return json.dumps(row, ensure_ascii=False)[:-1]


def _prompt(conversation: Conversation, known: Index) -> Message | None:
    roots = known.children.get(None, ())
    top = conversation.messages[roots[0]] if len(roots) == 1 else None
    if top is None or top.role != "system" or not all(isinstance(part, Text) for part in top.parts):
        return None
    return top if _text(top) and known.children.get(top.id) else None


def _tree(
    conversation: Conversation,
    known: Index,
    prompt: Message | None,
    id: str,
    files: Bytes,
    own: bool,
    sides: dict[str, Json],
) -> Iterator[str]:
    """The pieces of the nested messages' text: it goes deeper than JSON can be written at once."""
    first = known.children.get(prompt.id if prompt else None, ())
    waiting: list[tuple[str, str] | str] = list(reversed(_apart(first, NONE)))
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
            continue
        row = _message(conversation.messages[one[0]], one[1], id, files, own)
        if side := sides.get(one[0]):
            row[KEY] = side
        yield "\n" + _opened(row) + ', "children": ['
        waiting += reversed([*_apart(known.children.get(one[0], ()), one[0]), "]}"])


def _apart(ids: tuple[str, ...], parent: str) -> list[tuple[str, str] | str]:
    """Messages and the commas between them."""
    return [piece for place, id in enumerate(ids) for piece in ((",", (id, parent)) if place else ((id, parent),))]


def _message(message: Message, parent: str, conversation_id: str, files: Bytes, own: bool) -> Json:
    asks = message.role == "user"
    rest = _object(message.extra.get("rest")) if own else {}
    row: Json = {name: value for name, value in rest.items() if name not in _IN_PARTS}
    row |= {
        "messageId": message.id,
        "parentMessageId": parent,
        "conversationId": conversation_id,
        # This name is how a system message is told from an answer.
        "sender": _SENDERS[message.role] if message.role == "system" else message.author.name or _SENDERS[message.role],
        "isCreatedByUser": asks,
        "text": _text(message),
        "model": message.author.model or None,
        "endpoint": "openrouter",
        "error": message.status in ("failed", "refused"),
        "unfinished": message.status in ("interrupted", "streaming"),
        "finish_reason": message.finish_reason,
        "isEdited": message.extra.get("edited") is True,
    }
    if when := _iso(message.created_ms):
        row["createdAt"] = row["updatedAt"] = when
    tokens = message.usage.prompt_tokens if asks else message.usage.completion_tokens
    rating = message.extra.get("rating")
    note = message.extra.get("rating_note")
    more = {
        "content": _content(message),
        "files": [file for part in message.parts if (file := _file(part, files))],
        "attachments": _found(message),
        "feedback": {"rating": "thumbsUp" if rating == 1 else "thumbsDown"} | ({"text": note} if note else {})
        if rating in (1, -1)
        else None,
    }
    row |= {name: value for name, value in more.items() if value}
    return row if tokens is None else row | {"tokenCount": tokens}


def _text(message: Message) -> str:
    return "\n\n".join(said for part in message.parts if (said := _words(part)))


def _words(part: Part) -> str:
    match part:
        case model.Text(text):
            return text
        case model.Code(text, language):
            return f"```{language}\n{text}\n```"
    return ""


def _content(message: Message) -> list[Json]:
    """Typed pieces, where a message is more than one text."""
    if len(message.parts) == 1 and isinstance(only := message.parts[0], Text):
        plain = message.role != "assistant" or not only.text.lstrip().startswith(":::thinking")
        if plain and only.text:
            return []
    results = {part.call_id: part.text for part in message.parts if isinstance(part, model.ToolResult)}
    called = {part.id for part in message.parts if isinstance(part, model.ToolCall)}
    content: list[Json] = []
    for part in message.parts:
        match part:
            case model.Text() | model.Code():
                content.append({"type": "text", "text": _words(part)})
            case model.Reasoning(text):
                content.append({"type": "think", "think": text})
            case model.ToolCall(id, name, arguments):
                content.append(_call(id, name, arguments, results.get(id, "")))
            case model.ToolResult(id, text, name) if id not in called:
                content.append(_call(id, name, "", text))
            case model.Failure(words):
                content.append({"type": "error", "error": words})
            case model.Unknown(kind, data):
                whole = isinstance(data, dict) and data.get("type") == kind
                content.append(data if whole else {"type": kind, "data": data})
    return content or [{"type": "text", "text": ""}]


def _call(id: str, name: str, arguments: str, result: str) -> Json:
    call = {"id": id, "name": name, "args": arguments, "output": result, "type": "tool_call"}
    return {"type": "tool_call", "tool_call": call}


def _found(message: Message) -> list[Json]:
    """What the message cites, as the results of a search."""
    cited = [part for part in message.parts if isinstance(part, model.Citation)]
    rows = [{"link": part.url, "title": part.title, "snippet": part.text} for part in cited]
    return [{"type": "web_search", "web_search": {"turn": 0, "organic": rows}}] if rows else []


def _file(part: Part, files: Bytes) -> Json | None:
    if not isinstance(part, model.Image | model.File | model.Audio | model.Video):
        return None
    kind = "" if part.media_type else f"{type(part).__name__.lower()}/*"
    row: Json = {"filename": part.name or "file", "type": part.media_type or kind, "bytes": part.size}
    data = files(part.sha256) if part.sha256 else None
    if data is not None:
        media_type = part.media_type or "application/octet-stream"
        row["filepath"] = f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"
    elif part.url:
        row["filepath"] = part.url
    return row


def _iso(ms: int) -> str:
    try:
        moment = datetime.fromtimestamp(ms / 1000, UTC) if ms > 0 else None
    except (ValueError, OverflowError, OSError):
        return ""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else ""


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
