"""An API whose answers are written down beforehand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

from inglenook.adapters.fetch import whole
from inglenook.core.errors import StreamBroken, Unreachable
from inglenook.ports import HttpRequest


class ScriptedTransport:
    """A Transport that gives prepared answers in turn and remembers what it was asked."""

    def __init__(self, *answers: ScriptedAnswer | Unreachable) -> None:
        self.answers = list(answers)
        self.requests: list[HttpRequest] = []

    async def send(self, request: HttpRequest) -> ScriptedAnswer:
        self.requests.append(request)
        if not self.answers:
            raise Unreachable("Nothing answers here.")
        answer = self.answers.pop(0)
        if isinstance(answer, Unreachable):
            raise answer
        return answer


class ScriptedAnswer:
    """An answer. A piece may be bytes, an error to raise, or an event to wait for."""

    def __init__(
        self, *pieces: bytes | StreamBroken | asyncio.Event, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.headers = dict(headers or {})
        self.closed = False
        self._pieces = pieces
        self._closing = asyncio.Event()

    async def chunks(self) -> AsyncIterator[bytes]:
        try:
            for piece in self._pieces:
                if isinstance(piece, asyncio.Event):
                    waits = [asyncio.ensure_future(event.wait()) for event in (piece, self._closing)]
                    try:
                        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                    finally:
                        for wait in waits:
                            wait.cancel()
                if self.closed:
                    return
                if isinstance(piece, StreamBroken):
                    raise piece
                if isinstance(piece, bytes):
                    yield piece
        finally:
            self.close()

    async def read(self, limit: int = 64 << 20) -> bytes:
        return await whole(self, limit)

    def close(self) -> None:
        self.closed = True
        self._closing.set()
