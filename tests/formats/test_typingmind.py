"""TypingMind: parallel answers, edited branches, and keys that are never kept."""

import json
from typing import Any

from inglenook.core.model import Conversation
from inglenook.formats import typingmind
from inglenook.formats.reading.document import memory_document
from inglenook.formats.reading.found import Found


def found(chat: dict[str, Any]) -> Found:
    document = memory_document("x.json", json.dumps({"chatID": "chat", "messages": [], **chat}).encode())
    assert typingmind.sniff(document.head) is not None
    [one] = typingmind.read(document)
    return one


def parents(conversation: Conversation) -> dict[str, str | None]:
    return {message.id: message.parent for message in conversation.messages.values()}


def said(uuid: str, role: str, **more: Any) -> dict[str, Any]:
    return {"uuid": uuid, "role": role, "content": uuid, **more}


USER, ANSWER = said("user-1111", "user"), said("answer-11", "assistant")


def test_other_threads_branch_off_where_they_differ():
    threads = [{"messages": [USER, ANSWER]}, {"messages": [USER, said("answer-22", "assistant")]}]
    made = found({"messages": [USER, ANSWER], "threads": threads}).conversation
    assert parents(made) == {"user-1111": None, "answer-11": "user-1111", "answer-22": "user-1111"}
    assert made.current.value == "answer-11"


def test_threads_of_a_message_stand_beside_it():
    edited = {**USER, "threads": [{"messages": [said("user-2222", "user"), said("answer-22", "assistant")]}]}
    made = found({"messages": [edited, ANSWER]}).conversation
    assert parents(made) == {
        "user-1111": None, "user-2222": None, "answer-22": "user-2222", "answer-11": "user-1111"
    }  # fmt: skip


def test_a_text_that_was_changed_under_the_same_id_is_not_lost():
    made = found({"messages": [USER], "threads": [{"messages": [{**USER, "content": "Before"}]}]}).conversation
    assert sorted(message.parts[0].text for message in made.messages.values()) == ["Before", "user-1111"]  # type: ignore[union-attr]


def test_a_picture_in_common_threads_is_taken_once():
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    one = found(
        {"messages": [{**USER, "content": [picture]}], "threads": [{"messages": [{**USER, "content": [picture]}]}]}
    )
    assert len(one.files) == len(one.conversation.messages) == 1


def test_threads_that_look_different_are_kept_as_they_came():
    made = found({"messages": [USER], "threads": [{"other": "shape"}]}).conversation
    assert made.extra["rest"]["threads"] == [{"other": "shape"}]


def test_parallel_answers_hang_from_the_question_and_the_first_goes_on():
    responses = [{"model": "a", "messages": [ANSWER]}, {"model": "b", "messages": [said("answer-22", "assistant")]}]
    many = {"type": "tm_multi_responses", "responses": responses}
    made = found({"messages": [USER, many, said("user-2222", "user")]}).conversation
    assert parents(made) == {
        "user-1111": None, "answer-11": "user-1111", "answer-22": "user-1111", "user-2222": "answer-11"
    }  # fmt: skip
    assert [made.messages[id].author.model for id in ("answer-11", "answer-22")] == ["a", "b"]


def test_parallel_answers_that_are_empty_are_named():
    one = found({"messages": [USER, {"type": "tm_multi_responses", "responses": [None, {"messages": []}]}]})
    assert one.problems == ("Some parallel answers are empty and were left out.",)


def test_keys_of_models_and_messages_are_never_kept():
    keys = {"modelInfo": {"apiKey": "k-1", "headerRows": [{"value": "k-2"}]}, "plugin": {"api_key": "k-3"}}
    one = found({**keys, "messages": [{**USER, "keyUsed": "k-4"}]})
    assert "k-" not in one.raw + repr(one.conversation)
