"""Reads the sessions that Hollama exports (`hollama-sessions.json`).

This file knows a list of linear sessions, with pictures and knowledge inside of
messages; only a session has a time. After src/lib/sessions.ts of
fmaclen/hollama, 2025.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Json, Part, Reasoning
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.jsontext import Element
from inglenook.formats.reading.leftovers import own_text, rest_of
from inglenook.formats.reading.shape import arr, obj, text
from inglenook.formats.reading.typed_content import content_parts

SYSTEM: Final = "hollama"
NAME: Final = "Hollama"


def sniff(head: Head) -> Match | None:
    first = head.first
    if head.kind == "array" and isinstance(first.get("messages"), list) and "role" in obj(first.get("systemPrompt")):
        return Match()
    return None


def read(document: Document) -> Iterator[Found]:
    for element in document.elements():
        session = obj(element.value)
        if not arr(session.get("messages")):
            document.problem(f"Entry {element.number + 1:,} has no messages and was left out.")
            continue
        try:
            yield _conversation(session, element)
        except BadFile as error:
            document.problem(f"Conversation “{text_of(session.get('title'))}”: {error.message}")


def _conversation(session: Json, element: Element) -> Found:
    known = session.get("model")
    draft = Draft(SYSTEM, session.get("id"), title=session.get("title"), updated=session.get("updatedAt"))
    # Up to 2024 the model was its name.
    draft.model = text_of(known) or text_of(obj(known).get("name"))
    draft.rest = rest_of(session, "id", "title", "updatedAt", "messages", "systemPrompt", "model")
    if about := rest_of(obj(known), "name", "serverId"):
        draft.rest["model"] = about
    system = content_parts(draft, obj(session.get("systemPrompt")).get("content"))
    if system:
        draft.add("system", system)
    for number, message in enumerate(arr(session.get("messages"))):
        if isinstance(message, dict):
            _add(draft, message)
        else:
            draft.problem(f"Message {number + 1:,} is none and was left out.")
    return draft.finish(raw=own_text(element))


def _add(draft: Draft, message: Json) -> None:
    role = role_of(message.get("role"))
    answered = role == "assistant"
    parts: list[Part] = []
    if thought := text(message.get("reasoning")):
        parts.append(Reasoning(thought))
    parts += content_parts(draft, message.get("content"), answered)
    for image in arr(message.get("images")):
        data = text(image) or text(obj(image).get("data"))
        data = data if data.startswith("data:") else f"data:;base64,{data}"
        parts.append(draft.attach(data, kind="image", name=text_of(obj(image).get("filename"))))
    knowledge = obj(message.get("knowledge"))
    if knowledge:
        content = text(knowledge.get("content")).encode("utf-8", "replace")
        name = text_of(knowledge.get("name")) or text_of(knowledge.get("id"))
        parts.append(draft.attach(content, kind="file", name=name, media_type="text/plain"))
    rest = rest_of(message, "role", "content", "reasoning", "images", "knowledge", "context")
    if about := rest_of(knowledge, "id", "name", "content"):
        rest["knowledge"] = about
    draft.add(role, parts, author=Author(model=draft.model) if answered else Author(), rest=rest)
