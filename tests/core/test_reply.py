"""One answer, event by event."""

import json
import time
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook.core.errors import InglenookError, NotTheProtocol, ProviderFailed, Refused, StreamBroken, Unreachable
from inglenook.core.model import Author, Failure, Message, Reasoning, Text, ToolCall, Unknown, Usage
from inglenook.core.reply import Finished, Identified, Measured, ReasoningAdded, Reply, TextAdded, read_usage


def chunk(delta=None, finish=None, **top):
    return json.dumps({"choices": [{"index": 0, "delta": delta or {}, "finish_reason": finish}], **top})


def replay(*events, end=True):
    reply = Reply()
    for event in events:
        reply.feed_event(event, 1)
    if end:
        reply.end(2)
    return reply


def test_finishing_twice_is_told_once():
    reply = Reply()
    assert (Finished("stop"),) == reply.feed_event(chunk({"content": ""}, "stop"), 1)
    again = reply.feed_event(chunk({"content": ""}, "stop", usage={"prompt_tokens": 1}), 1)
    assert (Measured(Usage(prompt_tokens=1)),) == again


def test_who_serves_is_told_when_it_becomes_known_and_not_again():
    reply = Reply()
    first = reply.feed_event(chunk({"content": "a"}, model="m-1", id="g", provider="P"), 1)
    assert (Identified("m-1", "P", "g"), TextAdded("a")) == first
    assert (TextAdded("b"),) == reply.feed_event(chunk({"content": "b"}, model="m-1", id="g"), 1)


def test_the_same_thought_under_two_names_is_shown_once():
    reply = replay(chunk({"reasoning": "hm", "reasoning_content": "hm"}), chunk({"reasoning_content": "hm"}), end=False)
    assert (Reasoning("hm", (), 0),) == reply.parts(1)


def test_details_are_not_shown_beside_plain_reasoning():
    details = [{"type": "reasoning.text", "text": "hm", "index": 0}]
    reply = replay(chunk({"reasoning": "hm"}), chunk({"reasoning_details": details}), end=False)
    assert (Reasoning("hm", tuple(details), 0),) == reply.parts(1)


def test_reasoning_lasts_until_the_first_word():
    reply = Reply()
    for at_ms, delta in ((100, {"reasoning": "a"}), (900, {"reasoning": "b"}), (1000, {"content": "c"})):
        reply.feed_event(chunk(delta), at_ms)
    assert reply.parts(5000)[0].duration_ms == 900


def test_reasoning_that_still_goes_on_lasts_until_now_and_one_cut_off_until_the_end():
    reply = Reply()
    reply.feed_event(chunk({"reasoning": "a"}), 100)
    assert reply.parts(500)[0].duration_ms == 400
    reply.stop(300)
    assert reply.parts(5000)[0].duration_ms == 200


def test_stopping_keeps_the_text_received_so_far_and_is_no_failure():
    reply = replay(chunk({"content": "So fa"}), end=False)
    reply.stop(8)
    assert ("interrupted", (Text("So fa"),)) == (reply.status, reply.parts())
    assert () == reply.feed_event(chunk({"content": "late"}), 9) == reply.end(9)
    assert (Text("So fa"),) == reply.parts()


def test_a_network_failure_keeps_the_text_received_so_far():
    reply = replay(chunk({"content": "So fa"}), end=False)
    error = Unreachable("The server cannot be reached.")
    reply.fail(error, 8)
    assert (Text("So fa"), Failure(error.message, error.advice)) == reply.parts()
    assert reply.fail(StreamBroken("second"), 9) == ()
    assert error is reply.error


def test_what_comes_after_the_end_mark_is_not_part_of_the_answer():
    reply = replay(chunk({"content": "a"}, "stop"), "[DONE]", chunk({"content": "b"}))
    assert ("done", (Text("a"),), True) == (reply.status, reply.parts(), reply.complete)


def test_an_end_mark_without_a_finish_reason_is_an_end():
    assert replay(chunk({"content": "a"}), "[DONE]").status == "done"


@pytest.mark.parametrize(
    ("events", "error", "status", "message"),
    [
        ([], StreamBroken, "failed", "No answer came."),
        ([chunk({"content": "a"})], StreamBroken, "failed", "The answer broke off before its end."),
        ([chunk({}, "stop"), "[DONE]"], ProviderFailed, "failed", "The model answered with nothing."),
        (
            [chunk({"reasoning": "long"}, "length")],
            ProviderFailed,
            "failed",
            "The model reached its length limit before it wrote anything.",
        ),
        (
            [chunk({"content": "a"}, "content_filter")],
            Refused,
            "refused",
            "The provider's content filter stopped the answer.",
        ),
        ([chunk({}, "error")], ProviderFailed, "failed", "The provider broke off the answer."),
        (["{}"], NotTheProtocol, "failed", "The answer is not one of the chat completions API."),
        (["[1, 2]"], NotTheProtocol, "failed", "The answer is not one of the chat completions API."),
        (["not json"], NotTheProtocol, "failed", "The server's answer is not JSON."),
        (
            [chunk({"content": "a"}), "not json"],
            StreamBroken,
            "failed",
            "The answer was damaged on its way.",
        ),
        (['{"error":"out of memory"}'], ProviderFailed, "failed", "The provider failed."),
        (['{"error":{"code":"502","message":"x"}}'], ProviderFailed, "failed",
         "The provider failed or gave no usable answer."),
    ],
)
def test_an_answer_that_is_not_whole_says_what_is_missing(events, error, status, message):
    reply = replay(*events)
    assert (error, status, message) == (type(reply.error), reply.status, reply.error.message)


def test_an_answer_cut_at_its_length_limit_is_an_answer():
    reply = replay(chunk({"content": "a"}, "length"))
    assert (reply.status, reply.finish_reason) == ("done", "length")


def test_a_refusal_in_words_is_text_and_marks_the_message():
    reply = replay(chunk({"content": None, "refusal": "I would rather not."}, "stop"))
    assert ("refused", (Text("I would rather not."),)) == (reply.status, reply.parts())


def test_a_call_without_id_or_index_gets_an_id_and_arguments_may_be_an_object():
    calls = [{"function": {"name": "f", "arguments": {"a": 1}}}]
    assert (ToolCall("call_0", "f", '{"a": 1}'),) == replay(chunk({"tool_calls": calls}, "stop")).parts()


def test_fragments_without_an_index_belong_to_the_call_before():
    events = [chunk({"tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{"}}]}),
              chunk({"tool_calls": [{"function": {"arguments": "}"}}]}, "tool_calls")]
    assert (ToolCall("c", "f", "{}"),) == replay(*events).parts()


def test_an_encrypted_block_that_comes_twice_is_kept_once():
    block = {"type": "reasoning.encrypted", "data": "abc", "index": 0, "id": "r"}
    reply = replay(*[chunk({"reasoning_details": [block]})] * 2, end=False)
    assert (Reasoning("", (block,)),) == reply.parts()


def test_details_of_other_ids_stay_apart():
    blocks = [{"type": "reasoning.encrypted", "data": name, "index": 0, "id": name} for name in ("a", "b")]
    assert tuple(blocks) == replay(chunk({"reasoning_details": blocks}), end=False).parts()[0].details


def test_a_picture_that_cannot_be_shown_is_kept_as_unknown():
    images = [{"image_url": {"url": "data:image/svg+xml;base64,PHN2Zz4="}}]
    assert (Unknown("image", {"url": "data:image/svg+xml;base64,PHN2Zz4="}),) == replay(
        chunk({"images": images}, "stop")
    ).parts()


def test_a_draft_while_streaming_has_no_duration_yet():
    reply = Reply()
    reply.feed_event(chunk({"content": "a"}), 30)
    draft = reply.message(Message("m", None, "assistant", author=Author(model="m")), started_ms=10, at_ms=60)
    assert (
        draft.status, draft.revised_ms, draft.usage.first_token_ms, draft.usage.duration_ms,
    ) == ("streaming", 60, 20, None)


def test_usage_is_rebuilt_and_never_believed():
    assert Usage() == read_usage(
        {"prompt_tokens": -1, "completion_tokens": "9", "cost": float("nan"), "prompt_tokens_details": [1]}
    )
    assert Usage(prompt_tokens=12, cost_usd=0.0) == read_usage({"prompt_tokens": 12.0, "cost": 0})
    assert Usage() == read_usage(None) == read_usage({"cost": -1, "prompt_tokens": True, "completion_tokens": 10**400})


def test_twenty_thousand_small_events_take_a_moment():
    events = [chunk({"content": "word "})] * 10_000 + [
        chunk({"reasoning_details": [{"type": "reasoning.text", "text": "w ", "index": 0}]})
    ] * 10_000
    began = time.process_time()
    reply = replay(*events, end=False)
    assert len(reply.parts()[-1].text) == 50_000
    # Measured at 0.25 s; an answer whose cost grew with its square would take minutes.
    assert time.process_time() - began < 5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(
            (
                "choices", "delta", "message", "content", "reasoning", "reasoning_details", "tool_calls", "function",
                "arguments", "index", "id", "usage", "error", "code", "annotations", "url_citation", "url", "images",
                "image_url", "type", "text", "summary", "data", "finish_reason", "model", "metadata", "headers",
                "Retry-After", "detail", "cost", "object",
            )
        ),
        inner,
        max_size=6,
    ),
    max_leaves=25,
)


@settings(max_examples=300)
@given(
    st.lists(JSON | st.fixed_dictionaries({"choices": st.lists(st.fixed_dictionaries({"delta": JSON}))}), max_size=4)
)
def test_any_json_gives_changes_or_our_errors_and_can_be_stored(values):
    reply = replay(*(json.dumps(value) for value in values))
    message = reply.message(Message("m", None, "assistant"), started_ms=0, at_ms=3)
    assert reply.error is None or isinstance(reply.error, InglenookError)
    # Failing to write UTF-8 or JSON without NaN raises.
    json.dumps([asdict(part) for part in message.parts], ensure_ascii=False, allow_nan=False).encode("utf-8")


@pytest.mark.parametrize("data", ["[" * 100_000, "1" * 5000, "\ud800"])
def test_json_beyond_reason_is_an_error_of_ours(data):
    assert isinstance(replay(data).error, NotTheProtocol)


def test_nesting_without_end_is_cut_so_that_it_can_be_stored():
    deep = '{"choices":[{"delta":{"reasoning_details":[{"a":' + "[" * 150 + "]" * 150 + "}]}}]}"
    details = replay(deep, end=False).parts()[0].details
    assert len(json.dumps(details)) < 100


def test_reasoning_is_a_change_of_its_own():
    assert (ReasoningAdded("hm"), TextAdded("a")) == Reply().feed_event(chunk({"reasoning": "hm", "content": "a"}), 1)
