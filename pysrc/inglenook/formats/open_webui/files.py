"""What a message of Open WebUI carries: pictures, files, and the sources of an answer.

This file knows that most files stay on that program's server, so that an
export only names them; pictures and texts of documents may be in it.
"""

from __future__ import annotations

from typing import Any, Final

from inglenook.core.model import Citation, Json, Part
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj, text

_REACHABLE: Final = ("data:", "http://", "https://")
_TAKEN: Final = ("type", "name", "url", "content_type", "size", "file", "data", "status", "error", "itemId", "urls")
_NAMES: Final = ("name", "filename", "title", "id")


def files_of(draft: Draft, message: Json) -> list[Part]:
    """Pictures and files; what only the other program's server has is kept by its name."""
    return linked(draft, message.get("files"))


def linked(draft: Draft, files: Any) -> list[Part]:
    """The parts for a list of files as that program names them."""
    return [part for file in arr(files) for part in _file(draft, file)]


def _file(draft: Draft, file: Any) -> list[Part]:
    if isinstance(file, str):
        file = {"url": file}
    known, inner = obj(file), obj(obj(file).get("file"))
    if not known:
        return []
    url, kind = text(known.get("url")), text(known.get("type"))
    media_type = text(known.get("content_type")) or text(obj(inner.get("meta")).get("content_type"))
    here = url.startswith(_REACHABLE)
    named = (text_of(source.get(name)) for name in _NAMES for source in (known, inner))
    name = next(filter(None, named), "") or ("" if here else url)
    size = count(known.get("size")) or count(obj(inner.get("meta")).get("size")) or 0
    if kind == "image" or media_type.startswith("image/"):
        return [draft.attach(url if here else None, kind="image", name=name, media_type=media_type, size=size)]
    said = next(filter(None, (text(obj(source.get("data")).get("content")) for source in (inner, known))), "")
    pages = [Citation(page, "") for page in arr(known.get("urls")) if isinstance(page, str) and page]
    if url.startswith("data:") or not said:
        shown = kind if kind in ("audio", "video") else ""
        if kind == "web_search":
            return pages
        return [draft.attach(url if here else None, kind=shown, name=name, media_type=media_type, size=size), *pages]
    # The text of a document, whatever its own form was.
    part = draft.attach(said.encode("utf-8", "replace"), kind="file", name=name, media_type="text/plain")
    return [part, *([Citation(url, name)] if here else ()), *pages]


def left_of_files(record: Json) -> list[Json]:
    """What files say of themselves beyond their name and content: whose collection they are, which note."""
    return [left for file in arr(record.get("files")) if (left := _left(obj(file))) and left.keys() - {"id"}]


def _left(file: Json) -> Json:
    left = rest_of(file, *_TAKEN)
    inner = rest_of(obj(file.get("file")), "id", "filename", "data", "meta", "user_id", "hash", "path")
    kind = text(file.get("type"))
    if left or inner or kind not in ("", "image", "file", "web_search"):
        return {"type": kind} | left | ({"file": inner} if inner else {})
    return {}


def sources_of(message: Json) -> list[Part]:
    """What an answer rests on, each once, in the order in which the numbers in the text count them."""
    found: dict[str, tuple[str, str, list[str]]] = {}
    for source in map(obj, [*arr(message.get("sources")), *arr(message.get("citations"))]):
        about = obj(source.get("source"))
        documents, marks = arr(source.get("document")), arr(source.get("metadata"))
        addresses = [about.get("url"), *arr(about.get("urls")), about.get("id")]
        for place in range(max(len(documents), len(marks), 1 if about else 0)):
            mark = obj(marks[place]) if place < len(marks) else {}
            said = text(documents[place]) if place < len(documents) else ""
            key = text_of(mark.get("source")) or text_of(about.get("id")) or text_of(about.get("name"))
            title = text(mark.get("title")) or text(mark.get("name")) or text(about.get("name")) or key
            url = next((one for one in (key, mark.get("url"), *addresses) if "://" in text(one)), "")
            _, _, texts = found.setdefault(key or title or said, (url, title, []))
            if said and said not in texts:
                texts.append(said)
    return [
        Citation(url, "" if title == url else title, "\n\n".join(texts))
        for url, title, texts in found.values()
        if url or title or texts
    ]
