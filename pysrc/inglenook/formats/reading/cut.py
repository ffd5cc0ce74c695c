"""JSON that ends in the middle: how much of it is whole.

This file knows brackets. A list whose first entries are whole is taken as far
as they go, and what was cut in the middle is dropped: half an entry would pass
for a whole one, and stand in the way of the whole one later.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_MARKS: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?P<end>"?)|[\[\]{},:]', re.DOTALL)


@dataclass(slots=True)
class _Open:
    """A bracket that is not closed: what closes it, and behind which object, and which value, in it all is whole."""

    close: str
    whole: int = 0
    last: int = 0
    other: bool = False
    waiting: bool = False


def before_cut(text: str) -> str:
    """
    The text up to its last whole entry, closed there; "" if nothing in it is whole.

    The outermost list of objects that was cut counts; where there is none, the outermost table of nothing but
    objects; then the last whole member of the outermost object.

    >>> before_cut('{"a": {"b": [{"c": 1}, {"c": [2, 3'), before_cut('{"a": 1, "b": {"c": {}, "d": {"e":')
    ('{"a": {"b": [{"c": 1}]}}', '{"a": 1, "b": {"c": {}}}')
    """
    stack = _opened(text)
    for kind in "]}":
        for depth, open_ in enumerate(stack):
            if open_.close == kind and open_.whole and not (kind == "}" and open_.other):
                return text[: open_.whole] + "".join(each.close for each in reversed(stack[: depth + 1]))
    if stack and stack[0].close == "}" and stack[0].last:
        return text[: stack[0].last] + "}"
    return ""


def _opened(text: str) -> list[_Open]:
    """The brackets that are open at the end of the text, the outermost first; none if they do not fit each other."""
    stack: list[_Open] = []
    for mark in _MARKS.finditer(text):
        sign = text[mark.start()]
        top = stack[-1] if stack else None
        if sign in "{[":
            if top is not None:
                top.other |= sign == "["
                top.waiting = False
            stack.append(_Open("}" if sign == "{" else "]"))
        elif top is None:
            return []
        elif sign in "}]":
            if top.close != sign:
                return []
            stack.pop()
            if not stack:
                return []
            stack[-1].last = mark.end()
            if sign == "}":
                stack[-1].whole = mark.end()
        elif sign == ":":
            top.waiting = True
        elif top.waiting:
            # A text; or a number, true, false or null before the comma.
            top.other, top.waiting = True, False
            if sign == "," or mark["end"]:
                top.last = mark.start() if sign == "," else mark.end()
    return stack
