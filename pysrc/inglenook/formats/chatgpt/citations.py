"""Sources of a ChatGPT answer, of every generation: references, marks in the text, search results.

This file knows where they are listed. A mark of private letters in the text is
replaced by what the answer or its search says that it stands for; others stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from inglenook.core.model import Citation, Json
from inglenook.formats.chatgpt.inner import inner
from inglenook.formats.chatgpt.turn import Turn
from inglenook.formats.reading.shape import arr, obj, text

LISTS: Final = ("content_references", "citations", "search_result_groups", "_cite_metadata", "image_results")
_OPEN: Final = "\ue200"
_MARK: Final = re.compile("\ue200([^\ue200\ue201]*)\ue201")
_BETWEEN: Final = "\ue202"
_WHOLE: Final = ("webpage", "webpage_extended", "file", "attribution")


def resolved(turn: Turn, said: str, metadata: Json) -> str:
    """The text with its marks replaced, as far as it is known by what."""
    if _OPEN not in said:
        return said
    known: dict[str, Json] = {}
    for reference in map(obj, arr(metadata.get("content_references"))):
        known.setdefault(text(reference.get("matched_text")), reference)
    for name, source in _named(metadata):
        turn.named = turn.named or {}
        turn.named.setdefault(name, source)
    return _MARK.sub(lambda mark: _instead(mark, known.get(mark[0]), turn.named or {}), said)


def _instead(mark: re.Match[str], reference: Json | None, sources: dict[str, Citation]) -> str:
    if reference is not None and isinstance(alt := reference.get("alt"), str):
        return alt
    if reference is not None and (found := list(_of_reference(reference))):
        return " ".join(_link(source) for source in found)
    kind, *fields = mark[1].split(_BETWEEN)
    if kind == "url" and len(fields) == 2 and fields[1].startswith(("https://", "http://")):
        return _link(Citation(fields[1], fields[0]))
    if kind == "entity" and fields:
        return _entity(fields[0]) or mark[0]
    listed = [sources[field] for field in fields if field in sources]
    return " ".join(_link(source) for source in listed) or mark[0]


def _link(source: Citation) -> str:
    title = source.title.replace("[", "(").replace("]", ")")
    return f"[{title or source.url}]({source.url})" if source.url else f"[{title}]"


def _entity(fields: str) -> str:
    """The name of a thing: the second member of a JSON list."""
    listed = inner(fields)
    return text(listed[1]) if isinstance(listed, list) and len(listed) > 1 else ""


def cite(turn: Turn, metadata: Json) -> None:
    """Note what a node cites or has found, each address once in a message; the lists are taken out of the metadata."""
    for name, source in _named(metadata):
        turn.named = turn.named or {}
        turn.named.setdefault(name, source)
    turn.cited = turn.cited or {}
    for reference in map(obj, arr(metadata.pop("content_references", None))):
        for source in _of_reference(reference):
            _note(turn.cited, source)
    for citation in map(obj, arr(metadata.pop("citations", None))):
        _note(turn.cited, _source(obj(citation.get("metadata"))))
    for listed in map(obj, arr(obj(metadata.pop("_cite_metadata", None)).get("metadata_list"))):
        add_found(turn, _source(listed))
    for group in map(obj, arr(metadata.pop("search_result_groups", None))):
        for entry in map(obj, arr(group.get("entries"))):
            add_found(turn, _source(entry))
    for image in map(obj, arr(metadata.pop("image_results", None))):
        add_found(turn, _source(image))


def add_found(turn: Turn, source: Citation) -> None:
    """Note a source that was found on the way to the answer."""
    turn.found = turn.found or {}
    _note(turn.found, source)


def sources_of(turn: Turn) -> list[Citation]:
    """What is cited, then what was only found."""
    cited = dict(turn.cited or {})
    for source in (turn.found or {}).values():
        _note(cited, source)
    return list(cited.values())


def _note(into: dict[str, Citation], source: Citation) -> None:
    """Add a source, unless it is there. What else the same one says has a place of its own."""
    key = source.url or source.title
    if not key:
        return
    known = into.setdefault(key, source)
    if source.text and known.text and source.text != known.text:
        into.setdefault(f"{key}\0{source.text}", source)
    elif (source.text and not known.text) or (source.title and not known.title):
        into[key] = Citation(known.url, known.title or source.title, known.text or source.text)


def _named(metadata: Json) -> Iterator[tuple[str, Citation]]:
    """Search results by the names that marks have for them: turn0search3."""
    for group in map(obj, arr(metadata.get("search_result_groups"))):
        for entry in map(obj, arr(group.get("entries"))):
            ref = obj(entry.get("ref_id"))
            if ref:
                name = f"turn{ref.get('turn_index')}{ref.get('ref_type')}{ref.get('ref_index')}"
                yield name, _source(entry)


def _of_reference(reference: Json) -> Iterator[Citation]:
    for name in ("items", "fallback_items", "sources", "images"):
        for item in map(obj, arr(reference.get(name))):
            yield _source(item)
            for other in map(obj, arr(item.get("supporting_websites"))):
                yield _source(other)
    if reference.get("type") in _WHOLE:
        yield _source(reference)


def _source(source: Json) -> Citation:
    title = text(source.get("title")) or text(source.get("name"))
    url = text(source.get("url")) or text(source.get("content_url"))
    return Citation(url, title, text(source.get("snippet")) or text(source.get("text")))
