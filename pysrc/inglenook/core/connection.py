"""Where messages go: a server, its key, and what the server says about the key.

This file knows the values and how they are kept and shown. It never asks a
server, and a key leaves it only through `Connection.key` and `dump`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import urlsplit

from inglenook.core import privacy, wire
from inglenook.core.address import OPENROUTER, OPENROUTER_AUTH, is_loopback, normalise
from inglenook.core.errors import BadAddress, NoKey, NotTheProtocol
from inglenook.core.ledger import usd
from inglenook.core.privacy import Privacy

__all__ = [
    "KINDS",
    "OPENROUTER",
    "OPENROUTER_AUTH",
    "Connection",
    "KeyInfo",
    "describe",
    "dump",
    "is_loopback",
    "key_from",
    "load",
    "masked",
    "normalise",
    "read_key_info",
    "without_key",
]

OPENROUTER_HOSTS = (OPENROUTER, "https://eu.openrouter.ai/api/v1", "https://us.openrouter.ai/api/v1")

Kind = Literal["practice", "openrouter", "other"]
KINDS: tuple[Kind, ...] = ("practice", "openrouter", "other")

_HEADER_SAFE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Connection:
    """A place that answers. `keep` says whether the key may be stored on this device.

    `dialect`: another address that turned out to be a routing service, with providers behind it.
    """

    id: str
    kind: Kind
    base: str = ""
    label: str = ""
    key: str = field(default="", repr=False)
    keep: bool = False
    model: str = ""
    added_ms: int = 0
    dialect: Literal["", "routing"] = ""
    privacy: Privacy = field(default_factory=Privacy)

    @property
    def routes(self) -> bool:
        """Whether it speaks OpenRouter's dialect: providers, policies, file parsing."""
        return self.kind != "other" or self.dialect == "routing"

    @property
    def stays(self) -> bool:
        """Whether a message to it stays on this machine. A routing service does not answer itself, wherever it runs."""
        return not self.routes and is_loopback(urlsplit(self.base).hostname or "")


def without_key(connection: Connection) -> Connection:
    """The same connection with its key forgotten."""
    return replace(connection, key="")


def key_from(typed: str) -> str:
    """The key in what was typed or pasted, without blanks and quotation marks around it.

    Raises:
        NoKey: characters that no header can carry.
    """
    key = typed.strip().strip("\"'`").removeprefix("Bearer ").strip()
    if key and (not _HEADER_SAFE.fullmatch(key) or len(key) > 4096):
        raise NoKey(
            "This is not a key: it has spaces or characters that a key cannot have.",
            advice="Copy the key again, whole and alone.",
        )
    return key


def masked(key: str) -> str:
    """A key as it may be shown: what kind it is, and at most its last four characters.

    >>> masked("sk-or-v1-0123456789abcdefwxyz"), masked("secret")
    ('sk-or-…wxyz', '…')
    """
    if not key:
        return ""
    if len(key) < 20:
        return "…"
    kind = next((prefix for prefix in ("sk-or-", "sk-ant-", "sk-") if key.startswith(prefix)), "")
    return f"{kind}…{key[-4:]}"


def dump(connection: Connection) -> str:
    """The connection as it is stored. A key that may not be kept is not in it."""
    kept = {
        "id": connection.id,
        "kind": connection.kind,
        "base": connection.base,
        "label": connection.label,
        "keep": connection.keep,
        "model": connection.model,
        "added_ms": connection.added_ms,
        "dialect": connection.dialect,
        "privacy": privacy.dump(connection.privacy),
    }
    return wire.canonical({**kept, "key": connection.key} if connection.keep and connection.key else kept)


def load(stored: str | bytes) -> Connection | None:
    """A stored connection, or None if what is stored is not one that could have been made here."""
    try:
        row = wire.record(wire.read_json(stored))
        kind, base = wire.text(row.get("kind")), wire.text(row.get("base"))
        if kind not in KINDS or not wire.text(row.get("id")):
            return None
        if kind == "other" and base not in normalise(base):
            return None
        key = key_from(wire.text(row.get("key")))
    except (NotTheProtocol, BadAddress, NoKey):
        return None
    # The key must never travel to a place that only calls itself OpenRouter.
    if kind == "openrouter" and base not in OPENROUTER_HOSTS:
        base = OPENROUTER
    return Connection(
        id=wire.text(row.get("id"), 200),
        kind=kind,
        base=base,
        label=wire.text(row.get("label"), 200),
        key=key,
        keep=row.get("keep") is True,
        model=wire.text(row.get("model"), 300),
        added_ms=wire.count(row.get("added_ms")) or 0,
        dialect="routing" if row.get("dialect") == "routing" else "",
        privacy=privacy.load(row.get("privacy")),
    )


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What the service says about a key. Money is US dollars; None where nothing was said."""

    label: str = ""
    limit_usd: float | None = None
    limit_remaining_usd: float | None = None
    limit_reset: str = ""
    usage_usd: float | None = None
    is_free_tier: bool = False
    expires_at: str = ""
    free_requests_left: int | None = None


def read_key_info(body: bytes) -> KeyInfo:
    """The answer of `GET /key`.

    Raises:
        NotTheProtocol: anything else.
    """
    data = wire.record(wire.read_json(body)).get("data")
    if not isinstance(data, dict):
        raise NotTheProtocol("The server said nothing about the key.")
    label = wire.text(data.get("label"), 200)
    return KeyInfo(
        label=masked(label) if label.startswith("sk-") else label,
        limit_usd=wire.number(data.get("limit")),
        limit_remaining_usd=wire.number(data.get("limit_remaining")),
        limit_reset=wire.text(data.get("limit_reset"), 20),
        usage_usd=wire.number(data.get("usage")),
        is_free_tier=data.get("is_free_tier") is True,
        expires_at=wire.text(data.get("expires_at"), 40),
        free_requests_left=wire.count(wire.record(data.get("free_model_daily_requests")).get("remaining")),
    )


def describe(info: KeyInfo) -> str:
    """One sentence about a key.

    >>> describe(KeyInfo(limit_usd=5, limit_remaining_usd=3.75, limit_reset="monthly", usage_usd=1.25))
    'The key works; $3.75 of its $5.00 monthly limit is left, and $1.25 has been spent.'
    """
    said = []
    if info.limit_remaining_usd is not None:
        of = f"of its {usd(info.limit_usd)} " if info.limit_usd is not None else "of its "
        reset = f"{info.limit_reset} " if info.limit_reset in ("daily", "weekly", "monthly") else ""
        said.append(f"{usd(max(0.0, info.limit_remaining_usd))} {of}{reset}limit is left")
    else:
        said.append("it has no spending limit of its own")
    if info.usage_usd is not None:
        said.append(f"{usd(info.usage_usd)} has been spent")
    if info.is_free_tier:
        said.append("the account has never bought credit")
    if info.expires_at:
        said.append(f"it expires on {info.expires_at[:10]}")
    *most, last = said
    return f"The key works; {', '.join(most)}{', and ' if most else ''}{last}."
