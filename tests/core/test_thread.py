import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.core import thread
from inglenook.core.model import Conversation, Image, Message, Stamped, Text

from tests.strategies import conversations, ids


def tree(*rows, current=None):
    """A conversation of rows (id, parent), created in this order; an id that ends in ! is a tombstone."""
    messages = {}
    for at, (id, parent) in enumerate(rows, 1):
        name = id.rstrip("!")
        deleted = 99 if id.endswith("!") else None
        messages[name] = Message(name, parent, "user", (Text(name),), created_ms=at, deleted_ms=deleted)
    return Conversation("c", 0, current=Stamped(current), messages=messages)


def names(messages):
    return [message.id for message in messages]


def test_an_empty_conversation_shows_nothing():
    assert thread.path(tree()) == ()


def test_the_path_leads_from_the_root_to_the_chosen_leaf():
    c = tree(("a", None), ("b", "a"), ("c", "a"), current="b")
    assert names(thread.path(c)) == ["a", "b"]


def test_without_a_choice_the_newest_leaf_is_shown():
    c = tree(("a", None), ("b", "a"), ("c", "a"), ("d", "b"))
    assert names(thread.path(c)) == ["a", "b", "d"]


def test_a_choice_that_is_no_longer_a_leaf_shows_the_newest_leaf_below_it():
    c = tree(("a", None), ("b", "a"), ("x", "a"), ("d", "b"), ("e", "b"), ("f", "x"), current="b")
    assert names(thread.path(c)) == ["a", "b", "e"]


def test_a_choice_that_does_not_exist_shows_the_newest_leaf():
    assert names(thread.path(tree(("a", None), ("b", "a"), current="gone"))) == ["a", "b"]


def test_a_deleted_answer_leaves_the_other_answer_to_the_same_question():
    c = tree(("q", None), ("one", "q"), ("two!", "q"), ("other", None), current="two")
    assert names(thread.path(c)) == ["q", "one"]


def test_a_deleted_message_is_left_out_and_its_replies_stay():
    c = tree(("a", None), ("b!", "a"), ("c", "b"))
    assert names(thread.path(c)) == ["a", "c"]
    assert names(thread.history_for(c, "c")) == ["a", "c"]
    assert names(thread.history_for(c, "b")) == ["a"]


def test_a_reply_to_a_deleted_answer_can_be_switched_with_the_other_answers():
    c = tree(("a", None), ("b!", "a"), ("c", "a"), ("d", "b"))
    assert thread.siblings(c, "d") == (("d", "c"), 0)
    assert thread.siblings(c, "c") == (("d", "c"), 1)
    assert thread.siblings(c, "b") == ((), 0)
    assert thread.children(c, "a") == ("d", "c")


def test_a_tombstone_with_nothing_below_is_no_sibling():
    c = tree(("a", None), ("b", "a"), ("c!", "a"), ("d!", "c"))
    assert thread.siblings(c, "b") == (("b",), 0)
    assert thread.leaf_under(c, "c") is None


def test_messages_with_a_missing_parent_are_roots():
    c = tree(("a", "lost"), ("b", "a"), ("r", None))
    assert thread.children(c, None) == ("a", "r")
    assert thread.siblings(c, "r") == (("a", "r"), 1)


def test_a_message_that_is_its_own_parent_is_a_root():
    assert names(thread.path(tree(("a", "a"), ("b", "a")))) == ["a", "b"]


def test_the_oldest_message_of_a_circle_becomes_its_root():
    c = tree(("t", "b"), ("a", "c"), ("b", "a"), ("c", "b"))
    assert thread.children(c, None) == ("a",)
    assert names(thread.path(c)) == ["a", "b", "c"]
    assert thread.children(c, "b") == ("t", "c")


def test_adding_shows_the_new_message():
    c = thread.add(tree(("a", None), ("b", "a"), current="b"), Message("n", "a", "user", created_ms=50))
    assert names(thread.path(c)) == ["a", "n"]
    assert c.current == Stamped("n", 50)


def test_a_later_choice_counts_even_if_the_clock_was_set_back():
    c = thread.rename(thread.rename(tree(), "first", 1000), "second", 10)
    assert c.title == Stamped("second", 1001)
    assert thread.rename(c, "second", 5000) is c


def test_selecting_a_message_shows_the_newest_leaf_below_it():
    c = thread.select(tree(("a", None), ("b", "a"), ("c", "b"), ("d", "a")), "b", 7)
    assert c.current == Stamped("c", 7)


def test_selecting_what_is_not_there_changes_nothing():
    c = tree(("a", None))
    assert thread.select(c, "gone", 7) is c


def test_deleting_removes_content_and_keeps_the_place():
    c = thread.delete(tree(("a", None), ("b", "a"), ("c", "b")), "b", 70)
    assert c.messages["b"] == Message("b", "a", "user", created_ms=2, deleted_ms=70)
    assert thread.delete(c, "b", 80) is c
    assert thread.delete(c, "gone", 80) is c


def test_revising_marks_the_message_as_later():
    c = tree(("a", None))
    longer = Message("a", None, "user", (Text("longer"),), created_ms=1)
    assert thread.revise(c, longer, 30).messages["a"].revised_ms == 30
    assert thread.revise(c, c.messages["a"], 30) is c


def test_revising_cannot_bring_a_deleted_message_back():
    c = tree(("a!", None))
    assert thread.revise(c, Message("a", None, "user", (Text("back"),)), 500) is c


def test_a_branch_copies_the_shown_path_under_new_ids():
    c = thread.rename(tree(("a", None), ("b!", "a"), ("c", "b"), ("d", "c")), "Trip", 4)
    copy = thread.branch(c, "c", "new", ["x", "y"], 900)
    assert (copy.id, copy.created_ms, copy.title.value, copy.current.value) == ("new", 900, "Trip", "y")
    assert [(m.id, m.parent, m.parts) for m in thread.path(copy)] == [
        ("x", None, (Text("a"),)),
        ("y", "x", (Text("c"),)),
    ]


@pytest.mark.parametrize(("change", "member"), [(thread.pin, "pinned"), (thread.archive, "archived")])
def test_flags_are_stamped(change, member):
    assert getattr(change(tree(), True, 8), member) == Stamped(True, 8)


def test_the_model_for_next_answers_is_stamped():
    assert thread.choose_model(tree(), "maker/name", 8).model == Stamped("maker/name", 8)


def test_attachments_are_named_once_over_all_branches():
    one, two = "1" * 64, "2" * 64
    messages = {
        "a": Message("a", None, "user", (Image(sha256=one), Image(url="https://example.org/x"))),
        "b": Message("b", None, "user", (Image(sha256=one), Image(sha256=two))),
    }
    assert thread.attachments(Conversation("c", 0, messages=messages)) == {one, two}


def test_ten_thousand_messages_deep_and_wide_take_no_noticeable_time():
    deep = tree(*[(f"{n:05}", f"{n - 1:05}" if n else None) for n in range(10_000)])
    circle = tree(*[(f"{n:05}", f"{(n - 1) % 10_000:05}") for n in range(10_000)])
    wide = tree(("r", None), *[(f"{n:05}", "r") for n in range(10_000)])
    graves = tree(*[(f"{n:05}!", f"{n - 1:05}" if n else None) for n in range(9_999)], ("last", "09998"))
    start = time.perf_counter()
    assert len(thread.path(deep)) == 10_000
    assert len(thread.path(circle)) == 10_000
    assert len(thread.siblings(wide, "00005")[0]) == 10_000
    assert names(thread.path(graves)) == ["last"]
    assert time.perf_counter() - start < 5


@given(conversations())
def test_any_tree_shows_each_live_message_in_exactly_one_place(conversation):
    known = thread.index(conversation)
    live = {id for id, message in conversation.messages.items() if message.deleted_ms is None}
    listed = [id for ids in known.children.values() for id in ids]
    assert sorted(listed) == sorted(live)
    shown = thread.path(conversation, known)
    assert bool(live) == bool(shown)
    assert not any(message.deleted_ms is not None for message in shown)
    for above, below in zip((None, *names(shown)), names(shown), strict=False):
        assert below in thread.children(conversation, above, known)
    assert not shown or not thread.children(conversation, shown[-1].id, known)


@given(conversations(), ids, st.integers(0, 10))
def test_no_change_of_any_tree_fails(conversation, id, at_ms):
    for changed in (
        thread.select(conversation, id, at_ms),
        thread.delete(conversation, id, at_ms),
        thread.branch(conversation, id, "n", map(str, range(10)), at_ms),
    ):
        thread.path(changed)
    assert all(m.deleted_ms is not None for m in [thread.delete(conversation, id, at_ms).messages.get(id)] if m)
