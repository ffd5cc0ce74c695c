"""What a message of Cherry Studio says: blocks (version 1.3 on), or plain content and what hangs from it.

This file knows kinds of blocks, and files in the backup's folder. It never
learns where the message stands.
"""

from __future__ import annotations

from typing import Any, Final

from inglenook.core.model import Citation, Code, Failure, Json, Part, Reasoning, Text, ToolCall, ToolResult, Unknown
from inglenook.formats.reading.document import Document, last_part
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.leftovers import plain_text, rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.typed_content import json_text, result_text

_TAKEN: Final = (
    "id", "messageId", "type", "createdAt", "updatedAt", "status", "content", "thinking_millsec", "language", "file",
    "url", "toolId", "toolName", "arguments", "error", "knowledge", "citationReferences", "model",
)  # fmt: skip


def parts_of(draft: Draft, document: Document, message: Json, blocks: list[Json]) -> tuple[list[Part], Json]:
    """What the message says, and what else its blocks or its content hold."""
    if not blocks:
        return _plain(draft, document, message)
    parts = [part for block in blocks for part in _block(draft, document, block)]
    left = {"blocks": [kept for block in blocks if (kept := _left(block))], "metadata": message.get("metadata")}
    return parts, rest_of(left)


def _left(block: Json) -> Json:
    """What a block of a known kind holds besides; of another kind all is in its part."""
    if block.get("type") not in _KINDS:
        return {}
    metadata = rest_of(obj(block.get("metadata")), "generateImageResponse")
    response = rest_of(obj(block.get("response")), "results")
    if words := text(obj(obj(block.get("response")).get("results")).get("query")):
        response["query"] = words
    return rest_of({**block, "metadata": metadata, "response": response}, *_TAKEN)


def _plain(draft: Draft, document: Document, message: Json) -> tuple[list[Part], Json]:
    parts: list[Part] = []
    metadata = obj(message.get("metadata"))
    took = count(obj(message.get("metrics")).get("time_thinking_millsec"))
    if thought := text(message.get("reasoning_content")):
        parts.append(Reasoning(thought, duration_ms=took))
    if said := text(message.get("content")):
        parts.append(Text(said))
    pictures = [*arr(message.get("images")), *arr(obj(metadata.get("generateImage")).get("images"))]
    parts += [draft.attach(picture if isinstance(picture, str) else None, kind="image") for picture in pictures]
    parts += [_file(draft, document, file) for file in map(obj, arr(message.get("files")))]
    if error := obj(message.get("error")):
        parts.append(_failure(error, ""))
    left = rest_of(metadata, "generateImage")
    return parts, {"metadata": left} if left else {}


def _block(draft: Draft, document: Document, block: Json) -> list[Part]:
    said = text(block.get("content"))
    match block.get("type"):
        case "main_text" | "compact":
            return [Text(said)] if said else []
        case "thinking":
            return [Reasoning(said, duration_ms=count(block.get("thinking_millsec")))] if said else []
        case "code":
            return [Code(said, text(block.get("language")))] if said else []
        case "image" | "file" | "video":
            return _files(draft, document, block)
        case "tool":
            return _tool(block)
        case "citation":
            return _citations(block)
        case "error":
            return [_failure(obj(block.get("error")), said)]
        case "translation":
            return [Unknown("translation", said)] if said else []
        case "unknown":
            # Stands where an answer was about to begin.
            return [Unknown("unknown", said)] if said else []
    return [Unknown(text(block.get("type")) or "block", rest_of(block, "id", "messageId", "createdAt", "updatedAt"))]


_KINDS: Final = (
    "main_text", "compact", "thinking", "code", "image", "file", "video", "tool", "citation", "error", "translation",
    "unknown",
)  # fmt: skip


def _files(draft: Draft, document: Document, block: Json) -> list[Part]:
    kind = text(block.get("type"))
    if file := obj(block.get("file")):
        return [_file(draft, document, file, kind)]
    response = obj(obj(block.get("metadata")).get("generateImageResponse"))
    urls = [text(block.get("url")), *arr(response.get("images"))]
    found: list[Part] = [_linked(draft, document, url, kind) for url in dict.fromkeys(map(text, urls)) if url]
    return found or [draft.attach(None, kind=kind, name=last_part(text(block.get("filePath"))))]


def _linked(draft: Draft, document: Document, url: str, kind: str) -> Part:
    """A file by its address; one on that computer may be in the backup."""
    if url.startswith(("data:", "http://", "https://")):
        return draft.attach(url, kind=kind)
    return draft.attach(document.beside.named(url), kind=kind, name=last_part(url))


def _tool(block: Json) -> list[Part]:
    """A call and its result; of some the arguments and the result are only in what the tool's server said."""
    raw = obj(obj(block.get("metadata")).get("rawMcpToolResponse"))
    id = text_of(raw.get("toolCallId")) or text_of(block.get("toolId"))
    name = text(block.get("toolName")) or text(obj(raw.get("tool")).get("name"))
    asked = block.get("arguments") or raw.get("arguments")
    given: Any = block.get("content") or raw.get("response")
    parts: list[Part] = [ToolCall(id, name, json_text(asked))]
    if given in (None, ""):
        return parts
    # Pieces of text are joined; anything else stays as it is.
    pieces = obj(given).get("content")
    words = result_text(pieces) if pieces and all("text" in obj(piece) for piece in arr(pieces)) else json_text(given)
    return [*parts, ToolResult(id, words, name)]


def _failure(error: Json, said: str) -> Failure:
    left = rest_of(error, "message")
    code = next((c for name in ("statusCode", "status") if (c := count(error.get(name)))), None)
    return Failure(
        text(error.get("message")) or said or "The answer failed.", code=code, detail=plain_text(left) if left else ""
    )


def _citations(block: Json) -> list[Part]:
    response = obj(block.get("response"))
    rows = response.get("results")
    rows = arr(rows) or arr(obj(rows).get("results")) or arr(obj(rows).get("groundingChunks"))
    found: list[Part] = []
    for row in [*rows, *arr(block.get("knowledge"))]:
        row = obj(obj(row).get("web")) or obj(row)
        url = next((u for name in ("url", "uri", "sourceUrl", "link") if (u := text(row.get(name)))), "")
        title, words = text(row.get("title")), text(row.get("content")) or text(row.get("snippet"))
        found.append(Citation(url, title, words) if url or title or words else Unknown("citation", row))
    return found or [Unknown("citation", rest_of(block, "id", "messageId", "createdAt", "updatedAt", "status"))]


def _file(draft: Draft, document: Document, file: Json, kind: str = "") -> Part:
    id, ending = text(file.get("id")), text(file.get("ext"))
    ending = ending if not ending or ending.startswith(".") else f".{ending}"
    held = document.beside.named(f"Data/Files/{id}{ending}") if id else None
    name = text(file.get("origin_name")) or text(file.get("name"))
    shape = kind if kind in ("image", "video") else "image" if file.get("type") == "image" else "file"
    return draft.attach(held, kind=shape, name=name, size=count(file.get("size")) or 0)
