"""The list of requests in the settings: the month and its budget, sums, charts, the table, and copies for debugging.

This file knows how entries are said and drawn. What they are is
`core/activity.py`, where a bar stands is `chart.py`.
"""

from __future__ import annotations

from typing import Any

from inglenook.app.state import Activity, State
from inglenook.core import budget as budgets
from inglenook.core import ledger, tally
from inglenook.core.activity import Entry
from inglenook.core.tally import Sums
from inglenook.ui import chart, day
from inglenook.ui.environment import count
from inglenook.ui.memory import latest

DAYS = 30
MOST_DAYS = 92
MOST_LINES = 8
SHOWN_COPIES = 20
NOT_SAID = "not said"
BADGES = {"interrupted": "warn", "failed": "bad", "refused": "bad", "streaming": "warn"}
MEASURES = (("cost", "Cost"), ("tokens", "Tokens"), ("requests", "Requests"))

month = latest(tally.month)
chosen = latest(tally.chosen)
total = latest(tally.total)


def select(state: State) -> tuple[Any, ...]:
    return state.activity, state.today_ms, state.time_zone_offset_min


def values(activity: Activity, today_ms: int, offset: int) -> dict[str, Any]:
    entries = chosen(activity.entries, offset, activity.first, activity.last, activity.model)
    return {
        "a": activity,
        "month": month_values(activity, today_ms, offset),
        "models": models(activity),
        "backwards": bool(activity.first and activity.last and activity.first > activity.last),
        "filtered": bool(activity.first or activity.last or activity.model),
        "sums": total(entries),
        "measures": MEASURES,
        "charts": charts(entries, activity.measure, activity.first, activity.last, today_ms, offset),
        "rows": [row(entry, offset) for entry in entries[: activity.shown]],
        "matching": len(entries),
        "copies": [(copy, moment(copy.at_ms, offset)) for copy in activity.copies[:SHOWN_COPIES]],
    }


def models(activity: Activity) -> list[str]:
    """What the filter offers; also what it is set to, when no entry has it any more."""
    return sorted({entry.model for entry in activity.entries if entry.model} | {activity.model} - {""})


def month_values(activity: Activity, today_ms: int, offset: int) -> dict[str, Any]:
    spent, limit = month(activity.entries, today_ms, offset), activity.budget.limit_usd
    at = day.local(today_ms, offset)
    return {
        "name": f"{day.MONTHS[at.month - 1]} {at.year}" if at else "This month",
        "spent": spent,
        "limit": limit,
        "share": min(spent.cost_usd / limit, 1) if limit else 0,
        "over": limit is not None and spent.cost_usd >= limit,
        "verdict": budgets.says(activity.budget, spent.cost_usd) if activity.loaded else "",
    }


def budget_line(state: State) -> str:
    """What stands at the composer when the month's budget is nearly or wholly spent; "" otherwise."""
    activity, connection = state.activity, state.connection
    limit = activity.budget.limit_usd
    if limit is None or not activity.loaded or connection is None or connection.kind == "practice":
        return ""
    spent = month(activity.entries, state.today_ms, state.time_zone_offset_min)
    verdict = budgets.says(activity.budget, spent.cost_usd)
    if verdict == "stop":
        return f"This month’s budget of {ledger.usd(limit)} is spent, so nothing is sent."
    if verdict and spent.cost_usd >= limit:
        return f"This month’s budget of {ledger.usd(limit)} is spent: {spent.cost} so far."
    return f"This month has cost {spent.cost} of your {ledger.usd(limit)} budget." if verdict else ""


# Charts


@latest
def charts(
    entries: tuple[Entry, ...], measure: str, first: str, last: str, today_ms: int, offset: int
) -> dict[str, Any]:
    """Three drawings of the same amounts, with their words and their tables."""
    if not entries:
        return {}
    sums = total(entries)
    measure = measure or ("cost" if sums.cost_usd else "tokens" if sums.tokens else "requests")
    shown, span = shown_days(entries, bool(first or last), today_ms, offset)
    return {
        "measure": measure,
        "by_day": by_day(tally.by_day(entries, shown, offset), measure, span),
        "by_model": by_name("model", tally.by(entries, lambda entry: entry.model), measure),
        "by_provider": by_name("provider", tally.by(entries, lambda entry: entry.provider), measure),
    }


def shown_days(
    entries: tuple[Entry, ...], dated: bool, today_ms: int, offset: int
) -> tuple[tuple[str, ...], str]:
    """The last thirty days, or those of a filter by date from its first request to its last; and which, if not all."""
    today, newest, oldest = (tally.day_of(ms, offset) for ms in (today_ms, entries[0].at_ms, entries[-1].at_ms))
    if not dated:
        return tally.days(tally.EPOCH.isoformat(), max(today, newest), DAYS), f"last {DAYS} days"
    shown = tally.days(oldest, newest, MOST_DAYS)
    return shown, "" if shown[0] == oldest else f"last {MOST_DAYS} days of it"


def by_day(groups: tuple[tuple[str, Sums], ...], measure: str, which: str) -> dict[str, Any]:
    named = [(date(key), sums) for key, sums in groups]
    amounts = [(label, amount(sums, measure), said(sums, measure)) for label, sums in named]
    label, most, most_said = max(amounts, key=lambda one: one[1])
    _, whole = together(amounts, measure)
    span = f"{amounts[0][0]} to {amounts[-1][0]}"
    peak = f", most on {label} with {most_said}" if most else ""
    return {
        "title": "By day",
        "which": which,
        "bars": chart.columns(amounts),
        "first": amounts[0][0],
        "last": amounts[-1][0] if len(amounts) > 1 else "",
        "top": most_said if most else "",
        "essence": f"{dict(MEASURES)[measure]} by day, {span}: {whole} in all{peak}.",
        "rows": [(name, sums) for name, sums in reversed(named) if sums.requests],
        "head": "Day",
    }


def by_name(what: str, groups: tuple[tuple[str, Sums], ...], measure: str) -> dict[str, Any]:
    ranked = sorted(groups, key=lambda group: (-amount(group[1], measure), group[0]))
    named = [(name or NOT_SAID, sums) for name, sums in ranked]
    amounts = [(name, amount(sums, measure), said(sums, measure)) for name, sums in named]
    rest = amounts[MOST_LINES:]
    drawn = amounts[:MOST_LINES]
    if rest:
        drawn.append((count(len(rest), "other"), *together(rest, measure)))
    leading = ", ".join(f"{name} {words}" for name, _, words in amounts[:3])
    more = f", and {len(amounts) - 3} more" if len(amounts) > 3 else ""
    return {
        "title": f"By {what}",
        "which": "",
        "bars": chart.lines(drawn),
        "height": len(drawn) * chart.LINE,
        "essence": f"{dict(MEASURES)[measure]} by {what}: {leading}{more}.",
        "rows": named,
        "head": what.capitalize(),
    }


def together(amounts: list[tuple[str, float, str]], measure: str) -> tuple[float, str]:
    """The sum of some amounts, and in words; about, if one of them is."""
    whole = sum(value for _, value, _ in amounts)
    about = "about " if any(words.startswith("about ") for _, _, words in amounts) else ""
    return whole, about + in_words(whole, measure)


def amount(sums: Sums, measure: str) -> float:
    return {"cost": sums.cost_usd, "tokens": sums.tokens, "requests": sums.requests}[measure]


def said(sums: Sums, measure: str) -> str:
    return str(sums.cost) if measure == "cost" else in_words(amount(sums, measure), measure)


def in_words(value: float, measure: str) -> str:
    return ledger.usd(round(value, 12)) if measure == "cost" else count(round(value), measure.removesuffix("s"))


# The table


def row(entry: Entry, offset: int) -> dict[str, Any]:
    """A request in words; what nobody said is a dash."""
    speed = entry.tokens_per_second
    return {
        "time": moment(entry.at_ms, offset),
        "iso": day.iso(entry.at_ms),
        "connection": entry.connection or ledger.UNKNOWN,
        "model": entry.model or ledger.UNKNOWN,
        "served": entry.served_model if entry.served_model != entry.model else "",
        "provider": entry.provider or ledger.UNKNOWN,
        "tokens": [
            ledger.tokens(number)
            for number in (entry.prompt_tokens, entry.completion_tokens, entry.cached_tokens, entry.reasoning_tokens)
        ],
        "cost": ledger.usd(entry.cost_usd),
        "source": "pretend money" if entry.practice and entry.cost_source else entry.cost_source,
        "discount": ledger.usd(entry.discount_usd),
        "latency": ledger.duration(entry.first_token_ms),
        "duration": ledger.duration(entry.duration_ms),
        "speed": ledger.UNKNOWN if speed is None else f"{speed:,.1f}",
        "status": f"{entry.status} {entry.code}" if entry.code is not None else entry.status,
        "badge": BADGES.get(entry.status, ""),
        "generation": entry.generation_id or ledger.UNKNOWN,
    }


def moment(ms: int, offset: int) -> str:
    at = day.local(ms, offset)
    return f"{at.day} {day.MONTHS[at.month - 1][:3]} {at.year}, {at:%H:%M}" if at else ledger.UNKNOWN


def date(iso: str) -> str:
    """
    >>> date("2026-10-05")
    '5 Oct 2026'
    """
    year, number, within = iso.split("-")
    return f"{int(within)} {day.MONTHS[int(number) - 1][:3]} {year}"
