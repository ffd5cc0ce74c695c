"""llama.cpp's page: marks in old texts, the order of siblings, and what is damaged."""

import json
from typing import Any

import pytest
from inglenook.core.model import Conversation, Reasoning, Text, ToolCall, ToolResult, Unknown
from inglenook.formats import llama_cpp
from inglenook.formats.reading.document import Document, memory_document

CALL = "<<<AGENTIC_TOOL_CALL_START>>>\n<<<TOOL_NAME:f>>>\n<<<TOOL_ARGS_START>>>\n{}\n<<<TOOL_ARGS_END>>>"

DONE = ToolCall("call 1", "f", "{}")


def message(id: Any, role: str = "user", content: str = "Hi", parent: Any = None, **others: Any) -> dict[str, Any]:
    return {"id": id, "role": role, "content": content, "parent": parent, **others}


def pair(*messages: Any, **conv: Any) -> Document:
    value = {"conv": {"id": "conv-1", "currNode": None, **conv}, "messages": messages}
    return memory_document("x.json", json.dumps(value).encode())


def one(*messages: Any, **conv: Any) -> Conversation:
    [found] = llama_cpp.read(pair(*messages, **conv))
    return found.conversation


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("Plain", [Text("Plain")]),
        ("<<<reasoning_content_start>>>a<<<reasoning_content_end>>>b", [Reasoning("a"), Text("b")]),
        ("<<<reasoning_content_start>>>cut off", [Reasoning("cut off")]),
        (f"{CALL}R<<<AGENTIC_TOOL_CALL_END>>>b", [DONE, ToolResult("call 1", "R", "f"), Text("b")]),
        (CALL, [DONE]),
        (f"{CALL}<<<AGENTIC_TOOL_CALL_END>>>{CALL}", [DONE, ToolCall("call 2", "f", "{}")]),
        ("<<<AGENTIC_TOOL_CALL_START>>>what", [Unknown("tool_call", "what")]),
        ("<think>a</think>b", [Reasoning("a"), Text("b")]),
    ],
)  # fmt: skip
def test_marks_in_a_text_are_parts(said: str, parts: list[Any]):
    [made] = one(message("a", "assistant", said)).messages.values()
    assert list(made.parts) == parts


def test_marks_are_read_in_time_that_grows_with_the_text():
    said = "<<<reasoning_content_start>>>" * 30_000
    [made] = one(message("a", "assistant", said)).messages.values()
    assert len(made.parts) == 1


def test_marks_that_a_user_wrote_are_words():
    [made] = one(message("a", "user", CALL)).messages.values()
    assert made.parts == (Text(CALL),)


def test_siblings_stand_in_the_order_of_their_parent():
    texts = [message("b", content="second", parent="a"), message("c", content="first", parent="a")]
    made = one(message("a", children=["c", "b"]), *texts)
    assert [m.parts[0].text for m in made.messages.values() if m.parent] == ["first", "second"]  # type: ignore[union-attr]


@pytest.mark.parametrize("root", [None, -1, "", "gone"])
def test_a_conversation_without_its_root_is_read(root: Any):
    made = one(message("a", parent=root), message("b", parent="a"), currNode="b")
    assert [m.parent for m in made.messages.values()] == [None, next(iter(made.messages))]
    assert made.current.value == list(made.messages)[1]


def test_calls_that_are_no_json_are_kept():
    [made] = one(message("a", "assistant", "", toolCalls="[{")).messages.values()
    assert made.parts == (Unknown("tool_calls", "[{"),)


def test_messages_that_are_none_are_named():
    [found] = llama_cpp.read(pair(7, message("a")))
    assert found.problems == ("A message is damaged and was left out.",)


def test_two_messages_of_one_id_are_both_kept():
    [found] = llama_cpp.read(pair(message("a", content="one"), message("a", content="two")))
    assert len(found.conversation.messages) == 2
    assert found.problems == ("Two messages have the same id; the later one got another.",)
