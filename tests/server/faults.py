"""What may go wrong on the way: faults that wait for a request and spoil it.

A fault is asked for in Python, `server.faults.next(path="/chat/completions",
fault=Fault(cut_after=100))`, or from another process with `POST /__faults` and
the same members as JSON. The first waiting fault whose path is the request's is used.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, fields, replace
from typing import Any

from inglenook.practice.canned import CANNED
from inglenook.practice.wire import JSON_TYPE, STREAM_TYPE, dump_json

HTML_PAGE = "<!doctype html><title>Gateway</title><h1>502 Bad Gateway</h1><p>A page where an answer should be.</p>"
GARBAGE = bytes(range(0x80, 0x100)) + b"\x00\xff\xfe{]data:\r\r\n\xc3"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; members combine.

    cut_after      close the connection after so many bytes of the body
    cut_on_word    cut only when `Faults.cut()` says so: what nobody has read yet goes with the connection
    delay_ms       wait before the status line
    drip           send the body in pieces of so many bytes, `drip_ms` apart
    garbage_after  put bytes that are neither UTF-8 nor an event into the body, after so many bytes
    error          a name of `practice.canned.CANNED`: that status and body
    status, content_type, body, location   answer with this instead of asking the router
    preset         "html page", "plain 200", "json 200", "empty 200"
    no_cors        leave every CORS header away
    tokens_per_s, first_token_ms   the pace of this answer
    """

    cut_after: int | None = None
    cut_on_word: bool = False
    delay_ms: int = 0
    drip: int | None = None
    drip_ms: int = 1
    garbage_after: int | None = None
    error: str = ""
    status: int | None = None
    content_type: str = JSON_TYPE
    body: str = ""
    location: str = ""
    preset: str = ""
    no_cors: bool = False
    tokens_per_s: float | None = None
    first_token_ms: int = 0

    def answer(self) -> tuple[int, dict[str, str], bytes] | None:
        """Status, headers and body of an answer that the router is not asked for, or None."""
        if self.error:
            refused = CANNED[self.error]
            return refused.status, {"Content-Type": JSON_TYPE, **refused.headers}, dump_json(refused.body)
        fault = replace(self, **PRESETS[self.preset]) if self.preset else self
        if fault.location:
            return fault.status or 307, {"Location": fault.location, "Content-Type": "text/plain"}, b""
        if fault.status is None:
            return None
        return fault.status, {"Content-Type": fault.content_type}, fault.body.encode()


PRESETS: dict[str, dict[str, Any]] = {
    "html page": {"status": 502, "content_type": "text/html", "body": HTML_PAGE},
    "html 200": {"status": 200, "content_type": "text/html", "body": HTML_PAGE},
    "plain 200": {"status": 200, "content_type": "text/plain", "body": "It works."},
    "json 200": {"status": 200, "body": '{"error":{"code":502,"message":"Provider returned error"}}'},
    "empty 200": {"status": 200, "content_type": STREAM_TYPE, "body": ""},
}


class Faults:
    """The faults that wait, in order; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[str, Fault]] = []
        self.word = threading.Event()

    def cut(self) -> None:
        """Let the connections go that wait for this word."""
        self.word.set()

    def next(self, path: str, fault: Fault, times: int = 1) -> None:
        """Spoil the next `times` requests for `path` (relative to the API base; `*` for any)."""
        with self._lock:
            self._waiting += [(path, fault)] * times

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, path: str) -> Fault | None:
        with self._lock:
            for n, (wanted, fault) in enumerate(self._waiting):
                if wanted in ("*", path):
                    del self._waiting[n]
                    return fault
        return None


def read_fault(value: dict[str, Any]) -> Fault:
    """A fault from JSON. Raises ValueError for a member, an error or a preset that does not exist."""
    unknown = set(value) - {field.name for field in fields(Fault)}
    if unknown:
        raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")
    fault = Fault(**value)
    if (fault.error and fault.error not in CANNED) or (fault.preset and fault.preset not in PRESETS):
        raise ValueError("no such error or preset")
    return fault
