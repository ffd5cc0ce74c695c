"""Cherry Studio: which of several answers a talk goes on below, keys in texts in texts, and blocks that are missing."""

import json
from typing import Any

import pytest
from inglenook.core.model import Citation, Conversation, Text, ToolCall, ToolResult, Unknown
from inglenook.core.thread import path
from inglenook.formats import cherry_studio
from inglenook.formats.reading.document import Document, memory_document


def backup(*messages: Any, state: Any = None, blocks: Any = (), **indexed: Any) -> Document:
    local = {"persist:cherry-studio": json.dumps({name: json.dumps(value) for name, value in (state or {}).items()})}
    topics = [{"id": "t", "messages": messages}]
    value = {"localStorage": local, "indexedDB": {"topics": topics, "message_blocks": blocks, **indexed}}
    return memory_document("data.json", json.dumps(value).encode())


def one(*messages: Any, **others: Any) -> Conversation:
    [found] = cherry_studio.read(backup(*messages, **others))
    return found.conversation


def ask(id: str) -> dict[str, Any]:
    return {"id": id, "role": "user", "content": id}


def answer(id: str, to: str, **others: Any) -> dict[str, Any]:
    return {"id": id, "role": "assistant", "content": id, "askId": to, **others}


def shown(conversation: Conversation) -> list[str]:
    return [part.text for message in path(conversation) for part in message.parts if isinstance(part, Text)]


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [({}, {}, "a"), ({}, {"foldSelected": True}, "b"), ({"foldSelected": True}, {"useful": True}, "b"),
     ({"useful": True}, {"foldSelected": True}, "a"), ({"useful": "yes"}, {"useful": 1}, "a")],
)  # fmt: skip
def test_of_several_answers_the_talk_goes_on_below_the_one_that_is_sent_on(first: Any, second: Any, chosen: str):
    made = one(ask("1"), answer("a", "1", **first), answer("b", "1", **second), ask("2"), answer("c", "2"))
    assert shown(made) == ["1", chosen, "2", "c"]
    assert len(made.messages) == 5


def test_an_answer_that_was_asked_for_later_stands_beside_the_first():
    made = one(ask("1"), answer("a", "1"), ask("2"), answer("b", "1"), answer("c", "2"))
    assert shown(made) == ["1", "a", "2", "c"]


def test_answers_to_a_question_that_is_gone_are_one_line():
    assert shown(one(ask("1"), answer("a", "gone"), answer("b", "gone"))) == ["1", "a", "b"]


def test_keys_in_the_state_are_named_and_never_kept():
    document = backup(ask("1"), state={"llm": {"providers": [{"apiKey": "k-1"}]}})
    [found] = cherry_studio.read(document)
    assert document.problems == ["Keys in this backup were left out."]
    assert "k-1" not in found.raw + repr(found.conversation)


@pytest.mark.parametrize("state", [{}, {"llm": {"providers": [{"apiKey": ""}]}}, {"assistants": 7}])
def test_a_backup_without_keys_says_nothing_of_them(state: Any):
    document = backup(ask("1"), state=state)
    assert len(list(cherry_studio.read(document))) == 1
    assert document.problems == []


@pytest.mark.parametrize("text", ["{", "[" * 5000, "7", '{"assistants": "{"}', '{"assistants": "[[["}'])
def test_a_state_that_is_damaged_costs_titles_only(text: str):
    value = {"localStorage": {"persist:cherry-studio": text}, "indexedDB": {"topics": [{"messages": [ask("1")]}]}}
    [found] = cherry_studio.read(memory_document("data.json", json.dumps(value).encode()))
    assert found.conversation.title.value == ""


def test_topics_of_the_default_assistant_have_their_titles():
    topics = [{"id": "t", "name": "Title", "pinned": True}]
    made = one(ask("1"), state={"assistants": {"defaultAssistant": {"name": "D", "prompt": "Be.", "topics": topics}}})
    assert (made.title.value, made.pinned.value, made.extra["folder"]) == ("Title", True, "D")
    assert shown(made) == ["Be.", "1"]


def parts(*blocks: Any) -> tuple[Any, ...]:
    blocks = [{"id": str(number), **block} for number, block in enumerate(blocks)]
    made = one({"id": "1", "role": "assistant", "blocks": [block["id"] for block in blocks]}, blocks=blocks)
    return next(iter(made.messages.values())).parts


def test_a_tool_is_a_call_and_its_result_wherever_they_are():
    raw = {"toolCallId": "c", "tool": {"name": "f"}, "arguments": {"a": 1}, "response": "R"}
    assert parts({"type": "tool", "toolId": "t", "metadata": {"rawMcpToolResponse": raw}}) == (
        ToolCall("c", "f", '{"a": 1}'), ToolResult("c", "R", "f"),
    )  # fmt: skip
    content = {"content": [{"type": "text", "text": "a"}, {"type": "image", "data": "x"}]}
    [_, result] = parts({"type": "tool", "toolId": "t", "toolName": "f", "content": content})
    assert json.loads(result.text) == content
    assert parts({"type": "tool", "toolId": "t", "toolName": "f"}) == (ToolCall("t", "f", ""),)


@pytest.mark.parametrize(
    "response",
    [
        {"results": [{"url": "u", "title": "t"}]},
        {"results": {"results": [{"url": "u", "title": "t"}]}},
        {"results": {"groundingChunks": [{"web": {"uri": "u", "title": "t"}}]}},
        {"results": [{"link": "u", "title": "t"}]},
    ],
)
def test_what_was_found_in_the_web_is_cited_whoever_searched(response: Any):
    assert parts({"type": "citation", "response": response}) == (Citation("u", "t"),)


def test_what_is_no_citation_is_kept():
    assert parts({"type": "citation", "response": {"results": 7}}) == (
        Unknown("citation", {"type": "citation", "response": {"results": 7}}),
    )


def test_parts_that_are_missing_and_messages_that_are_none_are_named():
    [found] = cherry_studio.read(backup({"id": "1", "role": "user", "blocks": ["gone"]}, None))
    assert found.problems == ("A message is damaged and was left out.", "A part of a message is not in the backup.")
