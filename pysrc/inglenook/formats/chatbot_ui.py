"""Reads exports of Chatbot UI (versions 1 to 4 of its file), as it was before it had a server.

This file knows a history of linear chats without times, each with one model and
one prompt. After the import code of mckaywrigley/chatbot-ui, 2023.
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

SYSTEM: Final = "chatbot-ui"
NAME: Final = "Chatbot UI"


def sniff(head: Head) -> Match | None:
    if head.kind == "array":
        return Match("1") if _is_chat(head.first) and "prompt" in head.first else None
    history, version = head.top.get("history"), head.top.get("version", 2)
    if head.kind != "object" or "folders" not in head.top:
        return None
    if not isinstance(history, list) or type(version) is not int:
        return None
    return Match(str(version)) if not history or any(_is_chat(chat) for chat in history[:5]) else None


def _is_chat(value: object) -> bool:
    chat = obj(value)
    return isinstance(chat.get("messages"), list) and "name" in chat and "id" in obj(chat.get("model"))


def read(document: Document) -> Iterator[Found]:
    listed = document.head.kind == "array"
    top = {} if listed else top_of(document)
    version = "1" if listed else text_of(top.get("version")) or "2"
    folders = {text_of(obj(folder).get("id")): text_of(obj(folder).get("name")) for folder in arr(top.get("folders"))}
    for element in document.elements() if listed else document.elements("history"):
        chat = obj(element.value)
        if not arr(chat.get("messages")):
            document.problem(f"Entry {element.number + 1:,} has no messages and was left out.")
            continue
        try:
            yield _conversation(chat, element, folders, version)
        except BadFile as error:
            document.problem(f"Conversation “{text_of(chat.get('name'))}”: {error.message}")
    if arr(top.get("prompts")):
        document.problem("Prompts of this file were left out.")


def _conversation(chat: Json, element: Element, folders: dict[str, str], version: str) -> Found:
    draft = Draft(SYSTEM, chat.get("id"), title=chat.get("name"), version=version)
    draft.model = text_of(obj(chat.get("model")).get("id"))
    draft.folder = folders.get(text_of(chat.get("folderId")), "")
    draft.rest = rest_of(chat, "id", "name", "messages", "model", "prompt", "folderId" if draft.folder else "")
    system = content_parts(draft, chat.get("prompt"))
    if system:
        draft.add("system", system)
    for number, message in enumerate(arr(chat.get("messages"))):
        if not isinstance(message, dict):
            draft.problem(f"Message {number + 1:,} is none and was left out.")
            continue
        role = role_of(message.get("role"))
        answered = role == "assistant"
        draft.add(
            role,
            content_parts(draft, message.get("content"), answered),
            author=Author(model=draft.model) if answered else Author(),
            rest=rest_of(message, "role", "content", "type" if message.get("type") == "text" else ""),
        )
    return draft.finish(raw=own_text(element))
