"""JSON that stands as a text inside a ChatGPT export: calls of tools, marks, what was said with a rating."""

from __future__ import annotations

from typing import Any

from inglenook.core.nesting import too_deep
from inglenook.formats.reading.jsonvalue import decode


def inner(text: str) -> Any:
    """The value that a text is; None if it is none.

    >>> inner('{"a": [1]}'), inner("a"), inner("[" * 5000)
    ({'a': [1]}, None, None)
    """
    if too_deep(text):
        return None
    text = text.strip()
    try:
        value, end = decode(text)
    except (ValueError, RecursionError):
        return None
    return value if end == len(text) else None
