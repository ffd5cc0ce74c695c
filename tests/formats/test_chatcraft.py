"""ChatCraft: versions of an answer, and databases."""

import json
from typing import Any

from inglenook.core.model import Conversation, Text, ToolResult
from inglenook.formats import chatcraft
from inglenook.formats.reading.document import memory_document


def read(*messages: Any) -> Conversation:
    chat = {"id": "chat", "date": "2024-05-01T09:00:00Z", "messages": messages}
    document = memory_document("x.json", json.dumps(chat).encode())
    [found] = chatcraft.read(document)
    return found.conversation


def answer(*versions: tuple[str, str], text: str = "Yes") -> dict[str, Any]:
    listed = [{"id": id, "text": said, "model": "m"} for id, said in versions]
    return {"id": "answer-1", "type": "ai", "model": "m", "text": text, "versions": listed}


ASKED = {"id": "asked-11", "type": "human", "text": "Well?"}


def test_versions_stand_beside_the_shown_one_in_their_order():
    made = read(
        ASKED, answer(("version1", "No"), ("version2", "Yes"), ("version3", "Maybe")), ASKED | {"id": "asked-22"}
    )
    assert [message.id for message in made.messages.values() if message.parent == "asked-11"] == [
        "version1", "answer-1", "version3"
    ]  # fmt: skip
    assert made.messages["asked-22"].parent == "answer-1"
    assert made.current.value == "asked-22"


def test_an_answer_that_is_none_of_its_versions_is_the_last_of_them():
    made = read(ASKED, answer(("version1", "No"), text="Changed by hand"))
    assert [message.parts[0].text for message in made.messages.values()] == ["Well?", "No", "Changed by hand"]  # type: ignore[union-attr]


def test_of_equal_versions_each_is_kept_once():
    made = read(ASKED, answer(("version1", "Yes"), ("version2", "Yes")))
    assert sorted(made.messages) == ["answer-1", "asked-11", "version2"]


def test_a_result_without_a_text_of_its_own_is_taken_from_the_message():
    made = read(ASKED, {"id": "result-1", "type": "function", "text": "12", "func": {"id": "1", "name": "sum"}})
    assert made.messages["result-1"].parts == (ToolResult("1", "12", "sum"),)


def test_a_message_that_is_none_is_named_and_one_of_a_new_type_is_kept():
    made = read(ASKED, None, {"id": "new-type", "type": "dream", "text": "Sheep"})
    assert made.messages["new-type"].parts == (Text("Sheep"),)
    assert made.messages["new-type"].extra["rest"] == {"type": "dream"}


def test_several_chats_in_a_list_are_read_one_by_one():
    chats = [{"id": id, "date": "2024-05-01", "messages": [ASKED]} for id in "ab"] + [
        {"id": "c", "date": "", "messages": []}
    ]
    document = memory_document("x.json", json.dumps(chats).encode())
    assert chatcraft.sniff(document.head) is not None
    assert len(list(chatcraft.read(document))) == 2
    assert document.problems == ["Entry 3 has no messages and was left out."]


def test_a_database_of_another_program_is_not_claimed():
    top = {"formatName": "dexie", "data": {"databaseName": "Other", "data": []}}
    assert chatcraft.sniff(memory_document("x.json", json.dumps(top).encode()).head) is None
