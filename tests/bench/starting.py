"""How soon the room is there: Python's start on a warm profile, and what can be used and read before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.bench import sample
from tests.bench.browse import READY, USABLE, when
from tests.bench.figures import Figure, figure
from tests.bench.rig import Rig

LAST_SHOWN = 'bench.eachFrame("shown", () => bench.inView("#messages > *", %s));'


def start_warm(rig: Rig) -> Iterator[Figure]:
    """Navigation to Python's being ready, in a new browser process with everything cached."""
    profile, bare = rig.returning(0), rig.folder("bare-pyodide")
    floor_page = f"{rig.floor.address}pyodide.html"
    _visit(rig, bare, floor_page)
    # Chromium keeps compiled WebAssembly at the second visit.
    _visit(rig, bare, floor_page)
    _visit(rig, profile, rig.ours.address)
    ours, floor = [], []
    for _ in range(rig.runs):
        ours.append(_visit(rig, profile, rig.ours.address))
        floor.append(_visit(rig, bare, floor_page))
    yield figure("start, warm: Python ready", "ms", ours, floor, most_ratio=0.30)


def _visit(rig: Rig, profile: Path, address: str) -> float:
    with rig.chromium.visit(profile, READY) as page:
        page.goto(address)
        return when(page, "ready")


def first_paint(rig: Rig) -> Iterator[Figure]:
    """Navigation to a composer that takes text and, where there is one, the last conversation's end in view."""
    blank = rig.folder("blank")
    for stored in (0, rig.conversations):
        profile = rig.returning(stored)
        address = rig.room(stored - 1) if stored else rig.ours.address
        words = sample.last_words(stored - 1) if stored else ""
        usable, shown, early, floor = [], [], [], []
        for _ in range(rig.runs):
            found = _paint(rig, profile, address, words)
            usable.append(found["usable"])
            shown.append(found.get("shown", 0.0))
            early.append(max(found["usable"], found.get("shown", 0.0)) < found["ready"])
            floor.append(_paint(rig, blank, f"{rig.floor.address}blank.html", "", python=False)["usable"])
        held = f"{stored:,} conversations"
        yield figure(f"first paint, {held}: composer usable", "ms", usable, floor, most_ratio=3)
        if words:
            yield figure(f"first paint, {held}: last message in view", "ms", shown, floor, most_ratio=3)
        yield figure(f"first paint, {held}: runs that waited for Python", "count", [early.count(False)], most=0)


def _paint(rig: Rig, profile: Path, address: str, words: str, *, python: bool = True) -> dict[str, float]:
    watch = USABLE + (READY if python else "") + (LAST_SHOWN % repr(words) if words else "")
    with rig.chromium.visit(profile, watch) as page:
        page.goto(address)
        marks = ["usable", *(["ready"] if python else []), *(["shown"] if words else [])]
        return {mark: when(page, mark) for mark in marks}
