"""The list of requests over any Database: one record for each, by the id of its answer.

This file knows the stores "activity" and "debug". What was asked and answered
is only ever written to the second, and nothing reads both into one place.
"""

from __future__ import annotations

from inglenook.adapters.stored import delete, every, keys, put
from inglenook.core import activity, copy
from inglenook.core.activity import Entry
from inglenook.core.copy import Copy
from inglenook.ports import Conflict, Database

ENTRIES = "activity"
COPIES = "debug"


class StoredJournal:
    """A Journal."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, entry: Entry) -> bool:
        # An answer may end twice: in its tab, and once more where a tab finds what it left when it died.
        absent = {"op": "expect", "store": ENTRIES, "key": entry.id, "revision": 0}
        try:
            await self._database.transact([absent, put(ENTRIES, entry.id, activity.dump(entry))])
        except Conflict:
            return False
        return True

    async def entries(self) -> tuple[tuple[Entry, ...], int]:
        (records,) = await self._database.transact([every(ENTRIES)])
        return activity.load_all(records)

    async def clear(self) -> None:
        await self._empty(ENTRIES)

    async def add_copy(self, copied: Copy) -> None:
        await self._database.transact([put(COPIES, copied.id, copy.dump(copied))])

    async def copies(self) -> tuple[Copy, ...]:
        (records,) = await self._database.transact([every(COPIES)])
        return tuple(sorted(map(copy.load, records), key=lambda found: (found.at_ms, found.id), reverse=True))

    async def clear_copies(self) -> None:
        await self._empty(COPIES)

    async def _empty(self, store: str) -> None:
        (found,) = await self._database.transact([keys(store)])
        await self._database.transact([delete(store, key) for key in found])
