"""Activities in the HTML page: one cell each, whose words are in the user's language.

This file knows the classes of the page's cells, and that the time stands
between what was asked and the answer. It never learns which of them belong
together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final
from urllib.parse import unquote

from inglenook.formats.gemini.row import APP, MADE, NAMES, Row
from inglenook.formats.gemini.when import exact, when
from inglenook.formats.reading.markdown_from_html import markdown

CELL: Final = re.compile(r'<div class="outer-cell')
_BODY: Final = re.compile(r'<div class="[^"]*\bbody-1"?[^>]*>', re.I)
_NEXT: Final = re.compile(r'<div class="[^"]*\bcontent-cell\b[^"]*">', re.I)
_ENDS: Final = re.compile(r"(?:\s*</div>)+\s*$")
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_BR: Final = re.compile(r"<br\s*/?>", re.I)
_LINK: Final = re.compile(r'<a [^<>]{0,300}?href="([^"]{0,2000})"', re.I)
_PICTURE: Final = re.compile(r'<img [^<>]{0,300}?src="([^"]{0,2000})"', re.I)
_REMOTE: Final = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.I)
# The word before what was asked, in any language, and the space that sets it off.
_LABEL: Final = re.compile(r"[^\W\d_][^\xa0\n]{0,30}\xa0")
# Lines of what was asked come before the time.
_MOST_LINES: Final = 400


def has_ours(page: str) -> bool:
    """Whether any cell in the beginning of a page is Gemini's."""
    return any(_is_ours(cell) for cell in CELL.split(page)[1:])


def _is_ours(cell: str) -> bool:
    """The header names the product; a link to a conversation may stand in the history of a browser as well."""
    body = _BODY.search(cell)
    header = plain(cell[: body.start()][:2000].partition(">")[2]) if body else ""
    return bool(NAMES.search(header)) if header else APP.search(cell) is not None


def rows(page: str) -> Iterator[Row | None]:
    """The activities in their order; None for one of another product."""
    for cell in CELL.split(page)[1:]:
        body = _BODY.search(cell)
        if body is None or not _is_ours(cell):
            yield None
            continue
        after = _NEXT.search(cell, body.end())
        end = after.start() if after else len(cell)
        link = APP.search(cell, end) or APP.search(cell)
        pieces = _BR.split(_ENDS.sub("", cell[body.end() : end]))
        place = _place(pieces)
        title, files, notes = _asked(pieces[:place])
        for source in _PICTURE.findall(cell[end:]):
            files += local(source)
        html = "<br>".join(pieces[place + 1 :]).strip()
        said = plain(pieces[place]) if place < len(pieces) else ""
        yield Row(
            when(said) or 0,
            title,
            markdown(html),
            html,
            link[1] if link else "",
            said,
            list(dict.fromkeys(files)),
            rest={"notes": notes} if notes else {},
            raw='<div class="outer-cell' + cell,
        )


def _place(pieces: list[str]) -> int:
    """Which piece is the time; it may be preceded by a time that somebody wrote, which has no seconds."""
    found = [place for place, piece in enumerate(pieces[1:_MOST_LINES], 1) if when(plain(piece)) is not None]
    first = next((place for place in found if exact(plain(pieces[place]))), None)
    return first if first is not None else found[0] if found else min(1, len(pieces) - 1)


def _asked(pieces: list[str]) -> tuple[str, list[str], list[str]]:
    """What was asked, the files that were given with it, and the words that say how many."""
    lines: list[str] = []
    files: list[str] = []
    notes: list[str] = []
    for piece in pieces:
        link = _LINK.search(piece)
        given = local(link[1]) if link and len(lines) + len(files) else []
        if given and not files and len(lines) > 1 and re.search(r"\d", lines[-1]):
            notes.append(lines.pop())
        files += given
        if not given and (lines or plain(piece)):
            lines.append(plain(piece))
    said = "\n".join(lines).strip()
    return said if MADE.match(said) else _LABEL.sub("", said, count=1) if _LABEL.match(said) else said, files, notes


def local(address: str) -> list[str]:
    """The name of a file that lies beside the page; none for an address elsewhere."""
    address = unescape(address)
    return [] if not address or _REMOTE.match(address) else [unquote(address)]


def pictures(html: str) -> list[str]:
    """The files that an answer shows."""
    return [name for source in _PICTURE.findall(html) for name in local(source)]


def plain(html: str) -> str:
    return unescape(_TAG.sub("", html)).strip()
