"""How much a month may cost, and what that says about a sum.

This file knows amounts in US dollars; it never learns what was bought.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from inglenook.core import wire
from inglenook.core.errors import OurError

Verdict = Literal["", "warning", "stop"]

MOST_USD = 1_000_000.0
WARN_AT = 0.8

_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?", re.ASCII)
_AMOUNT = re.compile(r"\d{1,9}(?:[.,]\d{0,4})?|[.,]\d{1,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit for each month (None: there is none), from which share of it on to warn, and whether to stop at it."""

    limit_usd: float | None = None
    warn_at: float = WARN_AT
    hard_stop: bool = False


NO_BUDGET: Final = Budget()


def says(budget: Budget, spent_usd: float) -> Verdict:
    """What a budget says about a month that has cost so much.

    >>> says(Budget(10), 7.99), says(Budget(10), 8), says(Budget(10), 10), says(Budget(10, hard_stop=True), 10)
    ('', 'warning', 'warning', 'stop')
    """
    limit = budget.limit_usd
    if limit is None or spent_usd < limit * budget.warn_at:
        return ""
    return "stop" if budget.hard_stop and spent_usd >= limit else "warning"


def read_limit(typed: str) -> float | None:
    """The amount that somebody wrote; None if nothing is written.

    >>> read_limit("$ 7.50"), read_limit("7,50"), read_limit("1,000"), read_limit(" ")
    (7.5, 7.5, 1000.0, None)

    Raises:
        OurError: it is not an amount above zero.
    """
    text = typed.strip().removeprefix("$").removesuffix("$").strip()
    if not text:
        return None
    if text.startswith("-"):
        raise OurError("A budget cannot be below zero.", advice="Write an amount such as 20, or leave the field empty.")
    if _THOUSANDS.fullmatch(text):
        amount = float(text.replace(",", ""))
    elif _AMOUNT.fullmatch(text):
        amount = float(text.replace(",", "."))
    else:
        raise OurError("This is not an amount.", advice="Write it in dollars, such as 20 or 7.50.")
    if amount == 0:
        raise OurError("A budget of nothing would send nothing.", advice="Leave the field empty for no budget.")
    if amount > MOST_USD:
        raise OurError("This is more than a budget can be.", advice="Write an amount up to 1,000,000.")
    return amount


def dump(budget: Budget) -> dict[str, Any] | None:
    """The budget as it is stored; None for the one that says nothing."""
    if budget == NO_BUDGET:
        return None
    return {"limit_usd": budget.limit_usd, "warn_at": budget.warn_at, "hard_stop": budget.hard_stop}


def load(record: Any) -> Budget:
    """A stored budget; members that are no use become what they are without one."""
    row = wire.record(record)
    limit, share = wire.number(row.get("limit_usd")), wire.number(row.get("warn_at"))
    return Budget(
        limit if limit is not None and 0 < limit <= MOST_USD else None,
        share if share is not None and 0 < share <= 1 else WARN_AT,
        row.get("hard_stop") is True,
    )
