"""What an answer looks like, streamed and whole, and what it leaves in the log."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from inglenook.practice import Account, Pace
from inglenook.practice.account import PRACTICE_KEY, Key
from inglenook.practice.catalogue import MODELS
from inglenook.practice.text import NOTICE
from inglenook.practice.tokens import count_tokens

from tests.practice.desk import START_MS, Desk, joined

TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "unit": {"enum": ["c", "f"]}, "days": {"type": "integer"}},
            "required": ["city", "unit"],
        },
    },
}


def test_a_greeting_quotes_the_prompt_and_says_that_no_ai_wrote_it(desk):
    found = desk.events("Good morning, dear house")
    text = joined(found, "content")
    assert "“Good morning, dear house”" in text
    assert NOTICE in text


def test_every_script_says_that_it_is_canned(desk):
    for words in ("tour", "long", "think", "break off", "anything else"):
        assert NOTICE in joined(desk.events(words), "content"), words


def test_a_stream_ends_with_the_terminal_chunk_twice_and_done(desk):
    *_, first, second, done = desk.events()
    assert done == "[DONE]"
    assert "usage" not in first
    assert first["choices"] == second["choices"]
    assert first["choices"][0]["finish_reason"] == "stop"
    assert first["choices"][0]["native_finish_reason"] == "end_turn"
    assert second["usage"]["total_tokens"] == second["usage"]["prompt_tokens"] + second["usage"]["completion_tokens"]


def test_every_chunk_names_the_generation_the_dated_model_and_the_provider(desk):
    response = desk.open(provider={"only": ["birch"]})
    assert response.headers["Content-Type"] == "text/event-stream"
    found = [json.loads(chunk.data[6:]) for chunk in response.chunks if chunk.data.startswith(b"data: {")]
    ids = {event["id"] for event in found}
    assert ids == {response.headers["X-Generation-Id"]}
    assert {event["model"] for event in found} == {"practice/hearth-1-20260801"}
    assert {event["provider"] for event in found} == {"Birch"}
    assert all(event["choices"][0]["delta"]["role"] == "assistant" for event in found)


def test_a_silent_provider_is_bridged_by_comment_lines():
    desk = Desk(pace=Pace(50, 1500))
    chunks = list(desk.open().chunks)
    comments = [chunk for chunk in chunks if chunk.data == b": OPENROUTER PROCESSING\n\n"]
    assert [chunk.wait_ms for chunk in comments] == [0, 600, 600, 300]


def test_the_pace_is_kept_without_drift():
    desk = Desk(pace=Pace(60, 0))
    chunks = list(desk.open("long 600 tokens").chunks)
    assert sum(chunk.wait_ms for chunk in chunks) == 10_000
    assert {chunk.wait_ms for chunk in chunks if b'"content":"' in chunk.data} <= {0, 16, 17}


def test_reasoning_comes_first_and_twice_as_text_and_as_details(desk):
    found = desk.events("think", "practice/flint-2")
    thought = joined(found, "reasoning")
    details = [d for e in found if e != "[DONE]" for d in e["choices"][0]["delta"].get("reasoning_details", [])]
    assert thought == "".join(detail["text"] for detail in details)
    assert [bool(detail.get("signature")) for detail in details] == [False] * (len(details) - 1) + [True]
    kinds = ["r" if "reasoning" in e["choices"][0]["delta"] else "t" for e in found[1:-3]]
    assert "".join(kinds).lstrip("r").replace("t", "") == ""
    assert found[-2]["usage"]["completion_tokens_details"]["reasoning_tokens"] == count_tokens(thought)


@pytest.mark.parametrize(
    "more", [{"reasoning": {"effort": "none"}}, {"reasoning": {"enabled": False}}, {"reasoning_effort": "none"}]
)
def test_reasoning_can_be_switched_off(desk, more):
    found = desk.events("think", "practice/flint-2", **more)
    assert joined(found, "reasoning") == ""
    assert found[-2]["usage"]["completion_tokens_details"]["reasoning_tokens"] == 0


def test_excluded_reasoning_is_hidden_and_billed(desk):
    found = desk.events("think", "practice/flint-2", reasoning={"exclude": True})
    assert joined(found, "reasoning") == ""
    assert found[-2]["usage"]["completion_tokens_details"]["reasoning_tokens"] > 10


def test_mandatory_reasoning_cannot_be_switched_off(desk):
    status, body = desk.chat("think", "practice/flint-2-pro", reasoning={"effort": "none"})
    assert (status, body["error"]["code"]) == (400, 400)


def test_parallel_tool_calls_open_once_and_grow_by_index(desk):
    found = desk.events("the weather, twice", "practice/anvil-tools", tools=[TOOL])
    opened: dict[int, str] = {}
    arguments = {0: "", 1: ""}
    for event in found[:-1]:
        for call in event["choices"][0]["delta"].get("tool_calls", []):
            assert event["choices"][0]["delta"]["content"] is None
            if "id" in call:
                assert call["index"] not in opened
                opened[call["index"]] = call["function"]["name"]
            arguments[call["index"]] += call["function"]["arguments"]
    assert opened == {0: "weather", 1: "weather"}
    assert json.loads(arguments[0]) == {"city": "Oslo", "unit": "c"}
    assert json.loads(arguments[1]) == {"city": "Lima", "unit": "c"}
    assert found[-2]["choices"][0]["finish_reason"] == "tool_calls"


def test_a_tool_choice_decides_without_any_words(desk):
    forced = {"type": "function", "function": {"name": "weather"}}
    _, body = desk.chat("Hello", "practice/anvil-tools", tools=[TOOL], tool_choice=forced)
    assert body["choices"][0]["message"]["tool_calls"][0]["function"]["name"] == "weather"
    _, body = desk.chat("weather", "practice/anvil-tools", tools=[TOOL], tool_choice="none")
    assert body["choices"][0]["finish_reason"] == "stop"


def test_a_tool_result_is_answered(desk):
    messages = [
        {"role": "user", "content": "weather"},
        {"role": "assistant", "content": None, "tool_calls": []},
        {"role": "tool", "tool_call_id": "call_practice_1", "content": "rain"},
    ]
    _, body = desk.post("/chat/completions", {"model": "practice/anvil-tools", "messages": messages, "tools": [TOOL]})
    assert "“rain”" in body["choices"][0]["message"]["content"]


def test_an_error_inside_a_stream_keeps_the_text_before_it_and_ends_without_done(desk):
    found = desk.events("break off")
    assert joined(found, "content")
    last = found[-1]
    assert last["error"]["code"] == 502
    assert last["error"]["metadata"]["provider_name"] == last["provider"]
    assert last["choices"][0]["finish_reason"] == "error"


def test_an_error_inside_a_whole_answer_stands_beside_an_empty_message(desk):
    status, body = desk.chat("break off")
    assert status == 200
    assert body["choices"][0]["error"]["code"] == 502
    assert body["choices"][0]["message"]["content"] == ""


def test_an_empty_answer_costs_nothing(desk):
    found = desk.events("empty")
    assert joined(found, "content") == ""
    assert found[-2]["usage"]["completion_tokens"] == 0
    assert found[-2]["usage"]["cost"] == 0


@pytest.mark.parametrize(("text", "more", "tokens"), [("cut off", {}, 24), ("tour", {"max_tokens": 5}, 5)])
def test_a_length_limit_is_named_as_the_reason(desk, text, more, tokens):
    found = desk.events(text, **more)
    assert found[-2]["choices"][0]["finish_reason"] == "length"
    assert found[-2]["usage"]["completion_tokens"] == tokens


def test_reasoning_can_use_up_the_whole_budget(desk):
    found = desk.events("think", "practice/flint-2", max_completion_tokens=8)
    assert joined(found, "content") == ""
    assert found[-2]["choices"][0]["finish_reason"] == "length"


@pytest.mark.parametrize(("words", "tokens"), [("long", 2400), ("long 5000 tokens", 5000)])
def test_a_long_answer_has_as_many_tokens_as_asked(desk, words, tokens):
    usage = desk.events(words)[-2]["usage"]
    assert usage["completion_tokens"] == tokens


def test_equal_requests_get_equal_answers(desk):
    assert joined(desk.events("tour"), "content") == joined(desk.events("tour"), "content")


def test_streamed_and_whole_answers_agree(desk):
    found = desk.events("think", "practice/flint-2")
    _, body = desk.chat("think", "practice/flint-2")
    message = body["choices"][0]["message"]
    assert message["content"] == joined(found, "content")
    assert message["reasoning"] == joined(found, "reasoning")
    assert body["usage"] == found[-2]["usage"]


def test_the_cost_is_prices_times_tokens(desk):
    usage = desk.events("Hello", provider={"only": ["alder"]})[-2]["usage"]
    expected = Decimal(usage["prompt_tokens"]) * Decimal("0.0000005")
    expected += Decimal(usage["completion_tokens"]) * Decimal("0.0000015")
    assert usage["cost"] == float(expected)
    assert usage["prompt_tokens"] == 3 + 1


def test_lending_prompts_takes_one_percent_off():
    plain, lent = Desk(), Desk(Account(lends_prompts=True))
    costs = [desk.events()[-2]["usage"]["cost"] for desk in (plain, lent)]
    assert costs[1] == pytest.approx(costs[0] * 0.99)
    assert [desk.router.log[0].lent for desk in (plain, lent)] == [False, True]


def test_free_models_cost_nothing(desk):
    assert desk.events(model="practice/hearth-1:free")[-2]["usage"]["cost"] == 0


def test_key_and_credits_add_up_what_the_answers_said(desk):
    costs = [desk.events(words)[-2]["usage"]["cost"] for words in ("Hello", "tour", "long")]
    assert desk.get("/key")[1]["data"]["usage"] == pytest.approx(sum(costs))
    assert desk.get("/key")[1]["data"]["usage_daily"] == pytest.approx(sum(costs))
    assert desk.get("/credits")[1]["data"] == {"total_credits": 20.0, "total_usage": pytest.approx(sum(costs))}
    desk.now_ms += 40 * 86_400_000
    assert desk.get("/key")[1]["data"]["usage_monthly"] == 0


def test_closing_early_is_logged_as_cancelled_and_billed_as_far_as_it_went(desk):
    response = desk.open("long", provider={"only": ["alder"]})
    chunks = iter(response.chunks)
    for _ in range(12):
        next(chunks)
    response.chunks.close()
    entry = desk.router.log[-1]
    assert entry.cancelled
    assert entry.finish_reason is None
    assert entry.completion_tokens == 10
    assert next(chunks, None) is None
    assert len(desk.router.log) == 1


def test_a_provider_that_cannot_be_stopped_bills_the_whole_answer(desk):
    response = desk.open("long", "practice/anvil-tools", provider={"only": ["hazel"]})
    next(iter(response.chunks))
    response.chunks.close()
    assert (desk.router.log[-1].cancelled, desk.router.log[-1].completion_tokens) == (True, 2400)


def test_a_dropped_answer_counts_as_cancelled(desk):
    desk.open()
    assert [entry.cancelled for entry in desk.router.log] == [True]


def test_a_read_answer_is_logged_once(desk):
    list(desk.open().chunks)
    assert [(entry.cancelled, entry.finish_reason) for entry in desk.router.log] == [(False, "stop")]


def test_a_generation_can_be_looked_up_after_the_lag():
    desk = Desk(Account(generation_lag_ms=1000))
    event = desk.events()[-2]
    target = f"/generation?id={event['id']}"
    assert desk.get(target)[0] == 404
    desk.now_ms += 1000
    status, body = desk.get(target)
    assert status == 200
    assert body["data"]["total_cost"] == event["usage"]["cost"]
    assert body["data"]["created_at"] == "2026-09-21T14:13:20.000Z"
    assert desk.get("/generation?id=gen-0")[0] == 404


def test_the_log_holds_no_word_of_prompts_or_answers(desk):
    secret = "xylophone"
    for text in (f"{secret} hello", f"{secret} error 403", f"{secret} break off"):
        desk.chat(text)
        list(desk.open(text).chunks)
    desk.chat(secret, model=f"practice/{secret}")
    desk.post("/chat/completions", {"messages": secret, "model": secret})
    desk.post("/chat/completions", secret.encode())
    assert len(desk.router.log) == 9
    assert secret not in repr(desk.router.log)
    assert NOTICE not in repr(desk.router.log)
    assert PRACTICE_KEY not in repr(desk.router.log)


def test_a_question_that_was_refused_does_not_fail_the_next_one():
    desk = Desk()
    assert desk.chat("error 429")[0] == 429
    status, body = desk.chat("error 429\n\nHello again")
    assert (status, "“Hello again”" in body["choices"][0]["message"]["content"]) == (200, True)


def test_refused_calls_are_logged_with_their_status(desk):
    desk.chat("error 429")
    desk.chat("Hello", provider={"only": ["nobody"]})
    assert [(entry.status, entry.cost_usd) for entry in desk.router.log] == [(429, 0), (404, 0)]


def test_without_credit_nothing_paid_is_served_and_free_is():
    desk = Desk(Account(credits_usd=Decimal(0)))
    status, body = desk.chat()
    assert (status, body["error"]["metadata"]["limit_source"]) == (402, "openrouter_credits")
    assert desk.chat(model="practice/hearth-1:free")[0] == 200


def test_a_negative_balance_blocks_free_models_too():
    desk = Desk()
    desk.chat("long")
    desk.router.account = replace(desk.router.account, credits_usd=Decimal(0))
    assert desk.chat(model="practice/hearth-1:free")[0] == 402


def test_a_key_stops_at_its_limit(desk):
    desk.router.add_key("sk-small", Key("small", limit_usd=Decimal("0.00001")))
    headers = {"Authorization": "Bearer sk-small"}
    body = {"messages": [{"role": "user", "content": "Hello"}]}
    assert desk.post("/chat/completions", body, headers)[0] == 200
    status, refused = desk.post("/chat/completions", body, headers)
    assert (status, refused["error"]["metadata"]["limit_source"]) == (402, "openrouter_key_limit")
    assert desk.get("/key", headers)[1]["data"]["limit_remaining"] == 0


def test_parallel_calls_are_held_against_a_small_balance():
    desk = Desk(Account(credits_usd=Decimal("0.0008")))
    first = desk.open()
    status, body = desk.chat()
    assert (status, body["error"]["metadata"]["reason"]) == (402, "in_flight_budget_exhausted")
    list(first.chunks)
    assert desk.chat()[0] == 200
    status, body = desk.chat(max_tokens=100_000)
    assert (status, body["error"]["metadata"]["reason"]) == (402, "weight_exceeds_budget")


def test_free_models_have_a_cap_per_minute_and_per_day():
    desk = Desk(Account(free_per_minute=2, free_per_day=3))
    free = "practice/hearth-1:free"
    assert [desk.chat(model=free)[0] for _ in range(3)] == [200, 200, 429]
    _, body = desk.chat(model=free)
    assert body["error"]["metadata"]["retry_after_seconds"] == 60
    desk.now_ms += 60_000
    assert desk.chat(model=free)[0] == 200
    status, body = desk.chat(model=free)
    assert status == 429
    assert body["error"]["metadata"]["limit_source"] == "openrouter_free_models_per_day"
    assert desk.get("/key")[1]["data"]["free_model_daily_requests"] == {"limit": 3, "used": 3, "remaining": 0}


def test_a_withdrawn_model_is_served_until_its_day(desk):
    assert desk.chat(model="practice/cinder-0")[0] == 200
    desk.now_ms = START_MS + 300 * 86_400_000
    status, body = desk.chat(model="practice/cinder-0")
    assert (status, body["error"]["availability"]["code"]) == (404, "model_deprecated")


def test_every_chat_model_answers(desk):
    for model in MODELS.values():
        status, body = desk.chat(model=model.id)
        assert status == (200 if "text" in model.outputs else 400), model.id
        if status == 200 and not model.routes_to:
            assert body["model"] == model.dated
