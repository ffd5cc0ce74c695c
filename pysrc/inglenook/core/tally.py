"""Sums over the list of requests: in all, by local day, by a name, and of a month.

This file knows entries and the calendar. Days are local to the reader: the
offset is minutes ahead of UTC, 120 in Berlin in summer. Dates are ISO texts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from inglenook.core.activity import Entry
from inglenook.core.ledger import Cost

DAY_MS: Final = 86_400_000
EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Sums:
    """What requests took together. Practice money is apart: nobody pays it.

    `unpriced` requests are those whose cost nobody said; they are in no sum of money.
    """

    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    cached_tokens: int = 0
    cost_usd: float = 0.0
    discount_usd: float = 0.0
    estimated: bool = False
    unpriced: int = 0
    practice_usd: float = 0.0

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    @property
    def cost(self) -> Cost:
        return Cost(self.cost_usd, self.estimated)


def total(entries: Iterable[Entry]) -> Sums:
    """The sums of some entries."""
    entries = tuple(entries)
    paid = [entry for entry in entries if not entry.practice]
    return Sums(
        requests=len(entries),
        prompt_tokens=sum(entry.prompt_tokens or 0 for entry in entries),
        completion_tokens=sum(entry.completion_tokens or 0 for entry in entries),
        reasoning_tokens=sum(entry.reasoning_tokens or 0 for entry in entries),
        cached_tokens=sum(entry.cached_tokens or 0 for entry in entries),
        cost_usd=dollars(entry.cost_usd for entry in paid),
        discount_usd=dollars(entry.discount_usd for entry in paid),
        estimated=any(entry.cost_source == "list price" and entry.cost_usd for entry in paid),
        unpriced=sum(entry.cost_usd is None for entry in paid),
        practice_usd=dollars(entry.cost_usd for entry in entries if entry.practice),
    )


def dollars(amounts: Iterable[float | None]) -> float:
    # Rounded, so that ten times ten cents are a dollar and a limit is met exactly.
    return round(math.fsum(amount for amount in amounts if amount is not None), 12)


def day_of(ms: int, offset_min: int) -> str:
    """The local date of a time.

    >>> day_of(1_790_000_000_000, 0), day_of(1_790_000_000_000, 600)
    ('2026-09-21', '2026-09-22')
    """
    offset = max(-1440, min(offset_min, 1440))
    return (EPOCH + timedelta(days=(ms + offset * 60_000) // DAY_MS)).isoformat()


def is_date(text: str) -> bool:
    """Whether a text is a date as a date field gives it."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def chosen(
    entries: Iterable[Entry], offset_min: int, first: str = "", last: str = "", model: str = ""
) -> tuple[Entry, ...]:
    """The entries from one local date to another, both included, of one model; "" is no limit."""
    first_ms = _start_of(first, offset_min) if first else -math.inf
    after_ms = _start_of(last, offset_min) + DAY_MS if last else math.inf
    return tuple(
        entry for entry in entries if first_ms <= entry.at_ms < after_ms and (not model or entry.model == model)
    )


def _start_of(day: str, offset_min: int) -> int:
    offset = max(-1440, min(offset_min, 1440))
    return (date.fromisoformat(day) - EPOCH).days * DAY_MS - offset * 60_000


def days(first: str, last: str, most: int) -> tuple[str, ...]:
    """The dates from the first to the last, both included; the latest `most` of them.

    >>> days("2026-02-27", "2026-03-01", 10), days("2026-02-01", "2026-03-01", 2)
    (('2026-02-27', '2026-02-28', '2026-03-01'), ('2026-02-28', '2026-03-01'))
    """
    end = date.fromisoformat(last)
    count = min((end - date.fromisoformat(first)).days + 1, most, end.toordinal())
    return tuple((end - timedelta(days=ago)).isoformat() for ago in range(count - 1, -1, -1))


def by_day(entries: Iterable[Entry], shown: tuple[str, ...], offset_min: int) -> tuple[tuple[str, Sums], ...]:
    """The sums of each of these days; a day without requests has empty ones."""
    groups: dict[str, list[Entry]] = {day: [] for day in shown}
    for entry in entries:
        if (group := groups.get(day_of(entry.at_ms, offset_min))) is not None:
            group.append(entry)
    return tuple((day, total(group)) for day, group in groups.items())


def by(entries: Iterable[Entry], name: Callable[[Entry], str]) -> tuple[tuple[str, Sums], ...]:
    """The sums of each name, in the order of names."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(name(entry), []).append(entry)
    return tuple((key, total(groups[key])) for key in sorted(groups))


def month(entries: Iterable[Entry], now_ms: int, offset_min: int) -> Sums:
    """The sums of the local month so far."""
    start = _start_of(day_of(now_ms, offset_min)[:8] + "01", offset_min)
    return total(entry for entry in entries if start <= entry.at_ms)
