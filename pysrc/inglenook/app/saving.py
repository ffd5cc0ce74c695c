"""Nothing is lost: whatever an update changes in a conversation is saved, by one wrapper and not by each branch.

A save names the revision that it builds on. If another tab or an import wrote
meanwhile the store answers with what it has, the two are merged, and the merge
is saved; one save per conversation is under way at a time.
"""

from __future__ import annotations

from dataclasses import replace

from inglenook.app import notice, shelf
from inglenook.app.effects import Save
from inglenook.app.env import Env
from inglenook.app.messages import Conflicted, SaveAgain, Saved, SaveFailed
from inglenook.app.state import State
from inglenook.core.merge import merge, same
from inglenook.core.model import Conversation
from inglenook.core.summary import summarise


def keep(before: State, after: State) -> tuple[State, list]:
    """Save what changed between two states, and show it on the shelf."""
    if after.threads is before.threads:
        return after, []
    effects = []
    for id, opened in after.threads.items():
        known = before.threads.get(id)
        conversation = opened.conversation
        if opened is known or not conversation.messages:
            continue
        found = shelf.entry(after, id)
        deleted = found.deleted_ms if found is not None else None
        touched = known is None or conversation is not known.conversation
        # What was just read from the store is on the shelf already.
        if touched and conversation is not opened.saved:
            after = shelf.put(after, (summarise(conversation, opened.revision, deleted),))
        if conversation is not opened.saved and opened.saving is None and (touched or not opened.failed):
            opened = replace(opened, saving=conversation, failed=False)
            after = replace(after, threads={**after.threads, id: opened})
            effects.append(Save(conversation, opened.revision, finished_since(opened.saved, conversation)))
    return after, effects


def finished_since(saved: Conversation | None, conversation: Conversation) -> tuple[str, ...]:
    """The answers that are in the tree now and were not before: their drafts are no longer needed."""
    before = saved.messages if saved is not None else {}
    return tuple(m.id for m in conversation.messages.values() if m.role == "assistant" and m.id not in before)


def saved(state: State, message: Saved, env: Env):
    opened = state.threads.get(message.id)
    if opened is None:
        return state, []
    opened = replace(opened, revision=message.revision, saved=message.conversation, saving=None)
    return replace(state, threads={**state.threads, message.id: opened}), []


def conflicted(state: State, message: Conflicted, env: Env):
    opened = state.threads.get(message.id)
    if opened is None:
        return state, []
    stored = message.conversation
    mine = opened.conversation
    merged = mine if stored is None else merge(stored, mine)
    if stored is not None and same(merged, stored):
        merged = stored
    opened = replace(opened, conversation=merged, revision=message.revision, saved=stored, saving=None)
    return replace(state, threads={**state.threads, message.id: opened}), []


def save_failed(state: State, message: SaveFailed, env: Env):
    """Keep it in memory, say so, and try again when the user says so."""
    opened = state.threads.get(message.id)
    if opened is not None:
        opened = replace(opened, saving=None, failed=True)
        state = replace(state, threads={**state.threads, message.id: opened})
    return notice.show(
        state,
        env,
        f"This conversation could not be stored. {message.error}",
        tone="bad",
        action="conversation.save",
        label="Try again",
        subject=message.id,
        detail=message.error.detail,
        for_ms=None,
    )


def save_again(state: State, message: SaveAgain, env: Env):
    opened = state.threads.get(message.id)
    if opened is None:
        return state, []
    opened = replace(opened, failed=False)
    return replace(notice.drop_about(state, message.id), threads={**state.threads, message.id: opened}), []
