"""A static file server for this machine: right types, gzip, ETags, nothing outside its folder."""

from __future__ import annotations

import errno
import posixpath
import sys
import threading
from collections import deque
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from inglenook_build.compressed import Compressed, sha256

HOST = "127.0.0.1"
PORT = 8765
TRIES = 50

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".whl": "application/zip",
    ".woff2": "font/woff2",
    ".zip": "application/zip",
}


class PortTaken(OSError):
    """Somebody else listens on the port that was asked for."""


class Site(ThreadingHTTPServer):
    """Serves a folder, under a path if one is given; `dist` may be set to another folder while it runs."""

    daemon_threads = True
    # A port that a crashed server held a second ago can be had again; one in use still cannot.
    allow_reuse_address = True
    # A page asks for many files at once.
    request_queue_size = 64

    def __init__(self, dist: Path, port: int, prefix: str, compressed: Compressed | None) -> None:
        super().__init__((HOST, port), _Handler)
        self.dist = Path(dist)
        self.prefix = "/" + prefix.strip("/") + "/" if prefix.strip("/") else "/"
        self.compressed = compressed
        # What was asked for of late and how it was answered, for tests that count.
        self.answered: deque[tuple[str, int]] = deque(maxlen=1000)
        self._hashes: dict[Path, tuple[int, int, str]] = {}

    @property
    def url(self) -> str:
        """Where the start page is."""
        return f"http://{HOST}:{self.server_address[1]}{self.prefix}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.shutdown()
        self.server_close()

    def hash_of(self, path: Path) -> str:
        """The SHA-256 of a file, worked out once for as long as it stays as it is."""
        stat = path.stat()
        known = self._hashes.get(path)
        if known is None or known[:2] != (stat.st_mtime_ns, stat.st_size):
            known = (stat.st_mtime_ns, stat.st_size, sha256(path))
            self._hashes[path] = known
        return known[2]

    def file_of(self, target: str) -> Path | None:
        """The file that a request's target names, None if there is none or it lies outside."""
        wanted = unquote(urlsplit(target).path)
        if "\0" in wanted or "\\" in wanted or not wanted.startswith(self.prefix):
            return None
        parts = wanted[len(self.prefix) :].split("/")
        if ".." in parts:
            return None
        root = self.dist.resolve()
        path = (root / posixpath.join("", *parts).lstrip("/")).resolve()
        if path != root and root not in path.parents:
            return None
        if path.is_dir():
            path = path / "index.html"
        return path if path.is_file() else None

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away in the middle of an answer is nothing to report."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def serve(dist: Path, port: int | None = 0, *, prefix: str = "", compressed: Compressed | None = None) -> Site:
    """
    A server that is bound and not yet running: enter it to run it in a thread, or call `serve_forever`.

    Port 0 takes any that is free, None the usual one or the next free. Raises PortTaken.
    """
    wanted = range(PORT, PORT + TRIES) if port is None else [port]
    for number in wanted:
        try:
            return Site(dist, number, prefix, compressed)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    raise PortTaken(errno.EADDRINUSE, f"port {wanted[0] if port is not None else f'{PORT} and those after it'}")


class _Handler(BaseHTTPRequestHandler):
    server: Site
    protocol_version = "HTTP/1.1"
    server_version = "Inglenook"
    sys_version = ""
    # The body goes out in its own packet; without this it would wait for the headers' acknowledgement.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        site = self.server
        if site.prefix != "/" and urlsplit(self.path).path == site.prefix[:-1]:
            self._head(HTTPStatus.MOVED_PERMANENTLY, {"Location": site.prefix, "Content-Length": "0"})
            return
        path = site.file_of(self.path)
        if path is None:
            self._text(HTTPStatus.NOT_FOUND, "There is no such file.\n", body)
            return
        digest = site.hash_of(path)
        smaller = site.compressed.of(path, digest) if site.compressed and self._takes_gzip() else None
        etag = f'"{digest[:32]}{"-gzip" if smaller else ""}"'
        headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if self._has(etag):
            self._head(HTTPStatus.NOT_MODIFIED, headers)
            return
        sent = smaller or path
        content = sent.read_bytes()
        headers["Content-Type"] = TYPES.get(path.suffix, "application/octet-stream")
        headers["Content-Length"] = str(len(content))
        headers["X-Content-Type-Options"] = "nosniff"
        if smaller:
            headers["Content-Encoding"] = "gzip"
        self._head(HTTPStatus.OK, headers)
        if body:
            self.wfile.write(content)

    def _takes_gzip(self) -> bool:
        for offer in self.headers.get("Accept-Encoding", "").lower().split(","):
            name, _, weight = offer.partition(";")
            if name.strip() == "gzip":
                return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
        return False

    def _has(self, etag: str) -> bool:
        known = [one.strip().removeprefix("W/") for one in self.headers.get("If-None-Match", "").split(",")]
        return etag in known or "*" in known

    def _head(self, status: HTTPStatus, headers: dict[str, str]) -> None:
        self.server.answered.append((self.path, int(status)))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _text(self, status: HTTPStatus, text: str, body: bool) -> None:
        content = text.encode()
        self._head(status, {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(content))})
        if body:
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing: whoever reads the terminal wants to know the address, not every file."""
