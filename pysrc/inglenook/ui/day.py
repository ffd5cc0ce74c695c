"""Days and times of the reader, from milliseconds and an offset.

This file knows the calendar; it never asks what time it is. Times from files
may be anything: what no calendar holds has no date.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

DAY_MS = 86_400_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_MS = 253_402_214_400_000
"""The day before the calendar ends, so that no offset leads beyond it."""

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# The calendar's own names would follow the machine's language; the page is in English.


def number(ms: int, offset_min: int) -> int:
    """The local day, counted from the epoch. The offset is minutes ahead of UTC: 120 in Berlin in summer."""
    return (ms + offset_min * 60_000) // DAY_MS


def local(ms: int, offset_min: int) -> datetime | None:
    """The local date and time; None if the time is unknown or no calendar holds it."""
    if not DAY_MS < ms < LAST_MS or abs(offset_min) > 1440:
        return None
    return EPOCH + timedelta(milliseconds=ms, minutes=offset_min)


def heading(ms: int, today: int, offset_min: int) -> str:
    """Under which heading of the shelf a time belongs; `today` is a local day's number."""
    at = local(ms, offset_min)
    if at is None:
        return "No date"
    age = today - number(ms, offset_min)
    if age < 1:
        return "Today"
    if age == 1:
        return "Yesterday"
    return "Previous 7 days" if age <= 7 else f"{MONTHS[at.month - 1]} {at.year}"


def brief(ms: int, today: int, offset_min: int) -> str:
    """A time as short as it can be understood beside its heading: 14:02, Monday, 12 Oct.

    >>> brief(1_790_000_000_000, number(1_790_000_000_000, 0), 0)
    '14:13'
    """
    at = local(ms, offset_min)
    if at is None:
        return ""
    age = today - number(ms, offset_min)
    if age <= 1:
        return f"{at:%H:%M}"
    return WEEKDAYS[at.weekday()] if age <= 7 else f"{at.day} {MONTHS[at.month - 1][:3]}"


def moment(ms: int, today: int, offset_min: int) -> str:
    """A time that stands alone: 14:02, yesterday 14:02, 12 Oct 2026."""
    at = local(ms, offset_min)
    if at is None:
        return ""
    age = today - number(ms, offset_min)
    if age < 1:
        return f"{at:%H:%M}"
    return f"yesterday {at:%H:%M}" if age == 1 else f"{at.day} {MONTHS[at.month - 1][:3]} {at.year}"


def full(ms: int, offset_min: int) -> str:
    """
    >>> full(1_790_000_000_000, 120)
    'Monday 21 September 2026, 16:13'
    """
    at = local(ms, offset_min)
    return "" if at is None else f"{WEEKDAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H:%M}"


def date(ms: int, offset_min: int) -> str:
    """The day alone; "" for a time that no clock shows."""
    moment = local(ms, offset_min) if ms else None
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}" if moment else ""


def iso(ms: int) -> str:
    """The time for machines, in UTC."""
    at = local(ms, 0)
    return "" if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"
