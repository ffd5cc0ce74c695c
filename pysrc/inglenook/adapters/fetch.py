"""HTTP through the browser's fetch. Closing a response, or cancelling the task, closes the connection.

This file never learns what a body means.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from inglenook.adapters.unreachable import explain
from inglenook.core.errors import NotTheProtocol, StreamBroken, Unreachable
from inglenook.ports import HttpRequest


class FetchTransport:
    """A Transport over web/worker/http.js."""

    def __init__(self, js_host: Any) -> None:
        self._js_http = js_host.http

    async def send(self, request: HttpRequest) -> FetchResponse:
        headers = json.dumps(dict(request.headers))
        js_call = self._js_http.start(request.method, request.url, headers, request.body)
        try:
            head = json.loads(await js_call.head())
        except asyncio.CancelledError:
            js_call.close()
            raise
        error = head.get("error")
        if error is None:
            return FetchResponse(js_call, head["status"], head["headers"])
        if error["name"] == "idle":
            raise Unreachable("The server took the request and did not answer.", detail="no answer for five minutes")
        raise explain(request.url, head["facts"], f"{error['name']}: {error['message']}")


class FetchResponse:
    """An answer whose body comes in pieces. Header names are in lower case."""

    def __init__(self, js_call: Any, status: int, headers: Mapping[str, str]) -> None:
        self.status = status
        self.headers = headers
        self._js_call = js_call

    async def chunks(self) -> AsyncIterator[bytes]:
        try:
            while True:
                js_piece = await self._js_call.read()
                if js_piece.bytes is None:
                    break
                yield js_piece.bytes.to_bytes()
        finally:
            self.close()
        _check(json.loads(js_piece.json).get("error"))

    async def read(self, limit: int = 64 << 20) -> bytes:
        return await whole(self, limit)

    def close(self) -> None:
        self._js_call.close()


def _check(error: dict[str, str] | None) -> None:
    if error is None or error["name"] == "closed":
        return
    if error["name"] == "idle":
        raise StreamBroken("The server stopped sending.", detail="nothing came for five minutes")
    raise StreamBroken("The connection broke before the end.", detail=f"{error['name']}: {error['message']}")


async def whole(response: Any, limit: int) -> bytes:
    """All of a body. Raises NotTheProtocol when it is longer than any answer that is meant for us."""
    pieces: list[bytes] = []
    size = 0
    async for piece in response.chunks():
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            response.close()
            raise NotTheProtocol("The server's answer is far too long.", detail=f"more than {limit} bytes")
    return b"".join(pieces)
