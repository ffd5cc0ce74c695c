"""Words for the shelf: a title from a first message, and text without its Markdown marks.

This file knows text only; it never learns whose it is.
"""

from __future__ import annotations

import re
from typing import Final

NO_TITLE: Final = "New conversation"
TITLE_LENGTH: Final = 60

# Enough for any title or preview; a message of megabytes must not be searched for marks.
_LOOKED_AT = 2000

_FENCE = re.compile(r"^ {0,3}(?:`{3,}|~{3,})[^\n`]*$", re.MULTILINE)
_LINE_MARK = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|\d{1,9}[.)][ \t]+|(?:[-*_=][ \t]*){3,}$)", re.MULTILINE
)
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\([^()\s]{0,2000}(?:[ \t]+\"[^\"]{0,200}\")?\)")
_STRONG = re.compile(r"(\*\*|__|~~|\*|(?<!\w)_(?=\S))(?=\S)(.{1,500}?)(?<=\S)\1", re.DOTALL)
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def plain(text: str) -> str:
    """
    The beginning of a text in one line, without the marks of Markdown.

    >>> plain("## A *plan*\\n\\n- see [this](https://example.org)")
    'A plan see this'
    """
    text = _LINE_MARK.sub("", _FENCE.sub("", _UNSEEN.sub("", text[:_LOOKED_AT])))
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    if "*" in text or "_" in text or "~~" in text:
        text = _STRONG.sub(r"\2", text)
    return " ".join(text.replace("`", "").split())


def shortened(text: str, length: int) -> str:
    """At most `length` characters, cut at a word boundary where there is one, with an ellipsis if cut."""
    if len(text) <= length:
        return text
    start = text[: length - 1]
    space = start.rfind(" ") if text[length - 1] != " " else len(start)
    # A language without spaces, or one long word, is cut where it has to be.
    kept = start[:space] if space > length // 2 else start
    return kept.rstrip(" ,;:.-–—") + "…" if kept.strip(" ,;:.-–—") else start + "…"


def title_from(text: str, attachment: str = "") -> str:
    """A title from the first message, or from the name of its first attachment; never empty."""
    return shortened(plain(text) or " ".join(_UNSEEN.sub("", attachment).split()) or NO_TITLE, TITLE_LENGTH)
