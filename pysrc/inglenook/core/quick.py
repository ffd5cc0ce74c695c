"""Values of dataclasses made and taken apart many at a time.

This file knows how a dataclass lays out its members. A frozen one is made by a
function call for each of them, which is much of what a long reading spends on
the values that it ends with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, make_dataclass
from functools import cache
from operator import attrgetter
from typing import Any


def maker[T](made: type[T]) -> Callable[..., T]:
    """What makes values of a frozen dataclass with slots out of all of its members, in their order."""
    # A dataclass of the same members that is not frozen has the same layout, so its values can become the others.
    loose = make_dataclass(f"Loose{made.__name__}", [member.name for member in fields(made)], slots=True)

    def make(*members: object) -> T:
        value = loose(*members)
        value.__class__ = made
        return value

    return make


@cache
def members_of(made: type) -> Callable[[Any], tuple[Any, ...]]:
    """What takes the members of a dataclass with two or more of them, as they are and in their order."""
    return attrgetter(*(member.name for member in fields(made)))
