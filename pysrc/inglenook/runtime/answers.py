"""Asking and receiving: one HTTP exchange for each answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from inglenook.app.effects import CloseStream, OpenStream
from inglenook.app.messages import Delta, Finished
from inglenook.core import refusal, request
from inglenook.core.body import ReplyBody
from inglenook.core.errors import InglenookError, StreamBroken
from inglenook.core.model import Image, Message
from inglenook.core.reply import ReasoningAdded, TextAdded
from inglenook.core.service_refusal import ServiceRefusal, read_service_refusal, read_stream_refusal
from inglenook.ports import Clock, Database, HttpRequest, HttpResponse, Tabs, Transport


class Answers:
    """The answers that are being received now. Closing one closes its connection."""

    def __init__(
        self,
        transports: Mapping[str, Transport],
        database: Database,
        tabs: Tabs,
        clock: Clock,
        dispatch: Callable[[Any], None],
    ) -> None:
        self._transports = transports
        self._database = database
        self._tabs = tabs
        self._clock = clock
        self._dispatch = dispatch
        self._open: dict[str, Exchange] = {}

    async def open(self, effect: OpenStream) -> None:
        exchange = Exchange(effect, self._transports[effect.connection.kind], self._clock)
        self._open[effect.answer.id] = exchange
        release = self._tabs.hold(f"answer:{effect.answer.id}")
        try:
            files = await self._files(effect)
            await exchange.run(files, self._dispatch)
            for picture, data in exchange.pictures():
                await self._database.put_blob(picture.sha256, data, picture.media_type)
        finally:
            del self._open[effect.answer.id]
            self._dispatch(Finished(effect.answer.id, exchange.message(), exchange.denied))
            release()

    def close(self, effect: CloseStream) -> None:
        exchange = self._open.get(effect.answer_id)
        if exchange is not None:
            exchange.stop()

    async def _files(self, effect: OpenStream) -> dict[str, bytes]:
        wanted = {s for m in effect.history for p in m.parts if (s := getattr(p, "sha256", None))}
        found = {}
        for sha256 in wanted:
            data = await self._database.get_blob(sha256)
            if data is not None:
                found[sha256] = data
        return found


class Exchange:
    """One request and what comes back."""

    def __init__(self, effect: OpenStream, transport: Transport, clock: Clock) -> None:
        self._effect = effect
        self._transport = transport
        self._clock = clock
        self._started_ms = clock.now_ms()
        self._incoming = ReplyBody()
        self._reply = self._incoming.reply
        self._response: HttpResponse | None = None
        self._sending: asyncio.Task | None = None
        self.denied: ServiceRefusal | None = None
        """Why the service let nobody answer."""

    def message(self) -> Message:
        """The answer as far as it came; whole once the exchange has run."""
        if not self._reply.ended:
            self._reply.stop(self._clock.now_ms())
        return self._reply.message(self._effect.answer, started_ms=self._started_ms, at_ms=self._clock.now_ms())

    def pictures(self) -> list[tuple[Image, bytes]]:
        """The pictures in the answer, with their bytes."""
        blobs = self._reply.blobs
        return [(p, blobs[p.sha256]) for p in self._reply.parts() if isinstance(p, Image) and p.sha256 in blobs]

    def stop(self) -> None:
        """The user wants no more of it: close the connection, keep what came."""
        self._reply.stop(self._clock.now_ms())
        if self._sending is not None:
            self._sending.cancel()
        if self._response is not None:
            self._response.close()

    async def run(self, files: Mapping[str, bytes], dispatch: Callable[[Any], None]) -> None:
        try:
            await self._receive(files, dispatch)
        except asyncio.CancelledError:
            if not self._reply.stopped:
                raise
        except InglenookError as error:
            self._reply.fail(error, self._clock.now_ms())
        finally:
            if self._response is not None:
                self._response.close()

    async def _receive(self, files: Mapping[str, bytes], dispatch: Callable[[Any], None]) -> None:
        effect = self._effect
        connection = effect.connection
        body = request.chat_request(
            effect.history,
            effect.model,
            connection=connection,
            session_id=effect.conversation_id,
            files=files,
            provider=effect.provider,
            pdf_engine=effect.pdf_engine,
        )
        sent = HttpRequest(
            "POST",
            request.chat_url(connection),
            request.headers(connection, connection.key),
            json.dumps(body, ensure_ascii=False).encode(),
        )
        self._sending = asyncio.ensure_future(self._transport.send(sent))
        self._response = await self._sending
        if self._reply.ended:
            return
        if not 200 <= self._response.status < 300:
            try:
                text = await self._response.read(1 << 20)
            except StreamBroken as broken:
                # A server may hang up on a request before it has read all of it; the status says more than that.
                raise refusal.from_response(self._response.status, None, has_key=bool(connection.key)) from broken
            if connection.routes:
                self.denied = read_service_refusal(self._response.status, text)
            raise refusal.from_response(self._response.status, text, has_key=bool(connection.key))
        async for piece in self._response.chunks():
            changes = self._incoming.feed(piece, self._clock.now_ms())
            text = "".join(c.text for c in changes if isinstance(c, TextAdded))
            reasoning = "".join(c.text for c in changes if isinstance(c, ReasoningAdded))
            if text or reasoning:
                dispatch(Delta(effect.answer.id, text, reasoning))
            if self._reply.ended or self._reply.complete:
                break
        self._incoming.close(self._clock.now_ms())
        if connection.routes and self._reply.error_object is not None:
            self.denied = read_stream_refusal(self._reply.error_object)
