"""What the application needs of the world, as protocols. Adapters implement them; tests use adapters.memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from inglenook.app.messages import Started
from inglenook.core.activity import Entry
from inglenook.core.connection import Connection
from inglenook.core.copy import Copy
from inglenook.core.model import Conversation, Message, Summary

Operation = dict[str, Any]
"""One step of a transaction:

{"op": "get", "store": S, "key": K}                    answers the record or None
{"op": "put", "store": S, "key": K, "record": {...}}   writes it
{"op": "add", "store": S, "key": K, "record": {...}}   the same where none is; else as an "expect" that fails
{"op": "delete", "store": S, "key": K}
{"op": "all", "store": S, "except": [P, ...]}           answers every record in the order of keys, without those
                                                       whose key begins with one of P (may be left out)
{"op": "keys", "store": S}                             answers every key
{"op": "expect", "store": S, "key": K, "revision": N}  the record's `revision` must be N (0: there is none);
                                                       else the transaction is undone and Conflict raised
"""


class Conflict(Exception):
    """A record was written by someone else meanwhile; nothing of the transaction was done."""

    def __init__(self, key: str, record: dict[str, Any] | None) -> None:
        super().__init__(key)
        self.key = key
        self.record = record
        """What is there; also None if it was only found to be there."""


class Database(Protocol):
    """Stores of JSON records, whose own members may also be bytes, and blobs by SHA-256.

    Raises only StorageError and Conflict.
    """

    async def transact(self, operations: list[Operation]) -> list[Any]:
        """Do all operations in one transaction, or none; answers one result for each."""
        ...

    async def put_blob(self, sha256: str, data: bytes | str, media_type: str) -> None:
        """Keep bytes, or those of a file that is finished and named by its handle."""
        ...

    async def get_blob(self, sha256: str) -> bytes | None: ...

    async def open_blob(self, sha256: str) -> Callable[[], BinaryIO] | None:
        """What opens the blob as a seekable file, without reading it first."""
        ...

    async def blob_keys(self) -> list[str]: ...

    async def estimate(self) -> dict[str, Any]:
        """`used_bytes`, `quota_bytes`, `persisted`; None where unknown."""
        ...


class StaleRevision(Exception):
    """A conversation was saved by someone else meanwhile; nothing was written. `conversation` is what is stored now."""

    def __init__(self, id: str, conversation: Conversation | None, revision: int) -> None:
        super().__init__(id)
        self.id = id
        self.conversation = conversation
        self.revision = revision


@dataclass(frozen=True, slots=True)
class Brought:
    """A conversation as an import writes it, if the store is still at `expected`.

    `text` is its canonical text as `core/deflated.py` keeps it, `before` the text that it replaces ("": it is new).
    """

    summary: Summary
    text: bytes
    attachments: tuple[str, ...]
    expected: int
    before: str = ""


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking an import back did: ids that are gone, that are as they were before, and that were kept."""

    removed: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """
    A conversation as it is stored. `canonical`: the text is whole and of this version.

    `stream`: the text as raw deflate made it (RFC 1951); empty if it is not stored so.
    """

    id: str
    text: bytes
    canonical: bool
    stream: bytes = b""


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of a stored conversation without reading it. `messages` is None if that is damaged."""

    messages: int | None
    attachments: frozenset[str]


class Keeper(Protocol):
    """Conversations and what belongs to them, kept on this device. Raises only StorageError and StaleRevision.

    A revision counts the times that a conversation was written; 0 means that it is not there.
    """

    async def start(self, held: set[str]) -> Started:
        """What the first view needs, in one transaction. `held`: the locks of Tabs.held; an answer's is answer:<id>."""
        ...

    async def load_thread(self, id: str) -> tuple[Conversation | None, int]: ...

    async def summaries(self, ids: tuple[str, ...]) -> tuple[Summary, ...]: ...

    async def save(self, conversation: Conversation, revision: int, drop_drafts: tuple[str, ...] = ()) -> int:
        """Write it if the store is still at `revision`; answers the new one."""
        ...

    async def write_many(self, conversations: list[tuple[Conversation, int]]) -> None:
        """Write all, each with the revision that is expected of it, or none."""
        ...

    async def ids(self) -> set[str]:
        """The id of every conversation that is stored, also of deleted ones."""
        ...

    async def existing(self, ids: tuple[str, ...]) -> dict[str, tuple[Conversation, int]]: ...

    async def all_summaries(self) -> tuple[Summary, ...]:
        """What the shelf shows of every conversation that is not deleted; damaged ones are left out."""
        ...

    async def bring(self, batch: list[Brought], step: int, at_ms: int) -> None:
        """Write a batch of an import, all or none, and what is needed to take it back.

        Step 0 forgets the import before it and notes the time as the setting `last_import_ms`.
        """
        ...

    async def undo_import(self) -> Undone:
        """Take the last import back, except for what was changed since; harmless if there is none."""
        ...

    async def mark_deleted(self, id: str, deleted_ms: int | None) -> None: ...

    async def delete_forever(self, ids: tuple[str, ...]) -> None:
        """Remove conversations, and the attachments that nothing else names."""
        ...

    async def sweep(self) -> int:
        """Remove attachments that nothing names, except those of this tab's unsent messages; answers how many."""
        ...

    async def put_draft(self, conversation_id: str, message: Message, saved_ms: int) -> None: ...

    async def drop_drafts(self, ids: tuple[str, ...]) -> None: ...

    async def setting(self, name: str) -> Any: ...

    async def put_setting(self, name: str, value: Any) -> None:
        """Write a JSON value; None removes it."""
        ...

    async def connections(self) -> tuple[Connection, ...]: ...

    async def put_connection(self, connection: Connection) -> None: ...

    async def remove_connection(self, id: str) -> None: ...

    def texts(self, ids: tuple[str, ...] = ()) -> AsyncIterator[Held]:
        """What is stored of conversations, in the order of ids; () means all that are not deleted."""
        ...

    async def listed(self, ids: tuple[str, ...] = ()) -> dict[str, Listed]:
        """What is in these conversations; () means all that are not deleted."""
        ...

    async def blob(self, sha256: str) -> Callable[[], BinaryIO] | None: ...

    async def get_blob(self, sha256: str) -> bytes | None: ...

    async def put_blob(self, sha256: str, data: bytes | str, media_type: str) -> None: ...

    async def blob_keys(self) -> list[str]: ...

    async def estimate(self) -> dict[str, Any]: ...


class Journal(Protocol):
    """The list of requests, and apart from it the copies for debugging. Raises only StorageError."""

    async def add(self, entry: Entry) -> bool:
        """Write an entry, once: False if there is one with its id already, which stays as it is."""
        ...

    async def entries(self) -> tuple[tuple[Entry, ...], int]:
        """All entries, newest first, and how many records are damaged. Those stay until `clear`."""
        ...

    async def clear(self) -> None: ...

    async def add_copy(self, copy: Copy) -> None: ...

    async def copies(self) -> tuple[Copy, ...]:
        """All copies, newest first."""
        ...

    async def clear_copies(self) -> None: ...


@dataclass(frozen=True, slots=True)
class HttpRequest:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


class HttpResponse(Protocol):
    status: int
    headers: Mapping[str, str]

    def chunks(self) -> AsyncIterator[bytes]:
        """The body as it arrives; raises Unreachable or StreamBroken."""
        ...

    async def read(self, limit: int = 64 << 20) -> bytes: ...

    def close(self) -> None:
        """Close the connection at once; harmless when it is over."""
        ...


class Transport(Protocol):
    """Asks an API. Redirects are errors; no cookies; raises Unreachable when there is no answer."""

    async def send(self, request: HttpRequest) -> HttpResponse: ...


class Page(Protocol):
    def post(self, patches: list[dict[str, Any]], blobs: Mapping[str, str] | None = None) -> None:
        """Have patches applied. `blobs` maps the names in them to handles, which are given away."""
        ...


class Tabs(Protocol):
    """Other tabs of the same room, and who is receiving which answer."""

    def tell(self, conversation_ids: tuple[str, ...]) -> None: ...

    def listen(self, heard: Callable[[tuple[str, ...]], None]) -> None: ...

    def hold(self, name: str) -> Callable[[], None]:
        """Hold a named lock for as long as this tab lives; answers what releases it."""
        ...

    async def held(self) -> set[str]:
        """Names of all locks that any tab holds now."""
        ...


class Jobs(Protocol):
    """Long work in another worker: one at a time, with progress, and it can be cancelled."""

    def start(self, request: dict[str, Any], files: list[Any], heard: Callable[[dict[str, Any]], None]) -> None:
        """`heard` is told each report; `blobs` in it maps names to handles. {"failed": …}: it could not start."""
        ...

    def tell(self, request: dict[str, Any]) -> None: ...

    def cancel(self) -> None: ...

    def cores(self) -> int:
        """How many workers can work at once, as far as the browser says; at least 1."""
        ...

    def prepare(self, *, more: bool = False) -> None:
        """Start a worker for a job that is likely to come, if there is none; with `more` it has one beside it."""
        ...

    def release(self) -> None:
        """End the worker that waits for a job, if one does."""
        ...


class Files(Protocol):
    """Files that the user gave: a handle, or the dict of the event that came with it."""

    def open(self, file: Any) -> BinaryIO: ...

    def forget(self, file: Any) -> None: ...


class Writers(Protocol):
    """New files, written once from beginning to end."""

    def create(self) -> BinaryIO: ...

    def finish(self, out: BinaryIO, media_type: str) -> str:
        """The handle of the finished file."""
        ...


class Clock(Protocol):
    def now_ms(self) -> int: ...

    def new_id(self) -> str: ...

    def random_bytes(self, count: int) -> bytes: ...

    def later(self, after_ms: int, call: Callable[[], None]) -> None: ...

    def spawn(self, task: Coroutine[Any, Any, None]) -> None: ...
