"""Reads exports of BetterChatGPT and of its forks: version 1, and the bare list of chats before it.

This file knows chats without times and ids of messages; the model is the
chat's. After src/types/chat.ts and src/types/export.ts of ztjhz/BetterChatGPT.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Json
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.jsontext import Element
from inglenook.formats.reading.leftovers import own_text, rest_of, top_of
from inglenook.formats.reading.shape import arr, obj
from inglenook.formats.reading.typed_content import content_parts

SYSTEM: Final = "better-chatgpt"
NAME: Final = "BetterChatGPT"


def sniff(head: Head) -> Match | None:
    if head.kind == "array":
        return Match("0") if _is_chat(head.first) and "titleSet" in head.first else None
    chats, folders = head.top.get("chats"), head.top.get("folders")
    if head.kind != "object" or not isinstance(chats, list) or type(version := head.top.get("version", 1)) is not int:
        return None
    if any(_is_chat(chat) for chat in chats[:5]) or (not chats and isinstance(folders, dict) and "version" in head.top):
        return Match(str(version))
    return None


def _is_chat(value: object) -> bool:
    chat = obj(value)
    return isinstance(chat.get("messages"), list) and isinstance(chat.get("config"), dict) and "title" in chat


def read(document: Document) -> Iterator[Found]:
    listed = document.head.kind == "array"
    folders = {} if listed else obj(top_of(document).get("folders"))
    for element in document.elements() if listed else document.elements("chats"):
        chat = obj(element.value)
        if not arr(chat.get("messages")):
            document.problem(f"Entry {element.number + 1:,} has no messages and was left out.")
            continue
        try:
            yield _conversation(chat, element, folders, "0" if listed else text_of(document.head.top.get("version")))
        except BadFile as error:
            document.problem(f"Conversation “{text_of(chat.get('title'))}”: {error.message}")


def _conversation(chat: Json, element: Element, folders: Json, version: str) -> Found:
    config = obj(chat.get("config"))
    draft = Draft(SYSTEM, chat.get("id"), title=chat.get("title"), version=version)
    draft.model = text_of(config.get("model"))
    draft.folder = text_of(obj(folders.get(text_of(chat.get("folder")))).get("name"))
    draft.rest = rest_of(chat, "id", "title", "titleSet", "messages", "folder" if draft.folder else "")
    for number, message in enumerate(arr(chat.get("messages"))):
        if not isinstance(message, dict):
            draft.problem(f"Message {number + 1:,} is none and was left out.")
            continue
        role = role_of(message.get("role"))
        answered = role == "assistant"
        draft.add(
            role,
            content_parts(draft, message.get("content"), answered),
            id=message.get("id"),
            created=message.get("createdAt"),
            author=Author(model=text_of(message.get("model")) or draft.model) if answered else Author(),
            rest=rest_of(message, "id", "role", "content", "model", "createdAt"),
        )
    return draft.finish(raw=own_text(element))
