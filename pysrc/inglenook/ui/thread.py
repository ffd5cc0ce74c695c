"""The messages in the middle: the shown path, with an answer that is arriving in its place.

This file knows which messages are shown and what of each can change how it is
drawn. It never learns how a message looks (message.py).
"""

from __future__ import annotations

from typing import Any

from inglenook.app.room import answers_here
from inglenook.app.state import State
from inglenook.core import thread
from inglenook.core.model import Conversation, Message
from inglenook.core.tree import index
from inglenook.ui import day, message
from inglenook.ui.environment import count
from inglenook.ui.memory import latest
from inglenook.ui.row import Row

indexed = latest(index)


def select(state: State) -> tuple[Any, ...]:
    opened, room, offset = state.thread, state.room, state.time_zone_offset_min
    found = [opened and opened.conversation, room.loading, room.shown, room.editing]
    found += [day.number(state.today_ms, offset), offset]
    for answer in answers_here(state):
        found += [answer.message, message.live(answer)]
    return tuple(found)


def rows(state: State) -> list[Row] | None:
    """The messages that are shown; None while the conversation is being read."""
    opened, room = state.thread, state.room
    if opened is None:
        return None if room.loading else []
    conversation = opened.conversation
    arriving = {answer.message.id: answer for answer in answers_here(state)}
    current = arriving.get(conversation.current.value or "")
    path = shown(conversation, current.message if current else None)
    offset = state.time_zone_offset_min
    today = day.number(state.today_ms, offset)
    known = indexed(conversation)
    last_user = next((m.id for m in reversed(path) if m.role == "user"), None)
    found = []
    for one in path[-room.shown :]:
        versions = [
            *known.children.get(one.parent if one.id in arriving else known.parent.get(one.id), ()),
            *(id for id, a in arriving.items() if a.message.parent == one.parent and id not in conversation.messages),
        ]
        at = versions.index(one.id) if one.id in versions else 0
        answer = arriving.get(one.id)
        place = message.Place(
            version=at + 1,
            versions=len(versions),
            editing=room.editing == one.id,
            last_user=one.id == last_user,
            unanswered=one.role == "user" and one is path[-1],
        )
        if answer is None:
            found.append(Row(one.id, message.draw, (one, place, today, offset)))
        else:
            inputs = (one, place, today, offset, message.live(answer))
            found.append(Row(one.id, message.draw_live, inputs, (answer.text, answer.reasoning)))
    return found


@latest
def shown(conversation: Conversation, arriving: Message | None) -> tuple[Message, ...]:
    """The path, ending with the arriving answer if that is what is looked at."""
    known = indexed(conversation)
    if arriving is None:
        return thread.path(conversation, known)
    return (*thread.history_for(conversation, arriving.parent, known), arriving)


def select_top(state: State) -> tuple[Any, ...]:
    opened, room = state.thread, state.room
    if opened is None:
        return (0,)
    current = state.answers.get(opened.conversation.current.value or "")
    here = current is not None and current.conversation_id == opened.conversation.id
    return (max(0, len(shown(opened.conversation, current.message if here else None)) - room.shown),)


def draw_top(earlier: int) -> str:
    if not earlier:
        return ""
    # Coming into view shows them; a button too, for whoever does not scroll.
    more = 'data-action="thread.more" data-sentinel="thread.more"'
    return f'<button type="button" class="quiet" {more}>{count(earlier, "earlier message")}</button>'
