"""What a message says and carries, as Open WebUI keeps it: blocks in the text, items beside it, files, sources.

This file knows the same forms as `content.py` and
`files.py`, the other way round.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from html import escape

from inglenook.core import model
from inglenook.core.model import Json, Message, Part

Bytes = Callable[[str], bytes | None]


def said_of(message: Message) -> str:
    """The text; of an answer with thoughts and calls as blocks."""
    if message.role in ("user", "system"):
        return "\n\n".join(said for part in message.parts if (said := _plain(part)))
    results = {part.call_id: part.text for part in message.parts if isinstance(part, model.ToolResult)}
    called = {part.id for part in message.parts if isinstance(part, model.ToolCall)}
    return "\n".join(said for part in message.parts if (said := _block(part, results, called)))


def _plain(part: Part) -> str:
    match part:
        case model.Text(text):
            return text
        case model.Code(text, language):
            return f"```{language}\n{text}\n```"
    return ""


def _block(part: Part, results: dict[str, str], called: set[str]) -> str:
    match part:
        case model.Reasoning(text, _, duration_ms):
            seconds = (duration_ms or 0) // 1000
            quoted = "\n".join(f"> {line}" for line in escape(text, quote=False).split("\n"))
            summary = f"<summary>Thought for {seconds} seconds</summary>"
            return f'<details type="reasoning" done="true" duration="{seconds}">\n{summary}\n{quoted}\n</details>'
        case model.ToolCall(id, name, arguments):
            return _call(id, name, arguments, results.get(id, ""))
        case model.ToolResult(id, text, name) if id not in called:
            return _call(id, name, "", text)
        case model.Code():
            summary = "<summary>Analyzed</summary>"
            return f'<details type="code_interpreter" done="true">\n{summary}\n{_plain(part)}\n</details>'
    return _plain(part)


def _call(id: str, name: str, arguments: str, result: str) -> str:
    told = {"id": id, "name": name, "arguments": json.dumps(arguments), "result": json.dumps(result)}
    attributes = " ".join(f'{key}="{escape(value)}"' for key, value in told.items())
    return (
        f'<details type="tool_calls" done="true" {attributes} files="">\n<summary>Tool Executed</summary>\n</details>'
    )


def output_of(message: Message) -> list[Json]:
    """The parts in their order, of an answer whose text alone would not tell them apart."""
    if all(isinstance(part, model.Text) for part in message.parts) and len(message.parts) < 2:
        said = said_of(message)
        if "<details" not in said and not said.lstrip().startswith("<think>"):
            return []
    return [item for place, part in enumerate(message.parts) if (item := _item(part, place))]


def _item(part: Part, place: int) -> Json:
    id = f"item-{place}"
    match part:
        case model.Text(text):
            content = [{"type": "output_text", "text": text}]
            return {"type": "message", "id": id, "role": "assistant", "status": "completed", "content": content}
        case model.Reasoning(text, _, duration_ms):
            item: Json = {"type": "reasoning", "id": id, "status": "completed", "summary": None}
            item["content"] = [{"type": "output_text", "text": text}]
            return item | ({} if duration_ms is None else {"duration": duration_ms / 1000})
        case model.ToolCall(call, name, arguments):
            return {"type": "function_call", "id": id, "call_id": call, "name": name, "arguments": arguments}
        case model.ToolResult(call, text, name):
            output = [{"type": "input_text", "text": text}]
            return {"type": "function_call_output", "id": id, "call_id": call, "name": name, "output": output}
        case model.Code(text, language):
            return {"type": "open_webui:code_interpreter", "id": id, "code": text, "lang": language, "output": None}
        case model.Unknown(kind, data):
            return data if isinstance(data, dict) and data.get("type") == kind else {"type": kind, "data": data}
    return {}


def files_of(message: Message, files: Bytes) -> list[Json]:
    """Files with their bytes, where they are here."""
    return [row for part in message.parts if (row := _file(part, files))]


def _file(part: Part, files: Bytes) -> Json:
    if not isinstance(part, model.Image | model.File | model.Audio | model.Video):
        return {}
    data = files(part.sha256) if part.sha256 else None
    if isinstance(part, model.Image):
        url = part.url or part.name if data is None else _address(data, part.media_type or "image/png")
        return {"type": "image", "url": url, "name": part.name, "content_type": part.media_type, "size": part.size}
    kind = type(part).__name__.lower()
    row: Json = {"type": kind, "name": part.name, "content_type": part.media_type, "size": part.size}
    if data is None:
        return row | {"url": part.url or ""}
    if part.media_type == "text/plain":
        try:
            return row | {"url": "", "file": {"filename": part.name, "data": {"content": data.decode()}}}
        except UnicodeDecodeError:
            pass
    return row | {"url": _address(data, part.media_type or "application/octet-stream")}


def _address(data: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"


def sources_of(message: Message) -> list[Json]:
    """What the answer rests on."""
    rows = []
    for part in message.parts:
        if isinstance(part, model.Citation):
            about = {"name": part.title or part.url, "url": part.url, "id": part.url or part.title}
            mark = {"source": part.url or part.title, "name": part.title}
            rows.append({"source": about, "document": [part.text], "metadata": [mark]})
    return rows


def failure_of(message: Message) -> Json:
    """Why an answer ended badly."""
    said = next((part.message for part in message.parts if isinstance(part, model.Failure)), "")
    return {"content": said or "The answer failed."} if said or message.status in ("failed", "refused") else {}
