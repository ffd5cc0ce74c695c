"""What was asked of Gemini (once Bard), from Google's "My Activity": JSON or HTML.

This file knows rows of both, newest first, whose names and dates are in the
user's language and may belong to any Google product: only Gemini's count.
There are no conversations in it; rows with one address belong together, and
others that follow each other within half an hour.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final

from inglenook.core.model import Citation, Json, Part, Text
from inglenook.formats.reading import stamp
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.ids import content_id
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.markdown_from_html import markdown
from inglenook.formats.reading.shape import arr, obj, text

SYSTEM: Final = "gemini"
NAME: Final = "Gemini"

GAP_MS: Final = 30 * 60_000
_NAMES: Final = re.compile(r"\b(?:gemini|bard)\b", re.I)
_ROW: Final = (
    "title",
    "time",
    "header",
    "products",
    "safeHtmlItem",
    "attachedFiles",
    "imageFile",
    "activityControls",
    "titleUrl",
    "details",
    "subtitles",
    "description",
)
_CELL: Final = re.compile(r'<div class="outer-cell')
_APP: Final = re.compile(r"https://(?:gemini|bard)\.google\.com/app/([0-9a-zA-Z_-]+)")
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_BR: Final = re.compile(r"<br\s*/?>", re.I)
_BODY: Final = re.compile(r'<div class="[^"]*\bbody-1"?[^>]*>', re.I)
_CAPTION: Final = re.compile(r'<div class="[^"]*\bcaption\b[^"]*">', re.I)


@dataclass(slots=True)
class _Row:
    at_ms: int
    asked: str
    answer: str
    html: str
    group: str = ""
    when: str = ""
    files: list[str] = field(default_factory=list)
    links: list[Citation] = field(default_factory=list)
    rest: Json = field(default_factory=dict)
    raw: Any = None


def sniff(head: Head) -> Match | None:
    if head.kind == "array":
        rows = [item for item in head.items if isinstance(item, dict) and {"header", "products", "time"} <= item.keys()]
        return Match("activity JSON") if any(_is_ours(row) for row in rows) else None
    if head.kind == "html" and "outer-cell" in head.text:
        # Names and words of the page are in the user's language; these are not translated.
        seen = [
            cell
            for cell in _CELL.split(head.text)[1:]
            if _NAMES.search(_plain(cell[: cell.find("body-1")][:2000])) or _APP.search(cell)
        ]
        return Match("activity page") if seen else None
    return None


def _is_ours(row: Json) -> bool:
    named = [text(row.get("header")), *(name for name in arr(row.get("products")) if isinstance(name, str))]
    return any(_NAMES.search(name) for name in named)


def read(document: Document) -> Iterator[Found]:
    rows = list(_of_json(document) if document.head.kind == "array" else _of_html(document.text()))
    rows.sort(key=lambda row: row.at_ms)
    for group in _grouped(rows):
        yield _conversation(group, document)


def _grouped(rows: list[_Row]) -> Iterable[list[_Row]]:
    groups: dict[str, list[_Row]] = {}
    last_ms, number = -GAP_MS, 0
    for row in rows:
        if row.group:
            groups.setdefault(row.group, []).append(row)
            continue
        if row.at_ms - last_ms > GAP_MS:
            number += 1
        last_ms = row.at_ms
        groups.setdefault(f"\0{number}", []).append(row)
    return groups.values()


def _conversation(rows: list[_Row], document: Document) -> Found:
    first = rows[0]
    # A later export holds the same rows; the first of them tells a group apart.
    id = first.group or content_id(str(first.at_ms), first.asked)
    draft = Draft(
        SYSTEM,
        id,
        title=" ".join(first.asked.split())[:80],
        url=f"https://gemini.google.com/app/{first.group}" if first.group else "",
    )
    if not first.group:
        draft.tags = ["grouped by time"]
    for row in rows:
        asked: list[Part] = [Text(row.asked)] if row.asked else []
        for name in row.files:
            asked.append(draft.attach(document.beside.use(name), name=name))
        draft.add("user", asked, created=row.at_ms or None, written=None if row.at_ms else row.when, rest=row.rest)
        if row.answer or row.links:
            answer: list[Part] = [Text(row.answer)] if row.answer else []
            rest = {"html": row.html} if row.html and row.html != row.answer else None
            draft.add("assistant", [*answer, *row.links], created=row.at_ms + 1 if row.at_ms else None, rest=rest)
    return draft.finish(raw=json.dumps([row.raw for row in rows], ensure_ascii=False))


def _of_json(document: Document) -> Iterator[_Row]:
    others = 0
    for element in document.elements():
        row = obj(element.value)
        if not _is_ours(row):
            others += 1
            continue
        html = "\n".join(text(obj(item).get("html")) for item in arr(row.get("safeHtmlItem")))
        link = _APP.match(text(row.get("titleUrl")))
        files = [text(file) or text(obj(file).get("name")) for file in arr(row.get("attachedFiles"))]
        files += [text(row.get("imageFile"))]
        cited = [
            Citation(text(obj(s).get("url")), text(obj(s).get("name")))
            for s in arr(row.get("subtitles"))
            if obj(s).get("url")
        ]
        named = [text(obj(s).get("name")) for s in arr(row.get("subtitles")) if not obj(s).get("url")]
        named += [text(obj(detail).get("name")) for detail in arr(row.get("details"))]
        answer = markdown(html) or text(row.get("description"))
        rest = rest_of(row, *_ROW) | ({"notes": list(filter(None, named))} if any(named) else {})
        yield _Row(
            stamp.ms(row.get("time")) or 0,
            _asked(text(row.get("title"))),
            answer,
            html,
            link[1] if link else "",
            text(row.get("time")),
            list(filter(None, files)),
            cited,
            rest,
            row,
        )
    if others:
        document.problem(f"{others:,} activities of other Google products were left out.")


def _asked(title: str) -> str:
    """What was asked; the word before it ("Prompted") is in English or stays."""
    for word in ("Prompted ", "Said ", "Asked "):
        if title.startswith(word):
            return title[len(word) :].strip("\xa0 ")
    return title.strip()


def _of_html(page: str) -> Iterator[_Row]:
    for cell in _CELL.split(page)[1:]:
        body = _BODY.search(cell)
        header = _plain(cell[: body.start()]) if body else ""
        link = _APP.search(cell)
        if body is None or not (_NAMES.search(header) or link):
            continue
        caption = _CAPTION.search(cell, body.end())
        inner = cell[body.end() : caption.start() if caption else len(cell)]
        pieces = _BR.split(inner)
        place, at_ms = _when(pieces)
        asked = _plain(pieces[0])
        files = [_plain(piece) for piece in pieces[1:place] if _plain(piece)]
        html = "<br>".join(pieces[place + 1 :])
        yield _Row(
            at_ms,
            _asked(re.sub(r"^\w+\xa0", "", asked) if "\xa0" in asked[:30] else asked),
            markdown(html),
            html,
            link[1] if link else "",
            _plain(pieces[place]) if place < len(pieces) else "",
            rest={"attached": files} if files else {},
            raw='<div class="outer-cell' + cell,
        )


def _when(pieces: list[str]) -> tuple[int, int]:
    """Which piece is the time, and the time; it stands between what was asked and the answer."""
    for place, piece in enumerate(pieces[1:20], 1):
        said = _plain(piece)
        if len(said) < 60 and (ms := stamp.ms(said.replace("\u202f", " "))) is not None:
            return place, ms
    return min(1, len(pieces) - 1), 0


def _plain(html: str) -> str:
    return unescape(_TAG.sub("", html)).strip()
