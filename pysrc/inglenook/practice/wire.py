"""A request and its answer as plain values, and JSON that is read with suspicion.

This file knows bytes, headers and JSON; it never learns what a model is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from inglenook.core.nesting import too_deep

Json = dict[str, Any]

JSON_TYPE = "application/json"
STREAM_TYPE = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Request:
    """A call; `path` is relative to the API base, such as `/chat/completions`."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def header(self, name: str) -> str:
        """The header's value whatever its spelling, or an empty string."""
        wanted = name.casefold()
        return next((value for key, value in self.headers.items() if key.casefold() == wanted), "")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes to hand over after a pause of `wait_ms`."""

    data: bytes
    wait_ms: int = 0


@dataclass(frozen=True, slots=True)
class Response:
    """An answer; `chunks` may have `close()`, and leaving it unread or closing it cancels the call."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterable[Chunk]


def parse_request(method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Request:
    """Build a request from a target such as `/models?q=oak`; a repeated query field counts once, the last."""
    path, _, query = target.partition("#")[0].partition("?")
    fields = dict(parse_qsl(query, keep_blank_values=True, errors="replace"))
    return Request(method.upper(), unquote(path, errors="replace"), fields, headers, body)


def read_json(body: bytes) -> Any:
    """The JSON value of `body`, or None when it is not JSON (NaN and bottomless nesting included)."""
    try:
        text = body.decode("utf-8-sig")
        return None if too_deep(text) else json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None


def dump_json(value: Any) -> bytes:
    """Compact UTF-8; half of a surrogate pair becomes a question mark, as no encoder could send it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def json_response(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status, {"Content-Type": JSON_TYPE, **(headers or {})}, (Chunk(dump_json(value)),))


def page_response(html: str, status: int = 200) -> Response:
    return Response(status, {"Content-Type": "text/html; charset=utf-8"}, (Chunk(html.encode("utf-8", "replace")),))


def redirect_response(location: str) -> Response:
    # A header carries ASCII only; what is already an address stays as it is.
    safe = quote(location, safe=":/?#[]@!$&'()*+,;=%", errors="replace")
    return Response(302, {"Location": safe, "Content-Type": "text/plain"}, (Chunk(b""),))


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
