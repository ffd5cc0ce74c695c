"""Which conversation is in the middle: the address decides."""

from __future__ import annotations

import re
from dataclasses import replace

from inglenook.app import patch
from inglenook.app.effects import CloseStream, LoadThread, Patch, SaveSetting
from inglenook.app.env import Env
from inglenook.app.messages import GoTo, NewConversation, Want
from inglenook.app.room import first_page
from inglenook.app.state import Menu, Room, State

ADDRESS = re.compile(r"#/c/([A-Za-z0-9._~%-]{1,200})\Z")


def conversation_in(hash: str) -> str:
    """The id in an address such as #/c/<id>; "" for every other address."""
    found = ADDRESS.match(hash)
    return found.group(1) if found else ""


def show(state: State, id: str) -> tuple[State, list]:
    """Put a conversation in the middle ("" for a new one)."""
    if id == state.room.id and not state.room.missing:
        return state, []
    busy = {a.conversation_id for a in state.answers.values()}
    threads = {
        k: t for k, t in state.threads.items() if k == id or k in busy or t.saving or t.conversation is not t.saved
    }
    loading = bool(id) and id not in threads
    was = state.typed.get(state.room.id, "")
    # What a new conversation must not allow waits for it like its draft; what was held back does not go on alone.
    state = replace(
        state, room=Room(id=id, loading=loading, limits=state.room.limits), threads=threads, menu=Menu(), held=None
    )
    effects = [Patch(patch.value("message", state.typed.get(id, ""), was)), Patch(patch.scroll_to_end())]
    if loading and id != state.wanted:
        effects.append(LoadThread(id))
    return first_page(state), [*effects, SaveSetting("last", id or None)]


def go_to(state: State, message: GoTo, env: Env):
    """Show what the address names. The address is said again: one of ours may have crossed the user's on its way."""
    state, effects = show(state, conversation_in(message.hash))
    return state, [*effects, Patch(patch.navigate(message.hash, replace=True))]


def want(state: State, message: Want, env: Env):
    """Read a conversation while its link is pressed: when the press ends it is often there."""
    id = conversation_in(message.hash)
    if not id or id in (state.room.id, state.wanted) or id in state.threads:
        return state, []
    return replace(state, wanted=id), [LoadThread(id)]


def new_conversation(state: State, message: NewConversation, env: Env):
    state, effects = show(state, "")
    return state, [*effects, Patch(patch.navigate("#/")), Patch(patch.focus("message"))]


def leave_room(state: State) -> tuple[State, list]:
    """Go to an empty room, because the one that was open is gone."""
    state, effects = show(state, "")
    return state, [*effects, Patch(patch.navigate("#/", replace=True))]


def close_streams_of(state: State, conversation_id: str) -> tuple[State, list]:
    """Stop whatever is being received for a conversation."""
    ids = [id for id, answer in state.answers.items() if answer.conversation_id == conversation_id]
    return state, [CloseStream(id) for id in ids]
