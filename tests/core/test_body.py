"""Recorded bodies, whole and byte by byte."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.core import body as body_module
from inglenook.core.body import ReplyBody
from inglenook.core.errors import InglenookError, NotTheProtocol, ProviderFailed, RateLimited, StreamBroken
from inglenook.core.model import Citation, Failure, Image, Message, Reasoning, Text, ToolCall
from inglenook.core.reply import Reply, TextAdded

STREAMS = Path(__file__).parents[1] / "data" / "streams"
RECORDINGS = sorted(path.name for path in STREAMS.iterdir())


def receive(recording: bytes | str, size: int | None = None) -> tuple[Reply, list]:
    data = (STREAMS / recording).read_bytes() if isinstance(recording, str) else recording
    body, changes = ReplyBody(), []
    for start in range(0, len(data), size or max(1, len(data))):
        changes += body.feed(data[start : start + (size or len(data))], 7)
    changes += body.close(9)
    return body.reply, changes


def seen(reply: Reply, changes: list) -> str:
    """Everything that a caller can see. Errors are compared by what they say."""
    said = [repr(change) for change in changes]
    error = reply.error and (type(reply.error), vars(reply.error))
    return repr((said, reply.message(Message("m", None, "assistant"), started_ms=1, at_ms=9), reply.blobs, error))


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_gives_the_same_answer_whole_and_byte_by_byte(name):
    assert seen(*receive(name)) == seen(*receive(name, 1)) == seen(*receive(name, 5))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("openrouter_reasoning.sse", "Good morning ☀"),
        ("usage_without_choices.sse", "Yes."),
        ("never_marked_done.sse", "Brief."),
        ("carriage_returns.sse", "Línea uno\nlínea dos 🌲"),
        ("halved_surrogates.sse", "Fir 🌲 tree \ufffd"),
        ("ollama.sse", "Hello"),
        ("llamacpp_reasoning.sse", "4"),
        ("vllm.sse", "Two words"),
        ("delta_missing.sse", "All at once"),
        ("thinking_as_parts.sse", "Sure."),
        ("openrouter_whole.json", "Good morning"),
        ("ollama_whole.json", "Hello"),
    ],
)
def test_every_server_s_way_of_writing_gives_the_text(name, text):
    reply, changes = receive(name)
    assert [Text(text)] == [part for part in reply.parts() if isinstance(part, Text)]
    assert text == "".join(change.text for change in changes if isinstance(change, TextAdded))
    assert (reply.status, reply.finish_reason, reply.error) == ("done", "stop", None)


@pytest.mark.parametrize(
    ("name", "error", "text", "code"),
    [
        ("openrouter_broken_by_provider.sse", ProviderFailed, "Half an ans", 502),
        ("error_is_the_only_event.sse", RateLimited, None, None),
        ("finish_error_without_object.sse", ProviderFailed, "Once upon", None),
        ("cut_short.sse", StreamBroken, "The first half", None),
        ("vllm_old_error.sse", ProviderFailed, None, 500),
        ("error_whole.json", ProviderFailed, None, 502),
        ("web_page.html", NotTheProtocol, None, None),
        ("plain_words.txt", NotTheProtocol, None, None),
    ],
)
def test_an_answer_that_failed_keeps_its_text_and_says_why(name, error, text, code):
    reply, changes = receive(name)
    assert type(reply.error) is error
    assert reply.status == "failed"
    *rest, failure = reply.parts()
    assert ([Text(text)] if text else []) == rest
    assert isinstance(failure, Failure)
    assert (reply.error.message, reply.error.advice, code) == (failure.message, failure.advice, failure.code)
    assert reply.error is changes[-1].error


@pytest.mark.parametrize(
    ("name", "reasoning", "details"),
    [
        (
            "openrouter_reasoning.sse",
            "The user greets me. Answer kindly.",
            (
                {
                    "type": "reasoning.text",
                    "format": "unknown",
                    "index": 0,
                    "signature": "c2lnbmF0dXJl",
                    "text": "The user greets me. Answer kindly.",
                },
            ),
        ),
        (
            "reasoning_encrypted.sse",
            "Weighing options.",
            (
                {
                    "type": "reasoning.summary",
                    "id": "rs_1",
                    "format": "openai-responses-v1",
                    "index": 0,
                    "summary": "Weighing options.",
                },
                {
                    "type": "reasoning.encrypted",
                    "id": "rs_1",
                    "format": "openai-responses-v1",
                    "index": 0,
                    "data": "gAAAAfirst",
                },
            ),
        ),
        ("llamacpp_reasoning.sse", "Sum it.", ()),
        ("thinking_as_parts.sse", "Hm. Yes.", ()),
    ],
)
def test_reasoning_is_shown_once_and_its_twin_is_kept_to_be_sent_back(name, reasoning, details):
    reply, _ = receive(name)
    part = reply.parts()[0]
    assert isinstance(part, Reasoning)
    assert (reasoning, details) == (part.text, part.details)


def test_parallel_tool_calls_are_put_together_from_their_pieces():
    reply, _ = receive("openrouter_two_tool_calls.sse")
    calls = (ToolCall("call_a1", "weather", '{"city":"Lima"}'), ToolCall("call_b2", "weather", '{"city":"Oslo"}'))
    assert calls == reply.parts()
    assert (reply.finish_reason, reply.status) == ("tool_calls", "done")


def test_tool_calls_that_share_an_index_are_told_apart_by_id():
    reply, _ = receive("ollama_tools_share_an_index.sse")
    assert (ToolCall("call_x1", "look", '{"at":"a"}'), ToolCall("call_x2", "look", '{"at":"b"}')) == reply.parts()


def test_citations_of_both_forms_are_kept_once_by_address():
    reply, _ = receive("citations_nested_and_flat.sse")
    expected = (Citation("https://one.example/a", "One", "first"), Citation("https://two.example/b", "Two"))
    assert (Text("See both."), *expected) == reply.parts()


def test_a_picture_becomes_bytes_and_a_foreign_one_stays_an_address():
    reply, _ = receive("picture.sse")
    text, first, second = reply.parts()
    assert Text("Here it is.") == text
    assert {first.sha256: b"\x89PNG\r\n\x1a\nour own picture"} == reply.blobs
    assert (first.media_type, first.size, first.name) == ("image/png", 23, "picture.png")
    assert Image(url="https://pictures.example/2.png") == second


def test_the_message_names_who_served_and_what_it_took():
    reply, _ = receive("openrouter_reasoning.sse")
    message = reply.message(Message("m", "p", "assistant", status="streaming"), started_ms=2, at_ms=50)
    assert (message.id, message.parent, message.status, message.revised_ms) == ("m", "p", "done", 9)
    assert (message.author.served_model, message.author.provider) == ("acme/thinker-2-20260801", "Example Cloud")
    assert message.generation_id == "gen-1790000001-AbCdEfGhIjKlMnOpQrSt"
    usage = message.usage
    assert (
        usage.prompt_tokens,
        usage.completion_tokens,
        usage.reasoning_tokens,
        usage.cached_tokens,
        usage.cost_usd,
    ) == (18, 15, 11, 4, 0.000261)
    assert (usage.first_token_ms, usage.duration_ms) == (5, 7)


def test_an_empty_body_is_a_broken_stream():
    reply, _ = receive(b"")
    assert isinstance(reply.error, StreamBroken)


def test_a_body_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(body_module, "MAX_WHOLE", 100)
    body = ReplyBody()
    body.feed(b"{" + b" " * 200, 1)
    assert isinstance(body.reply.error, NotTheProtocol)
    assert () == body.feed(b" " * 200, 1) == body.close(2)


@given(st.binary(max_size=400))
def test_any_bytes_end_as_an_answer_or_as_one_of_our_errors(data):
    reply, _ = receive(data)
    assert reply.ended
    assert reply.error is None or isinstance(reply.error, InglenookError)
