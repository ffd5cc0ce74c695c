"""A file as a reader sees it: whole, by its elements, by its lines, and with its neighbours."""

from __future__ import annotations

import json

import pytest
from inglenook.core.errors import BadFile
from inglenook.formats.reading import document as documents
from inglenook.formats.reading.document import Document, Neighbours, memory_document
from inglenook.formats.reading.leftovers import top_of


def test_a_file_is_read_again_for_each_pass():
    document = memory_document("a/b.json", b'[{"a": 1}, {"a": 2}]')
    assert document.stem == "b"
    for _ in range(2):
        assert [element.value["a"] for element in document.elements()] == [1, 2]
        assert document.value() == [{"a": 1}, {"a": 2}]
        assert document.text() == '[{"a": 1}, {"a": 2}]'
    assert document.problems == []


def test_what_is_read_as_a_whole_has_a_bound_whatever_size_was_said(monkeypatch):
    monkeypatch.setattr(documents, "WHOLE", 100)
    data = json.dumps(["x" * 200]).encode()
    for size in (len(data), 0):
        document = Document("a.json", memory_document("", data).open, size)
        for read in (document.value, document.text, document.data):
            with pytest.raises(BadFile, match="larger than"):
                read()
        assert [element.value for element in document.elements()] == ["x" * 200]


def test_of_an_object_that_was_cut_text_and_value_agree():
    whole = json.dumps({"a": [{"b": 1}, {"b": 2}], "c": 3})
    document = memory_document("a.json", whole[:-18].encode())
    assert document.value() == json.loads(document.text()) == top_of(document) == {"a": [{"b": 1}]}
    assert document.head.closed


def test_the_top_of_a_file_too_large_is_what_its_beginning_shows(monkeypatch):
    data = json.dumps({"a": 1, "b": ["x" * 1000] * 1000}).encode()
    assert top_of(memory_document("a", data))["b"][999:] == ["x" * 1000]
    monkeypatch.setattr(documents, "WHOLE", 1000)
    assert top_of(memory_document("a", data))["a"] == 1


def test_of_many_problems_some_are_listed():
    document = memory_document("a.jsonl", b"{bad}\n" * 5000)
    assert list(document.lines()) == []
    assert len(document.problems) == documents.MOST_PROBLEMS + 1
    assert document.problems[-1] == "Much more of this file could not be read; it is not listed."


def test_bytes_read_are_told():
    heard: list[int] = []
    document = memory_document("a.json", b"[" + b"12345678901234567890," * 20_000 + b"1]")
    document.on_read = heard.append
    assert sum(1 for _ in document.elements()) == 20_001
    assert sum(heard) == document.size
    assert len(heard) > 3


def test_lines_of_a_text_have_no_ends():
    assert list(memory_document("a", b"a\r\nb\n\nc").text_lines()) == ["a", "b", "", "c"]


def test_neighbours_are_found_by_path_then_by_last_part():
    names = ["x/a.png", "y/a.png", "y/b.png", "c\\d.png"]
    beside = Neighbours([memory_document(name, b"") for name in names])
    found = {name: beside.named(name) for name in ("y/a.png", "a.png", "z/b.png", "d.png", "nothing", "")}
    assert {name: each and each.name for name, each in found.items()} == {
        "y/a.png": "y/a.png", "a.png": "x/a.png", "z/b.png": "y/b.png", "d.png": "c\\d.png", "nothing": None, "": None,
    }  # fmt: skip
    assert beside.use("b.png").used
    assert not beside.named("x/a.png").used
