"""Reads exports of T3 Chat (`threads-export-….json`).

This file knows threads and messages as two lists, most members of which come
twice, in two ways of writing. After descriptions of version 11 and of what
other programs import, 2025.
"""

from __future__ import annotations

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
    Status,
    ToolCall,
    ToolResult,
    Unknown,
    Usage,
)
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import plain_text, rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.stamp import ms
from inglenook.formats.reading.typed_content import content_parts, dollars, json_text

SYSTEM: Final = "t3-chat"
NAME: Final = "T3 Chat"

_STATUS: Final[dict[str, Status]] = {
    "cancelled": "interrupted", "streaming": "interrupted", "pending": "interrupted", "error": "failed",
}  # fmt: skip
_DOUBLED: Final = (
    "_id", "_creationTime", "id", "threadId", "thread_id", "messageId", "message_id", "createdAt", "created_at",
    "updatedAt", "updated_at", "lastMessageAt", "last_message_at", "userId", "user_id", "model", "title",
)  # fmt: skip


def sniff(head: Head) -> Match | None:
    threads, messages = head.top.get("threads"), head.top.get("messages")
    version = head.top.get("version")
    if head.kind != "object" or not isinstance(threads, list) or not isinstance(messages, list | type(None)):
        return None
    known = any("threadId" in obj(thread) for thread in threads[:5])
    known = known or any("threadId" in obj(message) and "role" in obj(message) for message in arr(messages)[:5])
    empty = not threads and messages == [] and isinstance(version, str)
    return Match(text_of(version)) if known or empty else None


def read(document: Document) -> Iterator[Found]:
    top = obj(document.value())
    threads = {_key(thread, "threadId"): thread for thread in map(obj, arr(top.get("threads"))) if thread}
    spoken: dict[str, list[Json]] = {id: [] for id in threads}
    for number, message in enumerate(arr(top.get("messages"))):
        if isinstance(message, dict):
            spoken.setdefault(text_of(message.get("threadId")) or text_of(message.get("thread_id")), []).append(message)
        else:
            document.problem(f"Message {number + 1:,} is none and was left out.")
    for id, messages in spoken.items():
        thread = threads.get(id, {})
        title = text_of(thread.get("title"))
        if not messages:
            document.problem(f"“{title}” has no messages and was left out.")
            continue
        own = {"version": top.get("version"), "threads": [thread] if thread else [], "messages": messages}
        try:
            yield _conversation(id, thread, messages, text_of(top.get("version"))).finish(raw=plain_text(own))
        except BadFile as error:
            document.problem(f"Conversation “{title}”: {error.message}")


def _key(row: Json, name: str) -> str:
    return text_of(row.get(name)) or text_of(row.get("id")) or text_of(row.get("_id"))


def _either(row: Json, *names: str) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _created(row: Json) -> Any:
    return _either(row, "createdAt", "created_at", "_creationTime")


def _conversation(id: str, thread: Json, messages: list[Json], version: str) -> Draft:
    draft = Draft(
        SYSTEM,
        id,
        title=thread.get("title"),
        created=_created(thread),
        updated=_either(thread, "lastMessageAt", "last_message_at", "updatedAt", "updated_at"),
        version=version,
    )
    draft.model = text_of(thread.get("model"))
    draft.pinned = thread.get("pinned") is True
    visible = "visibility" if thread.get("visibility") in ("visible", "") else ""
    draft.archived = thread.get("visibility") == "archived"
    draft.rest = rest_of(thread, *_DOUBLED, "pinned", "generationStatus", "userSetTitle", visible)
    for message in sorted(messages, key=lambda one: ms(_created(one)) or 0):
        _add(draft, message)
    return draft


def _add(draft: Draft, message: Json) -> None:
    role = role_of(message.get("role"))
    answered = role == "assistant"
    parts = _parts(draft, message, answered)
    error = message.get("serverError")
    if error:
        said = text(error) or text(obj(error).get("message")) or text_of(obj(error).get("type"))
        detail = "" if isinstance(error, str) else json_text(error)
        parts.append(Failure(said or "The answer ended with an error.", detail=detail))
    for id in arr(_either(message, "attachmentIds", "attachments")):
        known = obj(id)
        name = text_of(id) or _either(known, "fileName", "name", "id")
        media_type = text(_either(known, "mimeType", "type"))
        url = text(_either(known, "attachmentUrl", "url")) or None
        parts.append(draft.attach(url, name=text_of(name), media_type=media_type))
    metadata = obj(message.get("providerMetadata"))
    parts += _sources(metadata)
    state = text(message.get("status"))
    rest = rest_of(
        message, *_DOUBLED, "role", "content", "parts", "reasoning", "status", "serverError", "attachmentIds",
        "attachments", "tokens", "providerMetadata",
    )  # fmt: skip
    if others := {name: kept for name in metadata if (kept := _unread(name, obj(metadata[name])))}:
        rest["providerMetadata"] = others
    draft.add(
        role,
        parts,
        id=_key(message, "messageId"),
        created=_created(message),
        updated=_either(message, "updatedAt", "updated_at"),
        author=Author(model=text_of(message.get("model")) or draft.model) if answered else Author(),
        usage=_usage(message, metadata),
        status=_STATUS.get(state, "done") if answered else "done",
        rest=rest,
    )


def _parts(draft: Draft, message: Json, answered: bool) -> list[Part]:
    parts: list[Part] = []
    for piece in arr(message.get("parts")):
        parts += _piece(draft, piece, answered)
    thought = text(message.get("reasoning"))
    if thought and not any(isinstance(part, Reasoning) for part in parts):
        parts.insert(0, Reasoning(thought))
    content = message.get("content")
    if content and not any(text(obj(piece).get("text")).strip() for piece in arr(message.get("parts"))):
        parts += content_parts(draft, content, answered)
    elif isinstance(content, str) and content.strip():
        # The parts say the same; if they do not, the content is what was shown.
        joined = "".join(text(obj(piece).get("text")) for piece in arr(message.get("parts")))
        if content.strip() not in joined and "".join(content.split()) not in "".join(joined.split()):
            parts.append(Unknown("content", content))
    return parts


def _piece(draft: Draft, piece: Any, answered: bool) -> list[Part]:
    known = obj(piece)
    kind = text(known.get("type"))
    if kind == "reasoning" and isinstance(said := known.get("text", known.get("reasoning")), str):
        return [Reasoning(said)] if said.strip() else []
    call = {**known, **obj(known.get("toolInvocation"))}
    id, name = (
        text_of(call.get("toolCallId")) or text_of(call.get("id")),
        text_of(call.get("toolName") or call.get("name")),
    )
    arguments = _either(call, "args", "input", "arguments")
    answer = _either(call, "result", "output")
    if kind in ("tool_call", "tool-call", "tool-invocation") and name:
        made: list[Part] = [ToolCall(id, name, json_text(arguments))]
        return made if answer is None else [*made, ToolResult(id, json_text(answer), name)]
    if kind in ("tool_result", "tool-result") and answer is not None:
        return [ToolResult(id, json_text(answer), name)]
    return content_parts(draft, [piece], answered)


def _usage(message: Json, metadata: Json) -> Usage:
    anthropic = obj(obj(metadata.get("anthropic")).get("usage"))
    google = obj(obj(metadata.get("google")).get("usageMetadata"))
    router = obj(obj(metadata.get("openrouter")).get("usage"))
    cached = count(anthropic.get("cache_read_input_tokens"))
    written = count(anthropic.get("cache_creation_input_tokens"))
    new = count(anthropic.get("input_tokens"))
    asked = None if new is None else new + (cached or 0) + (written or 0)
    return Usage(
        prompt_tokens=_number(asked, google.get("promptTokenCount"), router.get("promptTokens")),
        completion_tokens=_number(
            anthropic.get("output_tokens"), google.get("candidatesTokenCount"), router.get("completionTokens"),
            message.get("tokens"),
        ),
        reasoning_tokens=_number(google.get("thoughtsTokenCount")),
        cached_tokens=_number(cached, google.get("cachedContentTokenCount")),
        cost_usd=dollars(router.get("cost")),
    )  # fmt: skip


def _number(*values: Any) -> int | None:
    return next((found for value in values if (found := count(value)) is not None), None)


def _unread(name: str, known: Json) -> Json:
    """What of a provider's data has no place of its own."""
    rest = rest_of(known, "usage", "usageMetadata", "groundingMetadata", "cacheCreationInputTokens")
    grounding = rest_of(obj(known.get("groundingMetadata")), "groundingChunks", "searchEntryPoint")
    return {**rest, "groundingMetadata": grounding} if grounding else rest


def _sources(metadata: Json) -> list[Part]:
    chunks = arr(obj(obj(metadata.get("google")).get("groundingMetadata")).get("groundingChunks"))
    pages = [obj(obj(chunk).get("web")) for chunk in chunks]
    return [Citation(page["uri"], text_of(page.get("title"))) for page in pages if text(page.get("uri"))]
