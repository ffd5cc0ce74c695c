import json

import pytest
from inglenook.core.model import Author, Reasoning, Text, Unknown
from inglenook.formats import loose, registry
from inglenook.formats.reading.document import memory_document

ASKED = {"role": "user", "text": "Q"}
SAID = {"role": "bot", "text": "A"}


def document_of(value):
    return memory_document("notes.json", json.dumps(value).encode())


def found(value):
    document = document_of(value)
    assert loose.sniff(document.head) is not None
    return list(loose.read(document)), document.problems


def texts(each):
    return [(m.role, [p.text for p in m.parts if isinstance(p, Text)]) for m in each.conversation.messages.values()]


@pytest.mark.parametrize(
    "value",
    [
        [ASKED, SAID],
        {"dialogue": [ASKED, SAID]},
        {"data": {"user": {"name": "B"}, "chats": {"x": {"log": [ASKED, SAID]}}}},
        [{"title": "T", "turns": [ASKED, SAID]}],
        [[ASKED, SAID]],
        [{"question": "Q", "answer": "A"}],
        {"name": "T", "turns": [{"question": "Q", "answer": "A"}]},
        [{"sender": 1, "text": "Q"}, {"sender": 2, "text": "A"}],
        [{"isUser": True, "body": "Q"}, {"isUser": False, "body": "A"}],
        [{"author": {"role": "user"}, "content": {"parts": ["Q"]}}, {"author": {"role": "ai"}, "content": "A"}],
        {"contents": [{"role": "user", "parts": [{"text": "Q"}]}, {"role": "model", "parts": [{"text": "A"}]}]},
        [{"title": "T", "details": [{"name": "User Prompt", "value": "Q"}, {"name": "Response", "value": "A"}]}],
        [{"id": 1, "type": "user", "content": "Q", "children": [{"id": 2, "type": "assistant", "content": "A"}]}],
    ],
)
def test_somebody_who_says_something_is_found_in_many_layouts(value):
    [each], problems = found(value)
    assert texts(each) == [("user", ["Q"]), ("assistant", ["A"])]
    first, second = each.conversation.messages.values()
    assert (first.parent, second.parent) == (None, first.id)
    assert loose.DOUBT in each.problems
    assert problems == []


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        [1, 2],
        {"a": "b"},
        {"rows": [{"name": "oak", "value": "tree"}]},
        {"a": {"b": {"c": {"d": {"e": {"f": [ASKED]}}}}}},
        [{"type": "text", "text": "no speaker"}],
    ],
)
def test_what_does_not_look_like_it_is_not_claimed(value):
    assert loose.sniff(document_of(value).head) is None


def test_no_reader_of_the_registry_is_this_one():
    assert loose not in registry.READERS


def test_messages_without_anybody_who_says_them_are_refused_in_words():
    each, problems = found([{"title": "T", "chat_messages": [{"text": "a"}, {"text": "b"}]}])
    assert each == []
    assert problems == ["This layout is not known, and nothing in it says who said what, so nothing was read."]


def test_questions_that_hold_their_answers_are_versions_of_each_other():
    def question(said, *answers):
        return {"type": "user", "content": said, "children": [{"type": "assistant", "content": a} for a in answers]}

    [each], _ = found([question("one", "a", "b"), question("two", "c")])
    messages = each.conversation.messages
    parents = {p.text: m.parent and messages[m.parent].parts[0].text for m in messages.values() for p in m.parts}
    assert parents == {"one": None, "a": "one", "b": "one", "two": None, "c": "two"}


def test_links_count_more_than_the_order():
    [each], _ = found([{**SAID, "id": "answer-01", "parentId": "question-01"}, {**ASKED, "id": "question-01"}])
    assert each.conversation.messages["answer-01"].parent == "question-01"


def test_who_has_no_word_that_is_known_is_the_other_side():
    [each], _ = found([{"sender": "Ada", "text": "Q"}, {"sender": "bot", "text": "A", "model": "m-1"}])
    first, second = each.conversation.messages.values()
    assert (first.role, first.author) == ("user", Author(name="Ada"))
    assert (second.role, second.author) == ("assistant", Author("m-1"))


def test_nothing_of_the_file_is_lost():
    value = {
        "app": "the name of the application",
        "token": {"apiKey": "sk-a-secret-that-must-not-stay"},
        "chats": [
            {"title": "T", "system": "S", "mood": "good", "log": [
                {**ASKED, "picture": "a.png", "content": None},
                {**SAID, "thinking": "Hm.", "content": [{"type": "odd"}]},
                "a line",
            ]},
            {"note": "no messages in here"},
        ],
    }  # fmt: skip
    [each], problems = found(value)
    messages = list(each.conversation.messages.values())
    assert [m.role for m in messages] == ["system", "user", "assistant"]
    assert messages[1].extra["rest"] == {"picture": "a.png"}
    assert messages[2].parts == (Reasoning("Hm."), Text("A"))
    assert messages[2].extra["rest"] == {"content": [{"type": "odd"}], "speaker": "bot"}
    beside = {"app": value["app"], "token": {}, "chats": [value["chats"][1]]}
    assert each.conversation.extra["rest"] == {"mood": "good", "beside": beside}
    assert "secret" not in each.raw
    assert "An entry among the messages is none, and was left out." in each.problems
    assert problems == []


def test_a_part_that_is_not_understood_is_kept():
    [each], _ = found([{"role": "user", "content": [{"type": "text", "text": "Q"}, {"type": "hologram", "z": 1}]}])
    [message] = each.conversation.messages.values()
    assert message.parts == (Text("Q"), Unknown("hologram", {"type": "hologram", "z": 1}))


def test_entries_without_messages_are_counted():
    each, problems = found([{"log": [ASKED, SAID]}, {"log": []}, 7])
    assert len(each) == 1
    assert problems == ["2 entries were left out: nothing in them says who said what."]


def test_a_list_of_conversations_is_read_one_by_one():
    rows = [{"id": n, "log": [{"role": "user", "text": f"Q{n}"}, SAID]} for n in range(3)]
    document = document_of(rows)
    first = next(iter(loose.read(document)))
    assert json.loads(first.raw) == rows[0]
    assert len({each.conversation.id for each in loose.read(document)}) == 3


def test_the_list_in_a_very_large_object_is_read_one_by_one(monkeypatch):
    rows = [{"id": n, "log": [ASKED, {**SAID, "text": str(n)}]} for n in range(3)]
    value = {"app": {"name": "A"}, "data": {"chats": rows}}
    monkeypatch.setattr(loose, "LARGE", 10)
    each, problems = found(value)
    assert [json.loads(one.raw)["id"] for one in each] == [0, 1, 2]
    assert problems == ["The file is very large, so only the list “data.chats” was read."]
