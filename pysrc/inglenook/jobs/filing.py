"""The files of an import: read, hashed, stored, and named in the conversations by what they are.

This file knows bytes. One is stored under its SHA-256 once, however many
conversations name it; a large one never is in memory as a whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from inglenook.core.errors import BadFile, StorageGone
from inglenook.core.model import Conversation, Part
from inglenook.core.original import LONG, keep
from inglenook.formats.reading.attach import media_type_of
from inglenook.formats.reading.found import PENDING, Opener
from inglenook.jobs.planning import waits
from inglenook.ports import Keeper, Writers

# Above this a file goes through the browser's own storage, piece by piece.
LARGE: Final = 8 << 20
MOST: Final = 2 << 30
_PIECE: Final = 1 << 20
NO_FILES: Final = "this browser keeps no files here, as in a private window."


class Filing:
    """Stores the files that conversations name. `problem` is told of those that cannot be read."""

    def __init__(self, keeper: Keeper, writers: Writers, have: set[str], problem: Callable[[str], object]) -> None:
        self._keeper = keeper
        self._writers = writers
        self._have = have
        self._problem = problem
        self.stored = 0

    async def file(self, conversation: Conversation, files: Mapping[str, Opener]) -> Conversation:
        """The conversation with its files stored; a file that cannot be read leaves its name behind."""
        if not files:
            return conversation
        known: dict[str, tuple[str | None, int, str]] = {}
        changed = {}
        for id, message in conversation.messages.items():
            wanted = [part for part in message.parts if getattr(part, "sha256", None) in files]
            if not wanted:
                continue
            for part in wanted:
                key = part.sha256  # type: ignore[union-attr]
                if key not in known:
                    known[key] = await self._store(part, files[key])
            parts = tuple(_filled(part, known) for part in message.parts)
            if parts != message.parts:
                changed[id] = replace(message, parts=parts)
        return replace(conversation, messages={**conversation.messages, **changed}) if changed else conversation

    async def original(self, conversation: Conversation, packed: str, incoming: Conversation) -> Conversation:
        """The conversation with what `incoming` was made of: in itself, or as a file if that is long."""
        if len(packed) <= LONG:
            return keep(conversation, incoming, original=packed)
        data = packed.encode("ascii")
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 not in self._have:
            try:
                await self._keeper.put_blob(sha256, data, "application/octet-stream")
            except StorageGone:
                self._problem(f"The text that “{conversation.title.value}” was made of could not be kept: {NO_FILES}")
                return conversation
            self._have.add(sha256)
        return keep(conversation, incoming, original_sha256=sha256)

    async def _store(self, part: Any, opener: Opener) -> tuple[str | None, int, str]:
        if not part.sha256.startswith(PENDING) and part.sha256 in self._have:
            return part.sha256, part.size, part.media_type
        try:
            with opener() as source:
                return await self._copied(source, part)
        except BadFile as error:
            self._problem(f"The file “{part.name or 'without a name'}” could not be read: {error.message}")
        except StorageGone:
            # WebKit keeps no files in a private window. What was said beside them is kept all the same.
            self._problem(f"The file “{part.name or 'without a name'}” could not be kept: {NO_FILES}")
        return None, part.size, part.media_type

    async def _copied(self, source: Any, part: Any) -> tuple[str, int, str]:
        digest, pieces, size, out, start = hashlib.sha256(), [], 0, None, b""
        while piece := source.read(_PIECE):
            start = start or piece[:16]
            digest.update(piece)
            size += len(piece)
            if size > MOST:
                raise BadFile("It is too large.")
            if out is None and size > LARGE:
                out = self._writers.create()
                for earlier in pieces:
                    out.write(earlier)
                pieces = []
            if out is None:
                pieces.append(piece)
            else:
                out.write(piece)
        sha256, media_type = digest.hexdigest(), media_type_of(start, part.name, part.media_type)
        if sha256 not in self._have:
            data = b"".join(pieces) if out is None else self._writers.finish(out, media_type)
            await self._keeper.put_blob(sha256, data, media_type)
            self._have.add(sha256)
            self.stored += 1
        elif out is not None:
            out.close()
        return sha256, size, media_type


def _filled(part: Part, known: Mapping[str, tuple[str | None, int, str]]) -> Part:
    if not waits(part):
        return part
    sha256, size, media_type = known[part.sha256]  # type: ignore[union-attr]
    return replace(part, sha256=sha256, size=size, media_type=media_type)  # type: ignore[type-var]
