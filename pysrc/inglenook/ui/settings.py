"""The settings: one section at a time, each drawn from its own slice of the state.

This file knows which facts each section needs; a section that is not open is
not looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from inglenook.app.export import AS_IT_CAME, found
from inglenook.app.reach import FORBIDDEN
from inglenook.app.settings import SECTIONS
from inglenook.app.state import Choosing, Probe, Reach, State, Storage, Transfer
from inglenook.app.transfer import BUSY
from inglenook.core.catalogue import Model, chat_models
from inglenook.core.connection import Connection, masked
from inglenook.core.model import Summary
from inglenook.core.region import NAMES
from inglenook.formats.registry import READERS
from inglenook.formats.writers import WRITERS
from inglenook.ui import activity, day
from inglenook.ui.composer import models_of
from inglenook.ui.environment import render
from inglenook.ui.memory import latest

SHORTCUTS = (
    ("Ctrl K", "Search conversations"),
    ("Ctrl Shift O", "New conversation"),
    ("/", "Go to the message box"),
    ("Enter", "Send the message"),
    ("Shift Enter", "New line"),
    ("Arrow up", "In an empty message box: edit your last message"),
    ("Esc", "Stop an answer, or close what is open"),
    ("?", "This list"),
)
THEMES = (("", "As the device"), ("light", "Light"), ("dark", "Dark"))
SORTS = (
    ("", "As the service balances them"),
    ("price", "The cheapest"),
    ("throughput", "The fastest to write"),
    ("latency", "The first to begin"),
)
# Those that most people come from are told first.
KNOWN = ("ChatGPT", "Claude", "OpenRouter", "Gemini", "Open WebUI", "LibreChat", "SillyTavern")
READABLE = (*KNOWN, *(reader.NAME for reader in READERS if reader.NAME not in KNOWN))
WRITABLE = (*((key, writer.label) for key, writer in WRITERS.items()), (AS_IT_CAME, "As it came, where unchanged"))
# The content security policy in words; tests/ui/test_settings_words.py holds them against the policy of the page.
REACHABLE = (
    "Requests: only its own address, openrouter.ai, servers on this machine, and hosts named when this copy was built.",
    "Scripts, styles, fonts: only its own. No text is ever run as a program.",
    "Pictures: only its own and those that are in a conversation. A picture elsewhere is shown as a link.",
    "Frames, plug-ins, forms to other sites: none.",
)


def select(state: State) -> tuple[Any, ...]:
    if state.panel.kind != "settings":
        return ("",)
    section = state.panel.section if state.panel.section in SECTIONS else SECTIONS[0]
    return section, *SLICES.get(section, nothing)(state)


def draw(section: str, *inputs: Any) -> str:
    if not section:
        return ""
    values = VALUES.get(section, no_values)(*inputs)
    return render(f"settings_{section.lower()}", section=section, sections=SECTIONS, **values)


def nothing(state: State) -> tuple[Any, ...]:
    return ()


def no_values() -> dict[str, Any]:
    return {}


def connections(state: State) -> tuple[Any, ...]:
    return state.connections, state.connection_id, state.probe, models_of(state)


def connections_values(
    connections: tuple[Connection, ...], active_id: str, probe: Probe, models: tuple[Model, ...]
) -> dict[str, Any]:
    active = next((c for c in connections if c.id == active_id), None)
    choices = [(model.id, model.name or model.id) for model in chat_models(models)]
    if active is not None and active.model and choices and active.model not in dict(choices):
        choices.insert(0, (active.model, active.model))
    return {
        "connections": [(c, c.id == active_id, key_words(c)) for c in connections],
        "active": active,
        "probe": probe,
        "choices": choices,
        "practising": any(c.kind == "practice" for c in connections),
    }


def key_words(connection: Connection) -> str:
    """What there is to say about where it is and its key."""
    if connection.kind == "practice":
        return "Canned text made in this page. No key, no network."
    if not connection.key:
        return f"{connection.base} · no key"
    where = "kept on this device" if connection.keep else "only until this tab is closed"
    return f"{connection.base} · key {masked(connection.key)}, {where}"


def privacy(state: State) -> tuple[Any, ...]:
    return state.connection, len(state.connections) > 1, state.mistake, state.reach


def privacy_values(
    connection: Connection | None, others: bool, mistake: tuple[str, str], reach: Reach
) -> dict[str, Any]:
    return {
        "connection": connection,
        "others": others,
        "key": masked(connection.key) if connection else "",
        "mistake": mistake,
        "regions": NAMES,
        "sorts": SORTS,
        "reach": reach,
        "reachable": REACHABLE,
        "forbidden": urlsplit(FORBIDDEN).hostname,
    }


def data(state: State) -> tuple[Any, ...]:
    offset = state.time_zone_offset_min
    today = day.number(state.today_ms, offset)
    return state.shelf.entries, state.storage, state.transfer, today, offset, state.choosing


@latest
def counted(entries: tuple[Summary, ...]) -> tuple[int, int]:
    """Conversations and messages on this device."""
    kept = [entry for entry in entries if entry.deleted_ms is None]
    return len(kept), sum(entry.message_count for entry in kept)


def data_values(
    entries: tuple[Summary, ...],
    storage: Storage,
    transfer: Transfer,
    today: int,
    offset: int,
    choosing: Choosing,
) -> dict[str, Any]:
    conversations, messages = counted(entries)
    exported, imported = storage.last_export_ms, storage.last_import_ms
    choices = found(entries, choosing.query) if choosing.open else []
    return {
        "conversations": conversations,
        "messages": messages,
        "storage": storage,
        "t": transfer,
        "busy": transfer.kind in BUSY,
        "exported": day.moment(exported, today, offset) if exported else "",
        "exported_full": day.full(exported, offset) if exported else "",
        "undo": f"Begun {day.moment(imported, today, offset)}" if imported else "",
        "readable": READABLE,
        "formats": WRITABLE,
        "choosing": choosing,
        "choices": choices[: choosing.shown],
        "more": len(choices) > choosing.shown,
        "all_chosen": bool(choices) and all(entry.id in choosing.ids for entry in choices),
    }


def appearance(state: State) -> tuple[Any, ...]:
    return (state.theme,)


def appearance_values(theme: str) -> dict[str, Any]:
    return {"theme": theme, "themes": THEMES}


def shortcuts_values() -> dict[str, Any]:
    return {"shortcuts": SHORTCUTS}


def about(state: State) -> tuple[Any, ...]:
    return state.version, state.update_waiting


def about_values(version: str, update_waiting: bool) -> dict[str, Any]:
    return {"version": version, "update_waiting": update_waiting}


SLICES: dict[str, Callable[[State], tuple[Any, ...]]] = {
    "Connections": connections,
    "Privacy": privacy,
    "Data": data,
    "Activity": activity.select,
    "Appearance": appearance,
    "About": about,
}
VALUES: dict[str, Callable[..., dict[str, Any]]] = {
    "Connections": connections_values,
    "Privacy": privacy_values,
    "Data": data_values,
    "Activity": activity.values,
    "Appearance": appearance_values,
    "Shortcuts": shortcuts_values,
    "About": about_values,
}
