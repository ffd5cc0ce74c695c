"""Ids of what was imported: the same thing gets the same id however often it comes.

This file knows hashes. An id of a message only has to differ inside its
conversation, so a plain one is kept as it is.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{7,79}")


def conversation_id(system: str, source_id: str) -> str:
    """
    The id of a conversation of another system, in the shape of a UUID (version 8: made by a rule of our own).

    >>> conversation_id("chatgpt", "a") == conversation_id("chatgpt", "a") != conversation_id("claude", "a")
    True
    """
    digest = _digest("conversation", system, source_id)
    return f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}"


def message_id(source_id: str) -> str:
    """The id of a message that has one; an odd or short one is replaced by its hash."""
    return source_id if _PLAIN.fullmatch(source_id) else f"m-{_digest('message', source_id)[:24]}"


def chained_id(parent: str | None, role: str, text: str) -> str:
    """The id of a message that has none: what it says, and after what."""
    return f"c-{_digest('chained', parent or '', role, text)[:24]}"


def content_id(*texts: str) -> str:
    """A source id for what has none, from what it says."""
    return _digest("content", *texts)[:32]


def _digest(*texts: str) -> str:
    joined = "\0".join(f"{len(text)}:{text}" for text in texts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()
