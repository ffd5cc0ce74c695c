"""What the beginning of a file shows, however it goes on."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook.formats.reading import head as heads
from inglenook.formats.reading.head import Head, closed, damage, head_of


def head(data: bytes | str) -> Head:
    return head_of(io.BytesIO(data.encode() if isinstance(data, str) else data))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"), (b" \r\n\t", "empty"), (b"\xef\xbb\xbf", "empty"), (b"PK\3\4rest", "zip"), (b"PK\5\6", "zip"),
        (b"\x1f\x8b\x08", "gzip"), (b"SQLite format 3\0rest", "sqlite"), (b"%PDF-1.7", "binary"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"), (b"\xff\xd8\xff\xe0", "binary"), (bytes(range(256)), "binary"),
        (b"a\0b", "binary"), (b"{}", "object"), (b"[]", "array"), (b'\xef\xbb\xbf{"a": 1}', "object"),
        (b'{"a": 1}\n{"b": 2}\n', "lines"), (b'[1]\n[2]\n', "array"), (b"just words", "text"), (b"a,b\n1,2", "text"),
        (b"# Title\n{not json}", "text"), (b"<!doctype html><p>", "html"), (b"  <!-- x -->\n<HTML>", "html"),
        (b"<think>x</think>", "text"), (b'"text"', "text"), (b"12", "text"),
        ("Grüße aus dem Norden, {}".encode("latin-1"), "text"),
        (b'{"a": "\0\0"}', "object"), ('{"Ā": "a\u0100b"}'.encode("utf-16-le"), "object"),
        ('["\u0100\0"]'.encode("utf-16-be"), "array"), (b"\xff\xfe{\0}\0", "object"),
    ],
)  # fmt: skip
def test_kinds_are_told_by_the_bytes(data, kind):
    found = head(data)
    assert found.kind == kind


def test_a_whole_object_is_seen_whole():
    found = head('{"a": {"b": [1, 2]}}')
    assert (found.top, found.items) == ({"a": {"b": [1, 2]}}, ({"a": {"b": [1, 2]}},))
    assert (found.whole, found.closed) == (True, False)
    assert head('{\n"a": 1\n}').items == ()


def test_of_a_long_list_the_first_elements_are_seen():
    found = head(json.dumps([{"id": n, "text": "x" * 1000} for n in range(1000)]))
    assert (found.kind, found.whole, len(found.items)) == ("array", False, 50)
    assert found.first["id"] == 0


def test_of_a_long_object_what_was_looked_at_is_seen():
    found = head(json.dumps({"a": [{"id": n, "text": "x" * 1000} for n in range(1000)], "z": 1}, indent=1))
    assert (found.kind, found.whole, found.closed) == ("object", False, True)
    assert found.top["a"][200]["id"] == 200
    assert "z" not in found.top


@pytest.mark.parametrize("rest", ['\n{"b": 2}', '\r\n\r\n{"b": 2}\n'])
def test_lines_are_known_even_where_the_first_is_longer_than_what_is_looked_at(rest):
    long = json.dumps({"a": "x" * 1_000_000})
    assert head(long + rest).kind == "lines"
    assert head(long).kind == "object"
    assert head(long + "\n\n").kind == "object"
    assert head(long + "\nmore").kind == "object"


def test_a_first_line_without_end_is_not_looked_for(monkeypatch):
    monkeypatch.setattr(heads, "LONGEST_LINE", 600_000)
    assert head(json.dumps({"a": "x" * 2_000_000}) + '\n{"b": 2}').kind == "object"


def test_bad_lines_are_passed_over():
    lines = ['{"a": 1}', '{"b": 2}', *["bad"] * 20]
    assert head("\n".join(lines)).kind == "lines"
    assert head("\n".join(["bad", *['{"a": 1}'] * 5])).kind == "lines"
    assert head("\n".join([*["words"] * 6, '{"a": 1}', '{"a": 1}'])).kind == "text"


def test_nesting_without_end_is_no_trouble():
    assert head("[" * 100_000).kind == "array"
    assert head('{"a":' * 100_000).kind in ("object", "text")
    assert head('{"a": ' + "[" * 10_000 + "]" * 10_000 + "}").kind == "object"


def test_a_number_of_ten_thousand_digits_hides_nothing_else():
    found = head('[{"id": "a", "n": ' + "9" * 10_000 + "}]")
    assert found.first["id"] == "a"


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
), st.data())  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_a_text_cut_anywhere_is_closed_to_what_it_began_as(value, data):
    text = json.dumps([value])
    cut = text[: data.draw(st.integers(1, len(text)))]
    found = closed(cut)
    assert isinstance(found, list)
    assert len(found) <= 1


@given(st.text(alphabet='{}[]",:\\a1 \n', max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_has_a_head(text):
    found = head(text)
    assert isinstance(found.top, dict)
    assert isinstance(damage(found), str)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"a": 1},]', "damaged at line 1, column 10"), ('// c\n[{"a": 1}]', ""), ("{'a': 1}", "line 1, column 2"),
        ('[\n/* c */ {"a": 1}]', "damaged at line 2, column 1"), ("just {words}", ""), ('{"a": 1}', ""),
    ],
)  # fmt: skip
def test_damage_is_told_with_its_place(text, said):
    assert said in damage(head(text))
    assert bool(said) == bool(damage(head(text)))


def test_half_an_entry_counts_only_where_there_is_no_whole_one():
    assert head('[{"a": 1}, {"b": 2').items == ({"a": 1},)
    assert head('[{"a": 1, "b": 2').items == ({"a": 1},)
    for_lines = json.dumps({"b": "x" * 1_000_000})
    assert head('{"a": 1}\n' + for_lines).items == ({"a": 1},)
    assert head('{"a": 1}\n' + for_lines).kind == "lines"
