"""Import: files into the store, in two steps. First a preview that stores nothing, then batches of whole conversations.

This file knows the two passes over what was given. What the first one worked
out is kept for the second as long as it is small; the rest is read again, so
that memory does not grow with the files.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Final

from inglenook.app.state import Preview, Problem
from inglenook.core.errors import BadFile, InglenookError
from inglenook.core.model import Summary
from inglenook.core.original import packed
from inglenook.core.repair import one_line
from inglenook.core.schema import dump_conversation
from inglenook.core.summary import summarise
from inglenook.formats.reading.containers import Given, Spool
from inglenook.formats.reading.found import Found
from inglenook.formats.sources import Sources, sources
from inglenook.jobs import report, rows
from inglenook.jobs.filing import Filing
from inglenook.jobs.planning import Planned, live, plan, spoken
from inglenook.jobs.rows import Outcome, Row
from inglenook.jobs.stock import BATCH, BATCH_SIZE, Stock, brought
from inglenook.ports import Brought, Keeper, StaleRevision, Writers

PROBLEMS: Final = 500
MOST_PROBLEMS: Final = 20_000
TRIES: Final = 5

Progress = Callable[[str, int, int], None]


class Importer:
    """Reads files, says what they would change, and does it when told to. `stop` ends it after the batch at hand."""

    def __init__(self, keeper: Keeper, writers: Writers, spool: Spool, progress: Progress, now_ms: int) -> None:
        self._keeper = keeper
        self._writers = writers
        self._spool = spool
        self._progress = progress
        self._now_ms = now_ms
        self._sources = Sources()
        self._rows: dict[str, Row] = {}
        self._stored: set[str] = set()
        self._summaries: dict[str, Summary] = {}
        self._alike: dict[tuple[int, str], list[str]] = {}
        self._stock = Stock()
        self._step = 0
        self.stop = False
        self.outcome = Outcome()
        self.problems: list[Problem] = []
        self.unlisted = 0

    async def read(self, given: list[Given]) -> Preview:
        """Take everything apart and compare it with the store. BadFile if there is no conversation in it."""
        self._sources = sources(given, self._spool)
        for where, why in self._sources.problems:
            self._tell(where, why)
        self._stored = await self._keeper.ids()
        for summary in await self._keeper.all_summaries():
            self._summaries[summary.id] = summary
            self._alike.setdefault((summary.message_count, summary.preview), []).append(summary.id)
        total, before = sum(source.size for source in self._sources.known), 0
        for number, source in enumerate(self._sources.known):
            at = before

            def heard(count: int, name: str = source.name) -> None:
                nonlocal at
                at += count
                self._progress(f"Reading {one_line(name)}", min(at, total), total)

            source.on_read(heard)
            for batch in batches(source.conversations(self._tell)):
                await self._compare(number, batch)
                await asyncio.sleep(0)
            before += source.size
        for where, why in self._sources.left_over():
            self._tell(where, why)
        if not self._rows:
            raise BadFile(
                "Nothing in what you gave can be imported." if given else "There was no file in what you gave.",
                advice="Settings, Data names the formats that can be read. Nothing was changed.",
            )
        known = self._sources.known
        return rows.preview(self._rows, known, tuple(self.problems[:PROBLEMS]), self._left_out())

    async def _compare(self, number: int, batch: list[Found]) -> None:
        """Work out rows for a batch, and keep what is to be stored if there is room."""
        known = tuple({f.conversation.id for f in batch if f.conversation.id in self._stored})
        stored = await self._keeper.existing(known) if known else {}
        alone = (number,)
        for found in batch:
            for problem in found.problems:
                self._tell(f"{self._sources.known[number].name}: {_named(found)}", problem)
            id = found.conversation.id
            there, _ = stored.get(id, (None, 0))
            planned = plan(found, there, self._now_ms)
            summary = summarise(planned.conversation)
            row = Row(
                summary.title,
                alone,
                live(found.conversation),
                len(found.files),
                summary.created_ms,
                summary.updated_ms,
                planned.state,
                planned.added,
                planned.differs,
            )
            if there is not None and id not in self._summaries:
                row.state, row.note = "new", "was deleted here"
            elif there is None and (twin := await self._twin(planned, summary)):
                row.state, row.note = "same", f"the same as “{twin}”"
            earlier = self._rows.get(id)
            if earlier is not None:
                # The same conversation twice in one drop: both are joined when they are stored.
                row.sources = (*earlier.sources, number)
                if row.state != "same":
                    row.messages, row.files = max(row.messages, earlier.messages), max(row.files, earlier.files)
                    self._rows[id] = row
                else:
                    earlier.sources = row.sources
                self._stock.drop(id)
                continue
            self._rows[id] = row
            if row.state == "new" and there is None and not found.files:
                self._stock.add(planned.conversation, summary, found.raw)

    async def _twin(self, planned: Planned, summary: Summary) -> str:
        """The title of a stored conversation that says the same under another id; "" if there is none."""
        candidates = self._alike.get((summary.message_count, summary.preview), ())
        if not candidates or not summary.preview:
            return ""
        said = spoken(planned.conversation)
        for other, (conversation, _) in (await self._keeper.existing(tuple(candidates[:4]))).items():
            if spoken(conversation) == said:
                return self._summaries[other].title
        return ""

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
            if self.stop:
                break
            quiet: Callable[[str, str], object] = lambda where, why: None  # noqa: E731 - told in the first pass
            found = self._sources.known[number].conversations(quiet)
            for batch in batches(f for f in found if self._is_due(todo.get(f.conversation.id), number)):
                await self._store(number, batch, filing, outcome)
                self._progress("Storing", len(outcome.ids), len(todo))
                await asyncio.sleep(0)
                if self.stop:
                    break
        outcome.stopped = self.stop and any(not row.done for row in todo.values())
        return outcome

    @staticmethod
    def _is_due(row: Row | None, number: int) -> bool:
        if row is None:
            return False
        # What came more than once is stored each time, joined with what was stored before.
        return not row.done or number in row.sources[1:]

    async def _ready(self, todo: dict[str, Row], outcome: Outcome) -> None:
        """Store what was kept from the first pass; the next batch is written as text while one is stored."""
        storing: asyncio.Task[None] | None = None
        try:
            for batch in self._stock.take(todo):
                if storing is not None:
                    await storing
                    storing = None
                if self.stop:
                    return
                storing = asyncio.ensure_future(self._bring_ready(batch, outcome, len(todo)))
                await asyncio.sleep(0)
        finally:
            if storing is not None:
                await storing

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
                if planned.state == "same" and found.conversation.id in self._summaries:
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
        await self._keeper.bring(batch, self._step, self._now_ms)
        self._step += 1

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

def batches(found: Iterator[Found]) -> Iterator[list[Found]]:
    """What is found, a few at a time."""
    batch: list[Found] = []
    size = 0
    for one in found:
        batch.append(one)
        size += len(one.raw)
        if len(batch) >= BATCH or size >= BATCH_SIZE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _named(found: Found) -> str:
    return found.conversation.title.value.strip()[:80] or "a conversation without a title"
