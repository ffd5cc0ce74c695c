"""What the first pass of an import worked out of conversations that are new here, kept until they are wanted.

This file knows how much is kept in memory and how much beside it, and how it
becomes what the store writes: while nobody waits, when there is no more room,
or when it is asked for. It never learns of files or rows.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, Final

from inglenook.core.deflated import deflated, deflated_pieces
from inglenook.core.errors import InglenookError
from inglenook.core.model import Conversation, Summary
from inglenook.core.original import LONG, keep, packed
from inglenook.core.schema import conversation_pieces, dump_conversation
from inglenook.core.thread import attachments
from inglenook.formats.reading.found import Found
from inglenook.jobs.bundle import Bundle, bundled, unbundled
from inglenook.jobs.comparing import Fresh
from inglenook.ports import Brought, Writers

# Conversations are compared, and stored in one transaction, when there are so many of them or so many characters.
BATCH: Final = 48
BATCH_SIZE: Final = 4 << 20
# What is kept in memory: characters, and for each message about as many bytes as its objects take.
ROOM: Final = 96 << 20
_MESSAGE: Final = 1500
# What is kept beside it, in bytes of texts that were made small. What comes after that is read again.
MOST_ASIDE: Final = 1 << 30
# With more messages a conversation is written message by message, which takes less memory and more time.
LONG_TALK: Final = 2000


@dataclass(frozen=True, slots=True)
class _Worked:
    """A conversation, and what it was made of, packed; "": there is no such text. `size` is its share of the room."""

    conversation: Conversation
    summary: Summary
    original: str
    size: int


class Stock:
    """Conversations by their ids. `prepare` may run while the user looks; asking for them ends it."""

    def __init__(self, writers: Writers, open_file: Callable[[Any], BinaryIO], room: int = ROOM) -> None:
        self._writers = writers
        self._open_file = open_file
        self._held: dict[str, _Worked | Brought] = {}
        self._aside: deque[Bundle] = deque()
        self._dropped: set[str] = set()
        self._room = room
        self._aside_room = MOST_ASIDE
        self._wanted = False

    def add(self, fresh: Fresh) -> None:
        """Keep a conversation, unless its original is so long that it needs a file, or everything is full."""
        size = len(fresh.raw) + _MESSAGE * len(fresh.conversation.messages)
        while size > self._room and self._held and self._aside_room > 0:
            self._put_aside()
        if size > self._room:
            return
        original = packed(fresh.raw) if fresh.raw else ""
        if len(original) <= LONG:
            self._room -= size
            self._held[fresh.conversation.id] = _Worked(fresh.conversation, fresh.summary, original, size)

    def drop(self, id: str) -> None:
        """Keep this one no longer, and not when it comes."""
        self._dropped.add(id)
        held = self._held.pop(id, None)
        if isinstance(held, _Worked):
            self._room += held.size

    def put(self, bundle: Bundle) -> None:
        """Keep what somebody else has got ready."""
        self._aside.append(bundle)

    async def prepare(self) -> None:
        """Write what is kept as the store has it, a little at a time, until it is asked for."""
        for id in list(self._held):
            if self._wanted:
                return
            if isinstance(worked := self._held.get(id), _Worked):
                self._held[id] = _written(worked)
                await asyncio.sleep(0)

    def bundles(self) -> Iterator[Bundle]:
        """All that is kept, to be given away; it is not kept any longer."""
        while self._aside or self._held:
            if not self._aside:
                self._put_aside()
            yield self._aside.popleft()

    def take(self, wanted: Container[str]) -> Iterator[list[Brought]]:
        """Those of the conversations that are kept and wanted, in batches, also empty ones; they are kept no longer."""
        self._wanted = True
        while self._aside or self._held:
            # In turn: while one that was put aside is stored, there is time to write the next.
            if self._aside:
                yield [one for one in self._unbundled() if self._is_due(one.summary.id, wanted)]
            yield self._batch(wanted)

    def _unbundled(self) -> list[Brought]:
        try:
            return unbundled(self._aside.popleft(), self._open_file)
        except InglenookError:
            # The browser has lost it; whoever misses these reads them again.
            return []

    def _batch(self, wanted: Container[str]) -> list[Brought]:
        """As many of those in memory as are stored at once."""
        batch: list[Brought] = []
        size = 0
        while self._held and len(batch) < BATCH and size < BATCH_SIZE:
            id = next(iter(self._held))
            held = self._held.pop(id)
            if self._is_due(id, wanted):
                batch.append(_written(held) if isinstance(held, _Worked) else held)
                size += len(batch[-1].text)
        return batch

    def _is_due(self, id: str, wanted: Container[str]) -> bool:
        return id in wanted and id not in self._dropped

    def _put_aside(self) -> None:
        batch: list[Brought] = []
        for id in list(islice(self._held, BATCH)):
            held = self._held.pop(id)
            if isinstance(held, _Worked):
                self._room += held.size
                held = _written(held)
            batch.append(held)
            self._aside_room -= len(held.text)
        self._aside.append(bundled(batch, self._writers))


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


def _written(worked: _Worked) -> Brought:
    made = worked.conversation
    if worked.original:
        made = keep(made, made, original=worked.original)
    return brought(made, worked.summary)


def brought(conversation: Conversation, summary: Summary, revision: int = 0, before: str = "") -> Brought:
    """A conversation as the store writes it."""
    named = tuple(sorted(attachments(conversation)))
    long = len(conversation.messages) > LONG_TALK
    text = deflated_pieces(conversation_pieces(conversation)) if long else deflated(dump_conversation(conversation))
    return Brought(summary, text, named, revision, before)
