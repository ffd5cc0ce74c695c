"""What each error body means, as one table."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.core.errors import (
    BadRequest,
    CreditSpent,
    InglenookError,
    KeyRejected,
    NoKey,
    NotTheProtocol,
    ProviderFailed,
    RateLimited,
    Refused,
)
from inglenook.core.refusal import RULES, from_response, from_stream_error

ZDR = "No endpoints found matching your data policy (Zero data retention). Configure: https://openrouter.ai/settings/privacy"


def openrouter(code, message, availability=None, **metadata):
    error = {"code": code, "message": message, "metadata": metadata, "availability": availability}
    return code, {"error": error, "user_id": "user_2EXAMPLE"}


TABLE = [
    # Money and pace.
    (openrouter(402, "Too many.", limit_source="openrouter_in_flight_budget", headers={"Retry-After": "120"}),
     RateLimited, "Too many answers run at once for the credit left."),
    (openrouter(402, "x", limit_source="openrouter_key_limit"), CreditSpent, "The key has reached its spending limit."),
    (openrouter(402, "x", limit_source="openrouter_credits"), CreditSpent, "The account has no credit left."),
    (openrouter(402, "Insufficient credits"), CreditSpent, "The account has no credit left."),
    (openrouter(429, "Provider returned error", limit_source="upstream_provider_shared_pool",
                provider_name="Example Cloud", retry_after_seconds=4),
     RateLimited, "Example Cloud is busy with everyone's requests."),
    (openrouter(429, "Rate limit exceeded"), RateLimited, "Too many requests in a short time."),
    (openrouter(429, "x", {"code": "capacity_exhausted"}), RateLimited, "Every provider of this model is busy."),
    # Keys.
    (openrouter(401, "User not found."), KeyRejected, "The key was not accepted."),
    ((401, {"error": {"message": "Incorrect API key provided: sk-abcd***wxyz", "type": "invalid_request_error",
                      "code": "invalid_api_key"}}), KeyRejected, "The key was not accepted."),
    # What stands in the way of this model.
    (openrouter(403, "x", missing_attestation_types=["age_18plus"]), Refused,
     "This model wants a confirmation in the account's settings."),
    (openrouter(403, "x", failed_routing_step="Gate Free Endpoints by Agentic Harness"), Refused,
     "This free model is reserved for agent apps."),
    (openrouter(403, "flagged", reasons=["violence"], flagged_input="what was written", provider_name="Example Cloud"),
     Refused, "A moderation check of Example Cloud stopped the message."),
    (openrouter(403, "x", patterns=["secret"]), Refused, "A content filter of the account stopped the message."),
    (openrouter(403, "x", {"code": "region_restricted"}), Refused, "This model is not offered in this region."),
    (openrouter(403, "Forbidden"), Refused, "The server refused this request."),
    # Nobody left to ask.
    (openrouter(404, ZDR, {"code": "privacy_restricted", "excluded_by": ["data_policy:zdr"]},
                failed_routing_step="Filter by Data Policy"), Refused, "No provider of this model keeps nothing."),
    (openrouter(404, ZDR), Refused, "No provider of this model keeps nothing."),
    (openrouter(404, ZDR, failed_routing_step="Filter by Tool Compatibility"), Refused,
     "No provider of this model can use tools."),
    (openrouter(404, "No endpoints found matching your data policy (Paid model training)."), Refused,
     "Every provider of this model may train on prompts."),
    (openrouter(404, "No endpoints found matching your data policy (Free model training)."), Refused,
     "This free model is served only by providers that may train on prompts."),
    (openrouter(404, "No endpoints found matching your data policy (Free model publication)."), Refused,
     "This free model is served only by providers that may publish prompts."),
    (openrouter(404, "0 endpoints out of 1 requested are available matching your guardrail restrictions",
                ineligibility_reasons=[{"reason": "paid-model-training-violation-by-account", "count": 1}],
                failed_routing_step="Filter by Guardrails"), Refused,
     "The account forbids providers that train, and no other serves this model."),
    (openrouter(404, "No endpoints available matching your guardrail restrictions and data policy"), Refused,
     "The account's guardrails leave no provider of this model."),
    (openrouter(404, "No allowed providers are available for the selected model", available_providers=["a"],
                requested_providers=["b"]), Refused, "None of the allowed providers serves this model."),
    (openrouter(404, "No endpoints found that support tool use. To learn more"), Refused,
     "No provider of this model can use tools."),
    (openrouter(404, "No endpoints found that support image input"), Refused, "This model cannot read pictures."),
    (openrouter(404, "No endpoints found that can handle the requested parameters."), Refused,
     "No provider of this model takes all the settings asked for."),
    (openrouter(404, "No endpoints found for acme/gone."), Refused, "Nobody serves this model now."),
    (openrouter(404, "No models match your request and model restrictions"), Refused,
     "The automatic choice found no model that may be used."),
    (openrouter(404, "x", {"code": "free_variant_ended"}), Refused, "This model is no longer free."),
    (openrouter(404, "x", {"code": "model_deprecated"}), Refused, "This model has been withdrawn."),
    (openrouter(404, "x", {"code": "a_code_of_tomorrow"}), Refused, "Nobody could be found to answer."),
    ((404, {"error": {"message": "model 'big' not found", "type": "not_found_error"}}), Refused,
     "Nobody could be found to answer."),
    # Requests that do not fit.
    (openrouter(400, "acme/typo is not a valid model ID"), Refused, "There is no such model."),
    (openrouter(400, "x", {"code": "wrong_endpoint"}), Refused, "This model is not for conversations."),
    (openrouter(400, "x", error_type="context_length_exceeded"), BadRequest,
     "The conversation is longer than this model can read."),
    ((400, {"error": {"code": 400, "message": "too long", "type": "exceed_context_size_error"}}), BadRequest,
     "The conversation is longer than this model can read."),
    ((400, {"object": "error", "message": "This model's maximum context length is 4096 tokens.", "code": 400}),
     BadRequest, "The conversation is longer than this model can read."),
    (openrouter(400, "x", error_type="image_too_large"), BadRequest, "A picture is too large for this model."),
    (openrouter(400, "Provider returned error", provider_name="Example Cloud", raw="temperature is deprecated"),
     BadRequest, "Example Cloud did not accept the request."),
    (openrouter(400, "Reasoning cannot be {off}"), BadRequest,
     "The request was not accepted: Reasoning cannot be {off}"),
    (openrouter(413, "x"), BadRequest, "The attachments are too large for this server."),
    ((400, {"success": False, "error": {"name": "ZodError", "message": '[{"code":"invalid_type"}]'}}), BadRequest,
     "The provider did not accept the request."),
    ((422, {"detail": [{"loc": ["body", "messages"], "msg": "Field required", "input": "the whole prompt"}]}),
     BadRequest, "The request was not accepted: body.messages: Field required"),
    ((422, {"detail": "No good."}), BadRequest, "The request was not accepted: No good."),
    ((400, {"error": "unexpected EOF"}), BadRequest, "The request was not accepted: unexpected EOF"),
    ((418, b""), BadRequest, "The provider did not accept the request."),
    # The other side's trouble.
    ((429, {"error": {"message": "x", "type": "insufficient_quota", "code": "insufficient_quota"}}), CreditSpent,
     "The account has no credit left."),
    (openrouter(408, "x"), ProviderFailed, "The provider took too long."),
    (openrouter(500, "Internal Server Error"), ProviderFailed, "The provider failed."),
    (openrouter(502, "Provider returned error", error_type="provider_unavailable", provider_name="Example Cloud"),
     ProviderFailed, "Example Cloud did not answer."),
    (openrouter(502, "x"), ProviderFailed, "The provider failed or gave no usable answer."),
    (openrouter(503, "x", {"code": "temporarily_unavailable", "retry_after": 30}), ProviderFailed,
     "This model is not available at the moment."),
    (openrouter(529, "x"), ProviderFailed, "The provider has too much to do."),
    ((503, b"upstream connect error"), ProviderFailed, "The provider is not available at the moment."),
    ((524, b"<html><title>A timeout occurred</title></html>"), ProviderFailed, "The provider took too long."),
    ((520, b""), ProviderFailed, "The provider failed."),
    # Not the API at all.
    ((404, b"404 page not found"), NotTheProtocol, "There is no chat API at this address."),
    ((404, {"detail": "Not Found"}), NotTheProtocol, "There is no chat API at this address."),
    ((404, b"<!doctype html><title>Lost</title>"), NotTheProtocol, "There is no chat API at this address."),
    ((405, b""), NotTheProtocol, "There is no chat API at this address."),
    ((302, b""), NotTheProtocol, "There is no chat API at this address."),
]


def body(value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@pytest.mark.parametrize(("answer", "error", "message"), TABLE)
def test_every_error_body_becomes_the_error_that_it_means(answer, error, message):
    status, value = answer
    found = from_response(status, body(value), has_key=True)
    assert (error, message, status) == (type(found), found.message, found.code)
    assert found.advice
    assert "user_2EXAMPLE" not in repr(vars(found))
    assert "what was written" not in repr(vars(found))
    assert "the whole prompt" not in repr(vars(found))


def test_a_server_that_wants_a_key_is_no_rejection_of_a_key():
    found = from_response(401, b'{"error":{"code":401,"message":"No cookie auth credentials found"}}', has_key=False)
    assert isinstance(found, NoKey)
    assert str(found) == "This server wants a key. Open Settings, Connections and enter a key."


@pytest.mark.parametrize(
    ("availability", "metadata", "wait_s", "advice"),
    [
        ({"retry_after": 3}, {"retry_after_seconds": 4, "headers": {"Retry-After": "5"}}, 3, "Wait 3 s, then retry."),
        ({"retry_after": None}, {"retry_after_seconds": 4.4, "headers": {"Retry-After": "5"}}, 4.4,
         "Wait 4 s, then retry."),
        (None, {"headers": {"Retry-After": "5"}}, 5, "Wait 5 s, then retry."),
        (None, {"headers": {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}}, None, "Wait a little, then retry."),
        (None, {"retry_after_seconds": -1}, None, "Wait a little, then retry."),
        (None, {"retry_after_seconds": 1e300}, 86_400, "Wait 86400 s, then retry."),
        (None, {}, None, "Wait a little, then retry."),
    ],
)
def test_the_waiting_time_is_read_from_the_most_exact_place(availability, metadata, wait_s, advice):
    _, value = openrouter(429, "x", availability, **metadata)
    found = from_response(429, body(value), has_key=True)
    assert (wait_s, advice) == (found.wait_s, found.advice)


def test_what_the_provider_said_is_in_the_detail_only_and_without_keys():
    raw = '{"message":"bad key sk-or-v1-0123456789abcdef of user_2abcdefgh"}'
    _, value = openrouter(400, "Provider returned error", provider_name="Example Cloud", raw=raw)
    found = from_response(400, body(value), has_key=True)
    assert "bad key [key] of [account]" in found.detail
    assert "bad key" not in str(found)


def test_the_step_that_left_nobody_is_in_the_detail():
    _, value = openrouter(404, ZDR, failed_routing_step="Filter by Data Policy")
    assert "step: Filter by Data Policy" in from_response(404, body(value), has_key=True).detail


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        ({"code": 502, "message": "Provider returned error"}, ProviderFailed, 502),
        ({"code": "503", "message": "x"}, ProviderFailed, 503),
        ({"code": "rate_limit_exceeded", "message": "x"}, RateLimited, None),
        ({"code": "server_error", "message": "x"}, ProviderFailed, None),
        ({"type": "invalid_request_error", "message": "x"}, BadRequest, None),
        ({"error_type": "authentication"}, KeyRejected, None),
        ("out of memory", ProviderFailed, None),
        (None, ProviderFailed, None),
        ([], ProviderFailed, None),
    ],
)
def test_an_error_inside_a_stream_may_have_any_kind_of_code(error, kind, code):
    found = from_stream_error(error)
    assert (kind, code) == (type(found), found.code)


def test_no_rule_stands_twice_or_ends_without_a_full_stop():
    assert len(RULES) == len({(rule.fact, rule.value) for rule in RULES})
    assert [rule for rule in RULES if not rule.message.endswith(".") or not (rule.advice or ".").endswith(".")] == []
    assert [rule for rule in RULES if rule.fact == "text" and rule.value != rule.value.lower()] == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(("error", "code", "message", "metadata", "availability", "headers", "Retry-After", "detail",
                         "loc", "msg", "raw", "excluded_by", "ineligibility_reasons", "reason", "name", "type")),
        inner, max_size=5,
    ),
)


@given(st.integers(0, 999), st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()), st.booleans())
def test_any_body_becomes_one_of_our_errors(status, data, has_key):
    found = from_response(status, data, has_key=has_key)
    assert isinstance(found, InglenookError)
    assert found.message
    repr(vars(found)).encode("utf-8")


@pytest.mark.parametrize(
    ("status", "has_key", "error", "message"),
    [
        (401, True, KeyRejected, "The key was not accepted."),
        (401, False, NoKey, "This server wants a key."),
        (404, True, Refused, "Nobody could be found to answer."),
        (413, True, BadRequest, "The attachments are too large for this server."),
        (418, True, BadRequest, "The provider did not accept the request."),
        (500, True, ProviderFailed, "The provider failed."),
    ],
)
def test_a_status_tells_when_the_body_did_not_come(status, has_key, error, message):
    found = from_response(status, None, has_key=has_key)
    assert (type(found), found.message, found.detail) == (error, message, f"HTTP {status}")
