"""Text out of bytes of any encoding, a piece at a time."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook.core.errors import BadFile
from inglenook.formats.reading import window
from inglenook.formats.reading.guarded import guarded
from inglenook.formats.reading.window import Window


def text_of(source) -> tuple[str, Window]:
    read = Window(source)
    pieces = []
    while read.more():
        pieces.append(read.text)
        read.at = len(read.text)
    return "".join(pieces), read


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40), st.integers(1, 7))
@settings(max_examples=100, deadline=None)
def test_each_encoding_gives_the_same_text(text, piece):
    whole = '{"a": "' + text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(window, "PIECE", piece)
        for data in (
            whole.encode(), whole.encode("utf-8-sig"), whole.encode("utf-16-le"), whole.encode("utf-16-be"),
            b"\xff\xfe" + whole.encode("utf-16-le"), b"\xfe\xff" + whole.encode("utf-16-be"),
        ):  # fmt: skip
            found, read = text_of(io.BytesIO(data))
            assert (found, read.replaced) == (whole, False)


@given(st.binary(max_size=60), st.integers(1, 7))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_some_text(data, piece):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(window, "PIECE", piece)
        found, read = text_of(io.BytesIO(data))
        assert read.ended
        assert isinstance(found, str)
        found.encode()


def test_bytes_that_are_no_text_are_replaced_and_the_rest_is_as_it_was():
    found, read = text_of(io.BytesIO(b"a\xffb\xc3\xa4c\xc3"))
    assert (found, read.replaced) == ("a\ufffdbäc\ufffd", True)


def test_half_a_pair_in_utf_16_is_replaced():
    found, read = text_of(io.BytesIO(b"\xff\xfe" + "a\ud83db".encode("utf-16-le", "surrogatepass")))
    assert (found, read.replaced) == ("a\ufffdb", True)


def test_what_was_read_is_dropped_except_from_the_place_on():
    read = Window(io.BytesIO(b"abcdef" * 50_000))
    assert read.more()
    read.at = len(read.text) - 2
    assert read.more()
    assert (read.at, read.text[:4]) == (0, "cdef")
    assert read.pieces == 2


def test_what_was_read_before_damage_is_given_and_then_the_damage_is_told():
    class Breaks(io.BytesIO):
        def read1(self, size=-1):
            data = super().read1(min(size, 10))
            if not data:
                raise EOFError
            return data

    read = Window(guarded(Breaks(b"x" * 95)))
    assert read.more()
    assert read.text == "x" * 95
    with pytest.raises(BadFile, match="damaged"):
        read.more()
