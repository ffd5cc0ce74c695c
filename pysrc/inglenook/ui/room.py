"""The room around its messages: the title, what stands in an empty room, and short messages at the edge.

This file knows the open conversation as a whole; messages are drawn in message.py.
"""

from __future__ import annotations

from typing import Any

from inglenook.app.state import Notice, State, Transfer
from inglenook.app.transfer import BUSY
from inglenook.core import ledger
from inglenook.core.model import Conversation
from inglenook.core.title import NO_TITLE
from inglenook.ui.environment import count, css_string, render
from inglenook.ui.memory import latest


def title(state: State) -> str:
    """The title of what is open."""
    room, opened = state.room, state.thread
    if opened is not None:
        return opened.conversation.title.value.strip() or NO_TITLE
    if room.missing:
        return "Not found"
    if not room.id:
        return NO_TITLE
    return next((e.title for e in state.shelf.entries if e.id == room.id), "") or NO_TITLE


def select_header(state: State) -> tuple[Any, ...]:
    opened = state.thread
    failed = opened is not None and opened.failed
    return opened and opened.conversation, title(state), state.room.missing, failed


def draw_header(conversation: Conversation | None, title: str, missing: bool, failed: bool) -> str:
    models, cost = ("", "") if conversation is None else facts(conversation)
    return render(
        "room_header",
        id=conversation.id if conversation else "",
        title=title,
        models=models,
        cost=cost,
        failed=failed,
        anchor=f"[data-menu-in-room={css_string(conversation.id)}]" if conversation else "",
    )


@latest
def facts(conversation: Conversation) -> tuple[str, str]:
    """How many models spoke, and what all answers cost as far as it was said; "" for nothing worth saying."""
    messages = conversation.messages.values()
    models = {m.author.model for m in messages if m.author.model and m.deleted_ms is None}
    cost = ledger.total(ledger.cost_of(m.usage) for m in messages)
    return count(len(models), "model") if len(models) > 1 else "", str(cost) if cost is not None and cost.usd else ""


def select_empty(state: State) -> tuple[Any, ...]:
    opened, room = state.thread, state.room
    connection = state.connection
    if room.missing:
        what = "missing"
    elif room.loading or (opened is not None and opened.conversation.messages):
        what = ""
    else:
        what = "doors" if connection is None else "quiet"
    shown = connection if what == "quiet" else None
    label, practice = (shown.label or shown.base, shown.kind == "practice") if shown else ("", False)
    return what, label, practice, bool(state.shelf.entries)


def draw_empty(what: str, label: str, practice: bool, returning: bool) -> str:
    if not what:
        return ""
    return render("room_empty", what=what, label=label, practice=practice, returning=returning)


def select_notices(state: State) -> tuple[Any, ...]:
    return (state.notices,)


def draw_notices(notices: tuple[Notice, ...]) -> str:
    return render("notices", notices=notices) if notices else ""


def select_transfer(state: State) -> tuple[Any, ...]:
    # Where a dialog shows the same, it is not said twice.
    kind, panel = state.transfer.kind, state.panel.kind
    shown = panel != "preview" if kind == "preview" else panel not in ("settings", "preview") and kind in BUSY
    return (state.transfer if shown else None,)


def draw_transfer(transfer: Transfer | None) -> str:
    return "" if transfer is None else render("transfer_edge", t=transfer)
