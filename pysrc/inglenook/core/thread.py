"""A thread: the path through the tree that is shown, and every change of it.

This file knows what reading, adding, switching and deleting mean. It never
learns what a part holds or how a message is sent. Functions are pure: they
take a conversation and give another one. Each is O(n log n) by itself;
whoever asks several questions of the same conversation keeps an `index` of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from inglenook.core.model import Conversation, Limits, Message, Stamped
from inglenook.core.original import file_of
from inglenook.core.tree import Index, index


def leaf(conversation: Conversation, known: Index | None = None) -> str | None:
    """The end of the shown path: below `current`, or near it if it was deleted, or else the newest."""
    known = known or index(conversation)
    id = conversation.current.value
    while id is not None and id in known.parent:
        if id in known.newest:
            return known.newest[id]
        id = known.parent[id]
    return known.newest.get(None)


def path(conversation: Conversation, known: Index | None = None) -> tuple[Message, ...]:
    """The shown messages, from the root to the shown leaf."""
    known = known or index(conversation)
    return _up(conversation, leaf(conversation, known), known)


def history_for(conversation: Conversation, parent_id: str | None, known: Index | None = None) -> tuple[Message, ...]:
    """The messages to send for a new answer under `parent_id`: from the root to it."""
    return _up(conversation, parent_id, known or index(conversation))


def _up(conversation: Conversation, id: str | None, known: Index) -> tuple[Message, ...]:
    found = []
    while id is not None and id in known.parent:
        if conversation.messages[id].deleted_ms is None:
            found.append(conversation.messages[id])
        id = known.parent[id]
    return tuple(reversed(found))


def leaf_under(conversation: Conversation, message_id: str, known: Index | None = None) -> str | None:
    """The newest leaf at or below a message; None if nothing is left there."""
    return (known or index(conversation)).newest.get(message_id)


def children(conversation: Conversation, message_id: str | None, known: Index | None = None) -> tuple[str, ...]:
    """The ids of the replies that are shown, oldest first; of None, the roots."""
    return (known or index(conversation)).children.get(message_id, ())


def siblings(conversation: Conversation, message_id: str, known: Index | None = None) -> tuple[tuple[str, ...], int]:
    """The versions that a message can be switched with, and which of them it is; ((), 0) for one that is not shown."""
    known = known or index(conversation)
    ids = known.children.get(known.parent.get(message_id), ())
    return (ids, ids.index(message_id)) if message_id in ids else ((), 0)


def add(conversation: Conversation, message: Message) -> Conversation:
    """The conversation with a new message, which becomes the end of the shown path."""
    conversation = replace(conversation, messages={**conversation.messages, message.id: message})
    return _set(conversation, "current", message.id, message.created_ms)


def revise(conversation: Conversation, message: Message, at_ms: int) -> Conversation:
    """The conversation with newer content of one message. A tombstone stays one."""
    old = conversation.messages.get(message.id)
    if old is not None:
        if old.deleted_ms is not None or old == message:
            return conversation
        message = replace(message, revised_ms=max(at_ms, old.revised_ms + 1))
    return replace(conversation, messages={**conversation.messages, message.id: message})


def select(conversation: Conversation, message_id: str, at_ms: int) -> Conversation:
    """The conversation showing the path through a message; unchanged if that is not there."""
    end = leaf_under(conversation, message_id)
    return conversation if end is None else _set(conversation, "current", end, at_ms)


def delete(conversation: Conversation, message_id: str, at_ms: int) -> Conversation:
    """The conversation with a tombstone in the message's place; replies stay."""
    old = conversation.messages.get(message_id)
    if old is None or old.deleted_ms is not None:
        return conversation
    times = {"created_ms": old.created_ms, "revised_ms": old.revised_ms, "deleted_ms": at_ms}
    # Who has seen it stays known: deleting here takes nothing back there. A refused request was seen by nobody.
    seen = {"author": old.author, "status": old.status, "disclosure": old.disclosure}
    stone = Message(old.id, old.parent, old.role, **seen, **times)
    return replace(conversation, messages={**conversation.messages, message_id: stone})


def branch(
    conversation: Conversation, upto_message_id: str, conversation_id: str, message_ids: Iterable[str], at_ms: int
) -> Conversation:
    """A new conversation that holds a copy of the path down to a message, under new ids."""
    ids = iter(message_ids)
    copies: dict[str, Message] = {}
    above: str | None = None
    for message in history_for(conversation, upto_message_id):
        status = "interrupted" if message.status == "streaming" else message.status
        copy = replace(message, id=next(ids), parent=above, status=status)
        copies[copy.id] = copy
        above = copy.id
    return Conversation(
        conversation_id,
        at_ms,
        title=Stamped(conversation.title.value, at_ms),
        model=Stamped(conversation.model.value, at_ms),
        limits=Stamped(conversation.limits.value, at_ms),
        current=Stamped(above, at_ms),
        messages=copies,
    )


def rename(conversation: Conversation, title: str, at_ms: int) -> Conversation:
    """The conversation under another title."""
    return _set(conversation, "title", title, at_ms)


def pin(conversation: Conversation, pinned: bool, at_ms: int) -> Conversation:
    """The conversation pinned to the top of the shelf, or no longer."""
    return _set(conversation, "pinned", pinned, at_ms)


def archive(conversation: Conversation, archived: bool, at_ms: int) -> Conversation:
    """The conversation put away, or back on the shelf."""
    return _set(conversation, "archived", archived, at_ms)


def choose_model(conversation: Conversation, model: str, at_ms: int) -> Conversation:
    """The conversation with another model for its next answers."""
    return _set(conversation, "model", model, at_ms)


def tighten(conversation: Conversation, limits: Limits, at_ms: int) -> Conversation:
    """The conversation with limits of its own, beside those of the connection."""
    return _set(conversation, "limits", limits, at_ms)


def attachments(conversation: Conversation) -> frozenset[str]:
    """The SHA-256 of every stored file that a message names, on all branches, and of the original's."""
    found = {original} if (original := file_of(conversation)) else set()
    for message in conversation.messages.values():
        found.update(sha256 for part in message.parts if (sha256 := getattr(part, "sha256", None)))
    return frozenset(found)


def _set(conversation: Conversation, member: str, value: str | bool | Limits, at_ms: int) -> Conversation:
    old = getattr(conversation, member)
    if old.value == value:
        return conversation
    # What the user did last counts, also when the clock was set back or two clicks share a millisecond.
    return replace(conversation, **{member: Stamped(value, max(at_ms, old.at_ms + 1))})
