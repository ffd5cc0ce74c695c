"""Numbers as people read them."""

import math

import pytest
from inglenook.core import ledger
from inglenook.core.catalogue import Model
from inglenook.core.ledger import Cost, cost_of, total
from inglenook.core.model import Usage

PRICED = Model("m", prompt_usd_per_million=2.0, completion_usd_per_million=15.0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0041, "$0.0041"), (0.00414, "$0.0041"), (0.004, "$0.004"), (0.000261, "$0.00026"), (0.25, "$0.25"),
        (0.1, "$0.10"), (0.999, "$1.00"), (0.0996, "$0.10"), (1, "$1.00"), (1.5, "$1.50"), (1234.5, "$1,234.50"),
        (0, "$0"), (-0.0, "$0"), (-0.5, "-$0.50"), (1e-9, "$0.000000001"), (1e-12, "<$0.000000001"), (None, "–"),
        (math.nan, "–"), (math.inf, "–"), (0.1 + 0.2, "$0.30"), (2.675e-7, "$0.00000027"),
    ],
)
def test_money_is_written_to_the_digit_that_matters(value, expected):
    assert expected == ledger.usd(value)


@pytest.mark.parametrize(
    ("write", "value", "expected"),
    [
        (ledger.tokens, 0, "0"), (ledger.tokens, 1_234_567, "1,234,567"), (ledger.tokens, None, "–"),
        (ledger.duration, 0, "0.00 s"), (ledger.duration, 994, "0.99 s"), (ledger.duration, 999, "1.0 s"),
        (ledger.duration, 59_949, "59.9 s"), (ledger.duration, 59_950, "1 min 0 s"), (ledger.duration, None, "–"),
        (ledger.duration, 3_599_600, "1 h 0 min"), (ledger.duration, -1, "–"),
        (ledger.duration, 90_061_000, "25 h 1 min"),
        (ledger.context, 8192, "8K"), (ledger.context, 999_499, "999K"), (ledger.context, 999_500, "1M"),
        (ledger.context, 2_000_000, "2M"), (ledger.context, 512, "512"), (ledger.context, None, "–"),
        (ledger.size, 0, "0 B"), (ledger.size, 999, "999 B"), (ledger.size, 9_949, "9.9 kB"),
        (ledger.size, 9_999, "10 kB"),
        (ledger.size, 999_499, "999 kB"), (ledger.size, 999_600, "1.0 MB"), (ledger.size, None, "–"),
        (ledger.size, 5 * 10**15, "5000 TB"), (ledger.per_million, 0, "$0 per million"),
        (ledger.per_million, 15.0, "$15.00 per million"),
    ],
)
def test_other_numbers_are_short_and_an_unknown_one_is_a_dash(write, value, expected):
    assert expected == write(value)


@pytest.mark.parametrize(
    ("usage", "model", "expected", "written"),
    [
        (Usage(cost_usd=0.0041, prompt_tokens=9, completion_tokens=9), PRICED, Cost(0.0041), "$0.0041"),
        (Usage(cost_usd=0.0), None, Cost(0.0), "$0"),
        (Usage(prompt_tokens=1000, completion_tokens=100), PRICED, Cost(0.0035, estimated=True), "about $0.0035"),
        (Usage(prompt_tokens=1000), PRICED, None, "None"),
        (Usage(prompt_tokens=1000, completion_tokens=1), Model("m"), None, "None"),
        (Usage(prompt_tokens=1000, completion_tokens=1), None, None, "None"),
    ],
)
def test_a_cost_is_what_was_charged_or_says_that_it_is_an_estimate(usage, model, expected, written):
    assert (expected, written) == (cost_of(usage, model), str(cost_of(usage, model)))


def test_a_sum_is_estimated_if_a_part_of_it_is_and_leaves_out_the_unknown():
    assert Cost(0.3) == total([Cost(0.1), None, Cost(0.2)])
    assert Cost(0.3, estimated=True) == total([Cost(0.1), Cost(0.2, estimated=True)])
    assert total([None]) is None


def test_a_rate_needs_a_time():
    assert (ledger.rate(81, 2000), ledger.rate(81, 0), ledger.rate(None, 5)) == ("40.5 tokens/s", "–", "–")
