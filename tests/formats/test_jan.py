"""Jan: threads beside their messages or elsewhere, tools in every place, times of both sizes."""

import json
from typing import Any

import pytest
from inglenook.core.model import Failure, Text, ToolCall, ToolResult
from inglenook.formats import jan, registry
from inglenook.formats.reading.document import Document, Neighbours, memory_document


def row(id: str, role: str = "user", content: Any = "Hi", **others: Any) -> dict[str, Any]:
    return {"id": id, "object": "thread.message", "thread_id": "t", "role": role, "content": content, **others}


def lines(*rows: Any, name: str = "messages.jsonl") -> Document:
    return memory_document(name, "\n".join(json.dumps(each) for each in rows).encode())


def thread(id: str, title: str, name: str = "thread.json", **others: Any) -> Document:
    value = {"id": id, "object": "thread", "title": title, "assistants": [], **others}
    return memory_document(name, json.dumps(value, indent=1).encode())


def beside(*documents: Document) -> Document:
    for document in documents:
        document.beside = Neighbours(documents)
    return documents[0]


def parts(*rows: Any) -> list[Any]:
    [found] = jan.read(lines(*rows))
    return [part for message in found.conversation.messages.values() for part in message.parts]


def test_a_single_message_in_one_line_is_known():
    assert [reader.SYSTEM for reader, _ in registry.claims(lines(row("a")).head)] == ["jan"]
    assert [len(found.conversation.messages) for found in jan.read(lines(row("a")))] == [1]


def test_each_thread_has_the_title_of_its_own_folder():
    own = lines(row("a"), name="threads/t/messages.jsonl")
    document = beside(own, thread("x", "Other", "threads/x/thread.json"), thread("t", "Mine", "threads/t/thread.json"))
    [found] = jan.read(document)
    assert found.conversation.title.value == "Mine"


def test_a_thread_is_found_by_its_id_wherever_it_lies():
    own = lines(row("a"), name="threads/t/messages.jsonl")
    near = thread("x", "Other", "threads/t/thread.json")
    [found] = jan.read(beside(own, near, thread("t", "Mine", "elsewhere.json")))
    assert found.conversation.title.value == "Mine"


def test_messages_without_a_thread_are_read():
    [found] = jan.read(lines(row("a")))
    assert (found.conversation.title.value, found.undated) == ("", True)


@pytest.mark.parametrize("at", [1738000001, 1738000001000])
def test_times_are_told_by_their_size(at: int):
    [found] = jan.read(lines(row("a", created_at=at)))
    assert found.conversation.created_ms == 1738000001000


def test_two_threads_in_one_file_are_two_conversations():
    found = list(jan.read(lines(row("a"), {**row("b"), "thread_id": "u"}, row("c"))))
    assert [len(each.conversation.messages) for each in found] == [2, 1]


def test_what_a_tool_said_joins_the_answer_that_asked():
    calls = [{"tool": {"id": "c", "function": {"name": "f", "arguments": "{}"}}, "response": {"content": "R"}}]
    asked = row("a", "assistant", "Let me see.", metadata={"tool_calls": calls})
    assert parts(row("q"), asked, row("b", "tool", "Again", tool_call_id="c"), row("d", "assistant", "Done")) == [
        Text("Hi"), Text("Let me see."), ToolCall("c", "f", "{}"), ToolResult("c", "R", "f"), ToolResult("c", "Again"),
        Text("Done"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("others", "failure"),
    [({"status": "error"}, Failure("The answer failed.")),
     ({"status": "error", "error_code": "e"}, Failure("The answer failed.", detail="e")),
     ({"status": "error", "metadata": {"error": {"message": "No."}}}, Failure("No."))],
)  # fmt: skip
def test_an_answer_that_failed_says_why(others: Any, failure: Failure):
    assert parts(row("a", "assistant", "", **others)) == [failure]


def test_lines_that_are_no_messages_are_named():
    document = lines(row("a"), [], {"object": "note"})
    assert len(list(jan.read(document))) == 1
    assert document.problems == [f"Line {number} is no message and was left out." for number in (2, 3)]
