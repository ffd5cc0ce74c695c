from dataclasses import replace

from hypothesis import given
from inglenook.core import thread
from inglenook.core.model import Author, Conversation, File, Message, Stamped, Summary, Text
from inglenook.core.schema import dump_summary, load_summary
from inglenook.core.summary import summarise

from tests.strategies import conversations


def talk():
    rows = [
        Message("1", None, "system", (Text("Be kind."),), created_ms=10),
        Message("2", "1", "user", (Text("## What is *rain*?"),), created_ms=20),
        Message("3", "2", "assistant", (Text("Water\n\nthat **falls**."),), Author("m/one"), 30, 35),
        Message("4", "2", "assistant", (), Author("m/two"), 40),
    ]
    return Conversation("c", 5, messages={message.id: message for message in rows})


def test_a_summary_says_what_the_shelf_shows():
    assert summarise(talk(), revision=3) == Summary(
        "c", "What is rain?", 5, 40, False, False, ("m/one", "m/two"), 4, "Water that falls.", 3
    )


def test_looking_at_another_branch_does_not_move_a_conversation_up_the_shelf():
    assert summarise(thread.select(talk(), "3", 900)).updated_ms == 40
    assert summarise(thread.pin(talk(), True, 900)).updated_ms == 40


def test_renaming_and_deleting_do():
    assert summarise(thread.rename(talk(), "Rain", 900)).updated_ms == 900
    assert summarise(thread.rename(talk(), "Rain", 900)).title == "Rain"
    assert summarise(thread.delete(talk(), "1", 901)).updated_ms == 901


def test_deleted_messages_are_not_counted_and_not_shown():
    summary = summarise(thread.delete(talk(), "3", 50))
    assert (summary.message_count, summary.models, summary.preview) == (3, ("m/two",), "What is rain?")


def test_a_conversation_of_only_a_file_is_named_after_it():
    message = Message("1", None, "user", (File(sha256="0" * 64, name="plan.pdf"),))
    assert summarise(Conversation("c", 0, messages={"1": message})).title == "plan.pdf"


def test_an_empty_conversation_has_a_title():
    assert summarise(Conversation("c", 7)) == Summary("c", "New conversation", 7, 7)


def test_a_long_answer_is_shortened():
    message = Message("1", None, "user", (Text("word " * 100_000),))
    assert 100 < len(summarise(Conversation("c", 0, messages={"1": message})).preview) <= 140


@given(conversations())
def test_any_conversation_has_a_summary_that_can_be_stored(conversation):
    summary = summarise(replace(conversation, title=Stamped(" ", 1)), 4, 9)
    assert summary.title.strip()
    assert load_summary(dump_summary(summary)) == summary
