"""Content as the OpenAI API types it, which many programs store as it came: texts, pictures, tool calls, usage.

This file knows Chat Completions messages (2023 to 2026) and the tags that local
models put around their thoughts. It never learns which program stored them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from inglenook.core.model import Part, Reasoning, Text, ToolCall, ToolResult, Unknown, Usage
from inglenook.formats.reading.attach import Attached
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.shape import arr, count, obj, text

_THOUGHT: Final = ("<think>", "</think>")


def json_text(value: Any) -> str:
    """A text as it is, anything else as JSON; "" for None.

    >>> json_text('{"a": 1}'), json_text({"a": 1}), json_text(None)
    ('{"a": 1}', '{"a": 1}', '')
    """
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


def spoken(said: str) -> list[Part]:
    """What a model said, its thoughts apart where it began with them; a thought without an end was cut off."""
    lean = said.lstrip()
    if not lean.startswith(_THOUGHT[0]):
        return [Text(said)] if lean else []
    thought, _, answer = lean.removeprefix(_THOUGHT[0]).partition(_THOUGHT[1])
    parts: list[Part] = [Reasoning(thought.strip())] if thought.strip() else []
    return [*parts, Text(answer.lstrip())] if answer.strip() else parts


def content_parts(draft: Draft, content: Any, thoughts: bool = False) -> list[Part]:
    """The parts of a message's content: a text, or a list of typed pieces. `thoughts`: a model wrote it."""
    if content is None:
        return []
    if isinstance(content, str):
        return spoken(content) if thoughts else [Text(content)] if content.strip() else []
    if not isinstance(content, list):
        return [Unknown("content", content)]
    parts: list[Part] = []
    for piece in content:
        if isinstance(piece, str):
            parts += content_parts(draft, piece, thoughts)
        elif piece is not None:
            parts += _piece(draft, piece, thoughts)
    return parts


def _piece(draft: Draft, piece: Any, thoughts: bool) -> list[Part]:
    kind = text(obj(piece).get("type"))
    piece = piece if isinstance(piece, dict) else {"value": piece}
    match kind:
        case "text" | "input_text" | "output_text" if isinstance(piece.get("text"), str):
            return content_parts(draft, piece["text"], thoughts)
        case "image_url" | "input_image" if isinstance(url := _address(piece.get("image_url")), str):
            return [picture(draft, url, text_of(piece.get("name")))]
        case "image" if isinstance(url := piece.get("image", piece.get("url")), str):
            return [picture(draft, url)]
        case "input_audio" if isinstance(data := obj(piece.get("input_audio")).get("data"), str):
            form = text(obj(piece["input_audio"]).get("format")) or "wav"
            return [draft.attach(f"data:audio/{form};base64,{data}", kind="audio")]
        case "file" if isinstance(piece.get("file"), dict):
            known = piece["file"]
            name = text_of(known.get("filename")) or text_of(known.get("file_id"))
            return [draft.attach(text(known.get("file_data")) or None, kind="file", name=name)]
        case "thinking" | "reasoning":
            thought = piece.get("thinking") or piece.get("text") or piece.get("content")
            if isinstance(thought, str):
                return [Reasoning(thought)]
        case "tool_use":
            return [ToolCall(text_of(piece.get("id")), text_of(piece.get("name")), json_text(piece.get("input")))]
        case "tool_result":
            return [ToolResult(text_of(piece.get("tool_use_id")), result_text(piece.get("content")))]
    return [Unknown(kind or "content", piece)]


def _address(value: Any) -> Any:
    return value.get("url") if isinstance(value, dict) else value


def picture(draft: Draft, url: str, name: str = "") -> Attached:
    """A picture by its address; one that leads nowhere outside of the other program is kept as its name."""
    reachable = url.startswith(("data:", "http://", "https://"))
    return draft.attach(url, kind="image", name=name or ("" if reachable else url))


def result_text(content: Any) -> str:
    """What a tool answered, as one text."""
    pieces = [obj(piece).get("text") for piece in arr(content)]
    if pieces and all(isinstance(piece, str) for piece in pieces):
        return "\n".join(pieces)
    return json_text(content)


def tool_calls(calls: Any) -> list[Part]:
    """The calls of an assistant message, `[{id, function: {name, arguments}}, …]`."""
    parts: list[Part] = []
    for call in arr(calls):
        function = obj(obj(call).get("function"))
        if function:
            name, arguments = text_of(function.get("name")), json_text(function.get("arguments"))
            parts.append(ToolCall(text_of(call.get("id")), name, arguments))
        elif call:
            parts.append(Unknown("tool_call", call))
    return parts


def usage_of(value: Any) -> Usage:
    """Tokens and cost, by the names of OpenAI, OpenRouter, Anthropic and the AI SDK."""
    known = obj(value)
    inside = obj(known.get("prompt_tokens_details"))
    outside = obj(known.get("completion_tokens_details"))
    return Usage(
        prompt_tokens=_first(known, ("prompt_tokens", "input_tokens", "promptTokens", "inputTokens")),
        completion_tokens=_first(known, ("completion_tokens", "output_tokens", "completionTokens", "outputTokens")),
        reasoning_tokens=_first({**outside, **known}, ("reasoning_tokens", "reasoningTokens")),
        cached_tokens=_first({**inside, **known}, ("cached_tokens", "cache_read_input_tokens", "cachedInputTokens")),
        cost_usd=dollars(known.get("cost")),
    )


def _first(known: dict[str, Any], names: Iterable[str]) -> int | None:
    return next((found for name in names if (found := count(known.get(name))) is not None), None)


def dollars(value: Any, per: float = 1) -> float | None:
    """An amount of money, or None; `per` is how many of its units make a dollar."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        return None
    return value / per if per != 1 else float(value)
