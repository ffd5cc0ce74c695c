"""The time of an activity, as Google writes it in the user's language.

This file knows the names of months in the languages whose names have their own
letters, and in which order numbers stand. It never learns what was done then.
"""

from __future__ import annotations

import re
from typing import Final

from inglenook.formats.reading import stamp

# How the names begin, in English, the Romance, Germanic, Slavic and some other languages.
_BEGINNINGS: Final = (
    "jan ene gen янв sty led oca tammi ιαν",
    "feb fév fev фев lut úno şub helmi φεβ",
    "mar mär mrt mrz мар bře maalis μαρ",
    "apr abr avr апр kwi dub nis huhti απρ",
    "may mai maj mei mag май мая kvě touko μαΐ μαϊ máj",
    "jun juin giu июн cze červn čvn haz kesä ιουν jún",
    "jul juil lug июл lip červen čvc tem heinä ιουλ júl",
    "aug ago aoû авг sie srp ağu elo αυγ avg",
    "sep set сен wrz zář eyl syys σεπ",
    "oct okt ott out окт paź říj eki loka οκτ",
    "nov ноя lis kas marras νοε",
    "dec dez dic déc дек gru pro ara joulu δεκ",
)
_MONTHS: Final = sorted(
    ((name, number) for number, names in enumerate(_BEGINNINGS, 1) for name in names.split()),
    key=lambda known: -len(known[0]),
)
_ENGLISH: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_YEAR: Final = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_CLOCK: Final = re.compile(r"(?<![\d.:])(\d{1,2})(?::(\d{2})(?::(\d{2}))?|\.(\d{2})\.(\d{2}))(?![\d.:])")
_NUMBER: Final = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_WORD: Final = re.compile(r"[^\W\d_]+")
_LATE: Final = re.compile(r"\bp\.?\s?m\b|下午|晚上|午後|오후|μ\.μ", re.I)
_EARLY: Final = re.compile(r"\ba\.?\s?m\b|上午|凌晨|早上|午前|오전|π\.μ", re.I)
_LONGEST: Final = 60


def when(said: str) -> int | None:
    """
    The time in milliseconds; None if the text is none.

    >>> from inglenook.formats.reading.stamp import ms
    >>> when("10 de mai. de 2026, 03:46:09 BRT") == ms("2026-05-10T06:46:09Z")
    True
    >>> when("2026年8月3日 下午4:05") == when("03.08.2026, 16:05:00") == ms("2026-08-03T16:05:00Z")
    True
    >>> when("Meet me on 3 August"), when("at 10:30")
    (None, None)
    """
    said = " ".join(said.split())
    clock, year = _CLOCK.search(said), _YEAR.search(said)
    if len(said) > _LONGEST or clock is None or year is None:
        return None
    rest = f"{said[: clock.start()]} {said[clock.end() :]}"
    day = _day(rest, year[1])
    if day is None:
        return None
    hour = int(clock[1])
    if hour <= 12 and _LATE.search(rest):
        hour = hour % 12 + 12
    elif hour == 12 and _EARLY.search(rest):
        hour = 0
    minute, second = clock[2] or clock[4], clock[3] or clock[5] or "00"
    # What is called CST in China is not what is called so in America.
    zone = said[clock.end() :].replace("CST", "HKT") if "年" in said else said[clock.end() :]
    return stamp.ms(f"{day} {year[1]}, {hour}:{minute}:{second}{zone}")


def exact(said: str) -> bool:
    """Whether a time has seconds, as all have that Google writes."""
    clock = _CLOCK.search(" ".join(said.split()))
    return clock is not None and (clock[3] or clock[5]) is not None


def _day(said: str, year: str) -> str | None:
    """The month in English, and the day."""
    before = said.partition(year)[0]
    numbers = [int(number) for number in _NUMBER.findall(said.replace(year, " ", 1))]
    for word in _WORD.findall(said):
        for name, month in _MONTHS:
            if word.lower().startswith(name) and numbers:
                return f"{_ENGLISH[month - 1]} {numbers[0]}"
    if len(numbers) < 2:
        return None
    month, day = numbers[:2]
    # Where the year does not come first, the day does, unless it cannot be one.
    if _NUMBER.search(before) and not (day > 12 >= month):
        month, day = day, month
    return f"{_ENGLISH[month - 1]} {day}" if 1 <= month <= 12 else None
