"""Threads of Perplexity: what browser extensions and its own API give, and the Markdown of its menu.

This file knows the two shapes of JSON, neither of them documented (2024 to
2026): a list of questions with sources, and entries with blocks. `page.py`
knows the Markdown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Citation, Json, Part, Text, Unknown
from inglenook.formats.perplexity import page
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import KEYS_LEFT_OUT, has_secrets, plain_text, rest_of
from inglenook.formats.reading.shape import arr, obj, text

SYSTEM: Final = "perplexity"
NAME: Final = "Perplexity"

_ENTRY: Final = (
    "uuid", "backend_uuid", "context_uuid", "thread_title", "thread_url_slug", "query_str", "display_model",
    "user_selected_model", "blocks", "entry_created_datetime", "entry_updated_datetime", "updated_datetime", "status",
    "frontend_uuid", "frontend_context_uuid", "attachments",
)  # fmt: skip


def sniff(head: Head) -> Match | None:
    if head.kind == "object":
        about = obj(head.top.get("metadata"))
        talks = arr(head.top.get("conversations"))
        if ("thread_id" in about or "thread_title" in about) and any("query" in obj(one) for one in talks[:5]):
            return Match("extension export")
        if any("query_str" in obj(entry) for entry in arr(head.top.get("entries"))[:5]):
            return Match("api")
    return Match("markdown") if head.kind in ("text", "html") and page.is_page(head.text) else None


def read(document: Document) -> Iterator[Found]:
    try:
        if document.head.kind in ("text", "html"):
            yield page.conversation(SYSTEM, document.text())
            return
        value, raw = obj(document.value()), document.text()
        if has_secrets(value):
            # With its token a thread can be changed by anybody.
            raw = plain_text(value)
            document.problem(KEYS_LEFT_OUT)
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
    draft.rest = rest_of(
        about, "thread_id", "thread_title", "thread_url", "thread_created_at", "thread_updated_at", "total_entries"
    )
    for turn in map(obj, arr(value.get("conversations"))):
        created = turn.get("timestamp")
        answer = [*_said(turn.get("answer")), *map(_source, arr(turn.get("sources")))]
        rest = rest_of(turn, "uuid", "query", "answer", "model", "timestamp", "sources", "index")
        author = _author(turn.get("model"))
        _add(draft, text_of(turn.get("uuid")), _said(turn.get("query")), answer, (created, created), author, rest)
    return draft.finish(raw=raw)


def _api(value: Json, raw: str) -> Found:
    entries = [obj(entry) for entry in arr(value.get("entries"))]
    about, first = obj(value.get("thread_metadata")), entries[0] if entries else {}
    slug = text(first.get("thread_url_slug"))
    draft = Draft(
        SYSTEM,
        first.get("context_uuid") or slug or first.get("uuid"),
        title=text(about.get("title")) or text(first.get("thread_title")),
        created=about.get("created_at"),
        updated=about.get("updated_at"),
        url=f"https://www.perplexity.ai/search/{slug}" if slug else "",
    )
    draft.rest = rest_of(about, "title", "created_at", "updated_at")
    for entry in entries:
        asked = _said(entry.get("query_str"))
        asked += [draft.attach(address) for address in arr(entry.get("attachments")) if text(address)]
        created = entry.get("entry_created_datetime")
        _add(
            draft,
            text_of(entry.get("uuid")) or text_of(entry.get("backend_uuid")),
            asked,
            _blocks(entry),
            (created, entry.get("entry_updated_datetime") or created),
            _author(entry.get("display_model"), entry.get("user_selected_model")),
            rest_of(entry, *_ENTRY),
        )
    return draft.finish(raw=raw)


def _add(
    draft: Draft, id: str, asked: list[Part], answer: list[Part], times: tuple[Any, Any], author: Author, rest: Json
) -> None:
    """A question and its answer, if it has one; what else is known of both stays with the later one."""
    draft.add("user", asked, id=f"{id}/question" if id else None, created=times[0], rest=None if answer else rest)
    if answer:
        draft.add("assistant", answer, id=f"{id}/answer" if id else None, created=times[1], author=author, rest=rest)


def _blocks(entry: Json) -> list[Part]:
    """The answer of an entry, then its sources; newer entries hold the same text in blocks for several uses."""
    said: dict[str, Part] = {}
    sources: dict[str, Part] = {}
    unknown: list[Part] = []
    for block in map(obj, arr(entry.get("blocks"))):
        told, found = obj(block.get("markdown_block")), obj(block.get("web_result_block"))
        answer = text(told.get("answer")) or "".join(map(text, arr(told.get("chunks"))))
        if answer:
            said.setdefault(answer.strip(), Text(answer))
        for source in arr(found.get("web_results")):
            cited = _source(source)
            sources.setdefault(cited.url or cited.title, cited)
        if not told and not found and block:
            unknown.append(Unknown(text(block.get("intended_usage")) or "block", block))
    return [*said.values(), *unknown, *sources.values()]


def _author(*models: Any) -> Author:
    model = next(filter(None, map(text, models)), "")
    return Author(model=model) if model else NOBODY


def _said(value: Any) -> list[Part]:
    return [Text(value)] if isinstance(value, str) and value else []


def _source(source: Any) -> Citation:
    value = obj(source)
    return Citation(
        text(value.get("url")) or text(source),
        text(value.get("title")) or text(value.get("name")),
        text(value.get("snippet")),
    )
