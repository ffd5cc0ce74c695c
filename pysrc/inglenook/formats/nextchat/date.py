"""The times of NextChat's messages, which it writes as the browser's language has them.

This file knows the order of day, month and year in such texts, and that a
conversation also has one exact time, which its last message should be near.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from inglenook.formats.reading import stamp
from inglenook.formats.reading.draft import text_of

_NUMBERS: Final = re.compile(r"\d+")
_AFTERNOON: Final = re.compile(r"p\.?\s?m\b|下午|午後|오후|晚上|nachm", re.I)
_MORNING: Final = re.compile(r"a\.?\s?m\b|上午|午前|오전|凌晨|vorm", re.I)
_QUARTER: Final = 15 * 60_000
# A message is stamped when it begins, the conversation when it is done.
_NEAR: Final = 60_000
_FARTHEST: Final = 14 * 3_600_000


def times(written: Sequence[Any], last_ms: int | None) -> list[int | None]:
    """
    The times of a conversation's messages in order. `last_ms`: when the conversation changed last, exactly.

    Whether the day or the month stands first is seen at days above 12, or at what is nearer to `last_ms`; the zone of
    the browser is what lies between both, if that is whole quarters of an hour.

    >>> times(["13/05/2025, 14:02:11"], None) == times(["5/13/2025, 2:02:11 PM"], None) == [1747144931000]
    True
    >>> times(["2025/5/13 14:02:11"], 1747137735000)
    [1747137731000]
    """
    exact = [_exact(value) for value in written]
    chosen = min(
        (_read(written, day_first=False), _read(written, day_first=True)),
        key=lambda found: (found.count(None), _distance(found, last_ms)),
    )
    away = _zone(chosen, last_ms)
    return [found if found is not None else local and local - away for found, local in zip(exact, chosen, strict=True)]


def _exact(value: Any) -> int | None:
    if isinstance(value, str) and not ("T" in value and value[:4].isdecimal()):
        return None
    return stamp.ms(value)


def _local(value: Any) -> bool:
    return isinstance(value, str) and 5 <= len(_NUMBERS.findall(value[:60])) <= 6 and _exact(value) is None


def _read(written: Sequence[Any], *, day_first: bool) -> list[int | None]:
    return [_moment(text_of(value)[:60], day_first) if _local(value) else None for value in written]


def _moment(text: str, day_first: bool) -> int | None:
    """The text's numbers as if it were written in UTC."""
    numbers = [int(digits) for digits in _NUMBERS.findall(text)]
    one, two, three, hour, minute, second = (*numbers, 0)[:6]
    if one > 999:
        year, month, day = one, two, three
    else:
        year = three
        # With points or dashes the day always stands first.
        day, month = (one, two) if day_first or re.match(r"\d+[.-]", text) else (two, one)
    if _AFTERNOON.search(text):
        hour = hour % 12 + 12
    elif _MORNING.search(text):
        hour %= 12
    # Thai years count from 543 years earlier.
    year -= 543 if 2400 < year < 2700 else 0
    try:
        return stamp.ms(datetime(year, month, day, hour, minute, second, tzinfo=UTC).isoformat())
    except (ValueError, OverflowError):
        return None


def _distance(found: Sequence[int | None], last_ms: int | None) -> int:
    latest = max((value for value in found if value is not None), default=0)
    return abs(latest - last_ms) if last_ms is not None else 0


def _zone(found: Sequence[int | None], last_ms: int | None) -> int:
    latest = max((value for value in found if value is not None), default=None)
    if latest is None or last_ms is None or abs(latest - last_ms) > _FARTHEST + _NEAR:
        return 0
    away = round((latest - last_ms) / _QUARTER) * _QUARTER
    return away if -1000 <= last_ms - (latest - away) <= _NEAR else 0
