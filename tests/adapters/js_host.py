"""What web/worker/ hands to Python, played in Python: the same names, the same kinds of values."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any


class JsBytes(bytes):
    """A Uint8Array, as Pyodide shows it."""

    def to_bytes(self) -> bytes:
        return bytes(self)


class JsCall:
    """A call of web/worker/http.js: a head, then pieces; an asyncio.Event among them is waited for."""

    def __init__(self, head: dict[str, Any] | asyncio.Event, *pieces: Any) -> None:
        self._head = head
        self._pieces = list(pieces)
        self.closed = 0

    async def head(self) -> str:
        if isinstance(self._head, asyncio.Event):
            await self._head.wait()
        return json.dumps(self._head)

    async def read(self) -> SimpleNamespace:
        piece = self._pieces.pop(0) if self._pieces else None
        if isinstance(piece, asyncio.Event):
            await piece.wait()
            return await self.read()
        if isinstance(piece, dict):
            return SimpleNamespace(bytes=None, json=json.dumps({"error": piece}))
        return SimpleNamespace(bytes=None if piece is None else JsBytes(piece), json="{}")

    def close(self) -> None:
        self.closed += 1


class JsHttp:
    def __init__(self, call: JsCall) -> None:
        self.call = call
        self.asked: list[tuple] = []

    def start(self, *asked: Any) -> JsCall:
        self.asked.append(asked)
        return self.call


class JsFiles:
    """Files by handle; `slices` says which were read."""

    def __init__(self, **contents: bytes) -> None:
        self.contents: dict[str, bytes | None] = dict(contents)
        self.sizes = {handle: len(data) for handle, data in contents.items()}
        self.slices: list[tuple[int, int]] = []
        self.pieces: dict[str, list[bytes]] = {}
        self.media_types: dict[str, str] = {}

    def size(self, handle: str) -> int:
        return self.sizes.get(handle, -1)

    def read(self, handle: str, start: int, end: int) -> JsBytes | None:
        self.slices.append((start, end))
        data = self.contents[handle]
        return None if data is None else JsBytes(data[start:end])

    def forget(self, handle: str) -> None:
        self.contents.pop(handle, None)
        self.sizes.pop(handle, None)

    def create(self) -> str:
        self.pieces["w"] = []
        return "w"

    def append(self, writer: str, data: bytes) -> None:
        assert type(data) is bytes
        self.pieces[writer].append(data)

    def finish(self, writer: str, media_type: str) -> str:
        self.contents["f"] = b"".join(self.pieces.pop(writer))
        self.sizes["f"] = len(self.contents["f"])
        self.media_types["f"] = media_type
        return "f"

    def discard(self, writer: str) -> None:
        del self.pieces[writer]


class JsEnd:
    """Anything that remembers what it was told and lets the test speak."""

    def __init__(self) -> None:
        self.told: list[tuple] = []
        self.speak = None

    def __getattr__(self, name: str):
        return lambda *given: self.told.append((name, *given))

    def listen(self, heard) -> None:
        self.speak = heard


def host(**members: Any) -> SimpleNamespace:
    return SimpleNamespace(**members)
