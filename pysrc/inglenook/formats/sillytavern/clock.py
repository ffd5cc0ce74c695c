"""What time it was where a SillyTavern chat was held.

This file knows that its older dates ("June 1, 2025 1:05pm") are in the user's
own time and do not say so, while the times of generation are in UTC: an answer
that has both tells how far the clock was ahead. It never learns what was said.
"""

from __future__ import annotations

import re
from typing import Any, Final

from inglenook.core.model import Json
from inglenook.formats.reading import stamp
from inglenook.formats.reading.shape import arr, obj

# No date of the kind that has a zone, and no number.
_LOCAL: Final = re.compile(r"\s*(?:[A-Za-z]{3,9}\.? \d|\d{4}-\d{1,2}-\d{1,2}\s*@)")
_QUARTER_MS: Final = 15 * 60_000
# A local date has no seconds, and is written when an answer begins or when it ends.
_SLACK_MS: Final = 3 * 60_000
_FARTHEST_MS: Final = 14 * 3_600_000


class Clock:
    """How far the user's clock was ahead of UTC at each line, in milliseconds; as before where a line does not tell."""

    def __init__(self, messages: list[Json]) -> None:
        known = [_ahead(message) for message in messages]
        last = next((ahead for ahead in known if ahead is not None), 0)
        self._ahead: list[int] = []
        for ahead in known:
            last = last if ahead is None else ahead
            self._ahead.append(last)

    def utc(self, place: int, written: Any) -> Any:
        """The time that was written in a line, as it was in UTC if it is known to be the user's own."""
        if not is_local(written) or place >= len(self._ahead) or not self._ahead[place]:
            return written
        local_ms = stamp.ms(written)
        return written if local_ms is None else local_ms - self._ahead[place]


def is_local(written: Any) -> bool:
    """
    Whether a date is in the user's own time.

    >>> is_local("June 1, 2025 1:05pm"), is_local("2025-6-1 @13h 05m 22s 123ms"), is_local("2025-06-01T11:05:00.000Z")
    (True, True, False)
    """
    return isinstance(written, str) and _LOCAL.match(written) is not None


def _ahead(message: Json) -> int | None:
    for one in (message, *map(obj, arr(message.get("swipe_info")))):
        written, ended = one.get("send_date"), stamp.ms(one.get("gen_finished"))
        local = stamp.ms(written) if is_local(written) else None
        if local is None or ended is None:
            continue
        ahead = round((local - ended) / _QUARTER_MS) * _QUARTER_MS
        if abs(local - ended - ahead) <= _SLACK_MS and abs(ahead) <= _FARTHEST_MS:
            return ahead
    return None
