"""LM Studio: versions and which one the talk follows, tools by any of their ids, folders, files beside it."""

import json
from typing import Any

import pytest
from inglenook.core.errors import BadFile
from inglenook.core.model import Conversation, Reasoning, Text, ToolCall, ToolResult
from inglenook.core.thread import path
from inglenook.formats import lm_studio, registry
from inglenook.formats.reading.document import Document, Neighbours, memory_document

NAME = "1738000000000.conversation.json"


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def user(words: str) -> dict[str, Any]:
    return {"type": "singleStep", "role": "user", "content": [text(words)]}


def answer(*content: Any, **step: Any) -> dict[str, Any]:
    return {"type": "multiStep", "role": "assistant", "steps": [{"type": "contentBlock", "content": content, **step}]}


def message(*versions: Any, selected: Any = 0) -> dict[str, Any]:
    return {"versions": versions, "currentlySelected": selected}


def chat(*messages: Any, name: str = NAME, **others: Any) -> Document:
    value = {"name": "", "createdAt": 1738000000000, "messages": messages, **others}
    return memory_document(name, json.dumps(value).encode())


def one(*messages: Any, **others: Any) -> Conversation:
    [found] = lm_studio.read(chat(*messages, **others))
    return found.conversation


def parts(*versions: Any) -> list[Any]:
    return [part for m in one(message(*versions)).messages.values() for part in m.parts]


@pytest.mark.parametrize(("selected", "shown"), [(0, "a"), (1, "b"), (9, "b"), (-1, "b"), (None, "b"), (True, "b")])
def test_the_rest_of_the_talk_follows_the_selected_version(selected: Any, shown: str):
    made = one(message(user("q")), message(answer(text("a")), answer(text("b")), selected=selected), message(user("r")))
    assert [m.parts[0].text for m in path(made)] == ["q", shown, "r"]  # type: ignore[union-attr]
    assert len(made.messages) == 4


@pytest.mark.parametrize(
    ("asked", "told"),
    [({"callId": 7, "toolCallRequestId": "r"}, {"toolCallId": "r"}), ({"callId": 7}, {"callId": 7}),
     ({"callId": 7, "toolCallRequestId": "r"}, {"toolCallId": 7}),
     ({"callId": 7, "toolCallRequestId": "r"}, {"callId": 7, "toolCallRequestId": "r"})],
)  # fmt: skip
def test_a_result_belongs_to_its_call_by_whichever_id_it_names(asked: Any, told: Any):
    call = {"type": "toolCallRequest", "name": "f", "parameters": {"a": 1}, **asked}
    made, result = parts(answer(call, {"type": "toolCallResult", "content": "R", **told}))
    assert isinstance(made, ToolCall)
    assert isinstance(result, ToolResult)
    assert (made.name, made.arguments, result.text) == ("f", '{"a": 1}', "R")
    assert made.id == result.call_id != ""


@pytest.mark.parametrize(
    ("content", "said"),
    [('[{"type":"text","text":"a"},{"type":"text","text":"b"}]', "a\nb"), ('[{"type":"image"}]', '[{"type":"image"}]'),
     ("[{", "[{"), ("plain", "plain"), ([text("a")], "a")],
)  # fmt: skip
def test_what_a_tool_said_is_its_text(content: Any, said: str):
    assert parts(answer({"type": "toolCallResult", "content": content})) == [ToolResult("", said)]


@pytest.mark.parametrize(
    ("title", "lasted"),
    [("Thought for 1.2 seconds", 1200), ("Thought for 12s", 12000), ("Nachgedacht: 0,5 Sekunden", 500),
     ("Thought", None), ("Thought for 1 minute 5 seconds", None), ("", None), (7, None)],
)  # fmt: skip
def test_thoughts_say_how_long_they_took(title: Any, lasted: int | None):
    made = parts(answer(text("Hm"), style={"type": "thinking", "title": title}))
    assert made == [Reasoning("Hm", duration_ms=lasted)]


def test_what_all_rounds_took_is_added():
    rounds = [{"genInfo": {"stats": {"promptTokensCount": n, "totalTimeSec": n / 10}}} for n in (1, 2)]
    steps = [{"type": "contentBlock", "content": [text("x")], **each} for each in rounds]
    made = one(message({"role": "assistant", "steps": steps}))
    [usage] = [m.usage for m in made.messages.values()]
    assert (usage.prompt_tokens, usage.completion_tokens, usage.duration_ms) == (3, None, 300)


@pytest.mark.parametrize(
    ("name", "folder"),
    [(f"conversations/Work/Old/{NAME}", "Work/Old"), (f"x/conversations/{NAME}", ""), (f"Work/{NAME}", ""), (NAME, "")],
)
def test_the_folder_is_that_of_the_program(name: str, folder: str):
    [found] = lm_studio.read(chat(message(user("q")), name=name))
    assert found.conversation.extra.get("folder", "") == folder


def test_a_file_that_lies_beside_it_is_taken():
    content = [{"type": "file", "fileIdentifier": "1 - a.png", "fileType": "image", "sizeBytes": 3}]
    document = chat(message({"role": "user", "content": content}))
    document.beside = Neighbours((document, memory_document("user-files/1 - a.png", b"abc")))
    [found] = lm_studio.read(document)
    assert [opener().read() for opener in found.files.values()] == [b"abc"]


def test_an_empty_conversation_is_known_and_said_to_be_empty():
    document = chat(perChatPredictionConfig={}, clientInput="")
    assert [reader.SYSTEM for reader, _ in registry.claims(document.head)] == ["lm-studio"]
    with pytest.raises(BadFile, match="no messages"):
        list(lm_studio.read(document))


def test_texts_that_follow_each_other_are_one():
    assert parts(answer(text("a"), text("b"), {}, text(""))) == [Text("ab")]
