"""A budget: what may be written as one, and what it says about a month."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.core import budget
from inglenook.core.budget import Budget, dump, load, read_limit, says
from inglenook.core.errors import OurError

from tests.strategies import json_values

amounts = st.floats(0.01, 1e6)


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(budget).failed == 0


def test_without_a_limit_nothing_is_said():
    assert says(Budget(hard_stop=True), 1e9) == ""


@given(amounts, st.floats(0, 2e6), st.booleans())
def test_only_a_hard_stop_stops_and_only_at_the_limit(limit, spent, hard_stop):
    verdict = says(Budget(limit, hard_stop=hard_stop), spent)
    assert (verdict == "stop") == (hard_stop and spent >= limit)
    assert (verdict == "") == (spent < limit * 0.8)


@given(amounts, st.floats(0, 2e6), st.floats(0, 2e6))
def test_spending_more_never_says_less(limit, one, other):
    order = ("", "warning", "stop")
    less, more = sorted((one, other))
    said = [order.index(says(Budget(limit, hard_stop=True), spent)) for spent in (less, more)]
    assert said == sorted(said)


@pytest.mark.parametrize(
    ("typed", "limit"),
    [("20", 20), ("$20", 20), ("7.50", 7.5), ("7,5", 7.5), (".5", 0.5), ("1,234,567.89", None), ("12,345", 12_345),
     ("", None), ("  ", None), ("$", None), ("20 $", 20), ("1000000", 1e6)],
)  # fmt: skip
def test_amounts_as_people_write_them(typed, limit):
    if typed.startswith("1,234,567"):
        with pytest.raises(OurError, match="more than a budget can be"):
            read_limit(typed)
    else:
        assert read_limit(typed) == limit


@pytest.mark.parametrize("typed", ["abc", "-5", "- 5", "0", "0.00", "1e3", "nan", "inf", "5 6", "9999999", "$-5", "٣"])
def test_what_is_no_amount_is_refused_with_advice(typed):
    with pytest.raises(OurError) as refused:
        read_limit(typed)
    assert refused.value.message
    assert refused.value.advice


@given(st.text(max_size=12))
def test_whatever_is_typed_is_an_amount_or_refused(typed):
    try:
        limit = read_limit(typed)
    except OurError:
        return
    assert limit is None or 0 < limit <= 1e6


@given(st.none() | amounts, st.booleans())
def test_a_budget_comes_back_as_it_was(limit, hard_stop):
    assert load(dump(Budget(limit, hard_stop=hard_stop))) == Budget(limit, hard_stop=hard_stop)


@given(json_values | st.fixed_dictionaries(dict.fromkeys(("limit_usd", "warn_at", "hard_stop"), json_values)))
def test_a_damaged_budget_is_one_that_can_be_used(record):
    found = load(record)
    assert found.limit_usd is None or 0 < found.limit_usd <= 1e6
    assert 0 < found.warn_at <= 1
    assert isinstance(found.hard_stop, bool)
