"""Bars: from names and amounts to the places of rectangles, in shares of the width and in pixels of the height.

This file knows geometry. It never learns what is drawn, and writes no HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

COLUMNS_TOP: Final = 24
COLUMNS_BASE: Final = 112
LINE: Final = 38
LONGEST_LABEL: Final = 23


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. `x` and `width` are percent of the drawing, `y` and `height` pixels; `said` is the amount in words."""

    label: str
    said: str
    x: str
    y: str
    width: str
    height: str


def columns(amounts: list[tuple[str, float, str]]) -> tuple[Bar, ...]:
    """Upright bars side by side; `amounts` are (label, amount, amount in words). Nothing has no bar."""
    most = max((amount for _, amount, _ in amounts), default=0)
    slot, room = 100 / max(len(amounts), 1), COLUMNS_BASE - COLUMNS_TOP
    bars = []
    for place, (label, amount, said) in enumerate(amounts):
        if amount > 0:
            height = max(2, amount / most * room)
            x, y = place * slot + slot * 0.14, COLUMNS_BASE - height
            bars.append(Bar(label, said, f"{x:.2f}%", f"{y:.1f}", f"{slot * 0.72:.2f}%", f"{height:.1f}"))
    return tuple(bars)


def lines(amounts: list[tuple[str, float, str]]) -> tuple[Bar, ...]:
    """Lying bars below each other, each below its label."""
    most = max((amount for _, amount, _ in amounts), default=0)
    return tuple(
        Bar(label, said, "0", str(place * LINE), f"{max(0.6, amount / most * 100) if amount > 0 else 0:.2f}%", "8")
        for place, (label, amount, said) in enumerate(amounts)
    )


def cut(label: str) -> str:
    """A label that fits beside an amount on a phone.

    >>> cut("acme/bolt"), cut("a-maker/a-very-long-name-of-a-model")
    ('acme/bolt', 'a-maker/a-very-long-na…')
    """
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
