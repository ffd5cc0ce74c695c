"""AI Studio's prompts: what goldens do not show."""

import json
from typing import Any

from inglenook.core.model import Citation, Image, Message, Reasoning, Text, ToolCall, ToolResult
from inglenook.formats import ai_studio
from inglenook.formats.reading.document import Document, Neighbours, memory_document


def document(*chunks: Any, name: str = "prompt", **more: Any) -> Document:
    return memory_document(name, json.dumps({"chunkedPrompt": {"chunks": list(chunks)}, **more}).encode())


def messages(*chunks: Any, **more: Any) -> list[Message]:
    [found] = ai_studio.read(document(*chunks, **more))
    return list(found.conversation.messages.values())


def only(*chunks: Any) -> tuple[Any, ...]:
    [message] = messages(*chunks)
    return message.parts


def model(**members: Any) -> dict[str, Any]:
    return {"role": "model", **members}


def test_parts_that_only_begin_what_the_chunk_says_are_not_believed():
    assert only(model(text="All of it", parts=[{"text": "All"}])) == (Text("All of it"),)


def test_a_thought_in_the_parts_is_kept_when_the_chunk_says_only_the_answer():
    pieces = [{"text": "Hm", "thought": True}, {"text": "Yes"}]
    assert only(model(text="Yes", parts=pieces)) == (Reasoning("Hm"), Text("Yes"))


def test_text_that_no_part_holds_stands_before_what_they_hold():
    code = {"executableCode": {"language": "PYTHON", "code": "1"}}
    assert only(model(text="See:", parts=[code])) == (Text("See:"), ToolCall("code-1", "python", "1"))


def test_each_output_belongs_to_the_code_before_it():
    code, output = {"executableCode": {"code": "1"}}, {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "2"}}
    parts = only(model(**code), model(**output), model(**code), model(text="and"), model(**output))
    assert [part.call_id for part in parts if isinstance(part, ToolResult)] == ["code-1", "code-2"]


def test_what_chunk_and_part_both_hold_is_kept_once():
    picture = {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}
    [part] = only(model(parts=[picture], **picture))
    assert isinstance(part, Image)


def test_a_branch_of_another_prompt_does_not_break_a_turn():
    other = {"promptId": "prompts/x", "displayName": "X"}
    assert only(model(text="a"), model(text="b", branchParent=other)) == (Text("a"), Text("b"))


def test_chunks_that_branch_off_the_same_one_are_siblings():
    above = {"branchParent": {"id": "chunk-1"}}
    one, two, three = messages(
        {"id": "chunk-1", "role": "user", "text": "a"},
        model(id="chunk-2", text="b", **above),
        model(id="chunk-3", text="c", **above),
    )
    assert (one.parent, two.parent, three.parent) == (None, one.id, one.id)


def test_what_several_chunks_leave_over_is_kept_for_each():
    [message] = messages(model(text="a", branchChildren=[1]), model(text="b", branchChildren=[2]))
    assert message.extra["rest"] == {"chunks": [{"branchChildren": [1]}, {"branchChildren": [2]}]}


def test_a_title_may_hold_a_dot():
    for name, title in (("Drive/Version 2.5 or 3", "Version 2.5 or 3"), ("a.json", "a")):
        [found] = ai_studio.read(document(model(text="a"), name=name))
        assert found.conversation.title.value == title


def test_a_file_without_times_takes_its_own():
    source = document(model(text="a"))
    source.modified_ms = 1_700_000_000_000
    [found] = ai_studio.read(source)
    assert (found.conversation.created_ms, found.undated) == (1_700_000_000_000, False)


def test_a_drive_file_is_found_if_it_lies_beside_under_its_id():
    source = document({"role": "user", "driveImage": {"id": "1AbC"}})
    source.beside = Neighbours([source, memory_document("1AbC", b"\x89PNG\r\n\x1a\n")])
    [found] = ai_studio.read(source)
    [message] = found.conversation.messages.values()
    assert message.parts == (Image("pending:0", None, "image/png", "1AbC", 8),)


def test_sources_of_the_whole_prompt_stand_at_its_last_answer():
    first, _, last = messages(
        model(text="a"), {"role": "user", "text": "b"}, model(text="c"), citations=[{"uri": "https://e.example/"}]
    )
    assert first.parts == (Text("a"),)
    assert last.parts == (Text("c"), Citation("https://e.example/"))


def test_a_prompt_without_a_word_is_told():
    source = document(model(text=""))
    assert list(ai_studio.read(source)) == []
    assert source.problems == ["It has no messages."]
