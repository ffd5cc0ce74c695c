"""One connection of the test server: read a request, ask the router, send chunks at their pace, spoil them if told."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, ClassVar

from inglenook.practice import Chunk, Pace, Response, parse_request
from inglenook.practice.wire import dump_json

from . import cors
from .control import control
from .faults import GARBAGE, Fault

if TYPE_CHECKING:
    from .http import PracticeServer

API = "/api/v1"
MOST_BODY_BYTES = 64 * 1024 * 1024
LOOK_MS = 20


class ClientGone(Exception):
    """The client closed its end, or stopped taking bytes."""


class Severed(Exception):
    """This end closed the connection: a fault asked for it, or the server stops."""


class PracticeHandler(BaseHTTPRequestHandler):
    """One connection. Everything shared is reached through `practice`."""

    practice: ClassVar[PracticeServer]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        self.request.settimeout(self.practice.write_timeout_s)
        if self.practice.send_buffer:
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self.practice.send_buffer)
        super().setup()

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent: requests are in the record."""

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET

    def _serve(self) -> None:
        body = self._body()
        if body is None:
            return
        request = parse_request(self.command, self.path, dict(self.headers.items()), body)
        if request.path.startswith("/__"):
            self._control(request.path, body)
            return
        path = _inner_path(request.path)
        fault = None if self.command == "OPTIONS" else self.practice.faults.take(path or request.path)
        number = self.practice.record.add(self.command, path or request.path, request.query, request.headers, body)
        self._number, self._sent, self._fault = number, 0, fault or Fault()
        try:
            self._pause(self._fault.delay_ms)
            status, headers, chunks = self._answer(request.method, self.path, path, body)
            self.practice.record.update(number, status=status)
            self._send(status, headers, chunks, cross_origin=request.path.startswith("/api/"))
            self.practice.record.update(number, done=True, sent_bytes=self._sent)
        except Severed:
            self.close_connection = True
            self.practice.record.update(number, severed=True, sent_bytes=self._sent)
        except (ClientGone, OSError):
            # TimeoutError is an OSError: a client that takes no bytes is as gone as one that hung up.
            self.close_connection = True
            self.practice.record.update(number, closed_early=True, sent_bytes=self._sent)

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit() or int(length) > MOST_BODY_BYTES:
            self.send_error(411)
            self.close_connection = True
            return None
        return self.rfile.read(int(length))

    def _answer(
        self, method: str, target: str, path: str | None, body: bytes
    ) -> tuple[int, dict[str, str], Iterator[Chunk]]:
        ready = self._fault.answer()
        if method == "OPTIONS":
            return 204, {}, iter(())
        if ready is not None:
            status, headers, data = ready
            return status, headers, iter([Chunk(data)])
        if path is None:
            return 404, {"Content-Type": "text/html"}, iter([Chunk(b"<!doctype html><title>Not found</title>")])
        _, mark, query = target.partition("?")
        request = parse_request(method, path + mark + query, dict(self.headers.items()), body)
        pace = None
        if self._fault.tokens_per_s is not None:
            pace = Pace(self._fault.tokens_per_s, self._fault.first_token_ms)
        with self.practice.lock:
            response = self.practice.router.handle(request, pace)
        return response.status, dict(response.headers), self._chunks(response)

    def _chunks(self, response: Response) -> Iterator[Chunk]:
        """The router's chunks, each made under the lock; leaving early cancels the call there."""
        chunks = iter(response.chunks)
        try:
            while True:
                with self.practice.lock:
                    chunk = next(chunks, None)
                if chunk is None:
                    return
                yield chunk
        finally:
            with self.practice.lock:
                close = getattr(response.chunks, "close", None)
                if close:
                    close()

    def _send(self, status: int, headers: dict[str, str], chunks: Iterator[Chunk], *, cross_origin: bool) -> None:
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if cross_origin and not self._fault.no_cors:
                allowed = cors.PREFLIGHT if self.command == "OPTIONS" else cors.ANSWER
                for name, value in allowed.items():
                    self.send_header(name, value)
            if status == 204:
                self.end_headers()
                return
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            started_s = time.monotonic()
            due_ms = 0
            for chunk in chunks:
                # Pauses are counted from the start, so that the time writing takes does not slow the pace.
                due_ms += chunk.wait_ms
                self._pause(due_ms - (time.monotonic() - started_s) * 1000)
                for piece in self._pieces(chunk.data):
                    self._write(piece)
            self.wfile.write(b"0\r\n\r\n")
        finally:
            close = getattr(chunks, "close", None)
            if close:
                close()

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        at = self._fault.garbage_after
        if at is not None and self._sent <= at < self._sent + len(data):
            cut = at - self._sent
            data = data[:cut] + GARBAGE + data[cut:]
        size = self._fault.drip or len(data) or 1
        for start in range(0, len(data), size):
            if self._fault.drip and start:
                self._pause(self._fault.drip_ms)
            yield data[start : start + size]

    def _write(self, data: bytes) -> None:
        left = None if self._fault.cut_after is None else self._fault.cut_after - self._sent
        kept = data if left is None else data[:left]
        if kept:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(kept), kept))
            self.wfile.flush()
            self._sent += len(kept)
        if left is not None and len(data) >= left:
            while self._fault.cut_on_word and not self.practice.faults.word.is_set():
                self._pause(LOOK_MS)
            self.connection.shutdown(socket.SHUT_RDWR)
            raise Severed
        self._look()

    def _pause(self, wait_ms: float) -> None:
        """Wait, but leave at once when the client or the server goes."""
        end_s = time.monotonic() + wait_ms / 1000
        while (left_s := end_s - time.monotonic()) > 0:
            if self.practice.stopping.is_set():
                raise Severed
            self._look(min(left_s, 0.1))

    def _look(self, wait_s: float = 0) -> None:
        readable, _, _ = select.select([self.connection], [], [], wait_s)
        if readable:
            if self.connection.recv(1, socket.MSG_PEEK) == b"":
                raise ClientGone
            # Bytes of a next request make the socket readable for good; do not spin on them.
            self.practice.stopping.wait(wait_s)

    def _control(self, path: str, body: bytes) -> None:
        status, said = control(self.practice.faults, self.practice.record, self.command, path, body)
        data = dump_json(said)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        for name, value in cors.PREFLIGHT.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _inner_path(path: str) -> str | None:
    """The router's name for a path of the server."""
    if path.startswith(f"{API}/"):
        return path.removeprefix(API)
    if path == "/auth" or path.startswith("/api/frontend/"):
        return path.removeprefix("/api")
    return None
