"""A store, files and jobs of the second worker, for tests of what it does."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from typing import Any

from inglenook.adapters.memory import MemoryDatabase, MemoryFiles
from inglenook.adapters.store import Store
from inglenook.app.state import Preview
from inglenook.core import thread
from inglenook.core.model import Conversation, File, Message, Stamped, Text
from inglenook.formats import archive
from inglenook.formats.reading.containers import Given
from inglenook.jobs.exporting import Made, export
from inglenook.jobs.importing import Importer
from inglenook.jobs.rows import Outcome

NOW_MS = 1_790_000_000_000
HASH = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"  # of b"foo"


class Desk:
    """One browser: a database, and imports and exports on it."""

    def __init__(self) -> None:
        self.database = MemoryDatabase()
        self.files = MemoryFiles()
        self.database.handles = self.files.contents
        self.keeper = Store(self.database)

    def importer(self) -> Importer:
        return Importer(
            self.keeper, self.files, self.files.open, self.spool, lambda what, done, total: None, NOW_MS
        )

    def spool(self, source):
        data = source.read()
        return lambda: io.BytesIO(data)

    async def bring(self, files: dict[str, bytes], wanted: Callable[[str], bool] = lambda id: True):
        """Import all of it; answers the preview and what was done."""
        importer = self.importer()
        preview: Preview = await importer.read(given(files))
        outcome: Outcome = await importer.commit(wanted)
        return preview, outcome

    async def export(self, format: str = "archive", ids: tuple[str, ...] = ()) -> tuple[Made, bytes]:
        out = io.BytesIO()
        made = await export(self.keeper, ids, format, out, NOW_MS, "test", lambda done, total: None)
        return made, out.getvalue()

    async def conversation(self, id: str) -> Conversation | None:
        return (await self.keeper.load_thread(id))[0]


def given(files: dict[str, bytes]) -> list[Given]:
    return [Given(name, lambda data=data: io.BytesIO(data), len(data)) for name, data in files.items()]


def run(work: Callable[[Desk], Awaitable[Any]]) -> Any:
    return asyncio.run(work(Desk()))


def talk(id: str = "c1", text: str = "Hello", created_ms: int = 1000) -> Conversation:
    parts = (Text(text), File(sha256=HASH, name="foo.txt", media_type="text/plain", size=3))
    message = Message(f"{id}-m1", None, "user", parts, created_ms=created_ms, revised_ms=created_ms)
    return thread.add(Conversation(id, created_ms, title=Stamped("A title", created_ms)), message)


def packed(*conversations: Conversation) -> bytes:
    """An archive of conversations."""
    out = io.BytesIO()
    archive.write(out, list(conversations), [(HASH, lambda: io.BytesIO(b"foo"))], 5, "test")
    return out.getvalue()


def chats(*sizes: int, title: str = "Chat", first: int = 0) -> bytes:
    """A list of conversations as ChatGPT exports them, each with so many messages."""
    return json.dumps([chat(n, size, title) for n, size in enumerate(sizes, first)]).encode()


def chat(n: int, size: int, title: str = "Chat") -> dict[str, Any]:
    mapping: dict[str, Any] = {
        f"root-{n}-node": {"id": f"root-{n}-node", "message": None, "parent": None, "children": []}
    }
    parent = f"root-{n}-node"
    for m in range(size):
        id = f"{n:08x}-{m:04x}-4000-8000-000000000000"
        mapping[parent]["children"].append(id)
        message = {
            "id": id,
            "author": {"role": "assistant" if m % 2 else "user", "name": None, "metadata": {}},
            "create_time": 1_700_000_000 + n * 100 + m,
            "content": {"content_type": "text", "parts": [f"Message {m} of {title} {n}"]},
            "status": "finished_successfully",
            "metadata": {"model_slug": "gpt-4o"} if m % 2 else {},
            "recipient": "all",
        }
        mapping[id] = {"id": id, "message": message, "parent": parent, "children": []}
        parent = id
    return {
        "title": f"{title} {n}",
        "create_time": 1_700_000_000 + n * 100,
        "update_time": 1_700_000_000 + n * 100 + size,
        "mapping": mapping,
        "current_node": parent,
        "conversation_id": f"{n:08x}-0000-4000-8000-00000000c0de",
    }
