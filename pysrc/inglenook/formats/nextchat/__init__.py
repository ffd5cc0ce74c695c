"""Reads backups of NextChat (ChatGPT-Next-Web).

This file knows the chat store of a backup. The keys that lie beside it are
never kept. It never learns how dates are written (`date.py`). After
app/store/chat.ts and app/utils/sync.ts, 2025.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Failure, Json, Part, Status, ToolCall, ToolResult
from inglenook.formats.nextchat.date import times
from inglenook.formats.reading import stamp
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.jsontext import Element
from inglenook.formats.reading.leftovers import KEYS_LEFT_OUT, has_secrets, own_text, rest_of, top_of
from inglenook.formats.reading.shape import arr, obj, text
from inglenook.formats.reading.typed_content import content_parts, json_text

SYSTEM: Final = "nextchat"
NAME: Final = "NextChat"
_STORE: Final = "chat-next-web-store"


def sniff(head: Head) -> Match | None:
    return Match() if head.kind == "object" and isinstance(head.top.get(_STORE), dict) else None


def read(document: Document) -> Iterator[Found]:
    for element in document.elements(_STORE, "sessions"):
        session = obj(element.value)
        if not arr(session.get("messages")):
            document.problem(f"Entry {element.number + 1:,} has no messages and was left out.")
            continue
        try:
            yield _conversation(session, element)
        except BadFile as error:
            document.problem(f"Conversation “{text_of(session.get('topic'))}”: {error.message}")
    top = top_of(document)
    if has_secrets({name: value for name, value in top.items() if name != _STORE}):
        document.problem(KEYS_LEFT_OUT)
    if obj(obj(top.get("mask-store")).get("masks")) or obj(obj(top.get("prompt-store")).get("prompts")):
        document.problem("Masks and prompts of this backup were left out.")


def _conversation(session: Json, element: Element) -> Found:
    mask = obj(session.get("mask"))
    config = obj(mask.get("modelConfig"))
    draft = Draft(SYSTEM, session.get("id"), title=session.get("topic"), updated=session.get("lastUpdate"))
    draft.model = text_of(config.get("model"))
    draft.rest = rest_of(session, "id", "topic", "messages", "lastUpdate", "mask")
    if about := rest_of(mask, "context"):
        draft.rest["mask"] = about
    hidden = mask.get("hideContext") is True
    before = [message for message in arr(mask.get("context")) if isinstance(message, dict)]
    for message in before:
        _add(draft, message, None, config, hidden)
    messages = []
    for number, message in enumerate(arr(session.get("messages"))):
        if isinstance(message, dict):
            messages.append(message)
        else:
            draft.problem(f"Message {number + 1:,} is none and was left out.")
    dates = times([message.get("date") for message in messages], stamp.ms(session.get("lastUpdate")))
    for message, date in zip(messages, dates, strict=True):
        _add(draft, message, date, config)
    return draft.finish(raw=own_text(element))


def _add(draft: Draft, message: Json, date: int | None, config: Json, hidden: bool = False) -> None:
    role = role_of(message.get("role"))
    answered = role == "assistant"
    failed = answered and message.get("isError") is True
    parts = _tools(message) + content_parts(draft, message.get("content"), answered)
    if sound := text(message.get("audio_url")):
        parts.append(draft.attach(sound, kind="audio", name="" if sound.startswith(("http", "data:")) else sound))
    if failed:
        parts.append(Failure("The answer ended with an error."))
    status: Status = "failed" if failed else "interrupted" if message.get("streaming") is True else "done"
    model = text_of(message.get("model"))
    standing = text_of(config.get("model"))
    provider = text_of(config.get("providerName")) if model in ("", standing) else ""
    taken = ("id", "role", "content", "model", "tools", "audio_url", "streaming", "isError" if answered else "")
    draft.add(
        role,
        parts,
        id=message.get("id"),
        created=date if date is not None else message.get("date"),
        author=Author(model=model or standing, provider=provider) if answered else Author(),
        status=status,
        hidden=hidden,
        rest=rest_of(message, *taken),
    )


def _tools(message: Json) -> list[Part]:
    parts: list[Part] = []
    for tool in map(obj, arr(message.get("tools"))):
        function: Any = obj(tool.get("function"))
        id, name = text_of(tool.get("id")), text_of(function.get("name"))
        parts.append(ToolCall(id, name, json_text(function.get("arguments"))))
        answer = json_text(tool.get("content")) or text_of(tool.get("errorMsg"))
        if answer:
            parts.append(ToolResult(id, answer, name))
    return parts
