"""Recording: the list of requests, written and read beside everything else, and saved as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inglenook.app.effects import (
    ClearActivity,
    ClearCopies,
    ExportActivity,
    LoadActivity,
    LoadBudget,
    Record,
    SaveBudget,
)
from inglenook.app.messages import ActivityLoaded, BudgetLoaded, CopyKept, Recorded
from inglenook.core.errors import InglenookError
from inglenook.formats.activity import as_csv, as_json
from inglenook.ports import Journal, Keeper, Page, Tabs, Writers

KINDS = {"csv": (as_csv, "text/csv"), "json": (as_json, "application/json")}


class Recording:
    """Performs the effects about the list of requests."""

    def __init__(
        self,
        journal: Journal,
        keeper: Keeper,
        tabs: Tabs,
        writers: Writers,
        page: Page,
        dispatch: Callable[[Any], None],
    ) -> None:
        self._journal = journal
        self._keeper = keeper
        self._tabs = tabs
        self._writers = writers
        self._page = page
        self._dispatch = dispatch

    def performers(self) -> dict[type, Callable]:
        return {
            Record: self.record,
            LoadActivity: self.load,
            ClearActivity: self.clear,
            ClearCopies: self.clear_copies,
            SaveBudget: self.save_budget,
            LoadBudget: self.load_budget,
            ExportActivity: self.export,
        }

    async def record(self, effect: Record) -> None:
        """Write the entry, then the copy; neither waits for the answer itself, nor keeps it from being saved."""
        try:
            added = await self._journal.add(effect.entry)
        except InglenookError as error:
            self._dispatch(Recorded(effect.entry, error))
        else:
            if added:
                self._dispatch(Recorded(effect.entry))
                self._tell()
        if effect.copy is not None:
            try:
                await self._journal.add_copy(effect.copy)
            except InglenookError as error:
                self._dispatch(CopyKept(effect.copy, error))
            else:
                self._dispatch(CopyKept(effect.copy))

    async def load(self, effect: LoadActivity) -> None:
        try:
            entries, damaged = await self._journal.entries()
            copies = await self._journal.copies() if effect.copies else None
        except InglenookError as error:
            self._dispatch(ActivityLoaded(error=error))
        else:
            self._dispatch(ActivityLoaded(entries, damaged, copies))

    async def clear(self, effect: ClearActivity) -> None:
        await self._journal.clear()
        self._dispatch(ActivityLoaded())
        self._tell()

    async def clear_copies(self, effect: ClearCopies) -> None:
        await self._journal.clear_copies()
        await self.load(LoadActivity(copies=True))

    async def save_budget(self, effect: SaveBudget) -> None:
        await self._keeper.put_setting("budget", effect.record)
        self._tell()

    async def load_budget(self, effect: LoadBudget) -> None:
        self._dispatch(BudgetLoaded(await self._keeper.setting("budget")))

    def export(self, effect: ExportActivity) -> None:
        write, media_type = KINDS[effect.format]
        out = self._writers.create()
        out.write(write(effect.entries).encode())
        handle = self._writers.finish(out, media_type)
        self._page.post([{"op": "download", "name": effect.name, "blob": "file"}], {"file": handle})

    def _tell(self) -> None:
        # Word of no conversation: that the list of requests changed, or the budget.
        self._tabs.tell(())
