"""Two tabs of one browser on one conversation: both write, both see it, and nothing is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.room import Room
from tests.browser.sse import saying
from tests.server import PracticeServer


@pytest.fixture
def rooms(room: Room, api: PracticeServer) -> tuple[Room, Room]:
    """Two tabs that show the same conversation."""
    room.use(api.base, "sk-or-v1-practice")
    room.ask("First words")
    other = Room(room.page.context.new_page(), room.site).open(f"#/c/{room.conversation_id()}")
    other.answered()
    return room, other


def questions(room: Room) -> Locator:
    return room.page.get_by_role("article", name="You").locator("rich-text")


def menu_of(room: Room, title: str) -> Locator:
    entry = room.shelf.locator(".entry", has=room.page.get_by_role("link", name=title))
    entry.hover()
    entry.get_by_role("button", name="Conversation menu").click()
    return room.page.locator("#menu")


def test_what_is_said_in_one_tab_is_seen_in_the_other(rooms: tuple[Room, Room]):
    one, two = rooms
    one.ask("From the first tab")
    expect(two.answers).to_have_count(2)
    expect(two.answers.last).to_contain_text("From the first tab")
    two.ask("From the second tab")
    expect(one.answers).to_have_count(3)
    expect(one.answers.last).to_contain_text("From the second tab")

    for room in (one, two):
        room.reload().answered()
        expect(questions(room)).to_have_text(["First words", "From the first tab", "From the second tab"])
        assert room.errors == []


def test_two_tabs_that_write_at_the_same_time_lose_nothing(rooms: tuple[Room, Room], api: PracticeServer):
    one, two = rooms
    # Both answers are under way at once, on the same message.
    words = [f"w{number:03} " for number in range(40)]
    for _ in rooms:
        api.faults.next("/chat/completions", saying(*words, drip_ms=25))
    one.send("At the same time, one")
    two.send("At the same time, two")
    one.answered()
    two.answered()
    for room in (one, two):
        room.reload()
        expect(room.answers.last).to_contain_text("w039")
    # They are two branches: what is not shown is one step away.
    answers, texts = set(), ""
    for place, step in (("2 / 2", "Previous version"), ("1 / 2", "Next version")):
        expect(one.page.locator(".versions")).to_have_text(place, use_inner_text=True)
        expect(one.answers.last).to_contain_text("w039")
        answers.add(one.answers.last.get_attribute("data-message-id"))
        texts += questions(one).last.text_content() or ""
        one.page.get_by_role("button", name=step).click()

    assert len(answers) == 2
    assert "At the same time, one" in texts
    assert "At the same time, two" in texts


def test_a_new_name_in_one_tab_shows_in_the_other(rooms: tuple[Room, Room]):
    one, two = rooms
    menu_of(one, "First words").get_by_role("button", name="Rename").click()
    dialog = one.page.get_by_role("dialog", name="Rename")
    dialog.get_by_role("textbox", name="Title").fill("A better name")
    dialog.get_by_role("button", name="Save").click()

    for room in (one, two):
        expect(room.shelf.get_by_role("link", name="A better name")).to_be_visible()
        expect(room.page.get_by_role("main").get_by_role("heading", name="A better name", level=1)).to_be_visible()
    two.reload()
    expect(two.shelf.get_by_role("link", name="A better name")).to_be_visible()


def test_a_conversation_deleted_in_one_tab_goes_from_the_shelf_of_the_other(rooms: tuple[Room, Room]):
    one, two = rooms
    menu_of(one, "First words").get_by_role("button", name="Delete").click()
    expect(one.shelf.get_by_role("link")).to_have_count(0)
    expect(two.shelf.get_by_role("link")).to_have_count(0)

    one.page.get_by_role("button", name="Undo").click()
    expect(one.shelf.get_by_role("link", name="First words")).to_be_visible()
    expect(two.shelf.get_by_role("link", name="First words")).to_be_visible()


def test_a_conversation_in_which_another_tab_writes_outlives_its_deletion(
    rooms: tuple[Room, Room], api: PracticeServer
):
    one, two = rooms
    words = [f"w{number:04} " for number in range(2000)]
    api.faults.next("/chat/completions", saying(*words, drip_ms=20))
    two.send("Not so fast")
    expect(two.answers.last).to_contain_text("w0010")
    menu_of(one, "First words").get_by_role("button", name="Delete").click()
    undo = one.page.get_by_role("button", name="Undo")
    # There is nothing to undo any more.
    expect(undo).to_be_hidden()
    expect(two.answers.last).to_have_attribute("data-status", "streaming")
    for room in (one, two):
        expect(room.shelf.get_by_role("link", name="First words")).to_be_visible()
    two.page.get_by_role("button", name="Stop").click()
    two.answered("interrupted")
    one.reload()
    one.shelf.get_by_role("link", name="First words").click()
    one.answered("interrupted")
    expect(questions(one)).to_have_text(["First words", "Not so fast"])


def test_writing_into_a_conversation_that_another_tab_deleted_brings_it_back(rooms: tuple[Room, Room]):
    one, two = rooms
    menu_of(one, "First words").get_by_role("button", name="Delete").click()
    expect(two.shelf.get_by_role("link")).to_have_count(0)
    two.ask("I was still here")

    for room in (one, two):
        expect(room.shelf.get_by_role("link", name="First words")).to_be_visible()
    # What offered to undo has nothing left to undo.
    expect(one.page.get_by_role("button", name="Undo")).to_be_hidden(timeout=1000)
    two.reload().answered()
    expect(questions(two)).to_have_text(["First words", "I was still here"])
