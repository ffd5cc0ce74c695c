from dataclasses import replace

import pytest
from hypothesis import given
from inglenook.core.merge import merge, same
from inglenook.core.model import Conversation, Message, Stamped, Text
from inglenook.core.schema import dump_conversation
from inglenook.core.thread import path

from tests.strategies import conversations, copies


def said(id, text, revised_ms=0, deleted_ms=None, parent=None):
    return Message(id, parent, "user", (Text(text),), revised_ms=revised_ms, deleted_ms=deleted_ms)


def talk(*messages, **members):
    return Conversation("c", 5, messages={message.id: message for message in messages}, **members)


def test_messages_of_both_copies_are_kept():
    assert set(merge(talk(said("a", "x")), talk(said("b", "y", parent="a"))).messages) == {"a", "b"}


def test_the_later_form_of_a_message_counts():
    assert merge(talk(said("a", "new", 9)), talk(said("a", "old", 8))) == talk(said("a", "new", 9))


def test_a_tombstone_counts_more_than_any_later_change():
    stone = Message("a", None, "user", deleted_ms=0)
    assert merge(talk(said("a", "late", 99)), talk(stone)) == talk(stone)


def test_the_title_set_later_counts():
    a, b = talk(title=Stamped("a", 1)), talk(title=Stamped("b", 2))
    assert merge(a, b).title == merge(b, a).title == Stamped("b", 2)


def test_extra_members_of_both_are_kept():
    assert merge(talk(extra={"a": 1, "x": 1}), talk(extra={"b": 2, "x": 2})).extra == {"a": 1, "b": 2, "x": 2}


def test_copies_of_different_conversations_are_not_merged():
    with pytest.raises(ValueError, match="same conversation"):
        merge(talk(), replace(talk(), id="other"))


def test_same_tells_equal_copies_from_changed_ones():
    a = talk(said("a", "x"))
    assert same(a, talk(said("a", "x")))
    assert not same(a, talk(said("a", "y")))
    assert not same(a, replace(a, pinned=Stamped(False, 4)))


@given(copies, copies)
def test_the_order_of_two_copies_does_not_matter(a, b):
    assert dump_conversation(merge(a, b)) == dump_conversation(merge(b, a))


@given(conversations())
def test_merging_a_copy_with_itself_changes_nothing(a):
    assert merge(a, a) == a
    assert same(merge(a, a), a)


@given(copies, copies, copies)
def test_the_order_of_three_copies_does_not_matter(a, b, c):
    assert dump_conversation(merge(merge(a, b), c)) == dump_conversation(merge(a, merge(b, c)))


@given(copies, copies)
def test_nothing_is_lost_and_merging_again_changes_nothing(a, b):
    both = merge(a, b)
    assert both.messages.keys() == a.messages.keys() | b.messages.keys()
    assert merge(both, a) == both == merge(b, both)
    path(both)
