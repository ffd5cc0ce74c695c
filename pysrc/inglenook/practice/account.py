"""The pretend account: credit, keys, and the privacy switches its owner set.

This file knows settings only; what was spent is in the log.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from decimal import Decimal

PRACTICE_KEY = "sk-or-v1-practice"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the account; the secret is held by the router, never by this value."""

    label: str
    limit_usd: Decimal | None = None
    expires_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What the account's owner bought and switched.

    `lends_prompts` is the opt-in that lets the router's operator use inputs and
    outputs in return for 1 % off. `generation_lag_ms` is how long
    `/generation` does not know a call yet.
    """

    user_id: str = "user_PRACTICE"
    credits_usd: Decimal = Decimal(20)
    paid_training: bool = True
    free_training: bool = True
    free_publication: bool = True
    zdr: bool = False
    lends_prompts: bool = False
    allowed_providers: frozenset[str] | None = None
    ignored_providers: frozenset[str] = field(default_factory=frozenset)
    default_model: str = "practice/hearth-1"
    free_per_minute: int = 20
    free_per_day: int = 1000
    generation_lag_ms: int = 0


def key_label(secret: str) -> str:
    """A key's first and last characters, as the API shows it."""
    return f"{secret[:12]}...{secret[-3:]}"


def key_digest(secret: str) -> str:
    """What a secret is filed under, so that no table holds the secret itself."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
