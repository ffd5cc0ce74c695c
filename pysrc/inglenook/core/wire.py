"""Values from outside, rebuilt: JSON text in, plain and bounded Python values out.

This file knows JSON only. It never learns which API a value came from; what a
member means is decided by whoever asks for it here.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from inglenook.core.errors import NotTheProtocol
from inglenook.core.nesting import too_deep

MAX_DEPTH = 32
# JSON's own promise ends where a double can no longer count: RFC 8259, section 6.
MAX_COUNT = 2**53

_SURROGATE = re.compile("[\ud800-\udfff]")


def read_json(body: bytes | str) -> Any:
    """Parse JSON of any origin; NaN and Infinity become null.

    Raises:
        NotTheProtocol: not JSON, or nested or long beyond reason.
    """
    text = body.decode("utf-8-sig", "replace") if isinstance(body, (bytes, bytearray)) else body
    if too_deep(text):
        raise NotTheProtocol("The server's answer is nested too deeply.")
    try:
        return json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise NotTheProtocol("The server's answer is not JSON.", detail=str(error)[:200]) from error


def canonical(value: Any) -> str:
    """JSON text that is equal whenever the value is equal."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def mend(text: str) -> str:
    """Replace lone surrogates, which neither UTF-8 nor a database can hold."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def text(value: Any, limit: int | None = None) -> str:
    """The value if it is a string, else an empty one.

    >>> text("abc"), text(None), text("abcdef", 3)
    ('abc', '', 'abc')
    """
    return mend(value[:limit]) if isinstance(value, str) else ""


def number(value: Any) -> float | None:
    """A finite number, also from a string such as "0.000002"; never a boolean.

    >>> number("0.5"), number(True), number(1e999), number("x")
    (0.5, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        result = float(value[:64] if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return result if math.isfinite(result) else None


def count(value: Any) -> int | None:
    """A whole number from 0 to 2**53, else None."""
    if isinstance(value, str) or (result := number(value)) is None:
        return None
    return int(result) if 0 <= result <= MAX_COUNT and result == int(result) else None


def record(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; whatever else is in it is left out."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def texts(value: Any) -> tuple[str, ...]:
    """The non-empty strings in a list."""
    return tuple(mend(item) for item in value if isinstance(item, str) and item) if isinstance(value, list) else ()


def bounded(value: Any, depth: int = MAX_DEPTH) -> Any:
    """Rebuild a JSON value so that it can be stored and sent: no lone surrogate, no NaN, never deeper than `depth`."""
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int)):
        return value
    if depth <= 0:
        return None
    if isinstance(value, dict):
        return {mend(str(key)): bounded(item, depth - 1) for key, item in value.items()}
    return [bounded(item, depth - 1) for item in value] if isinstance(value, (list, tuple)) else None
