"""What is said in a message of llama.cpp's page: text, thoughts, tools, and files that were sent with it.

This file knows members of their own (2026) and the marks that older versions
wrote into the text (`<<<reasoning_content_start>>>`, `<<<AGENTIC_TOOL_CALL_START>>>`).
It never learns where the message stands.
"""

from __future__ import annotations

import re
from typing import Final

from inglenook.core.model import Json, Part, Reasoning, Role, Text, ToolCall, ToolResult, Unknown
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.jsonvalue import loads
from inglenook.formats.reading.shape import arr, obj, text
from inglenook.formats.reading.typed_content import spoken, tool_calls

_START: Final = re.compile(r"<<<(reasoning_content_start|AGENTIC_TOOL_CALL_START)>>>")
_THOUGHT_END: Final = "<<<reasoning_content_end>>>"
_CALL_END: Final = "<<<AGENTIC_TOOL_CALL_END>>>"
_NAME, _NAME_END = "<<<TOOL_NAME:", ">>>"
_ARGUMENTS, _ARGUMENTS_END = "<<<TOOL_ARGS_START>>>", "<<<TOOL_ARGS_END>>>"


def parts_of(draft: Draft, message: Json, role: Role) -> list[Part]:
    said = text(message.get("content"))
    thoughts = [text(message.get("reasoningContent")), text(message.get("thinking"))]
    parts: list[Part] = [Reasoning(thought) for thought in dict.fromkeys(thoughts) if thought]
    if role == "tool":
        parts.append(ToolResult(text_of(message.get("toolCallId")), said))
    elif message.get("type") == "think" and said:
        parts.append(Reasoning(said))
    elif role == "assistant":
        parts += _marked(said)
    elif said:
        parts.append(Text(said))
    calls = message.get("toolCalls") or message.get("tool_calls")
    if isinstance(calls, str):
        try:
            calls = loads(calls)
        except (ValueError, RecursionError):
            parts.append(Unknown("tool_calls", calls))
    parts += tool_calls(calls)
    for extra in arr(message.get("extra")):
        parts += _extra(draft, obj(extra))
    return parts


def _marked(said: str) -> list[Part]:
    """What a model said, with thoughts and tool calls apart where marks in it say what they are."""
    parts: list[Part] = []
    at = 0
    while (found := _START.search(said, at)) is not None:
        parts += _plain(said[at : found.start()], not parts)
        ending = _THOUGHT_END if found[1].startswith("reasoning") else _CALL_END
        end = said.find(ending, found.end())
        inner = said[found.end() : end if end >= 0 else len(said)]
        at = end + len(ending) if end >= 0 else len(said)
        if ending is _CALL_END:
            parts += _call(inner, f"call {1 + sum(isinstance(part, ToolCall) for part in parts)}")
        elif inner.strip():
            parts.append(Reasoning(inner.strip()))
    return [*parts, *_plain(said[at:], not parts)]


def _plain(said: str, first: bool) -> list[Part]:
    if first:
        return spoken(said)
    return [Text(said.strip("\n"))] if said.strip() else []


def _call(inner: str, id: str) -> list[Part]:
    before, mark, rest = inner.partition(_ARGUMENTS)
    name = before.strip().removeprefix(_NAME).removesuffix(_NAME_END)
    arguments, ended, result = rest.partition(_ARGUMENTS_END)
    if not mark or not before.strip().startswith(_NAME):
        return [Unknown("tool_call", inner)]
    call: list[Part] = [ToolCall(id, name, arguments.strip())]
    return [*call, ToolResult(id, result.strip(), name)] if ended and result.strip() else call


def _extra(draft: Draft, extra: Json) -> list[Part]:
    """A file that was sent with a message."""
    kind, name = text(extra.get("type")).lower(), text(extra.get("name"))
    said, media_type = text(extra.get("content")), text(extra.get("mimeType"))
    if kind.startswith("image"):
        return [draft.attach(text(extra.get("base64Url")) or None, kind="image", name=name)]
    if kind.startswith("pdf"):
        return _pdf(draft, extra, name, said)
    if kind.startswith(("audio", "video")):
        data = text(extra.get("base64Data"))
        whole = f"data:{media_type};base64,{data}" if data else None
        return [draft.attach(whole, kind=kind[:5], name=name, media_type=media_type)]
    if kind.startswith("text") or kind == "context":
        return [_text(draft, said, name or "context.txt", "text/plain")]
    if kind == "mcp_resource" and said:
        return [_text(draft, said, name or text(extra.get("uri")), media_type or "text/plain")]
    return [Unknown(text(extra.get("type")) or "extra", extra)] if extra else []


def _pdf(draft: Draft, extra: Json, name: str, said: str) -> list[Part]:
    """The document, or pictures of its pages where that is all there is; and the text that was read in it."""
    data = text(extra.get("base64Data"))
    pages = [page for page in arr(extra.get("images")) if isinstance(page, str) and page.startswith("data:")]
    found: list[Part] = []
    if data or not pages:
        whole = f"data:application/pdf;base64,{data}" if data else None
        found.append(draft.attach(whole, kind="file", name=name, media_type="application/pdf"))
    else:
        found += [draft.attach(page, kind="image", name=f"{name} {number}") for number, page in enumerate(pages, 1)]
    return [*found, _text(draft, said, f"{name}.txt", "text/plain")] if said else found


def _text(draft: Draft, said: str, name: str, media_type: str) -> Part:
    return draft.attach(said.encode("utf-8", "replace"), kind="file", name=name, media_type=media_type)
