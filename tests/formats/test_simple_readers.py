"""Readers of linear formats: BetterChatGPT, Hollama, Chatbot UI, T3 Chat."""

import json
from typing import Any

import pytest
from inglenook.core.model import Author, Image, Text, Unknown
from inglenook.formats import better_chatgpt, chatbot_ui, hollama, t3_chat
from inglenook.formats.reading.document import Document, memory_document

HI = {"role": "user", "content": "Hi"}


def document(value: Any) -> Document:
    return memory_document("x.json", json.dumps(value).encode())


CHAT = {"id": "a", "title": "A", "titleSet": True, "messages": [HI], "config": {"model": "m"}}
SESSION = {"id": "a", "messages": [HI], "systemPrompt": {"role": "system", "content": ""}}
ENTRY = {"id": 1, "name": "A", "messages": [HI], "model": {"id": "m"}, "prompt": "Be."}
CASES = [
    (better_chatgpt, [CHAT]), (better_chatgpt, {"chats": [CHAT], "folders": {}, "version": 1}),
    (hollama, [SESSION]), (chatbot_ui, [ENTRY]), (chatbot_ui, {"version": 3, "history": [ENTRY], "folders": []}),
    (t3_chat, {"threads": [{"threadId": "a"}], "messages": [{"threadId": "a", **HI}]}),
]  # fmt: skip


@pytest.mark.parametrize(("reader", "value"), CASES)
def test_a_file_is_claimed_by_its_reader_alone(reader: Any, value: Any):
    head = document(value).head
    assert [one for one in (better_chatgpt, hollama, chatbot_ui, t3_chat) if one.sniff(head)] == [reader]
    [found] = reader.read(document(value))
    assert [message.parts for message in found.conversation.messages.values()][-1] == (Text("Hi"),)


@pytest.mark.parametrize(("reader", "value"), CASES)
def test_the_text_of_a_conversation_is_its_own(reader: Any, value: Any):
    [found] = reader.read(document(value))
    assert json.loads(found.raw)["messages"][-1]["content"] == "Hi"


@pytest.mark.parametrize(("reader", "value"), CASES[:5])
def test_entries_and_messages_that_are_none_are_named(reader: Any, value: Any):
    entries = value if isinstance(value, list) else value.get("chats", value.get("history"))
    broken = [*entries, None, {"messages": 7}, {**entries[0], "messages": [None, HI]}]
    value = broken if isinstance(value, list) else {**value, "chats" if "chats" in value else "history": broken}
    one = document(value)
    found = list(reader.read(one))
    assert one.problems == [f"Entry {number} has no messages and was left out." for number in (2, 3)]
    assert [each.problems for each in found] == [(), ("Message 1 is none and was left out.",)]


@pytest.mark.parametrize(
    "value",
    [
        [], {}, [HI], {"messages": [HI]}, {"chats": []}, {"history": []}, {"threads": [], "messages": []},
        {"threads": [{"id": "a", "messages": []}], "messages": [HI]}, {"chats": [CHAT], "version": "1"},
        [{"messages": [HI], "config": {}}], [{"messages": [HI], "systemPrompt": "Be."}],
    ],
)  # fmt: skip
def test_what_only_looks_alike_is_not_claimed(value: Any):
    assert not [one for one in (better_chatgpt, hollama, chatbot_ui, t3_chat) if one.sniff(document(value).head)]


def test_ids_are_the_same_when_a_chat_without_ids_has_grown():
    [before] = better_chatgpt.read(document([CHAT]))
    [after] = better_chatgpt.read(document([{**CHAT, "messages": [HI, {"role": "assistant", "content": "Yes"}]}]))
    assert set(before.conversation.messages) < set(after.conversation.messages)
    assert before.conversation.id == after.conversation.id


def test_a_picture_without_its_prefix_is_one():
    session = {**SESSION, "messages": [{**HI, "images": [{"data": "iVBORw0KGgo=", "filename": "a.png"}]}]}
    [found] = hollama.read(document([session]))
    [message] = found.conversation.messages.values()
    assert message.parts[1:] == (Image("pending:0", None, "image/png", "a.png", 8),)


def t3(*messages: Any) -> Any:
    [found] = t3_chat.read(document({"threads": [{"threadId": "a"}], "messages": messages}))
    return found.conversation


def test_t3_content_that_its_parts_do_not_say_is_kept():
    made = t3({"threadId": "a", "role": "user", "content": "Other words", "parts": [{"type": "text", "text": "Words"}]})
    [message] = made.messages.values()
    assert message.parts == (Text("Words"), Unknown("content", "Other words"))


def test_t3_messages_of_a_thread_that_is_gone_are_a_conversation():
    top = {
        "threads": [{"threadId": "a"}],
        "messages": [{"threadId": "b", "model": "m", "role": "assistant", "content": "Hi"}],
    }
    one = document(top)
    [found] = t3_chat.read(one)
    assert [message.author for message in found.conversation.messages.values()] == [Author(model="m")]
    assert one.problems == ["“” has no messages and was left out."]
