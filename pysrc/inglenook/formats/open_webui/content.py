"""What a message of Open WebUI says: text with blocks of HTML in it, or items of the Responses API.

This file knows the `<details>` blocks of thoughts, tool calls and code, and
the list `output` that newer versions keep beside them (2024 to 2026).
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any, Final

from inglenook.core.model import Code, Failure, Json, Part, Reasoning, Text, ToolCall, ToolResult, Unknown
from inglenook.formats.open_webui.files import linked
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.jsonvalue import loads
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.typed_content import content_parts, json_text, result_text, spoken

_OPEN: Final = "<details"
_CLOSE: Final = "</details>"
# How far behind an end in a quoted line the real one is looked for.
_FAR: Final = 20_000
_KINDS: Final = ("reasoning", "tool_calls", "code_interpreter")
_ATTRIBUTE: Final = re.compile(r'([a-z_]+)="([^"]*)"')
_SUMMARY: Final = re.compile(r"\s*<summary>[^<]*</summary>\n?")
_FENCE: Final = re.compile(r"\s*```([\w+#.-]*)\n(.*)\n?```\s*", re.DOTALL)


def parts_of(draft: Draft, message: Json, answers: bool, rest: Json) -> list[Part]:
    """What is said, thought and called, in its order. What a newer text replaced goes to `rest`."""
    told = _content(draft, message.get("content"), answers)
    parts = [part for item in arr(message.get("output")) for part in _item(draft, item)] if answers else []
    if not parts:
        parts = told
    elif not _words(parts):
        parts += [part for part in told if isinstance(part, Text)]
    elif _words(told) and _words(told) != _words(parts):
        # The text was changed after the answer, and is what that program shows.
        rest["output"] = "\n\n".join(part.text for part in parts if isinstance(part, Text))
        parts = [part for part in parts if not isinstance(part, Text)]
        parts += [part for part in told if isinstance(part, Text)]
    if original := text(message.get("originalContent")):
        parts.append(Unknown("originalContent", original))
    if message.get("merged"):
        parts.append(Unknown("merged", message["merged"]))
    for run in arr(message.get("code_executions")):
        parts += _run(draft, obj(run))
    if error := message.get("error"):
        parts.append(_failure(error))
    return parts


def _words(parts: list[Part]) -> str:
    return "".join("".join(part.text.split()) for part in parts if isinstance(part, Text))


def _content(draft: Draft, content: Any, answers: bool) -> list[Part]:
    if not isinstance(content, str):
        return content_parts(draft, content, answers)
    if not answers:
        return [Text(content)] if content else []
    return _blocks(draft, content) if _OPEN in content else spoken(content)


def _blocks(draft: Draft, said: str) -> list[Part]:
    """Text with its blocks taken apart; one that does not close stays text."""
    parts: list[Part] = []
    # `at`: from here on nothing has become a part; `start`: from here on blocks are looked for.
    at = start = 0
    while (start := said.find(_OPEN, start)) >= 0:
        # Values are escaped, so the next tag cannot begin inside this one.
        after = said.find("<", start + 1)
        inner = said.find(">", start, after if after >= 0 else len(said)) + 1
        attributes = dict(_ATTRIBUTE.findall(said[start:inner]))
        if attributes.get("type") not in _KINDS:
            start += len(_OPEN)
            continue
        end = _end(said, inner)
        if end < 0:
            break
        if before := said[at:start].strip("\n"):
            parts += spoken(before) if not parts else [Text(before)]
        values = {name: unescape(value) for name, value in attributes.items()}
        summary = _SUMMARY.match(said, inner, end)
        parts += _block(draft, values, said[summary.end() if summary else inner : end])
        at = start = end + len(_CLOSE)
    if rest := said[at:].strip("\n"):
        parts.append(Text(rest))
    return parts


def _end(said: str, start: int) -> int:
    """Where a block ends. Older versions did not escape a thought, so an end in a quoted line is none."""
    end = said.find(_CLOSE, start)
    line = said.rfind("\n", start, end) + 1
    if end > line > 0 and said.startswith(">", line):
        later = said.find("\n" + _CLOSE, end, end + _FAR)
        return later + 1 if later >= 0 else end
    return end


def _block(draft: Draft, attributes: dict[str, str], inner: str) -> list[Part]:
    call, name = attributes.get("id", ""), attributes.get("name", "")
    match attributes["type"]:
        case "reasoning":
            lines = unescape(inner).strip("\n").split("\n")
            seconds = attributes.get("duration", "")
            ms = int(seconds) * 1000 if seconds.isdecimal() and len(seconds) < 8 else None
            return [Reasoning("\n".join(re.sub(r"^\s?> ?", "", line) for line in lines), duration_ms=ms)]
        case "tool_calls":
            parts: list[Part] = [ToolCall(call, name, _once(attributes.get("arguments", "")))]
            if result := attributes.get("result") or unescape(inner).strip():
                parts.append(ToolResult(call, _once(result), name))
            try:
                files = loads(attributes.get("files") or "[]")
            except ValueError:
                files = []
            return [*parts, *linked(draft, files)]
    code = _FENCE.fullmatch(inner)
    source, language = (code[2].removesuffix("\n"), code[1]) if code else (inner.strip("\n"), "")
    output = attributes.get("output", "")
    parts = [Code(source, language or attributes.get("lang", "") or "python")] if source or not output else []
    return [*parts, ToolResult(call, output)] if output not in ("", "null", '""') else parts


def _once(value: str) -> str:
    """JSON in a JSON string, taken out of it."""
    try:
        inner: Any = loads(value)
    except ValueError:
        return value
    return inner if isinstance(inner, str) else value


def _item(draft: Draft, item: Any) -> list[Part]:
    """An item of the Responses API."""
    value = obj(item)
    match value.get("type"):
        case "message":
            return [part for piece in arr(value.get("content")) for part in _spoken_piece(piece)]
        case "reasoning":
            return _thought(value)
        case "function_call":
            name = text(value.get("name"))
            return [ToolCall(text_of(value.get("call_id")), name, json_text(value.get("arguments")))]
        case "function_call_output":
            return _result(draft, value)
        case "open_webui:code_interpreter":
            parts: list[Part] = [Code(text(value.get("code")), text(value.get("lang")) or "python")]
            output = value.get("output")
            return [*parts, ToolResult(text_of(value.get("id")), json_text(output))] if output else parts
    return [Unknown(text(value.get("type")) or "output", item)] if item else []


def _spoken_piece(piece: Any) -> list[Part]:
    said = obj(piece).get("text", obj(piece).get("refusal"))
    if isinstance(said, str):
        return [Text(said)] if said else []
    return [Unknown("message", piece)] if piece else []


def _thought(item: Json) -> list[Part]:
    pieces = [text(obj(piece).get("text")) for piece in (*arr(item.get("content")), *arr(item.get("summary")))]
    said = "\n\n".join(dict.fromkeys(filter(None, pieces)))
    seconds = item.get("duration")
    ms = count(seconds * 1000) if isinstance(seconds, int | float) and not isinstance(seconds, bool) else None
    if said:
        return [Reasoning(said, duration_ms=ms)]
    return [Unknown("reasoning", item)] if item.get("encrypted_content") else []


def _result(draft: Draft, item: Json) -> list[Part]:
    output = item.get("output")
    pictures = [obj(piece) for piece in arr(output) if obj(piece).get("type") == "input_image"]
    if pictures:
        output = [piece for piece in arr(output) if obj(piece).get("type") != "input_image"]
    result = ToolResult(text_of(item.get("call_id")), result_text(output) if output else "", text(item.get("name")))
    shown = [{"type": "image", "url": text(picture.get("image_url"))} for picture in pictures]
    return [result, *linked(draft, [*shown, *arr(item.get("files"))])]


def _run(draft: Draft, run: Json) -> list[Part]:
    """Code that a tool ran, and what came of it."""
    if not run:
        return []
    result, call, name = obj(run.get("result")), text_of(run.get("id")), text(run.get("name"))
    said = [text(result.get(member)) for member in ("output", "error")]
    parts: list[Part] = [Code(text(run.get("code")), text(run.get("language")))]
    if shown := "\n".join(filter(None, said)) or (json_text(result) if result else ""):
        parts.append(ToolResult(call, shown, name))
    return [*parts, *linked(draft, result.get("files"))]


def _failure(error: Any) -> Failure:
    content = obj(error).get("content", error)
    said = text(content) or text(obj(content).get("message")) or text(obj(content).get("detail"))
    detail = json_text(error) if isinstance(error, dict) and not text(content) else ""
    return Failure(said or "The answer failed.", detail=detail)
