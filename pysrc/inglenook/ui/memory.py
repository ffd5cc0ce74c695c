"""Remembers the last result of a pure function, by the identity of what it was given.

This file knows identity; it never learns what is drawn. Equality would have to
look inside conversations; values that did not change are the same objects.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Small:
    """Values of a few fields, compared by them."""

    __slots__ = ()


SMALL = (str, int, float, bool, Small)


def same(old: tuple[Any, ...] | None, new: tuple[Any, ...]) -> bool:
    """Whether two tuples hold the same objects, or small values that are equal.

    >>> same((1, "a"), (1, "a")), same(([],), ([],)), same(None, ())
    (True, False, False)
    """
    if old is None or len(old) != len(new):
        return False
    for a, b in zip(old, new, strict=True):
        if a is not b and (type(a) is not type(b) or not isinstance(a, SMALL) or a != b):
            return False
    return True


def latest[R](function: Callable[..., R]) -> Callable[..., R]:
    """The function, which does not work out again what it was asked last."""
    asked: tuple[Any, ...] | None = None
    answer: R

    def remembered(*arguments: Any) -> R:
        nonlocal asked, answer
        if not same(asked, arguments):
            answer = function(*arguments)
            asked = arguments
        return answer

    return remembered
