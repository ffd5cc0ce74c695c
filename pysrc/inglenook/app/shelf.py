"""The list of conversations: filter, rename, pin, archive, duplicate, delete with Undo."""

from __future__ import annotations

from dataclasses import replace

from inglenook.app import activity, notice, patch
from inglenook.app.effects import (
    DeleteForever,
    DropDrafts,
    LoadLevels,
    LoadSummaries,
    LoadThread,
    MarkDeleted,
    Patch,
    Schedule,
)
from inglenook.app.env import Env
from inglenook.app.messages import (
    AskRename,
    Changed,
    Delete,
    DeleteDue,
    Duplicate,
    Filter,
    MoreEntries,
    OpenMenu,
    Rename,
    SummariesLoaded,
    ThreadLoaded,
    ToggleArchive,
    ToggleArchived,
    TogglePin,
    UndoDelete,
)
from inglenook.app.open import close_streams_of, leave_room, show
from inglenook.app.room import due, first_page
from inglenook.app.state import SHELF_PAGE, Menu, OpenThread, Panel, State
from inglenook.core import thread
from inglenook.core.merge import merge, same
from inglenook.core.model import Conversation, Summary

UNDO_MS = 10_000


def entry(state: State, id: str) -> Summary | None:
    """The shelf's entry with this id, or None."""
    return next((e for e in state.shelf.entries if e.id == id), None)


def put(state: State, summaries: tuple[Summary, ...], gone: frozenset[str] = frozenset()) -> State:
    """The state with these entries in their places, newest first, and without those that are gone."""
    fresh = {s.id: s for s in summaries}
    kept = [e for e in state.shelf.entries if e.id not in fresh and e.id not in gone]
    entries = tuple(sorted([*kept, *fresh.values()], key=lambda e: (-e.updated_ms, e.id)))
    return replace(state, shelf=replace(state.shelf, entries=entries))


def filter_entries(state: State, message: Filter, env: Env):
    return replace(state, shelf=replace(state.shelf, query=message.value, shown=SHELF_PAGE)), []


def more(state: State, message: MoreEntries, env: Env):
    shelf = state.shelf
    if shelf.shown >= len(shelf.entries):
        return state, []
    return replace(state, shelf=replace(shelf, shown=shelf.shown + SHELF_PAGE)), []


def toggle_archived(state: State, message: ToggleArchived, env: Env):
    return replace(state, shelf=replace(state.shelf, show_archived=not state.shelf.show_archived)), []


def open_menu(state: State, message: OpenMenu, env: Env):
    return replace(state, menu=Menu(message.id, message.anchor)), []


def ask_rename(state: State, message: AskRename, env: Env):
    return replace(state, panel=Panel("rename", subject=message.id), menu=Menu()), []


def change(state: State, message, then) -> tuple[State, list]:
    """Apply `then` to the conversation that `message` names; load it first when it is not in memory."""
    opened = state.threads.get(message.id)
    if opened is None:
        return replace(state, waiting=(*state.waiting, (message.id, message)), menu=Menu()), [LoadThread(message.id)]
    changed = replace(opened, conversation=then(opened.conversation))
    return replace(state, threads={**state.threads, message.id: changed}, menu=Menu()), []


def rename(state: State, message: Rename, env: Env):
    title = " ".join(message.title.split())[:200]
    state = replace(state, panel=Panel())
    if not title:
        return state, []
    return change(state, message, lambda c: thread.rename(c, title, env.now_ms))


def toggle_pin(state: State, message: TogglePin, env: Env):
    return change(state, message, lambda c: thread.pin(c, not c.pinned.value, env.now_ms))


def toggle_archive(state: State, message: ToggleArchive, env: Env):
    return change(state, message, lambda c: thread.archive(c, not c.archived.value, env.now_ms))


def duplicate(state: State, message: Duplicate, env: Env):
    """A copy under a new id, with every branch; message ids are new too, so that the two never merge."""
    opened = state.threads.get(message.id)
    if opened is None:
        return replace(state, waiting=(*state.waiting, (message.id, message)), menu=Menu()), [LoadThread(message.id)]
    copy = copy_of(opened.conversation, env)
    state, effects = show(replace(state, threads={**state.threads, copy.id: OpenThread(copy)}), copy.id)
    return state, [*effects, Patch(patch.navigate(f"#/c/{copy.id}"))]


def copy_of(conversation: Conversation, env: Env) -> Conversation:
    """The whole tree again under new ids."""
    ids = {id: env.new_id() for id in conversation.messages}
    messages = {
        ids[m.id]: replace(m, id=ids[m.id], parent=ids.get(m.parent, m.parent) if m.parent else None)
        for m in conversation.messages.values()
    }
    current = conversation.current
    title = replace(conversation.title, value=f"{conversation.title.value} (copy)", at_ms=env.now_ms)
    return replace(
        conversation,
        id=env.new_id(),
        created_ms=env.now_ms,
        title=title,
        current=replace(current, value=ids.get(current.value) if current.value else None),
        messages=messages,
    )


def delete(state: State, message: Delete, env: Env):
    """Hide it now, offer Undo, and really delete when the time for that is over."""
    found = entry(state, message.id)
    if found is None:
        return state, []
    state = put(replace(state, menu=Menu()), (replace(found, deleted_ms=env.now_ms),))
    state, effects = close_streams_of(state, message.id)
    if state.room.id == message.id:
        state, moved = leave_room(state)
        effects += moved
    state, shown = notice.show(
        state,
        env,
        f"Deleted “{found.title}”.",
        action="conversation.restore",
        label="Undo",
        subject=found.id,
        for_ms=UNDO_MS,
    )
    return state, [*effects, *shown, MarkDeleted(found.id, env.now_ms), Schedule(UNDO_MS, DeleteDue(found.id))]


def undo_delete(state: State, message: UndoDelete, env: Env):
    found = entry(state, message.id)
    if found is None or found.deleted_ms is None:
        return state, []
    state = put(notice.drop_about(state, message.id), (replace(found, deleted_ms=None),))
    return state, [MarkDeleted(found.id, None)]


def revive(state: State, id: str) -> tuple[State, list]:
    """A conversation that is being written in is not deleted, whatever another tab said."""
    found = entry(state, id)
    if found is None or found.deleted_ms is None:
        return state, []
    return put(state, (replace(found, deleted_ms=None),)), [MarkDeleted(id, None)]


def delete_due(state: State, message: DeleteDue, env: Env):
    found = entry(state, message.id)
    if found is None or found.deleted_ms is None or env.now_ms - found.deleted_ms < UNDO_MS - 500:
        return state, []
    state = put(notice.drop_about(state, message.id), (), frozenset({message.id}))
    threads = {id: t for id, t in state.threads.items() if id != message.id}
    return replace(state, threads=threads), [DeleteForever((message.id,))]


def changed(state: State, message: Changed, env: Env):
    """Another tab wrote: read the summaries again, and the threads that are in memory here."""
    if not message.ids:
        state, effects = activity.changed_elsewhere(state)
        return state, [*effects, LoadLevels(state.level_changes)]
    return state, [LoadSummaries(message.ids), *(LoadThread(id) for id in message.ids if id in state.threads)]


def summaries_loaded(state: State, message: SummariesLoaded, env: Env):
    """Show what another tab wrote; what it deleted while an answer arrives here is brought back at once."""
    found = {s.id for s in message.summaries}
    deleted = {e.id for e in state.shelf.entries if e.deleted_ms is not None}
    busy = {a.conversation_id for a in state.answers.values()} - deleted
    state = put(state, message.summaries, frozenset(message.ids) - found)
    effects = []
    for summary in message.summaries:
        if summary.deleted_ms is None and summary.id in deleted:
            state = notice.drop_about(state, summary.id)
        elif summary.id in busy:
            state, revived = revive(state, summary.id)
            effects += revived
    return state, effects


def thread_loaded(state: State, message: ThreadLoaded, env: Env):
    """A thread arrived from the store: show it, or merge it with what this tab has."""
    waiting = [m for id, m in state.waiting if id == message.id]
    state = replace(state, waiting=tuple(w for w in state.waiting if w[0] != message.id))
    state = replace(state, wanted="") if state.wanted == message.id else state
    shown = state.room.id == message.id
    if message.conversation is None:
        missing = shown and message.id not in state.threads
        room = replace(state.room, loading=False, missing=missing) if shown else state.room
        orphans = (
            tuple(id for id, a in state.answers.items() if a.conversation_id == message.id)
            if not state.threads.get(message.id)
            else ()
        )
        answers = {id: a for id, a in state.answers.items() if id not in orphans}
        return replace(state, room=room, answers=answers), [DropDrafts(orphans)] if orphans else []
    opened = state.threads.get(message.id)
    stored = message.conversation
    if opened is None:
        opened = OpenThread(stored, message.revision, saved=stored)
    elif message.revision != opened.revision:
        merged = merge(stored, opened.conversation)
        merged = stored if same(merged, stored) else merged
        opened = replace(opened, conversation=merged, revision=message.revision, saved=stored)
    state = replace(state, threads={**state.threads, message.id: opened})
    if shown and state.room.loading:
        state = first_page(replace(state, room=replace(state.room, loading=False, missing=False)))
    elif shown:
        state = replace(state, room=replace(state.room, missing=False))
    return due(state, waiting)
