"""What was measured, as values and as a table.

This file knows medians, ratios and targets. It never learns how anything was
measured, and it never fails a run: a target that is missed is printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any

HEADINGS = ("measurement", "unit", "ours", "floor", "ratio", "best", "target", "met")


@dataclass(frozen=True, slots=True)
class Spread:
    """The values of some runs of one thing."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return float(median(self.values))

    def __str__(self) -> str:
        if len(self.values) == 1:
            return number(self.median)
        return f"{number(self.median)} ({number(min(self.values))}-{number(max(self.values))})"


@dataclass(frozen=True, slots=True)
class Figure:
    """
    One row: our values, the floor's, and what we want of them.

    `most_ratio` bounds our median by the floor's, `most` bounds our median alone; None asks nothing.
    """

    name: str
    unit: str
    ours: Spread
    floor: Spread | None = None
    most_ratio: float | None = None
    most: float | None = None

    @property
    def ratio(self) -> float | None:
        if self.floor is None or self.floor.median == 0:
            return None
        return self.ours.median / self.floor.median

    @property
    def best(self) -> float | None:
        """The ratio of the two best runs: what other programs on the machine disturb least. No target is held to it."""
        if self.floor is None or min(self.floor.values) == 0:
            return None
        return min(self.ours.values) / min(self.floor.values)

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None if there is none."""
        asked = []
        if self.most_ratio is not None and self.ratio is not None:
            asked.append(self.ratio <= self.most_ratio)
        if self.most is not None:
            asked.append(self.ours.median <= self.most)
        return all(asked) if asked else None

    @property
    def target(self) -> str:
        asked = [] if self.most_ratio is None else [f"<= {self.most_ratio:g}x"]
        return " and ".join(asked if self.most is None else [*asked, f"<= {number(self.most)}"])


def figure(name: str, unit: str, ours: Iterable[float], floor: Iterable[float] = (), **wanted: float) -> Figure:
    """A row of the values of each run; `wanted` is `most_ratio` or `most`."""
    theirs = tuple(floor)
    return Figure(name, unit, Spread(tuple(ours)), Spread(theirs) if theirs else None, **wanted)


def number(value: float) -> str:
    """
    A value as it is read in a table.

    >>> number(0), number(2.345), number(41.27), number(13876.4)
    ('0', '2.3', '41', '13,876')
    """
    if value == int(value) or abs(value) >= 10:
        return f"{value:,.0f}"
    return f"{value:.1f}"


def table(figures: Iterable[Figure]) -> str:
    """The rows in columns."""
    rows = [HEADINGS, *map(_cells, figures)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEADINGS))]
    rows.insert(1, tuple("-" * width for width in widths))
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def as_json(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """The rows with every single value."""
    return [
        {
            "name": f.name,
            "unit": f.unit,
            "ours": list(f.ours.values),
            "floor": list(f.floor.values) if f.floor else [],
            "ratio": f.ratio,
            "best": f.best,
            "most_ratio": f.most_ratio,
            "most": f.most,
            "met": f.met,
        }
        for f in figures
    ]


def _cells(f: Figure) -> tuple[str, ...]:
    ratio, best = ("" if value is None else f"{value:.2f}x" for value in (f.ratio, f.best))
    met = {True: "yes", False: "NO", None: ""}[f.met]
    return f.name, f.unit, str(f.ours), str(f.floor or ""), ratio, best, f.target, met
