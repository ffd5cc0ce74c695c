"""JSON read in place: values wherever the pieces end, and damage that costs no more than its element."""

from __future__ import annotations

import io
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook import formats
from inglenook.core.errors import BadFile
from inglenook.formats.reading import jsontext, window
from inglenook.formats.reading.jsontext import JsonText
from inglenook.formats.reading.jsonvalue import loads
from inglenook.formats.reading.window import Window

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
# The same key first in an element and in what lies inside of it, as in real exports.
ELEMENTS = [
    {"id": n, "name": f"n{n}", "said": [{"id": m, "text": 'a "quoted" ] }'} for m in range(3)]} for n in range(6)
]


class Trickle(io.BytesIO):
    """Gives few bytes at a time, whatever is asked for."""

    def __init__(self, data: bytes, most: int) -> None:
        super().__init__(data)
        self._most = most

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size, self._most) if size and size > 0 else size)


def walked(text: str | bytes, most: int = 1 << 20) -> tuple[JsonText, list[str]]:
    told: list[str] = []
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return JsonText(Window(Trickle(data, most)), told.append), told


def elements(text: str | bytes, *path: str, most: int = 1 << 20) -> tuple[list[Any], list[str]]:
    json_text, told = walked(text, most)
    return [element.value for element in json_text.elements(*path)], told


@given(st.lists(VALUES, max_size=6), st.integers(1, 40), st.sampled_from((None, 1)), st.booleans())
@settings(max_examples=150, deadline=None)
def test_elements_are_read_wherever_the_pieces_end(values, most, indent, ascii):
    text = json.dumps(values, indent=indent, ensure_ascii=ascii)
    json_text, told = walked(text, most)
    found = list(json_text.elements())
    assert [element.value for element in found] == json.loads(json.dumps(values))
    assert [json.loads(element.raw) for element in found] == [element.value for element in found]
    assert [element.number for element in found] == list(range(len(values)))
    assert all(element.raw in text for element in found)
    if values:
        assert told == []
    whole, told = walked(text, most)
    assert whole.value() == json.loads(json.dumps(values))
    assert (told, whole.repaired) == ([], "")


@given(st.lists(VALUES, max_size=5), VALUES, st.integers(1, 40))
@settings(max_examples=80, deadline=None)
def test_a_list_is_found_by_its_names(values, other, most):
    text = json.dumps({"other": other, "a": {"b": [other], "c": values, "d": other}})
    assert elements(text, "a", "c", most=most)[0] == values


@pytest.mark.parametrize("path", [("x",), ("a", "x"), ("a", "b", "c"), ("n",)])
def test_names_that_lead_to_no_list_find_nothing(path):
    assert elements('{"a": {"b": 1}, "n": 5}', *path) == ([], [])


@pytest.mark.parametrize("text", ['{"b" 1, "a": [1]}', '{b: 1, "a": [1]}', '{"b": nope, "a": [1]}', '{"b": [', "{"])
def test_damage_before_a_list_is_told(text):
    found, told = elements(text, "a")
    assert found == []
    assert told[-1].startswith("The file is damaged before “a”: ") or "ends in the middle" in told[-1]


@given(st.lists(VALUES, min_size=1, max_size=6), st.integers(1, 40))
@settings(max_examples=80, deadline=None)
def test_lines_are_read_wherever_the_pieces_end(values, most):
    text = "\r\n\n".join(json.dumps(value) for value in values)
    json_text, told = walked(text, most)
    assert [line.value for line in json_text.lines()] == values
    assert told == []


@pytest.mark.parametrize("sign", ["\0", "\x01", "\n", "\t", "\x7f", "\u2028"])
def test_control_signs_in_texts_are_taken(sign):
    assert elements(f'["a{sign}b"]') == ([f"a{sign}b"], [])


def test_numbers_that_are_none_become_nothing():
    assert elements("[NaN, Infinity, -Infinity, 1e999, -0, 1E5]") == ([None, None, None, float("inf"), 0, 1e5], [])


def test_missing_and_doubled_commas_are_passed_over():
    assert elements('[1,,2,{"a":1} {"b":2},]') == ([1, 2, {"a": 1}, {"b": 2}], [])


@pytest.mark.parametrize("broken", ['{"id": 2, "x": nope}', '{"id": 2, "x": [1 2]}', '{"id": 2 "x"}', '{id: 2}'])
@pytest.mark.parametrize("place", [0, 3, 5])
@pytest.mark.parametrize("most", [7, 1 << 20])
def test_a_damaged_element_costs_itself(broken, place, most):
    parts = [json.dumps(element) for element in ELEMENTS]
    parts[place] = broken
    found, told = elements(f"[{','.join(parts)}]", most=most)
    assert found == [element for number, element in enumerate(ELEMENTS) if number != place]
    assert len(told) == 1
    assert told[0].startswith(f"Entry {place + 1} was left out: ")


@pytest.mark.parametrize("place", [0, 2, 4])
def test_where_brackets_do_not_fit_the_next_element_is_known_by_how_all_begin(place):
    parts = [json.dumps(element) for element in ELEMENTS]
    parts[place] = parts[place].replace('"said": [', '"said": ["', 1)
    found, told = elements(f"[{', '.join(parts)}]")
    assert found == [element for number, element in enumerate(ELEMENTS) if number != place]
    assert len(told) == 1


def test_where_no_next_element_is_found_it_is_told_what_was_lost():
    found, told = elements('[{"a": 1}, ["b, 2], 3]')
    assert found == [{"a": 1}]
    assert told == ["The file ends in the middle of entry 2, which was left out."]
    found, told = elements('[{"a": 1}, {"a" 2}] } x')
    assert found == [{"a": 1}]
    assert told == ["Entry 2 was left out: Expecting ':' delimiter, at its character 6."]


@pytest.mark.parametrize("most", [5, 1 << 20])
def test_of_a_list_that_was_cut_every_whole_element_is_read(most):
    text = json.dumps(ELEMENTS)
    ends = [text.index(f'{{"id": {n}, "name"') - 2 for n in range(1, 6)] + [len(text) - 1]
    for cut in range(1, len(text), 3):
        found, told = elements(text[:cut], most=most)
        assert found == ELEMENTS[: sum(end <= cut for end in ends)]
        assert len(told) == 1


def test_one_that_is_too_deep_costs_itself_only():
    deep = "[" * 10_000 + "]" * 10_000
    found, told = elements(f'[{{"a": 1}}, {{"a": {deep}}}, {{"a": "[[[["}}]')
    assert found == [{"a": 1}, {"a": "[[[["}]
    assert told == ["Entry 2 was left out: it is nested too deeply."]
    with pytest.raises(BadFile, match="not JSON"):
        walked(deep)[0].value()


def test_a_damaged_element_that_is_long_costs_itself_only(monkeypatch):
    monkeypatch.setattr(jsontext, "LONG", 200_000)
    long = json.dumps({"id": 1, "text": "x" * 400_000})
    for broken in (long.replace('"text"', "text"), long.replace('"x', 'nope, "y": "x'), f'{{"id": {"9" * 300_000}}}'):
        found, told = elements(f'[{{"id": 0}}, {broken}, {{"id": 2}}, {long}, {{"id": 4}}]')
        assert [element["id"] for element in found] == [0, 2, 1, 4]
        assert [line[:22] for line in told] == ["Entry 2 was left out: "]


def test_of_an_object_that_was_cut_what_is_whole_is_read():
    text = json.dumps({"version": 1, "chats": ELEMENTS, "end": "x"})
    cut, told = walked(text[: text.index('"name": "n3"')])
    assert cut.value() == {"version": 1, "chats": ELEMENTS[:3]}
    assert told == ["The file ends in the middle; only what is whole before that was read."]
    assert json.loads(cut.repaired) == {"version": 1, "chats": ELEMENTS[:3]}


def test_what_stands_behind_a_value_is_told():
    more, told = walked('{"a": 1} {"b": 2}')
    assert more.value() == {"a": 1}
    assert told == ["There is more behind the end of the JSON; it was not read."]
    assert more.repaired == '{"a": 1}'


@pytest.mark.parametrize("text", ["", " ", "nope", "{", '{"a"', "[1 2", "]", "1" * 5000, '"\\ud8'])
def test_what_is_no_value_is_a_bad_file(text):
    with pytest.raises(BadFile):
        walked(text)[0].value()


def test_whatever_is_done_to_a_list_it_comes_to_an_end(monkeypatch):
    monkeypatch.setattr(window, "PIECE", 64)
    chance = random.Random(5)
    whole = json.dumps(ELEMENTS).encode()
    for _ in range(600):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 3, 20))):
            at = chance.randrange(len(data))
            data[at : at + chance.choice((0, 1, 5))] = chance.choice((b"", b'"', b"{", b"]", b"\\", b"\xff", b","))
        found, told = elements(bytes(data))
        assert found or told or data[:1] != b"["
        json_text, _ = walked(bytes(data))
        try:
            json_text.value()
        except BadFile:
            continue


def test_text_inside_of_a_file_is_parsed_only_if_it_is_not_too_deep():
    assert loads(' {"a": [1, "b\t"]}\n') == {"a": [1, "b\t"]}
    for text in ("[" * 5000, "", "{", "1 2", "nope", "9" * 5000):
        with pytest.raises(ValueError, match=r".+"):
            loads(text)


def test_no_reader_parses_what_might_be_too_deep():
    # In a browser that would end Python itself, which no test under CPython can show.
    unsafe = re.compile(r"json\.loads?\(|JSONDecoder\(")
    files = Path(formats.__file__).parent.rglob("*.py")
    assert {path.name for path in files if unsafe.search(path.read_text("utf-8"))} == {"jsonvalue.py", "head.py"}
