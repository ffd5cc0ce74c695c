"""What the router remembers of a call: numbers and names, never a word of it.

This file knows metadata only, also when a call failed. It must never learn a
prompt, an answer, an attachment's name or the text of an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

MINUTE_MS = 60_000
DAY_MS = 86_400_000
MONDAY_OFFSET_DAYS = 3  # 1 January 1970 was a Thursday


@dataclass(frozen=True, slots=True)
class Entry:
    """One call. `model` is the id asked for if the catalogue has it, else empty."""

    id: str
    created_ms: int
    key_digest: str
    status: int
    model: str = ""
    served_model: str = ""
    provider: str = ""
    streamed: bool = False
    cancelled: bool = False
    finish_reason: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    cost_usd: Decimal = Decimal(0)
    latency_ms: int = 0
    duration_ms: int = 0
    free: bool = False
    session_id: str = ""
    referer: str = ""
    lent: bool = False


class Log:
    """All entries in the order of their end, and the sums that the key and credit routes show."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)

    def find(self, generation_id: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.id == generation_id), None)

    def spent_usd(self, since_ms: int = 0, key_digest: str | None = None) -> Decimal:
        """US dollars spent since a moment, by one key or by all."""
        return sum(
            (
                entry.cost_usd
                for entry in self.entries
                if entry.created_ms >= since_ms and key_digest in (None, entry.key_digest)
            ),
            Decimal(0),
        )

    def free_calls(self, since_ms: int) -> list[int]:
        """When the served calls of free models began, oldest first."""
        return [e.created_ms for e in self.entries if e.free and e.status == 200 and e.created_ms >= since_ms]


def day_start_ms(now_ms: int) -> int:
    return now_ms - now_ms % DAY_MS


def week_start_ms(now_ms: int) -> int:
    """The last Monday, 00:00 UTC."""
    days = now_ms // DAY_MS
    return (days - (days + MONDAY_OFFSET_DAYS) % 7) * DAY_MS


def month_start_ms(now_ms: int) -> int:
    day = datetime.fromtimestamp(now_ms / 1000, UTC).day
    return day_start_ms(now_ms) - (day - 1) * DAY_MS
