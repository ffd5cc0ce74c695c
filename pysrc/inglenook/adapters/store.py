"""The keeper of conversations, over any Database.

This file knows which records a change touches and puts them into one
transaction. It never learns what the browser's database looks like, and
decides nothing: a conversation that someone else saved is handed back. Longer
than most files because it is one protocol, a few lines for each of its calls.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any, BinaryIO, Final

from inglenook.adapters import stored, undoing
from inglenook.adapters.stored import DELETED, delete, every, get, keys, put
from inglenook.adapters.undoing import UNDO
from inglenook.app.messages import Started
from inglenook.core import connection as connections
from inglenook.core.connection import Connection
from inglenook.core.model import Conversation, Message, Summary
from inglenook.core.thread import attachments
from inglenook.ports import Brought, Conflict, Database, Held, Listed, Operation, StaleRevision, Undone

BATCH: Final = 64
# Of more than so many, all are read at once, which is less work for the browser than as many single answers.
MANY: Final = 200
# An export reads so many at first, and then about so many bytes at once, which are several times as much as text.
FIRST: Final = 8
AT_ONCE: Final = 1 << 20
# Settings by whose length a start would be held up; they are asked for by name.
LONG: Final = ("view", "models:", "known:", "endpoints:", UNDO)
# Settings about one connection, which go with it.
ABOUT: Final = ("models:{}", "known:{}", "endpoints:{}:")


def random_revision() -> int:
    """Where the revisions of a new conversation begin: one that is deleted and made anew never repeats an old one."""
    return secrets.randbelow(1 << 40) + 1


class Store:
    """A Keeper. Records that cannot be read are reported, and never removed or written over."""

    def __init__(self, database: Database, first_revision: Callable[[], int] = random_revision) -> None:
        self._database = database
        self._first_revision = first_revision
        self._unsent: set[str] = set()
        """Attachments that this tab has stored and no saved conversation names yet."""

    async def start(self, held: set[str]) -> Started:
        summaries, connected, settings, drafts = await self._database.transact(
            [every("conversations"), every("connections"), every("settings", LONG), every("drafts")]
        )
        values = {record["name"]: record.get("value") for record in settings if _is_named(record)}
        deleted = {name.removeprefix(DELETED): ms for name, ms in values.items() if _is_mark(name, ms)}
        found, problems = stored.summaries_of(summaries, deleted)
        known, unknown = stored.connections_of(connected)
        cut_off, damaged = stored.drafts_of(drafts, held)
        own = {name: value for name, value in values.items() if not name.startswith(DELETED)}
        return Started(tuple(found), tuple(known), own, tuple(cut_off), (*problems, *unknown, *damaged))

    async def load_thread(self, id: str) -> tuple[Conversation | None, int]:
        (record,) = await self._database.transact([get("threads", id)])
        return stored.thread_of(record), stored.revision_of(record)

    async def summaries(self, ids: tuple[str, ...]) -> tuple[Summary, ...]:
        if len(ids) > MANY:
            every_one, names = await self._database.transact([every("conversations"), keys("settings")])
            wanted, marked = set(ids), set(names)
            records = [record for record in every_one if stored.id_of(record) in wanted]
            ids = tuple(id for id in ids if DELETED + id in marked)
            answers = await self._database.transact([get("settings", DELETED + id) for id in ids])
        else:
            asked = [get("conversations", id) for id in ids] + [get("settings", DELETED + id) for id in ids]
            answers = await self._database.transact(asked)
            records = [record for record in answers[: len(ids)] if record is not None]
            answers = answers[len(ids) :]
        marks = dict(zip(ids, map(_value, answers), strict=True))
        found, _ = stored.summaries_of(records, {id: ms for id, ms in marks.items() if type(ms) is int})
        return tuple(found)

    async def save(self, conversation: Conversation, revision: int, drop_drafts: tuple[str, ...] = ()) -> int:
        operations, new = self._writes(conversation, revision)
        await self._write([*operations, *(delete("drafts", id) for id in drop_drafts)])
        self._unsent -= attachments(conversation)
        return new

    async def write_many(self, conversations: list[tuple[Conversation, int]]) -> None:
        operations = [op for conversation, revision in conversations for op in self._writes(conversation, revision)[0]]
        await self._write(operations)
        for conversation, _ in conversations:
            self._unsent -= attachments(conversation)

    async def existing(self, ids: tuple[str, ...]) -> dict[str, tuple[Conversation, int]]:
        found = {}
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            records = await self._database.transact([get("threads", id) for id in batch])
            for id, record in zip(batch, records, strict=True):
                if (conversation := stored.thread_of(record)) is not None:
                    found[id] = (conversation, stored.revision_of(record))
        return found

    async def ids(self) -> set[str]:
        (found,) = await self._database.transact([keys("threads")])
        return set(found)

    async def all_summaries(self) -> tuple[Summary, ...]:
        records, names = await self._database.transact([every("conversations"), keys("settings")])
        marks = set(names)
        found, _ = stored.summaries_of(records, {})
        return tuple(summary for summary in found if DELETED + summary.id not in marks)

    async def bring(self, batch: list[Brought], step: int, at_ms: int) -> None:
        revisions = [self._next(one.expected) for one in batch]
        operations = [op for one, new in zip(batch, revisions, strict=True) for op in stored.brought(one, new)]
        begun = await undoing.begun(self._database, at_ms) if step == 0 else []
        await self._write([*operations, *begun, undoing.noted(batch, revisions, step)])
        for one in batch:
            self._unsent.difference_update(one.attachments)

    async def undo_import(self) -> Undone:
        undone, mentioned = await undoing.undo(self._database)
        await self._release(mentioned)
        return undone

    async def mark_deleted(self, id: str, deleted_ms: int | None) -> None:
        await self.put_setting(DELETED + id, deleted_ms)

    async def delete_forever(self, ids: tuple[str, ...]) -> None:
        records = await self._database.transact([*(get("conversations", id) for id in ids), every("drafts")])
        mentioned = set().union(*map(stored.named_by, records[:-1]))
        drafts = [stored.id_of(d) for d in records[-1] if isinstance(d, dict) and d.get("conversation_id") in ids]
        gone = [delete(store, id) for id in ids for store in ("threads", "conversations")]
        gone += [delete("settings", prefix + id) for id in ids for prefix in (DELETED, "draft:")]
        await self._database.transact([*gone, *(delete("drafts", id) for id in drafts if id)])
        await self._release(mentioned)

    async def sweep(self) -> int:
        return await self._release(set(await self._database.blob_keys()))

    async def put_draft(self, conversation_id: str, message: Message, saved_ms: int) -> None:
        await self._database.transact([stored.draft_write(conversation_id, message, saved_ms)])

    async def drop_drafts(self, ids: tuple[str, ...]) -> None:
        await self._database.transact([delete("drafts", id) for id in ids])

    async def setting(self, name: str) -> Any:
        (record,) = await self._database.transact([get("settings", name)])
        return _value(record)

    async def put_setting(self, name: str, value: Any) -> None:
        change = delete("settings", name) if value is None else put("settings", name, {"name": name, "value": value})
        await self._database.transact([change])

    async def connections(self) -> tuple[Connection, ...]:
        (records,) = await self._database.transact([every("connections")])
        return tuple(stored.connections_of(records)[0])

    async def put_connection(self, connection: Connection) -> None:
        record = {"id": connection.id, "text": connections.dump(connection)}
        await self._database.transact([put("connections", connection.id, record)])

    async def remove_connection(self, id: str) -> None:
        (names,) = await self._database.transact([keys("settings")])
        about = tuple(prefix.format(id) for prefix in ABOUT)
        gone = [name for name in names if name in about or name.startswith(about[-1])]
        await self._database.transact([delete("connections", id), *(delete("settings", name) for name in gone)])

    async def texts(self, ids: tuple[str, ...] = ()) -> AsyncIterator[Held]:
        left = list(ids or await self._undeleted())
        some, left = left[:FIRST], left[FIRST:]
        asked = self._asked(some)
        try:
            while some:
                here, records = some, await asked
                # The next ones are read while these are used, and only as many as are about so large together.
                size = sum(map(stored.size_of, records))
                count = min(BATCH, 2 * len(here), 1 + len(here) * AT_ONCE // (size + 1))
                some, left = left[:count], left[count:]
                asked = self._asked(some)
                for id, record in zip(here, records, strict=True):
                    if record is not None:
                        yield stored.held(id, record)
        finally:
            asked.cancel()

    def _asked(self, ids: list[str]) -> asyncio.Future[list[Any]]:
        work = self._database.transact([get("threads", id) for id in ids])
        # Asked at once: the browser reads while Python works.
        return asyncio.Task(work, loop=asyncio.get_running_loop(), eager_start=True)

    async def listed(self, ids: tuple[str, ...] = ()) -> dict[str, Listed]:
        asked = [get("conversations", id) for id in ids] or [every("conversations"), keys("settings")]
        found = await self._database.transact(asked)
        records, marks = (found, set()) if ids else (found[0], set(found[1]))
        held = ((stored.id_of(record), stored.listed(record)) for record in records if record is not None)
        return {id: listed for id, listed in held if id and DELETED + id not in marks}

    async def blob(self, sha256: str) -> Callable[[], BinaryIO] | None:
        return await self._database.open_blob(sha256)

    async def get_blob(self, sha256: str) -> bytes | None:
        return await self._database.get_blob(sha256)

    async def put_blob(self, sha256: str, data: bytes | str, media_type: str) -> None:
        self._unsent.add(sha256)
        await self._database.put_blob(sha256, data, media_type)

    async def blob_keys(self) -> list[str]:
        return await self._database.blob_keys()

    async def estimate(self) -> dict[str, Any]:
        return await self._database.estimate()

    async def _undeleted(self) -> tuple[str, ...]:
        ids, names = await self._database.transact([keys("threads"), keys("settings")])
        marks = set(names)
        return tuple(id for id in ids if DELETED + id not in marks)

    def _writes(self, conversation: Conversation, revision: int) -> tuple[list[Operation], int]:
        new = self._next(revision)
        return stored.writes(conversation, revision, new), new

    def _next(self, revision: int) -> int:
        return revision + 1 if revision > 0 else self._first_revision()

    async def _write(self, operations: list[Operation]) -> None:
        try:
            await self._database.transact(operations)
        except Conflict as conflict:
            record = conflict.record
            raise StaleRevision(conflict.key, stored.thread_of(record), stored.revision_of(record)) from conflict

    async def _release(self, candidates: set[str]) -> int:
        """Remove those of the attachments that nothing names any more."""
        if not candidates - self._unsent:
            return 0
        conversations, drafts = await self._database.transact([every("conversations"), every("drafts")])
        if any(not isinstance(record, dict) or "attachments" not in record for record in conversations):
            # A damaged record may need any of them; `start` has told of it.
            return 0
        named = set().union(*map(stored.named_by, [*conversations, *drafts]))
        free = candidates - self._unsent - named
        await self._database.transact([delete("attachments", sha256) for sha256 in sorted(free)])
        return len(free)


def _value(record: Any) -> Any:
    return record.get("value") if isinstance(record, dict) else None


def _is_named(record: Any) -> bool:
    return isinstance(record, dict) and isinstance(record.get("name"), str)


def _is_mark(key: str, value: Any) -> bool:
    return key.startswith(DELETED) and type(value) is int
