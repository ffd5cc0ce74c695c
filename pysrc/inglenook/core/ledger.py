"""Money, tokens, time and size, written for people to the digit that matters, and what an answer cost.

Unknown is a dash, never a zero. Nothing here asks anybody: prices come from the
catalogue, costs from the answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from inglenook.core.catalogue import Model
from inglenook.core.model import Usage

UNKNOWN = "–"


@dataclass(frozen=True, slots=True)
class Cost:
    """US dollars: charged, as the API said, or estimated from the list price."""

    usd: float
    estimated: bool = False

    def __str__(self) -> str:
        return f"about {usd(self.usd)}" if self.estimated else usd(self.usd)


def cost_of(usage: Usage, model: Model | None = None) -> Cost | None:
    """What an answer cost; None if neither the answer nor the list price tells.

    The list price is that of the cheapest provider, so an estimate is a lower bound.
    """
    if usage.cost_usd is not None:
        return Cost(usage.cost_usd)
    if model is None or usage.prompt_tokens is None or usage.completion_tokens is None:
        return None
    prompt, completion = model.prompt_usd_per_million, model.completion_usd_per_million
    if prompt is None or completion is None:
        return None
    return Cost((usage.prompt_tokens * prompt + usage.completion_tokens * completion) / 1e6, estimated=True)


def total(costs: Iterable[Cost | None]) -> Cost | None:
    """The sum of what is known; estimated if a part of it is."""
    known = [cost for cost in costs if cost is not None]
    if not known:
        return None
    return Cost(round(math.fsum(cost.usd for cost in known), 12), any(cost.estimated for cost in known))


def usd(value: float | None) -> str:
    """Dollars: two decimals from a dollar up, two digits that matter below.

    >>> usd(12.3), usd(0.0041), usd(0.000261), usd(0), usd(None)
    ('$12.30', '$0.0041', '$0.00026', '$0', '–')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value == 0:
        return "$0"
    sign, amount = ("-" if value < 0 else ""), abs(Decimal(str(value)))
    if amount < Decimal("1e-9"):
        return f"{sign}<$0.000000001"
    places = 2 if amount >= 1 else max(2, 1 - amount.adjusted())
    whole, _, cents = f"{amount:,.{places}f}".partition(".")
    return f"{sign}${whole}.{cents.rstrip('0').ljust(2, '0')}"


def per_million(value: float | None) -> str:
    """A list price.

    >>> per_million(0.15), per_million(None)
    ('$0.15 per million', 'price unknown')
    """
    return "price unknown" if value is None else f"{usd(value)} per million"


def tokens(count: int | None) -> str:
    """
    >>> tokens(1204)
    '1,204'
    """
    return UNKNOWN if count is None else f"{count:,}"


def duration(ms: float | None) -> str:
    """
    >>> duration(640), duration(6_100), duration(65_000), duration(3_720_000)
    ('0.64 s', '6.1 s', '1 min 5 s', '1 h 2 min')
    """
    if ms is None or not math.isfinite(ms) or ms < 0:
        return UNKNOWN
    if ms < 995:
        return f"{ms / 1000:.2f} s"
    if ms < 59_950:
        return f"{ms / 1000:.1f} s"
    seconds = round(ms / 1000)
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min"


def rate(count: int | None, ms: float | None) -> str:
    """
    >>> rate(81, 2_000), rate(81, 0)
    ('40.5 tokens/s', '–')
    """
    if count is None or ms is None or not math.isfinite(ms) or ms <= 0:
        return UNKNOWN
    return f"{count / ms * 1000:,.1f} tokens/s"


def context(count: int | None) -> str:
    """A context length; as the makers do, in thousands, 131072 being "131K".

    >>> context(131_072), context(1_000_000), context(1_048_576), context(0)
    ('131K', '1M', '1.05M', '–')
    """
    if not count or count < 0:
        return UNKNOWN
    if count < 1000:
        return str(count)
    if count < 999_500:
        return f"{round(count / 1000)}K"
    return f"{_short(count / 1e6)}M"


def size(count: int | None) -> str:
    """Bytes, in decimal units.

    >>> size(512), size(1_240), size(15_000_000), size(2_130_000_000)
    ('512 B', '1.2 kB', '15 MB', '2.1 GB')
    """
    if count is None or count < 0:
        return UNKNOWN
    amount, units = float(count), ["B", "kB", "MB", "GB", "TB"]
    while amount >= 999.5 and len(units) > 1:
        amount /= 1000
        units.pop(0)
    return f"{amount:.1f} {units[0]}" if amount < 9.95 and units[0] != "B" else f"{amount:.0f} {units[0]}"


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
