"""One child of a list region."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Row(NamedTuple):
    """`draw(*inputs, *beside)` gives the HTML; only another `inputs` makes it drawn again, `beside` does not."""

    key: str
    draw: Callable[..., str]
    inputs: tuple[Any, ...]
    beside: tuple[Any, ...] = ()
