"""The start: what can be done before Python is there, and what is said when it does not come."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.room import KEY, Room
from tests.server import PracticeServer

SEEN_LATE = """
new MutationObserver(() => {
  const start = document.getElementById("start");
  if (start && !start.hidden && document.documentElement.dataset.python === "ready") window.shownLate = true;
}).observe(document, { attributes: true, childList: true, subtree: true });
"""


@pytest.fixture
def service_workers() -> str:
    """Every start downloads, so that a test can spoil it."""
    return "block"


@pytest.fixture
def release(page: Page) -> Callable[[], None]:
    """Holds the snapshot back until it is called."""
    held: list[Route] = []
    page.route("**/inglenook.snapshot", lambda route: held.append(route))

    def go() -> None:
        for route in held:
            route.continue_()
        page.unroute("**/inglenook.snapshot")

    return go


def test_one_can_write_before_python_is_there_and_the_text_stays(page: Page, site: str, release: Callable) -> None:
    room = Room(page, site)
    page.goto(site)
    expect(page.get_by_role("navigation", name="Conversations")).to_be_visible()
    expect(page.get_by_role("button", name="New conversation")).to_be_visible()
    room.message.click()
    page.keyboard.type("Written while Python")
    expect(page.locator("html")).to_have_attribute("data-python", "starting")
    release()
    room.ready()
    expect(page.get_by_role("button", name="Open the practice room")).to_be_visible()
    expect(room.message).to_be_focused()
    page.keyboard.type(" was on its way")
    expect(room.message).to_have_value("Written while Python was on its way")
    room.wait_stored("Python was on its way", "settings")
    room.reload()
    expect(room.message).to_have_value("Written while Python was on its way")
    assert room.errors == []


def test_what_is_sent_before_python_is_there_is_sent_when_it_comes(
    room: Room, release: Callable, api: PracticeServer
) -> None:
    room.use(api.base)
    room.page.reload()
    room.send("Sent early")
    expect(room.page.locator("html")).to_have_attribute("data-python", "starting")
    release()
    room.ready()
    expect(room.answered()).to_contain_text("You wrote: “Sent early”")
    expect(room.message).to_have_value("")


def test_what_is_sent_before_anything_is_connected_comes_back_to_the_composer(
    page: Page, site: str, release: Callable
) -> None:
    room = Room(page, site)
    page.goto(site)
    room.send("Too early")
    expect(room.message).to_have_value("")
    release()
    room.ready()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is connected yet.")
    expect(room.message).to_have_value("Too early")


def test_the_first_visit_counts_bytes_and_the_bar_goes_away(page: Page, site: str, release: Callable) -> None:
    page.add_init_script(SEEN_LATE)
    room = Room(page, site)
    page.goto(site)
    bar = page.get_by_role("progressbar", name="Getting Python ready")
    expect(bar).to_be_visible()
    expect(page.locator("#start-text")).to_have_text(re.compile(r"^Downloading Python: \d+\.\d of \d+\.\d MB$"))
    room.until("document.getElementById('start-bar').position > 0")
    assert bar.evaluate("bar => bar.position") < 1
    release()
    room.ready()
    expect(bar).to_be_hidden()
    room.practice()
    assert room.ask("Hello").is_visible()
    assert page.evaluate("window.shownLate") is None


def test_a_broken_snapshot_is_replaced_by_a_start_from_packages(page: Page, site: str) -> None:
    page.route("**/inglenook.snapshot", lambda route: route.abort())
    room = Room(page, site).open()
    room.practice()
    expect(room.ask("Hello")).to_contain_text("You wrote: “Hello”")
    assert room.errors == []


@pytest.mark.parametrize("body", [b"", b"\x1f\x8bno gzip", b"<!doctype html><title>Not found</title>"])
def test_a_file_that_is_no_snapshot_is_replaced_by_a_start_from_packages(page: Page, site: str, body: bytes) -> None:
    page.route("**/inglenook.snapshot", lambda route: route.fulfill(body=body))
    room = Room(page, site).open()
    room.practice()
    assert room.errors == []


def test_a_host_need_not_know_the_type_of_webassembly(page: Page, site: str) -> None:
    def untyped(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "content-type": "application/octet-stream"})

    warnings: list[str] = []
    page.on("console", lambda message: warnings.append(message.text))
    page.route("**/pyodide.asm.wasm", untyped)
    Room(page, site).open().practice()
    assert not [text for text in warnings if "snapshot did not load" in text]


def test_a_database_that_does_not_answer_the_page_keeps_python_from_nothing(page: Page, site: str) -> None:
    page.add_init_script("IDBFactory.prototype.open = () => ({});")
    room = Room(page, site).open()
    room.practice()
    expect(room.ask("Hello")).to_contain_text("You wrote: “Hello”")


def test_without_the_rendering_libraries_text_is_shown_as_it_is(page: Page, site: str) -> None:
    page.route("**/rich-text.js", lambda route: route.abort())
    room = Room(page, site).open()
    room.practice()
    expect(room.ask("Hello")).to_contain_text("You wrote: “Hello”")


@pytest.mark.parametrize("broken", ["python/**", "worker/**"])
def test_a_start_that_fails_says_why_and_saves_what_is_stored(
    page: Page, site: str, api: PracticeServer, broken: str
) -> None:
    room = Room(page, site).open().use(api.base)
    room.ask("Remember this sentence")
    room.wait_stored("Remember this sentence", "settings")
    page.route(f"**/{broken}", lambda route: route.abort())
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-python", "failed", timeout=30_000)
    failure = page.get_by_role("alert").filter(has_text="Inglenook could not start")
    expect(failure).to_be_visible()
    expect(page.locator("#start-why")).to_have_text(re.compile(r"\w+.*\."))
    expect(page.locator("#start-detail")).not_to_have_text("")
    # What the last visit showed can still be read.
    expect(page.get_by_role("main")).to_contain_text("Remember this sentence")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save everything as a file").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert "Remember this sentence" in text
    assert KEY not in text
    saved = json.loads(text)
    assert len(saved["stores"]["conversations"]) == len(saved["stores"]["threads"]) == 1
    page.unroute(f"**/{broken}")
    page.get_by_role("button", name="Try again").click()
    room.ready()
    expect(room.answers.last).to_contain_text("Remember this sentence")
