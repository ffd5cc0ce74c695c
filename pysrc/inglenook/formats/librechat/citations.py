"""Sources that LibreChat's tools found, and the marks in a text that point to them.

This file knows web search and file search (2025 to 2026): a mark is a
private-use sign with the number of the search, its kind and a place, such as
`turn0search1`; groups of marks and marked spans have signs around them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from inglenook.core.model import Citation, Json, Part, Unknown
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj, text

# The kinds of places in a mark, and the lists that they count in.
_LISTS: Final = {
    "search": "organic", "news": "topStories", "ref": "references", "image": "images", "video": "videos",
}  # fmt: skip
# The signs stand in a text as such, or written out by a model that did not know better.
_SIGN: Final = r"(?:\ue202|\\ue202)"
_MARK: Final = re.compile(_SIGN + r"(turn\d{1,4}(?:search|news|ref|image|video|file)\d{1,4})")
_AROUND: Final = re.compile(r"[\ue200\ue201\ue203\ue204]|\\ue20[0134]")
_SEARCH: Final = (*_LISTS.values(), "turn", "error")


@dataclass(slots=True)
class Sources:
    """`places`: the number of a citation by the name in its marks, from 1."""

    citations: list[Part] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    unknown: list[Part] = field(default_factory=list)


def sources_in(attachments: list[Any]) -> Sources:
    """What a message's attachments cite; files among them are not looked at."""
    found = Sources()
    known: dict[Citation, int] = {}
    for attachment in attachments:
        value = obj(attachment)
        if "web_search" in value:
            search = obj(value["web_search"])
            turn = count(search.get("turn")) or 0
            for kind, name in _LISTS.items():
                for place, row in enumerate(arr(search.get(name))):
                    _cite(found, known, f"turn{turn}{kind}{place}", _page(obj(row)))
            if left := rest_of(search, *_SEARCH):
                found.unknown.append(Unknown("web_search", left))
        elif "file_search" in value:
            for place, row in enumerate(arr(obj(value["file_search"]).get("sources"))):
                _cite(found, known, f"turn0file{place}", _page(obj(row)))
        elif not (value.get("filepath") or value.get("filename")) and attachment:
            found.unknown.append(Unknown(text(value.get("type")) or "attachment", attachment))
    return found


def _page(row: Json) -> Citation:
    address = text(row.get("link")) or text(row.get("url")) or text(row.get("imageUrl"))
    said = [text(row.get(name)) for name in ("snippet", "content")]
    said += [text(obj(part).get("text")) for part in arr(row.get("highlights"))]
    title = text(row.get("title")) or text(row.get("fileName")) or text(row.get("source"))
    return Citation(address, title, "\n\n".join(dict.fromkeys(filter(None, said))))


def _cite(found: Sources, known: dict[Citation, int], mark: str, page: Citation) -> None:
    if page == Citation(""):
        return
    if page not in known:
        found.citations.append(page)
        known[page] = len(found.citations)
    found.places.setdefault(mark, known[page])


def marked(said: str, places: dict[str, int]) -> str:
    """The text with numbers for its marks; one that points nowhere is written with letters that can be read."""
    if not _MARK.search(said):
        return said
    shown = _MARK.sub(lambda mark: f"[{places.get(mark[1], mark[1])}]", said)
    return _AROUND.sub("", shown)
