"""Browser tests: the built page in a real browser, against a real HTTP server that speaks the routing API.

They need `dist/`, which `python3 build.py test` makes. Tests wait on states, never on time.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from inglenook_build.browser import ensure
from inglenook_build.server import serve
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.room import KEY, Room
from tests.server import PracticeServer

DIST = Path(__file__).parents[2] / "dist"

# Generous, because two browsers share the machine; a state that comes is not waited for any longer.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    launched = playwright.chromium.launch(**ensure().launch_options)
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the built page."""
    if not (DIST / "index.html").exists():
        pytest.fail("There is no dist/. Run: python3 build.py build")
    with serve(DIST, port=0) as server:
        yield server.url


@pytest.fixture
def api() -> Iterator[PracticeServer]:
    """The practice router over HTTP, at its own port; `KEY` is a key of its account."""
    with PracticeServer(port=0) as server:
        server.router.add_key(KEY)
        yield server


@pytest.fixture
def service_workers() -> Literal["allow", "block"]:
    """Whether the page may keep itself for offline use. A module without that overrides this: its tests are faster."""
    return "allow"


@pytest.fixture
def context(browser: Browser, service_workers: Literal["allow", "block"]) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 800}, service_workers=service_workers)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def room(page: Page, site: str) -> Iterator[Room]:
    """The page as a user meets it, open and ready; what it throws meanwhile fails the test."""
    opened = Room(page, site).open()
    yield opened
    assert opened.errors == []
