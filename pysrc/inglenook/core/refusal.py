"""What an error of the API means to the user: any error body in, one of our errors out.

The first line of `RULES` that fits decides. A message of ours is what is shown;
the server's words go to `detail`, without keys and account ids. This file never
learns what was asked: no prompt can get from here into an error.

Texts of the service change without notice, so rules go by codes, steps and
types first, and by the beginning of a text only where nothing else tells.

The table is why this file is long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from inglenook.core import wire
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

MAX_WAIT_S = 86_400.0

Fact = Literal["has", "limit", "step", "excluded", "availability", "reason", "text", "word", "status"]


@dataclass(frozen=True, slots=True)
class Rule:
    fact: Fact
    value: str
    error: type[InglenookError]
    message: str
    advice: str | None = None


_PRIVACY = "Change the privacy switches in Settings or at openrouter.ai/settings/privacy, or choose another model."
_OTHER_MODEL = "Choose another model."
_SHORTER = "Choose a model with a larger context, or branch from an earlier message."
_PICTURE = "Attach the picture again as PNG, JPEG or WebP, in a common size."

RULES: tuple[Rule, ...] = (
    # Money, section "limit_source".
    Rule("limit", "openrouter_in_flight_budget", RateLimited, "Too many answers run at once for the credit left.",
         "Wait until one is done, then retry."),
    Rule("limit", "openrouter_key_limit", CreditSpent, "The key has reached its spending limit.",
         "Raise the key's limit at openrouter.ai/settings/keys, or use another key."),
    Rule("limit", "openrouter_credits", CreditSpent, "The account has no credit left.",
         "Add credit at openrouter.ai/settings/credits, then retry."),
    Rule("limit", "upstream_provider_shared_pool", RateLimited, "{Provider} is busy with everyone's requests."),
    # What the account or the model's maker wants first.
    Rule("has", "missing_attestation_types", Refused, "This model wants a confirmation in the account's settings.",
         "Confirm at openrouter.ai/settings/preferences, then retry."),
    Rule("step", "Gate Endpoints with Attestations", Refused,
         "This model wants a confirmation in the account's settings.",
         "Confirm at openrouter.ai/settings/preferences, then retry."),
    Rule("step", "Gate Free Endpoints by Agentic Harness", Refused,
         "This free model is reserved for agent apps.", _OTHER_MODEL),
    Rule("has", "flagged_input", Refused, "A moderation check of {provider} stopped the message.",
         "Change the message, or choose another model."),
    Rule("has", "patterns", Refused, "A content filter of the account stopped the message.",
         "Change the message, or the account's guardrails."),
    # Why routing found nobody. The step is more reliable than the text beside it.
    Rule("step", "Filter by Tool Compatibility", Refused, "No provider of this model can use tools.", _OTHER_MODEL),
    Rule("step", "Filter by Image Support", Refused, "This model cannot read pictures.",
         "Choose a model that reads pictures, or remove the picture."),
    Rule("step", "Filter by Parameters", Refused, "No provider of this model takes all the settings asked for.",
         _OTHER_MODEL),
    Rule("step", "Filter by Allowed Providers", Refused, "None of the allowed providers serves this model.",
         "Allow more providers in Settings, Privacy, or choose another model."),
    Rule("step", "Filter by Regional Surcharge", Refused, "No provider of this model is open to this account's region.",
         _OTHER_MODEL),
    Rule("excluded", "data_policy:zdr", Refused, "No provider of this model keeps nothing.", _PRIVACY),
    Rule("excluded", "data_policy:training", Refused, "Every provider of this model may train on prompts.", _PRIVACY),
    Rule("excluded", "allowed_providers", Refused, "None of the allowed providers serves this model.",
         "Allow more providers in Settings, Privacy, or choose another model."),
    Rule("excluded", "max_price", Refused, "Every provider of this model costs more than allowed.", _OTHER_MODEL),
    Rule("excluded", "context_length", BadRequest, "The conversation is longer than this model can read.", _SHORTER),
    Rule("excluded", "geo", Refused, "This model is not offered in this region.", _OTHER_MODEL),
    Rule("excluded", "data_region", Refused, "No provider of this model keeps data in the region asked for.",
         _OTHER_MODEL),
    Rule("reason", "paid-model-training-violation-by-account", Refused,
         "The account forbids providers that train, and no other serves this model.", _PRIVACY),
    Rule("text", "data policy (zero data retention)", Refused, "No provider of this model keeps nothing.", _PRIVACY),
    Rule("text", "data policy (paid model training)", Refused, "Every provider of this model may train on prompts.",
         _PRIVACY),
    Rule("text", "data policy (free model training)", Refused,
         "This free model is served only by providers that may train on prompts.", _PRIVACY),
    Rule("text", "data policy (free model publication)", Refused,
         "This free model is served only by providers that may publish prompts.", _PRIVACY),
    Rule("step", "Filter by Data Policy", Refused, "No provider of this model fits the privacy settings.", _PRIVACY),
    Rule("step", "Filter by Guardrails", Refused, "The account's guardrails leave no provider of this model.",
         _PRIVACY),
    Rule("text", "your guardrail restrictions", Refused, "The account's guardrails leave no provider of this model.",
         _PRIVACY),
    Rule("has", "available_providers", Refused, "None of the allowed providers serves this model.",
         "Allow more providers in Settings, Privacy, or choose another model."),
    Rule("text", "no allowed providers are available", Refused, "None of the allowed providers serves this model.",
         "Allow more providers in Settings, Privacy, or choose another model."),
    Rule("text", "that support tool use", Refused, "No provider of this model can use tools.", _OTHER_MODEL),
    Rule("text", "that support image input", Refused, "This model cannot read pictures.",
         "Choose a model that reads pictures, or remove the picture."),
    Rule("text", "can handle the requested parameters", Refused,
         "No provider of this model takes all the settings asked for.", _OTHER_MODEL),
    Rule("text", "no models match your request", Refused, "The automatic choice found no model that may be used.",
         _OTHER_MODEL),
    Rule("text", "no endpoints found for", Refused, "Nobody serves this model now.", _OTHER_MODEL),
    Rule("availability", "model_not_found", Refused, "There is no such model.", _OTHER_MODEL),
    Rule("availability", "wrong_endpoint", Refused, "This model is not for conversations.", _OTHER_MODEL),
    Rule("availability", "no_endpoints", Refused, "Nobody serves this model now.", _OTHER_MODEL),
    Rule("availability", "model_deprecated", Refused, "This model has been withdrawn.", _OTHER_MODEL),
    Rule("availability", "model_unavailable_upstream", Refused, "{Provider} no longer serves this model.",
         _OTHER_MODEL),
    Rule("availability", "privacy_restricted", Refused, "No provider of this model fits the privacy settings.",
         _PRIVACY),
    Rule("availability", "constraint_filtered", Refused, "No provider of this model fits what was asked for.",
         _OTHER_MODEL),
    Rule("availability", "free_variant_ended", Refused, "This model is no longer free.",
         "Choose the paid form of the model, or another one."),
    Rule("availability", "region_restricted", Refused, "This model is not offered in this region.", _OTHER_MODEL),
    Rule("availability", "capacity_exhausted", RateLimited, "Every provider of this model is busy."),
    Rule("availability", "temporarily_unavailable", ProviderFailed, "This model is not available at the moment."),
    Rule("text", "is not a valid model id", Refused, "There is no such model.", _OTHER_MODEL),
    # Stable classes: `error_type`, and the types and string codes of other servers.
    Rule("word", "context_length_exceeded", BadRequest, "The conversation is longer than this model can read.",
         _SHORTER),
    Rule("word", "exceed_context_size_error", BadRequest, "The conversation is longer than this model can read.",
         _SHORTER),
    Rule("text", "maximum context length", BadRequest, "The conversation is longer than this model can read.",
         _SHORTER),
    Rule("word", "token_limit_exceeded", BadRequest, "The conversation is longer than this model can read.", _SHORTER),
    Rule("word", "string_too_long", BadRequest, "A message is longer than this model can read.", _SHORTER),
    Rule("word", "max_tokens_exceeded", BadRequest, "The answer asked for is longer than this model can write.",
         _OTHER_MODEL),
    Rule("word", "payload_too_large", BadRequest, "The attachments are too large for this server.",
         "Send fewer or smaller attachments."),
    Rule("word", "content_policy_violation", Refused, "A content policy of {provider} stopped the message.",
         "Change the message, or choose another model."),
    Rule("word", "refusal", Refused, "The model refused to answer.", "Change the message, or choose another model."),
    Rule("word", "invalid_image", BadRequest, "The model could not read a picture.", _PICTURE),
    Rule("word", "image_too_large", BadRequest, "A picture is too large for this model.", _PICTURE),
    Rule("word", "image_too_small", BadRequest, "A picture is too small for this model.", _PICTURE),
    Rule("word", "unsupported_image_format", BadRequest, "The model cannot read this kind of picture.", _PICTURE),
    Rule("word", "image_not_found", BadRequest, "A picture could not be found.", _PICTURE),
    Rule("word", "image_download_failed", BadRequest, "A picture could not be fetched.", _PICTURE),
    Rule("word", "insufficient_quota", CreditSpent, "The account has no credit left."),
    Rule("word", "payment_required", CreditSpent, "The account has no credit left."),
    Rule("word", "model_not_found", Refused, "There is no such model.", _OTHER_MODEL),
    Rule("word", "provider_overloaded", ProviderFailed, "{Provider} has too much to do."),
    Rule("word", "provider_unavailable", ProviderFailed, "{Provider} did not answer."),
    # What the number alone says.
    Rule("status", "401", KeyRejected, "The key was not accepted."),
    Rule("status", "402", CreditSpent, "The account has no credit left."),
    Rule("status", "403", Refused, "The server refused this request.",
         "Check what the key and the account may do, or choose another model."),
    Rule("status", "404", Refused, "Nobody could be found to answer.", "Check the model's name or choose another."),
    Rule("status", "408", ProviderFailed, "{Provider} took too long."),
    Rule("status", "413", BadRequest, "The attachments are too large for this server.",
         "Send fewer or smaller attachments."),
    Rule("status", "429", RateLimited, "Too many requests in a short time."),
    Rule("status", "502", ProviderFailed, "{Provider} failed or gave no usable answer."),
    Rule("status", "503", ProviderFailed, "{Provider} is not available at the moment."),
    Rule("status", "504", ProviderFailed, "{Provider} took too long."),
    Rule("status", "524", ProviderFailed, "{Provider} took too long."),
    Rule("status", "529", ProviderFailed, "{Provider} has too much to do."),
    # Classes that only count where no number came, as in a stream. (A rejected key at OpenAI is a 401 of the
    # type `invalid_request_error`, so they must stay below the numbers.)
    Rule("word", "authentication", KeyRejected, "The key was not accepted."),
    Rule("word", "permission_denied", Refused, "The server refused this request."),
    Rule("word", "rate_limit_exceeded", RateLimited, "Too many requests in a short time."),
    Rule("word", "not_found", Refused, "Nobody could be found to answer.", _OTHER_MODEL),
    Rule("word", "timeout", ProviderFailed, "{Provider} took too long."),
)

_KEY = re.compile(r"\b(?:sk|pk|rk|gsk|hf|xai)[-_][\w.*…-]{6,}|\bBearer\s+\S+|\bAIza[\w-]{20,}", re.IGNORECASE)
_ACCOUNT = re.compile(r"\b(?:user|org|acct)[-_][\w-]{5,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_TITLE = re.compile(r"<title[^>]*>([^<]{1,200})", re.IGNORECASE)


@dataclass(slots=True)
class Facts:
    """What could be read from an error body."""

    status: int | None = None
    said: str = ""
    provider: str = ""
    wait_s: float | None = None
    notes: list[str] = field(default_factory=list)
    known: dict[str, set[str]] = field(default_factory=dict)

    def add(self, fact: Fact, *values: str) -> None:
        if told := {value for value in values if value}:
            self.known.setdefault(fact, set()).update(told)


def from_response(status: int, body: bytes | None, *, has_key: bool) -> InglenookError:
    """The error that a non-2xx answer stands for. None: its body did not come whole; then the status alone tells."""
    envelope, page = (None, "") if body is None else _envelope(body)
    facts = _read(envelope)
    if status >= 400 or facts.status is None:
        facts.status = status
    if facts.status == 401 and not has_key:
        return _build(facts, Rule("status", "401", NoKey, "This server wants a key.",
                                  "Open Settings, Connections and enter a key."))
    nothing_there = page or (not facts.known and facts.said.lower() in ("not found", "404 page not found"))
    if (facts.status in (404, 405) and nothing_there) or facts.status < 400:
        facts.notes.append(page)
        return _build(facts, Rule("status", "", NotTheProtocol, "There is no chat API at this address."))
    if page:
        facts.notes.append(page)
    return _decide(facts)


def from_stream_error(error: Any) -> InglenookError:
    """The error inside an answer that began with status 200: an object, or only a text."""
    return _decide(_read({"error": error}))


def _envelope(body: bytes) -> tuple[Any, str]:
    """What an error body says, as JSON or plain text; or, if it says nothing, what it is."""
    start = body[:4096].decode("utf-8", "replace").strip()
    if not start:
        return None, "empty answer"
    if start.startswith("<"):
        title = _TITLE.search(start)
        return None, f"a web page: {_clean(title[1], 200)}" if title else "a web page"
    try:
        value = wire.read_json(body)
    except NotTheProtocol:
        return start, ""
    return (value, "") if isinstance(value, (dict, str)) else (None, "JSON of another kind")


def _read(envelope: Any) -> Facts:
    facts = Facts()
    outer = wire.record(envelope)
    error = outer.get("error") or envelope
    if isinstance(error, str):
        facts.said = _clean(error, 300)
    error = wire.record(error)
    if "detail" in error and "message" not in error:
        facts.said = _detail(error["detail"])
    metadata, availability = wire.record(error.get("metadata")), wire.record(error.get("availability"))
    said = wire.text(error.get("message"))
    if error.get("name") == "ZodError":
        facts.notes.append(_clean(said, 500))
    elif said:
        facts.said = _clean(said, 300)
    code = error.get("code", outer.get("code"))
    number = wire.number(code)
    if number is not None and 100 <= number < 600:
        facts.status = int(number)
    elif isinstance(code, str):
        facts.add("word", code.lower())
    for place in (metadata, error):
        for name in ("error_type", "type", "provider_error_code"):
            facts.add("word", wire.text(place.get(name), 100).lower())
    facts.add("limit", wire.text(metadata.get("limit_source"), 100))
    facts.add("step", wire.text(metadata.get("failed_routing_step"), 100))
    reasons = wire.rows(metadata.get("ineligibility_reasons"))
    facts.add("reason", *(wire.text(row.get("reason"), 100) for row in reasons))
    facts.add("availability", wire.text(availability.get("code"), 100))
    facts.add("excluded", *wire.texts(availability.get("excluded_by")))
    facts.add("has", *(name for name in metadata if metadata[name]))
    facts.provider = _clean(wire.text(metadata.get("provider_name")), 60)
    facts.wait_s = _wait(metadata, availability)
    for name in ("limit", "step", "reason", "availability", "excluded"):
        facts.notes += [f"{name}: {_clean(value, 120)}" for value in sorted(facts.known.get(name, ()))]
    for name in ("available_providers", "missing_attestation_types", "reasons"):
        if listed := wire.texts(metadata.get(name)):
            facts.notes.append(_clean(f"{name.replace('_', ' ')}: {', '.join(listed)}", 300))
    facts.notes.append(_clean(wire.text(metadata.get("raw"), 4000), 1000))
    return facts


def _wait(metadata: dict[str, Any], availability: dict[str, Any]) -> float | None:
    # A page cannot read the Retry-After header, but the body repeats it. The order is from the most to the least exact.
    headers = wire.record(metadata.get("headers"))
    for value in (availability.get("retry_after"), metadata.get("retry_after_seconds"), headers.get("Retry-After")):
        seconds = wire.number(value)
        if seconds is not None and seconds >= 0:
            return min(seconds, MAX_WAIT_S)
    return None


def _detail(detail: Any) -> str:
    # FastAPI repeats what was sent under "input": only the place and the complaint may be taken.
    if isinstance(detail, str):
        return _clean(detail, 300)
    complaints = [
        f"{'.'.join(str(step) for step in place if isinstance(step, (str, int)))}: {wire.text(row.get('msg'))}"
        for row in wire.rows(detail)
        if isinstance(place := row.get("loc", []), list)
    ]
    return _clean("; ".join(complaints), 300)


def _clean(text: str, limit: int) -> str:
    text = _CONTROL.sub(" ", wire.mend(text)).strip()
    return _ACCOUNT.sub("[account]", _KEY.sub("[key]", text))[:limit]


def _decide(facts: Facts) -> InglenookError:
    status = facts.status
    if status is not None:
        facts.add("status", str(status))
    text = facts.said.lower()
    for rule in RULES:
        if rule.value in text if rule.fact == "text" else rule.value in facts.known.get(rule.fact, ()):
            return _build(facts, rule)
    unfit = any(word.startswith("invalid_request") for word in facts.known.get("word", ()))
    if unfit or (status is not None and 400 <= status < 500):
        told = facts.said and facts.said != "Provider returned error"
        message = f"The request was not accepted: {facts.said}" if told else "{Provider} did not accept the request."
        return _build(facts, Rule("status", "", BadRequest, message.replace("{", "{{").replace("}", "}}")
                                  if told else message))
    return _build(facts, Rule("status", "", ProviderFailed, "{Provider} failed."))


def _build(facts: Facts, rule: Rule) -> InglenookError:
    provider = facts.provider or "the provider"
    message = rule.message.format(provider=provider, Provider=provider[:1].upper() + provider[1:])
    advice = rule.advice
    if facts.wait_s is not None and advice is None and issubclass(rule.error, (RateLimited, ProviderFailed)):
        advice = f"Wait {max(1, round(facts.wait_s))} s, then retry."
    notes = [f"HTTP {facts.status}" if facts.status else "", facts.said, *facts.notes]
    error = rule.error(message, advice=advice, code=facts.status, detail="; ".join(dict.fromkeys(filter(None, notes))))
    if isinstance(error, RateLimited):
        error.wait_s = facts.wait_s
    return error
