"""JSON from anywhere."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.core import wire
from inglenook.core.errors import NotTheProtocol


@pytest.mark.parametrize(
    ("body", "value"),
    [(b"\xef\xbb\xbf[1]", [1]), (b'"\xff"', "\ufffd"), ("[NaN, Infinity]", [None, None]), (" null ", None)],
)
def test_json_of_any_origin_is_read(body, value):
    assert wire.read_json(body) == value


@pytest.mark.parametrize("body", [b"", b"{", b"secret words", "[" * 200_000, "9" * 5000])
def test_what_cannot_be_read_is_an_error_that_does_not_repeat_it(body):
    with pytest.raises(NotTheProtocol) as caught:
        wire.read_json(body)
    assert "secret" not in caught.value.detail


@pytest.mark.parametrize(
    ("value", "number", "count"),
    [
        (1, 1.0, 1), (1.0, 1.0, 1), (1.5, 1.5, None), ("2", 2.0, None), (True, None, None), (-1, -1.0, None),
        (2**53 + 2, 2.0**53 + 2, None), (10**400, None, None), (float("inf"), None, None), ("nan", None, None),
        ([], None, None), ("1" * 100, 1.1111111111111112e63, None),
    ],
)
def test_numbers_are_finite_and_counts_are_whole(value, number, count):
    assert (wire.number(value), wire.count(value)) == (number, count)


def test_only_what_has_the_right_type_is_taken():
    assert (wire.record([]), wire.rows({}), wire.rows([1, {}]), wire.texts("ab"), wire.texts(["a", "", 1])) == (
        {}, [], [{}], (), ("a",),
    )


@given(st.recursive(st.none() | st.floats() | st.text(st.characters()), lambda inner: st.lists(inner) | st.dictionaries(
    st.text(st.characters()), inner)))
def test_a_rebuilt_value_can_be_stored(value):
    json.dumps(wire.bounded(value), allow_nan=False, ensure_ascii=False).encode("utf-8")
    assert wire.bounded(wire.bounded(value)) == wire.bounded(value)
