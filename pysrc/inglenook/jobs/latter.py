"""The latter half of a long reading, done in a worker of its own for the one that reads the first half.

Reports are JSON objects; their `kind` is

    begun     `start`: the byte at which the half begins, if it begins inside of a file
    count     `bytes` were read
    compared  `rows` of conversations by id, in the order of the files, and `problems` (where, why)
    read      that was all; `used`: which of the idle files belong to a conversation
    ready     `ids` of conversations that can be stored as they are; the blob `file` holds them, see `bundle.py`
    over      that was all

It ends with an error where it comes upon something that counts from the file's beginning.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, BinaryIO, Final

from inglenook.core.errors import InglenookError
from inglenook.core.quick import members_of
from inglenook.formats.reading.containers import Given, Spool
from inglenook.formats.reading.stretch import Stretch, entry_near
from inglenook.formats.sources import Source, Sources, sources
from inglenook.jobs.comparing import Compared, Comparing
from inglenook.jobs.rows import Row
from inglenook.jobs.sharing import ROOM, halfway
from inglenook.jobs.stock import Stock, batches
from inglenook.ports import Keeper, Writers

COUNTED: Final = 2 << 20

Post = Callable[[dict[str, Any], dict[str, Any]], None]


class Latter:
    """Reads from a place in the files to their end."""

    def __init__(
        self,
        keeper: Keeper,
        writers: Writers,
        open_file: Callable[[Any], BinaryIO],
        spool: Spool,
        post: Post,
        now_ms: int,
    ) -> None:
        self._keeper = keeper
        self._spool = spool
        self._post = post
        self._now_ms = now_ms
        self._sources = Sources()
        self._stock = Stock(writers, open_file, ROOM)
        self._met: set[str] = set()
        self._problems: list[tuple[str, str]] = []
        self._bytes = 0

    async def read(self, given: list[Given]) -> None:
        """Report what is found in the latter half, and then what of it is ready to be stored."""
        self._sources = sources(given, self._spool)
        place = halfway(self._sources.known)
        if place is None:
            raise InglenookError("There is too little to be read by two.")
        first, at = place
        if at:
            self._begin(self._sources.known[first], at)
        comparing = Comparing(self._keeper, self._now_ms)
        await comparing.begin()
        for number, source in enumerate(self._sources.known[first:], first):
            source.on_read(self._count)
            tell = _cannot if at and number == first else self._tell
            for batch in batches(source.conversations(tell)):
                name = source.name
                compared = await comparing.batch(
                    number, batch, lambda which, why, name=name: self._tell(f"{name}: {which}", why)
                )
                self._keep(compared)
                await asyncio.sleep(0)
        used = [place for place, document in enumerate(self._sources.idle) if document.used]
        self._tell_of([])
        self._post({"kind": "read", "used": used}, {})
        for bundle in self._stock.bundles():
            self._post({"kind": "ready", "ids": bundle.ids}, {"file": bundle.file})
            await asyncio.sleep(0)
        self._post({"kind": "over"}, {})

    def _begin(self, source: Source, at: int) -> None:
        start = entry_near(source.apart.open, at) if source.apart is not None else None
        if source.apart is None or start is None:
            raise InglenookError("No entry can be seen to begin there.")
        source.apart.stretch = Stretch(start)
        self._post({"kind": "begun", "start": start}, {})

    def _keep(self, compared: list[Compared]) -> None:
        for one in compared:
            if one.id in self._met:
                self._stock.drop(one.id)
            elif one.fresh is not None:
                self._stock.add(one.fresh)
            self._met.add(one.id)
        self._tell_of(compared)

    def _tell_of(self, compared: list[Compared]) -> None:
        rows = [(one.id, members_of(Row)(one.row)) for one in compared]
        self._post({"kind": "compared", "rows": rows, "problems": self._problems}, {})
        self._problems = []

    def _tell(self, where: str, why: str) -> None:
        self._problems.append((where, why))

    def _count(self, count: int) -> None:
        self._bytes += count
        if self._bytes >= COUNTED:
            self._post({"kind": "count", "bytes": self._bytes}, {})
            self._bytes = 0


def _cannot(where: str, why: str) -> None:
    # It says which entry it is, and nobody here knows how many came before.
    raise InglenookError("Something cannot be read.", detail=f"{where}: {why}")
