"""The shelf: headings, order, search, the archive, and no more rows than are shown."""

from dataclasses import replace

import pytest
from inglenook.app.state import Shelf
from inglenook.ui import shelf

from tests.ui.page import read
from tests.ui.room import DAY, HOUR, NOW, room, summary


def keys(state):
    return [row.key for row in shelf.rows(state)]


def html(state, key):
    row = next(row for row in shelf.rows(state) if row.key == key)
    return read(row.draw(*row.inputs))


def shelf_of(*entries, **facts):
    return room(shelf=Shelf(entries, loaded=True, **facts))


def test_conversations_stand_under_their_days_with_pinned_ones_first():
    state = shelf_of(
        summary("new"),
        summary("old", ago=20 * HOUR),
        summary("pin", ago=50 * DAY, pinned=True),
        summary("far", ago=40 * DAY),
    )
    assert keys(state) == ["h:Pinned", "pin", "h:Today", "new", "h:Yesterday", "old", "h:August 2026", "far"]


def test_the_day_follows_the_offset_of_the_reader():
    state = shelf_of(summary("late", ago=15 * HOUR))  # 23:13 UTC the day before
    assert keys(state) == ["h:Yesterday", "late"]
    assert keys(replace(state, time_zone_offset_min=60)) == ["h:Today", "late"]


def test_an_entry_is_a_link_named_by_its_title_alone():
    state = shelf_of(summary("c1", "Tides", models=("acme/bolt",), message_count=3), summary("c2", "Bread"))
    entry = html(state, "c1")
    link = entry.one("a")
    assert (link.name, link.attributes["href"], link.attributes["aria-current"]) == ("Tides", "#/c/c1", "page")
    assert entry.one("small").text == "bolt · 3 messages · 13:13"
    assert "aria-current" not in html(state, "c2").one("a").attributes


def test_a_search_finds_all_words_without_accents_and_marks_them():
    state = shelf_of(summary("c1", "Crème brûlée"), summary("c2", "Creme"), query="brulee creme")
    assert keys(state) == ["h:Today", "c1"]
    link = html(state, "c1").one("a")
    assert [mark.text for mark in link.all("mark")] == ["Crème", "brûlée"]
    assert link.name == "Crème brûlée"


def test_a_search_without_a_hit_says_so():
    assert "“zz”" in html(shelf_of(summary("c1"), query="zz"), "t:none").text


def test_deleted_ones_are_gone_and_archived_ones_behind_their_button():
    entries = (summary("c1"), summary("gone", deleted_ms=NOW), summary("box", archived=True))
    assert keys(shelf_of(*entries)) == ["h:Today", "c1", "t:archived"]
    toggle = html(shelf_of(*entries), "t:archived").one("button")
    assert (toggle.text, toggle.attributes["aria-expanded"]) == ("Archived (1)", "false")
    assert keys(shelf_of(*entries, show_archived=True)) == ["h:Today", "c1", "t:archived", "box"]


def test_only_the_rows_that_are_shown_are_drawn_and_a_sentinel_asks_for_more():
    entries = tuple(summary(f"c{n}") for n in range(1000))
    found = keys(shelf_of(*entries, shown=60))
    assert found == ["h:Today", *(f"c{n}" for n in range(60)), "t:more"]
    assert html(shelf_of(*entries, shown=60), "t:more").one("div").attributes["data-sentinel"] == "shelf.more"


@pytest.mark.parametrize("shown", [2, 3])
def test_there_is_no_sentinel_when_nothing_more_can_come(shown):
    assert "t:more" not in keys(shelf_of(summary("a"), summary("b"), shown=shown))


def test_a_shelf_that_is_not_read_yet_has_no_rows_to_show():
    assert shelf.rows(room(shelf=Shelf())) is None


def test_times_that_no_calendar_holds_share_one_heading():
    odd = replace(summary("odd"), updated_ms=10**17)
    assert keys(shelf_of(odd, summary("c1"), replace(summary("zero"), updated_ms=0))).count("h:No date") == 1


def test_the_menu_button_can_be_found_again_by_its_selector():
    button = html(shelf_of(summary('a"]b\\c', "x")), 'a"]b\\c').one("button")
    assert button.attributes["data-anchor"] == '[data-menu-of="a\\"]b\\\\c"]'
    assert button.attributes["data-id"] == 'a"]b\\c'
