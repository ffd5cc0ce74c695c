"""Threads of Perplexity: what browser extensions and its own API give, and the Markdown of its menu.

This file knows three shapes, none of them documented (2024 to 2026): a list of
questions with sources, entries with blocks, and text with footnotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Citation, Json, Part, Text
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, obj, text

SYSTEM: Final = "perplexity"
NAME: Final = "Perplexity"

_LOGO: Final = re.compile(r"\s*<img [^>]{0,300}(?:pplx|perplexity)[^>]{0,300}>", re.I)
_NOTE: Final = re.compile(r"^\[\^[0-9_]+\]:\s*(\S+)\s*$", re.M)
_END: Final = re.compile(r'^<div align="center">⁂</div>\s*$', re.M)
_HEADING: Final = re.compile(r"^# (.+)$", re.M)


def sniff(head: Head) -> Match | None:
    if head.kind == "object":
        about = obj(head.top.get("metadata"))
        talks = arr(head.top.get("conversations"))
        if ("thread_id" in about or "thread_title" in about) and any("query" in obj(one) for one in talks[:5]):
            return Match("extension export")
        if any("query_str" in obj(entry) for entry in arr(head.top.get("entries"))[:5]):
            return Match("api")
    if head.kind in ("text", "html") and _LOGO.match(head.text) and _HEADING.search(head.text):
        return Match("markdown")
    return None


def read(document: Document) -> Iterator[Found]:
    try:
        if document.head.kind in ("text", "html"):
            yield _markdown(document.text())
            return
        value, raw = obj(document.value()), document.text()
        yield _exported(value, raw) if "conversations" in value else _api(value, raw)
    except BadFile as error:
        document.problem(error.message)


def _exported(value: Json, raw: str) -> Found:
    about = obj(value.get("metadata"))
    draft = Draft(
        SYSTEM,
        about.get("thread_id"),
        title=about.get("thread_title"),
        created=about.get("thread_created_at"),
        updated=about.get("thread_updated_at"),
        url=text(about.get("thread_url")),
    )
    draft.rest = rest_of(about, "thread_id", "thread_title", "thread_url")
    for turn in map(obj, arr(value.get("conversations"))):
        id = text_of(turn.get("uuid"))
        model = text(turn.get("model"))
        rest = rest_of(turn, "uuid", "query", "answer", "model", "timestamp", "sources", "index")
        draft.add(
            "user",
            _said(turn.get("query")),
            id=f"{id}/question" if id else None,
            created=turn.get("timestamp"),
            rest=rest,
        )
        parts = [*_said(turn.get("answer")), *map(_source, arr(turn.get("sources")))]
        author = Author(model=model) if model else NOBODY
        draft.add("assistant", parts, id=f"{id}/answer" if id else None, created=turn.get("timestamp"), author=author)
    return draft.finish(raw=raw)


def _api(value: Json, raw: str) -> Found:
    entries = [obj(entry) for entry in arr(value.get("entries"))]
    about, first = obj(value.get("thread_metadata")), entries[0] if entries else {}
    id = first.get("context_uuid") or first.get("thread_url_slug") or first.get("uuid")
    title = text(about.get("title")) or text(first.get("thread_title"))
    draft = Draft(SYSTEM, id, title=title, created=about.get("created_at"), updated=about.get("updated_at"))
    for entry in entries:
        mine = text_of(entry.get("uuid")) or text_of(entry.get("backend_uuid"))
        created, updated = entry.get("entry_created_datetime"), entry.get("entry_updated_datetime")
        draft.add("user", _said(entry.get("query_str")), id=f"{mine}/question" if mine else None, created=created)
        parts: list[Part] = []
        sources: list[Part] = []
        for block in map(obj, arr(entry.get("blocks"))):
            told = obj(block.get("markdown_block"))
            answer = text(told.get("answer")) or "".join(c for c in arr(told.get("chunks")) if isinstance(c, str))
            # Newer answers repeat the same text in blocks for other uses.
            if answer and not any(isinstance(part, Text) and part.text == answer for part in parts):
                parts.append(Text(answer))
            sources += map(_source, arr(obj(block.get("web_result_block")).get("web_results")))
        model = text(entry.get("display_model")) or text(entry.get("user_selected_model"))
        rest = rest_of({name: entry.get(name) for name in ("mode", "related_query_items", "related_queries")})
        author = Author(model=model) if model else NOBODY
        draft.add(
            "assistant",
            [*parts, *sources],
            id=f"{mine}/answer" if mine else None,
            created=updated or created,
            author=author,
            rest=rest,
        )
    return draft.finish(raw=raw)


def _said(value: Any) -> list[Part]:
    return [Text(value)] if isinstance(value, str) and value else []


def _source(source: Any) -> Part:
    value = obj(source)
    return Citation(
        text(value.get("url")) or text(source),
        text(value.get("title")) or text(value.get("name")),
        text(value.get("snippet")),
    )


def _markdown(page: str) -> Found:
    page = _LOGO.sub("", page, count=1)
    draft: Draft | None = None
    headings = list(_HEADING.finditer(page))
    starts = (
        [headings[0], *(h for h in headings[1:] if page[: h.start()].rstrip().endswith(("---", "⁂</div>")))]
        if headings
        else []
    )
    for place, heading in enumerate(starts):
        end = starts[place + 1].start() if place + 1 < len(starts) else len(page)
        answer = _END.sub("", page[heading.end() : end]).strip()
        answer = answer.removesuffix("---").rstrip()
        notes = [Citation(address) for address in _NOTE.findall(answer)]
        draft = draft or Draft(SYSTEM, title=heading[1].strip())
        draft.add("user", [Text(heading[1].strip())])
        draft.add("assistant", [Text(_NOTE.sub("", answer).rstrip()), *notes])
    if draft is None:
        raise BadFile("It has no question and no answer.", advice="")
    return draft.finish(raw=page)
