import json

import pytest
from inglenook.core.model import Reasoning, Text
from inglenook.formats import hf_rows, registry
from inglenook.formats.reading.document import memory_document


def document_of(*rows):
    return memory_document("rows.json", json.dumps(rows).encode())


def found(*rows):
    document = document_of(*rows)
    return list(hf_rows.read(document)), document.problems


def texts(each):
    return [(m.role, [p.text for p in m.parts]) for m in each.conversation.messages.values()]


@pytest.mark.parametrize(
    ("row", "system"),
    [
        ({"prompt": "Q", "response": "A"}, "hf-rows"),
        ({"chosen": "A", "rejected": "B"}, "hf-rows"),
        ({"messages": [{"role": "user", "content": "Q"}]}, "openai-messages"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "value": "Q"}]}]}, "hf-rows"),
        ({"conversations": [{"from": "human", "value": "Q"}], "prompt": "Q", "response": "A"}, "sharegpt"),
        ({"conversations": [{"role": "user", "content": "Q"}]}, "hf-rows"),
        ({"messages": [{"role": "user", "content": "Q"}], "chosen": "A", "rejected": "B"}, "hf-rows"),
    ],
)
def test_each_row_has_one_reader(row, system):
    assert [reader.SYSTEM for reader, _ in registry.claims(document_of(row).head)] == [system]


def test_a_file_with_rows_of_two_forms_has_one_reader():
    head = document_of({"prompt": "Q", "response": "A"}, {"messages": [{"role": "user", "content": "Q"}]}).head
    assert [reader.SYSTEM for reader, _ in registry.claims(head)] == ["openai-messages"]


def test_one_row_in_one_line_is_a_dataset_but_a_settings_file_is_none():
    row = {"instruction": "Q", "output": "A"}
    assert hf_rows.sniff(memory_document("a.jsonl", json.dumps(row).encode()).head) is not None
    assert hf_rows.sniff(memory_document("a.json", json.dumps(row, indent=1).encode()).head) is None


def test_thoughts_of_an_answer_are_thoughts():
    [each], _ = found({"prompt": "Q", "response": "<think>Hm.</think>A"})
    assert list(each.conversation.messages.values())[1].parts == (Reasoning("Hm."), Text("A"))


def test_the_question_of_a_preference_stands_once_and_the_better_answer_is_shown():
    asked = {"role": "user", "content": "Q"}
    good, bad = ({"role": "assistant", "content": said} for said in ("good", "bad"))
    [each], _ = found({"prompt": "Q", "chosen": [asked, good], "rejected": [asked, bad]})
    assert texts(each) == [("user", ["Q"]), ("assistant", ["good"]), ("assistant", ["bad"])]
    shown = each.conversation.messages[each.conversation.current.value]
    assert shown.parts == (Text("good"),)
    assert shown.extra["rating"] == 1


def test_a_list_as_prompt_is_what_was_said_before():
    before = [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}]
    [each], _ = found({"prompt": before, "chosen": "good", "rejected": "bad"})
    assert [role for role, _ in texts(each)] == ["system", "user", "assistant", "assistant"]


def test_rows_of_a_tree_find_each_other_in_any_order():
    rows = [
        {"message_id": "answer-1", "parent_id": "question", "text": "A", "role": "assistant", "message_tree_id": "t"},
        {"message_id": "question", "parent_id": None, "text": "Q", "role": "prompter", "message_tree_id": "t"},
    ]
    [each], problems = found(*rows)
    assert each.conversation.messages["answer-1"].parent == "question"
    assert (problems, each.problems) == ([], ())


def test_odd_rows_are_told():
    each, problems = found({"prompt": "Q", "response": "A"}, None, 5, {"other": 1})
    assert len(each) == 1
    assert problems == [f"Entry {n} was left out: It is no row of a kind that is known." for n in (2, 3, 4)]


@pytest.mark.parametrize("odd", [None, 5, "", [], {}, [[]], [None], {"a": None}, 1e308])
def test_odd_values_in_every_column_raise_nothing(odd):
    columns = ("prompt", "response", "chosen", "rejected", "messages", "conversation", "history", "system", "images")
    for column in columns:
        row = {"prompt": "Q", "response": "A", "chosen": "good", "rejected": "bad", column: odd, "label": odd}
        document = document_of({"prompt": "Q", "response": "A"}, row)
        hf_rows.sniff(document.head)
        assert len(list(hf_rows.read(document))) == 2
