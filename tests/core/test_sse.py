"""The rules of the event stream, on literal bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.core.errors import NotTheProtocol
from inglenook.core.sse import EventStream, ServerEvent


def events(body: bytes, size: int | None = None) -> list[ServerEvent]:
    stream, found = EventStream(), []
    for start in range(0, len(body), size or max(1, len(body))):
        found += stream.feed(body[start : start + (size or len(body))])
    return found


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"data: one\n\n", ["one"]),
        (b"data:one\n\n", ["one"]),
        (b"data:  one\n\n", [" one"]),
        (b"data: one\r\rdata: two\r\r", ["one", "two"]),
        (b"data: one\r\n\r\ndata: two\r\n\r\n", ["one", "two"]),
        (b"data: a\r\ndata: b\n\r\n", ["a\nb"]),
        (b"data: a\ndata: b\n\n", ["a\nb"]),
        (b"data\ndata\n\n", ["\n"]),
        (b"data:\n\n", [""]),
        (b": comment\n\n:\n\ndata: x\n\n", ["x"]),
        (b"\xef\xbb\xbfdata: x\n\n", ["x"]),
        (b"data: \xef\xbb\xbfx\n\n", ["\ufeffx"]),
        (b"id: 1\nretry: 9\nunknown: y\ndata: x\n\n", ["x"]),
        (b"event: ping\n\ndata: x\n\n", ["x"]),
        (b"data: \xc3\xa9 \xf0\x9f\x8c\xb2\n\n", ["é 🌲"]),
        (b"data: \xff\xc3\n\n", ["\ufffd\ufffd"]),
        (b"data: half", []),
        (b"data: no blank line\n", []),
        (b"\n\n\n", []),
        (b"", []),
    ],
)
def test_bytes_become_the_events_of_the_rules_in_pieces_of_any_size(body, expected):
    assert expected == [event.data for event in events(body)]
    for size in (1, 2, 3, 5):
        assert events(body) == events(body, size)


def test_an_event_can_have_a_name_which_the_next_one_does_not_inherit():
    assert [ServerEvent("1", "ping"), ServerEvent("2")] == events(b"event: ping\ndata: 1\n\ndata: 2\n\n")


def test_an_event_is_given_out_as_soon_as_its_blank_line_ends_in_cr():
    stream = EventStream()
    assert [ServerEvent("x")] == stream.feed(b"data: x\r\n\r")
    assert [ServerEvent("y")] == stream.feed(b"\ndata: y\n\n")


def test_closing_drops_a_half_event_and_says_so():
    stream = EventStream()
    stream.feed(b"data: half\n")
    assert stream.close() is False
    assert stream.feed(b"\n\n") == []
    assert stream.close() is True


@pytest.mark.parametrize("piece", [b"data: " + b"x" * 40, b"data: 123456789\n"])
def test_an_event_without_end_is_refused_and_forgotten(piece):
    stream = EventStream(max_event=60)
    stream.feed(piece)
    with pytest.raises(NotTheProtocol, match="without end"):
        list(map(stream.feed, [piece] * 10))
    assert stream.close() is True


def test_many_small_events_never_add_up_to_the_limit():
    stream = EventStream(max_event=60)
    assert sum(len(stream.feed(b"data: 0123456789\n\n")) for _ in range(100)) == 100


@given(st.binary(max_size=300), st.integers(1, 7))
def test_any_bytes_give_the_same_events_in_any_pieces(body, size):
    assert events(body) == events(body, size)


@given(st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])), min_size=1))
def test_what_was_written_as_an_event_is_read_again(lines):
    body = "".join(f"data: {line}\n" for line in lines).encode() + b"\n"
    assert [ServerEvent("\n".join(lines))] == events(body)
