"""Sums of requests: practice money apart, days local, and no entry counted twice."""

import doctest
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.core import tally
from inglenook.core.activity import Entry
from inglenook.core.ledger import Cost

NOW = 1_790_000_000_000  # Monday 21 September 2026, 14:13:20 UTC
HOUR = 3_600_000
DAY = 24 * HOUR
ONE = Entry("a", NOW, model="m", prompt_tokens=10, completion_tokens=5, cost_usd=0.1, cost_source="charged")
offsets = st.integers(-720, 840)
entries = st.lists(
    st.builds(
        Entry,
        id=st.uuids().map(str),
        at_ms=st.integers(NOW - 90 * DAY, NOW),
        practice=st.booleans(),
        model=st.sampled_from(["m", "n", ""]),
        prompt_tokens=st.none() | st.integers(0, 1000),
        cost_usd=st.none() | st.integers(0, 1000).map(lambda cents: cents / 100),
    ),
    max_size=30,
)


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(tally).failed == 0


def test_ten_times_ten_cents_are_a_dollar():
    assert tally.total([ONE] * 10).cost_usd == 1.0


def test_what_is_unknown_is_counted_and_in_no_sum():
    sums = tally.total([ONE, Entry("b", NOW)])
    assert (sums.requests, sums.unpriced, sums.cost, sums.tokens) == (2, 1, Cost(0.1), 15)


def test_practice_money_is_apart():
    sums = tally.total([ONE, replace(ONE, id="p", practice=True, cost_usd=5.0), Entry("q", NOW, practice=True)])
    assert (sums.requests, sums.cost_usd, sums.practice_usd, sums.unpriced) == (3, 0.1, 5.0, 0)


def test_a_sum_says_if_a_part_of_it_is_estimated():
    listed = replace(ONE, cost_source="list price")
    assert str(tally.total([ONE, listed]).cost) == "about $0.20"
    assert not tally.total([ONE, replace(listed, practice=True)]).estimated


def test_a_filter_goes_by_local_days_and_includes_both_ends():
    late = replace(ONE, id="late", at_ms=NOW + 10 * HOUR)  # 22 September 00:13 UTC
    both = (ONE, late)
    assert tally.chosen(both, 0, "2026-09-21", "2026-09-21") == (ONE,)
    assert tally.chosen(both, -60, "2026-09-21", "2026-09-21") == both
    assert tally.chosen(both, 0, "2026-09-22") == (late,)
    assert tally.chosen(both, 0, last="2026-09-21") == (ONE,)
    assert tally.chosen(both, 0, model="n") == ()
    assert tally.chosen(both, 0, "2026-09-23", "2026-09-20") == ()


def test_a_month_begins_at_local_midnight():
    start = NOW - 20 * DAY - (14 * 60 + 13) * 60_000 - 20_000  # 1 September 00:00 UTC
    at_start, before = replace(ONE, at_ms=start), replace(ONE, at_ms=start - 1)
    assert tally.month([at_start, before], NOW, 0).requests == 1
    assert tally.month([at_start, before], NOW, 60).requests == 2
    assert tally.month([at_start, before], NOW, -60).requests == 0


@pytest.mark.parametrize("text", ["", "2026-9-1", "20260901", "2026-02-30", "tomorrow", "12026-01-01", "2026-W01-1"])
def test_what_no_date_field_gives_is_no_date(text):
    assert not tally.is_date(text)


def test_the_first_and_the_last_date_do_no_harm():
    assert tally.is_date("0001-01-01")
    assert tally.chosen([ONE], 840, "0001-01-01", "9999-12-31") == (ONE,)
    assert tally.days("0001-01-01", "0001-01-02", 90) == ("0001-01-01", "0001-01-02")
    assert tally.days("2026-01-02", "2026-01-01", 90) == ()


@given(entries, offsets)
def test_days_and_names_hold_every_request_once(found, offset):
    whole = tally.total(found)
    last = tally.day_of(NOW, offset)
    per_day = tally.by_day(found, tally.days("2026-05-01", last, 999), offset)
    per_model = tally.by(found, lambda entry: entry.model)
    for groups in (per_day, per_model):
        assert sum(sums.requests for _, sums in groups) == whole.requests
        assert sum(sums.tokens for _, sums in groups) == whole.tokens
        assert sum(sums.cost_usd for _, sums in groups) == pytest.approx(whole.cost_usd)
        assert sum(sums.practice_usd for _, sums in groups) == pytest.approx(whole.practice_usd)


@given(entries, offsets, st.sampled_from(["2026-07-01", "2026-08-15", "2026-09-21"]))
def test_a_day_is_in_one_of_two_halves(found, offset, day):
    until = tally.chosen(found, offset, last=day)
    after = [entry for entry in found if entry not in until]
    assert all(tally.day_of(entry.at_ms, offset) <= day for entry in until)
    assert all(tally.day_of(entry.at_ms, offset) > day for entry in after)
