"""LibreChat's files: what goldens do not show."""

from __future__ import annotations

import json
from typing import Any

import pytest
from inglenook.core import model
from inglenook.core.model import Message, Reasoning, Text
from inglenook.formats import librechat
from inglenook.formats.reading.document import memory_document
from inglenook.formats.reading.found import Found

NOBODY = "00000000-0000-0000-0000-000000000000"


def said(id: str, parent: str = NOBODY, asks: bool = False, **more: Any) -> dict[str, Any]:
    return {"messageId": id, "parentMessageId": parent, "isCreatedByUser": asks, "text": "", **more}


def given(*messages: Any, **more: Any) -> Found:
    value = {"conversationId": "c-1", "title": "A", "endpoint": "agents", "messages": list(messages), **more}
    [found] = librechat.read(memory_document("a.json", json.dumps(value).encode()))
    return found


def answer(**more: Any) -> Message:
    messages = given(said("question-1", asks=True, text="Why?"), said("answer-01", "question-1", **more))
    return messages.conversation.messages["answer-01"]


FOUND = {"web_search": {"turn": 0, "organic": [{"link": "https://a.example.org", "title": "A"}]}}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Yes \ue202turn0search0.", "Yes [1]."),
        ("\ue203Yes\ue204 \ue200\ue202turn0search0\ue202turn0news4\ue201", "Yes [1][turn0news4]"),
        ("Yes \\ue202turn0search0 \\ue202turn9ref9.", "Yes [1] [turn9ref9]."),
        ("A sign of my own \ue202 stays.", "A sign of my own \ue202 stays."),
    ],
)
def test_marks_of_sources_can_be_read(text: str, shown: str):
    message = answer(text=text, attachments=[FOUND])
    assert message.parts == (Text(shown), model.Citation("https://a.example.org", "A"))
    assert message.extra.get("rest", {}).get("marked", [text]) == [text]


def test_marks_without_sources_and_in_thoughts_can_be_read():
    content = [{"type": "think", "think": "See \ue202turn0search0."}, {"type": "text", "text": "So \ue202turn1ref2."}]
    assert answer(content=content).parts == (Reasoning("See [turn0search0]."), Text("So [turn1ref2]."))


def test_what_a_user_wrote_stays_as_it_is():
    found = given(said("question-1", asks=True, text="What is \ue202turn0search0?"))
    assert found.conversation.messages["question-1"].parts == (Text("What is \ue202turn0search0?"),)


def test_an_old_thought_in_the_text_is_a_thought():
    message = answer(text=":::thinking\nHm.\n:::\n\nSo.")
    assert message.parts == (Reasoning("Hm."), Text("So."))


def test_a_message_that_says_nothing_keeps_its_place():
    found = given(
        said("question-1", asks=True, text="Why?"),
        said("answer-01", "question-1", unfinished=True),
        said("question-2", "answer-01", asks=True, text="Well?"),
    )
    messages = found.conversation.messages
    assert [(m.parent, m.status) for m in messages.values()] == [
        (None, "done"),
        ("question-1", "interrupted"),
        ("answer-01", "done"),
    ]


def test_the_same_words_in_text_and_content_come_once():
    both = answer(text="So it is.", content=[{"type": "text", "text": {"value": "So it is.", "annotations": []}}])
    assert both.parts == (Text("So it is."),)
    assert "rest" not in both.extra
    other = answer(text="So it was.", content=[{"type": "text", "text": "So it is."}])
    assert (other.parts, other.extra["rest"]) == ((Text("So it is."),), {"text": "So it was."})
