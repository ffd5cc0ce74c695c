"""Values that are made quickly are the values that the class makes."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace

import pytest
from inglenook.core.model import Author, Message, Text, Usage
from inglenook.core.quick import maker


def test_a_value_is_of_its_class_equal_and_frozen():
    members = ("a", None, "user", (Text("Hi"),), Author(), 1, 2, "done", Usage(), None, "", None, {"x": 1}, None)
    made, usual = maker(Message)(*members), Message(*members)
    assert type(made) is Message
    assert made == usual
    assert repr(made) == repr(usual)
    assert replace(made, id="b") == replace(usual, id="b")
    with pytest.raises(FrozenInstanceError):
        made.id = "c"
    assert len(members) == len(fields(Message))


def test_a_member_that_is_left_out_is_an_error():
    with pytest.raises(TypeError):
        maker(Text)()
