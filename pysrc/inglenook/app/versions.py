"""What is done with messages that are there: walk the versions, branch, delete, show earlier ones."""

from __future__ import annotations

from dataclasses import replace

from inglenook.app import patch
from inglenook.app.compose import put
from inglenook.app.effects import Patch
from inglenook.app.env import Env
from inglenook.app.messages import AskDeleteMessage, Branch, EraseMessage, MoreMessages, NextVersion, PreviousVersion
from inglenook.app.open import show
from inglenook.app.room import shown_path, versions
from inglenook.app.state import THREAD_PAGE, OpenThread, Panel, State
from inglenook.core import thread
from inglenook.core.model import Stamped


def previous(state: State, message: PreviousVersion, env: Env):
    return step(state, message.id, -1, env)


def following(state: State, message: NextVersion, env: Env):
    return step(state, message.id, +1, env)


def step(state: State, id: str, by: int, env: Env):
    """Show the version before or after; arriving answers count as versions too."""
    found = next((m for m in shown_path(state) if m.id == id), None)
    if found is None:
        return state, []
    ids, at = versions(state, found)
    if not 0 <= at + by < len(ids):
        return state, []
    chosen = ids[at + by]
    conversation = state.thread.conversation
    if chosen in conversation.messages:
        return put(state, thread.select(conversation, chosen, env.now_ms)), []
    ahead = Stamped(chosen, max(env.now_ms, conversation.current.at_ms + 1))
    return put(state, replace(conversation, current=ahead)), []


def branch(state: State, message: Branch, env: Env):
    """A new conversation that starts with a copy of the path down to this message."""
    opened = state.thread
    if opened is None or message.id not in opened.conversation.messages:
        return state, []
    length = len(thread.history_for(opened.conversation, message.id))
    ids = [env.new_id() for _ in range(length)]
    copy = thread.branch(opened.conversation, message.id, env.new_id(), ids, env.now_ms)
    state, effects = show(replace(state, threads={**state.threads, copy.id: OpenThread(copy)}), copy.id)
    return state, [*effects, Patch(patch.navigate(f"#/c/{copy.id}")), Patch(patch.focus("message"))]


def ask_delete(state: State, message: AskDeleteMessage, env: Env):
    """A deleted message cannot come back, so this is asked first."""
    return replace(state, panel=Panel("confirm", subject=message.id, action="message.erase")), []


def erase(state: State, message: EraseMessage, env: Env):
    state = replace(state, panel=Panel())
    opened = state.thread
    if opened is None:
        return state, []
    return put(state, thread.delete(opened.conversation, message.id, env.now_ms)), []


def more(state: State, message: MoreMessages, env: Env):
    if state.room.shown >= len(shown_path(state)):
        return state, []
    return replace(state, room=replace(state.room, shown=state.room.shown + THREAD_PAGE)), []
