"""Le Chat's export: what goldens do not show."""

import json
from typing import Any

from inglenook.core import model
from inglenook.formats import le_chat
from inglenook.formats.reading.document import Document, memory_document
from inglenook.formats.reading.found import Found


def document(value: Any) -> Document:
    return memory_document("chat-c.json", json.dumps(value).encode())


def message(id: str, second: int, role: str = "user", **more: Any) -> dict[str, Any]:
    about = {"id": id, "chatId": "chat-1", "role": role, "contentChunks": None, "content": id, "version": 0}
    return {**about, "createdAt": f"2026-01-01T00:00:{second:02}Z", **more}


def one(*messages: Any) -> Found:
    [found] = le_chat.read(document(list(messages)))
    return found


def test_other_lists_are_not_claimed():
    assert le_chat.sniff(document([{"chatId": "a", "content": "x"}]).head) is None
    assert le_chat.sniff(document({"chatId": "a", "contentChunks": []}).head) is None


def test_messages_follow_each_other_by_time_whatever_their_order():
    found = one(message("message-3", 3), message("message-1", 1), message("message-2", 2, "assistant"))
    assert {m.id: m.parent for m in found.conversation.messages.values()} == {
        "message-1": None, "message-2": "message-1", "message-3": "message-2",
    }  # fmt: skip


def test_a_question_of_the_same_moment_comes_first():
    found = one(message("message-2", 1, "assistant"), message("message-1", 1))
    assert found.conversation.messages["message-2"].parent == "message-1"


def test_versions_are_siblings_and_the_newest_goes_on():
    found = one(
        message("message-1", 1),
        message("message-2", 5, "assistant", version=1, content="new"),
        message("message-2", 2, "assistant", content="old"),
        message("message-3", 9),
    )
    parents = {m.id: m.parent for m in found.conversation.messages.values()}
    assert parents == {
        "message-1": None, "message-2": "message-1", "message-2.v1": "message-1", "message-3": "message-2.v1",
    }  # fmt: skip
    assert found.conversation.current.value == "message-3"


def test_a_new_version_does_not_change_the_ids_of_the_old_one():
    old = message("message-1", 1)
    before, after = one(old), one(old, message("message-1", 7, version=1))
    assert set(before.conversation.messages) < set(after.conversation.messages)


def test_a_text_that_references_interrupt_is_one_text():
    text = {"type": "text", "text": "a"}
    chunks = [text, {"type": "reference", "referenceIds": [3]}, text]
    [found] = one(message("message-1", 1, contentChunks=chunks, content="aa")).conversation.messages.values()
    assert found.parts == (model.Text("aa"),)
    assert found.extra["rest"] == {"references": ["3"]}


def test_content_that_says_more_than_its_chunks_is_kept():
    chunks = [{"type": "text", "text": "a"}]
    [found] = one(message("message-1", 1, contentChunks=chunks, content="a and b")).conversation.messages.values()
    assert found.extra["rest"] == {"content": "a and b"}


def test_two_conversations_in_one_file_have_each_their_own_messages():
    found = list(le_chat.read(document([message("message-1", 1), message("message-2", 2, chatId="chat-2")])))
    assert [list(each.conversation.messages) for each in found] == [["message-1"], ["message-2"]]
    assert [json.loads(each.raw)[0]["id"] for each in found] == ["message-1", "message-2"]


def test_entries_that_are_no_messages_are_told():
    source = document([message("message-1", 1), 5])
    assert len(list(le_chat.read(source))) == 1
    assert source.problems == ["Entry 2 is no message and was left out."]
