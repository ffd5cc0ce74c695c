"""Reads chats of ChatCraft: one as JSON, several of them, or a dump of its database (Dexie).

This file knows messages with earlier versions of an answer, and calls of
functions that are messages of their own. After src/lib/ChatCraftChat.ts and
ChatCraftMessage.ts of tarasglek/chatcraft.org, 2025.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Json, Part, Role, Text, ToolCall, ToolResult
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import has_secrets, own_text, plain_text, rest_of
from inglenook.formats.reading.shape import arr, obj, text
from inglenook.formats.reading.turns import Turn, add_turns, key_for
from inglenook.formats.reading.typed_content import json_text, picture, spoken

SYSTEM: Final = "chatcraft"
NAME: Final = "ChatCraft"

_ROLES: Final[dict[str, Role]] = {
    "human": "user", "ai": "assistant", "system": "system", "function": "tool", "functionResult": "tool",
    "functionCall": "assistant", "generic": "assistant", "instruction": "system",
}  # fmt: skip


def sniff(head: Head) -> Match | None:
    if head.kind not in ("object", "array"):
        return None
    data = obj(head.top.get("data"))
    if head.top.get("formatName") == "dexie" and data.get("databaseName") == "ChatCraftDatabase":
        return Match("database")
    return Match() if _is_chat(head.first if head.kind == "array" else head.top) else None


def _is_chat(chat: Json) -> bool:
    messages = chat.get("messages")
    if "date" not in chat or not isinstance(messages, list):
        return False
    first = next((message for message in messages if isinstance(message, dict)), {})
    kind = first.get("type")
    return isinstance(kind, str) and kind in _ROLES and "text" in first and "role" not in first


def read(document: Document) -> Iterator[Found]:
    if document.head.kind == "array":
        for element in document.elements():
            yield from _tried(document, obj(element.value), own_text(element), element.number)
        return
    top = obj(document.value())
    if top.get("formatName") != "dexie":
        yield from _tried(document, top, plain_text(top) if has_secrets(top) else document.text(), 0)
        return
    tables = {text_of(obj(table).get("tableName")): table for table in arr(obj(top.get("data")).get("data"))}
    messages = _rows(tables.get("messages"))
    by_id = {text_of(message.get("id")): message for message in messages}
    by_chat: dict[str, list[Json]] = {}
    for message in messages:
        by_chat.setdefault(text_of(message.get("chatId")), []).append(message)
    for number, chat in enumerate(_rows(tables.get("chats"))):
        ids = [text_of(id) for id in arr(chat.get("messageIds"))]
        own = [by_id[id] for id in ids if id in by_id] if ids else by_chat.get(text_of(chat.get("id")), [])
        whole = {**{name: value for name, value in chat.items() if name != "messageIds"}, "messages": own}
        yield from _tried(document, whole, plain_text(whole), number, "database")


def _rows(table: Any) -> list[Json]:
    """The rows of a table; where the key is apart, a row is a pair of it and the value."""
    rows = (row[1] if isinstance(row, list) and len(row) == 2 else row for row in arr(obj(table).get("rows")))
    return [row for row in rows if isinstance(row, dict)]


def _tried(document: Document, chat: Json, raw: str, number: int, version: str = "") -> Iterator[Found]:
    if not arr(chat.get("messages")):
        document.problem(f"Entry {number + 1:,} has no messages and was left out.")
        return
    try:
        yield _conversation(chat, raw, version)
    except BadFile as error:
        document.problem(f"Conversation “{text_of(chat.get('summary'))}”: {error.message}")


def _conversation(chat: Json, raw: str, version: str) -> Found:
    title = text_of(chat.get("title")) or text_of(chat.get("summary"))
    url = text_of(chat.get("shareUrl"))
    draft = Draft(SYSTEM, chat.get("id"), title=title, updated=chat.get("date"), version=version, url=url)
    titled = "title" if text_of(chat.get("title")) else "summary"
    draft.rest = rest_of(chat, "id", "date", "messages", "shareUrl", "$types", titled)
    turns: list[Turn] = []
    taken: set[str] = set()
    above: str | None = None
    for number, message in enumerate(arr(chat.get("messages"))):
        if not isinstance(message, dict):
            draft.problem(f"Message {number + 1:,} is none and was left out.")
            continue
        shown = _turn(draft, message, above, taken)
        for other in _with_versions(draft, message, shown, taken):
            turns.append(other)
        above = shown.key
    ids = add_turns(draft, turns)
    return draft.finish(ids.get(above or ""), raw)


def _turn(draft: Draft, message: Json, above: str | None, taken: set[str]) -> Turn:
    kind = text(message.get("type"))
    role = _ROLES.get(kind, "assistant")
    user, function = obj(message.get("user")), obj(message.get("func"))
    author = Author(model=text_of(message.get("model")))
    if role != "assistant":
        author = Author(name=text_of(user.get("name")) or text_of(user.get("username")) if role == "user" else "")
    parts = _parts(role, text(message.get("text")), function)
    parts += [picture(draft, url) for url in arr(message.get("imageUrls")) if isinstance(url, str)]
    rest = rest_of(message, "id", "date", "type", "model", "text", "func", "imageUrls", "versions", "chatId", "$types")
    if kind not in ("human", "ai", "system", "function", "functionCall", "functionResult"):
        rest["type"] = kind
    key = key_for(text_of(message.get("id")), taken)
    taken.add(key)
    known = {"created": message.get("date"), "author": author, "hidden": kind == "generic", "rest": rest}
    return Turn(key, above, role, parts, text_of(message.get("id")), role == "tool", known)


def _parts(role: Role, said: str, function: Json) -> list[Part]:
    parts: list[Part] = spoken(said) if role == "assistant" else [Text(said)] if said.strip() else []
    id, name = text_of(function.get("id")), text_of(function.get("name"))
    if "params" in function:
        parts.append(ToolCall(id, name, json_text(function["params"])))
    elif function or role == "tool":
        answer = json_text(function.get("result"))
        # Its text is the result again, made up for display; without a result it is all there is.
        return [ToolResult(id, answer or said, name), *(parts if answer and said.strip() != answer.strip() else ())]
    return parts


def _with_versions(draft: Draft, message: Json, shown: Turn, taken: set[str]) -> Iterator[Turn]:
    """An answer among its other versions, in their order; the shown one is the first that is equal to it."""
    met = False
    for version in map(obj, arr(message.get("versions"))):
        said, model = text(version.get("text")), text_of(version.get("model"))
        if not met and said == text(message.get("text")) and model in ("", text_of(message.get("model"))):
            met = True
            yield shown
        elif said:
            id = text_of(version.get("id"))
            key = key_for(id, taken)
            taken.add(key)
            known = {"created": version.get("date"), "author": Author(model=model)}
            yield Turn(key, shown.parent, shown.role, spoken(said), id, False, known)
    if not met:
        yield shown
