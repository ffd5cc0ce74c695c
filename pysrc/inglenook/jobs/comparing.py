"""What is found in files, compared with what is stored: one row for each conversation.

This file knows the store as it was when the reading began. It stores nothing,
and never learns what was found before in the same files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from inglenook.core.model import Conversation, Summary
from inglenook.core.summary import summarise
from inglenook.formats.reading.found import Found
from inglenook.jobs.planning import Planned, live, plan, spoken
from inglenook.jobs.rows import Row
from inglenook.ports import Keeper


@dataclass(frozen=True, slots=True)
class Fresh:
    """A conversation that is new here and complete, so that it can be stored as it is. `raw`: its text in the file."""

    conversation: Conversation
    summary: Summary
    raw: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What the comparison says of one conversation; `fresh` is None if more than storing it would be to be done."""

    id: str
    row: Row
    fresh: Fresh | None = None


class Comparing:
    """`begin` once, then one batch after another."""

    def __init__(self, keeper: Keeper, now_ms: int) -> None:
        self._keeper = keeper
        self._now_ms = now_ms
        self._stored: set[str] = set()
        self._summaries: dict[str, Summary] = {}
        self._alike: dict[tuple[int, str], list[str]] = {}

    async def begin(self) -> None:
        """Take note of what is stored."""
        self._stored = await self._keeper.ids()
        for summary in await self._keeper.all_summaries():
            self._summaries[summary.id] = summary
            self._alike.setdefault((summary.message_count, summary.preview), []).append(summary.id)

    def is_shown(self, id: str) -> bool:
        """Whether a conversation was stored and not deleted."""
        return id in self._summaries

    async def batch(self, number: int, batch: list[Found], tell: Callable[[str, str], object]) -> list[Compared]:
        """Compare what was found in the file of this number; `tell` hears of what conversation what was not taken."""
        known = tuple({f.conversation.id for f in batch if f.conversation.id in self._stored})
        stored = await self._keeper.existing(known) if known else {}
        compared = []
        for found in batch:
            for problem in found.problems:
                tell(_named(found), problem)
            there, _ = stored.get(found.conversation.id, (None, 0))
            compared.append(await self._one(number, found, there))
        return compared

    async def _one(self, number: int, found: Found, there: Conversation | None) -> Compared:
        id = found.conversation.id
        planned = plan(found, there, self._now_ms)
        summary = summarise(planned.conversation)
        row = Row(
            summary.title,
            (number,),
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
        is_fresh = row.state == "new" and there is None and not found.files
        return Compared(id, row, Fresh(planned.conversation, summary, found.raw) if is_fresh else None)

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


def _named(found: Found) -> str:
    return found.conversation.title.value.strip()[:80] or "a conversation without a title"
