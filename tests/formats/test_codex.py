"""Codex's sessions: what goldens do not show."""

import json
from typing import Any

from inglenook.core.model import Image, Message, Text, ToolResult, Unknown
from inglenook.formats import codex
from inglenook.formats.reading.document import Document, memory_document

META = {"type": "session_meta", "payload": {"id": "session-1"}}


def document(*records: Any) -> Document:
    return memory_document("rollout.jsonl", "".join(f"{json.dumps(record)}\n" for record in records).encode())


def item(kind: str, **members: Any) -> dict[str, Any]:
    return {"type": "response_item", "payload": {"type": kind, **members}}


def event(kind: str, **members: Any) -> dict[str, Any]:
    return {"type": "event_msg", "payload": {"type": kind, **members}}


def says(role: str, text: str, **more: Any) -> dict[str, Any]:
    return item("message", role=role, content=[{"type": "input_text", "text": text}], **more)


def used(sent: int, total: int) -> dict[str, Any]:
    return event(
        "token_count", info={"last_token_usage": {"input_tokens": sent}, "total_token_usage": {"input_tokens": total}}
    )


def messages(*records: Any) -> list[Message]:
    [found] = codex.read(document(META, *records))
    return list(found.conversation.messages.values())


def test_other_lines_with_a_type_are_not_claimed():
    for record in ({"type": "session_meta"}, {"type": ["event_msg"], "payload": {}}, {"id": 1, "timestamp": 2}):
        assert codex.sniff(document(record, record).head) is None


def test_what_one_answer_took_is_added_up_and_a_count_that_comes_again_is_not():
    one, two, three, four = messages(
        says("user", "a"), says("assistant", "b"), used(5, 5), used(5, 10), used(5, 10), event("token_count"),
        says("user", "c"), says("assistant", "d"), used(7, 17),
    )  # fmt: skip
    assert [each.usage.prompt_tokens for each in (one, two, three, four)] == [None, 10, None, 7]


def test_events_count_only_for_a_role_that_has_no_items():
    told = messages(event("user_message", message="a"), says("assistant", "b"), event("agent_message", message="b"))
    assert [(each.role, each.parts) for each in told] == [("user", (Text("a"),)), ("assistant", (Text("b"),))]


def test_questions_that_were_taken_back_stay_as_a_branch():
    one, two, three, four, five = messages(
        says("user", "a"), says("assistant", "b"), says("user", "c"), says("assistant", "d"),
        event("thread_rolled_back", num_turns=2), says("user", "e"),
    )  # fmt: skip
    assert [each.parent for each in (one, two, three, four, five)] == [None, one.id, two.id, three.id, None]


def test_an_answer_that_goes_on_later_is_the_same_message_and_newer():
    asked = says("user", "a", timestamp="2026-01-01T00:00:00Z")
    first, more = (says("assistant", text, timestamp=f"2026-01-01T00:00:0{text}Z") for text in "12")
    before, after = messages(asked, first)[-1], messages(asked, first, more)[-1]
    assert (before.id, before.parent, before.created_ms) == (after.id, after.parent, after.created_ms)
    assert after.parts == (*before.parts, Text("2"))
    assert after.revised_ms == before.revised_ms + 1000


def test_more_is_never_taken_back_than_was_asked():
    one, two = messages(says("user", "a"), event("thread_rolled_back", num_turns=9), says("user", "b"))
    assert two.parent == one.id


def test_what_an_interruption_ends_is_the_answer_before_it_and_no_other():
    _, two, _, four = messages(
        says("user", "a"), says("assistant", "b"), event("turn_aborted"), says("user", "c"), says("assistant", "d")
    )
    assert (two.status, four.status) == ("interrupted", "done")


def test_an_interruption_before_any_answer_ends_none():
    told = messages(says("user", "a"), event("turn_aborted"), says("user", "b"))
    assert [each.status for each in told] == ["done", "done"]


def test_pictures_in_a_result_stand_beside_its_text():
    picture = {"type": "input_image", "image_url": "data:image/png;base64,AAAA"}
    [one] = messages(item("function_call_output", call_id="c", output=[{"type": "input_text", "text": "x"}, picture]))
    assert one.parts[0] == ToolResult("c", "x")
    assert isinstance(one.parts[1], Image)


def test_the_program_speaks_for_the_user_out_of_sight_and_not_in_the_title():
    source = document(META, says("user", "<environment_context>…</environment_context>"), says("user", "Hello\nyou"))
    [found] = codex.read(source)
    assert [m.extra.get("hidden") for m in found.conversation.messages.values()] == [True, None]
    assert found.conversation.title.value == "Hello you"


def test_the_head_of_a_session_that_this_one_goes_on_from_is_not_its_own():
    other = {"type": "session_meta", "payload": {"id": "session-0"}}
    [found] = codex.read(document(META, other, says("user", "a")))
    assert found.conversation.extra["source"]["id"] == "session-1"


def test_an_item_that_nobody_knows_is_kept_and_a_record_of_the_program_is_not():
    told = messages(item("mystery", x=1), item("ghost_snapshot", ghost_commit={}))
    assert told[0].parts == (Unknown("mystery", {"type": "mystery", "x": 1}),)


def test_a_session_in_which_nothing_is_said_is_told():
    source = document(META, event("task_started"))
    assert list(codex.read(source)) == []
    assert source.problems == ["It has no messages."]
