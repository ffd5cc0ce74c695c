"""Import: files into the store, in two steps. First a preview that stores nothing, then one write of all of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from inglenook.app.state import Preview, PreviewRow, Problem
from inglenook.core.errors import BadFile, InglenookError
from inglenook.core.merge import merge, same
from inglenook.core.model import Conversation
from inglenook.core.thread import attachments
from inglenook.formats import archive
from inglenook.ports import Keeper, StaleRevision

ROWS = 200
PROBLEMS = 500
TRIES = 5

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Planned:
    """What the store will have of one conversation: `merged`, if it is still at `revision`."""

    incoming: Conversation
    merged: Conversation
    revision: int
    state: str


class Importer:
    """Reads files, says what they would change, and does it when told to."""

    def __init__(self, keeper: Keeper, progress: Progress) -> None:
        self._keeper = keeper
        self._progress = progress
        self._contents: list[archive.Contents] = []
        self._plan: dict[str, Planned] = {}
        self.problems: list[Problem] = []

    async def read(self, files: list[tuple[str, BinaryIO]]) -> Preview:
        """Take every file apart and compare it with the store. Raises BadFile if there is nothing to import in any."""
        incoming: dict[str, Conversation] = {}
        for name, file in files:
            try:
                self._take(name, file, incoming)
            except InglenookError as error:
                self.problems.append(Problem(name, str(error)))
            await asyncio.sleep(0)
        if not incoming:
            raise BadFile(
                "Nothing in what you gave can be imported." if files else "There was no file in what you gave.",
                advice="Inglenook archives (.zip) can be taken in. Nothing was changed.",
            )
        await self._compare(incoming)
        return self._preview()

    def _take(self, name: str, file: BinaryIO, incoming: dict[str, Conversation]) -> None:
        if not archive.sniff(file):
            raise BadFile("This is not an Inglenook archive.", advice="")
        contents = archive.read(file, lambda done, total: self._progress(f"Reading {name}", done, total))
        self._contents.append(contents)
        for conversation in contents.conversations():
            known = incoming.get(conversation.id)
            incoming[conversation.id] = merge(known, conversation) if known else conversation
        self.problems += [Problem(f"{name}: {p.member}", said(p)) for p in contents.problems]

    async def _compare(self, incoming: dict[str, Conversation]) -> None:
        stored = await self._keeper.existing(tuple(incoming))
        for id, conversation in incoming.items():
            mine = stored.get(id)
            if mine is None:
                self._plan[id] = Planned(conversation, conversation, 0, "new")
                continue
            known, revision = mine
            merged = merge(known, conversation)
            self._plan[id] = Planned(conversation, merged, revision, "same" if same(merged, known) else "changed")

    def _preview(self) -> Preview:
        plans = list(self._plan.values())
        states = [p.state for p in plans]
        rows = sorted(plans, key=lambda p: (p.state == "same", -p.incoming.created_ms))[:ROWS]
        wanted = {sha256 for p in plans for sha256 in attachments(p.incoming)}
        return Preview(
            source="Inglenook archive",
            conversations=len(plans),
            messages=sum(live(p.incoming) for p in plans),
            attachments=sum(1 for c in self._contents for sha256 in c.attachments if sha256 in wanted),
            new=states.count("new"),
            changed=states.count("changed"),
            same=states.count("same"),
            rows=tuple(PreviewRow(p.incoming.title.value, live(p.incoming), p.state) for p in rows),
            problems=tuple(self.problems[:PROBLEMS]),
        )

    async def commit(self) -> tuple[str, ...]:
        """Store what the preview showed; answers the ids that were written. All of it is stored, or nothing is."""
        await self._store_attachments()
        for _ in range(TRIES):
            todo = {id: p for id, p in self._plan.items() if p.state != "same"}
            self._progress("Storing", 0, len(todo))
            try:
                await self._keeper.write_many([(p.merged, p.revision) for p in todo.values()])
            except StaleRevision:
                # Another tab wrote one of them since the preview: merge with what is there now.
                await self._compare({id: p.incoming for id, p in self._plan.items()})
                continue
            return tuple(todo)
        raise InglenookError(
            "Another tab keeps changing the same conversations.", advice="Close the other tabs and import again."
        )

    async def _store_attachments(self) -> None:
        wanted = {sha256: part for p in self._plan.values() for sha256, part in named(p.incoming).items()}
        have = set(await self._keeper.blob_keys())
        todo = [
            (c, sha256) for c in self._contents for sha256 in c.attachments if sha256 in wanted and sha256 not in have
        ]
        for done, (contents, sha256) in enumerate(todo):
            self._progress("Storing attachments", done, len(todo))
            try:
                data = contents.open_attachment(sha256).read()
            except BadFile as error:
                self.problems.append(Problem(f"attachment {sha256[:12]}", str(error)))
                continue
            await self._keeper.put_blob(sha256, data, wanted[sha256])


def said(problem: archive.Problem) -> str:
    """What an archive says of a member that was left out, as sentences."""
    why = problem.why.strip()
    return f"{problem.what} {why[:1].upper()}{why[1:]}".strip()


def live(conversation: Conversation) -> int:
    return sum(1 for m in conversation.messages.values() if m.deleted_ms is None)


def named(conversation: Conversation) -> dict[str, str]:
    """The attachments that a conversation names, with their media types."""
    return {
        part.sha256: part.media_type
        for message in conversation.messages.values()
        for part in message.parts
        if getattr(part, "sha256", None)
    }
