"""Conversations of Open WebUI: its exports of one chat or of all.

This file knows lists of chats (2023 to 2026), the chat alone, what is written
for import, and old ones that only have a line of messages. The tree is in
`history`. It never learns what a message says (`content.py`) or
what it carries (`files.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Json, Text, Usage
from inglenook.formats.open_webui.content import parts_of
from inglenook.formats.open_webui.files import files_of, left_of_files, sources_of
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.jsontext import Element
from inglenook.formats.reading.leftovers import own_text, rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.typed_content import usage_of
from inglenook.formats.sidecar import KEY, restored

SYSTEM: Final = "open-webui"
NAME: Final = "Open WebUI"

_OUTER: Final = (
    "id", "user_id", "title", "chat", "created_at", "updated_at", "archived", "pinned", "meta", "folder_id", "folder",
    "share_id", "last_read_at",
)  # fmt: skip
_INNER: Final = (
    "id", "title", "models", "params", "history", "messages", "tags", "timestamp", "system", "files", KEY,
)  # fmt: skip
_TAKEN: Final = (
    "id", "parentId", "childrenIds", "role", "content", "timestamp", "model", "modelName", "modelIdx", "models",
    "selectedModelId", "files", "done", "done_reason", "usage", "info", "sources", "citations", "annotation", "output",
    "error", "lastSentence", "code_executions", "userContext", "feedbackId", "originalContent", "merged", KEY,
)  # fmt: skip
# Beside a line of messages, these tell a chat of this program from what is sent to a model.
_OF_A_LINE: Final = ("history", "timestamp", "options", "params", "system", "tags")


def sniff(head: Head) -> Match | None:
    if head.kind == "object":
        if _is_chat(head.top.get("chat"), True):
            return Match("chat")
        return Match("bare chat") if _is_chat(head.top) else None
    if head.kind in ("array", "lines") and any(_is_chat(obj(item).get("chat"), True) for item in head.items[:20]):
        return Match("chats" if head.kind == "array" else "lines")
    if head.kind == "array" and any(_is_chat(item) for item in head.items[:20]):
        return Match("bare chats")
    return None


def _is_chat(value: Any, wrapped: bool = False) -> bool:
    chat = obj(value)
    if isinstance(obj(chat.get("history")).get("messages"), dict):
        return "chat_messages" not in chat
    # Before there was a tree, and where the tree is behind the end of the head: a line, and the models that were asked.
    if not isinstance(chat.get("messages"), list) or not isinstance(chat.get("models"), list):
        return False
    first = next((m for m in chat["messages"] if isinstance(m, dict)), {})
    return "role" in first and "content" in first and (wrapped or any(name in chat for name in _OF_A_LINE))


def read(document: Document) -> Iterator[Found]:
    kind = document.head.kind
    if kind == "object":
        elements = iter((Element(document.value(), document.text(), 0),))
    else:
        elements = document.elements() if kind == "array" else document.lines()
    for element in elements:
        value = obj(element.value)
        try:
            yield element.done(conversation(value, own_text(element)))
        except BadFile as error:
            title = text_of(value.get("title")) or f"number {element.number + 1:,}"
            document.problem(f"Conversation “{title[:80]}”: {error.message}")


def conversation(outer: Json, raw: str) -> Found:
    """One chat. BadFile if it has no messages."""
    chat = obj(outer.get("chat")) or outer
    title = text(outer.get("title")) or chat.get("title")
    created, updated = outer.get("created_at") or chat.get("timestamp"), outer.get("updated_at")
    draft = Draft(SYSTEM, outer.get("id") or chat.get("id"), title=title, created=created, updated=updated)
    draft.archived, draft.pinned = outer.get("archived") is True, outer.get("pinned") is True
    # An export of that program only has the folder's id; ours has its name.
    draft.folder = text(outer.get("folder")) or text(outer.get("folder_id"))
    draft.model = next((text_of(model) for model in arr(chat.get("models")) if text_of(model)), "")
    tags = [*arr(obj(outer.get("meta")).get("tags")), *arr(chat.get("tags"))]
    draft.tags = list(dict.fromkeys(filter(None, (text(tag) or text(obj(tag).get("name")) for tag in tags))))
    prompts = [text(obj(chat.get("params")).get("system")), text(chat.get("system"))]
    prompt = next(filter(None, prompts), "")
    ours = obj(chat.get(KEY))
    id = text(ours.get("prompt")) or "system prompt"
    top = draft.add("system", [Text(prompt)], id=id, parent=None) if prompt else None
    sides: Json = {top: ours.get("system")} if top and KEY in chat else {}
    history = obj(chat.get("history"))
    messages = obj(history.get("messages"))
    if messages:
        _add_tree(draft, messages, top, sides)
    else:
        _add_line(draft, arr(chat.get("messages")), top, sides)
    draft.rest = _rest(outer, chat) | ({"system": prompts[1]} if prompts[1] not in ("", prompt) else {})
    return restored(draft.finish(history.get("currentId"), raw), ours, sides)


def _rest(outer: Json, chat: Json) -> Json:
    rest = rest_of(chat, *_INNER) | (rest_of(outer, *_OUTER) if chat is not outer else {})
    more = {
        "params": rest_of(obj(chat.get("params")), "system"),
        "meta": rest_of(obj(outer.get("meta")), "tags"),
        "files": _only_here(chat),
        "models": arr(chat.get("models")) if len(arr(chat.get("models"))) > 1 else None,
    }
    return rest | {name: value for name, value in more.items() if value}


def _only_here(chat: Json) -> list[Json]:
    """Files of the whole chat that no message names again."""
    messages = [*obj(obj(chat.get("history")).get("messages")).values(), *arr(chat.get("messages"))]
    named = {text_of(obj(file).get("id")) for message in messages for file in arr(obj(message).get("files"))}
    return [file for file in arr(chat.get("files")) if file and text_of(obj(file).get("id")) not in named - {""}]


def _add_tree(draft: Draft, messages: Json, top: str | None, sides: Json) -> None:
    """All messages, parents before their replies, replies in the order in which their parent lists them."""
    below: dict[str, list[str]] = {}
    for id, message in messages.items():
        if isinstance(message, dict):
            parent = text_of(message.get("parentId"))
            below.setdefault(parent if parent in messages else "", []).append(id)
        else:
            draft.problem("A message is damaged and was left out.")
    for parent, ids in below.items():
        listed = map(text_of, arr(obj(messages.get(parent)).get("childrenIds"))) if parent else ()
        places = {id: place for place, id in enumerate(listed)}
        ids.sort(key=lambda id: places.get(id, len(places)))
    waiting = below.get("", [])[::-1]
    left = {id for ids in below.values() for id in ids}
    # Messages that reply to each other in a circle hang from nothing.
    rest = iter(messages)
    while left:
        id = waiting.pop() if waiting else next(rest)
        if id not in left:
            continue
        left.remove(id)
        message = messages[id]
        parent = message.get("parentId")
        _add(draft, message, id, parent if text_of(parent) in messages else top or parent, sides)
        waiting += reversed(below.get(id, ()) if id else ())


def _add_line(draft: Draft, messages: list[Any], top: str | None, sides: Json) -> None:
    previous = top
    for message in messages:
        if isinstance(message, dict):
            previous = _add(draft, message, text_of(message.get("id")), previous, sides)
        else:
            draft.problem("A message is damaged and was left out.")


def _add(draft: Draft, message: Json, id: str, parent: Any, sides: Json) -> str:
    role = role_of(message.get("role"), "user")
    rest = rest_of(message, *_TAKEN)
    parts = parts_of(draft, message, role == "assistant", rest)
    parts += files_of(draft, message)
    parts += sources_of(message)
    note = obj(message.get("annotation"))
    more = {"files": left_of_files(message), "annotation": rest_of(note, "rating", "reason", "comment")}
    if len(arr(message.get("models"))) > 1:
        more["models"] = message["models"]
    rating = note.get("rating")
    stopped = message.get("done") is False and role == "assistant"
    mine = draft.add(
        role,
        parts,
        id=id,
        parent=parent,
        created=message.get("timestamp"),
        author=_author(message) if role == "assistant" else NOBODY,
        usage=_usage(message),
        status="failed" if message.get("error") else "interrupted" if stopped else "done",
        finish_reason=text(message.get("done_reason")) or text(obj(message.get("info")).get("done_reason")) or None,
        rating=int(rating) if rating in (1, -1) and not isinstance(rating, bool) else 0,
        rating_note="; ".join(filter(None, (text(note.get("reason")), text(note.get("comment"))))),
        edited=bool(text(message.get("originalContent")) or rest.get("output")),
        rest=rest | {name: value for name, value in more.items() if value},
    )
    if KEY in message:
        sides[mine] = message[KEY]
    return mine


def _author(message: Json) -> Author:
    model, name, served = (text(message.get(member)) for member in ("model", "modelName", "selectedModelId"))
    if not (model or name or served):
        return NOBODY
    return Author(
        model=model or served,
        served_model=served if model and served != model else "",
        name=name if name != model else "",
    )


def _usage(message: Json) -> Usage:
    known = obj(message.get("usage")) or obj(message.get("info"))
    usage = usage_of(known)
    duration = count(known.get("total_duration"))
    return Usage(
        usage.prompt_tokens if usage.prompt_tokens is not None else count(known.get("prompt_eval_count")),
        usage.completion_tokens if usage.completion_tokens is not None else count(known.get("eval_count")),
        usage.reasoning_tokens,
        usage.cached_tokens,
        usage.cost_usd,
        # Ollama counts in nanoseconds.
        duration_ms=None if duration is None else duration // 1_000_000,
    )
