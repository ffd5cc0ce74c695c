"""JSON that ends in the middle, cut at every place."""

from __future__ import annotations

import json

import pytest
from inglenook.formats.reading.cut import before_cut

LIST = {"version": 3, "chats": [{"id": n, "said": [{"text": f'a "{n}" ] }}'}, {"n": 1.5}]} for n in range(4)]}
TABLE = {"version": "3", "messages": {f"m{n}": {"parts": ["x", {"y": None}]} for n in range(4)}}


@pytest.mark.parametrize("whole", [LIST, TABLE])
@pytest.mark.parametrize("indent", [None, 1])
def test_wherever_it_is_cut_what_is_left_are_whole_entries(whole, indent):
    text = json.dumps(whole, indent=indent)
    most = 0
    for end in range(len(text)):
        left = before_cut(text[:end])
        if not left:
            continue
        value = json.loads(left)
        if "chats" in value:
            # Of the first, while nothing else is whole, as much is taken as there is.
            if len(value["chats"]) > 1:
                assert value["chats"] == LIST["chats"][: len(value["chats"])]
            else:
                said = value["chats"][0]["said"]
                assert said == LIST["chats"][0]["said"][: len(said)]
            most = max(most, len(value["chats"]))
        elif "messages" in value:
            kept = value["messages"]
            assert list(kept.items()) == list(TABLE["messages"].items())[: len(kept)]
            most = max(most, len(kept))
        else:
            assert value["version"] == whole["version"]
    assert most == 4


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('{"a": [{"b": 1}], "c": "half', '{"a": [{"b": 1}]}'),
        ('{"a": [{"b": 1}], "c": 12', '{"a": [{"b": 1}]}'),
        ('{"a": [{"b": 1}], "c": ["x", "y', '{"a": [{"b": 1}]}'),
        ('{"a": "x", "b": {"c": {"d": 1}, "e": {', '{"a": "x", "b": {"c": {"d": 1}}}'),
        ('[[{"a": 1}], [{"b": 1}, {"c"', '[[{"a": 1}], [{"b": 1}]]'),
        ('{"a"', ""),
        ("", ""),
        ('"text"', ""),
        ("[1, 2", ""),
        ('{"a": [1}', ""),
        ('{"a": 1} trailing', ""),
        ('{"a": {"b": "' + "\\" * 3, ""),
    ],
)
def test_what_is_left_of_a_text(text, left):
    assert before_cut(text) == left
