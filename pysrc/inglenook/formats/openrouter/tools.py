"""Tool items of an OpenRouter room: what was called with what, and what came back.

This file knows the output items of OpenRouter's Responses API, by the names of
their members and not by their many types, so that a new tool is read as well.
It never learns which tool does what.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

from inglenook.core.model import Json, Part, ToolCall, ToolResult
from inglenook.formats.reading.attach import Attached
from inglenook.formats.reading.draft import text_of
from inglenook.formats.reading.shape import arr, obj, text

_RESULTS: Final = (
    "output", "outputs", "result", "results", "sources", "content", "title", "stdout", "stderr", "exitCode", "error",
    "advice", "analysis", "responses", "failed_models", "failure_reason", "matches", "httpStatus", "datetime",
    "outcome", "files",
)  # fmt: skip
_PICTURES: Final = ("imageB64", "image_b64", "imageUrl", "image_url", "screenshotB64", "screenshot_b64")
_HEAD: Final = ("type", "id", "call_id", "name", "status")
_NOTHING: Final = (None, "", [], {})
_SCHEMES: Final = ("data:", "https://", "http://")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_\-\r\n]{16,}={0,2}\s*")

Attach = Callable[..., Attached]


def tool_parts(kind: str, data: Json, attach: Attach) -> tuple[list[Part], Json]:
    """A call, its result and its pictures, as far as the item holds them; and what is left of it."""
    call_id = text_of(data.get("call_id")) or text_of(data.get("id"))
    base = kind.rpartition(":")[2]
    name = text(data.get("name")) or base.removesuffix("_output").removesuffix("_call")
    # What the item was called is needed to give it back.
    left: Json = {"type": kind}
    if data.get("status") not in (None, "", "completed"):
        left["status"] = data["status"]
    members = {key: value for key, value in data.items() if key not in _HEAD and value not in _NOTHING}
    pictures = _pictures(base, members, attach)
    if base.endswith("_output"):
        output = _words(members.pop("output", ""))
        if members:
            left["members"] = members
        return [ToolResult(call_id, output, text(data.get("name"))), *pictures], left
    results = {key: members.pop(key) for key in _RESULTS if key in members}
    action = members.get("action")
    if isinstance(action, dict) and (sources := arr(action.get("sources"))):
        results["sources"] = [*arr(results.get("sources")), *sources]
        members["action"] = {key: value for key, value in action.items() if key != "sources"}
    parts: list[Part] = []
    if members or results or not pictures:
        parts.append(ToolCall(call_id, name, _arguments(members, left)))
    if results:
        parts.append(ToolResult(call_id, _words(*results.values() if len(results) == 1 else (results,)), name))
    return [*parts, *pictures], left


def _pictures(base: str, members: Json, attach: Attach) -> list[Part]:
    """The pictures among the members, which are taken out."""
    found: dict[str, Part] = {}
    named = text(members.pop("filename", "")) if base.startswith("image_generation") else ""
    for name in (*_PICTURES, "result") if base.startswith("image_generation") else _PICTURES:
        address = members.get(name)
        if not isinstance(address, str):
            continue
        if _BASE64.fullmatch(address[:400]):
            address = f"data:image/png;base64,{address}"
        if address.startswith(_SCHEMES):
            del members[name]
            if address not in found:
                found[address] = attach(address, kind="image", name=named)
    outputs = []
    for output in arr(members.get("outputs")):
        address = text(obj(output).get("url"))
        if address.startswith("data:image/"):
            found[address] = attach(address, kind="image")
            output = {**output, "url": ""}
        outputs.append(output)
    if outputs:
        members["outputs"] = outputs
    return list(found.values())


def _arguments(members: Json, left: Json) -> str:
    """The arguments as JSON text: as the model wrote them, or made of what the item says."""
    for name in ("arguments", "input"):
        if isinstance(members.get(name), str):
            others = {key: value for key, value in members.items() if key != name}
            if others:
                left["members"] = others
            return members[name]
    action = members.get("action")
    if isinstance(action, dict) and len(members) == 1:
        members = {key: value for key, value in action.items() if value not in _NOTHING}
    return json.dumps(members, ensure_ascii=False) if members else ""


def _words(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
