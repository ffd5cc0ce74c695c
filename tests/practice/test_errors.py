"""Every status and both envelopes, and that no input at all makes the router raise."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook.practice import Request
from inglenook.practice.canned import CANNED

from tests.practice.desk import AUTHORIZED, Desk, chat_body, read


@pytest.mark.parametrize("name", CANNED)
def test_a_message_can_ask_for_every_canned_error(desk, name):
    status, body = desk.chat(f"please an error {name}", stream=True)
    assert status == int(name[:3])
    if "zod" in name:
        assert body["success"] is False
        assert isinstance(json.loads(body["error"]["message"]), list)
    else:
        assert body["error"]["code"] == status
        assert body["error"]["message"]


def test_all_statuses_of_the_contract_can_be_had():
    wanted = {400, 401, 402, 403, 404, 408, 409, 412, 413, 422, 429, 500, 502, 503, 504, 524, 529}
    assert {int(name[:3]) for name in CANNED} == wanted


def test_a_waiting_time_is_in_the_body_and_in_the_header(desk):
    response = desk.send("/chat/completions", chat_body("error 429", "practice/hearth-1"))
    metadata = read(response)[1]["error"]["metadata"]
    assert response.headers["Retry-After"] == "7"
    assert (metadata["retry_after_seconds"], metadata["headers"]["Retry-After"]) == (7, "7")


@pytest.mark.parametrize("target", ["/models/user", "/key", "/credits", "/generation?id=x"])
def test_a_key_is_needed_and_must_be_known(desk, target):
    assert desk.get(target, {}) == (401, {"error": {"code": 401, "message": "No cookie auth credentials found"}})
    wrong = {"Authorization": "Bearer sk-wrong"}
    assert desk.get(target, wrong) == (401, {"error": {"code": 401, "message": "User not found."}})


def test_keyless_routes_ignore_a_bad_key(desk):
    assert desk.get("/models", {"Authorization": "Bearer sk-wrong"})[0] == 200


def test_unknown_paths_and_methods_are_refused(desk):
    assert desk.get("/nowhere")[0] == 404
    assert desk.get("/chat/completions")[0] == 405
    assert desk.get("/auth/keys")[0] == 405


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "wizard", "content": "x"}]}, "messages.0.role"),
        ({"messages": [{"role": "user", "content": 3}]}, "messages.0.content"),
        ({"messages": [{"role": "user", "content": [3]}]}, "messages.0.content"),
        ({"temperature": 3}, "temperature"),
        ({"temperature": True}, "temperature"),
        ({"top_p": "1"}, "top_p"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_completion_tokens": 1.5}, "max_completion_tokens"),
        ({"stream": "yes"}, "stream"),
        ({"tools": {}}, "tools"),
        ({"models": "x"}, "models"),
        ({"model": 3}, "model"),
        ({"reasoning": []}, "reasoning"),
        ({"reasoning": {"effort": "heroic"}}, "reasoning.effort"),
        ({"reasoning": {"effort": "low", "max_tokens": 9}}, "reasoning"),
    ],
)
def test_a_bad_field_is_a_400_that_names_it(desk, change, field):
    status, body = desk.post("/chat/completions", chat_body("Hello", "practice/hearth-1") | change)
    assert status == 400
    assert body["error"]["message"].startswith(field)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b"\xff", b'{"messages": NaN}', b"[" * 100_000])
def test_a_body_that_is_no_object_is_a_400(desk, body):
    assert desk.post("/chat/completions", body)[0] == 400


def test_an_unknown_model_is_a_400(desk):
    status, body = desk.chat(model="practice/nobody")
    assert (status, body["error"]["message"]) == (400, "practice/nobody is not a valid model ID")


def test_half_a_surrogate_pair_does_not_break_the_answer(desk):
    body = b'{"messages":[{"role":"user","content":"a \\ud800 b"}]}'
    assert desk.post("/chat/completions", body)[0] == 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
NAMES = ["model", "models", "messages", "provider", "reasoning", "tools", "tool_choice", "max_tokens", "session_id",
         "stream", "stop", "reasoning_effort"]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=4), st.sampled_from(["messages", "all"]))
def test_whatever_is_sent_is_answered(fields, keep):
    desk = Desk()
    sound = chat_body("the weather", "practice/anvil-tools", tools=[{"type": "function", "function": {"name": "f"}}])
    body = sound | ({k: v for k, v in fields.items() if k != "messages"} if keep == "messages" else fields)
    response = desk.send("/chat/completions", body)
    assert response.status in (200, 400, 402, 404)
    assert b"".join(chunk.data for chunk in response.chunks)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["/models", "/model/a/b", "/auth", "/generation", "/key"]), st.dictionaries(
    st.sampled_from(["offset", "limit", "q", "sort", "output_modalities", "max_price", "context", "callback_url",
                     "code_challenge", "id", "state"]), st.text(max_size=9), max_size=4))  # fmt: skip
def test_whatever_is_asked_is_answered(path, query):
    response = Desk().router.handle(Request("GET", path, query, AUTHORIZED))
    assert response.status in (200, 302, 400, 404)
    assert all(re.fullmatch(r"[\x20-\x7e]*", value) for value in response.headers.values())
