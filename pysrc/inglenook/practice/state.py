"""What the router holds between two calls: account, keys, sign-in codes, log, running calls.

This file knows values and where they are kept in memory; nothing of it outlives the page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from .account import Account, Key, key_digest
from .errors import no_key, unknown_key
from .log import Log
from .wire import Request


@dataclass(frozen=True, slots=True)
class Grant:
    """A sign-in code that was handed out and not yet exchanged."""

    created_ms: int
    challenge: str = ""
    method: str = "S256"
    label: str = ""


@dataclass(slots=True)
class State:
    """`keys` are filed under the digest of their secret. `running` holds the reserve of each call under way."""

    account: Account
    now: Callable[[], int]
    new_id: Callable[[], str]
    keys: dict[str, Key]
    log: Log = field(default_factory=Log)
    grants: dict[str, Grant] = field(default_factory=dict)
    running: dict[str, Decimal] = field(default_factory=dict)

    def balance_usd(self) -> Decimal:
        return self.account.credits_usd - self.log.spent_usd()

    def identify(self, request: Request) -> str:
        """The digest of the caller's key. Raises `Refusal` (401) for no key, an unknown or an expired one."""
        scheme, _, secret = request.header("Authorization").partition(" ")
        if scheme.casefold() != "bearer" or not secret.strip():
            raise no_key()
        digest = key_digest(secret.strip())
        key = self.keys.get(digest)
        if key is None or (key.expires_ms is not None and key.expires_ms <= self.now()):
            raise unknown_key()
        return digest
