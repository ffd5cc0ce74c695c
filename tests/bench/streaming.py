"""An answer of 2,000 tokens at 200 a second: how much of the main thread it takes, and what stutters."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inglenook.practice.account import PRACTICE_KEY
from inglenook.practice.text import long_text
from playwright.sync_api import Page

from tests.bench import sample
from tests.bench.browse import READY, USABLE, busy, counters, when
from tests.bench.figures import Figure, figure
from tests.bench.rig import Rig, arrive

TOKENS = 2000
TOKENS_PER_S = 200
MODEL = "practice/longlog-1m"
QUESTION = f"long {TOKENS} tokens"
ROOT = Path(__file__).parents[2]

OURS_DONE = """bench.eachFrame("done", () => {
  const last = [...document.querySelectorAll("article.message")].at(-1);
  return last?.matches(".assistant[data-status=done]") && last.querySelector("[data-rendered]");
})"""
FLOOR_DONE = 'bench.eachFrame("done", () => document.documentElement.dataset.answer === "done")'


@contextmanager
def server() -> Iterator[str]:
    """The practice router in a process of its own, so that its pauses are not ours."""
    command = [sys.executable, "-m", "tests.server", "--tokens-per-s", str(TOKENS_PER_S), "--first-token-ms", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def streaming(rig: Rig) -> Iterator[Figure]:
    """The same stream into our page, which asks through Python, and into the least page that shows it."""
    profile, blank = rig.folder("streaming"), rig.folder("minichat")
    with server() as base:
        with rig.chromium.visit(profile, READY) as page:
            arrive(page, rig.ours.address)
            rig.fill(page, sample.connected(base, MODEL))
        ours, floor = [], []
        for _ in range(rig.runs):
            with rig.chromium.visit(profile, READY + USABLE) as page:
                ours.append(_ours(page, rig.ours.address))
            with rig.chromium.visit(blank) as page:
                floor.append(_floor(page, rig.floor.address, base))
    for name, unit, wanted in (
        ("busy", "ms", {"most_ratio": 1.5}),
        ("script", "ms", {}),
        ("style and layout", "ms", {}),
        ("tasks over 50 ms", "count", {"most": 0}),
        ("frames", "count", {}),
        ("length", "ms", {}),
    ):
        values = [each[name] for each in ours], [each[name] for each in floor]
        yield figure(f"streaming: {name}", unit, *values, **wanted)


def _ours(page: Page, address: str) -> dict[str, float]:
    page.goto(address)
    when(page, "ready")
    page.get_by_role("button", name="New conversation").click()
    page.get_by_role("textbox", name="Message", exact=True).fill(QUESTION)
    page.evaluate("() => bench.quiet()")
    begin = _begin(page, OURS_DONE)
    page.get_by_role("button", name="Send", exact=True).click()
    return _end(page, begin, "article.message.assistant rich-text[data-part=text]")


def _floor(page: Page, address: str, base: str) -> dict[str, float]:
    page.goto(f"{address}minichat.html")
    page.evaluate("() => bench.quiet()")
    begin = _begin(page, FLOOR_DONE)
    asked = {"model": MODEL, "stream": True, "messages": [{"role": "user", "content": QUESTION}]}
    page.evaluate("(asked) => void ask(...asked)", [f"{base}/chat/completions", PRACTICE_KEY, asked])
    return _end(page, begin, "#messages")


def _begin(page: Page, done: str) -> tuple:
    session = counters(page)
    page.evaluate(f"() => {{ {done}; bench.countFrames(); }}")
    return session, busy(session), page.evaluate("() => performance.now()")


def _end(page: Page, begin: tuple, where: str) -> dict[str, float]:
    session, before, start = begin
    done = when(page, "done")
    after = busy(session)
    frames = page.evaluate("() => bench.frames()")
    page.evaluate("() => bench.quiet()")
    took = {name: after[name] - before[name] for name in after}
    shown = page.locator(where).last.inner_text()
    words = [word for word in long_text(TOKENS).replace("*", " ").split() if word.isalpha()]
    missing = set(words) - set(shown.split())
    if missing:
        raise RuntimeError(f"the answer is not whole: {sorted(missing)[:5]} are not shown")
    return {
        "busy": took["TaskDuration"],
        "script": took["ScriptDuration"],
        "style and layout": took["RecalcStyleDuration"] + took["LayoutDuration"],
        "tasks over 50 ms": len(page.evaluate("(start) => bench.longTasks(start)", start)),
        "frames": frames,
        "length": done - start,
    }
