"""HTML from outside, so that a parser of it comes to an end.

This file knows where a tag ends. The standard library's parser looks again and
again for the ends of tags that have none, and stops at declarations that are
none; so what is no whole tag is made text, and comments are taken out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_BEGINS: Final = re.compile(r"</?[A-Za-z]")
_SIGNS: Final = re.compile(r"""[<>]|=\s*["']""")


def tame(html: str) -> str:
    """
    The HTML with whole tags only; the time it takes grows with its length and no faster.

    >>> tame("<b>1 < 2</b><!-- c --><![x]><a href='<>'>z</a><i")
    "<b>1 &lt; 2</b><a href='<>'>z</a>&lt;i"
    """
    out: list[str] = []
    at = 0
    # Ends that do not come any more, so that nobody looks for them again.
    gone: set[str] = set()

    def find(end: str, start: int) -> int:
        place = -1 if end in gone else html.find(end, start)
        if place < 0:
            gone.add(end)
        return place

    while (tag := html.find("<", at)) >= 0:
        out.append(html[at:tag])
        if html.startswith("<!--", tag):
            end = find("-->", tag + 4) + 3
            kept = False
        elif html.startswith(("<!", "<?"), tag):
            end = find(">", tag) + 1
            kept = False
        else:
            end = _tag_end(html, tag, find) if _BEGINS.match(html, tag) else 0
            kept = True
        if end <= 2:
            out.append("&lt;")
            at = tag + 1
        else:
            out.append(html[tag:end] if kept else "")
            at = end
    return "".join(out) + html[at:]


def _tag_end(html: str, start: int, find: Callable[[str, int], int]) -> int:
    """Behind the sign that closes a tag; 0 if another one begins before it."""
    at = start + 1
    while (sign := _SIGNS.search(html, at)) is not None:
        if sign[0] == ">":
            return sign.end()
        if sign[0] == "<":
            return 0
        at = find(sign[0][-1], sign.end()) + 1
        if at == 0:
            return 0
    return 0
