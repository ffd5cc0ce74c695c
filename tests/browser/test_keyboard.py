"""The whole room without a mouse: every step by keys, and the focus is always somewhere sensible."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.room import Room
from tests.browser.sse import saying
from tests.server import PracticeServer

WORDS = [f"w{number:04} " for number in range(2000)]


@pytest.fixture
def keys(room: Room, api: PracticeServer) -> Room:
    """A connected room in which nothing but the keyboard is used from now on."""
    room.use(api.base, "sk-or-v1-practice")
    return room


def press(room: Room, *presses: str) -> None:
    for key in presses:
        room.page.keyboard.press(key)


def write(room: Room, text: str) -> None:
    room.page.keyboard.type(text)


def tab_to(room: Room, target: Locator, most: int = 60, key: str = "Tab") -> None:
    """Press Tab until the target has the focus."""
    expect(target).to_be_attached()
    for _ in range(most):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        press(room, key)
    raise AssertionError(f"not reached by {most} presses of {key}: {target}")


def focus_is_inside(room: Room, box: Locator) -> bool:
    return box.evaluate("(element) => element.contains(document.activeElement)")


def test_a_conversation_is_begun_stopped_and_edited_with_keys_alone(keys: Room, api: PracticeServer):
    press(keys, "Control+Shift+O")
    expect(keys.message).to_be_focused()
    write(keys, "Frist words")
    press(keys, "Enter")
    expect(keys.answered()).to_contain_text("You wrote: “Frist words”")
    expect(keys.message).to_be_focused()

    press(keys, "ArrowUp")
    edited = keys.page.get_by_role("textbox", name="New version")
    expect(edited).to_be_focused()
    expect(edited).to_have_value("Frist words")
    press(keys, "Control+a")
    write(keys, "First words")
    press(keys, "Control+Enter")
    expect(keys.answers.last).to_contain_text("You wrote: “First words”")
    keys.answered()
    expect(keys.message).to_be_focused()

    press(keys, "ArrowUp")
    expect(edited).to_be_focused()
    press(keys, "Escape")
    expect(edited).to_be_hidden()
    expect(keys.message).to_be_focused()

    api.faults.next("/chat/completions", saying(*WORDS, drip_ms=20))
    write(keys, "Never mind")
    press(keys, "Enter")
    expect(keys.answers.last).to_contain_text("w0005")
    press(keys, "Escape")
    expect(keys.answered("interrupted")).to_contain_text("w0005")
    api.wait_for(lambda seen: seen[-1].closed_early)
    expect(keys.message).to_be_focused()
    assert keys.errors == []


def test_what_is_done_to_a_message_is_reached_with_tab(keys: Room):
    write_first(keys)
    retry = keys.answers.last.get_by_role("button", name="Retry")
    tab_to(keys, retry, key="Shift+Tab")
    press(keys, "Enter")
    expect(keys.answers.last).to_contain_text("2 / 2")
    keys.answered()
    previous = keys.answers.last.get_by_role("button", name="Previous version")
    tab_to(keys, previous, key="Tab" if focus_is_inside(keys, keys.answers.last) else "Shift+Tab")
    press(keys, "Enter")
    expect(keys.answers.last).to_contain_text("1 / 2")
    # The button that was pressed cannot be used any more; the focus stays beside it.
    assert focus_is_inside(keys, keys.answers.last)


def write_first(keys: Room) -> None:
    press(keys, "/")
    expect(keys.message).to_be_focused()
    write(keys, "First words")
    press(keys, "Enter")
    keys.answered()


def test_search_and_composer_are_one_key_away(keys: Room):
    write_first(keys)
    press(keys, "Control+k")
    search = keys.page.get_by_role("searchbox", name="Search conversations")
    expect(search).to_be_focused()
    write(keys, "nothing like it/?")
    # What types a character stays a character.
    expect(search).to_have_value("nothing like it/?")
    expect(keys.shelf.get_by_role("link")).to_have_count(0)
    press(keys, "Control+a")
    write(keys, "first")
    expect(keys.shelf.get_by_role("link", name="First words")).to_be_visible()
    tab_to(keys, keys.shelf.get_by_role("link", name="First words"))
    press(keys, "/")
    expect(keys.message).to_be_focused()
    expect(keys.message).to_have_value("")


def test_dialogs_hold_the_focus_and_give_it_back(keys: Room):
    opener = keys.page.get_by_role("button", name="Settings", exact=True)
    press(keys, "Control+k")
    tab_to(keys, opener)
    press(keys, "Enter")
    dialog = keys.page.get_by_role("dialog", name="Settings")
    expect(dialog).to_be_visible()
    outside = keys.page.locator("#shelf, #room")
    for _ in range(40):
        press(keys, "Tab")
        assert not any(focus_is_inside(keys, box) for box in outside.all())
    tab_to(keys, dialog.get_by_role("link", name="Appearance"))
    press(keys, "Enter")
    expect(dialog.get_by_role("heading", name="Appearance")).to_be_visible()
    assert focus_is_inside(keys, dialog)
    tab_to(keys, dialog.get_by_role("radio", name="As the device"))
    press(keys, "ArrowDown", "ArrowDown")
    expect(keys.page.locator("html")).to_have_attribute("data-theme", "dark")
    press(keys, "Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_question_mark_shows_the_shortcuts(keys: Room):
    press(keys, "Control+k")
    expect(keys.page.get_by_role("searchbox", name="Search conversations")).to_be_focused()
    press(keys, "Tab", "?")
    dialog = keys.page.get_by_role("dialog", name="Settings")
    expect(dialog.get_by_role("heading", name="Shortcuts")).to_be_visible()
    expect(dialog).to_contain_text("Search conversations")
    press(keys, "Escape")
    expect(dialog).to_be_hidden()
    press(keys, "/", "?")
    expect(keys.message).to_have_value("?")
    expect(dialog).to_be_hidden()


def test_the_menu_of_a_conversation_is_walked_with_arrows_and_closed_with_escape(keys: Room):
    write_first(keys)
    press(keys, "Control+k")
    opener = keys.shelf.get_by_role("button", name="Conversation menu")
    tab_to(keys, opener)
    press(keys, "Enter")
    menu = keys.page.locator("#menu")
    expect(menu.get_by_role("button", name="Rename")).to_be_focused()
    press(keys, "ArrowDown")
    expect(menu.get_by_role("button", name="Pin")).to_be_focused()
    press(keys, "ArrowUp", "ArrowUp")
    expect(menu.get_by_role("button", name="Delete")).to_be_focused()
    press(keys, "Escape")
    expect(menu).to_be_hidden()
    expect(opener).to_be_focused()

    press(keys, "Enter")
    expect(menu.get_by_role("button", name="Rename")).to_be_focused()
    press(keys, "Enter")
    title = keys.page.get_by_role("dialog", name="Rename").get_by_role("textbox", name="Title")
    expect(title).to_be_focused()
    press(keys, "Control+a")
    write(keys, "By keys alone")
    press(keys, "Enter")
    expect(keys.shelf.get_by_role("link", name="By keys alone")).to_be_visible()
    expect(opener).to_be_focused()

    press(keys, "Enter")
    expect(menu.get_by_role("button", name="Rename")).to_be_focused()
    press(keys, "ArrowUp")
    expect(menu.get_by_role("button", name="Delete")).to_be_focused()
    press(keys, "Enter")
    expect(keys.shelf.get_by_role("link")).to_have_count(0)
    undo = keys.page.get_by_role("button", name="Undo")
    tab_to(keys, undo)
    press(keys, "Enter")
    expect(keys.shelf.get_by_role("link", name="By keys alone")).to_be_visible()
    assert keys.errors == []


def test_a_model_is_chosen_with_keys_and_the_focus_returns_to_where_it_was(keys: Room):
    opener = keys.page.locator("#composer-models").get_by_role("button").first
    press(keys, "/")
    tab_to(keys, opener)
    press(keys, "Enter")
    dialog = keys.page.get_by_role("dialog", name="Models")
    search = dialog.get_by_role("searchbox", name="Search models")
    expect(search).to_be_focused()
    write(keys, "flint")
    expect(dialog.get_by_role("button", name="Hearth 1")).to_have_count(0)
    tab_to(keys, dialog.get_by_role("button", name="Flint 2").first)
    press(keys, "Enter")
    expect(dialog).to_be_hidden()
    expect(opener).to_contain_text("Flint 2")
    assert focus_is_inside(keys, keys.page.locator("#composer"))
