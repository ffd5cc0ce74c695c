"""Conversations out, as files: all, one, or those that are chosen from a list."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from inglenook.app import notice
from inglenook.app.effects import SaveSetting, StartExport
from inglenook.app.env import Env
from inglenook.app.messages import (
    ChooseForExport,
    ExportAll,
    Exported,
    ExportOne,
    ExportPicked,
    FindForExport,
    MoreForExport,
    PickAllForExport,
    PickForExport,
)
from inglenook.app.state import Choosing, Menu, Panel, State, Transfer
from inglenook.app.transfer import occupied
from inglenook.core.model import Summary
from inglenook.formats.writers import WRITERS

ARCHIVE: Final = "archive"
AS_IT_CAME: Final = "original"
FORMATS: Final = (ARCHIVE, *WRITERS, AS_IT_CAME)
STEP: Final = 100


def export_all(state: State, message: ExportAll, env: Env):
    return begin(state, (), message.format, env)


def export_one(state: State, message: ExportOne, env: Env):
    return begin(replace(state, menu=Menu()), (message.id,), message.format, env) if message.id else (state, [])


def export_picked(state: State, message: ExportPicked, env: Env):
    ids = tuple(entry.id for entry in state.shelf.entries if entry.id in state.choosing.ids)
    if not ids:
        return notice.show(state, env, "Choose at least one conversation first.", tone="bad")
    return begin(state, ids, message.format, env)


def begin(state: State, ids: tuple[str, ...], format: str, env: Env):
    if format not in FORMATS:
        return state, []
    if said := occupied(state, env):
        return said
    return replace(state, transfer=Transfer("exporting", what="Exporting")), [StartExport(ids, format)]


def exported(state: State, message: Exported, env: Env):
    count = message.conversations
    text = f"Saved {count:,} conversation{'' if count == 1 else 's'} as {message.name}."
    state = replace(state, transfer=Transfer("done", message=text, problems=message.problems))
    state, shown = notice.show(state, env, text, tone="ok") if state.panel.kind != "settings" else (state, [])
    if not message.everything:
        return state, shown
    state = replace(state, storage=replace(state.storage, last_export_ms=message.at_ms))
    return state, [*shown, SaveSetting("last_export_ms", message.at_ms)]


def choose(state: State, message: ChooseForExport, env: Env):
    """Open or close the list; with an id, open it with that one chosen, in the settings."""
    if message.id:
        chosen = Choosing(open=True, ids=frozenset((message.id,)))
        return replace(state, menu=Menu(), choosing=chosen, panel=Panel("settings", "Data")), []
    return replace(state, choosing=Choosing(open=not state.choosing.open)), []


def pick(state: State, message: PickForExport, env: Env):
    ids = state.choosing.ids | {message.id} if message.value else state.choosing.ids - {message.id}
    return replace(state, choosing=replace(state.choosing, ids=ids)), []


def pick_all(state: State, message: PickAllForExport, env: Env):
    """Choose all that the search shows, or none of them."""
    seen = {entry.id for entry in found(state.shelf.entries, state.choosing.query)}
    ids = state.choosing.ids | seen if message.value else state.choosing.ids - seen
    return replace(state, choosing=replace(state.choosing, ids=ids)), []


def find(state: State, message: FindForExport, env: Env):
    return replace(state, choosing=replace(state.choosing, query=message.value, shown=STEP)), []


def more(state: State, message: MoreForExport, env: Env):
    return replace(state, choosing=replace(state.choosing, shown=state.choosing.shown + STEP)), []


def found(entries: tuple[Summary, ...], query: str) -> list[Summary]:
    """The conversations that can be chosen and whose titles hold what is searched for."""
    wanted = query.strip().casefold()
    return [e for e in entries if e.deleted_ms is None and wanted in e.title.casefold()]
