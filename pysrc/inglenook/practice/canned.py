"""Ready refusals, one for every status and body that a client may meet.

The scripts play them on "error 429" and the like, the test server on request.
This file knows examples only; the router's own refusals are made where they arise.
"""

from __future__ import annotations

from .errors import (
    PRIVACY_PAGE,
    Refusal,
    availability,
    bad_field,
    in_flight_budget,
    key_limit,
    no_credit,
    no_key,
    provider_failed,
    rate_limited,
    refusal,
    unknown_key,
    waiting,
    zod,
)


def _data_policy(cause: str, word: str) -> Refusal:
    return refusal(
        404,
        f"No endpoints found matching your data policy ({cause}). Configure: {PRIVACY_PAGE}",
        metadata={
            "routing_funnel": [{"step": "Initial Endpoints", "endpoint_count": 1}],
            "failed_routing_step": "Filter by Data Policy",
        },
        availability=availability("privacy_restricted", "practice/hearth-1", excluded_by=[f"data_policy:{word}"]),
    )


def _moderated() -> Refusal:
    metadata = {
        "error_type": "content_policy_violation",
        "reasons": ["practice"],
        "flagged_input": "(canned: nothing of the message is quoted here)",
        "provider_name": "Alder",
        "model_slug": "practice/hearth-1",
    }
    return refusal(403, "The message was flagged by a pretend moderation.", metadata=metadata)


def _attestation() -> Refusal:
    metadata = {
        "missing_attestation_types": ["age_18plus"],
        "failed_routing_step": "Gate Endpoints with Attestations",
    }
    return refusal(403, "This model needs a confirmation in your settings.", metadata=metadata)


def _shared_pool() -> Refusal:
    metadata = waiting(
        4, "upstream_provider_shared_pool", provider_name="Alder", raw="shared pool is busy",
        provider_error_code="rate_limit_exceeded", is_byok=False, error_type="rate_limit_exceeded",
    )  # fmt: skip
    return refusal(429, "Provider returned error", metadata=metadata)


def _overloaded() -> Refusal:
    said = availability("temporarily_unavailable", "practice/hearth-1", retryable=True) | {"retry_after": 3}
    return refusal(503, "No provider is free right now.", metadata={"error_type": "server"}, availability=said)


def _agents_only() -> Refusal:
    return refusal(
        403,
        "This free model is reserved for agent apps.",
        metadata={"failed_routing_step": "Gate Free Endpoints by Agentic Harness"},
    )


# Name to refusal. A name begins with its status; "error 402 key limit" in a message plays the second of the 402s.
CANNED: dict[str, Refusal] = {
    "400": bad_field("temperature: expected a number from 0 to 2"),
    "400 model": refusal(400, "practice/nobody is not a valid model ID"),
    "400 context": bad_field("The endpoint's maximum context length is 8192 tokens.", "context_length_exceeded"),
    "400 zod": zod(["output_modalities"], "Unknown modality", "invalid_enum_value"),
    "401": unknown_key(),
    "401 no key": no_key(),
    "402": no_credit(),
    "402 key limit": key_limit(),
    "402 in flight": in_flight_budget(),
    "403": _moderated(),
    "403 age": _attestation(),
    "403 agents": _agents_only(),
    "404": refusal(404, "No endpoints found for practice/hearth-1.", metadata={"error_type": "not_found"}),
    "404 zdr": _data_policy("Zero data retention", "zdr"),
    "404 training": _data_policy("Paid model training", "training"),
    "404 free training": _data_policy("Free model training", "training"),
    "404 publication": _data_policy("Free model publication", "training"),
    "408": provider_failed("Alder", 408, "timed out"),
    "409": refusal(409, "The request conflicts with another one."),
    "412": refusal(412, "A precondition failed.", metadata={"error_type": "precondition_failed"}),
    "413": refusal(413, "The request is too large.", metadata={"error_type": "payload_too_large"}),
    "422": refusal(422, "The request cannot be processed.", metadata={"error_type": "unprocessable"}),
    "429": rate_limited("Rate limit exceeded.", 7, "openrouter_free_model_per_minute"),
    "429 shared pool": _shared_pool(),
    "500": refusal(500, "Internal Server Error"),
    "502": provider_failed("Alder"),
    "503": _overloaded(),
    "504": provider_failed("Alder", 504, "timed out"),
    "524": provider_failed("Alder", 524, "timed out"),
    "529": provider_failed("Alder", 529, "overloaded"),
}
