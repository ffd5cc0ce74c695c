"""A static host on loopback, as a public one would be: gzip, an ETag, ten minutes of cache.

Ours and the floors are served by the same class, each on a port of its own, so
that the service worker of the one never answers for the other. It notes what
was sent; it never learns what the pages do.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import unquote, urlsplit

TYPES = {
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}
MAX_AGE_S = 600
# What gzip does not make smaller by this factor is sent as it is.
WORTH_IT = 0.98


@dataclass(frozen=True, slots=True)
class Body:
    """A file as it is sent. Gzipped at the highest level, whether or not that is what the client takes."""

    plain: bytes
    packed: bytes
    tag: str
    media_type: str

    @classmethod
    def of(cls, data: bytes, suffix: str, *, pack: bool = True) -> Self:
        packed = gzip.compress(data, 9, mtime=0) if pack else data
        if len(packed) > len(data) * WORTH_IT:
            packed = data
        tag = f'"{hashlib.sha256(data).hexdigest()[:20]}"'
        return cls(data, packed, tag, TYPES.get(suffix, "application/octet-stream"))


class Site:
    """A folder, served until the `with` block ends; `added` are documents that lie in no folder, by path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.added: dict[str, Body] = {}
        self.sent: list[tuple[str, int]] = []
        """Paths and bytes of bodies, in the order of the answers; an answer without a body counts as 0."""
        self._bodies: dict[str, Body | None] = {}
        self._lock = threading.Lock()
        self._http = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": self}))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def body(self, path: str) -> Body | None:
        if path in self.added:
            return self.added[path]
        with self._lock:
            if path not in self._bodies:
                self._bodies[path] = self._read(path)
            return self._bodies[path]

    def warm(self) -> None:
        """Compress every file now, so that no measurement waits for it."""
        for file in self.folder.rglob("*"):
            if file.is_file():
                self.body("/" + file.relative_to(self.folder).as_posix())

    def _read(self, path: str) -> Body | None:
        file = (self.folder / path.lstrip("/")).resolve()
        if file.is_dir():
            file = file / "index.html"
        if not file.is_relative_to(self.folder) or not file.is_file():
            return None
        return Body.of(file.read_bytes(), file.suffix)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that is closed resets its connections; that is no event."""


class _Handler(BaseHTTPRequestHandler):
    site: ClassVar[Site]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent: what was sent is in `sent`."""

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        body = self.site.body(path)
        if body is None:
            self._send(404, b"", {})
            return
        headers = {"ETag": body.tag, "Cache-Control": f"max-age={MAX_AGE_S}", "Content-Type": body.media_type}
        if self.headers.get("If-None-Match") == body.tag:
            self.site.sent.append((path, 0))
            self._send(304, b"", headers)
            return
        packed = body.packed is not body.plain and "gzip" in self.headers.get("Accept-Encoding", "")
        if packed:
            headers["Content-Encoding"] = "gzip"
        self.site.sent.append((path, len(body.packed)))
        self._send(200, body.packed if packed else body.plain, headers)

    def _send(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Vary", "Accept-Encoding")
        if status != 304:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
