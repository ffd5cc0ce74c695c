"""Depth, before anything is parsed."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.core.nesting import DEEPEST, too_deep


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[" * DEEPEST + "]" * DEEPEST, False),
        ("[" * (3 * DEEPEST) + "]" * (3 * DEEPEST), True),
        ('{"a":' * (3 * DEEPEST) + "1" + "}" * (3 * DEEPEST), True),
        ('[{"a":' * (2 * DEEPEST), True),
        ("[[],{}]," * 5000, False),
        ('["' + "]" * 5000 + '",' + "[" * (3 * DEEPEST), True),
        ('["\\"' + "[" * 5000 + '"]', False),
        ('["\\\\"' + ",[" * 5000, True),
        ('"' + "[" * 5000, False),
        ("", False),
    ],
)
def test_brackets_count_outside_strings_only(text, expected):
    assert too_deep(text) is expected


@pytest.mark.parametrize("text", ["[" * 2_000_000, '"\\"' * 500_000, '"\\' * 500_000 + "[" * 500, "[]{}" * 500_000])
def test_no_text_makes_the_check_slow(text):
    began = time.process_time()
    too_deep(text)
    # Measured below 0.1 s; going back over the text at each quotation mark would take hours.
    assert time.process_time() - began < 3


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=60))
def test_json_as_people_write_it_is_never_too_deep(value):
    assert not too_deep(json.dumps([value] * 300))
