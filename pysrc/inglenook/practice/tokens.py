"""A plain token count that anybody can repeat with a pencil.

One token is up to six characters without white space, together with the white
space before them. No tokenizer of a real model works like this; the point is
that sums can be checked. This file knows text and request messages only.
"""

from __future__ import annotations

import json
import re
from typing import Any

PIECE = re.compile(r"\s*\S{1,6}|\s+")

MESSAGE_TOKENS = 3
MEDIA_TOKENS = {"image_url": 250, "file": 500, "input_audio": 200, "video_url": 1000}


def split_tokens(text: str) -> list[str]:
    """The tokens of `text`; joined, they are the text again.

    >>> split_tokens("Good morning")
    ['Good', ' mornin', 'g']
    """
    return PIECE.findall(text)


def count_tokens(text: str) -> int:
    return sum(1 for _ in PIECE.finditer(text))


def count_prompt(messages: list[dict[str, Any]], tools: list[Any]) -> int:
    """Tokens of a whole request: the texts, three for each message, a fixed price for media, tools as JSON."""
    total = sum(MESSAGE_TOKENS + _content_tokens(message.get("content")) for message in messages)
    return total + (count_tokens(json.dumps(tools)) if tools else 0)


def text_of(content: Any) -> str:
    """The text of a message's content, whether a string or a list of parts; other parts are left out."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    texts = [part.get("text") for part in content if isinstance(part, dict) and part.get("type") == "text"]
    return "\n".join(text for text in texts if isinstance(text, str))


def _content_tokens(content: Any) -> int:
    media = 0
    if isinstance(content, list):
        kinds = [part.get("type") for part in content if isinstance(part, dict)]
        media = sum(MEDIA_TOKENS.get(kind, 0) for kind in kinds if isinstance(kind, str))
    return count_tokens(text_of(content)) + media
