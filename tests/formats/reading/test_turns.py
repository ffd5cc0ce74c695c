"""Chains of calls, results and answers on their way into a draft."""

from typing import Any

from inglenook.core.model import Author, Text, ToolCall, ToolResult, Usage
from inglenook.formats.reading.draft import Draft
from inglenook.formats.reading.turns import Turn, add_turns, key_for

CALL, RESULT = ToolCall("1", "look", "{}"), ToolResult("1", "seen")


def made(*turns: Turn) -> tuple[dict[str, str], list[Any]]:
    draft = Draft("test", "one")
    ids = add_turns(draft, turns)
    return ids, list(draft.finish().conversation.messages.values())


def turn(key: str, parent: str | None, role: Any, *parts: Any, **known: Any) -> Turn:
    return Turn(key, parent, role, list(parts), key, False, known)


def test_a_call_its_result_and_the_answer_are_one_message():
    ids, messages = made(
        turn("user-000", None, "user", Text("Look.")),
        turn("call-000", "user-000", "assistant", CALL, usage=Usage(completion_tokens=2, first_token_ms=9)),
        turn("tool-000", "call-000", "tool", RESULT),
        turn("said-000", "tool-000", "assistant", Text("Seen."), usage=Usage(completion_tokens=3, first_token_ms=7)),
        turn("user-111", "said-000", "user", Text("Thanks.")),
    )
    assert [message.id for message in messages] == ["user-000", "call-000", "user-111"]
    assert messages[1].parts == (CALL, RESULT, Text("Seen."))
    assert messages[1].usage == Usage(completion_tokens=5, first_token_ms=9)
    assert messages[2].parent == "call-000" == ids["said-000"] == ids["tool-000"]


def test_an_answer_that_was_made_again_after_a_tool_stands_beside_the_other():
    _, messages = made(
        turn("call-000", None, "assistant", CALL),
        turn("tool-000", "call-000", "tool", RESULT),
        turn("said-000", "tool-000", "assistant", Text("One.")),
        turn("said-111", "tool-000", "assistant", Text("Two.")),
    )
    assert [(message.id, message.parent) for message in messages] == [
        ("call-000", None),
        ("said-000", "call-000"),
        ("said-111", "call-000"),
    ]


def test_two_answers_without_a_tool_between_them_and_those_of_two_models_stay_apart():
    _, messages = made(
        turn("said-000", None, "assistant", Text("One.")),
        turn("said-111", "said-000", "assistant", Text("Two.")),
        turn("call-000", "said-111", "assistant", CALL, author=Author("a")),
        turn("tool-000", "call-000", "tool", RESULT),
        turn("said-222", "tool-000", "assistant", Text("Three."), author=Author("b")),
    )
    assert [message.id for message in messages] == ["said-000", "said-111", "call-000", "said-222"]


def test_a_result_without_its_call_and_circles_and_gaps_are_taken_as_they_are():
    _, messages = made(
        turn("tool-000", "gone", "tool", RESULT),
        turn("call-000", "tool-111", "assistant", CALL),
        turn("tool-111", "call-000", "tool", RESULT),
        turn("self-000", "self-000", "user", Text("Me.")),
    )
    assert sorted(message.id for message in messages) == ["call-000", "self-000", "tool-000"]
    assert all(message.parent is None for message in messages)


def test_keys_differ_whatever_the_ids_are():
    taken: set[str] = set()
    for id in ("", "a", "a", "", "b"):
        key = key_for(id, taken)
        assert key not in taken
        taken.add(key)
