"""Without a network, and with a newer version: the service worker keeps the page, and changes over only when asked."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from inglenook_build.server import Site, serve
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import DIST
from tests.browser.room import Room
from tests.browser.sse import saying
from tests.server import PracticeServer

OPENROUTER = "https://openrouter.ai/"
NO_NETWORK = "There is no network"


def kept(room: Room) -> Room:
    """The room once the service worker has everything and answers for the page."""
    return room.until("navigator.serviceWorker.controller !== null")


def offline(context: BrowserContext, room: Room) -> Room:
    context.set_offline(True)
    return room.reload()


@pytest.fixture
def openrouter(context: BrowserContext, api: PracticeServer) -> PracticeServer:
    """The test server in the place of OpenRouter."""

    def pass_on(route: Route) -> None:
        route.fulfill(response=route.fetch(url=route.request.url.replace(OPENROUTER, f"{api.origin}/")))

    context.route(f"{OPENROUTER}**", pass_on)
    return api


def connect_openrouter(room: Room) -> Room:
    dialog = room.settings("Connections")
    dialog.get_by_text("Paste a key instead").click()
    dialog.get_by_role("textbox", name="OpenRouter key").fill("sk-or-v1-practice")
    dialog.get_by_role("button", name="Use this key").click()
    expect(dialog.get_by_role("status")).to_contain_text("OpenRouter answers")
    room.page.keyboard.press("Escape")
    return room.connected("openrouter")


def test_without_a_network_everything_that_was_said_can_be_read_and_found(
    context: BrowserContext, room: Room, openrouter: PracticeServer
):
    connect_openrouter(room)
    room.ask("About oak")
    room.page.get_by_role("button", name="New conversation").click()
    room.ask("About birch")
    offline(context, kept(room))

    expect(room.answers.last).to_contain_text("You wrote: “About birch”")
    room.page.get_by_role("searchbox", name="Search conversations").fill("oak")
    expect(room.shelf.get_by_role("link")).to_have_count(1)
    room.shelf.get_by_role("link", name="About oak").click()
    expect(room.answers.last).to_contain_text("You wrote: “About oak”")
    assert room.errors == []


def test_what_is_written_without_a_network_waits_in_the_composer(
    context: BrowserContext, room: Room, openrouter: PracticeServer
):
    connect_openrouter(room)
    room.ask("While there is a network")
    offline(context, kept(room))
    note = room.page.locator("#composer-note")
    expect(note).to_contain_text(NO_NETWORK)
    asked = len(openrouter.requests)
    room.send("This has to wait")

    expect(room.message).to_have_value("This has to wait")
    expect(note.get_by_role("alert")).to_contain_text("Your text is kept")
    room.reload()
    expect(room.message).to_have_value("This has to wait")
    assert len(openrouter.requests) == asked

    context.set_offline(False)
    expect(note).not_to_contain_text(NO_NETWORK)
    room.message.press("Enter")
    expect(room.answers).to_have_count(2)
    expect(room.answered()).to_contain_text("You wrote: “This has to wait”")
    expect(room.message).to_have_value("")


def test_the_practice_room_answers_without_a_network(context: BrowserContext, room: Room):
    kept(room.practice())
    offline(context, room)
    expect(room.ask("Is somebody there?")).to_contain_text("You wrote: “Is somebody there?”")


def newer(dist: Path, to: Path) -> Path:
    """The same build with another start page, and so with another id."""
    shutil.copytree(dist, to, copy_function=shutil.copy)
    page, worker = to / "index.html", to / "sw.js"
    before = page.read_bytes()
    after = before.replace(b"<title>Inglenook</title>", b"<title>Inglenook, a newer one</title>")
    page.write_bytes(after)
    text = worker.read_text()
    build = text.partition('const BUILD = "')[2].partition('"')[0]
    assert build
    text = text.replace(hashlib.sha256(before).hexdigest(), hashlib.sha256(after).hexdigest())
    worker.write_text(text.replace(f'"{build}"', '"newer"'))
    return to


@pytest.fixture
def own_site() -> Iterator[Site]:
    """A site of its own, whose build may change."""
    with serve(DIST, port=0) as server:
        yield server


def test_a_newer_version_waits_until_the_reader_takes_it(
    context: BrowserContext, page: Page, own_site: Site, api: PracticeServer, tmp_path: Path
):
    room = kept(Room(page, own_site.url).open())
    room.use(api.base, "sk-or-v1-practice")
    words = [f"w{number:04} " for number in range(1500)]
    api.faults.next("/chat/completions", saying(*words, drip_ms=20))
    room.send("Count for me")
    expect(room.answers.last).to_contain_text("w0005")
    own_site.dist = newer(DIST, tmp_path / "newer")
    page.evaluate("navigator.serviceWorker.getRegistration().then((registration) => registration.update())")

    take = room.page.get_by_role("button", name="A newer version is here")
    expect(take).to_be_visible()
    # Nothing changed over by itself: the answer goes on, and the old page is still whole.
    expect(room.answers.last).to_have_attribute("data-status", "streaming")
    received = len(room.answers.last.inner_text().split())
    expect(room.answers.last).to_contain_text(f"w{received + 10:04}")
    page.get_by_role("button", name="Stop").click()
    room.answered("interrupted")
    assert len(page.evaluate("caches.keys()")) == 2

    take.click()
    room.answered("interrupted")
    expect(take).to_be_hidden()
    room.until("caches.keys().then((names) => names.length === 1 && names[0].endsWith('newer'))")
    context.set_offline(True)
    page.goto(f"{own_site.url}#/")
    room.reload()
    assert "a newer one" in page.evaluate("fetch('index.html').then((response) => response.text())")
    assert room.errors == []
