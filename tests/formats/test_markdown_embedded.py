"""Our own Markdown comes back from the comment at its end; changed since, it is read as the text that it is."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from inglenook.core.model import Conversation, Message, Stamped, Text, Unknown
from inglenook.core.thread import path
from inglenook.formats import transcript
from inglenook.formats.markdown import write
from inglenook.formats.markdown.embedded import split
from inglenook.formats.markdown.own import CHANGED
from inglenook.formats.reading.document import memory_document
from markdown_it import MarkdownIt

from tests.formats.everything import EVERYTHING, assert_same, bare, read_back

WRITTEN = write(EVERYTHING, front_matter=True, branches=True)


def read(text):
    document = memory_document("talk.md", text.encode())
    return list(transcript.read(document)), document.problems


def with_comment(change):
    above, inner = split(WRITTEN)
    whole = json.loads(inner)
    change(whole)
    return f"{above}\n<!-- inglenook {json.dumps(whole)} -->\n"


def test_the_comment_is_one_line_and_nothing_in_it_ends_it():
    comment = WRITTEN.rstrip("\n").rpartition("\n")[2]
    assert comment.startswith("<!-- inglenook {")
    assert comment.count("-->") == comment.count(">") == 1
    tokens = MarkdownIt("commonmark").parse(write(replace(EVERYTHING, messages={}), front_matter=True))
    assert all(token.type != "html_block" for token in tokens)


def test_texts_do_not_stand_in_it_twice():
    long = "A line\n\nand another, " * 200 + "end"
    message = replace(EVERYTHING.messages[path(EVERYTHING)[1].id], parent=None, parts=(Text(long),))
    text = write(replace(EVERYTHING, messages={message.id: message}), front_matter=True)
    assert len(text) < len(long) + 1500


@pytest.mark.parametrize("ends", ["\r\n", "\n"])
@pytest.mark.parametrize("around", [("\ufeff", ""), ("", "\n\n"), ("", "")])
def test_other_line_ends_and_a_mark_at_the_beginning_change_nothing(ends, around):
    text = around[0] + WRITTEN.replace("\n", ends) + around[1]
    [found] = read_back(text, "transcript")
    assert_same(found, bare(EVERYTHING))


def test_a_text_that_was_changed_is_read_as_it_is_now():
    [found], problems = read(WRITTEN.replace("A second answer.", "A better answer."))
    assert problems == [CHANGED]
    said = [part.text for m in found.conversation.messages.values() for part in m.parts if isinstance(part, Text)]
    assert said[-1].endswith("A better answer.")
    assert not any("inglenook {" in text for text in said)
    assert found.conversation.id != read(WRITTEN)[0][0].conversation.id


def test_without_its_comment_it_is_a_transcript_with_everybody_who_spoke():
    [found], problems = read(split(WRITTEN)[0])
    assert problems == []
    shown = path(EVERYTHING)
    read_again = list(found.conversation.messages.values())
    assert len(read_again) == len(EVERYTHING.messages)
    assert [message.role for message in read_again[: len(shown)]] == [message.role for message in shown]
    assert [m.author.model for m in read_again if m.role == "assistant"] == [
        "maker/model", "other/model", "other/model", "maker/model", "other/model"
    ]  # fmt: skip
    assert read_again[len(shown) - 1].parts == (Text("</details>\n```\nopen\n```"),)


@pytest.mark.parametrize(
    "change",
    [
        lambda whole: whole.update(conversation=None),
        lambda whole: whole.update(conversation={"id": "x", "messages": []}),
        lambda whole: whole["conversation"].update(id=7.5),
    ],
)
def test_a_damaged_copy_is_told_and_the_text_is_read(change):
    [found], problems = read(with_comment(change))
    assert len(problems) == 2
    assert found.conversation.messages


@pytest.mark.parametrize("lines", [["text", -5, 10**9], ["text", 10**9, 1], ["kind", 1, 1], ["text", "1", 1], [], "x"])
def test_lines_that_are_not_there_are_no_text(lines):
    def change(whole):
        whole["conversation"]["messages"][0]["parts"][0]["lines"] = lines

    [found], problems = read(with_comment(change))
    assert problems == []
    assert len(found.conversation.messages) == len(EVERYTHING.messages)


def test_bytes_and_connections_that_a_copy_names_are_not_believed():
    def change(whole):
        whole["conversation"]["messages"][1]["parts"][1]["sha256"] = "9" * 64
        whole["conversation"]["messages"][1]["author"] = {"connection": "home"}
        whole["conversation"]["limits"] = {"value": {"deny_retention": True}, "at_ms": 9}
        whole["conversation"]["extra"]["source"] = {"system": "chatgpt", "original": "x", "fingerprint": "y", "id": "z"}

    [found], _ = read(with_comment(change))
    message = list(found.conversation.messages.values())[1]
    assert (getattr(message.parts[1], "sha256", ""), message.author.connection) == (None, "")
    assert found.conversation.limits == Stamped(EVERYTHING.limits.value)
    assert found.conversation.extra["source"].keys() == {"system", "id"}
    assert found.conversation.extra["rest"]["source"] == {"system": "chatgpt", "id": "z"}


def test_what_was_read_once_keeps_its_id_when_it_goes_round_again():
    [first], _ = read(WRITTEN)
    [second], _ = read(write(first.conversation, front_matter=True, branches=True))
    assert second.conversation.id == first.conversation.id
    assert second.conversation.messages == first.conversation.messages


def test_a_part_of_an_unknown_kind_may_have_lines_of_its_own():
    part = Unknown("hologram", {"kind": "hologram", "lines": ["text", 1, 2]})
    rows = [Message("row-00001", None, "user", (Text("Hi"),)), Message("row-00002", "row-00001", "assistant", (part,))]
    talk = Conversation("talk-0001", 1, messages={row.id: row for row in rows})
    [found], _ = read(write(talk, front_matter=True))
    assert found.conversation.messages["row-00002"].parts == (part,)
