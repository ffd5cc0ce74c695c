import json

from hypothesis import given
from inglenook.core.model import (
    Author,
    Citation,
    Conversation,
    File,
    Image,
    Message,
    Reasoning,
    Stamped,
    Text,
    ToolCall,
    ToolResult,
)
from inglenook.core.thread import path
from inglenook.formats import openai_messages, registry
from inglenook.formats.openai_messages import write as openai_messages_write
from inglenook.formats.reading.document import Neighbours, memory_document

from tests.strategies import conversations


def nothing(sha256):
    return None


def found(*rows):
    document = memory_document("rows.jsonl", "\n".join(map(json.dumps, rows)).encode())
    return list(openai_messages.read(document)), document.problems


def says(role, content, **more):
    return {"role": role, "content": content, **more}


def messages(each):
    return list(each.conversation.messages.values())


ASKED = (Text("Why?"),)


def talk(*parts, asked=ASKED):
    rows = [
        Message("s", None, "system", (Text("Be short."),), created_ms=1_763_899_999_000),
        Message("q", "s", "user", asked, created_ms=1_763_900_000_000),
        Message("a", "q", "assistant", parts, Author("maker/model", provider="Maker"), 1_763_900_060_000),
        Message("e", "a", "user", (Text("The end"),), created_ms=1_763_900_070_000),
    ]
    return Conversation(
        "0198c0de-7a11-7000-8000-00000000beef",
        1_763_899_999_000,
        Stamped("Title"),
        messages={row.id: row for row in rows},
        current=Stamped("e"),
    )


def row(conversation, files=nothing):
    return json.loads(openai_messages_write.write(conversation, files))


def test_thoughts_in_tags_and_in_members_are_thoughts():
    [each], _ = found(
        {
            "messages": [
                says("user", "Q"),
                says("assistant", "<think>Hm.</think>A"),
                says("assistant", "B", reasoning="So."),
            ]
        }
    )
    assert [message.parts for message in messages(each)[1:]] == [
        (Reasoning("Hm."), Text("A")),
        (Reasoning("So."), Text("B")),
    ]


def test_a_picture_that_came_in_the_same_folder_is_attached():
    picture = memory_document("data/images/1.png", b"\x89PNG\r\n\x1a\n")
    line = {"messages": [says("user", "<image>Who?"), says("assistant", "Me.")], "images": ["images/1.png"]}
    document = memory_document("data/rows.jsonl", json.dumps(line).encode() + b"\n")
    document.beside = Neighbours([document, picture])
    [each] = openai_messages.read(document)
    image = messages(each)[0].parts[1]
    assert isinstance(image, Image)
    assert each.files[image.sha256]().read() == b"\x89PNG\r\n\x1a\n"
    assert picture.used


def test_rows_of_other_systems_are_left_to_them():
    talked = [says("user", "Q"), says("assistant", "A")]
    assert openai_messages.is_row({"messages": talked})
    for other in ({"chosen": []}, {"conversationId": "x"}, {"object": "thread"}, {"mapping": {}}):
        assert not openai_messages.is_row({"messages": talked, **other})
    assert not openai_messages.is_row({"messages": [{**talked[0], "parentId": None}]})
    for odd in (None, [], {"messages": {}}, {"messages": [None]}, {"messages": [{"role": ["user"], "content": "x"}]}):
        assert not openai_messages.is_row(odd)


def test_odd_rows_between_good_ones_are_told():
    good = {"messages": [says("user", "Q"), says("assistant", "A")]}
    each, problems = found(good, {"messages": 5}, {"messages": [None, 1]}, good)
    assert len(each) == 2
    assert problems == [f"Entry {n} was left out: It has no messages." for n in (2, 3)]


def test_the_written_form_is_read_again():
    parts = (
        Reasoning("First, look."),
        ToolCall("call_1", "look", '{"at": "it"}'),
        ToolResult("call_1", "seen", "look"),
        Text("Because."),
        Citation("https://example.org", "Example", "Quote"),
    )
    written = talk(*parts)
    document = memory_document("x.jsonl", openai_messages_write.write(written, nothing).encode())
    assert [reader.SYSTEM for reader, _ in registry.claims(document.head)] == ["openai-messages"]
    [each] = openai_messages.read(document)
    back = each.conversation
    assert back.title.value == "Title"
    assert back.created_ms == written.created_ms
    assert [(m.role, m.created_ms, m.author, m.parts) for m in back.messages.values()] == [
        (m.role, m.created_ms, m.author, m.parts) for m in path(written)
    ]


def test_calls_come_before_their_results_and_the_answer_after_them():
    written = row(
        talk(Text("Let me see."), ToolCall("", "a", "{}"), ToolCall("x", "b", "{}"), ToolResult("x", "2"), Text("Two."))
    )
    roles = [(m["role"], m["content"], [c["id"] for c in m.get("tool_calls", ())]) for m in written["messages"][2:-1]]
    assert roles == [("assistant", "Let me see.", ["call_0", "x"]), ("tool", "2", []), ("assistant", "Two.", [])]


def test_a_result_that_nobody_asked_for_is_a_text():
    written = row(talk(ToolResult("gone", "42", "sum"), Text("It is 42.")))
    assert written["messages"][2] == {"role": "assistant", "content": "Tool result of sum:\n42\n\nIt is 42."}


def test_files_of_the_user_are_inside_and_pictures_of_the_model_beside_its_text():
    image = Image(sha256="0" * 64, media_type="image/png", name="a.png")
    paper = File(sha256="7" * 64, media_type="application/pdf", name="b.pdf")
    written = row(talk(Text("Look:"), image, asked=(Text("Draw"), image, paper)), lambda sha256: b"x")
    drawn = {"type": "image_url", "image_url": {"url": "data:image/png;base64,eA=="}}
    file = {"filename": "b.pdf", "file_data": "data:application/pdf;base64,eA=="}
    assert written["messages"][1]["content"] == [
        {"type": "text", "text": "Draw"},
        drawn,
        {"type": "file", "file": file},
    ]
    assert written["messages"][2] == {"role": "assistant", "content": "Look:", "images": [drawn]}


@given(conversations())
def test_whatever_is_written_is_one_line_and_is_read_without_a_fault(conversation):
    text = openai_messages_write.write(conversation, nothing)
    assert text.endswith("\n")
    assert "\n" not in text[:-1]
    assert text == openai_messages_write.write(conversation, nothing)
    written = json.loads(text)["messages"]
    assert bool(written) == bool(path(conversation))
    back = list(openai_messages.read(memory_document("x.jsonl", text.encode())))
    assert len(back) == bool(written)
