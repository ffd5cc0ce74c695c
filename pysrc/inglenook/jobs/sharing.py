"""A long reading shared by two workers: one more worker reads the latter half while this one reads the first.

This file knows where the halves meet, and what the other worker reports; what
that does is in `latter.py`. It may fail, or come upon something that it cannot
tell of because it does not know what came before. Then nothing of what it found
counts, and its half is read as if there were only one worker.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from inglenook.formats.reading.document import Document
from inglenook.formats.reading.stretch import Stretch
from inglenook.formats.sources import Source
from inglenook.jobs.bundle import Bundle
from inglenook.jobs.comparing import Compared
from inglenook.jobs.rows import Row
from inglenook.ports import Jobs

# With less to read one more worker starts for nothing; what was given may be packed.
LEAST: Final = 12 << 20
LEAST_GIVEN: Final = LEAST // 4
# What each of two workers keeps in memory of what it found, as `stock.py` counts.
ROOM: Final = 48 << 20
# About what one worker reads while the other one starts, which may have begun to.
HEAD_START: Final = 2 << 20


def halfway(known: list[Source]) -> tuple[int, int] | None:
    """Where the latter half begins: a source, and about at which of its bytes. None: it is not worth it."""
    total = sum(source.size for source in known)
    if total < LEAST:
        return None
    middle, before = (total + HEAD_START) // 2, 0
    for number, source in enumerate(known):
        if before + source.size > middle:
            if source.apart is not None and middle > before:
                return number, middle - before
            border = number + (middle > before)
            return (border, 0) if 0 < border < len(known) else None
        before += source.size
    return None


class LatterHalf:
    """
    The other worker, seen from this one; it is asked at once.

    `count` is told how many bytes it has read.
    """

    def __init__(self, jobs: Jobs, request: dict[str, Any], files: list[Any]) -> None:
        self.source, self.at = -1, 0
        self.bytes = 0
        self.count: Callable[[int], object] = lambda count: None
        self.compared: list[Compared] = []
        self.problems: list[tuple[str, str]] = []
        self.used: list[int] = []
        self._jobs = jobs
        self._first: Document | None = None
        self._start = 0
        self._bundles: list[Bundle] = []
        self._ready: Callable[[Bundle], object] = self._bundles.append
        self._read = self._over = self._lost = False
        self._news = asyncio.Event()

        jobs.start({**request, "job": "latter"}, files, self._heard)

    def meet(self, known: list[Source]) -> bool:
        """Agree where the halves meet, of which the other worker thinks the same; False if it is not needed."""
        place = halfway(known)
        if place is None or self._lost:
            self.drop()
            return False
        self.source, self.at = place
        self._first = known[self.source].apart if self.at else None
        self._meet()
        return True

    async def is_read(self) -> bool:
        """Wait until it has read its half; False if that failed."""
        while not (self._read or self._lost):
            await self._told()
        return self._read

    @property
    def is_met(self) -> bool:
        """Whether the reading of the first half has come to where this one began."""
        return self._first is not None and self._first.stretch.met

    @property
    def is_left(self) -> bool:
        """Whether the reading of the first half stopped there, and must go on alone."""
        return self._first is not None and self._first.stretch.start > 0

    def hand_over(self, ready: Callable[[Bundle], object]) -> None:
        """Tell `ready` of all that can be stored, also of what is to come."""
        self._ready = ready
        for bundle in self._bundles:
            ready(bundle)
        self._bundles.clear()

    async def more(self) -> bool:
        """Wait for what comes next; False: nothing will."""
        if self._over or self._lost:
            return False
        await self._told()
        return True

    def drop(self) -> None:
        """Do without it."""
        self._lost = True
        self._jobs.cancel()
        if self._first is not None:
            stretch = self._first.stretch
            if stretch.met and stretch.end is not None:
                # There this worker goes on by itself.
                self._first.stretch = Stretch(stretch.end, stretch.count)
            stretch.end = None
        self._news.set()

    def _meet(self) -> None:
        if self._first is None or not self._start:
            return
        if self._start > self._first.stretch.place:
            self._first.stretch.end = self._start
        else:
            self.drop()

    async def _told(self) -> None:
        self._news.clear()
        await self._news.wait()

    def _heard(self, report: dict[str, Any]) -> None:
        if self._lost:
            return
        match report.get("kind"):
            case "begun":
                self._start = report["start"]
                self._meet()
            case "count":
                self.bytes += report["bytes"]
                self.count(report["bytes"])
            case "compared":
                self.compared += [Compared(id, _row(row)) for id, row in report["rows"]]
                self.problems += [(where, why) for where, why in report["problems"]]
            case "read":
                self.used, self._read = report["used"], True
            case "ready":
                self._ready(Bundle(tuple(report["ids"]), report["blobs"]["file"]))
            case "over":
                self._over = True
                self._jobs.cancel()
            case _:
                self.drop()
        self._news.set()


def _row(told: list[Any]) -> Row:
    """A row as it crossed between the workers."""
    title, sources, *members = told
    return Row(title, tuple(sources), *members)
