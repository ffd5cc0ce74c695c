"""Conversations of claude.ai: its data export, one conversation as its API gives it, and what lies beside them.

This file knows `conversations.json` in all its forms (2023 to September 2026):
an array, an array under "conversations", one conversation, one on each line;
without parents the messages follow each other. Projects, memories, design
chats, published artifacts and the manifest are read by `more.py`. It never
learns what its other files are called.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core import model
from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Json, Status, Usage
from inglenook.formats.claude import design as claude_design
from inglenook.formats.claude import more as claude_more
from inglenook.formats.claude.artifacts import Artifacts, Budget, State
from inglenook.formats.claude.blocks import Content, content_of
from inglenook.formats.claude.files import attachments
from inglenook.formats.reading import stamp
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import AFTER, Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.jsontext import Element
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, obj

SYSTEM: Final = claude_design.SYSTEM
NAME: Final = "Claude"

_FINISHED: Final = {
    "end_turn": "stop", "stop_sequence": "stop", "max_tokens": "length", "tool_use": "tool_calls",
    "refusal": "content_filter",
}  # fmt: skip
# What stands in `text` for blocks that the flattened text cannot show.
_NOT_SHOWN: Final = "This block is not supported on your current device yet."
# Members of a message that are read, or say nothing: its owner, numbers of the site, and addresses that need a login.
_READ: Final = (
    "uuid", "text", "content", "sender", "created_at", "updated_at", "attachments", "files", "files_v2",
    "parent_message_uuid", "index", "stop_reason", "model", "chat_feedback",
)  # fmt: skip


def sniff(head: Head) -> Match | None:
    if head.kind not in ("object", "array", "lines"):
        return None
    if head.kind == "object":
        if any(_is_chat(item) for item in arr(head.top.get("conversations"))):
            return Match(version="wrapped")
        if _is_chat(head.top):
            return Match(version="conversation")
    elif any(_is_chat(item) for item in head.items):
        return Match("export", apart=True) if head.kind == "array" else Match("lines")
    return claude_more.sniff(head)


def _is_chat(item: Any) -> bool:
    if not isinstance(item, dict) or not isinstance(messages := item.get("chat_messages"), list):
        return False
    if any(isinstance(one, dict) and isinstance(one.get("sender"), str) for one in messages):
        return True
    # An empty one, or one whose first message is longer than what is looked at.
    return isinstance(item.get("uuid"), str) and isinstance(item.get("name"), str) and len(messages) <= 1


def read(document: Document) -> Iterator[Found]:
    match sniff(document.head):
        case Match(version="export"):
            elements = document.elements()
        case Match(version="wrapped"):
            elements = document.elements("conversations")
        case Match(version="lines"):
            elements = document.lines()
        case Match(version="conversation"):
            elements = iter((Element(document.value(), document.text(), 0),))
        case _:
            yield from claude_more.read(document)
            return
    projects = claude_more.Projects(document)
    for element in elements:
        chat = obj(element.value)
        title = text_of(chat.get("name"))
        if not isinstance(element.value, dict):
            document.problem(f"Entry {element.number + 1:,} is no conversation and was left out.")
        elif not arr(chat.get("chat_messages")):
            what = f"Conversation “{title}”" if title else f"Entry {element.number + 1:,}"
            document.problem(f"{what} has no messages and was left out.")
        else:
            try:
                yield element.done(_conversation(chat, element.raw, projects))
            except BadFile as error:
                document.problem(f"Conversation “{title}”: {error.message}")


def _conversation(chat: Json, raw: str, projects: claude_more.Projects) -> Found:
    draft = Draft(
        SYSTEM,
        chat.get("uuid"),
        title=chat.get("name"),
        created=chat.get("created_at"),
        updated=chat.get("updated_at"),
        version="api" if "current_leaf_message_uuid" in chat or "settings" in chat else "export",
    )
    draft.pinned = chat.get("is_starred") is True
    draft.model = text_of(chat.get("model"))
    draft.folder = text_of(obj(chat.get("project")).get("name")) or projects.name(text_of(chat.get("project_uuid")))
    taken = ("uuid", "name", "created_at", "updated_at", "account", "chat_messages", "is_starred", "model")
    project = rest_of(obj(chat.get("project")), "name")
    draft.rest = rest_of({**chat, "project": project}, *taken, "current_leaf_message_uuid")
    messages, linked = _ordered(arr(chat.get("chat_messages")))
    states: dict[str, State] = {}
    before: State = {}
    budget = Budget()
    for message in messages:
        if not isinstance(message, dict):
            if message is not None:
                draft.add("assistant", [model.Unknown("message", message)])
            continue
        # Official exports of old have no parents; then each message follows the one before.
        parent = message.get("parent_message_uuid") if linked and "parent_message_uuid" in message else AFTER
        artifacts = Artifacts(before if parent is AFTER else states.get(text_of(parent), {}), budget)
        _message(draft, message, parent, artifacts)
        before = artifacts.state
        if id := text_of(message.get("uuid")):
            states[id] = before
    return draft.finish(current=chat.get("current_leaf_message_uuid"), raw=raw)


def _ordered(messages: list[Any]) -> tuple[list[Any], bool]:
    """The messages in the order in which siblings are to stand, and whether they say what they answer."""
    ids = {text_of(one.get("uuid")) for one in messages if isinstance(one, dict)} - {""}
    linked = any(isinstance(one, dict) and text_of(one.get("parent_message_uuid")) in ids for one in messages)
    if not linked or not all(isinstance(one, dict) and "parent_message_uuid" in one for one in messages):
        return messages, linked
    times = [stamp.ms(one.get("created_at")) for one in messages]
    if None in times:
        return messages, True
    return [messages[number] for number in sorted(range(len(messages)), key=times.__getitem__)], True  # type: ignore[arg-type]


def _message(draft: Draft, message: Json, parent: Any, artifacts: Artifacts) -> None:
    blocks = message.get("content")
    content = content_of(blocks if isinstance(blocks, list) else [blocks], draft.attach, artifacts)
    _flattened(content, message.get("text"))
    parts = [part for part in content.parts if part is not None]
    parts += attachments(draft, message)
    role = role_of(message.get("sender"))
    model_name = (text_of(message.get("model")) or draft.model) if role == "assistant" else ""
    reason = text_of(message.get("stop_reason"))
    status: Status = "done"
    if role == "assistant" and (not parts or reason in ("user_canceled", "user_cancelled", "cancelled", "canceled")):
        status = "interrupted"
    feedback = obj(message.get("chat_feedback"))
    rating = _rating(text_of(feedback.get("type")))
    draft.add(
        role,
        parts,
        id=message.get("uuid"),
        parent=parent,
        created=message.get("created_at"),
        updated=message.get("updated_at"),
        author=Author(model=model_name),
        usage=Usage(duration_ms=content.duration_ms or None) if role == "assistant" else Usage(),
        status=status,
        finish_reason=_FINISHED.get(reason, reason) or None,
        rating=rating,
        rating_note=text_of(feedback.get("reason")),
        rest={
            **rest_of(message, *_READ),
            **content.rest,
            **({"chat_feedback": feedback} if feedback and not rating else {}),
        },
    )


def _flattened(content: Content, text: Any) -> None:
    """Take from `text`, in which the site flattens the blocks, what the blocks do not say."""
    if not isinstance(text, str) or not text:
        return
    if len(content.texts) == 1 and text == content.texts[0]:
        return
    plain = _squeezed(text)
    if not content.texts:
        if plain:
            content.parts.append(model.Text(text))
    elif plain != "".join("".join(one.split()) for one in content.texts):
        content.rest["text"] = text


def _squeezed(text: str) -> str:
    """A flattened text without spaces and without what stands for blocks that it cannot show."""
    if _NOT_SHOWN in text:
        text = text.replace(f"```\n{_NOT_SHOWN}\n```", "").replace(_NOT_SHOWN, "")
    return "".join(text.split())


def _rating(word: str) -> int:
    if word.endswith("upvote") or word in ("up", "thumbs_up", "positive"):
        return 1
    return -1 if word.endswith("downvote") or word.startswith("flag/") or word in ("down", "thumbs_down") else 0
