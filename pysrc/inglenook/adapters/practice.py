"""The practice router as an API to connect to. It does the waiting that the router only asks for.

No byte leaves the page; this file never learns what is asked or answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from inglenook.adapters.fetch import whole
from inglenook.core.errors import Unreachable
from inglenook.ports import HttpRequest
from inglenook.practice import Router, parse_request
from inglenook.practice.account import PRACTICE_KEY
from inglenook.practice.wire import Chunk


class PracticeTransport:
    """A Transport to a router that lives at the address `base`."""

    def __init__(self, router: Router, base: str, sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep) -> None:
        self._router = router
        self._base = base
        self._sleep = sleep

    async def send(self, request: HttpRequest) -> PracticeResponse:
        if not request.url.startswith(self._base):
            raise Unreachable("The practice room only knows its own address.")
        target = request.url[len(self._base) :]
        headers = {"Authorization": f"Bearer {PRACTICE_KEY}", **request.headers}
        asked = parse_request(request.method, target, headers, request.body or b"")
        answer = self._router.handle(asked)
        if 300 <= answer.status < 400:
            raise Unreachable("The practice room sends this call elsewhere.")
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return PracticeResponse(answer.status, headers, answer.chunks, self._sleep)


class PracticeResponse:
    """An answer of the router, with its pauses."""

    def __init__(
        self, status: int, headers: Mapping[str, str], chunks: Any, sleep: Callable[[float], Awaitable[Any]]
    ) -> None:
        self.status = status
        self.headers = headers
        self._source = chunks
        self._chunks = iter(chunks)
        self._sleep = sleep
        self._closed = False

    async def chunks(self) -> AsyncIterator[bytes]:
        try:
            # The router is asked for a chunk only when it is due, so that what it logs is when it happened.
            while not self._closed and (chunk := self._next()) is not None:
                await self._sleep(chunk.wait_ms / 1000)
                if self._closed:
                    return
                if chunk.data:
                    yield chunk.data
        finally:
            self.close()

    def _next(self) -> Chunk | None:
        return next(self._chunks, None)

    async def read(self, limit: int = 64 << 20) -> bytes:
        return await whole(self, limit)

    def close(self) -> None:
        """Tell the router that nobody listens any more, as a closed connection would."""
        if self._closed:
            return
        self._closed = True
        for holder in (self._chunks, self._source):
            stop = getattr(holder, "close", None)
            if stop is not None:
                stop()
