"""An answer that is cut off: what had arrived is there again, and nobody takes it from a tab that still receives it."""

from __future__ import annotations

import contextlib

from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import Error as BrowserError

from tests.browser.room import Room
from tests.browser.sse import saying
from tests.server import PracticeServer

DRIP_MS = 20
WORDS = [f"w{number:04} " for number in range(3000)]
TEXT = "".join(WORDS)
# So many words take the server more than the second that may be lost.
MORE_THAN_A_SECOND = 80


def receiving(room: Room, api: PracticeServer) -> Room:
    """A room in which a long answer of numbered words arrives."""
    room.use(api.base, "sk-or-v1-practice")
    api.faults.next("/chat/completions", saying(*WORDS, drip_ms=DRIP_MS))
    room.send("Count for me")
    return shows(room, 10)


def shows(room: Room, number: int) -> Room:
    expect(room.answers.last).to_contain_text(WORDS[number].strip(), timeout=60_000)
    return room


def shown_words(room: Room) -> int:
    # An article is there before its text is rendered.
    expect(room.answers.last.locator("rich-text[data-part=text]")).to_contain_text(WORDS[0].strip())
    return words_in(room.answers.last.locator("rich-text[data-part=text]").inner_text())


def words_in(text: str) -> int:
    """How many of the words came; all of them in order."""
    words = text.split()
    assert words == [word.strip() for word in WORDS[: len(words)]]
    return len(words)


def crash(page: Page) -> None:
    """End the page's process, as a computer that loses its power would."""
    with page.expect_event("crash"), contextlib.suppress(BrowserError):
        page.goto("chrome://crash")


def reopened(context: BrowserContext, room: Room) -> Room:
    hash = room.page.url.partition("#")[2]
    return Room(context.new_page(), room.site).open(f"#{hash}")


def test_after_a_crash_the_text_up_to_the_last_second_is_in_the_thread(room: Room, api: PracticeServer):
    receiving(room, api)
    before = shown_words(room)
    shows(room, before + MORE_THAN_A_SECOND)
    crash(room.page)

    again = reopened(room.page.context, room)
    again.answered("interrupted")
    assert shown_words(again) >= before
    again.reload().answered("interrupted")
    assert shown_words(again) >= before
    expect(again.answers).to_have_count(1)

    again.answers.last.get_by_role("button", name="Retry").click()
    expect(again.answered()).to_contain_text("You wrote: “Count for me”")
    again.answers.last.get_by_role("button", name="Previous version").click()
    again.answered("interrupted")
    assert '"drafts":[]' in again.stored("drafts")


def test_a_tab_that_is_closed_in_mid_answer_keeps_its_text_while_another_tab_is_open(room: Room, api: PracticeServer):
    receiving(room, api)
    context = room.page.context
    other = Room(context.new_page(), room.site).open()
    room.page.bring_to_front()
    before = shown_words(room)
    shows(room, before + MORE_THAN_A_SECOND)
    room.page.close()

    api.wait_for(lambda seen: seen[-1].closed_early)
    again = reopened(context, room)
    again.answered("interrupted")
    assert shown_words(again) >= before
    assert other.errors == again.errors == []


def test_a_tab_leaves_the_answer_that_another_tab_still_receives_alone(room: Room, api: PracticeServer):
    receiving(room, api)
    shows(room, shown_words(room) + MORE_THAN_A_SECOND)
    other = reopened(room.page.context, room)
    expect(other.page.get_by_role("article", name="You")).to_contain_text("Count for me")
    shows(room, shown_words(room) + MORE_THAN_A_SECOND)

    expect(other.answers).to_have_count(0)
    assert TEXT[:20] in room.stored("drafts")

    room.page.get_by_role("button", name="Stop").click()
    room.answered("interrupted")
    words = shown_words(room)
    other.answered("interrupted")
    assert shown_words(other) == words
    expect(other.answers).to_have_count(1)
    other.reload().answered("interrupted")
    assert shown_words(other) == words
    expect(other.answers).to_have_count(1)
