"""LobeChat: how messages hang together, and what is never kept."""

import json
from typing import Any

from inglenook.core.model import Conversation, Text, ToolResult
from inglenook.formats import lobechat
from inglenook.formats.reading.document import memory_document


def said(id: str, role: str, parent: str | None = None, at: int = 0, **more: Any) -> dict[str, Any]:
    made = {"id": id, "role": role, "content": id, "sessionId": "s", "topicId": "t", "createdAt": 1720000000000 + at}
    return {**made, **({"parentId": parent} if parent else {}), **more}


def export(*messages: Any, **state: Any) -> Any:
    top = {"exportType": "sessions", "version": 7, "state": {"messages": messages, **state}}
    return memory_document("x.json", json.dumps(top).encode())


def read(*messages: Any, **state: Any) -> Conversation:
    [found] = lobechat.read(export(*messages, **state))
    return found.conversation


def parents(conversation: Conversation) -> dict[str, str | None]:
    return {message.id: message.parent for message in conversation.messages.values()}


def test_a_question_without_a_parent_follows_what_was_said_before_it():
    made = read(
        said("answer-22", "assistant", "user-2222", 4), said("user-2222", "user", None, 3),
        said("answer-11", "assistant", "user-1111", 2), said("user-1111", "user", None, 1),
    )  # fmt: skip
    assert parents(made) == {
        "user-1111": None, "answer-11": "user-1111", "user-2222": "answer-11", "answer-22": "user-2222"
    }  # fmt: skip


def test_results_of_calls_made_at_once_are_no_branches_in_whatever_order_they_came():
    calls = [{"id": "c1", "apiName": "a"}, {"id": "c2", "apiName": "b"}]
    made = read(
        said("user-1111", "user", None, 1), said("answer-11", "assistant", "user-1111", 2, tools=calls),
        said("tool-2222", "tool", "answer-11", 3, tool_call_id="c2"),
        said("tool-1111", "tool", "answer-11", 4, tool_call_id="c1"),
        said("answer-22", "assistant", "tool-2222", 5),
    )  # fmt: skip
    assert parents(made) == {"user-1111": None, "answer-11": "user-1111"}
    parts = made.messages["answer-11"].parts
    assert [part.call_id for part in parts if isinstance(part, ToolResult)] == ["c2", "c1"]
    assert parts[-1] == Text("answer-22")
    assert made.current.value == "answer-11"


def test_a_message_keeps_its_id_when_its_answer_goes_on_later():
    first = (said("user-1111", "user", None, 1), said("answer-11", "assistant", "user-1111", 2))
    later = (*first, said("tool-1111", "tool", "answer-11", 3), said("answer-22", "assistant", "tool-1111", 4))
    assert set(parents(read(*first))) == set(parents(read(*later)))
    assert read(*first).id == read(*later).id


def test_a_parent_that_is_gone_or_the_message_itself_counts_as_the_one_before():
    made = read(
        said("user-1111", "user", None, 1), said("answer-11", "assistant", "deleted", 2),
        said("user-2222", "user", "user-2222", 3),
    )  # fmt: skip
    assert parents(made) == {"user-1111": None, "answer-11": "user-1111", "user-2222": "answer-11"}


def test_the_shown_path_ends_outside_of_threads():
    made = read(
        said("user-1111", "user", None, 1), said("user-2222", "user", None, 9, threadId="th"),
        threads=[{"id": "th", "sourceMessageId": "user-1111"}],
    )  # fmt: skip
    assert made.current.value == "user-1111"
    assert made.messages["user-2222"].parent == "user-1111"


def test_the_text_of_a_conversation_can_be_read_again_and_holds_no_settings():
    document = export(
        said("user-1111", "user", None, 1), said("other-111", "user", None, 1, topicId="u"),
        settings={"keyVaults": {"openai": {"apiKey": "k-1"}}},
        sessions=[{"id": "s", "meta": {"title": "S"}, "config": {"systemRole": "Be.", "apiKey": "k-2"}}],
        topics=[{"id": "t", "sessionId": "s", "title": "T"}],
    )  # fmt: skip
    found = list(lobechat.read(document))
    assert document.problems == ["Keys in this backup were left out."]
    assert "k-1" not in found[0].raw
    assert "k-2" not in found[0].raw + repr(found[0].conversation)
    [again] = lobechat.read(memory_document("x.json", found[0].raw.encode()))
    assert again.conversation == found[0].conversation


def test_an_export_of_settings_is_not_stored():
    top = {"exportType": "settings", "version": 7, "state": {"settings": {}}}
    match = lobechat.sniff(memory_document("x.json", json.dumps(top).encode()).head)
    assert match is not None
    assert match.skip


def test_an_export_of_assistants_alone_says_that_it_has_no_messages():
    document = export(sessions=[{"id": "s"}])
    assert list(lobechat.read(document)) == []
    assert document.problems == ["This file holds no messages."]
