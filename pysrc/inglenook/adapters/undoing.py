"""Taking an import back: what is noted while it is written, and how that is used.

This file knows the records of the note. One is written with each batch, in the
same transaction, so that an import that was killed half-way can be taken back
as well. Only the last import can; a new one forgets what was noted before.
"""

from __future__ import annotations

from itertools import batched
from typing import Any, Final

from inglenook.adapters import stored
from inglenook.adapters.stored import DELETED, delete, get, keys, put
from inglenook.core.model import Conversation, Json
from inglenook.core.schema import load_conversation
from inglenook.ports import Brought, Database, Operation, Undone

UNDO: Final = "undo:"
LAST: Final = "last_import_ms"
BATCH: Final = 64


def noted(batch: list[Brought], revisions: list[int], step: int) -> Operation:
    """What taking back one batch needs: the revision that was written, and the text that was there before."""
    rows: list[Json] = [
        {"id": one.summary.id, "revision": revision, **({"before": one.before} if one.before else {})}
        for one, revision in zip(batch, revisions, strict=True)
    ]
    name = f"{UNDO}{step:06}"
    return put("settings", name, {"name": name, "value": rows})


async def begun(database: Database, at_ms: int) -> list[Operation]:
    """What notes a new import: also one that is cut off half-way can be taken back, and the one before no longer."""
    return [*await forgetting(database), put("settings", LAST, {"name": LAST, "value": at_ms})]


async def forgetting(database: Database) -> list[Operation]:
    """What forgets the notes of the last import."""
    return [delete("settings", name) for name in await _names(database)]


async def undo(database: Database) -> tuple[Undone, set[str]]:
    """Take the last import back; answers what was done, and the attachments that may not be needed any more."""
    notes = await database.transact([get("settings", name) for name in sorted(await _names(database))])
    # What was written in several batches is as it was before the first of them, if nothing came after the last.
    rows: dict[str, Json] = {}
    for row in (row for note in notes for row in _rows(note)):
        first = rows.setdefault(row["id"], row)
        rows[row["id"]] = {**first, "revision": row.get("revision")}
    removed: list[str] = []
    restored: list[str] = []
    left: list[str] = []
    mentioned: set[str] = set()
    for some in batched(rows.items(), BATCH):
        records = await database.transact([get("threads", id) for id, _ in some])
        operations: list[Operation] = []
        for (id, row), record in zip(some, records, strict=True):
            if record is None:
                continue
            revision = stored.revision_of(record)
            if revision != row["revision"]:
                left.append(id)
                continue
            mentioned |= stored.named_by(record)
            operations.append({"op": "expect", "store": "threads", "key": id, "revision": revision})
            before = _before(row)
            operations += _gone(id) if before is None else _back(before, revision)
            (removed if before is None else restored).append(id)
        await database.transact(operations)
    await database.transact(await forgetting(database))
    return Undone(tuple(removed), tuple(restored), tuple(left)), mentioned


def _gone(id: str) -> list[Operation]:
    marks = [delete("settings", prefix + id) for prefix in (DELETED, "draft:")]
    return [delete("threads", id), delete("conversations", id), *marks]


def _back(before: Conversation, revision: int) -> list[Operation]:
    return stored.writes(before, revision, revision + 1)[1:]


def _before(row: Json) -> Conversation | None:
    text = row.get("before")
    return load_conversation(text, ours=True) if isinstance(text, str) else None


def _rows(record: Any) -> list[Json]:
    rows = record.get("value") if isinstance(record, dict) else None
    if not isinstance(rows, list):
        return []
    return [row for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]


async def _names(database: Database) -> list[str]:
    (names,) = await database.transact([keys("settings")])
    return [name for name in names if name.startswith(UNDO)]
