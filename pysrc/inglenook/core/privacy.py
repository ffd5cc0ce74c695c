"""What the user decided about privacy for one connection, and how it is kept.

This file knows the values and their record. What they exclude is decided in
`routing.py`. A record that is damaged is read as the strictest that it could
have meant: a broken byte must never let a provider in.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, get_args

from inglenook.core import wire
from inglenook.core.limits import CAREFUL
from inglenook.core.model import Json, Limits, Policy
from inglenook.core.providers import YOU, Correction
from inglenook.core.rules import Account, Sort, Wishes

MOST_SLUGS = 200
MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Privacy:
    """The level of a connection. `declared` is the policy of a server that answers itself; None: nobody has said."""

    limits: Limits = CAREFUL
    account: Account = field(default_factory=Account)
    wishes: Wishes = field(default_factory=Wishes)
    corrections: tuple[Correction, ...] = ()
    declared: Policy | None = None


def dump(privacy: Privacy) -> Json:
    """As plain values, every member named, so that a missing one is known to be lost."""
    return asdict(privacy)


def load(stored: Any) -> Privacy:
    """As it was kept; None or anything else gives the level of a new connection."""
    if not isinstance(stored, dict):
        return Privacy()
    account, wishes = wire.record(stored.get("account")), wire.record(stored.get("wishes"))
    sort = wishes.get("sort")
    corrections = (_correction(row) for row in _rows(stored.get("corrections")))
    return Privacy(
        _limits(stored.get("limits")),
        Account(account.get("logs_prompts") is True, account.get("trains") is True),
        Wishes(
            sort if sort in get_args(Sort) else "",
            wishes.get("allow_fallbacks") is not False,
            wishes.get("require_parameters") is True,
            wishes.get("enforce_distillable_text") is True,
            _slugs(wishes.get("quantizations")),
        ),
        tuple(correction for correction in corrections if correction.slug),
        _declared(stored.get("declared")),
    )


def _limits(stored: Any) -> Limits:
    row = wire.record(stored)
    days, only = row.get("max_retention_days"), row.get("only")
    return Limits(
        deny_paid_training=row.get("deny_paid_training") is not False,
        deny_free_training=row.get("deny_free_training") is not False,
        deny_retention=row.get("deny_retention") is not False,
        max_retention_days=None if days is None else wire.count(days) or 0,
        zero_retention=row.get("zero_retention", False) is not False,
        only=None if only is None else _slugs(only),
        never=_slugs(row.get("never")),
        max_prompt_usd=_price(row.get("max_prompt_usd")),
        max_completion_usd=_price(row.get("max_completion_usd")),
        regions=_slugs(row.get("regions")),
    )


def _correction(row: dict[str, Any]) -> Correction:
    return Correction(
        wire.text(row.get("slug"), 120),
        _flag(row.get("trains")),
        _flag(row.get("retains")),
        wire.count(row.get("retention_days")),
        wire.count(row.get("at_ms")) or 0,
    )


def _declared(stored: Any) -> Policy | None:
    if not isinstance(stored, dict):
        return None
    said = _correction(stored)
    return Policy(said.trains, said.retains, said.retention_days, None, YOU, wire.count(stored.get("as_of_ms")) or 0)


def _rows(value: Any) -> list[dict[str, Any]]:
    return wire.rows(list(value) if isinstance(value, tuple) else value)


def _slugs(value: Any) -> tuple[str, ...]:
    return wire.texts(list(value) if isinstance(value, list | tuple) else None)[:MOST_SLUGS]


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _price(value: Any) -> float | None:
    price = wire.number(value)
    return None if price is None or price < 0 else price
