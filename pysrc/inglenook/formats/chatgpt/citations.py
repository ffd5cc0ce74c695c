"""Sources of a ChatGPT answer, of every generation: references, citations, search results.

This file knows where they are listed. What stands in the text for them is in `chatgpt/marks.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from inglenook.core.model import Citation, Json
from inglenook.formats.chatgpt.turn import Turn
from inglenook.formats.reading.shape import arr, obj, text

LISTS: Final = ("content_references", "citations", "search_result_groups", "_cite_metadata", "image_results")
_WHOLE: Final = ("webpage", "webpage_extended", "file", "attribution")


def cite(turn: Turn, metadata: Json) -> None:
    """Note what a node cites or has found, each address once in a message; the lists are taken out of the metadata."""
    for name, source in named_in(metadata):
        turn.named = turn.named or {}
        turn.named.setdefault(name, source)
    turn.cited = turn.cited or {}
    for reference in map(obj, arr(metadata.pop("content_references", None))):
        for source in of_reference(reference):
            _note(turn.cited, source)
    for citation in map(obj, arr(metadata.pop("citations", None))):
        _note(turn.cited, source_of(obj(citation.get("metadata"))))
    for listed in map(obj, arr(obj(metadata.pop("_cite_metadata", None)).get("metadata_list"))):
        add_found(turn, source_of(listed))
    for group in map(obj, arr(metadata.pop("search_result_groups", None))):
        for entry in map(obj, arr(group.get("entries"))):
            add_found(turn, source_of(entry))
    for image in map(obj, arr(metadata.pop("image_results", None))):
        add_found(turn, source_of(image))


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


def named_in(metadata: Json) -> Iterator[tuple[str, Citation]]:
    """Search results by the names that marks have for them: turn0search3."""
    for group in map(obj, arr(metadata.get("search_result_groups"))):
        for entry in map(obj, arr(group.get("entries"))):
            ref = obj(entry.get("ref_id"))
            if ref:
                name = f"turn{ref.get('turn_index')}{ref.get('ref_type')}{ref.get('ref_index')}"
                yield name, source_of(entry)


def of_reference(reference: Json) -> Iterator[Citation]:
    for name in ("items", "fallback_items", "sources", "images"):
        for item in map(obj, arr(reference.get(name))):
            yield source_of(item)
            for other in map(obj, arr(item.get("supporting_websites"))):
                yield source_of(other)
    if reference.get("type") in _WHOLE:
        yield source_of(reference)


def source_of(source: Json) -> Citation:
    title = text(source.get("title")) or text(source.get("name"))
    url = text(source.get("url")) or text(source.get("content_url"))
    return Citation(url, title, text(source.get("snippet")) or text(source.get("text")))
