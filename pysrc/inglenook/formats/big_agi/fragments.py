"""The fragments of big-AGI's messages as parts of ours.

This file knows what version 2 puts into a message. It never learns who wrote
it. After src/common/stores/chat/chat.fragments.ts of enricoros/big-AGI, 2026.
"""

from __future__ import annotations

from typing import Any

from inglenook.core.model import Citation, Code, Failure, Json, Part, Reasoning, Text, ToolCall, ToolResult, Unknown
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.typed_content import json_text


def fragment_parts(draft: Draft, fragments: list[Any]) -> list[Part]:
    """The parts of all fragments in their order; sources come last."""
    parts: list[Part] = []
    sources: list[Part] = []
    for fragment in fragments:
        known = obj(fragment)
        part = obj(known.get("part"))
        if part.get("pt") == "annotations":
            sources += _sources(part)
        else:
            parts += _parts(draft, known if known else {"value": fragment}, part)
    return parts + sources


def _parts(draft: Draft, fragment: Json, part: Json) -> list[Part]:
    match part.get("pt"):
        case "text" if isinstance(part.get("text"), str):
            return [Text(part["text"])] if part["text"] else []
        case "error":
            return [Failure(text(part.get("error")) or "The answer ended with an error.", detail=_more(part))]
        case "ma" if isinstance(part.get("aText"), str):
            return [Reasoning(part["aText"])] if part["aText"] else []
        case "image_ref":
            return [_image(draft, part, text_of(fragment.get("title")))]
        case "reference" if obj(part.get("_legacyImageRefPart")):
            return [_image(draft, obj(part["_legacyImageRefPart"]), text_of(fragment.get("title")))]
        case "reference" if part.get("zType") == "asset":
            kind = text(part.get("assetType"))
            return [draft.attach(None, kind=kind, name=text_of(fragment.get("title")) or text_of(part.get("zUuid")))]
        case "doc" if isinstance(document := obj(part.get("data")).get("text"), str):
            return [_document(draft, fragment, part, document)]
        case "tool_invocation":
            return [_call(part)]
        case "tool_response":
            return [_result(part)]
        case "_pt_sentinel":
            return []
    if fragment.get("ft") == "_ft_sentinel":
        return []
    return [Unknown(text_of(part.get("pt")) or "fragment", part or fragment)]


def _more(part: Json) -> str:
    error = part.get("error")
    return "" if isinstance(error, str) else json_text(error)


def _image(draft: Draft, part: Json, title: str) -> Part:
    reference = obj(part.get("dataRef"))
    # A picture of its own database is only named in an export.
    return draft.attach(
        text(reference.get("url")) or None,
        kind="image",
        name=text_of(part.get("altText")) or title or text_of(reference.get("dblobAssetId")),
        media_type=text(reference.get("mimeType")),
        size=count(reference.get("bytesSize")) or 0,
    )


def _document(draft: Draft, fragment: Json, part: Json, document: str) -> Part:
    meta = obj(part.get("meta"))
    titles = (meta.get("srcFileName"), part.get("l1Title"), fragment.get("title"), part.get("ref"))
    name = next((found for title in titles if (found := text_of(title))), "")
    said = text(obj(part.get("data")).get("mimeType")) or text(part.get("vdt"))
    media_type = "text/plain" if not said or "vnd.agi" in said else said
    return draft.attach(document.encode("utf-8", "replace"), kind="file", name=name, media_type=media_type)


def _call(part: Json) -> Part:
    known = obj(part.get("invocation"))
    match known.get("type"):
        case "code_execution" if isinstance(known.get("code"), str):
            return Code(known["code"], text_of(known.get("language")))
        case "function_call":
            return ToolCall(text_of(part.get("id")), text_of(known.get("name")), json_text(known.get("args")))
    return Unknown("tool_invocation", part)


def _result(part: Json) -> Part:
    known, error = obj(part.get("response")), part.get("error")
    name = text_of(known.get("name")) or text_of(known.get("type"))
    answers = (text(error), json_text(known.get("result")))
    return ToolResult(text_of(part.get("id")), "\n".join(filter(None, answers)), name)


def _sources(part: Json) -> list[Part]:
    parts: list[Part] = []
    for note in arr(part.get("annotations")):
        known = obj(note)
        if text(known.get("url")):
            quotes = [text(obj(place).get("textSnippet")) for place in arr(known.get("ranges"))]
            parts.append(Citation(known["url"], text_of(known.get("title")), "\n".join(filter(None, quotes))))
        elif note:
            parts.append(Unknown("annotation", note))
    return parts
