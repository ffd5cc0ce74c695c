"""Conversations made whole, whatever is wrong with them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook.core import thread
from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Text, Unknown
from inglenook.core.schema import dump_conversation, load_conversation
from inglenook.formats.reading.draft import AFTER, Draft, role_of, text_of
from inglenook.formats.reading.ids import chained_id, content_id, conversation_id, message_id

ODD = ("a", "b", "__proto__", "constructor", "", "root", None, 5, 5.5, True, [], {}, "\ud800", "\0", "x" * 500)
TIMES = (None, 0, 1, -1, 1_700_000_000, 1_600_000_000_000, "soon", float("nan"), 10**400, "2024-01-01", {})


def texts(found):
    return [m.parts[0].text for m in thread.path(found.conversation)]


def test_without_a_word_on_parents_messages_follow_each_other():
    draft = Draft("x", "1", title="T", created=1_700_000_000)
    for said in "abc":
        draft.add("user", [Text(said)])
    found = draft.finish()
    assert texts(found) == ["a", "b", "c"]
    assert [m.created_ms - 1_700_000_000_000 for m in thread.path(found.conversation)] == [0, 1, 2]
    assert not found.undated


def test_a_parent_may_come_after_its_replies():
    draft = Draft("x")
    draft.add("assistant", [Text("b")], id="late-reply", parent="first-one")
    draft.add("user", [Text("a")], id="first-one", parent=None)
    assert texts(draft.finish()) == ["a", "b"]


def test_siblings_stand_in_their_order_and_a_changed_time_is_kept_beside():
    draft = Draft("x")
    top = draft.add("user", [Text("q")], created=1_700_000_000)
    ids = [draft.add("assistant", [Text(str(n))], parent=top, created=1_700_000_009 - n) for n in range(3)]
    messages = draft.finish().conversation.messages
    times = [messages[id].created_ms for id in ids]
    assert times == sorted(set(times))
    assert [messages[id].extra.get("created") for id in ids] == [None, 1_700_000_008_000, 1_700_000_007_000]


@pytest.mark.parametrize("word", ["root", "-1", "", "client-created-root", f"{0:08}-0000-0000-0000-{0:012}", None])
def test_words_for_no_parent_are_no_problem(word):
    draft = Draft("x")
    draft.add("user", [Text("a")], parent=word)
    draft.add("user", [Text("b")], parent=word)
    found = draft.finish()
    assert found.problems == ()
    assert [m.parent for m in found.conversation.messages.values()] == [None, None]


def test_a_time_that_cannot_be_read_is_kept_as_it_was_written():
    draft = Draft("x")
    draft.add("user", [Text("a")], created="once upon a time")
    [message] = draft.finish().conversation.messages.values()
    assert message.extra == {"created": "once upon a time"}


def test_nothing_at_all_is_a_bad_file():
    with pytest.raises(BadFile, match="no messages"):
        Draft("x").finish()


def test_what_is_nested_too_deeply_to_be_kept_is_kept_as_text():
    deep: list = []
    for _ in range(150):
        deep = [deep]
    draft = Draft("x")
    draft.add("user", [Unknown("odd", deep)], rest={"deep": deep})
    draft.rest = {"deep": deep}
    conversation = draft.finish().conversation
    [message] = conversation.messages.values()
    assert isinstance(message.parts[0].data, str)
    assert load_conversation(dump_conversation(conversation)) == conversation


messages = st.lists(
    st.tuples(
        st.sampled_from(("user", "assistant", "system", "tool")),
        st.text(max_size=5),
        st.sampled_from(ODD),
        st.sampled_from((AFTER, *ODD)),
        st.sampled_from(TIMES),
    ),
    min_size=1,
    max_size=12,
)


@given(messages, st.sampled_from(ODD), st.sampled_from(TIMES), st.sampled_from(ODD))
@settings(max_examples=100, deadline=None)
def test_whatever_is_added_becomes_one_tree_with_all_of_it(said, current, created, source_id):
    def made():
        draft = Draft("x", source_id, title="T\ud800", created=created, updated=created)
        for role, text, id, parent, time in said:
            author = Author(name=text)
            draft.add(role, [Text(text)], id=id, parent=parent, created=time, author=author, rest={"k": text})
        return draft.finish(current)

    found = made()
    conversation = found.conversation
    assert sorted(m.parts[0].text.encode("utf-8", "replace") for m in conversation.messages.values()) == sorted(
        text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode() for _, text, *_ in said
    )
    for message in conversation.messages.values():
        walked = set()
        at = message
        while at.parent is not None:
            assert at.id not in walked
            walked.add(at.id)
            at = conversation.messages[at.parent]
    below: dict = {}
    for message in conversation.messages.values():
        below.setdefault(message.parent, []).append(message.created_ms)
    assert all(times == sorted(set(times)) for times in below.values())
    assert load_conversation(dump_conversation(conversation)) == conversation
    assert made().conversation == conversation
    if conversation.current.value is not None:
        assert conversation.current.value in conversation.messages


@given(st.sampled_from(ODD) | st.text(max_size=100))
@settings(max_examples=100, deadline=None)
def test_ids_are_plain_and_the_same_each_time(odd):
    text = text_of(odd)
    for id in (message_id(text), conversation_id("x", text), chained_id(None, "user", text), content_id(text)):
        assert id.isascii()
        assert 8 <= len(id) <= 80
        assert id[0].isalnum()
    assert message_id(text) == message_id(text)


def test_ids_of_different_things_differ():
    assert content_id("ab", "c") != content_id("a", "bc")
    assert chained_id("p", "user", "x") != chained_id("q", "user", "x") != chained_id("q", "tool", "x")
    assert conversation_id("a", "x") != conversation_id("b", "x")


@pytest.mark.parametrize(
    ("word", "role"),
    [("HUMAN ", "user"), ("Model", "assistant"), ("developer", "system"), ("function", "tool"),
     ("__class__", "assistant"), (5, "assistant"), ([], "assistant")],
)  # fmt: skip
def test_words_for_roles(word, role):
    assert role_of(word) == role
