"""Times of every shape, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook.formats.reading import stamp

# 2023-11-14 22:13:20 UTC
MOMENT = 1_700_000_000_000
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("$date", "$numberLong", "seconds",
        "_seconds", "nanos", "_nanoseconds")), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        1_700_000_000, 1_700_000_000.0, MOMENT, MOMENT * 1000, MOMENT * 1_000_000, "1700000000", "1700000000.0",
        "2023-11-14T22:13:20Z", "2023-11-14T22:13:20", "2023-11-14 22:13:20", "2023-11-14T23:13:20+01:00",
        "2023-11-14T22:13:20.000000000Z", "11/14/2023, 10:13:20 PM", "11/14/2023 22:13:20", "Nov 14, 2023 10:13:20pm",
        "November 14, 2023 at 10:13:20 PM", "14. nov. 2023, 23:13:20 CET", "Nov 14, 2023, 5:13:20 PM GMT-5",
        "11/14/2023, 9:43:20 PM GMT-0:30", "11/15/2023, 3:43:20 AM UTC+05:30", "11/14/2023, 10:13:20 PM UTC",
        "2023-11-14@22h13m20s", "2023-11-14 @22h 13m 20s 000ms", "Tue, 14 Nov 2023 22:13:20 GMT",
        {"$date": "2023-11-14T22:13:20Z"}, {"$date": MOMENT}, {"$date": {"$numberLong": str(MOMENT)}},
        {"$numberLong": str(MOMENT)}, {"seconds": 1_700_000_000, "nanoseconds": 999_999},
        {"_seconds": 1_700_000_000, "_nanoseconds": 0},
    ],
)  # fmt: skip
def test_the_same_moment_in_many_shapes(value):
    assert stamp.ms(value) == MOMENT


@pytest.mark.parametrize(
    "value",
    [
        None, True, False, 0, -1, 0.0, 1e308, -1e308, float("nan"), float("inf"), float("-inf"), 10**400, -(10**400),
        "", "now", "0", "2024-13-45", "2024-02-30T00:00:00Z", "99:99", "0001-01-01T00:00:00+14:00", "1e308", "١٢٣",
        "9999-12-31T23:59:59-14:00", "13/13/2023, 1:00", "Foo 14, 2023 10:13pm", "2023-11-14@99h13m20s", "²" * 12,
        {"$date": "--5"}, {"$date": "-"}, {"$date": {"$numberLong": "x"}}, {"$date": {"$date": {"$date": None}}},
        {"seconds": 10**300}, {"seconds": "5"}, {"seconds": True}, {}, [], [MOMENT], "9" * 80, "<script>", "\0" * 10,
    ],
)  # fmt: skip
def test_what_is_no_time(value):
    assert stamp.ms(value) is None


@given(JSON)
@settings(max_examples=150, deadline=None)
def test_any_value_is_a_time_of_two_centuries_or_none(value):
    found = stamp.ms(value)
    assert found is None or (type(found) is int and 0 < found < 7_258_118_400_000)


@given(st.from_regex(r"[0-9a-zA-Z:/.,@ +-]{4,30}", fullmatch=True))
@settings(max_examples=200, deadline=None)
def test_any_text_that_looks_like_a_time_is_one_or_none(value):
    found = stamp.ms(value)
    assert found is None or 0 < found < 7_258_118_400_000
