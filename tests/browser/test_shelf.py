"""The shelf: finding, naming, keeping and losing conversations, and the address of each."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.archives import talk, write
from tests.browser.room import Room
from tests.server import PracticeServer

DAY_MS = 86_400_000


@pytest.fixture
def service_workers() -> str:
    """Nothing here is about being offline."""
    return "block"


def menu(room: Room, title: str) -> Locator:
    """The menu of the entry with this title, open."""
    entry = room.shelf.locator(".entry").filter(has=room.page.get_by_role("link", name=title, exact=True))
    entry.hover()
    entry.get_by_role("button", name="Conversation menu").click()
    return room.page.locator("#menu")


def choose(room: Room, title: str, what: str) -> None:
    menu(room, title).get_by_role("button", name=what, exact=True).click()
    expect(room.page.locator("#menu")).to_be_hidden()


def lines(room: Room) -> list[str]:
    """Headings and titles from top to bottom."""
    return room.shelf.locator("h2, .entry > a").all_text_contents()


@pytest.fixture
def filled(room: Room, tmp_path: Path) -> Room:
    """A room with five conversations of different ages."""
    now = time.time_ns() // 1_000_000
    days = {"Chimneys": 0, "Kettles": 1, "Bread, and salt": 3, "Bread and butter": 4, "Winter 2020": 0}
    talks = [talk(f"c{n}", title, now - age * DAY_MS) for n, (title, age) in enumerate(days.items())]
    talks[-1] = talk("c4", "Winter 2020", 1_580_000_000_000)
    return room.take(write(tmp_path / "five.zip", talks))


def test_conversations_lie_under_their_dates_and_are_found(filled: Room) -> None:
    room = filled
    expect(room.shelf.get_by_role("link")).to_have_count(5)
    assert lines(room) == [
        "Today", "Chimneys", "Yesterday", "Kettles", "Previous 7 days", "Bread, and salt", "Bread and butter",
        "January 2020", "Winter 2020",
    ]  # fmt: skip
    search = room.page.get_by_role("searchbox", name="Search conversations")
    search.press_sequentially("butter BREAD")
    expect(room.shelf.get_by_role("link")).to_have_text(["Bread and butter"])
    expect(room.shelf.locator("mark")).to_have_text(["Bread", "butter"])
    search.fill("nothing like it")
    expect(room.shelf).to_contain_text("No title has “nothing like it”.")
    search.fill("")
    expect(room.shelf.get_by_role("link")).to_have_count(5)


def test_an_entry_is_renamed_pinned_archived_and_duplicated(filled: Room) -> None:
    room = filled
    room.shelf.get_by_role("link", name="Kettles").click()
    heading = room.page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Kettles")
    choose(room, "Kettles", "Rename")
    dialog = room.page.get_by_role("dialog", name="Rename")
    field = dialog.get_by_role("textbox", name="Title")
    expect(field).to_have_value("Kettles")
    field.fill("Pots & <b>kettles</b>")
    field.press("Enter")
    expect(heading).to_have_text("Pots & <b>kettles</b>")
    # One that is not open, too.
    choose(room, "Winter 2020", "Pin")
    expect(room.shelf.locator("h2").first).to_have_text("Pinned")
    expect(room.shelf.get_by_role("link").first).to_have_text("Winter 2020")
    choose(room, "Chimneys", "Archive")
    expect(room.shelf.get_by_role("link", name="Chimneys")).to_have_count(0)
    choose(room, "Bread, and salt", "Duplicate")
    expect(heading).to_have_text("Bread, and salt (copy)")
    expect(room.answers).to_have_count(1)
    copy = room.conversation_id()
    room.wait_stored("Bread, and salt (copy)", "threads")
    room.reload()
    expect(heading).to_have_text("Bread, and salt (copy)")
    assert room.conversation_id() == copy
    expect(room.shelf.get_by_role("link").first).to_have_text("Winter 2020")
    expect(room.shelf.get_by_role("link", name="Pots & <b>kettles</b>")).to_be_visible()
    room.shelf.get_by_role("button", name="Archived (1)").click()
    choose(room, "Chimneys", "Unarchive")
    expect(room.shelf.get_by_role("button", name="Archived")).to_have_count(0)
    expect(room.shelf.get_by_role("link", name="Chimneys")).to_be_visible()
    choose(room, "Winter 2020", "Unpin")
    expect(room.shelf.get_by_role("link").last).to_have_text("Winter 2020")


def test_what_is_deleted_can_be_had_back_for_a_while_and_is_then_gone(filled: Room) -> None:
    room = filled
    room.shelf.get_by_role("link", name="Kettles").click()
    expect(room.answers).to_have_count(1)
    choose(room, "Kettles", "Delete")
    expect(room.shelf.get_by_role("link", name="Kettles")).to_have_count(0)
    expect(room.page.get_by_role("heading", level=1)).to_have_text("New conversation")
    assert room.page.url.endswith("#/")
    choose(room, "Chimneys", "Delete")
    notice = room.page.locator(".notice").filter(has_text="Deleted “Chimneys”.")
    notice.get_by_role("button", name="Undo").click()
    expect(room.shelf.get_by_role("link", name="Chimneys")).to_be_visible()
    expect(notice).to_have_count(0)
    assert "About Kettles" in room.stored("threads")
    gone = room.page.locator(".notice").filter(has_text="Deleted “Kettles”.")
    expect(gone).to_be_visible()
    expect(gone).to_have_count(0, timeout=20_000)
    room.until(f"({room.reader})(['threads', 'conversations']).then((text) => !text.includes('Kettles'))")
    room.reload()
    expect(room.shelf.get_by_role("link")).to_have_count(4)
    room.shelf.get_by_role("link", name="Chimneys").click()
    expect(room.answers).to_contain_text(["An answer"])


def test_every_conversation_has_an_address(filled: Room) -> None:
    room = filled
    heading = room.page.get_by_role("heading", level=1)
    for title in ("Chimneys", "Kettles", "Winter 2020"):
        room.shelf.get_by_role("link", name=title).click()
        expect(heading).to_have_text(title)
        expect(room.page.locator("[aria-current=page]")).to_have_text(title)
    assert room.page.url.endswith("#/c/c4")
    room.page.go_back()
    expect(heading).to_have_text("Kettles")
    room.page.go_back()
    expect(heading).to_have_text("Chimneys")
    room.page.go_forward()
    expect(heading).to_have_text("Kettles")
    room.reload()
    expect(heading).to_have_text("Kettles")
    expect(room.page).to_have_title(re.compile("Kettles"))
    # A bare address opens what was open last.
    room.open()
    expect(heading).to_have_text("Kettles")
    room.page.goto(f"{room.site}#/c/nobody-knows-this")
    expect(room.page.get_by_role("main")).to_contain_text("This conversation is not here")
    room.reload()
    expect(room.page.get_by_role("main")).to_contain_text("This conversation is not here")
    room.page.get_by_role("button", name="Start a new one").click()
    expect(heading).to_have_text("New conversation")


def test_every_conversation_has_its_own_draft(filled: Room) -> None:
    room = filled
    room.shelf.get_by_role("link", name="Chimneys").click()
    room.message.fill("A draft about chimneys\nin two lines")
    room.shelf.get_by_role("link", name="Kettles").click()
    expect(room.message).to_have_value("")
    room.message.fill("A draft about kettles")
    room.shelf.get_by_role("link", name="Chimneys").click()
    expect(room.message).to_have_value("A draft about chimneys\nin two lines")
    room.page.get_by_role("button", name="New conversation").click()
    expect(room.message).to_have_value("")
    room.message.fill("A draft of something new")
    room.wait_stored("A draft of something new", "settings")
    room.reload()
    expect(room.message).to_have_value("A draft of something new")
    room.shelf.get_by_role("link", name="Kettles").click()
    expect(room.message).to_have_value("A draft about kettles")
    room.message.fill("")
    room.until(f"({room.reader})(['settings']).then((text) => !text.includes('about kettles'))")


TYPES_AT_ONCE = """
(text) => addEventListener("hashchange", () => {
  const message = document.getElementById("message");
  message.value += text;
  message.dispatchEvent(new Event("input", { bubbles: true }));
}, { once: true })
"""


def test_what_is_typed_before_the_other_conversation_is_there_stays(filled: Room) -> None:
    room = filled
    room.shelf.get_by_role("link", name="Kettles").click()
    room.message.fill("A draft about kettles")
    room.page.evaluate(TYPES_AT_ONCE, " and chimneys")
    room.shelf.get_by_role("link", name="Chimneys").click()
    expect(room.page.get_by_role("heading", level=1)).to_have_text("Chimneys")
    expect(room.message).to_have_value(" and chimneys")
    room.wait_stored(" and chimneys", "settings")
    # What comes on top of a draft that is there already takes nothing from it.
    room.page.evaluate(TYPES_AT_ONCE, "!")
    room.shelf.get_by_role("link", name="Kettles").click()
    expect(room.message).to_have_value("A draft about kettles!")
    room.wait_stored("A draft about kettles!", "settings")


TOLD = """
(type) => {
  const { postMessage } = Worker.prototype;
  globalThis.told = new Promise((resolve) => {
    Worker.prototype.postMessage = function (message, ...rest) {
      if (message.event?.type === type) resolve(message.event.hash);
      return postMessage.call(this, message, ...rest);
    };
  });
}
"""


def test_a_conversation_is_asked_for_while_its_link_is_pressed(filled: Room) -> None:
    room = filled
    heading = room.page.get_by_role("heading", level=1)
    before = heading.inner_text()
    link = room.shelf.get_by_role("link", name="Chimneys")
    room.page.evaluate(TOLD, "route.wanted")
    link.hover()
    room.page.mouse.down()
    assert room.page.evaluate("() => told") == link.evaluate("(link) => link.hash")
    expect(heading).to_have_text(before)
    room.page.mouse.up()
    expect(heading).to_have_text("Chimneys")
    expect(room.answers.last).to_be_visible()


def test_a_sent_message_is_no_draft_any_more(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    room.ask("Sent and gone")
    expect(room.message).to_have_value("")
    room.wait_stored("Sent and gone", "threads")
    room.reload()
    expect(room.answers).to_have_count(1)
    expect(room.message).to_have_value("")
    room.page.get_by_role("button", name="New conversation").click()
    expect(room.message).to_have_value("")


def test_three_hundred_conversations_scroll_into_view(room: Room, tmp_path: Path) -> None:
    many = [talk(f"c{n:03}", f"Number {n:03}", 1_780_000_000_000 + n) for n in range(300)]
    room.take(write(tmp_path / "many.zip", many))
    links = room.shelf.get_by_role("link")
    expect(links.first).to_have_text("Number 299")
    # Only what can be seen is drawn, and some more.
    assert links.count() < 200
    while links.count() < 300:
        before = links.count()
        links.last.scroll_into_view_if_needed()
        expect(links.nth(before)).to_be_attached()
    expect(links).to_have_count(300)
    expect(links.last).to_have_text("Number 000")
    links.last.click()
    expect(room.page.get_by_role("heading", level=1)).to_have_text("Number 000")
    expect(links.last).to_be_in_viewport()
    room.page.get_by_role("searchbox", name="Search conversations").fill("number 15")
    expect(links).to_have_count(13)
