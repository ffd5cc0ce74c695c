"""What a message of an OpenRouter room holds: items as the Responses API has them, and attachments of older rooms.

This file knows the items "message" and "reasoning", what stands in their
content, and annotations. It never learns of trees or authors. Everything
answers parts and, beside them, the members that no part has a place for.
"""

from __future__ import annotations

import re
from typing import Any, Final

from inglenook.core.model import Citation, Json, Part, Reasoning, Text, Unknown
from inglenook.formats.openrouter.tools import Attach, tool_parts
from inglenook.formats.reading.draft import text_of
from inglenook.formats.reading.shape import arr, obj, text

_TEXTS: Final = frozenset(("input_text", "output_text", "text", "reasoning_text", "summary_text", "refusal"))
_FILES: Final = frozenset((
    "input_image", "output_image", "image_url", "image", "input_file", "output_file", "file", "input_audio",
    "output_audio", "audio", "input_video", "video_url", "video",
))  # fmt: skip
# Members that hold the address or the bytes of a file, the best first.
_ADDRESSES: Final = ("image_url", "video_url", "file_data", "data", "file_url", "url", "src", "content")
_NESTED: Final = ("image_url", "video_url", "input_video", "file", "input_audio", "audio", "source")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_\-\r\n]+={0,2}\s*")
_ADDRESS: Final = re.compile(r"data:|https?://", re.I)


def item_parts(data: Any, attach: Attach) -> tuple[list[Part], Json]:
    """The parts of one item's `data`, and what is left of it."""
    if isinstance(data, str):
        return ([Text(data)] if data else []), {}
    if not isinstance(data, dict):
        return ([Unknown("item", data)] if data else []), {}
    match data.get("type"):
        case "message":
            parts, left = content_parts(data.get("content"), attach)
            return parts, left | remaining(data, "type", "id", "role", "status", "content")
        case "reasoning":
            return _reasoning(data)
        case str(kind) if kind:
            return tool_parts(kind, data, attach)
        case _:
            return [Unknown("item", data)], {}


def content_parts(content: Any, attach: Attach) -> tuple[list[Part], Json]:
    """The parts of a message's content, a text or a list of typed entries."""
    if isinstance(content, str):
        return ([Text(content)] if content else []), {}
    parts: list[Part] = []
    left: list[Json] = []
    for place, entry in enumerate(content if isinstance(content, list) else [content] if content else []):
        found, over = _entry(entry, attach)
        parts += found
        if over:
            left.append({"place": place, **over})
    return parts, {"content": left} if left else {}


def attached_part(record: Json, attach: Attach) -> tuple[Part, Json]:
    """A file, whatever of its many shapes it has."""
    flat = dict(record)
    for name in _NESTED:
        if isinstance(flat.get(name), dict):
            flat.update({**flat.pop(name)})
    kind = text(record.get("type")).lower()
    media = next((m for n in ("mediaType", "media_type", "mimeType", "mime_type") if (m := text(flat.get(n)))), "")
    media = media or (kind if "/" in kind else "")
    used = next((name for name in _ADDRESSES if isinstance(flat.get(name), str) and flat[name]), "")
    source = flat.get(used)
    left = remaining(
        flat, "type", "filename", "name", "mediaType", "media_type", "mimeType", "mime_type", "size", "transcript", used
    )
    for name in _ADDRESSES:
        if source and left.get(name) == source:
            del left[name]
    if left.get("detail") == "auto":
        del left["detail"]
    if isinstance(source, str) and not _ADDRESS.match(source):
        if used == "content":
            source = source.encode("utf-8", "surrogatepass")
            media = media or "text/plain"
        elif used in ("data", "file_data") and _BASE64.fullmatch(source[:400]):
            sound = text_of(left.pop("format", "")) if "audio" in kind else ""
            source = f"data:{media or (f'audio/{sound}' if sound.isalnum() else '')};base64,{source}"
        else:
            left[used] = source
            source = None
    size = flat.get("size")
    known: Json = {"transcript": text(flat["transcript"])} if "audio" in kind and flat.get("transcript") else {}
    part = attach(
        source,
        kind=next((name for name in ("image", "audio", "video") if name in kind), ""),
        name=text(flat.get("filename")) or text(flat.get("name")),
        media_type=media,
        size=size if type(size) is int and 0 <= size < 1 << 53 else 0,
        **known,
    )
    return part, left


def remaining(record: Json, *known: str) -> Json:
    """The members that are not known and say something."""
    return {name: value for name, value in record.items() if name not in known and _says(value)}


def _says(value: Any) -> bool:
    return value not in ("", [], {}) and value is not None and value is not False


def _entry(entry: Any, attach: Attach) -> tuple[list[Part], Json]:
    if isinstance(entry, str):
        return ([Text(entry)] if entry else []), {}
    kind = obj(entry).get("type")
    if not isinstance(entry, dict) or not isinstance(kind, str):
        return [Unknown("content", entry)], {}
    if kind in _FILES:
        part, left = attached_part(entry, attach)
        return [part], left
    member = "refusal" if kind == "refusal" else "text"
    if kind not in _TEXTS or not isinstance(entry.get(member), str):
        return [Unknown(kind, entry)], {}
    said = entry[member]
    citations, annotations = _citations(entry.get("annotations"))
    left = remaining(entry, "type", member, "annotations")
    if kind == "refusal":
        left["type"] = kind
    if annotations:
        left["annotations"] = annotations
    return [*([Text(said)] if said else []), *citations], left


def _citations(annotations: Any) -> tuple[list[Part], list[Any]]:
    """Each source once; what is said of its places in the text is left."""
    found: dict[Part, None] = {}
    left = []
    for annotation in arr(annotations):
        flat = {**obj(annotation), **obj(obj(annotation).get("url_citation"))}
        url, title = text(flat.get("url")), text(flat.get("title")) or text(flat.get("filename"))
        quote = text(flat.get("content"))
        if not url and not title:
            left.append(annotation)
            continue
        found[Citation(url, title, quote)] = None
        places = remaining(flat, "type", "url", "title", "filename", "content", "url_citation")
        if places:
            left.append({"type": flat.get("type"), "url": url, **places})
    return list(found), left


def _reasoning(data: Json) -> tuple[list[Part], Json]:
    """The summary and the full text, each as a part of its own; they are rarely both there."""
    texts: dict[str, None] = {}
    others: list[Part] = []
    for member in ("summary", "content"):
        said = []
        for entry in [data[member]] if isinstance(data.get(member), str) else arr(data.get(member)):
            words = entry if isinstance(entry, str) else obj(entry).get("text")
            if isinstance(words, str):
                said.append(words)
            else:
                others.append(Unknown("reasoning", entry))
        if any(said):
            texts["\n\n".join(said)] = None
    left = remaining(data, "type", "id", "status", "summary", "content")
    return [*map(Reasoning, texts), *others], left
