"""The list of requests as a file: CSV for a spreadsheet, JSON for a program.

This file knows entries, which have no word of what was said, and nothing else
that is stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from inglenook.core.activity import Entry

FORMAT: Final = "inglenook-activity"
VERSION: Final = 1
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# What a spreadsheet takes for the beginning of a formula. https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def row(entry: Entry) -> dict[str, Any]:
    """An entry as the columns of a file, in their order. Times are ISO 8601 in UTC, money is US dollars."""
    speed = entry.tokens_per_second
    return {
        "time": iso(entry.at_ms),
        "connection": entry.connection,
        "practice": entry.practice,
        "model": entry.model,
        "served_model": entry.served_model,
        "provider": entry.provider,
        "tokens_in": entry.prompt_tokens,
        "tokens_out": entry.completion_tokens,
        "tokens_cached": entry.cached_tokens,
        "tokens_reasoning": entry.reasoning_tokens,
        "cost_usd": entry.cost_usd,
        "cost_source": entry.cost_source,
        "discount_usd": entry.discount_usd,
        "latency_ms": entry.first_token_ms,
        "duration_ms": entry.duration_ms,
        "tokens_per_second": None if speed is None else round(speed, 3),
        "status": entry.status,
        "code": entry.code,
        "generation_id": entry.generation_id,
        "logged": entry.logged,
        "id": entry.id,
    }


def as_csv(entries: Iterable[Entry]) -> str:
    """A table with a row of names, after RFC 4180. Unknown is an empty cell."""
    lines = [COLUMNS, *(tuple(map(cell, row(entry).values())) for entry in entries)]
    return "".join(",".join(map(quoted, line)) + "\r\n" for line in lines)


def as_json(entries: Iterable[Entry]) -> str:
    """An object with the requests as a list. Unknown is null."""
    requests = [row(entry) for entry in entries]
    return json.dumps({"format": FORMAT, "version": VERSION, "requests": requests}, ensure_ascii=False, indent=1) + "\n"


def cell(value: Any) -> str:
    """
    >>> cell(None), cell(True), cell(4.1e-05), cell("=1+1"), cell("acme/bolt")
    ('', 'true', '0.000041', "'=1+1", 'acme/bolt')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # Not every spreadsheet reads an exponent.
        return format(Decimal(repr(value)), "f")
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def quoted(text: str) -> str:
    """
    >>> quoted('a "b", c'), quoted("plain")
    ('"a ""b"", c"', 'plain')
    """
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\r\n') else text


def iso(ms: int) -> str:
    """
    >>> iso(1_790_000_000_123)
    '2026-09-21T14:13:20.123Z'
    """
    return f"{EPOCH + timedelta(milliseconds=ms):%Y-%m-%dT%H:%M:%S}.{ms % 1000:03}Z"


COLUMNS: Final = tuple(row(Entry("", 0)))
