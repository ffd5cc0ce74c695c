"""Which messages are shown, and where each stands among its versions."""

from dataclasses import replace

from inglenook.app.state import Room
from inglenook.core.model import Stamped
from inglenook.ui import thread

from tests.ui.page import read
from tests.ui.room import ANSWERED, ASKED, NOW, conversation, receiving, room


def rows(state):
    return {row.key: row for row in thread.rows(state)}


def drawn(state, key):
    row = rows(state)[key]
    return read(row.draw(*row.inputs, *row.beside)).one("article")


def long_thread(length):
    messages = [ASKED]
    for n in range(1, length):
        messages.append(replace(ASKED, id=f"m{n}", parent=messages[-1].id, created_ms=NOW + n))
    return conversation(*messages)


def test_only_the_last_messages_are_shown_and_the_top_says_how_many_are_earlier():
    state = room(long_thread(500))
    assert list(rows(state)) == [f"m{n}" for n in range(484, 500)]
    top = read(thread.draw_top(*thread.select_top(state))).one("button")
    assert (top.text, top.attributes["data-sentinel"]) == ("484 earlier messages", "thread.more")
    assert thread.draw_top(*thread.select_top(room())) == ""


def test_versions_can_be_walked():
    other = replace(ANSWERED, id="a0", created_ms=ANSWERED.created_ms - 1)
    article = drawn(room(conversation(ASKED, other, ANSWERED)), "a1")
    assert " ".join(article.one(_class="versions").text.split()) == "2 / 2"
    assert "disabled" not in article.one("button", aria_label="Previous version").attributes
    assert "disabled" in article.one("button", aria_label="Next version").attributes


def test_a_single_version_has_nothing_to_walk():
    assert not drawn(room(), "a1").all(_class="versions")


def test_an_arriving_answer_stands_in_its_place_as_the_last_version():
    state = receiving(room(), "Bec")
    assert list(rows(state)) == ["u1", "a2"]
    article = drawn(state, "a2")
    assert article.attributes["data-status"] == "streaming"
    assert article.one("rich-text", data_part="text").text == "Bec"
    assert " ".join(article.one(_class="versions").text.split()) == "2 / 2"


def test_an_arriving_answer_is_not_shown_to_who_looks_at_another_version():
    state = receiving(room(), "Bec")
    opened = state.threads["c1"]
    back = replace(opened.conversation, current=Stamped("a1", NOW + 1))
    state = replace(state, threads={"c1": replace(opened, conversation=back)})
    assert list(rows(state)) == ["u1", "a1"]
    assert " ".join(drawn(state, "a1").one(_class="versions").text.split()) == "1 / 2"


def test_thinking_is_hidden_until_there_is_some():
    assert "hidden" in drawn(receiving(room()), "a2").one("details").attributes
    thinking = drawn(receiving(room(), reasoning="Hm"), "a2").one("details")
    assert ("hidden" in thinking.attributes, thinking.one("summary").text) == (False, "Thinking…")
    over = receiving(room(), "B", "Hm", reasoned_ms=NOW + 4100)
    assert drawn(over, "a2").one("summary").text == "Thought for 4.1 s"


def test_only_the_last_message_of_the_user_answers_to_arrow_up():
    more = replace(ASKED, id="u2", parent="a1", created_ms=NOW)
    state = room(conversation(ASKED, ANSWERED, more))
    marked = [key for key in rows(state) if drawn(state, key).all("button", data_edit_last="")]
    assert marked == ["u2"]


def test_a_message_without_an_answer_can_be_sent_again():
    assert drawn(room(conversation(ASKED)), "u1").all("button", aria_label="Retry")
    assert not drawn(room(), "u1").all("button", aria_label="Retry")


def test_while_a_conversation_is_read_nobody_knows_its_messages():
    assert thread.rows(room(threads={}, room=Room("c1", loading=True))) is None
    assert thread.rows(room(threads={}, room=Room(""))) == []


def test_a_message_being_edited_is_a_form_that_sends_its_id_and_text():
    form = drawn(room(room=Room("c1", editing="u1")), "u1").one("form")
    assert (form.attributes["data-action"], form.attributes["data-id"]) == ("message.rewrite", "u1")
    field = form.one("textarea")
    assert (field.attributes["id"], field.attributes["name"], field.text.removeprefix("\n")) == (
        "edit-u1",
        "text",
        "Why?",
    )
