"""A conversation of 500 messages: from the click in the shelf to its last message in view."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.bench import sample
from tests.bench.browse import READY, when
from tests.bench.figures import Figure, figure
from tests.bench.rig import Rig, arrive

LONG, OTHERS, MESSAGES = 30, 30, 500
# How long a person holds a button down; a keyboard and a test press for no time at all.
PRESSES_MS = {"pressed for 80 ms": 80, "no press": 0}

CLICKED = 'addEventListener("click", ({ timeStamp }) => bench.mark("clicked", timeStamp), { capture: true });'
SHOWN = 'bench.eachFrame("shown", () => bench.inView({where}, {words}))'


def open_thread(rig: Rig) -> Iterator[Figure]:
    """Ours: the room as it is. Floor: IndexedDB get, JSON.parse, markdown-it of what is seen."""
    made = sample.conversation(LONG, MESSAGES)
    profile, blank = rig.folder("opening"), rig.folder("opening-floor")
    with rig.chromium.visit(profile, READY) as page:
        arrive(page, rig.ours.address)
        others = [row for each in sample.conversations(OTHERS) for row in sample.records(each)]
        rig.fill(page, [*others, *sample.records(made)])
    rig.offer(rig.floor, "/bench-thread.json", sample.records(made)[:1])
    with rig.chromium.visit(blank) as page:
        page.goto(f"{rig.floor.address}thread.html")
        page.evaluate("() => keep('/bench-thread.json')")

    for name, press_ms in PRESSES_MS.items():
        yield from _opened(rig, profile, blank, name, press_ms)


def _opened(rig: Rig, profile: Path, blank: Path, name: str, press_ms: int) -> Iterator[Figure]:
    ours, floor, long_tasks, floor_long, nodes = [], [], [], [], []
    for _ in range(rig.runs):
        with rig.chromium.visit(profile, READY + CLICKED) as page:
            page.goto(rig.room(0))
            when(page, "ready")
            page.get_by_text(sample.last_words(0)).wait_for()
            link = page.get_by_role("navigation", name="Conversations").get_by_role("link", name=sample.title(LONG))
            took, tasks, count = _click(page, link, "#messages rich-text[data-rendered]", press_ms)
            ours.append(took)
            long_tasks.append(tasks)
            nodes.append(count)
        with rig.chromium.visit(blank, CLICKED) as page:
            page.goto(f"{rig.floor.address}thread.html")
            page.evaluate(f"() => {{ document.getElementById('open').dataset.id = '{sample.conversation_id(LONG)}'; }}")
            took, tasks, _ = _click(page, page.locator("#open"), "#messages > article", press_ms)
            floor.append(took)
            floor_long.append(tasks)
    yield figure(f"open 500 messages, {name}: last in view", "ms", ours, floor, most_ratio=3)
    yield figure(f"open 500 messages, {name}: tasks over 50 ms", "count", long_tasks, floor_long, most=0)
    yield figure(f"open 500 messages, {name}: elements in the page", "count", nodes)


def _click(page: Page, link: Locator, where: str, press_ms: int) -> tuple[float, int, int]:
    link.wait_for()
    page.evaluate("() => bench.quiet()")
    page.evaluate("() => { bench.reset('clicked', 'shown'); }")
    page.evaluate(f"() => {{ {SHOWN.format(where=repr(where), words=repr(sample.last_words(LONG)))}; }}")
    link.click(delay=press_ms)
    clicked, shown = when(page, "clicked"), when(page, "shown")
    page.evaluate("() => bench.quiet()")
    tasks = page.evaluate("(since) => bench.longTasks(since)", clicked)
    return shown - clicked, len(tasks), page.evaluate("() => document.querySelectorAll('*').length")
