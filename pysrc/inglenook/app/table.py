"""The table of who may see the next message: opened, sorted, filtered, asked for again."""

from __future__ import annotations

from dataclasses import replace

from inglenook.app import audience, patch
from inglenook.app.effects import Patch
from inglenook.app.env import Env
from inglenook.app.messages import (
    AskCorrection,
    FilterProviders,
    OnlyAllowed,
    OpenProviders,
    RefreshProviders,
    SortProviders,
)
from inglenook.app.state import Panel, State, Table

COLUMNS = ("provider", "trains", "keeps", "region", "prompt", "completion", "speed", "uptime", "allowed")


def open_table(state: State, message: OpenProviders, env: Env):
    return replace(state, panel=Panel("providers"), table=Table(), mistake=("", "")), []


def sort(state: State, message: SortProviders, env: Env):
    """By a column; the same one again turns the order round."""
    if message.id not in COLUMNS:
        return state, []
    again = state.table.sort == message.id
    table = replace(state.table, sort=message.id, descending=again and not state.table.descending)
    return replace(state, table=table), []


def filter_rows(state: State, message: FilterProviders, env: Env):
    return replace(state, table=replace(state.table, query=message.value)), []


def only_allowed(state: State, message: OnlyAllowed, env: Env):
    return replace(state, table=replace(state.table, allowed_only=message.value)), []


def refresh(state: State, message: RefreshProviders, env: Env):
    return audience.refresh(replace(state, room=replace(state.room, note=None)))


def ask_correction(state: State, message: AskCorrection, env: Env):
    """Open the form for a provider, or close it ("")."""
    state = replace(state, table=replace(state.table, correcting=message.id), mistake=("", ""))
    return state, [Patch(patch.focus("correct-trains"))] if message.id else []
