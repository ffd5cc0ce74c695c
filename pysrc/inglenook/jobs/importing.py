"""Import: files into the store, in two steps. First a preview that stores nothing, then batches of whole conversations.

This file knows the two passes over what was given. What the first one worked
out is kept for the second, in memory and beside it; what has files, was changed
or came twice is read again, so that memory does not grow with the files. Longer
than most files because both passes share what is known of each conversation.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any, BinaryIO, Final

from inglenook.app.state import Preview, Problem
from inglenook.core.errors import BadFile, InglenookError
from inglenook.core.original import packed
from inglenook.core.repair import one_line
from inglenook.core.schema import dump_conversation
from inglenook.core.summary import summarise
from inglenook.formats.reading.containers import Given, Spool
from inglenook.formats.reading.found import Found
from inglenook.formats.reading.stretch import Stretch
from inglenook.formats.sources import Sources, sources
from inglenook.jobs import report, rows
from inglenook.jobs.comparing import Compared, Comparing
from inglenook.jobs.filing import Filing
from inglenook.jobs.planning import plan
from inglenook.jobs.rows import Outcome, Row
from inglenook.jobs.sharing import ROOM, LatterHalf
from inglenook.jobs.stock import Stock, batches, brought
from inglenook.ports import Brought, Keeper, StaleRevision, Writers

PROBLEMS: Final = 500
MOST_PROBLEMS: Final = 20_000
TRIES: Final = 5

# A batch is written as text and handed over while those before it are stored.
AT_ONCE: Final = 3

Progress = Callable[[str, int, int], None]


class Importer:
    """
    Reads files, says what they would change, and does it when told to.

    `latter` is another worker, which reads the latter half of what is long.
    """

    def __init__(
        self,
        keeper: Keeper,
        writers: Writers,
        open_file: Callable[[Any], BinaryIO],
        spool: Spool,
        progress: Progress,
        now_ms: int,
        latter: LatterHalf | None = None,
    ) -> None:
        self._keeper = keeper
        self._writers = writers
        self._open_file = open_file
        self._spool = spool
        self._progress = progress
        self._now_ms = now_ms
        self._sources = Sources()
        self._comparing = Comparing(keeper, now_ms)
        self._rows: dict[str, Row] = {}
        self._latter = latter
        self._stock = Stock(writers, open_file)
        self._bytes = 0
        self._name = ""
        self._step = 0
        self._stopping = False
        self.outcome = Outcome()
        self.problems: list[Problem] = []
        self.unlisted = 0

    async def read(self, given: list[Given]) -> Preview:
        """Take everything apart and compare it with the store. BadFile if there is no conversation in it."""
        self._sources = sources(given, self._spool)
        for where, why in self._sources.problems:
            self._tell(where, why)
        known = self._sources.known
        if self._latter is not None:
            self._latter = self._latter if self._latter.meet(known) else None
        if self._latter is not None:
            self._latter.count = lambda count: self._heard("", count)
            self._stock = Stock(self._writers, self._open_file, ROOM)
        await self._comparing.begin()
        for number in range(len(known)):
            latter = self._latter if self._latter and self._latter.source == number else None
            if latter and not latter.at and await self._joined(latter):
                break
            await self._read(number)
            if latter and latter.at:
                if await self._joined(latter):
                    break
                if latter.is_left:
                    await self._read(number)
        for source in known:
            source.on_read(lambda count: None)
            if source.apart is not None:
                source.apart.stretch = Stretch()
        for where, why in self._sources.left_over():
            self._tell(where, why)
        if not self._rows:
            raise BadFile(
                "Nothing in what you gave can be imported." if given else "There was no file in what you gave.",
                advice="Settings, Data names the formats that can be read. Nothing was changed.",
            )
        return rows.preview(self._rows, known, tuple(self.problems[:PROBLEMS]), self._left_out())

    async def _read(self, number: int) -> None:
        source = self._sources.known[number]
        source.on_read(lambda count: self._heard(source.name, count))
        tell: Callable[[str, str], object] = lambda which, why: self._tell(f"{source.name}: {which}", why)  # noqa: E731
        for batch in batches(source.conversations(self._tell)):
            for compared in await self._comparing.batch(number, batch, tell):
                self._take(compared)
            await asyncio.sleep(0)

    async def _joined(self, latter: LatterHalf) -> bool:
        """Whether another worker has read all the rest; what it found is taken."""
        if (latter.is_met or not latter.at) and await latter.is_read():
            for compared in latter.compared:
                self._take(compared)
            for where, why in latter.problems:
                self._tell(where, why)
            for place in latter.used:
                self._sources.idle[place].used = True
            latter.hand_over(self._stock.put)
            return True
        latter.drop()
        self._bytes -= latter.bytes
        self._latter = None
        return False

    def _heard(self, name: str, count: int) -> None:
        self._bytes += count
        total = sum(source.size for source in self._sources.known)
        self._name = name or self._name
        self._progress(f"Reading {one_line(self._name)}", min(self._bytes, total), total)

    def _take(self, compared: Compared) -> None:
        """Note what was found, and keep what is to be stored if there is room."""
        id, row = compared.id, compared.row
        earlier = self._rows.get(id)
        if earlier is None:
            self._rows[id] = row
            if compared.fresh is not None:
                self._stock.add(compared.fresh)
            return
        # The same conversation twice in one drop: both are joined when they are stored.
        row.sources = (*earlier.sources, *row.sources)
        if row.state != "same":
            row.messages, row.files = max(row.messages, earlier.messages), max(row.files, earlier.files)
            self._rows[id] = row
        else:
            earlier.sources = row.sources
        self._stock.drop(id)

    def stop(self) -> None:
        """End it after the batches at hand."""
        self._stopping = True
        if self._latter is not None:
            self._latter.drop()

    async def prepare(self) -> None:
        """Get ready to store what the preview shows, while the user looks at it. `commit` may be called meanwhile."""
        await self._stock.prepare()

    async def commit(self, wanted: Callable[[str], bool]) -> Outcome:
        """Store what is wanted of what the preview showed, in batches of whole conversations."""
        todo = {id: row for id, row in self._rows.items() if row.state != "same" and wanted(id)}
        outcome = self.outcome = Outcome(left=sum(row.state != "same" for row in self._rows.values()) - len(todo))
        have = set(await self._keeper.blob_keys())
        filing = Filing(self._keeper, self._writers, have, lambda why: self._tell("attachments", why))
        await self._ready(todo, outcome)
        again = {number for row in todo.values() if not row.done for number in row.sources}
        for number in sorted(again):
            if self._stopping:
                break
            quiet: Callable[[str, str], object] = lambda where, why: None  # noqa: E731 - told in the first pass
            found = self._sources.known[number].conversations(quiet)
            for batch in batches(f for f in found if self._is_due(todo.get(f.conversation.id), number)):
                await self._store(number, batch, filing, outcome)
                self._progress("Storing", len(outcome.ids), len(todo))
                await asyncio.sleep(0)
                if self._stopping:
                    break
        outcome.stopped = self._stopping and any(not row.done for row in todo.values())
        return outcome

    @staticmethod
    def _is_due(row: Row | None, number: int) -> bool:
        if row is None:
            return False
        # What came more than once is stored each time, joined with what was stored before.
        return not row.done or number in row.sources[1:]

    async def _ready(self, todo: dict[str, Row], outcome: Outcome) -> None:
        """Store what was kept from the first pass."""
        storing: deque[asyncio.Task[None]] = deque()
        try:
            async for batch in self._kept(todo):
                if not batch:
                    continue
                while len(storing) >= (AT_ONCE if self._step > 1 else 1):
                    await storing.popleft()
                if self._stopping:
                    return
                storing.append(asyncio.ensure_future(self._bring_ready(batch, outcome, len(todo))))
                await asyncio.sleep(0)
        finally:
            # All of them, also if one fails: what the others have stored is told.
            for ended in await asyncio.gather(*storing, return_exceptions=True):
                if isinstance(ended, BaseException):
                    raise ended

    async def _kept(self, todo: dict[str, Row]) -> AsyncIterator[list[Brought]]:
        """What is ready to be stored, here and in the worker that read the latter half."""
        more = True
        while more:
            for batch in self._stock.take(todo):
                yield batch
            more = self._latter is not None and await self._latter.more()
        for batch in self._stock.take(todo):
            yield batch

    async def _bring_ready(self, batch: list[Brought], outcome: Outcome, total: int) -> None:
        try:
            await self._bring(batch)
        except StaleRevision:
            return  # another tab wrote one of them since the preview; the second pass compares them anew
        self._did(batch, outcome)
        self._progress("Storing", len(outcome.ids), total)

    async def _store(self, number: int, batch: list[Found], filing: Filing, outcome: Outcome) -> None:
        """Compare a batch with what is stored now, store its files, and then the conversations."""
        originals: dict[int, str] = {}
        for _ in range(TRIES):
            stored = await self._keeper.existing(tuple({found.conversation.id for found in batch}))
            made: dict[str, Brought] = {}
            for place, found in enumerate(batch):
                there, revision = stored.get(found.conversation.id, (None, 0))
                planned = plan(found, there, self._now_ms)
                if planned.state == "same" and self._comparing.is_shown(found.conversation.id):
                    self._rows[found.conversation.id].done = True
                    continue
                filed = await filing.file(planned.conversation, found.files)
                if found.raw:
                    originals[place], found.raw = packed(found.raw), ""
                if place in originals:
                    filed = await filing.original(filed, originals[place], planned.incoming)
                before = dump_conversation(there) if there else ""
                made[filed.id] = brought(filed, summarise(filed), revision, before)
                # Twice in one file: the second is joined with the first when that is stored.
                stored[found.conversation.id] = (filed, revision)
            if not made:
                return
            try:
                await self._bring(list(made.values()))
            except StaleRevision:
                continue
            self._did(list(made.values()), outcome)
            return
        raise InglenookError(
            "Another tab keeps changing the same conversations.", advice="Close the other tabs and import again."
        )

    async def _bring(self, batch: list[Brought]) -> None:
        step, self._step = self._step, self._step + 1
        try:
            await self._keeper.bring(batch, step, self._now_ms)
        except BaseException:
            # The note of a new import is written with its first batch, which comes alone; so the next one is the first.
            self._step = self._step if step else 0
            raise

    def _did(self, batch: list[Brought], outcome: Outcome) -> None:
        for id in (one.summary.id for one in batch):
            row = self._rows[id]
            if not row.done:
                outcome.ids.append(id)
                outcome.new += row.state == "new"
                outcome.joined += row.state == "changed"
            row.done = True

    def report(self, outcome: Outcome) -> str:
        """What was done, as a text to keep."""
        told = rows.report(self._rows, self._sources.known, self.problems)
        return report.text(told, self._now_ms, outcome.stopped)

    def _left_out(self) -> int:
        return max(0, len(self.problems) - PROBLEMS) + self.unlisted

    def _tell(self, where: str, why: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(one_line(where[:200]), one_line(why[:500])))
        else:
            self.unlisted += 1
