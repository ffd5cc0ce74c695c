"""Times as other systems write them, as milliseconds since 1970 (UTC).

This file knows numbers by their size, ISO 8601, the objects of Mongo and
Firestore, and the locale strings of some programs. Text without a zone is
taken for UTC. Zero and what lies outside 1970 to 2200 is no time.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

_LAST: Final = 7_258_118_400_000  # 2200-01-01
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_FRACTION: Final = re.compile(r"(\.\d{6})\d+")
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
# 5/13/2025, 2:03:00 PM
_SLASHED: Final = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4}),?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([AaPp])\.?[Mm]\.?)?"
)
# June 1, 2025 1:05pm; Nov 5, 2025, 1:34:47 AM CET
_NAMED: Final = re.compile(
    r"([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4}),?\s+(?:at\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([AaPp])\.?[Mm]\.?)?"
)
# 5. nov. 2025, 01:34:47 CEST; 5 November 2025 01:34
_DAY_FIRST: Final = re.compile(
    r"(\d{1,2})\.?\s+([A-Za-z]{3,9})\.?,?\s+(\d{4}),?\s+(?:at\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([AaPp])\.?[Mm]\.?)?"
)
# 2025-06-01@13h05m22s123ms
_TAVERN: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})\s*@\s*(\d{1,2})h\s*(\d{1,2})m\s*(\d{1,2})s(?:\s*(\d{1,3})ms)?"
)
# The zones that such strings name; others are taken for UTC.
_ZONES: Final = {
    "CET": 1, "CEST": 2, "BST": 1, "EET": 2, "EEST": 3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7,
    "MDT": -6, "PST": -8, "PDT": -7, "JST": 9, "IST": 5.5, "AEST": 10, "AEDT": 11, "MEZ": 1, "MESZ": 2, "WEST": 1,
    "BRT": -3, "MSK": 3, "KST": 9, "HKT": 8, "SGT": 8, "NZST": 12, "NZDT": 13,
}  # fmt: skip
_ZONE: Final = re.compile(r"(?:GMT|UTC)\s?([+-]\d{1,2})(?::?(\d{2}))?|\b([A-Z]{3,4})\b")


def ms(value: Any) -> int | None:
    """
    The time in milliseconds, or None if the value is none.

    >>> ms(1700000000.5), ms(1700000000500), ms("2023-11-14T22:13:20.500Z"), ms({"$date": {"$numberLong": "5000"}})
    (1700000000500, 1700000000500, 1700000000500, 5000)
    >>> ms("Apr 19, 2026, 8:31:30 AM GMT+05:30") == ms("2026-04-19T03:01:30Z")
    True
    >>> ms(0), ms("yesterday"), ms(True)
    (None, None, None)
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, str):
        return _text(value.strip())
    if isinstance(value, dict):
        if "$date" in value:
            inner = value["$date"]
            exact = inner.get("$numberLong") if isinstance(inner, dict) else inner
            # Mongo's numbers are milliseconds whatever their size.
            return _within(int(exact)) if isinstance(exact, str | int) and _whole(exact) else ms(inner)
        if "$numberLong" in value:
            return ms(value["$numberLong"])
        seconds = value.get("_seconds", value.get("seconds"))
        nanos = value.get("_nanoseconds", value.get("nanoseconds", value.get("nanos", 0)))
        if type(seconds) is int:
            return _within(seconds * 1000 + (nanos // 1_000_000 if type(nanos) is int else 0))
    return None


def _whole(value: str | int) -> bool:
    return type(value) is int or (isinstance(value, str) and value.removeprefix("-").isdecimal() and len(value) < 20)


def _within(found: int) -> int | None:
    return found if 0 < found < _LAST else None


def _number(value: float) -> int | None:
    if value - value != 0 or value <= 0:
        return None
    if value < 1e11:
        return _within(round(value * 1000))
    if value < 1e14:
        return _within(int(value))
    return _within(int(value // (1000 if value < 1e17 else 1_000_000)))


def _text(text: str) -> int | None:
    if not 4 <= len(text) <= 80:
        return None
    if _NUMBER.fullmatch(text):
        return _number(float(text)) if len(text) > 8 else None
    if text[:4].isdecimal() and text[4:5] == "-":
        try:
            moment = datetime.fromisoformat(_FRACTION.sub(r"\1", text))
            return _within(_since(moment))
        except (ValueError, OverflowError):
            pass
    for pattern, order in ((_TAVERN, "ymd"), (_SLASHED, "mdy"), (_NAMED, "bdy"), (_DAY_FIRST, "dby")):
        found = pattern.search(text)
        if found is not None:
            return _parts(found, order, text)
    try:
        return _within(_since(parsedate_to_datetime(text)))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _since(moment: datetime) -> int:
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)


def _parts(found: re.Match[str], order: str, text: str) -> int | None:
    named = dict(zip(order, found.groups()[:3], strict=True))
    month = _MONTHS.get(named["b"][:3].lower()) if "b" in named else int(named["m"])
    hour, minute, second = int(found[4]), int(found[5]), int(found[6] or 0)
    last = found[7] if len(found.groups()) > 6 else None
    milli = int(last) if order == "ymd" and last else 0
    if order != "ymd" and last:
        hour = hour % 12 + (12 if last in "Pp" else 0)
    if month is None:
        return None
    try:
        moment = datetime(int(named["y"]), month, int(named["d"]), hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return _within(_since(moment) + milli - round(_offset(text[found.end() :]) * 3_600_000))


def _offset(rest: str) -> float:
    zone = _ZONE.search(rest)
    if zone is None:
        return 0
    if zone[1]:
        return int(zone[1]) + (-1 if zone[1][0] == "-" else 1) * int(zone[2] or 0) / 60
    return _ZONES.get(zone[3], 0)
