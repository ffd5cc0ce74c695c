"""The other things that open over the room: model picker, import preview, questions, renaming, the menu.

This file knows what each needs; none of it is looked at while it is closed.
"""

from __future__ import annotations

from typing import Any

from inglenook.app.state import Catalogue, Menu, Picker, Preview, State, Transfer
from inglenook.app.transfer import BUSY, rows, wants
from inglenook.core import ledger
from inglenook.core.catalogue import Model, chat_models, search
from inglenook.core.model import Summary
from inglenook.ui import day
from inglenook.ui.composer import chosen_model
from inglenook.ui.environment import render
from inglenook.ui.memory import latest

# What is asked before something that cannot be undone: question, what it means, the button that does it.
QUESTIONS = {
    "activity.erase": (
        "Clear the list of requests?",
        "It goes from this device for good, and the month’s sum starts again at nothing. Conversations stay.",
        "Clear",
    ),
    "message.erase": (
        "Delete this message?",
        "Its text goes from this device for good. Replies to it stay.",
        "Delete",
    ),
    "connection.forget": (
        "Remove this connection?",
        "Its address and key are forgotten on this device. Conversations stay.",
        "Remove",
    ),
}
OTHER_QUESTION = ("Go on?", "This cannot be undone.", "Go on")


def select_models(state: State) -> tuple[Any, ...]:
    if state.panel.kind != "models":
        return (None,)
    offset = state.time_zone_offset_min
    catalogue = state.catalogues.get(state.connection_id)
    connection = state.connection
    label = connection.label if connection else ""
    logged = connection is not None and connection.routes and connection.privacy.account.logs_prompts
    return state.picker, catalogue, chosen_model(state), label, day.number(state.today_ms, offset), offset, logged


def draw_models(
    picker: Picker | None,
    catalogue: Catalogue | None = None,
    chosen: str = "",
    label: str = "",
    today: int = 0,
    offset: int = 0,
    logged: bool = False,
) -> str:
    if picker is None:
        return ""
    catalogue = catalogue or Catalogue()
    found = found_models(catalogue.models, picker.query, picker.free_only)
    return render(
        "models",
        picker=picker,
        models=[(model, facts(model)) for model in found[: picker.shown]],
        total=len(found),
        more=len(found) > picker.shown,
        empty=not catalogue.models,
        chosen=chosen,
        label=label,
        logged=logged,
        error=catalogue.error,
        refreshing=catalogue.refreshing,
        updated=day.moment(catalogue.fetched_ms, today, offset),
        updated_full=day.full(catalogue.fetched_ms, offset),
    )


@latest
def found_models(models: tuple[Model, ...], query: str, free_only: bool) -> tuple[Model, ...]:
    return search(chat_models(models), query, free_only)


def facts(model: Model) -> tuple[str, str]:
    """What it costs, and what it can take and give, in a few words each."""
    prompt, completion = model.prompt_usd_per_million, model.completion_usd_per_million
    if model.is_router:
        price = "price of the model it chooses"
    elif prompt is None or completion is None:
        price = "price unknown"
    elif model.is_free or not (prompt or completion):
        price = "no charge"
    else:
        price = f"{ledger.usd(prompt)} in, {ledger.usd(completion)} out"
    takes = [kind for kind in model.input_modalities if kind != "text"]
    gives = [kind for kind in model.output_modalities if kind != "text"]
    able = [
        f"{ledger.context(model.context_length)} context" if model.context_length else "",
        f"reads {', '.join(takes)}" if takes else "",
        f"makes {', '.join(gives)}" if gives else "",
    ]
    return price, " · ".join(filter(None, able))


def select_preview(state: State) -> tuple[Any, ...]:
    shown = state.transfer if state.panel.kind == "preview" else None
    return shown, state.time_zone_offset_min


def draw_preview(transfer: Transfer | None, offset: int) -> str:
    if transfer is None:
        return ""
    preview, found = transfer.preview, rows(transfer)
    wanted = wanted_of(transfer)
    can_be = [row for row in found if row.state != "same"]
    return render(
        "preview",
        t=transfer,
        busy=transfer.kind in BUSY,
        rows=[(row, wants(transfer, row)) for row in found[: transfer.shown]],
        more=len(found) > transfer.shown,
        unseen=preview.conversations - len(preview.rows) if preview else 0,
        wanted=wanted,
        all=bool(can_be) and all(wants(transfer, row) for row in can_be),
        dates=between(preview, offset) if preview else "",
    )


def wanted_of(transfer: Transfer) -> int:
    """How many conversations would be imported."""
    if transfer.preview is None:
        return 0
    if transfer.all:
        return transfer.preview.new + transfer.preview.changed - len(transfer.but)
    return len(transfer.but)


def between(preview: Preview, offset: int) -> str:
    """From which day to which; a time that no calendar holds is not told."""
    days = [day.date(ms, offset) for ms in (preview.first_ms, preview.last_ms)]
    return " to ".join(dict.fromkeys(filter(None, days)))


def select_confirm(state: State) -> tuple[Any, ...]:
    panel = state.panel
    return (panel.action, panel.subject) if panel.kind == "confirm" else ("", "")


def draw_confirm(action: str, subject: str) -> str:
    if not action:
        return ""
    question, meaning, does = QUESTIONS.get(action, OTHER_QUESTION)
    return render("confirm", action=action, subject=subject, question=question, meaning=meaning, does=does)


def entry_named(state: State, id: str) -> Summary | None:
    return next((e for e in state.shelf.entries if e.id == id), None)


def title_named(state: State, id: str) -> str:
    """The title of a conversation, from the shelf, or from memory if the shelf has not heard of it."""
    entry, opened = entry_named(state, id), state.threads.get(id)
    return entry.title if entry else opened.conversation.title.value if opened else ""


def select_rename(state: State) -> tuple[Any, ...]:
    id = state.panel.subject
    return (id, title_named(state, id)) if state.panel.kind == "rename" else ("", "")


def draw_rename(id: str, title: str) -> str:
    return render("rename", id=id, title=title) if id else ""


def select_menu(state: State) -> tuple[Any, ...]:
    id = state.menu.conversation_id
    if not id:
        return (None, False, False)
    entry, opened = entry_named(state, id), state.threads.get(id)
    if opened is not None:
        return state.menu, opened.conversation.pinned.value, opened.conversation.archived.value
    return state.menu, entry is not None and entry.pinned, entry is not None and entry.archived


def draw_menu(menu: Menu | None, pinned: bool, archived: bool) -> str:
    return "" if menu is None else render("menu", id=menu.conversation_id, pinned=pinned, archived=archived)
