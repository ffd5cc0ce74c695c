"""Conversations of Chatbox: the dump of its store.

This file knows `session:<id>` records and the older list `chat-sessions` (2023
to 2026): archived threads, forks of a message, typed parts. Settings hold keys
and are never read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import (
    Author,
    Citation,
    Failure,
    Json,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
    Usage,
)
from inglenook.formats.reading.attach import media_type_of
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import KEYS_LEFT_OUT, has_secrets, plain_text, rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.typed_content import json_text, usage_of

SYSTEM: Final = "chatbox"
NAME: Final = "Chatbox"

_LISTS: Final = ("chat-sessions-list", "chat-sessions", "__exported_items")
_SESSION: Final = re.compile(r"session:.{8,}")
_TAKEN: Final = (
    "id", "role", "content", "contentParts", "pictures", "reasoningContent", "files", "links", "aiProvider", "model",
    "usage", "tokenCount", "wordCount", "timestamp", "firstTokenLatency", "finishReason", "errorCode", "error",
    "generating", "name", "updatedAt", "isStreamingMode",
)  # fmt: skip
_TOP: Final = ("id", "name", "messages", "threads", "messageForksHash", "starred", "type", "picUrl", "createdAt")
# Of a session that does not say which model comes next, its settings do.
_MODEL: Final = ("modelId", "model")


def sniff(head: Head) -> Match | None:
    top = head.top
    if head.kind != "object":
        return None
    listed = any(isinstance(top.get(name), list) for name in _LISTS)
    return Match("store") if listed or any(_SESSION.fullmatch(name) for name in list(top)[:200]) else None


def read(document: Document) -> Iterator[Found]:
    top = obj(document.value())
    if has_secrets(top.get("settings")):
        document.problem(KEYS_LEFT_OUT)
    if top.get("myCopilots"):
        document.problem("Copilots of this backup were left out.")
    sessions = [obj(value) for name, value in top.items() if _SESSION.fullmatch(name)]
    known = {text_of(session.get("id")) for session in sessions}
    sessions += [s for s in map(obj, arr(top.get("chat-sessions"))) if text_of(s.get("id")) not in known]
    starred = {
        text_of(obj(row).get("id")) for row in arr(top.get("chat-sessions-list")) if obj(row).get("starred") is True
    }
    for session in sessions:
        yield from _conversations(document, top, session, starred)


def _conversations(document: Document, store: Json, session: Json, starred: set[str]) -> Iterator[Found]:
    """The session as it is, and each thread that was put away in it."""
    id, name = text_of(session.get("id")), text_of(session.get("name"))
    for thread in [None, *map(obj, arr(session.get("threads")))]:
        about = session if thread is None else thread
        title = text_of(about.get("name")) or name
        messages = arr(about.get("messages"))
        source_id = id if thread is None else f"{id}/{text_of(thread.get('id'))}"
        draft = Draft(SYSTEM, source_id, title=title, created=about.get("createdAt"))
        draft.rest = rest_of(about, *_TOP)
        draft.model = next((m for member in _MODEL if (m := text(obj(session.get("settings")).get(member)))), "")
        if thread is None:
            draft.pinned = session.get("starred") is True or id in starred
        else:
            draft.archived, draft.folder = True, name
        try:
            end = _line(draft, store, session, messages)
            own = {**session, "messages": messages, "threads": []}
            yield draft.finish(end, plain_text(own))
        except BadFile as error:
            if messages or thread is None:
                document.problem(f"Conversation “{title[:80] or id}”: {error.message}")


def _line(draft: Draft, store: Json, session: Json, messages: list[Any]) -> str | None:
    """Messages one below the other, with what else followed on them beside it; answers where the shown ones end."""
    forks = obj(session.get("messageForksHash"))
    waiting: list[tuple[list[Any], str | None, bool]] = [(messages, None, True)]
    end = None
    done: set[str] = set()
    while waiting:
        line, above, shown = waiting.pop()
        for place, message in enumerate(line, 1):
            if not isinstance(message, dict):
                draft.problem("A message is damaged and was left out.")
                continue
            above = _add(draft, store, message, above)
            source_id = text_of(message.get("id"))
            if source_id in forks and source_id not in done:
                done.add(source_id)
                # The list of what follows here is empty at its own place; the others stand before and after it.
                fork = obj(forks[source_id])
                lists = [(arr(obj(other).get("messages")), above, False) for other in arr(fork.get("lists"))]
                here = count(fork.get("position")) or 0
                order = [*lists[:here], (line[place:], above, shown), *lists[here:]]
                waiting += [one for one in reversed(order) if one[0]]
                break
        if shown:
            end = above
    return end


def _add(draft: Draft, store: Json, message: Json, parent: str | None) -> str:
    role = role_of(message.get("role"), "user")
    parts = _parts(draft, store, message)
    author = Author(name=text(message.get("name")))
    if role == "assistant":
        author = Author(model=text(message.get("model")), provider=text(message.get("aiProvider")), name=author.name)
    usage = usage_of(message.get("usage"))
    if error := text(message.get("error")):
        parts.append(Failure(error, code=count(message.get("errorCode"))))
    written = count(message.get("tokenCount"))
    return draft.add(
        role,
        parts,
        id=message.get("id"),
        parent=parent,
        created=message.get("timestamp"),
        updated=message.get("updatedAt"),
        author=author,
        usage=Usage(
            usage.prompt_tokens,
            written if usage.completion_tokens is None and role == "assistant" else usage.completion_tokens,
            usage.reasoning_tokens,
            usage.cached_tokens,
            first_token_ms=count(message.get("firstTokenLatency")),
        ),
        status="failed" if error else "interrupted" if message.get("generating") is True else "done",
        finish_reason=text(message.get("finishReason")) or None,
        rest=rest_of(message, *_TAKEN),
    )


def _parts(draft: Draft, store: Json, message: Json) -> list[Part]:
    parts: list[Part] = []
    if thought := text(message.get("reasoningContent")):
        parts.append(Reasoning(thought))
    for piece in map(obj, arr(message.get("contentParts"))):
        parts += _piece(draft, store, piece)
    if not message.get("contentParts") and (said := text(message.get("content"))):
        parts.append(Text(said))
    for shown in map(obj, arr(message.get("pictures"))):
        parts.append(_stored(draft, store, text(shown.get("storageKey")) or text(shown.get("url")), "image", ""))
    for file in map(obj, arr(message.get("files"))):
        parts.append(_stored(draft, store, text(file.get("storageKey")), "file", text(file.get("name"))))
    for link in map(obj, arr(message.get("links"))):
        # What was read at the address, where the store has it.
        held = text(store.get(text(link.get("storageKey"))))
        parts.append(Citation(text(link.get("url")), text(link.get("title")), held))
    return parts


def _piece(draft: Draft, store: Json, piece: Json) -> list[Part]:
    match piece.get("type"):
        case "text":
            return [Text(piece["text"])] if text(piece.get("text")) else []
        case "reasoning":
            return [Reasoning(text(piece.get("text")), duration_ms=count(piece.get("duration")))]
        case "image":
            found: list[Part] = [_stored(draft, store, text(piece.get("storageKey")), "image", "")]
            said = text(piece.get("ocrResult"))
            return [*found, Unknown("ocrResult", said)] if said else found
        case "tool-call":
            call, name = text_of(piece.get("toolCallId")), text(piece.get("toolName"))
            asked: list[Part] = [ToolCall(call, name, json_text(piece.get("args")))]
            given = piece.get("result")
            return [*asked, ToolResult(call, json_text(given), name)] if given is not None else asked
        case "info":
            return [Unknown("info", piece)]
    return [Unknown(text(piece.get("type")), piece)] if piece else []


def _stored(draft: Draft, store: Json, key: str, kind: str, name: str) -> Part:
    """A file of the store, which most exports do not hold. Of a document the store has the text that was read in it."""
    held, known = store.get(key), media_type_of(b"", name)
    if isinstance(held, str) and held and not held.startswith("data:") and kind == "file":
        name = name or key
        name = name if known.startswith("text/") else f"{name}.txt"
        return draft.attach(held.encode("utf-8", "replace"), kind=kind, name=name, media_type="text/plain")
    source = held if isinstance(held, str) else key
    return draft.attach(source, kind=kind, name=name or ("" if key.startswith(("http", "data:")) else key))
