"""Conversations of DeepSeek: its data export, and what its own API gives for one conversation.

This file knows `conversations.json` of 2025 and 2026, where a conversation is a
tree of numbered nodes under "root", and the API's answer with a list of
messages. The path that was shown is known only in the latter. It never learns
what is in a message.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Json
from inglenook.formats.deepseek.message import add_message
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.jsontext import Element
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, obj

SYSTEM: Final = "deepseek"
NAME: Final = "DeepSeek"


def sniff(head: Head) -> Match | None:
    if head.kind == "object":
        if _is_answer(head.top):
            return Match(version="api")
        if _is_tree(head.top):
            return Match(version="conversation")
        if _is_account(head.top):
            return Match(skip="account details")
    elif head.kind in ("array", "lines"):
        if any(_is_tree(item) for item in head.items):
            return Match(version="export" if head.kind == "array" else "lines")
        if any(_is_answer(item) for item in head.items):
            return Match(version="api list" if head.kind == "array" else "api lines")
    return None


def _is_answer(item: Any) -> bool:
    inner = obj(obj(obj(item).get("data")).get("biz_data"))
    return isinstance(inner.get("chat_messages"), list)


def _is_tree(item: Any) -> bool:
    """Whether it is a conversation whose messages have fragments, or at least no author, as ChatGPT's have."""
    if not isinstance(item, dict) or not isinstance(mapping := item.get("mapping"), dict):
        return False
    messages = [message for node in mapping.values() if isinstance(message := obj(node).get("message"), dict)]
    if any("author" in message for message in messages):
        return False
    return "inserted_at" in item or any(isinstance(message.get("fragments"), list) for message in messages)


def _is_account(top: Json) -> bool:
    named = isinstance(top.get("user_id"), str) and ("email" in top or "mobile" in top or "mobile_number" in top)
    return named and not any(isinstance(value, list) and value for value in top.values()) and "content" not in top


def read(document: Document) -> Iterator[Found]:
    match sniff(document.head):
        case Match(version="export" | "api list"):
            elements = document.elements()
        case Match(version="lines" | "api lines"):
            elements = document.lines()
        case Match(version="conversation" | "api"):
            elements = iter((Element(document.value(), document.text(), 0),))
        case _:
            return
    for element in elements:
        item = obj(element.value)
        answer = obj(obj(item.get("data")).get("biz_data"))
        title = text_of(item.get("title")) or text_of(obj(answer.get("chat_session")).get("title"))
        what = f"Conversation “{title}”" if title else f"Entry {element.number + 1:,}"
        if not obj(item.get("mapping")) and not arr(answer.get("chat_messages")):
            document.problem(f"{what} has no messages and was left out.")
            continue
        try:
            yield element.done(_listed(answer, element.raw) if answer else _tree(item, element.raw))
        except BadFile as error:
            document.problem(f"{what}: {error.message}")


def _tree(item: Json, raw: str) -> Found:
    created = item.get("inserted_at") or item.get("create_time") or item.get("created_at")
    updated = item.get("updated_at") or item.get("update_time")
    draft = Draft(SYSTEM, item.get("id"), title=item.get("title"), created=created, updated=updated, version="export")
    taken = ("id", "title", "inserted_at", "updated_at", "mapping", "create_time", "update_time", "created_at")
    draft.pinned = item.get("pinned") is True
    draft.rest = rest_of(item, *taken, "current_node", "pinned")
    mapping = obj(item.get("mapping"))
    # For nodes without a message: the node above that has one.
    standing: dict[str, str | None] = {}
    roles: dict[str | None, str] = {}
    for id, parent in _walk(mapping):
        above = standing.get(parent, parent) if parent is not None else None
        message = obj(mapping[id]).get("message")
        if not isinstance(message, dict):
            standing[id] = above
            continue
        standing[id] = id
        # In the first exports nobody says who speaks: they take turns.
        turn = "assistant" if roles.get(above) == "user" else "user"
        roles[id] = add_message(draft, message, id, above, turn)
    return draft.finish(current=item.get("current_node"), raw=raw)


def _walk(mapping: Json) -> Iterator[tuple[str, str | None]]:
    """Every node once with the one above it, parents first, siblings in the order that their parent gives."""
    parents = {id: text_of(obj(node).get("parent")) for id, node in mapping.items()}
    below: dict[str, list[str]] = {}
    tops = []
    for id, parent in parents.items():
        if parent in mapping and parent != id:
            below.setdefault(parent, []).append(id)
        else:
            tops.append(id)
    seen: set[str] = set()
    # What hangs in a circle is reached from no top; it comes last.
    for start in (*tops, *mapping):
        waiting = [start]
        while waiting:
            id = waiting.pop()
            if id in seen:
                continue
            seen.add(id)
            yield id, parents[id] or None
            places = {text_of(child): place for place, child in enumerate(arr(obj(mapping[id]).get("children")))}
            children = sorted(below.get(id, ()), key=lambda child: places.get(child, len(places)))
            waiting.extend(reversed(children))


def _listed(answer: Json, raw: str) -> Found:
    session = obj(answer.get("chat_session"))
    created, updated = session.get("inserted_at"), session.get("updated_at")
    draft = Draft(
        SYSTEM, session.get("id"), title=session.get("title"), created=created, updated=updated, version="api"
    )
    draft.pinned = session.get("pinned") is True
    taken = ("id", "title", "inserted_at", "updated_at", "pinned", "current_message_id", "seq_id", "version")
    draft.rest = rest_of(session, *taken)
    roles: dict[str, str] = {}
    for message in arr(answer.get("chat_messages")):
        if isinstance(message, dict):
            id, parent = text_of(message.get("message_id")), text_of(message.get("parent_id"))
            turn = "assistant" if roles.get(parent) == "user" else "user"
            roles[id] = add_message(draft, message, id, parent or None, turn)
    return draft.finish(current=session.get("current_message_id"), raw=raw)
