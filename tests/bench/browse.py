"""A Chromium for one visit or several, with the probe in every page.

This file knows how a browser is started and asked for its counters. It never
learns what is measured with them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright

PROBE = (Path(__file__).parent / "probe.js").read_text("utf-8")
WINDOW = {"width": 1280, "height": 800}
TIMEOUT_MS = 120_000
# A browser that was just started is busy with itself for about a second, and whoever is measured then shares the
# processor with it: the longer a measurement, the less of it is that.
SAMPLE_S = 0.1
QUIET_SAMPLES = 3
QUIET_SHARE = 0.15
SETTLED_WITHIN_S = 20.0


@dataclass(frozen=True, slots=True)
class Chromium:
    """The library that drives the browser, and how it is told to start one."""

    playwright: Playwright
    options: dict[str, Any]

    @contextmanager
    def visit(self, profile: Path, watch: str = "") -> Iterator[Page]:
        """A new browser process on a profile; `watch` is JavaScript that runs after the probe in each page."""
        context = self.playwright.chromium.launch_persistent_context(str(profile), viewport=WINDOW, **self.options)
        try:
            context.set_default_timeout(TIMEOUT_MS)
            page = fresh(context, watch)
            settle(context)
            yield page
        finally:
            context.close()


def settle(context: BrowserContext) -> None:
    """Wait until the browser is done with what goes on behind what is measured: its own start, or that of a worker."""
    browser = context.browser
    if browser is None:
        raise RuntimeError("the context has no browser of its own, so its processes cannot be asked for their time")
    session = browser.new_browser_cdp_session()
    quiet, before = 0, _worked_s(session)
    deadline = time.monotonic() + SETTLED_WITHIN_S
    while quiet < QUIET_SAMPLES and time.monotonic() < deadline:
        time.sleep(SAMPLE_S)
        now = _worked_s(session)
        quiet = quiet + 1 if now - before < QUIET_SHARE * SAMPLE_S else 0
        before = now
    session.detach()


def _worked_s(session: CDPSession) -> float:
    return sum(each["cpuTime"] for each in session.send("SystemInfo.getProcessInfo")["processInfo"])


def fresh(context: BrowserContext, watch: str = "") -> Page:
    """The tab of a new browser, with the probe."""
    # One script, because the order of several is not promised.
    context.add_init_script(f"{PROBE}\n{watch}")
    return context.pages[0] if context.pages else context.new_page()


def when(page: Page, mark: str) -> float:
    """Wait for a mark of the probe; milliseconds since the navigation began."""
    return page.evaluate("(mark) => bench.when(mark)", mark)


def counters(page: Page) -> CDPSession:
    """A session in which the counters of the page's main thread run."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    return session


def busy(session: CDPSession) -> dict[str, float]:
    """Milliseconds that the main thread has worked so far, by kind."""
    found: list[dict[str, Any]] = session.send("Performance.getMetrics")["metrics"]
    return {each["name"]: each["value"] * 1000 for each in found if each["name"].endswith("Duration")}


READY = 'bench.rootAttribute("ready", "data-python", "ready");'
USABLE = 'bench.eachFrame("usable", () => bench.usable("textarea#message"));'
