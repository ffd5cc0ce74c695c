import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.core.deflated import deflated, deflated_pieces, inflated, inflated_beside
from inglenook.core.errors import BadFile


@given(st.text())
def test_a_text_comes_back(text):
    assert inflated(deflated(text)).decode() == text


@given(st.lists(st.text()))
def test_pieces_are_one_text(pieces):
    assert inflated(deflated_pieces(pieces)).decode() == "".join(pieces)


def test_a_long_text_is_one_text():
    text = "é😀x" * 1_000_001
    assert inflated(deflated(text)).decode() == text


@given(st.lists(st.text()))
def test_beside_the_text_lies_the_stream_that_holds_it(pieces):
    text, stream = inflated_beside(deflated_pieces(pieces))
    assert text.decode() == "".join(pieces)
    assert zlib.decompress(stream, -zlib.MAX_WBITS) == text


def test_there_is_no_stream_where_something_follows_it_or_nothing_was_made_small():
    assert inflated_beside(deflated("a") + b"more") == (b"a", b"")
    assert inflated_beside(b'{"a":1}') == (b'{"a":1}', b"")


def test_what_was_never_made_small_is_taken_as_it_is():
    assert inflated(b'{"a":1}') == b'{"a":1}'
    assert inflated(b"") == b""


def test_half_a_lone_pair_can_be_kept():
    assert inflated(deflated("a\ud800")).decode("utf-8", "surrogatepass") == "a\ud800"


@pytest.mark.parametrize("data", [b"\x78", b"\x78\x01rubbish", deflated("x" * 999)[:-5], zlib.compress(b"y" * 5000)])
def test_damage_and_what_is_too_large_is_said(data):
    with pytest.raises(BadFile):
        inflated(data, 1000)
