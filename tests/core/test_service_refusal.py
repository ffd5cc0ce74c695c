"""What each refusal of the routing service becomes in our own table: one table of bodies, and bodies of ill will.

Long because the table is: every body of the facts has its row.
"""

import json
import re
from dataclasses import asdict, replace
from itertools import count, product
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from inglenook.core import service_refusal
from inglenook.core.service_refusal import (
    MAX_BODY,
    MAX_LINK,
    MAX_NAME,
    MAX_NAMES,
    MAX_STEPS,
    MAX_TEXT,
    RULES,
    By,
    Cause,
    ServiceRefusal,
    read_service_refusal,
    read_stream_refusal,
)
from inglenook.practice import Account, Request, Router
from inglenook.practice.account import PRACTICE_KEY
from inglenook.practice.canned import CANNED
from inglenook.practice.catalogue import MODELS
from inglenook.practice.errors import Refusal
from inglenook.practice.policy import Need, choose
from inglenook.practice.preference import Preference

PRIVACY = "https://openrouter.ai/settings/privacy"
POLICY = "No endpoints found matching your data policy ({}). Configure: " + PRIVACY
GUARDRAIL = "0 endpoints out of 2 requested are available matching your guardrail restrictions and data policy."
STEP = "failed_routing_step"


def refused(status, message="x", availability=None, **metadata):
    error = {"code": status, "message": message, "metadata": metadata, "availability": availability}
    return status, {"error": error, "user_id": "user_2EXAMPLE"}


def step(name, status=404, message="x", **more):
    return refused(status, message, None, **{STEP: name}, **more)


def reasons(*rows, message="x", **more):
    told = [{"reason": reason, "endpoint_count": number} for reason, number in rows]
    return refused(404, message, None, ineligibility_reasons=told, **more)


def code(name, status=404, **more):
    return refused(status, "x", {"code": name, **more})


def excluded(*words, **more):
    return refused(404, "x", {"code": "constraint_filtered", "excluded_by": list(words)}, **more)


# The bodies of the contract in full: data policy, guardrail, attestation.
DATA_POLICY = (
    404,
    {
        "error": {
            "code": 404,
            "message": POLICY.format("Zero data retention"),
            "metadata": {
                "routing_funnel": [
                    {"step": "Initial Endpoints", "endpoint_count": 3},
                    {"step": "Filter by Allowed Providers", "endpoint_count": 1, "reason": "example reason text"},
                ],
                STEP: "Filter by Data Policy",
            },
            "availability": {
                "code": "privacy_restricted",
                "retryable": False,
                "requested_models": ["acme/thinker-2"],
                "affected_providers": ["Example Cloud"],
                "excluded_by": ["data_policy:zdr"],
                "fallback_models": [],
                "docs_url": "https://openrouter.ai/docs/api_reference/errors-and-debugging",
            },
        },
        "user_id": "user_EXAMPLE",
    },
)
ACCOUNT_TRAINING = (
    404,
    {
        "error": {
            "code": 404,
            "message": GUARDRAIL,
            "metadata": {
                "input_endpoint_count": 1,
                "ineligibility_reasons": [
                    {"reason": "paid-model-training-violation-by-account", "count": 1, "configure_url": PRIVACY}
                ],
                "routing_funnel": [{"step": "Initial Endpoints", "endpoint_count": 1}],
                STEP: "Filter by Guardrails",
            },
        }
    },
)
ATTESTATION = (
    403,
    {
        "error": {
            "code": 403,
            "message": "This model needs a confirmation in your settings.",
            "metadata": {"missing_attestation_types": ["age_18plus"], STEP: "Gate Endpoints with Attestations"},
        }
    },
)
LIVE_ONLY = 404, {"error": {**DATA_POLICY[1]["error"], "availability": None}}
DOCUMENTED_ONLY = 404, {"error": {"code": 404, "availability": DATA_POLICY[1]["error"]["availability"]}}

ZDR = "the account or the request wants zero retention"
TRAINS = "may train, and the account or the request forbids that"
PUBLISHES = "may publish prompts, and the account forbids that"
HIDDEN = "the privacy settings exclude it"
GUARDED = "the guardrails of the account exclude it"
GUARDED_MODEL = "the guardrails of the account exclude the model"
UNLISTED = "the providers allowed do not serve the model"
IGNORED = "the account or the request ignores it"
DEAR = "costs more than the request allows"
QUANTIZED = "computes in another precision than the request wants"
LACKS = "does not take every setting that the request sends"
NO_TOOLS = "cannot use tools"
NO_PICTURES = "cannot read the pictures of the request"
TOO_LONG = "cannot read a conversation of this length"
REGION = "is not offered in your region"
NOBODY = "nobody is left who serves the model"
NO_MODEL = "there is no such model"
SPENT = "a spending limit of the key or the account is reached"
FLAGGED = "a moderation check stopped the message"
AGE = "wants a confirmation that you are 18 or older"
CONFIRM = "wants a confirmation in the account's settings"
AGENTS = "is free for agent apps only"
BUSY = "is busy or out of order at the moment"
NO_REASON = "the service gives no reason that is known here"
FORBIDDEN = "the service does not allow it"

TABLE = [
    # In full, and each style alone.
    (DATA_POLICY, "retention", "either", ZDR),
    (LIVE_ONLY, "retention", "either", ZDR),
    (DOCUMENTED_ONLY, "retention", "either", ZDR),
    (ACCOUNT_TRAINING, "training", "account", "may train, and the account forbids that for paid models"),
    (ATTESTATION, "attestation", "model", AGE),
    # Texts alone, as they were published.
    (refused(404, POLICY.format("Zero data retention")), "retention", "either", ZDR),
    (refused(404, POLICY.format("Paid model training")), "training", "either", TRAINS),
    (refused(404, POLICY.format("Free model training")), "training", "either",
     "is free and may train, and the account or the request forbids that"),
    (refused(404, POLICY.format("Free model publication")), "publication", "account", PUBLISHES),
    (refused(404, "No endpoints found matching your data policy. Enable prompt training here: " + PRIVACY), "policy",
     "either", HIDDEN),
    (refused(404, "No endpoints available matching your guardrail restrictions and data policy. Configure: x"),
     "guardrail", "either", "the guardrails or the privacy settings exclude it"),
    (refused(404, GUARDRAIL), "guardrail", "either", "the guardrails or the privacy settings exclude it"),
    (refused(404, GUARDRAIL + "\nZDR violation (account settings): 2 endpoints excluded; configurable at " + PRIVACY),
     "retention", "account", "the account wants zero retention"),
    (refused(404, GUARDRAIL + "\nFree model training violation (guardrail): 2 endpoints excluded"), "training",
     "account", "may train, and the account forbids that"),
    (refused(404, GUARDRAIL + "\nModel blocked by guardrail: 2 endpoints excluded"), "guardrail", "account",
     GUARDED_MODEL),
    (refused(404, "No allowed providers are available for the selected model."), "providers", "either", UNLISTED),
    (refused(404, "All providers have been ignored. To change your default, visit: " + PRIVACY), "providers",
     "either", IGNORED),
    (refused(404, "No endpoints found that support tool use. To learn more, visit: x"), "tools", "model", NO_TOOLS),
    (refused(404, "No endpoints found that support image input"), "images", "model", NO_PICTURES),
    (refused(404, "No endpoints found that can handle the requested parameters."), "parameters", "request", LACKS),
    (refused(404, "No endpoints found that satisfy the max price for this request"), "price", "request", DEAR),
    (refused(404, "No endpoints found for the request with quantization: fp32."), "quantization", "request",
     QUANTIZED),
    (refused(404, "No endpoints found for acme/gone."), "gone", "service", NOBODY),
    (refused(404, "No models match your request and model restrictions"), "restrictions", "either",
     "the automatic choice found no model that may be used"),
    # Codes alone.
    (code("model_not_found", 400), "gone", "service", NO_MODEL),
    (code("wrong_endpoint", 400), "gone", "model", "the model is not for conversations"),
    (code("no_endpoints"), "gone", "service", NOBODY),
    (code("model_deprecated"), "gone", "service", "the model has been withdrawn"),
    (code("model_unavailable_upstream"), "gone", "service", "no longer serves the model"),
    (code("privacy_restricted"), "policy", "either", HIDDEN),
    (code("constraint_filtered"), "unknown", "request", "does not fit what the request asks for"),
    (code("free_variant_ended"), "gone", "service", "is no longer free"),
    (code("region_restricted", 403), "region", "model", REGION),
    (code("capacity_exhausted", 429, retryable=True), "unknown", "service", BUSY),
    (code("temporarily_unavailable", 503, retryable=True), "unknown", "service", BUSY),
    (code("a_code_of_tomorrow"), "unknown", "service", NO_REASON),
    (code("a_code_of_tomorrow", 429), "unknown", "service", NO_REASON),
    # The words of `excluded_by`, and the request's own member where the body names it.
    (excluded("geo"), "region", "model", REGION),
    (excluded("data_region"), "region", "either", "does not compute in the region asked for"),
    (excluded("data_policy:zdr"), "retention", "either", ZDR),
    (excluded("data_policy:training"), "training", "either", TRAINS),
    (excluded("max_price"), "price", "request", DEAR),
    (excluded("context_length"), "context", "model", TOO_LONG),
    (excluded("require_parameters"), "parameters", "request", LACKS),
    (excluded("quantization"), "quantization", "request", QUANTIZED),
    (excluded("allowed_providers"), "providers", "either", UNLISTED),
    (excluded("allowed_providers", "data_policy:zdr"), "retention", "either", ZDR),
    (excluded("a_word_of_tomorrow"), "unknown", "request", "does not fit what the request asks for"),
    *((code("constraint_filtered", constraint={"field": field, "detail": "user_2EXAMPLE"}), cause, by, words)
      for field, cause, by, words in (
          ("provider.zdr", "retention", "request", "the request wants zero retention"),
          ("provider.data_collection", "training", "request", "may train, and the request forbids that"),
          ("provider.only", "providers", "request", UNLISTED),
          ("provider.order", "providers", "request", UNLISTED),
          ("provider.ignore", "providers", "request", "the request ignores it"),
          ("provider.max_price", "price", "request", DEAR),
          ("provider.quantizations", "quantization", "request", QUANTIZED),
          ("provider.require_parameters", "parameters", "request", LACKS),
          ("tools", "tools", "model", NO_TOOLS),
          ("a_field_of_tomorrow", "unknown", "request", "does not fit what the request asks for"),
      )),
    # The steps alone. The text beside one may be wrong.
    (step("Initial Endpoints"), "gone", "service", NOBODY),
    (step("Add BYOK Endpoints"), "gone", "service", NOBODY),
    (step("Filter by Regional Surcharge"), "region", "either",
     "is not open to the region of the account or the request"),
    (step("Filter by Allowed Providers"), "providers", "either", UNLISTED),
    (step("Filter by Ignored Providers"), "providers", "either", IGNORED),
    (step("Filter by Fallback"), "providers", "either", "there is nobody to fall back to"),
    (step("Filter by Data Policy"), "policy", "either", HIDDEN),
    (step("Filter by Guardrails"), "guardrail", "account", GUARDED),
    (step("Filter by Parameters"), "parameters", "request", LACKS),
    (step("Filter by Tool Compatibility"), "tools", "model", NO_TOOLS),
    (step("Filter by Tool Compatibility", message=POLICY.format("Zero data retention")), "tools", "model", NO_TOOLS),
    (step("Filter by Image Support"), "images", "model", NO_PICTURES),
    (step("Filter by Image Capabilities"), "images", "model", NO_PICTURES),
    (step("Filter by Model Output Modalities"), "parameters", "request",
     "cannot answer in the form that the request wants"),
    (step("Filter by Max Price"), "price", "request", DEAR),
    (step("Filter by Quantization"), "quantization", "request", QUANTIZED),
    (step("Filter by Context Length"), "context", "model", TOO_LONG),
    (step("Validate Video Parameters"), "parameters", "request", LACKS),
    (step("Gate Endpoints with Attestations", 403), "attestation", "model", CONFIRM),
    (step("Gate Endpoints with Geo Restrictions", 403), "region", "model", REGION),
    (step("Gate Free Endpoints by Agentic Harness", 403), "agents", "model", AGENTS),
    (step("A Step of Tomorrow"), "unknown", "service", NO_REASON),
    (step("A Step of Tomorrow", message=POLICY.format("Zero data retention")), "retention", "either", ZDR),
    # Steps and words and texts that speak together.
    (step("Filter by Data Policy", message=POLICY.format("Paid model training")), "training", "either", TRAINS),
    (step("Filter by Data Policy", message=GUARDRAIL), "policy", "either", HIDDEN),
    (step("Filter by Guardrails", message=GUARDRAIL), "guardrail", "account", GUARDED),
    (refused(404, POLICY.format("Free model publication"), {"code": "privacy_restricted",
             "excluded_by": ["data_policy:training"]}, **{STEP: "Filter by Data Policy"}),
     "publication", "account", PUBLISHES),
    (excluded("data_policy:zdr", **{STEP: "Filter by Max Price"}), "price", "request", DEAR),
    (excluded("allowed_providers", **{STEP: "Filter by Data Policy"}), "policy", "either", HIDDEN),
    (refused(404, "No endpoints found for acme/x.", {"code": "no_endpoints", "excluded_by": ["max_price"]}), "price",
     "request", DEAR),
    # Reasons, by the account or by a guardrail.
    (reasons(("zdr-violation-by-account", 4)), "retention", "account", "the account wants zero retention"),
    (reasons(("zdr-violation-by-guardrail", 1), **{STEP: "Filter by Guardrails"}), "retention", "account",
     "the account wants zero retention"),
    (reasons(("paid-model-training-violation-by-account", 1)), "training", "account",
     "may train, and the account forbids that for paid models"),
    (reasons(("free-model-training-violation-by-guardrail", 1)), "training", "account",
     "may train, and the account forbids that for free models"),
    (reasons(("free-model-publication-violation-by-account", 1)), "publication", "account", PUBLISHES),
    (reasons(("provider-not-allowed-by-guardrail", 1)), "providers", "account",
     "is not on the account's list of allowed providers"),
    (reasons(("provider-ignored-by-account", 1)), "providers", "account",
     "is on the account's list of ignored providers"),
    (reasons(("model-ignored-by-guardrail", 5)), "guardrail", "account", GUARDED_MODEL),
    (reasons(("model-not-allowed-by-guardrail", 5)), "guardrail", "account", GUARDED_MODEL),
    (reasons(("a-reason-of-tomorrow-by-guardrail", 5)), "guardrail", "account", GUARDED),
    (reasons(("a-reason-of-tomorrow-by-account", 5)), "policy", "account",
     "the privacy settings of the account exclude it"),
    (reasons(("a-reason-of-tomorrow", 5), message=GUARDRAIL), "guardrail", "either",
     "the guardrails or the privacy settings exclude it"),
    (reasons(("zdr-violation-by-request", 1)), "retention", "request", "the account wants zero retention"),
    (reasons(("zdr-violation-by-request", 1), ("zdr-violation-by-account", 1)), "retention", "either",
     "the account wants zero retention"),
    (reasons(("zdr-violation-by-account", 1), ("paid-model-training-violation-by-request", 1)), "retention", "account",
     "the account wants zero retention"),
    (refused(404, "x", None, ineligibility_reasons=[{"reason": "zdr-violation-by-account", "count": 1},
                                                    {"reason": "model-ignored-by-guardrail", "count": 5}]),
     "guardrail", "account", GUARDED_MODEL),
    (reasons(("zdr-violation-by-account", 1), ("model-ignored-by-guardrail", 5)), "guardrail", "account",
     GUARDED_MODEL),
    # Lists of providers: whose list it was shows in what was asked for.
    (refused(404, "x", None, available_providers=["alder"]), "providers", "either", UNLISTED),
    (step("Filter by Allowed Providers", available_providers=["alder"], requested_providers=["oak"]), "providers",
     "request", UNLISTED),
    (step("Filter by Allowed Providers", available_providers=["alder"], requested_providers=[]), "providers",
     "account", UNLISTED),
    (step("Filter by Allowed Providers", available_providers=["alder"], requested_providers=["Alder/eu"]),
     "providers", "either", UNLISTED),
    # 403.
    (refused(403, "x", None, missing_attestation_types=["age_18plus"]), "attestation", "model", AGE),
    (refused(403, "x", None, missing_attestation_types=["something_new"]), "attestation", "model", CONFIRM),
    (refused(403, "acme/x requires 18+ age confirmation. Confirm at https://openrouter.ai/settings/preferences."),
     "attestation", "model", AGE),
    (refused(403, "x", None, reasons=["violence"], flagged_input="what was written", provider_name="Example Cloud",
             model_slug="acme/x"), "moderation", "model", FLAGGED),
    (refused(403, "x", None, flagged_input="what was written"), "moderation", "model", FLAGGED),
    (refused(403, "x", None, reasons=["violence"]), "moderation", "model", FLAGGED),
    (refused(403, "x", None, error_type="content_policy_violation"), "moderation", "model", FLAGGED),
    (refused(403, "acme/x requires moderation on Example Cloud. Your input was flagged for \"violence\"."),
     "moderation", "model", FLAGGED),
    (refused(403, "The request is prohibited due to a violation of provider Terms Of Service."), "moderation",
     "model", FLAGGED),
    (refused(403, "x", None, patterns=["secret"]), "guardrail", "account",
     "a content filter of the account stopped the message"),
    (refused(403, "acme/x:free is only available on agentic harnesses. Try https://openrouter.ai/apps"), "agents",
     "model", AGENTS),
    (refused(403, "This model is not available in your region."), "region", "model", REGION),
    (refused(403, "Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys"),
     "restrictions", "account", SPENT),
    (refused(403, "Budget limit exceeded (monthly limit). Contact your org admin."), "restrictions", "account",
     SPENT),
    (refused(403, "x", None, limit_source="openrouter_key_limit"), "restrictions", "account", SPENT),
    (refused(403, "Your IP address is not allowed."), "restrictions", "account",
     "the key may not be used from this network"),
    (refused(403, "x", None, error_type="permission_denied"), "restrictions", "account",
     "the key or the account may not do this"),
    (refused(403, "Forbidden"), "restrictions", "service", FORBIDDEN),
    # Unknown models, and what says no more than its number.
    (refused(400, "acme/typo is not a valid model ID"), "gone", "service", NO_MODEL),
    (refused(404, "Model not found", None, error_type="not_found"), "gone", "service", NO_MODEL),
    ((404, {"error": {"message": "x", "type": "invalid_request_error", "code": "model_not_found"}}), "gone",
     "service", NO_MODEL),
    (refused(404, "x", None, provider_error_code="no_endpoints"), "gone", "service", NOBODY),
    (refused(404, "Something else"), "unknown", "service", NO_REASON),
    (refused(503, POLICY.format("Zero data retention")), "retention", "either", ZDR),
]  # fmt: skip

NOTHING = [
    (401, {"error": {"code": 401, "message": "User not found."}}),
    refused(401, POLICY.format("Zero data retention"), {"code": "privacy_restricted"}),
    refused(402, "Insufficient credits", {"code": "privacy_restricted"}, limit_source="openrouter_credits"),
    refused(402, "x", None, limit_source="openrouter_in_flight_budget"),
    refused(429, "Rate limit exceeded: free-models-per-day."),
    refused(429, "Provider returned error", None, limit_source="upstream_provider_shared_pool", raw="busy"),
    refused(429, "Key limit exceeded"),
    refused(429, "x", None, limit_source="openrouter_key_limit"),
    refused(400, "temperature: expected a number"),
    refused(400, "x", None, error_type="permission_denied", flagged_input="x", available_providers=["x"]),
    refused(400, "x", None, error_type="context_length_exceeded"),
    refused(400, "x", {"code": None, "excluded_by": []}),
    refused(403, "Provider returned error", None, provider_name="Example Cloud"),
    refused(404, "gone", None, provider_name="Example Cloud", raw='{"error":"no such deployment"}'),
    refused(408, "x"),
    refused(413, "x"),
    refused(500, "Internal Server Error"),
    refused(502, "Provider returned error", None, provider_name="Example Cloud", raw="upstream reset"),
    refused(503, "x"),
    refused(529, "x"),
    refused(404, "Not Found"),
    refused(404, "Generation not found", None, error_type="not_found"),
    (404, {"error": {}}),
    (404, {"error": {"code": 404}}),
    (404, {"error": "model 'big' not found"}),
    (404, {"detail": "Not Found"}),
    (404, ["error"]),
    (404, b"404 page not found"),
    (404, b"<!doctype html><title>Lost</title>"),
    (404, b""),
    (404, b"\xff\xfe"),
    (404, b'{"error":' * 300 + b"{}" + b"}" * 300),
    (404, b'{"error": {"code": 404, "message": "No endpoints found for x"}'),
    (400, {"success": False, "error": {"name": "ZodError", "message": '[{"code":"invalid_type","path":["code"]}]'}}),
    (404, {"success": False, "error": {"name": "ZodError", "message": "No endpoints found for x."}}),
    (200, {"choices": []}),
    (200, {"error": None}),
]


def body(value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def read(answer):
    return read_service_refusal(answer[0], body(answer[1]))


@pytest.mark.parametrize(("answer", "cause", "by", "words"), TABLE)
def test_every_refusal_becomes_the_cause_that_it_means(answer, cause, by, words):
    found = read(answer)
    assert found is not None
    assert (cause, by, words) == (found.cause, found.by, found.words)
    assert_bounded(found)
    shown = repr(asdict(found))
    assert not any(secret in shown for secret in ("user_", "what was written", "example reason", "violence"))


@pytest.mark.parametrize("answer", NOTHING, ids=str)
def test_what_is_no_refusal_of_routing_is_left_to_others(answer):
    assert read(answer) is None


@pytest.mark.parametrize(("answer", "cause", "by", "words"), TABLE)
def test_the_same_error_inside_a_stream_means_the_same(answer, cause, by, words):
    status, value = answer
    # A code that is a word leaves the number out, and in a stream there is no other.
    error = {**value["error"], "code": status, "type": value["error"].get("code")}
    assert read_stream_refusal(error) == read(answer)


def test_a_stream_may_send_text_or_a_number_as_text():
    assert cause_of(read_stream_refusal(POLICY.format("Zero data retention"))) == "retention"
    assert cause_of(read_stream_refusal({"code": "404", "message": "x"})) == "unknown"
    assert cause_of(read_service_refusal(200, '{"error":{"code":403,"message":"Forbidden"}}')) == "restrictions"
    for error in (None, [], 3, "out of memory", {}, {"message": "x"}, {"code": 502, "message": "upstream reset"}):
        assert read_stream_refusal(error) is None


def cause_of(found):
    return found and found.cause


def test_every_rule_decides_some_body(monkeypatch):
    before = [read(answer) for answer, *_ in TABLE]
    idle = []
    for rule in RULES:
        monkeypatch.setattr(service_refusal, "RULES", tuple(other for other in RULES if other is not rule))
        if [read(answer) for answer, *_ in TABLE] == before:
            idle.append((rule.fact, rule.value))
    assert idle == []


def test_the_order_of_the_rules_counts(monkeypatch):
    before = [cause_of(read(answer)) for answer, *_ in TABLE]
    monkeypatch.setattr(service_refusal, "RULES", RULES[::-1])
    assert [cause_of(read(answer)) for answer, *_ in TABLE] != before


def test_the_table_has_every_cause_and_every_by():
    assert {cause for _, cause, _, _ in TABLE} == set(get_args(Cause))
    assert {by for _, _, by, _ in TABLE} == set(get_args(By))


def test_words_are_a_phrase_and_advice_is_a_sentence_and_no_rule_stands_twice():
    assert len(RULES) == len({(rule.fact, rule.value) for rule in RULES})
    for rule in RULES:
        assert 0 < len(rule.words) <= 80
        assert rule.words[0].islower()
        assert not rule.words.endswith(".")
        assert rule.advice[0].isupper()
        assert re.fullmatch(r"[^!]*[^!.]\.", rule.advice)
        # Otherwise a fact, which is in lower case, could never fit.
        assert rule.value == rule.value.lower()


def test_the_names_the_funnel_and_the_link_are_taken_over():
    assert read(DATA_POLICY) == ServiceRefusal(
        "retention",
        ZDR,
        "Change it in Settings, Privacy, or at openrouter.ai/settings/privacy, or choose another model.",
        "either",
        affected=("Example Cloud",),
        funnel=(("Initial Endpoints", 3), ("Filter by Allowed Providers", 1)),
        link=PRIVACY,
    )
    assert read(DATA_POLICY).funnel == read(LIVE_ONLY).funnel != read(DOCUMENTED_ONLY).funnel == ()
    assert read(DATA_POLICY).affected == read(DOCUMENTED_ONLY).affected != read(LIVE_ONLY).affected == ()
    assert read(ACCOUNT_TRAINING).link == PRIVACY
    available = ["baidu", "z-ai", "google-vertex/us-east5", "Z.AI", "io-net", "z-ai"]
    found = read(refused(404, "No allowed providers are available", None, available_providers=available))
    assert found.available == ("baidu", "z-ai", "google-vertex/us-east5", "Z.AI", "io-net")
    moderated = read(refused(403, "x", None, flagged_input="x", provider_name="Example Cloud"))
    assert moderated.affected == ("Example Cloud",)
    told = {"code": "x", "affected_providers": ["Alder"]}
    assert read(refused(403, "x", told, flagged_input="x", provider_name="Example Cloud")).affected == ("Alder",)
    # Beside any other cause, the provider named is not the one excluded.
    assert read(refused(403, "Forbidden", None, provider_name="Example Cloud")).affected == ()


@pytest.mark.parametrize(
    ("address", "link"),
    [
        (PRIVACY, PRIVACY),
        ("https://openrouter.ai/workspaces/default/guardrails", "https://openrouter.ai/workspaces/default/guardrails"),
        (f"{PRIVACY}?from=user_2EXAMPLE#x", PRIVACY),
        (f"{PRIVACY}.", PRIVACY),
        ("http://openrouter.ai/settings/privacy", ""),
        ("https://openrouter.ai", ""),
        ("https://openrouter.ai.evil.example/settings", ""),
        ("https://evil.openrouter.ai/settings", ""),
        ("https://openrouter.ai@evil.example/settings", ""),
        ("https://openrouter.ai:444/settings", ""),
        ("https://user:pass@openrouter.ai/settings", ""),
        ("https://openrouter.ai\\@evil.example/", ""),
        ("https://OPENROUTER.AI/settings", ""),
        ("//openrouter.ai/settings", ""),
        ("javascript:alert(1)//openrouter.ai/", ""),
        ("https://openrouter.ai/keys/sk-or-v1-0123456789abcdef", ""),
        ("https://openrouter.ai/account/user_2EXAMPLE", ""),
        ("https://openrouter.ai/" + "a/" * 100, ""),
        ("\nhttps://openrouter.ai/settings", ""),
        (7, ""),
        (None, ""),
    ],
)
def test_only_a_plain_address_of_the_service_is_a_link(address, link):
    row = {"reason": "zdr-violation-by-account", "endpoint_count": 1, "configure_url": address}
    assert read(refused(404, "x", None, ineligibility_reasons=[row])).link == link
    if isinstance(address, str) and address[0] != "\n":
        assert read(refused(404, f"No endpoints found for x. Configure: {address}")).link == link


def test_the_reason_that_excluded_most_gives_the_link_before_the_text_does():
    rows = [
        {"reason": "zdr-violation-by-account", "endpoint_count": 1, "configure_url": PRIVACY},
        {"reason": "model-ignored-by-guardrail", "endpoint_count": 5, "configure_url": "https://openrouter.ai/g"},
    ]
    assert read(refused(404, f"See {PRIVACY}", None, ineligibility_reasons=rows)).link == "https://openrouter.ai/g"
    rows[1]["configure_url"] = "https://evil.example/"
    assert read(refused(404, f"See {PRIVACY}", None, ineligibility_reasons=rows)).link == PRIVACY


# The practice router, which sends both styles at once.

SWITCHES = {
    "open": Account(),
    "paid": Account(paid_training=False),
    "free": Account(free_training=False),
    "publication": Account(free_publication=False),
    "zdr": Account(zdr=True),
    "allowed": Account(allowed_providers=frozenset(["fir"])),
    "nobody": Account(allowed_providers=frozenset()),
    "ignored": Account(ignored_providers=frozenset(["cedar", "oak", "elm"])),
}
WISHES = {
    "none": Preference(),
    "zdr": Preference(zdr=True),
    "deny": Preference(deny_collection=True),
    "only": Preference(only=("thistle",)),
    "publisher": Preference(only=("juniper",)),
    "trainers": Preference(only=("fir", "larch", "rowan")),
    "order": Preference(order=("nobody",), allow_fallbacks=False),
    "ignore": Preference(ignore=("cedar", "oak", "elm")),
    "quantizations": Preference(quantizations=frozenset(["int8"])),
    "max_price": Preference(max_price={"prompt": 0}),
    "require_parameters": Preference(require_parameters=True),
}
NEEDS = {
    "none": Need(),
    "tools": Need(tools=True),
    "image": Need(image=True),
    "parameters": Need(parameters=frozenset(["top_k", "tools"])),
    "tokens": Need(tokens=10_000_000),
}
BY_STEP = {
    "Filter by Image Support": {"images"},
    "Filter by Tool Compatibility": {"tools"},
    "Filter by Allowed Providers": {"providers"},
    "Filter by Guardrails": {"training"},
    "Filter by Data Policy": {"retention", "training", "publication"},
    "Filter by Quantization": {"quantization"},
    "Filter by Max Price": {"price"},
    "Filter by Parameters": {"parameters"},
}


def practice_refusals():
    for model, account, wishes, need in product(MODELS.values(), SWITCHES, WISHES, NEEDS):
        if not model.endpoints:
            continue
        try:
            choose(model, WISHES[wishes], SWITCHES[account], NEEDS[need])
        except Refusal as refusal:
            yield model, account, wishes, refusal


def test_every_refusal_that_the_practice_router_can_make_is_understood():
    seen, causes = set(), set()
    for model, account, wishes, refusal in practice_refusals():
        found = read((refusal.status, refusal.body))
        error = refusal.body["error"]
        if refusal.status == 400:
            # Its text is that of any server, which is no matter of routing.
            assert (found, error["metadata"]) == (None, {"error_type": "context_length_exceeded"})
            continue
        failed = error["metadata"][STEP]
        assert found.cause in BY_STEP[failed], (model.id, account, wishes)
        assert found.funnel == tuple(
            (row["step"], row["endpoint_count"]) for row in error["metadata"]["routing_funnel"]
        )
        assert found.available == tuple(error["metadata"].get("available_providers", ()))
        assert found.link == (PRIVACY if found.cause in ("retention", "training", "publication") else "")
        if failed == "Filter by Data Policy":
            wanted = {"Zero": "retention", "Paid": "training", "Free": "training"}[error["message"].split("(")[1][:4]]
            assert found.cause == ("publication" if "publication" in error["message"] else wanted)
        seen.add(failed)
        causes.add((found.cause, found.by))
    assert seen == set(BY_STEP)
    assert {("providers", "account"), ("providers", "request"), ("providers", "either"), ("training", "account"),
            ("training", "either"), ("publication", "account")} <= causes  # fmt: skip


PLAYED = {
    "400": None, "400 model": "gone", "400 context": None, "400 zod": None, "401": None, "401 no key": None,
    "402": None, "402 key limit": None, "402 in flight": None, "403": "moderation", "403 age": "attestation",
    "403 agents": "agents", "404": "gone", "404 zdr": "retention", "404 training": "training",
    "404 free training": "training", "404 publication": "publication", "408": None, "409": None, "412": None,
    "413": None, "422": None, "429": None, "429 shared pool": None, "500": None, "502": None, "503": "unknown",
    "504": None, "524": None, "529": None,
}  # fmt: skip


def test_every_error_that_the_practice_router_can_play_is_read_or_left():
    assert {name: cause_of(read((canned.status, canned.body))) for name, canned in CANNED.items()} == PLAYED


@pytest.mark.parametrize(
    ("account", "asked", "cause", "words"),
    [
        (Account(), {"model": "practice/nobody"}, "gone", NO_MODEL),
        (Account(), {"model": "practice/pebble-embed"}, "gone", "the model is not for conversations"),
        (Account(zdr=True), {"model": "practice/flint-2-pro"}, "retention", ZDR),
        (Account(), {"model": "practice/hearth-1:free", "provider": {"data_collection": "deny"}}, "training", TRAINS),
        (Account(), {"model": "practice/auto", "provider": {"only": ["nobody"]}}, "providers", UNLISTED),
        (Account(), {"provider": {"only": 3}}, None, None),
        (Account(credits_usd=replace(Account()).credits_usd * 0), {}, None, None),
    ],
)
def test_what_comes_over_the_wire_of_the_practice_router(account, asked, cause, words):
    numbers = count(1)
    router = Router(account, now=lambda: 1_790_000_000_000, new_id=lambda: f"{next(numbers):020}")
    sent = {"model": "practice/hearth-1", "messages": [{"role": "user", "content": "Hello"}], **asked}
    headers = {"Authorization": f"Bearer {PRACTICE_KEY}"}
    response = router.handle(Request("POST", "/chat/completions", {}, headers, json.dumps(sent).encode()))
    assert response.status >= 400
    found = read_service_refusal(response.status, b"".join(chunk.data for chunk in response.chunks))
    assert (cause, words) == (cause_of(found), found and found.words)


# Bodies of ill will.

SECRETS = [
    "sk-or-v1-0123456789abcdef0123456789abcdef",
    "Example sk-or-v1-0123456789abcdef",
    "sk-proj-AbC",
    "xsk-or-v1-00",
    "user_2EXAMPLE",
    "Example (user_2EXAMPLE)",
    "org_2EXAMPLE",
    "Bearer abc",
    "0123456789abcdef0123456789abcdef",
    "Exa\nmple",
    "Exa\x00mple",
    "Exa\x7fmple",
    "Exa\u202emple",
    "Exa\ud800mple",
    "<b>Example</b>",
    "https://evil.example/?x",
    "",
    " ",
    "-",
    "ab " * (MAX_NAME // 3) + "c",
]


@pytest.mark.parametrize("name", SECRETS)
def test_a_name_that_is_none_or_hides_a_secret_is_left_out(name):
    told = {"code": "privacy_restricted", "affected_providers": ["Alder", name]}
    rows = [{"step": name, "endpoint_count": 1}, {"step": "Filter by Fallback", "endpoint_count": 2}]
    found = read(refused(404, name, told, available_providers=[name, "birch/eu"], routing_funnel=rows))
    assert (found.affected, found.available) == (("Alder",), ("birch/eu",))
    assert found.funnel == (("Filter by Fallback", 2),)
    moderated = read(refused(403, name, None, reasons=[name], provider_name=name))
    assert (moderated.affected, moderated.link) == ((), "")


@pytest.mark.parametrize(
    "name",
    ["Alder", "Z.AI", "io-net", "google-vertex/us-east5", "Example (EU)", "Crème & Co", "task-force", "hf-cloud"],
)
def test_an_ordinary_name_is_kept(name):
    assert read(refused(404, "x", None, available_providers=[name])).available == (name,)


WRONG = [None, True, 7, -1, 1e999, "x", "", [], [[]], [None, 7, {}, "x"], {}, {"x": {"x": []}}, [[[[]]]], "\ud800"]
MEMBERS = [
    ("metadata",), ("availability",), ("code",), ("message",), ("name",), ("error_type",), ("type",),
    *(("metadata", name) for name in (
        "routing_funnel", STEP, "ineligibility_reasons", "available_providers", "requested_providers",
        "missing_attestation_types", "reasons", "flagged_input", "patterns", "provider_name", "limit_source", "raw",
        "error_type")),
    *(("availability", name) for name in (
        "code", "affected_providers", "excluded_by", "constraint", "retryable", "requested_models")),
]  # fmt: skip


@pytest.mark.parametrize("place", MEMBERS, ids=".".join)
def test_a_member_of_any_wrong_type_does_no_harm(place):
    for status, wrong in product((400, 403, 404, 429, 503), WRONG):
        # What is left of the body tells enough, whichever member is broken.
        found = read((status, {"error": broken(DATA_POLICY, place, wrong)}))
        assert found is not None, wrong
        assert_bounded(found)


@pytest.mark.parametrize(
    "row",
    [
        {"step": "A"},
        {"endpoint_count": 1},
        {"step": 1, "endpoint_count": 1},
        *({"step": "A", "endpoint_count": number} for number in (None, "1", -1, 1.5, True, 10**400)),
    ],
    ids=lambda row: f"{row}"[:40],
)
def test_a_step_without_a_name_or_a_number_is_left_out(row):
    good = {"step": "B", "endpoint_count": 0}
    assert read(refused(404, "x", None, routing_funnel=[row, good])).funnel == (("B", 0),)


def test_much_is_cut_and_too_much_is_not_read():
    names = [f"provider-{number}" for number in range(1000)]
    rows = [{"step": "Filter by Something", "endpoint_count": number} for number in range(1000)]
    many = [{"reason": "zdr-violation-by-account", "endpoint_count": 1}] * 1000
    told = {"code": "privacy_restricted", "affected_providers": names}
    found = read(refused(404, "x" * 10_000, told, available_providers=names, routing_funnel=rows,
                         ineligibility_reasons=many))  # fmt: skip
    assert found.affected == found.available == tuple(names[:MAX_NAMES])
    assert len(found.funnel) == MAX_STEPS
    start = b'{"error":{"code":404,"message":"No endpoints found for x."}}'
    assert cause_of(read_service_refusal(404, start + b" " * (MAX_BODY - len(start)))) == "gone"
    assert read_service_refusal(404, start + b" " * (MAX_BODY + 1 - len(start))) is None
    late = f"No endpoints found for x. See {PRIVACY}"
    assert cause_of(read(refused(404, " " * (MAX_TEXT - len(late)) + late))) == "gone"
    assert cause_of(read(refused(404, " " * MAX_TEXT + late))) == "unknown"
    assert read(refused(404, " " * MAX_TEXT + late)).link == ""


def test_text_and_bytes_mean_the_same():
    assert read_service_refusal(404, json.dumps(DATA_POLICY[1])) == read(DATA_POLICY)


def test_what_the_service_says_is_never_in_the_words():
    said = "Zork zork"
    rows = [{"reason": said, "endpoint_count": 1, "configure_url": said}]
    for status, answer in ((403, refused(403, said)), (404, refused(404, said, None, ineligibility_reasons=rows))):
        found = read((status, answer[1]))
        assert said not in repr(asdict(found))


def assert_bounded(found):
    assert found.cause in get_args(Cause)
    assert found.by in get_args(By)
    assert found.words in {rule.words for rule in RULES}
    assert found.advice in {rule.advice for rule in RULES}
    assert len(found.affected) <= MAX_NAMES >= len(found.available)
    assert len(found.funnel) <= MAX_STEPS
    assert all(type(number) is int and 0 <= number <= 2**53 for _, number in found.funnel)
    assert len(found.link) <= MAX_LINK
    assert not found.link or found.link.startswith("https://openrouter.ai/")
    names = (*found.affected, *found.available, *(name for name, _ in found.funnel))
    assert all(0 < len(name) <= MAX_NAME for name in names)
    for text in (*names, found.link):
        assert text.isprintable()
        assert not re.search(r"sk-or-|\bsk-|user_|[<>]", text)
        text.encode("utf-8")


NAMES = st.sampled_from(["Alder", "birch/eu", *SECRETS, PRIVACY, f"See {PRIVACY}?user_2EXAMPLE"]) | st.text(max_size=70)
TOLD = st.sampled_from(sorted({rule.value for rule in RULES} | {"zdr-violation-by-account", "Filter by Guardrails"}))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | NAMES | TOLD | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(("step", "endpoint_count", "reason", "count", "configure_url", "field", "x")), inner,
        max_size=4),
    max_leaves=12,
)  # fmt: skip
INSIDE = {
    kind: {place[1]: VALUES for place in MEMBERS if place[0] == kind and len(place) == 2}
    for kind in ("metadata", "availability")
}
METADATA = st.fixed_dictionaries({}, optional=INSIDE["metadata"] | {STEP: TOLD | VALUES})
AVAILABILITY = st.fixed_dictionaries(
    {}, optional=INSIDE["availability"] | {"code": TOLD | VALUES, "excluded_by": st.lists(TOLD, max_size=3) | VALUES}
)
MADE_UP = st.fixed_dictionaries(
    {},
    optional={name: VALUES for name in ("code", "message", "type", "name")}
    | {"metadata": METADATA | VALUES, "availability": AVAILABILITY | VALUES},
)


def broken(answer, place, value):
    """The error of a body with one member replaced."""
    error = json.loads(json.dumps(answer[1]["error"]))
    inner = error
    for name in place[:-1]:
        inner[name] = inner.get(name) or {}
        inner = inner[name]
    inner[place[-1]] = value
    return error


BROKEN = st.builds(broken, st.sampled_from([answer for answer, *_ in TABLE]), st.sampled_from(MEMBERS), VALUES)
ERRORS = BROKEN | MADE_UP
STATUSES = st.integers(-1, 999) | st.sampled_from([400, 403, 404, 429, 503])


@given(STATUSES, ERRORS)
@example(404, {"message": "x", "metadata": {"ineligibility_reasons": [{"reason": None}, {"endpoint_count": "x"}]}})
@example(404, {"message": "x", "metadata": {"available_providers": SECRETS}})
def test_no_error_raises_and_nothing_unbounded_or_secret_comes_out(status, error):
    answers = [read_service_refusal(status, json.dumps({"error": error, "user_id": "user_2EXAMPLE"}))]
    answers.append(read_stream_refusal(error))
    for found in filter(None, answers):
        assert_bounded(found)


@given(STATUSES, st.binary(max_size=300) | st.text(max_size=300))
def test_no_bytes_raise(status, data):
    found = read_service_refusal(status, data)
    assert found is None or isinstance(found, ServiceRefusal)


def test_the_property_above_reaches_refusals():
    # Otherwise it could hold because nothing is ever read.
    reached = set()

    @settings(database=None, derandomize=True)
    @given(ERRORS)
    def collect(error):
        found = read_service_refusal(404, json.dumps({"error": error}))
        reached.add(found and found.cause)

    collect()
    assert len(reached - {None, "unknown"}) >= 5
