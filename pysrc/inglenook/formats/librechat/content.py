"""What a message of LibreChat says and carries: text, typed pieces, files, what its tools found.

This file knows the pieces of agents and assistants (2024 to 2026) and the
`:::thinking` blocks that stood in texts before. It never learns where a
message stands.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from inglenook.core.model import Failure, Json, Part, Reasoning, Text, ToolCall, ToolResult, Unknown
from inglenook.formats.librechat.citations import marked, sources_in
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.typed_content import content_parts, json_text, picture

_BEGIN: Final = ":::thinking"
_END: Final = ":::"
_FILE: Final = ("filename", "type", "bytes", "filepath", "text", "file_id", "_id", "user", "object", "height", "width",
                "conversationId", "messageId", "toolCallId", "usage", "context", "source", "embedded", "temp_file_id",
                "createdAt", "updatedAt", "expiresAt", "__v", "metadata", "model", "progress", "preview")  # fmt: skip


def parts_of(draft: Draft, message: Json, answers: bool, rest: Json) -> list[Part]:
    """What is said, thought and called, in its order, then files and sources. What has no part goes to `rest`."""
    found = arr(message.get("attachments"))
    sources = sources_in(found)
    parts = [part for piece in arr(message.get("content")) for part in _piece(draft, piece, rest)]
    said = text(message.get("text"))
    if said and not any(isinstance(part, Text) for part in parts):
        parts += _told(said) if answers else [Text(said)]
    elif said and _words(said) != _words("".join(part.text for part in parts if isinstance(part, Text))):
        rest["text"] = said
    if answers:
        parts = _cited(parts, sources.places, rest)
    for file in arr(message.get("files")):
        parts += _files(draft, file, rest)
    for attachment in found:
        if isinstance(attachment, dict) and (attachment.get("filepath") or attachment.get("filename")):
            parts += _files(draft, attachment, rest)
    return [*parts, *sources.citations, *sources.unknown]


def _words(said: str) -> str:
    return "".join(said.split())


def _told(said: str) -> list[Part]:
    """A text with its thoughts apart, where it begins with them."""
    lean = said.lstrip()
    if not lean.startswith(_BEGIN):
        return [Text(said)]
    thought, end, answer = lean.removeprefix(_BEGIN).partition("\n" + _END)
    if not end:
        thought, end, answer = lean.removeprefix(_BEGIN).partition(_END)
    if not end:
        return [Text(said)]
    parts: list[Part] = [Reasoning(thought.strip())] if thought.strip() else []
    return [*parts, Text(answer.strip("\n"))] if answer.strip() else parts


def _cited(parts: list[Part], places: dict[str, int], rest: Json) -> list[Part]:
    """The parts with marks that can be read; the texts as they came go to `rest`."""
    shown = [replace(p, text=marked(p.text, places)) if isinstance(p, Text | Reasoning) else p for p in parts]
    if shown != parts:
        rest["marked"] = [part.text for part, other in zip(parts, shown, strict=True) if part != other]  # type: ignore[union-attr]
    return shown


def _piece(draft: Draft, piece: Any, rest: Json) -> list[Part]:
    value = obj(piece)
    kind = text(value.get("type"))
    inner = value.get(kind)
    match kind:
        case "text":
            said = text(inner) or text(obj(inner).get("value"))
            if notes := arr(obj(inner).get("annotations")):
                rest.setdefault("annotations", []).extend(notes)
            return [Text(said)] if said else []
        case "think" if isinstance(inner, str):
            return [Reasoning(inner)] if inner else []
        case "tool_call" if isinstance(inner, dict):
            return _call(draft, inner)
        case "image_file" if isinstance(inner, dict):
            return _files(draft, inner, rest, "image")
        case "image_url" if address := text(obj(inner).get("url")) or text(inner):
            return [picture(draft, address)]
        case "error":
            return [Failure(text(inner) or text(value.get("text")) or "The answer failed.")]
        case "agent_update":
            # Which of several agents goes on from here.
            rest.setdefault("agents", []).append(inner)
            return []
        case "video_url" if address := text(obj(inner).get("url")):
            return [draft.attach(address, kind="video", name="" if "://" in address else address[:80])]
        case "input_audio":
            return content_parts(draft, [value])
    return [Unknown(kind or "content", piece)] if piece else []


def _call(draft: Draft, call: Json) -> list[Part]:
    """A call and its result; what an assistant ran, with the pictures it made."""
    function, interpreter = obj(call.get("function")), obj(call.get("code_interpreter"))
    name = text(call.get("name")) or text(function.get("name")) or ("code_interpreter" if interpreter else "")
    asked = call.get("args", function.get("arguments", interpreter.get("input")))
    given = call.get("output", function.get("output", interpreter.get("outputs")))
    id = text_of(call.get("id"))
    if not name:
        name = text(call.get("type")) if call.get("type") != "tool_call" else ""
    parts: list[Part] = [ToolCall(id, name, json_text(asked))]
    if isinstance(given, list) and all(isinstance(obj(one).get("logs"), str) for one in given):
        given = "\n".join(one["logs"] for one in given)
    return [*parts, ToolResult(id, json_text(given), name)] if given not in (None, "", []) else parts


def _files(draft: Draft, file: Any, rest: Json, kind: str = "") -> list[Part]:
    """A file; most are only on that program's server, and are kept by their name."""
    known = obj(file)
    if not known:
        return [Unknown("file", file)] if file else []
    if left := rest_of(known, *_FILE):
        rest.setdefault("files", []).append(left)
    media_type, address, said = (text(known.get(name)) for name in ("type", "filepath", "text"))
    name = text(known.get("filename")) or ("" if address.startswith("data:") else address) or text(known.get("file_id"))
    said_kind = media_type.partition("/")[0]
    kind = kind or (
        said_kind if said_kind in ("image", "audio", "video") else "image" if known.get("width") else "file"
    )
    source: str | bytes | None = address if address.startswith(("data:", "https://", "http://")) else None
    size = count(known.get("bytes")) or 0
    parts: list[Part] = [draft.attach(source, kind=kind, name=name, media_type=media_type, size=size)]
    if said and not address.startswith("data:"):
        # The text that was taken out of it, which is what the model got.
        parts = [draft.attach(said.encode("utf-8", "replace"), kind="file", name=name, media_type="text/plain")]
    return parts
