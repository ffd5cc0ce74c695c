"""Values taken for what they should be, what is kept of the rest, rows, and HTML as Markdown."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook.core.model import Image, Text, Video
from inglenook.formats.reading.document import Neighbours, memory_document
from inglenook.formats.reading.draft import Draft
from inglenook.formats.reading.jsontext import Element
from inglenook.formats.reading.leftovers import has_secrets, own_text, plain_text, rest_of, without_secrets
from inglenook.formats.reading.markdown_from_html import markdown, urlsafe
from inglenook.formats.reading.row_files import RowFiles
from inglenook.formats.reading.rows import RowIds, rows_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.tags import tame

VALUES = (None, True, False, 0, 1, -1, 2.5, float("nan"), float("inf"), 1 << 60, "a", "", [], [1], {}, {"a": 1})


def test_each_value_is_taken_for_one_kind_or_for_nothing():
    assert [value for value in VALUES if obj(value)] == [{"a": 1}]
    assert [value for value in VALUES if arr(value)] == [[1]]
    assert [value for value in VALUES if text(value)] == ["a"]
    assert [count(value) for value in VALUES if count(value) is not None] == [0, 1, 2]


SECRETS = {
    "apiKey": "s", "openai_api_key": "s", "OPENAI_API_KEY": "s", "secretAccessKey": "s", "accessToken": "s",
    "refresh_token": "s", "Authorization": "s", "userPassword": "s", "keyVaults": {"openai": {"x": "s"}},
    "customHeaders": ["s"], "private_key": "s",
}  # fmt: skip
PLAIN = {"tokenCount": 3, "max_tokens": 5, "key": "a", "token": "b", "passwords_tried": 1, "keyboard": "k"}


def test_keys_are_left_out_wherever_they_stand_and_all_else_is_kept():
    for name, value in SECRETS.items():
        held = {"a": [{"b": {name: value, **PLAIN}}]}
        assert has_secrets(held), name
        assert without_secrets(held) == json.loads(plain_text(held)) == {"a": [{"b": PLAIN}]}
    assert not has_secrets(PLAIN)
    assert not has_secrets({"apiKey": ""})
    assert without_secrets(PLAIN) == PLAIN


def test_a_text_is_its_own_unless_it_holds_keys():
    assert own_text(Element({"a": 1}, '{"a":  1}', 0)) == '{"a":  1}'
    assert own_text(Element({"a": 1, "apiKey": "s"}, '{"a": 1, "apiKey": "s"}', 0)) == '{"a": 1}'


def test_the_rest_has_neither_what_was_taken_nor_what_is_empty():
    value = {"a": 1, "b": None, "c": "", "d": [], "e": {}, "f": False, "g": 0, "h": {"password": "x", "i": 1}}
    assert rest_of(value, "a") == {"g": 0, "h": {"i": 1}}


def test_rows_keep_their_ids_and_the_same_beginning_gets_others():
    ids = RowIds()
    first = ids.id_of("", ("hello",), "row one")
    assert first == ids.id_of("", ("hello",), "row one")
    second, third = ids.id_of("", ("hello",), "row two"), ids.id_of("", ("hello",), "row three")
    assert len({first, second, third}) == 3
    assert ids.id_of("", ("hello",), "row two") == second
    assert ids.id_of("chatcmpl-0123456789abcdef", ("x",), "r") == "chatcmpl-0123456789abcdef"
    assert ids.id_of("17", ("x",), "r") != RowIds().id_of("17", ("y",), "r")
    again = RowIds()
    assert [again.id_of("", ("hello",), f"row {word}") for word in ("one", "two", "three")] == [first, second, third]


@pytest.mark.parametrize("data", [b'[{"a": 1}, {"a": 2}]', b'{"a": 1}\n{"a": 2}\n'])
def test_rows_of_a_list_and_of_lines(data):
    assert [row.value for row in rows_of(memory_document("x", data))] == [{"a": 1}, {"a": 2}]


def test_one_row_is_a_file_too():
    [row] = rows_of(memory_document("x", b'{"a": 1, "apiKey": "s"}\n'))
    assert row.raw == '{"a": 1}'


def files_of(row):
    document = memory_document("rows.json", b"")
    document.beside = Neighbours([memory_document("pics/a.png", b"\x89PNG\r\n\x1a\n")])
    draft = Draft("x")
    return RowFiles(draft, document, row), draft, document


def test_files_of_a_row_are_given_out_where_its_texts_name_them():
    row = {"images": ["a.png", {"path": "b.png", "bytes": "aGk="}, "c.png"], "video": "https://e.org/v.mp4"}
    files, draft, document = files_of(row)
    found = files.named_in([Text("<image> and <image>"), Text("<video><video>"), Text("none")])
    assert [type(part) for part in found] == [Image, Image, Video]
    assert [part.name for part in found] == ["a.png", "b.png", ""]
    assert found[2].url == "https://e.org/v.mp4"
    assert document.beside.named("a.png").used
    assert files.rest() == ({"images": ["c.png"]}, ["images", "video"])
    assert draft.problems == ["Files in the column “images” are named in no message."]


@pytest.mark.parametrize("column", [[5], [None], [{}], [""], {"a": 1}, 7, [{"path": 5}]])
def test_columns_that_hold_no_files_are_left_alone(column):
    files, draft, _ = files_of({"images": column})
    assert files.named_in([Text("<image>")]) == []
    assert files.rest() == ({}, [])
    assert draft.problems == []


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<h2>A</h2><p>b <em>c</em></p>", "## A\n\nb *c*"),
        ("<pre><code>a\n  b</code></pre>", "```\na\n  b\n```"),
        ("x <code>y</code> z", "x `y` z"),
        ("<ol><li>a<ul><li>b</ul><li>c</ol>", "1. a\n   - b\n2. c"),
        ("<table><tr><th>a<th>b</tr><tr><td>1<td>2</tr></table>", "| a | b |\n| --- | --- |\n| 1 | 2 |"),
        ("<script>alert(1)</script>a<style>b{}</style>", "a"),
        ("<a href='javascript:alert(1)'>x</a>", "[x]"),
        ("<a href='https://e.org/'>x", "[x"),
        ("a &lt;b&gt; &amp;amp;", "a <b> &amp;"),
        ("<blink>a</blink></b></p></li></ol></a>", "a**"),
        ("", ""),
    ],
)
def test_html_as_markdown(html, found):
    assert markdown(html) == found


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    ["<", "<a ", "<!--", "<![", "&", "&#", "<ul>", "<blockquote>", "</", "<a href='", "<b><i>", "<td>", "<!", "<?"],
)
def test_many_of_one_sign_come_to_an_end(piece):
    assert isinstance(markdown(piece * 10_000), str)
    assert isinstance(tame(f"{piece}'\"" * 10_000 + ">"), str)


@pytest.mark.parametrize(
    ("html", "tamed"),
    [
        ("a < b", "a &lt; b"), ("<a>b</a>", "<a>b</a>"), ("<!doctype html><p>", "<p>"), ("<!-- x", "&lt;!-- x"),
        ("<?php x ?>y", "y"), ("<![CDATA[x]]>", ""), ("<a b = '>' c=\">\" d>e", "<a b = '>' c=\">\" d>e"),
        ("<a b='c>d", "&lt;a b='c>d"), ("it's <b>x</b>", "it's <b>x</b>"), ("<p title=it's>x", "<p title=it's>x"),
        ("<a <b>", "&lt;a <b>"), ("</", "&lt;/"), ("<!-->x-->y", "y"), ("", ""),
    ],
)  # fmt: skip
def test_only_whole_tags_are_left(html, tamed):
    assert tame(html) == tamed


@given(st.text(alphabet='<>/aphrefulio="\' &;!-#x\n', max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_is_some_html(html):
    assert "<script" not in markdown(f"<script>{html}</script>").split("</script>")[0]
    markdown(html)


@pytest.mark.parametrize(
    ("address", "safe"),
    [("https://e.org", True), ("mailto:a@e.org", True), ("JAVASCRIPT:x", False), ("//e.org", False),
     ("http://[", False), ("", False), ("data:text/html,x", False)],
)  # fmt: skip
def test_links_that_may_be_followed(address, safe):
    assert urlsafe(address) == safe
