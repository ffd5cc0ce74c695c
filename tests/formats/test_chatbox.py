"""Chatbox: forks stand in the order of their lists, keys are never kept, files are there only if the store has them."""

import json
from typing import Any

import pytest
from inglenook.core.model import Citation, File, Image
from inglenook.core.thread import path
from inglenook.formats import chatbox, registry
from inglenook.formats.reading.document import Document, memory_document

ID = "session:5e551000-0001-4000-8000-000000000001"


def said(id: str, words: str = "", **others: Any) -> dict[str, Any]:
    return {"id": id, "role": "user", "content": words or id, **others}


def store(*messages: Any, around: Any = None, **session: Any) -> Document:
    value = {ID: {"id": "a", "name": "A", "messages": messages, **session}, **(around or {})}
    return memory_document("x.json", json.dumps(value).encode())


def fork(position: Any, *lists: Any) -> dict[str, Any]:
    return {"position": position, "lists": [{"id": f"l{n}", "messages": each} for n, each in enumerate(lists)]}


@pytest.mark.parametrize(
    "value", [{ID: {}}, {"chat-sessions": []}, {"chat-sessions-list": []}, {"settings": {}, "__exported_items": []}]
)
def test_a_store_is_known_by_any_of_its_lists(value: Any):
    head = memory_document("x.json", json.dumps(value).encode()).head
    assert [reader.SYSTEM for reader, _ in registry.claims(head)] == ["chatbox"]


@pytest.mark.parametrize("value", [{"session:a": {}}, {"chat-sessions": {}}, {"settings": {}}, [{ID: {}}]])
def test_what_only_looks_alike_is_not_claimed(value: Any):
    assert chatbox.sniff(memory_document("x.json", json.dumps(value).encode()).head) is None


def test_what_followed_a_message_stands_in_the_order_of_its_lists_and_the_live_one_is_shown():
    forks = {"1": fork(1, [said("first")], [], [said("third")])}
    [found] = chatbox.read(store(said("1"), said("second"), said("end"), messageForksHash=forks))
    made = found.conversation
    texts = {id: message.parts[0].text for id, message in made.messages.items()}  # type: ignore[union-attr]
    one = next(id for id, text in texts.items() if text == "1")
    assert [texts[id] for id, message in made.messages.items() if message.parent == one] == ["first", "second", "third"]
    assert [texts[message.id] for message in path(made)] == ["1", "second", "end"]


@pytest.mark.parametrize("position", [None, -1, 99, "1", True])
def test_a_fork_whose_place_is_wrong_loses_nothing(position: Any):
    forks = {"1": fork(position, [said("other")], [])}
    [found] = chatbox.read(store(said("1"), said("live"), messageForksHash=forks))
    assert sorted(m.parts[0].text for m in found.conversation.messages.values()) == ["1", "live", "other"]  # type: ignore[union-attr]


def test_forks_that_hold_each_other_come_to_an_end():
    forks = {"1": fork(0, [], [said("2")]), "2": fork(0, [], [said("1")])}
    [found] = chatbox.read(store(said("1"), messageForksHash=forks))
    assert len(found.conversation.messages) == 3
    assert found.problems == ("Two messages have the same id; the later one got another.",)


def test_keys_are_named_and_never_kept():
    around = {"settings": {"providers": {"openai": {"apiKey": "k-1"}}}}
    one = store(said("1"), around=around, settings={"apiKey": "k-2"})
    [found] = chatbox.read(one)
    assert one.problems == ["Keys in this backup were left out."]
    assert "k-1" not in found.raw + repr(found.conversation)
    assert "k-2" not in found.raw + repr(found.conversation)


def test_settings_without_keys_are_not_spoken_of():
    one = store(said("1"), around={"settings": {"language": "en"}})
    assert len(list(chatbox.read(one))) == 1
    assert one.problems == []


def test_files_are_taken_from_the_store_where_it_has_them():
    parsed = [{"name": "a.md", "storageKey": "parse-1"}, {"name": "b.pdf", "storageKey": "parse-2"}]
    message = said(
        "1",
        files=[*parsed, {"name": "c.pdf"}],
        pictures=[{"storageKey": "picture:1"}, {"url": "data:image/png;base64,iVBORw0KGgo="}],
        links=[{"url": "https://example.org/", "title": "E", "storageKey": "parse-3"}],
    )
    around = {"parse-1": "# A", "parse-2": "B", "parse-3": "What it says", "picture:1": "data:image/png;base64,AAAA"}
    [found] = chatbox.read(store(message, around=around))
    [made] = found.conversation.messages.values()
    assert made.parts[1:] == (
        Image("pending:0", None, "image/png", "picture:1", 3),
        Image("pending:1", None, "image/png", "", 8),
        File("pending:2", None, "text/plain", "a.md", 3),
        File("pending:3", None, "text/plain", "b.pdf.txt", 1),
        File(None, None, "application/pdf", "c.pdf", 0),
        Citation("https://example.org/", "E", "What it says"),
    )
    assert found.files["pending:2"]().read() == b"# A"


def test_a_session_of_no_messages_is_named():
    one = store()
    assert list(chatbox.read(one)) == []
    assert one.problems == ["Conversation “A”: It has no messages."]


def test_messages_that_are_none_are_named():
    [found] = chatbox.read(store(7, said("1"), None))
    assert found.problems == ("A message is damaged and was left out.",)
