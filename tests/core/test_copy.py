"""Copies for debugging: a question and its answer, in a store of their own."""

import json

from hypothesis import given
from inglenook.core.copy import Copy, copy_of, dump, load
from inglenook.core.model import Failure, Message, Reasoning, Text

from tests.strategies import json_objects, json_values

ASKED = Message("u", None, "user", (Text("One"), Text("Two")))
ANSWERED = Message("a", "u", "assistant", (Reasoning("Hm"), Text("Three"), Failure("x")), created_ms=5)


def test_a_copy_holds_the_texts_of_a_question_and_its_answer():
    assert copy_of(ANSWERED, ASKED) == Copy("a", 5, "One\n\nTwo", "Three")
    assert copy_of(ANSWERED, None).prompt == ""


def test_a_copy_comes_back_as_it_was():
    copy = copy_of(ANSWERED, ASKED)
    assert load(json.loads(json.dumps(dump(copy)))) == copy


@given(json_values | json_objects)
def test_a_damaged_copy_is_empty(record):
    found = load(record)
    assert isinstance(found.prompt + found.answer, str)
    assert found.at_ms >= 0
