"""Conversations of LibreChat, one file each, in all shapes that its export dialog makes.

This file knows flat and nested lists of messages, with and without options
and branches (2023 to 2026), and the older `messagesTree`. It never learns what
a message says (`content.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Failure, Json, Role, Text, Usage
from inglenook.formats.librechat.content import parts_of
from inglenook.formats.librechat.nested import unnest, value_of
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.sidecar import KEY, restored

SYSTEM: Final = "librechat"
NAME: Final = "LibreChat"

_MARKS: Final = ("recursive", "branches", "endpoint", "exportAt")
_LISTS: Final = ("messages", "messagesTree")
_TOP: Final = ("conversationId", "title", *_LISTS, "branches", "recursive", "exportAt", "options", "tags", KEY)
_PROMPTS: Final = ("promptPrefix", "system", "instructions")
_TAKEN: Final = (
    "messageId", "parentMessageId", "conversationId", "sender", "isCreatedByUser", "text", "content", "model",
    "createdAt", "updatedAt", "error", "unfinished", "finish_reason", "tokenCount", "isEdited", "files", "attachments",
    "children", "feedback", "depth", "siblingIndex", "_id", "__v", "user", "endpoint", "iconURL", "thread_id", KEY,
)  # fmt: skip
_RATINGS: Final = {"thumbsUp": 1, "thumbsDown": -1}


def sniff(head: Head) -> Match | None:
    top = head.top
    if head.kind != "object" or "conversationId" not in top or not any(name in top for name in _MARKS):
        return None
    name = next((name for name in _LISTS if isinstance(top.get(name), list)), "")
    if not name:
        return None
    return Match("tree" if name == "messagesTree" else "recursive" if top.get("recursive") is True else "flat")


def read(document: Document) -> Iterator[Found]:
    value = value_of(document)
    try:
        found = conversation(value, document.text())
    except BadFile as error:
        document.problem(f"Conversation “{text(value.get('title'))[:80]}”: {error.message}")
        return
    finally:
        unnest(value)
    yield found


def conversation(value: Json, raw: str) -> Found:
    """The conversation. BadFile if it has no messages."""
    draft = Draft(SYSTEM, value.get("conversationId"), title=value.get("title"))
    options = obj(value.get("options"))
    draft.model = text(options.get("model"))
    draft.tags = [tag for tag in arr(value.get("tags")) if isinstance(tag, str) and tag]
    asked = {name: text(options.get(name)) for name in _PROMPTS}
    name = next((name for name in _PROMPTS if asked[name]), "")
    kept = rest_of(options, name, *(() if options.get("title") != value.get("title") else ("title",)))
    draft.rest = rest_of(value, *_TOP) | ({"options": kept} if kept else {})
    ours = obj(value.get(KEY))
    id = text(ours.get("prompt")) or "system prompt"
    top = draft.add("system", [Text(asked[name])], id=id, parent=None) if name else None
    sides: Json = {top: ours.get("system")} if top and ours else {}
    _add_all(draft, arr(value.get("messages")) or arr(value.get("messagesTree")), top, sides)
    return restored(draft.finish(raw=raw), ours, sides)


def _add_all(draft: Draft, roots: list[Any], top: str | None, sides: Json) -> None:
    ids = {text_of(obj(message).get("messageId")) for message in roots}
    waiting: list[tuple[Any, str | None]] = [(message, None) for message in reversed(roots)]
    while waiting:
        message, above = waiting.pop()
        if not isinstance(message, dict):
            draft.problem("A message is damaged and was left out.")
            continue
        parent: Any = message.get("parentMessageId")
        if above is not None:
            # In a nested list the place tells, whatever the message says.
            parent = above
        elif text_of(parent) not in ids:
            # An export without branches may begin below the first message.
            parent = top or None
        mine = _add(draft, message, parent)
        if KEY in message:
            sides[mine] = message[KEY]
        waiting += [(child, mine) for child in reversed(arr(message.get("children")))]


def _add(draft: Draft, message: Json, parent: Any) -> str:
    asks = message.get("isCreatedByUser") is True
    sender, model = text(message.get("sender")), text(message.get("model"))
    role: Role = "user" if asks else "system" if sender == "System" else "assistant"
    rest = rest_of(message, *_TAKEN)
    parts = parts_of(draft, message, role == "assistant", rest)
    feedback, tokens = obj(message.get("feedback")), count(message.get("tokenCount"))
    failed = message.get("error") is True
    if failed and not any(isinstance(part, Failure) for part in parts):
        parts.append(Failure("The answer failed."))
    tag = feedback.get("tag")
    notes = (text(tag) or text(obj(tag).get("key")), text(feedback.get("text")))
    return draft.add(
        role,
        parts,
        id=message.get("messageId"),
        parent=parent,
        created=message.get("createdAt"),
        updated=message.get("updatedAt"),
        author=Author(model=model, name=sender) if role == "assistant" and (model or sender) else NOBODY,
        usage=Usage(prompt_tokens=tokens) if asks else Usage(completion_tokens=tokens),
        status="failed" if failed else "interrupted" if message.get("unfinished") is True else "done",
        finish_reason=text(message.get("finish_reason")) or None,
        rating=_RATINGS.get(text(feedback.get("rating")), 0),
        rating_note="; ".join(filter(None, notes)),
        edited=message.get("isEdited") is True,
        rest=rest,
    )
