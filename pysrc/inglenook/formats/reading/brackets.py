"""Where JSON begins and ends, seen by its brackets and strings alone.

This file knows how to find places in a text that is too long, too deep or too
damaged to be taken apart. It never makes a value of it.
"""

from __future__ import annotations

import re
from typing import Final

from inglenook.core.nesting import DEEPEST, too_deep

# The end of a value that is longer is found before it is taken apart, so that nothing else is held meanwhile.
LONG: Final = 8 << 20

_MARKS: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?P<end>"?)|[\[\]{}]', re.DOTALL)
_PLAIN_VALUE: Final = r'(?:"(?:[^"\\]|\\.){0,500}"|[^"{}\[\],]{1,30})\s*'
_FIRST_NAMES: Final = re.compile(rf'\{{\s*("[^"\\]{{1,100}}")\s*:(?:\s*{_PLAIN_VALUE},\s*("[^"\\]{{1,100}}")\s*:)?')


def bracket_end(text: str, start: int) -> int:
    """Behind the bracket that closes the one at `start`; -1 if it is not in the text."""
    depth = 0
    for mark in _MARKS.finditer(text, start):
        sign = text[mark.start()]
        if sign == '"':
            if not mark["end"]:
                return -1
        elif sign in "{[":
            depth += 1
        else:
            depth -= 1
            if depth == 0:
                return mark.end()
    return -1


def deepest(text: str) -> int:
    """How many brackets are open at once."""
    if len(text) <= LONG:
        return DEEPEST + 1 if too_deep(text) else 0
    # To take out everything else at once, as above, would take several times the memory of a long text.
    depth = deepest = 0
    for mark in _MARKS.finditer(text):
        sign = text[mark.start()]
        if sign in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif sign != '"':
            depth -= 1
    return deepest


def beginning(text: str, at: int) -> re.Pattern[str] | None:
    """What finds the next element that begins as the object at this place does: with the same one or two names."""
    first = _FIRST_NAMES.match(text, at)
    if first is None:
        return None
    second = rf"\s*{_PLAIN_VALUE},\s*{re.escape(first[2])}\s*:" if first[2] else ""
    return re.compile(rf"\}}\s*,\s*(?=\{{\s*{re.escape(first[1])}\s*:{second})")
