"""What is shown of the open conversation: a path through the tree, with answers that are still arriving in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from inglenook.app.effects import SaveSetting, Schedule
from inglenook.app.messages import Send
from inglenook.app.state import THREAD_PAGE, Answer, Held, State
from inglenook.core import thread
from inglenook.core.model import Message, Text

FIRST_PAGE = 4
FIRST_PAGE_TEXT = 6_000


def answers_here(state: State) -> list[Answer]:
    """The answers that are arriving in the room that is open."""
    return [a for a in state.answers.values() if a.conversation_id == state.room.id]


def shown_path(state: State) -> tuple[Message, ...]:
    """The messages in the middle, oldest first; an arriving answer stands for itself."""
    opened = state.thread
    if opened is None:
        return ()
    conversation = opened.conversation
    arriving = state.answers.get(conversation.current.value or "")
    if arriving is not None and arriving.conversation_id == conversation.id:
        return (*thread.history_for(conversation, arriving.message.parent), arriving.message)
    return thread.path(conversation)


def first_page(state: State) -> State:
    """As few of the last messages as fill a window: the rest is drawn when they are there."""
    path, left, shown = shown_path(state), FIRST_PAGE_TEXT, 0
    while shown < min(len(path), THREAD_PAGE) and (left > 0 or shown < FIRST_PAGE):
        shown += 1
        left -= sum(len(part.text) for part in path[-shown].parts if isinstance(part, Text))
    return replace(state, room=replace(state.room, shown=shown or THREAD_PAGE))


def due(state: State, waiting: list[Any]) -> tuple[State, list]:
    """What waited goes on. What was to be sent from a room that is no longer open is that room's draft instead."""
    gone = [m for m in waiting if isinstance(m, Held) and m.room_id != state.room.id]
    away = {m.room_id: m.message.text for m in gone if isinstance(m.message, Send)}
    here = [m for m in waiting if not isinstance(m, Held) or m.room_id == state.room.id]
    kept = [SaveSetting(f"draft:{id}", text) for id, text in away.items()]
    return replace(state, typed={**state.typed, **away}), [*kept, *map(now, here)]


def now(waited: Any) -> Schedule:
    return Schedule(0, waited.message if isinstance(waited, Held) else waited)


def versions(state: State, message: Message) -> tuple[tuple[str, ...], int]:
    """The ids of all versions of a message, arriving ones last, and which of them this is."""
    opened = state.thread
    if opened is None:
        return (message.id,), 0
    arriving = tuple(
        a.message.id
        for a in answers_here(state)
        if a.message.parent == message.parent and a.message.id not in opened.conversation.messages
    )
    ids = (*thread.children(opened.conversation, message.parent), *arriving)
    return (ids, ids.index(message.id)) if message.id in ids else ((message.id,), 0)
