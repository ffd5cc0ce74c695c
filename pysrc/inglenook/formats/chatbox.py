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
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import KEYS_LEFT_OUT, plain_text, rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.typed_content import json_text, usage_of

SYSTEM: Final = "chatbox"
NAME: Final = "Chatbox"

_SESSION: Final = re.compile(r"session:.{8,}")
_TAKEN: Final = (
    "id", "role", "content", "contentParts", "pictures", "reasoningContent", "files", "links", "aiProvider", "model",
    "usage", "tokenCount", "tokensUsed", "wordCount", "timestamp", "firstTokenLatency", "finishReason", "errorCode",
    "error", "generating", "name",
)  # fmt: skip
_TOP: Final = ("id", "name", "messages", "threads", "messageForksHash", "starred", "type", "threadName", "picUrl")


def sniff(head: Head) -> Match | None:
    top = head.top
    if head.kind != "object":
        return None
    listed = isinstance(top.get("chat-sessions-list"), list) or isinstance(top.get("chat-sessions"), list)
    return Match("store") if listed or any(_SESSION.fullmatch(name) for name in list(top)[:200]) else None


def read(document: Document) -> Iterator[Found]:
    top = obj(document.value())
    if top.get("settings"):
        document.problem(KEYS_LEFT_OUT)
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
    lists: list[tuple[str, str, list[Any], Any, bool]] = [(id, name, arr(session.get("messages")), None, False)]
    for thread in map(obj, arr(session.get("threads"))):
        mine = f"{id}/{text_of(thread.get('id'))}"
        title = text_of(thread.get("name")) or name
        lists.append((mine, title, arr(thread.get("messages")), thread.get("createdAt"), True))
    for source_id, title, messages, created, put_away in lists:
        draft = Draft(SYSTEM, source_id, title=title, created=created)
        draft.pinned = not put_away and (session.get("starred") is True or id in starred)
        draft.archived = put_away
        draft.rest = rest_of(session, *_TOP)
        if put_away:
            draft.folder = name
        try:
            end = _line(draft, store, session, messages, None)
            own = {**session, "messages": messages, "threads": []}
            yield draft.finish(end, plain_text(own))
        except BadFile as error:
            if messages or not put_away:
                document.problem(f"Conversation “{title[:80] or id}”: {error.message}")


def _line(draft: Draft, store: Json, session: Json, messages: list[Any], parent: str | None) -> str | None:
    """Messages one below the other, with what else followed on them beside it."""
    forks = obj(session.get("messageForksHash"))
    waiting: list[tuple[list[Any], str | None, bool]] = [(messages, parent, True)]
    end = parent
    done: set[str] = set()
    while waiting:
        line, above, shown = waiting.pop()
        for message in line:
            if not isinstance(message, dict):
                continue
            above = _add(draft, store, message, above)
            source_id = text_of(message.get("id"))
            fork = obj(forks.get(source_id))
            if fork and source_id not in done:
                done.add(source_id)
                for other in map(obj, arr(fork.get("lists"))):
                    if other.get("messages"):
                        waiting.append((arr(other["messages"]), above, False))
        if shown:
            end = above
    return end


def _add(draft: Draft, store: Json, message: Json, parent: str | None) -> str:
    role = role_of(message.get("role"), "user")
    parts = _parts(draft, store, message)
    model = text(message.get("model"))
    usage = usage_of(message.get("usage"))
    if error := text(message.get("error")):
        parts.append(Failure(error, code=count(message.get("errorCode"))))
    used = count(message.get("tokensUsed"))
    return draft.add(
        role,
        parts,
        id=message.get("id"),
        parent=parent,
        created=message.get("timestamp"),
        author=Author(model=model, provider=text(message.get("aiProvider")))
        if model and role == "assistant"
        else NOBODY,
        usage=Usage(
            usage.prompt_tokens,
            usage.completion_tokens if usage.completion_tokens is not None else used if role == "assistant" else None,
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
        parts.append(Citation(text(link.get("url")), text(link.get("title"))))
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
    """A file of the store, which most exports do not hold."""
    held = store.get(key)
    source = held if isinstance(held, str) and held.startswith("data:") else key if key.startswith("http") else None
    return draft.attach(source, kind=kind, name=name or key)
