import json

from hypothesis import given
from inglenook.core.model import (
    Author,
    Citation,
    Conversation,
    Message,
    Reasoning,
    Stamped,
    Text,
    ToolCall,
    ToolResult,
)
from inglenook.core.thread import path
from inglenook.formats import registry, sharegpt
from inglenook.formats.reading.document import memory_document
from inglenook.formats.sharegpt import write as sharegpt_write

from tests.strategies import conversations


def nothing(sha256):
    return None


def found(value):
    document = memory_document("rows.json", json.dumps(value).encode())
    return list(sharegpt.read(document)), document.problems


def turn(who, said, **more):
    return {"from": who, "value": said, **more}


def messages(each):
    return list(each.conversation.messages.values())


def talk(*parts, title="Title", author=Author("maker/model")):  # noqa: B008 - frozen
    rows = [
        Message("q", None, "user", (Text("Why?"),), created_ms=1_763_900_000_000),
        Message("a", "q", "assistant", parts, author, 1_763_900_060_000),
        Message("other", "q", "assistant", (Text("Not shown"),), created_ms=1_763_900_050_000),
        Message("e", "a", "user", (Text("The end"),), created_ms=1_763_900_070_000),
    ]
    return Conversation("c", 1_763_900_000_000, Stamped(title), messages={r.id: r for r in rows}, current=Stamped("e"))


def test_thoughts_in_tags_are_thoughts():
    [each], _ = found([{"conversations": [turn("human", "Q"), turn("gpt", "<think>\nHm.\n</think>\n\nA")]}])
    assert messages(each)[1].parts == (Reasoning("Hm."), Text("A"))


def test_rows_with_the_same_beginning_are_different_conversations():
    same = [turn("human", "Q"), turn("gpt", "A")]
    (one, other, again), problems = found(
        [
            {"id": "identity_0", "conversations": same},
            {"id": "identity_0", "conversations": [*same, turn("human", "More")]},
            {"id": "identity_0", "conversations": same},
        ]
    )
    assert one.conversation.id == again.conversation.id != other.conversation.id
    assert problems == []


def test_a_row_that_has_grown_keeps_its_ids():
    short = [turn("human", "Q"), turn("gpt", "A")]
    [before], _ = found([{"id": "7", "conversations": short}])
    [after], _ = found([{"id": "7", "conversations": [*short, turn("human", "More")]}])
    assert before.conversation.id == after.conversation.id
    assert list(before.conversation.messages) == list(after.conversation.messages)[:2]


def test_several_calls_and_their_results_are_one_answer():
    calls = [{"name": "a", "arguments": {}}, {"name": "b", "arguments": {}}]
    [each], _ = found(
        [
            {
                "conversations": [
                    turn("human", "Q"),
                    turn("gpt", "Let me look."),
                    turn("function_call", json.dumps(calls)),
                    turn("observation", "1"),
                    turn("gpt", "It is 1."),
                    turn("gpt", "A second answer"),
                ]
            }
        ]
    )
    kinds = [[type(part).__name__ for part in message.parts] for message in messages(each)]
    assert kinds == [["Text"], ["Text", "ToolCall", "ToolCall", "ToolResult", "Text"], ["Text"]]


def test_what_is_no_row_is_told_and_left_out():
    rows = [{"conversations": [turn("human", "Q"), None, 7]}, None, {"conversations": "x"}, []]
    each, problems = found(rows)
    assert len(each) == 1
    assert each[0].problems == ("A message of another kind was left out.",)
    assert problems == [f"Entry {n} was left out: It has no messages." for n in (2, 3, 4)]


def test_the_written_form_is_read_again():
    parts = (
        Text("Let me look."),
        ToolCall("1", "look", '{"at": "it"}'),
        ToolResult("1", "seen", "look"),
        Text("Because."),
        Citation("https://example.org", "Example", "Quote"),
    )
    written = talk(*parts)
    document = memory_document("x.json", sharegpt_write.write(written, nothing).encode())
    assert [reader.SYSTEM for reader, _ in registry.claims(document.head)] == ["sharegpt"]
    [each] = sharegpt.read(document)
    back = each.conversation
    assert back.title.value == "Title"
    assert back.created_ms == written.created_ms
    assert [(m.role, m.created_ms, m.author.model) for m in back.messages.values()] == [
        (m.role, m.created_ms, m.author.model) for m in path(written)
    ]
    call, result = ToolCall("", "look", '{"at": "it"}'), ToolResult("", "seen", "look")
    assert messages(each)[1].parts == (parts[0], call, result, *parts[3:])


def test_many_conversations_are_one_list():
    texts = [sharegpt_write.write(talk(Text(said)), nothing) for said in ("One", "Two")]
    rows = json.loads("".join(sharegpt_write.join(texts)))
    assert [row["conversations"][1]["value"] for row in rows] == ["One", "Two"]
    assert json.loads("".join(sharegpt_write.join([]))) == []


@given(conversations())
def test_whatever_is_written_is_json_and_is_read_without_a_fault(conversation):
    text = sharegpt_write.write(conversation, nothing)
    json.loads(text, parse_constant=None)
    assert text == sharegpt_write.write(conversation, nothing)
    shown = path(conversation)
    back = list(sharegpt.read(memory_document("x.json", text.encode())))
    assert len(back) == (1 if shown else 0)
