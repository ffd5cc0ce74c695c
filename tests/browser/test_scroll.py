"""Reading while an answer arrives: the page follows at the end, and otherwise leaves the reader where they are."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.room import Room
from tests.browser.sse import saying
from tests.server import PracticeServer

# Paragraphs of one length, so that each is one event and the answer soon is higher than the window.
PARAGRAPHS = [f"Paragraph {number:04} " + "of a long story by the fire " * 6 + "\n\n" for number in range(2000)]
DISTANCE = "(thread) => thread.scrollHeight - thread.scrollTop - thread.clientHeight"


@pytest.fixture
def story(room: Room, api: PracticeServer) -> Room:
    """A room in which a long story arrives, already higher than the window."""
    room.use(api.base, "sk-or-v1-practice")
    api.faults.next("/chat/completions", saying(*PARAGRAPHS, drip_ms=60))
    room.send("Tell me a story")
    arrived(room, 20)
    return room


def arrived(room: Room, number: int) -> None:
    expect(room.answers.last).to_contain_text(f"Paragraph {number:04}")


def more(room: Room) -> None:
    """Wait until ten more paragraphs are there."""
    arrived(room, room.answers.last.locator("p").count() + 10)


def thread(room: Room) -> Locator:
    return room.page.locator("#thread")


def jump(room: Room) -> Locator:
    return room.page.get_by_role("button", name="Jump to the end")


def scroll_up(room: Room) -> None:
    thread(room).hover()
    room.page.mouse.wheel(0, -600)
    expect(jump(room)).to_be_visible()


def end_is_in_sight(room: Room) -> None:
    room.until(f"({DISTANCE})(document.getElementById('thread')) < 40")


def test_the_page_follows_an_answer_while_its_end_is_in_sight(story: Room):
    for _ in range(3):
        more(story)
        end_is_in_sight(story)
    expect(jump(story)).to_be_hidden()


def test_who_scrolled_up_is_not_moved_and_can_jump_to_the_end(story: Room):
    scroll_up(story)
    seen = story.page.evaluate_handle(
        "() => document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest('p, .message')"
    )
    place = seen.evaluate("(element) => element.getBoundingClientRect().top")
    away = thread(story).evaluate(DISTANCE)
    more(story)
    assert seen.evaluate("(element) => element.getBoundingClientRect().top") == pytest.approx(place, abs=1)
    assert thread(story).evaluate(DISTANCE) > away

    story.page.get_by_role("button", name="Stop").click()
    story.answered("interrupted")
    # The end of the answer does not move the reader either.
    assert seen.evaluate("(element) => element.getBoundingClientRect().top") == pytest.approx(place, abs=1)
    expect(jump(story)).to_be_visible()
    jump(story).click()
    end_is_in_sight(story)
    expect(jump(story)).to_be_hidden()


def test_who_jumps_to_the_end_is_followed_again(story: Room):
    scroll_up(story)
    jump(story).click()
    expect(jump(story)).to_be_hidden()
    more(story)
    end_is_in_sight(story)


def test_sending_shows_the_end_wherever_the_reader_was(story: Room):
    story.page.get_by_role("button", name="Stop").click()
    story.answered("interrupted")
    scroll_up(story)
    story.ask("And then?")
    end_is_in_sight(story)
    expect(jump(story)).to_be_hidden()
