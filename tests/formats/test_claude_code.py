"""Claude Code's sessions: what goldens do not show."""

import json
from typing import Any

from inglenook.core.model import Text, ToolCall, ToolResult
from inglenook.formats import claude_code
from inglenook.formats.reading.document import Document, memory_document
from inglenook.formats.reading.found import Found

CALL = {"type": "tool_use", "id": "call-1", "name": "Bash", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "call-1", "content": "done"}


def document(*records: Any) -> Document:
    return memory_document("s.jsonl", "".join(f"{json.dumps(record)}\n" for record in records).encode())


def record(id: str, parent: str | None, content: Any, kind: str = "user", **more: Any) -> dict[str, Any]:
    message = {"role": kind, "content": content, **more.pop("message", {})}
    return {"type": kind, "uuid": id, "parentUuid": parent, "sessionId": "session-1", "message": message, **more}


def one(*records: Any) -> Found:
    [found] = claude_code.read(document(*records))
    return found


def parents(found: Found) -> dict[str, str | None]:
    return {message.id: message.parent for message in found.conversation.messages.values()}


def test_a_session_may_begin_with_many_records_that_are_no_messages():
    queue = [{"type": "queue-operation", "sessionId": "session-1"}] * 120
    assert claude_code.sniff(document(*queue, record("record-1", None, "a")).head) is not None
    assert claude_code.sniff(document(*queue).head) is None


def test_messages_hang_from_the_nearest_message_above_other_records():
    hop = {"type": "progress", "uuid": "record-2", "parentUuid": "record-1"}
    found = one(record("record-1", None, "a"), hop, record("record-3", "record-2", "b", "assistant"))
    assert parents(found) == {"record-1": None, "record-3": "record-1"}


def test_records_in_a_circle_come_to_an_end():
    hop = {"type": "progress", "uuid": "record-2", "parentUuid": "record-3"}
    found = one(record("record-1", "record-2", "a"), hop, {**hop, "uuid": "record-3", "parentUuid": "record-2"})
    assert parents(found) == {"record-1": None}


def test_results_of_calls_that_ran_at_once_are_no_branches():
    other = {**CALL, "id": "call-2"}
    found = one(
        record("record-1", None, "a"),
        record("record-2", "record-1", [CALL], "assistant", message={"id": "msg"}),
        record("record-3", "record-2", [other], "assistant", message={"id": "msg"}),
        record("record-4", "record-3", [{**RESULT, "tool_use_id": "call-2"}]),
        record("record-5", "record-2", [RESULT]),
        record("record-6", "record-5", "b", "assistant", message={"id": "next"}),
    )
    assert parents(found) == {"record-1": None, "record-2": "record-1"}
    assert [type(part) for part in found.conversation.messages["record-2"].parts] == [
        ToolCall, ToolCall, ToolResult, ToolResult, Text,
    ]  # fmt: skip


def test_a_second_result_of_the_same_call_is_a_branch():
    found = one(
        record("record-1", None, "a"),
        record("record-2", "record-1", [CALL], "assistant"),
        record("record-3", "record-2", [RESULT]),
        record("record-4", "record-2", [{**RESULT, "content": "other"}]),
        record("record-5", "record-2", "stop"),
    )
    assert parents(found) == {
        "record-1": None, "record-2": "record-1", "record-4": "record-2", "record-5": "record-2",
    }  # fmt: skip


def test_an_answer_that_goes_on_later_is_the_same_message_and_newer():
    log = [record("record-1", None, "a", timestamp="2026-01-01T00:00:00Z")]
    for n, kind, content in ((2, "assistant", [CALL]), (3, "user", [RESULT]), (4, "assistant", "b")):
        log.append(record(f"record-{n}", f"record-{n - 1}", content, kind, timestamp=f"2026-01-01T00:00:0{n}Z"))
    told = [one(*log[:count]).conversation.messages["record-2"] for count in (2, 3, 4)]
    assert [len(message.parts) for message in told] == [1, 2, 3]
    assert [message.revised_ms - message.created_ms for message in told] == [0, 1000, 2000]


def test_a_record_that_comes_again_adds_nothing():
    spread = [record(f"record-{n}", f"record-{n - 1}", f"{n}", "assistant", message={"id": "msg"}) for n in (2, 3)]
    first = record("record-1", None, "a")
    assert one(first, *spread, first, *spread).conversation == one(first, *spread).conversation


def test_records_without_ids_follow_each_other():
    plain = {"type": "user", "sessionId": "session-1", "message": {"content": "b"}}
    found = one(record("record-1", None, "a"), plain, {**plain, "message": {"content": "c"}})
    assert list(parents(found).values()) == [None, *list(parents(found))[:2]]


def test_a_title_given_by_the_user_counts_most():
    titles = [
        {"type": "custom-title", "customTitle": "Mine"},
        {"type": "ai-title", "aiTitle": "Its"},
        {"type": "summary", "summary": "Other"},
    ]
    first = record("record-1", None, "a")
    found = [one(*titles[place:], first).conversation.title.value for place in range(4)]
    assert found == ["Mine", "Its", "Other", "a"]


def test_what_the_program_put_there_is_no_title():
    found = one(record("record-1", None, "<command-name>/clear</command-name>"), record("record-2", "record-1", "Hi"))
    assert found.conversation.title.value == "Hi"


def test_the_end_of_a_side_chain_is_not_what_is_shown():
    found = one(record("record-1", None, "a"), record("record-2", None, "b", isSidechain=True, agentId="x"))
    assert found.conversation.current.value == "record-1"
    assert found.conversation.messages["record-2"].extra["hidden"] is True


def test_a_subagent_is_no_part_of_its_session():
    found = one(record("record-1", None, "a", isSidechain=True, agentId="x"))
    assert found.conversation.extra["source"]["id"] == "session-1/x"
    assert "hidden" not in found.conversation.messages["record-1"].extra
    assert found.conversation.id != one(record("record-1", None, "a")).conversation.id


def test_of_what_waited_only_the_user_s_words_are_seen():
    def waited(n: int, **attachment: Any) -> dict[str, Any]:
        about = {"type": "queued_command", "prompt": [{"type": "text", "text": "b"}], **attachment}
        return {"type": "attachment", "uuid": f"record-{n}", "parentUuid": "record-1", "attachment": about}

    found = one(
        record("record-1", None, "a"),
        waited(2, commandMode="prompt", origin={"kind": "human"}),
        waited(3, commandMode="task-notification"),
        waited(4, commandMode="prompt", origin={"kind": "peer"}),
    )
    waiting = list(found.conversation.messages.values())[1:]
    assert {(message.role, message.parts) for message in waiting} == {("user", (Text("b"),))}
    assert [message.extra.get("hidden") for message in waiting] == [None, True, True]


def test_a_line_that_is_no_record_is_told():
    source = document(record("record-1", None, "a"), 7, record("record-2", "record-1", "b"))
    assert [len(found.conversation.messages) for found in claude_code.read(source)] == [2]
    assert source.problems == ["Line 2 is no record and was left out."]
