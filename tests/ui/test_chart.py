"""Where bars stand."""

import doctest

from hypothesis import given
from hypothesis import strategies as st
from inglenook.ui import chart

amounts = st.lists(st.tuples(st.text(max_size=3), st.just(0) | st.floats(0, 1e12), st.just("")), max_size=100)


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(chart).failed == 0


def percent(text: str) -> float:
    return float(text.removesuffix("%"))


@given(amounts)
def test_every_column_lies_in_the_drawing_and_on_its_base(found):
    bars = chart.columns(found)
    assert len(bars) == sum(amount > 0 for _, amount, _ in found)
    for bar in bars:
        assert percent(bar.x) >= 0
        assert percent(bar.x) + percent(bar.width) <= 100.01
        assert abs(float(bar.y) + float(bar.height) - chart.COLUMNS_BASE) < 0.2
        assert float(bar.y) >= chart.COLUMNS_TOP - 0.1


@given(amounts)
def test_the_largest_line_fills_the_drawing_and_nothing_is_nothing(found):
    bars = chart.lines(found)
    widths = [percent(bar.width) for bar in bars]
    assert all(0 <= width <= 100 for width in widths)
    assert [width == 0 for width in widths] == [amount == 0 for _, amount, _ in found]
    if any(amount > 0 for _, amount, _ in found):
        assert max(widths) == 100


def test_columns_are_in_proportion():
    low, high = chart.columns([("a", 1, ""), ("b", 0, ""), ("c", 2, "")])
    assert float(high.height) == 2 * float(low.height)
    assert [percent(bar.x) for bar in (low, high)] == [4.67, 71.33]
