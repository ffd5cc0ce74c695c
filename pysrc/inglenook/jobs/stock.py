"""What the first pass of an import worked out of conversations that are new here, kept until they are wanted.

This file knows how much may be kept, and how it becomes what the store writes:
while nobody waits, or when it is asked for. It never learns of files or rows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from inglenook.core.deflated import deflated, deflated_pieces
from inglenook.core.model import Conversation, Summary
from inglenook.core.original import LONG, keep, packed
from inglenook.core.schema import conversation_pieces, dump_conversation
from inglenook.core.thread import attachments
from inglenook.ports import Brought

# Conversations are compared, and stored in one transaction, when there are so many of them or so many characters.
BATCH: Final = 48
BATCH_SIZE: Final = 4 << 20
# What is kept of all together: characters, and for each message about as many bytes as its objects take.
MOST: Final = 96 << 20
_MESSAGE: Final = 1500
# With more messages a conversation is written message by message, which takes less memory and more time.
LONG_TALK: Final = 2000


@dataclass(frozen=True, slots=True)
class _Worked:
    """A conversation, and what it was made of, packed; "": there is no such text."""

    conversation: Conversation
    summary: Summary
    original: str


class Stock:
    """Conversations by their ids. `prepare` may run while the user looks; asking for them ends it."""

    def __init__(self) -> None:
        self._held: dict[str, _Worked | Brought] = {}
        self._room = MOST
        self._wanted = False

    def __contains__(self, id: str) -> bool:
        return id in self._held

    def add(self, conversation: Conversation, summary: Summary, raw: str) -> None:
        """Keep a conversation if there is room for it, and if its original is not so long that it needs a file."""
        size = len(raw) + _MESSAGE * len(conversation.messages)
        if size > self._room:
            return
        original = packed(raw) if raw else ""
        if len(original) <= LONG:
            self._room -= size
            self._held[conversation.id] = _Worked(conversation, summary, original)

    def drop(self, id: str) -> None:
        self._held.pop(id, None)

    async def prepare(self) -> None:
        """Write what is kept as the store has it, a little at a time, until it is asked for."""
        for id in list(self._held):
            if self._wanted:
                return
            if isinstance(worked := self._held.get(id), _Worked):
                self._held[id] = _written(worked)
                await asyncio.sleep(0)

    def take(self, ids: Iterable[str]) -> Iterator[list[Brought]]:
        """Those of the conversations that are kept, in batches; they are not kept any longer."""
        self._wanted = True
        batch: list[Brought] = []
        size = 0
        for id in ids:
            held = self._held.pop(id, None)
            if held is None:
                continue
            batch.append(_written(held) if isinstance(held, _Worked) else held)
            size += len(batch[-1].text)
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
