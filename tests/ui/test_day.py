"""Days are those of the reader, whatever a file says the time was."""

import pytest
from inglenook.ui import day

from tests.ui.room import DAY, HOUR, NOW

TODAY = day.number(NOW, 0)


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (-HOUR, "Today"),
        (0, "Today"),
        (14 * HOUR, "Today"),
        (15 * HOUR, "Yesterday"),
        (2 * DAY, "Previous 7 days"),
        (7 * DAY, "Previous 7 days"),
        (8 * DAY, "September 2026"),
        (30 * DAY, "August 2026"),
        (365 * DAY, "September 2025"),
    ],
)
def test_a_time_stands_under_its_heading(ago, expected):
    assert expected == day.heading(NOW - ago, TODAY, 0)


def test_the_day_is_that_of_the_reader():
    late = NOW - NOW % DAY - HOUR  # 23:00 UTC the day before
    assert day.heading(late, day.number(NOW, 0), 0) == "Yesterday"
    assert day.heading(late, day.number(NOW, 120), 120) == "Today"
    assert day.heading(NOW - 15 * HOUR, day.number(NOW, -120), -120) == "Yesterday"
    assert day.full(NOW, 120) == "Monday 21 September 2026, 16:13"


@pytest.mark.parametrize("ms", [0, -5, 10**18, 2**63, -(10**18)])
def test_a_time_that_no_calendar_holds_has_no_date(ms):
    assert day.heading(ms, TODAY, 0) == "No date"
    assert [day.brief(ms, TODAY, 0), day.moment(ms, TODAY, 0), day.full(ms, 0), day.iso(ms)] == [""] * 4


def test_an_offset_that_no_place_has_gives_no_date():
    assert day.full(NOW, 10**9) == ""


def test_a_time_is_as_short_as_can_be_understood():
    assert day.brief(NOW - DAY, TODAY, 0) == "14:13"
    assert day.brief(NOW - 3 * DAY, TODAY, 0) == "Friday"
    assert day.brief(NOW - 30 * DAY, TODAY, 0) == "22 Aug"
    assert day.moment(NOW - DAY, TODAY, 0) == "yesterday 14:13"
    assert day.moment(NOW - 30 * DAY, TODAY, 0) == "22 Aug 2026"
