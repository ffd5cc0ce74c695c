"""Conversations in the form of ShareGPT, which datasets use: `conversations` of `from` and `value`.

This file knows rows in a JSON list or as JSON Lines, the `items` of old
scrapes, pairs of `human` and `assistant`, and LLaMA-Factory's tool turns. A
row may have an id; its messages have neither ids nor times, except in files
that Inglenook wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Citation, Json, Part, Role, Text, ToolCall, ToolResult, Unknown
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft, role_of, said, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.ids import chained_id
from inglenook.formats.reading.jsontext import Element
from inglenook.formats.reading.jsonvalue import loads
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.row_files import RowFiles
from inglenook.formats.reading.rows import RowIds, rows_of
from inglenook.formats.reading.shape import arr, obj, text
from inglenook.formats.reading.turns import Turn, add_turns
from inglenook.formats.reading.typed_content import content_parts, json_text, spoken

SYSTEM: Final = "sharegpt"
NAME: Final = "ShareGPT"

_LISTS: Final = ("conversations", "items", "conversation")
_MODELS: Final = ("chatgpt", "bard", "bing", "claude")
_WORDS: Final = frozenset((
    "human", "user", "gpt", "assistant", "chatgpt", "bard", "bing", "claude", "model", "system", "tool", "function",
    "function_call", "function_response", "observation", "bot", "ai",
))  # fmt: skip


def sniff(head: Head) -> Match | None:
    if head.kind == "object":
        return Match("conversation") if is_row(head.top) else None
    if head.kind in ("array", "lines") and any(is_row(item) for item in head.items[:20]):
        return Match("rows" if head.kind == "array" else "lines")
    return None


def is_row(item: Any) -> bool:
    """Whether it is a row of this form."""
    return any(_is_turn(turn) for name in _LISTS for turn in arr(obj(item).get(name))[:5])


def _is_turn(turn: Any) -> bool:
    if not isinstance(turn, dict):
        return False
    said_by = turn.get("from")
    if isinstance(said_by, str) and "value" in turn:
        return said_by.strip().lower() in _WORDS
    return isinstance(turn.get("human", turn.get("user")), str) and isinstance(turn.get("assistant"), str)


def read(document: Document) -> Iterator[Found]:
    ids = RowIds()
    for row in rows_of(document):
        try:
            yield conversation(row, ids, document)
        except BadFile as error:
            document.problem(f"Entry {row.number + 1:,} was left out: {error.message}")


def conversation(row: Element, ids: RowIds, document: Document) -> Found:
    """One row. BadFile if it has no messages."""
    value = obj(row.value)
    name = next((name for name in _LISTS if arr(value.get(name))), _LISTS[0])
    turns = list(_turns(arr(value.get(name))))
    own = text_of(value.get("id"))
    id = ids.id_of(own, [json_text(each) for each in turns[:2]], row.raw)
    draft = Draft(SYSTEM, id, title=value.get("title"), created=value.get("created"))
    files = RowFiles(draft, document, value)
    system = text(value.get("system"))
    above = draft.add("system", [Text(system)]) if system.strip() else None
    if any(not isinstance(turn, dict) for turn in arr(value.get(name))):
        draft.problem("A message of another kind was left out.")
    add_turns(draft, _chain(draft, files, turns, above))
    left, columns = files.rest()
    taken = ["title", name, "created", *columns, *(["system"] if above else []), *(["id"] if own == id else [])]
    draft.rest = {**rest_of(value, *taken), **left}
    return draft.finish(raw=row.raw)


def _turns(turns: Iterable[Any]) -> Iterator[Json]:
    """The turns of a row; a pair is two."""
    for turn in turns:
        if not isinstance(turn, dict):
            continue
        asked = next((name for name in ("human", "user") if isinstance(turn.get(name), str)), "")
        if asked and "from" not in turn and "role" not in turn:
            yield {"from": asked, "value": turn[asked]}
            yield {**{name: inner for name, inner in turn.items() if name != asked}, "from": "assistant", "pair": True}
        else:
            yield turn


def _chain(draft: Draft, files: RowFiles, turns: list[Json], above: str | None) -> Iterator[Turn]:
    """The turns one below the other; a tool's result, and what is said after it, belong to the answer."""
    for place, turn in enumerate(turns):
        role, parts, shown = _parts(draft, turn)
        parts += files.named_in(parts)
        parts += cited(turn.get("sources"))
        key = chained_id(above, role, said(parts))
        after = _who(turns[place + 1]) if place + 1 < len(turns) else ""
        model, word = text(turn.get("model")), _who(turn)
        author = Author(model=model) if model else Author(name=word) if word in _MODELS else NOBODY
        known: Json = {"author": author, "created": turn.get("created")}
        known["rest"] = rest_of(turn, "from", "role", "created", "model", "pair", "sources", *shown)
        yield Turn(key, above, role, parts, key, role == "assistant" and after == "function_call", known)
        above = key


def cited(sources: Any) -> list[Part]:
    """Sources as our own writers note them; one of another kind is kept as it is."""
    return [
        Citation(text(each.get("url")), text(each.get("title")), text(each.get("text")))
        if isinstance(each, dict) and each and each.keys() <= {"url", "title", "text"}
        else Unknown("source", each)
        for each in (sources if isinstance(sources, list) else [sources] if sources else [])
    ]


def _who(turn: Json) -> str:
    return text(turn.get("from", turn.get("role"))).strip().lower()


def _parts(draft: Draft, turn: Json) -> tuple[Role, list[Part], list[str]]:
    """Who speaks, what is said, and the members that were taken for it."""
    who = _who(turn)
    name = next((name for name in ("value", "content", "assistant", "text") if turn.get(name) is not None), "value")
    value = turn.get(name)
    if who == "function_call":
        # Its own text stays beside what was understood of it.
        return "assistant", list(_calls(json_text(value))), []
    role = "tool" if who == "function_response" else role_of(who, "user")
    if role == "tool":
        return role, [ToolResult("", json_text(value), text(turn.get("name")))], [name, "name"]
    if isinstance(value, list):
        return role, content_parts(draft, value, thoughts=role == "assistant"), [name]
    # Where both are there, `value` is the same as HTML.
    name = "markdown" if text(turn.get("markdown")).strip() else name
    shown = json_text(turn.get(name))
    taken = [each for each in (name, "value", "text", "markdown") if turn.get(each) == shown or each == name]
    return role, spoken(shown) if role == "assistant" else [Text(shown)], taken


def _calls(value: str) -> Iterator[Part]:
    try:
        called = loads(value)
    except ValueError:
        called = None
    calls = called if isinstance(called, list) else [called]
    if not all(isinstance(call, dict) and isinstance(call.get("name"), str) for call in calls):
        yield ToolCall("", "", value)
        return
    for call in calls:
        yield ToolCall(text_of(call.get("id")), call["name"], json_text(call.get("arguments")))
