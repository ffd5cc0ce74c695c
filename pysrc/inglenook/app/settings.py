"""Dialogs, appearance, storage, and the offer of a newer version."""

from __future__ import annotations

from dataclasses import replace

from inglenook.app.effects import CancelJob, LoadActivity, MeasureStorage, Patch, PrepareJob, SaveSetting
from inglenook.app.env import Env
from inglenook.app.messages import (
    AcceptUpdate,
    AskPersist,
    ChooseTheme,
    CloseDialog,
    KeepView,
    MeasureData,
    OpenSettings,
    StorageKnown,
    UpdateWaiting,
)
from inglenook.app.state import Menu, Panel, Probe, State, Transfer

SECTIONS = ("Connections", "Privacy", "Data", "Activity", "Appearance", "Shortcuts", "About")
THEMES = ("", "light", "dark")
VIEW_LIMIT = 1 << 20


def open_settings(state: State, message: OpenSettings, env: Env):
    section = message.section if message.section in SECTIONS else SECTIONS[0]
    state = replace(state, panel=Panel("settings", section), menu=Menu(), probe=Probe(), mistake=("", ""))
    return state, {"Data": [MeasureStorage(), PrepareJob()], "Activity": [LoadActivity(copies=True)]}.get(section, [])


def close(state: State, message: CloseDialog, env: Env):
    """The page closed a dialog; closing the preview means not to import. Work goes on, and is seen at the edge."""
    if message.id != state.panel.kind:
        return state, []
    state = replace(state, panel=Panel())
    if message.id == "preview" and state.transfer.kind == "preview":
        return replace(state, transfer=Transfer()), [CancelJob()]
    return state, []


def choose_theme(state: State, message: ChooseTheme, env: Env):
    if message.value not in THEMES:
        return state, []
    return replace(state, theme=message.value), [SaveSetting("theme", message.value)]


def keep_view(state: State, message: KeepView, env: Env):
    """What the page shows is kept, so that the next visit can paint it before Python is there."""
    return state, [SaveSetting("view", message.view)] if 0 < len(message.view) <= VIEW_LIMIT else []


def storage_known(state: State, message: StorageKnown, env: Env):
    known = {name: getattr(state.storage, name) for name in ("last_export_ms", "last_import_ms")}
    return replace(state, storage=replace(message.storage, **known)), []


def ask_persist(state: State, message: AskPersist, env: Env):
    """Only a page may ask the browser not to clear what is stored; it then says `data.measure`."""
    return state, [Patch({"op": "persist"})]


def measure(state: State, message: MeasureData, env: Env):
    return state, [MeasureStorage()]


def update_waiting(state: State, message: UpdateWaiting, env: Env):
    return replace(state, update_waiting=True), []


def accept_update(state: State, message: AcceptUpdate, env: Env):
    """Take the newer version, but never in the middle of an answer or a transfer."""
    if state.answers or state.transfer.kind in ("reading", "preview", "importing", "exporting"):
        return state, []
    return state, [Patch({"op": "update"})]
