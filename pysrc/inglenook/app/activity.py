"""The list of requests: an entry when an answer ends, what the settings show of it, and the month's budget.

An entry is written beside the answer, not with it: a list that cannot be
written never keeps an answer from being saved. The list is read when its
section is opened, and at a start only if there is a budget to hold.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from inglenook.app import notice
from inglenook.app.effects import (
    ClearActivity,
    ClearCopies,
    ExportActivity,
    LoadActivity,
    LoadBudget,
    Record,
    SaveBudget,
    SaveSetting,
)
from inglenook.app.env import Env
from inglenook.app.messages import (
    ActivityLoaded,
    AskClearActivity,
    BudgetLoaded,
    ChooseMeasure,
    CopyKept,
    DropCopies,
    EraseActivity,
    ExportRequests,
    KeepCopies,
    MoreRequests,
    Recorded,
    SetHardStop,
    SetLimit,
    ShowAll,
    ShowFrom,
    ShowModel,
    ShowTo,
)
from inglenook.app.room import due
from inglenook.app.state import REQUESTS_PAGE, Activity, Answer, Note, Panel, State
from inglenook.core import budget as budgets
from inglenook.core import tally
from inglenook.core.activity import entry_of, newest_first
from inglenook.core.connection import Connection
from inglenook.core.copy import copy_of
from inglenook.core.errors import InglenookError, OurError
from inglenook.core.ledger import usd
from inglenook.core.model import Message

MEASURES = ("cost", "tokens", "requests")
FORMATS = ("csv", "json")
WAITING = "#activity"
"""What is to be sent once the month's sum is known waits under this name, which no conversation can have."""


def restored(settings: dict[str, Any]) -> Activity:
    """What the settings hold of it when the room opens."""
    budget = budgets.load(settings.get("budget"))
    return Activity(budget=budget, typed_limit=written(budget.limit_usd), keeps_copies=settings.get("copies") is True)


def at_start(state: State) -> list:
    return [LoadActivity()] if state.activity.budget.limit_usd is not None else []


def written(limit: float | None) -> str:
    """An amount as somebody would write it: 20, 7.50."""
    return "" if limit is None else f"{limit:.2f}".removesuffix(".00") if limit >= 0.01 else f"{limit:g}"


def is_shown(state: State) -> bool:
    return state.panel.kind == "settings" and state.panel.section == "Activity"


def changed_elsewhere(state: State) -> tuple[State, list]:
    """Another tab wrote to the list of requests, or changed the budget."""
    return state, [LoadBudget()]


def budget_loaded(state: State, message: BudgetLoaded, env: Env):
    """Hold the same budget as the other tabs, and read the list again if anything here depends on it."""
    budget = budgets.load(message.record)
    if budget != state.activity.budget:
        typed = written(budget.limit_usd)
        state = replace(state, activity=replace(state.activity, budget=budget, typed_limit=typed, limit_problem=""))
    shown = is_shown(state)
    return state, [LoadActivity(copies=shown)] if shown or budget.limit_usd is not None else []


# An answer ends


def ended(state: State, answer: Answer, message: Message, question: Message | None) -> list:
    """Write down what a request took, however it ended."""
    connection = connection_of(state, answer)
    catalogue = state.catalogues.get(connection.id) if connection else None
    model = next((m for m in catalogue.models if m.id == message.author.model), None) if catalogue else None
    practice = connection is not None and connection.kind == "practice"
    label = message.author.connection
    logged = message.disclosure is not None and message.disclosure.logged
    entry = entry_of(message, connection=label, practice=practice, model=model, logged=logged)
    copied = copy_of(message, question) if state.activity.keeps_copies and question is not None else None
    return [Record(entry, copied)]


def connection_of(state: State, answer: Answer) -> Connection | None:
    """The connection that was asked. Of an answer that was cut off by a crash only the label is known."""
    label = answer.message.author.connection
    known = [c for c in state.connections if c.id == answer.connection_id]
    return next((c for c in (*known, *state.connections) if c.id == answer.connection_id or c.label == label), None)


def recorded(state: State, message: Recorded, env: Env):
    """Show it and count it. One that could not be stored counts too; that is said once."""
    activity, entry, error = state.activity, message.entry, message.error
    if activity.loaded and all(known.id != entry.id for known in activity.entries):
        activity = replace(activity, entries=newest_first((entry, *activity.entries)))
    if error is None:
        return replace(state, activity=activity), []
    activity = replace(activity, unwritten=(*activity.unwritten, entry))
    return tell_once(replace(state, activity=activity), error, env)


def tell_once(state: State, error: InglenookError, env: Env):
    """Say that something beside the conversations could not be stored; with each answer would be too often."""
    if state.activity.told:
        return state, []
    state = replace(state, activity=replace(state.activity, told=True))
    words = f"The list of requests could not be written. Conversations are saved apart from it. {error}"
    return notice.show(state, env, words, tone="bad", detail=error.detail, for_ms=None)


def loaded(state: State, message: ActivityLoaded, env: Env):
    """The list is there: show it, and send what waited for the month's sum."""
    activity = state.activity
    waiting = [m for id, m in state.waiting if id == WAITING]
    state = replace(state, waiting=tuple(w for w in state.waiting if w[0] != WAITING))
    if message.error is not None:
        activity = replace(activity, unreadable=str(message.error))
    else:
        ids = {entry.id for entry in message.entries}
        unwritten = tuple(entry for entry in activity.unwritten if entry.id not in ids)
        activity = replace(
            activity,
            entries=newest_first((*unwritten, *message.entries)) if unwritten else message.entries,
            damaged=message.damaged,
            copies=activity.copies if message.copies is None else message.copies,
            unwritten=unwritten,
            loaded=True,
            unreadable="",
        )
    return due(replace(state, activity=activity), waiting)


def copy_kept(state: State, message: CopyKept, env: Env):
    if message.error is not None:
        return tell_once(state, message.error, env)
    activity = state.activity
    known = tuple(copy for copy in activity.copies if copy.id != message.copy.id)
    return replace(state, activity=replace(activity, copies=(message.copy, *known))), []


# What is shown of it


def show_from(state: State, message: ShowFrom, env: Env):
    return filtered(state, first=message.value if tally.is_date(message.value) else "")


def show_to(state: State, message: ShowTo, env: Env):
    return filtered(state, last=message.value if tally.is_date(message.value) else "")


def show_model(state: State, message: ShowModel, env: Env):
    return filtered(state, model=message.value)


def show_all(state: State, message: ShowAll, env: Env):
    return filtered(state, first="", last="", model="")


def filtered(state: State, **facts: str):
    return replace(state, activity=replace(state.activity, shown=REQUESTS_PAGE, **facts)), []


def choose_measure(state: State, message: ChooseMeasure, env: Env):
    measure = message.value if message.value in MEASURES else ""
    return replace(state, activity=replace(state.activity, measure=measure)), []


def more(state: State, message: MoreRequests, env: Env):
    activity = state.activity
    if activity.shown >= len(activity.entries):
        return state, []
    return replace(state, activity=replace(activity, shown=activity.shown + REQUESTS_PAGE)), []


def export(state: State, message: ExportRequests, env: Env):
    """Save what the filter shows as a file."""
    if message.format not in FORMATS:
        return state, []
    activity, offset = state.activity, state.time_zone_offset_min
    entries = tally.chosen(activity.entries, offset, activity.first, activity.last, activity.model)
    name = f"inglenook-activity-{tally.day_of(env.now_ms, offset)}.{message.format}"
    return state, [ExportActivity(entries, message.format, name)]


def ask_clear(state: State, message: AskClearActivity, env: Env):
    return replace(state, panel=Panel("confirm", subject="activity", action="activity.erase")), []


def erase(state: State, message: EraseActivity, env: Env):
    state = replace(state, activity=replace(state.activity, unwritten=()), panel=Panel("settings", "Activity"))
    return state, [ClearActivity()]


def keep_copies(state: State, message: KeepCopies, env: Env):
    state = replace(state, activity=replace(state.activity, keeps_copies=message.value))
    return state, [SaveSetting("copies", True if message.value else None)]


def drop_copies(state: State, message: DropCopies, env: Env):
    return state, [ClearCopies()]


# The budget


def set_limit(state: State, message: SetLimit, env: Env):
    """A new limit at once, or why what was written is none; then the old one stays."""
    activity = replace(state.activity, typed_limit=message.value)
    try:
        limit = budgets.read_limit(message.value)
    except OurError as error:
        return replace(state, activity=replace(activity, limit_problem=str(error))), []
    return keep_budget(replace(state, activity=replace(activity, limit_problem="")), limit_usd=limit)


def set_hard_stop(state: State, message: SetHardStop, env: Env):
    return keep_budget(state, hard_stop=message.value)


def keep_budget(state: State, **facts: Any):
    budget = replace(state.activity.budget, **facts)
    state = replace(state, activity=replace(state.activity, budget=budget), room=replace(state.room, note=None))
    needed = budget.limit_usd is not None and not state.activity.loaded
    return state, [SaveBudget(budgets.dump(budget)), *([LoadActivity()] if needed else [])]


def is_unknown(state: State) -> bool:
    """Whether the month's sum must be known before anything is sent, and is not."""
    activity, connection = state.activity, state.connection
    held = activity.budget.limit_usd is not None and activity.budget.hard_stop
    paid = connection is not None and connection.kind != "practice"
    return held and paid and not activity.loaded


def is_awaited(state: State) -> bool:
    """Whether that sum is on its way."""
    return is_unknown(state) and not state.activity.unreadable


def refusal(state: State) -> Note | None:
    """Why the budget lets nothing be sent; None if it does. Practice costs nothing that counts."""
    activity, connection = state.activity, state.connection
    if connection is None or connection.kind == "practice":
        return None
    change = "Change the budget in Settings, Activity."
    if is_awaited(state):
        return Note("The month’s sum is still being read.", "Send again in a moment.", tone="info")
    if is_unknown(state):
        return Note("The month’s sum cannot be read, so the budget cannot be held.", change)
    spent = tally.month(activity.entries, state.today_ms, state.time_zone_offset_min)
    if budgets.says(activity.budget, spent.cost_usd) != "stop":
        return None
    sums = f"{spent.cost} of {usd(activity.budget.limit_usd)}"
    return Note("This month’s budget is spent, so nothing was sent.", f"It is {sums}. {change} Your text is kept.")
