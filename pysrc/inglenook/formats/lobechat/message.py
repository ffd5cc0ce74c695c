"""A message of LobeChat as the parts of one of ours.

This file knows one row of its messages, in the shape of version 7. It never
learns which conversation it belongs to.
"""

from __future__ import annotations

from typing import Any, Final

from inglenook.core.model import Author, Citation, Failure, Json, Part, Reasoning, ToolCall, ToolResult, Usage
from inglenook.formats.reading.draft import Draft, role_of, text_of
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.turns import Turn
from inglenook.formats.reading.typed_content import content_parts, dollars, json_text, picture, spoken

_TAKEN: Final = (
    "id", "role", "content", "parentId", "sessionId", "topicId", "threadId", "fromModel", "fromProvider", "model",
    "provider", "files", "fileList", "imageList", "tools", "tool_call_id", "plugin", "pluginError", "error",
    "reasoning", "search", "traceId", "observationId", "createdAt", "updatedAt", "clientId", "userId", "name",
    "function_call", "extra", "metadata", "agentId", "meta",
)  # fmt: skip


def turn_of(draft: Draft, message: Json, key: str, parent: str | None, author: Author) -> Turn:
    """One message on its way into the draft, with what a tool answered as its own message still."""
    role = role_of(message.get("role"), "user")
    result = _result(message) if role == "tool" else []
    if role == "tool" and message.get("role") == "function":
        # Up to version 4 call and result were one message.
        role = "assistant"
    parts = _thought(message) + (result or _said(draft, message, role)) + _attached(draft, message) + _sources(message)
    failures = [failure for name in ("error", "pluginError") if (failure := _failure(message.get(name)))]
    known: dict[str, Any] = {
        "created": message.get("createdAt"),
        "updated": message.get("updatedAt"),
        "usage": _usage(obj(message.get("metadata"))),
        "rest": _rest(message),
    }
    if role != "user":
        known["author"] = author
    if failures and role != "user":
        known["status"] = "failed"
    return Turn(key, parent, role, [*parts, *failures], text_of(message.get("id")), bool(result), known)


def _result(message: Json) -> list[Part]:
    plugin, called = obj(message.get("plugin")), obj(message.get("function_call"))
    name = _tool_name(plugin) or text_of(called.get("name")) or text_of(message.get("name"))
    id = text_of(message.get("tool_call_id"))
    answer = ToolResult(id or f"call-{text_of(message.get('id'))}", json_text(message.get("content")), name)
    if message.get("role") != "function" and id:
        return [answer]
    arguments = plugin.get("arguments", called.get("arguments"))
    return [ToolCall(answer.call_id, name, json_text(arguments)), answer]


def _said(draft: Draft, message: Json, role: str) -> list[Part]:
    content = message.get("content")
    parts = spoken(content) if role == "assistant" and isinstance(content, str) else content_parts(draft, content)
    for call in map(obj, arr(message.get("tools"))):
        parts.append(ToolCall(text_of(call.get("id")), _tool_name(call), json_text(call.get("arguments"))))
    return parts


def _tool_name(call: Json) -> str:
    return "/".join(filter(None, (text_of(call.get("identifier")), text_of(call.get("apiName")))))


def _thought(message: Json) -> list[Part]:
    reasoning = obj(message.get("reasoning"))
    thought = reasoning.get("content")
    return [Reasoning(thought, duration_ms=count(reasoning.get("duration")))] if isinstance(thought, str) else []


def _attached(draft: Draft, message: Json) -> list[Part]:
    parts: list[Part] = []
    for image in map(obj, arr(message.get("imageList"))):
        parts.append(picture(draft, text(image.get("url")), text_of(image.get("alt")) or text_of(image.get("id"))))
    for file in map(obj, arr(message.get("fileList"))):
        name = text_of(file.get("name")) or text_of(file.get("id"))
        url, size = text(file.get("url")), count(file.get("size")) or 0
        parts.append(draft.attach(url or None, name=name, media_type=text(file.get("fileType")), size=size))
    named = {text_of(obj(file).get("id")) for name in ("imageList", "fileList") for file in arr(message.get(name))}
    # The bytes of files are not in an export.
    ids = [text_of(file) for file in arr(message.get("files"))]
    return parts + [draft.attach(None, kind="file", name=id) for id in ids if id and id not in named]


def _sources(message: Json) -> list[Part]:
    cited = map(obj, arr(obj(message.get("search")).get("citations")))
    return [Citation(text_of(source.get("url")), text_of(source.get("title"))) for source in cited if source.get("url")]


def _failure(error: Any) -> Failure | None:
    if not error:
        return None
    known = obj(error)
    said = text(error) or text(known.get("message")) or text_of(known.get("type")) or "The answer ended with an error."
    kind = known.get("type")
    detail = "" if isinstance(error, str) else json_text(error)
    return Failure(said, code=kind if type(kind) is int and abs(kind) < 1000 else None, detail=detail)


def _usage(known: Json) -> Usage:
    return Usage(
        prompt_tokens=count(known.get("totalInputTokens")),
        completion_tokens=count(known.get("totalOutputTokens")),
        reasoning_tokens=count(known.get("outputReasoningTokens")),
        cached_tokens=count(known.get("inputCachedTokens")),
        cost_usd=dollars(known.get("cost")),
        first_token_ms=count(known.get("ttft")),
        duration_ms=count(known.get("latency")),
    )


def _rest(message: Json) -> Json:
    known = {
        **rest_of(message, *_TAKEN),
        **rest_of(obj(message.get("extra")), "fromModel", "fromProvider", "tts"),
        "search": rest_of(obj(message.get("search")), "citations"),
        "metadata": rest_of(
            obj(message.get("metadata")), "totalInputTokens", "totalOutputTokens", "outputReasoningTokens",
            "inputCachedTokens", "cost", "ttft", "latency",
        ),
    }  # fmt: skip
    return {name: value for name, value in known.items() if value}
