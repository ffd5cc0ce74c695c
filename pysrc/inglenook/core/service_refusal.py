"""Why the routing service would let nobody answer: the body of a refusal in, one row of our own table out.

The first line of `RULES` that fits decides. It gives the words; the service's
own text is never shown. Only names, slugs, steps and a link are taken from the
body, and only in the form that such things have.

`refusal` makes the error of the same body; this file says what the table of
endpoints says beside it. The table of rules is why this file is long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from inglenook.core import wire
from inglenook.core.errors import NotTheProtocol

MAX_BODY: Final = 1_000_000
MAX_NAMES: Final = 64
MAX_STEPS: Final = 32
MAX_NAME: Final = 60
MAX_LINK: Final = 200
MAX_TEXT: Final = 4000

Cause = Literal[
    "training", "retention", "publication", "guardrail", "policy", "providers", "price", "region", "quantization",
    "parameters", "tools", "images", "context", "attestation", "agents", "moderation", "restrictions", "gone",
    "unknown",
]  # fmt: skip
By = Literal["account", "request", "either", "model", "service"]
Fact = Literal[
    "attestation", "has", "step", "reason", "setter", "constraint", "excluded", "availability", "limit", "word",
    "text", "notice", "status",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ServiceRefusal:
    """Why the service would let nobody answer.

    `words` fit a cell of a table, `advice` is a sentence; both are ours.
    `affected` are providers that the body names as excluded, () if it names
    none: then all were. `available` are those it names as candidates. `funnel`
    has the steps in the body's order, each with how many endpoints were left.
    `link` leads to openrouter.ai or is empty.
    """

    cause: Cause
    words: str
    advice: str
    by: By
    affected: tuple[str, ...] = ()
    available: tuple[str, ...] = ()
    funnel: tuple[tuple[str, int], ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One fact of a body and what it means."""

    fact: Fact
    value: str
    cause: Cause
    by: By
    words: str
    advice: str


_OTHER = "Choose another model."
_PRIVACY = "Change it in Settings, Privacy, or at openrouter.ai/settings/privacy, or choose another model."
_ACCOUNT = "Change it at openrouter.ai/settings/privacy, or choose another model."
_GUARDRAILS = "Change the guardrails of the account at openrouter.ai, or choose another model."
_OURS = "Change it in Settings, Privacy, or choose another model."
_CONFIRM = "Confirm at openrouter.ai/settings/preferences, then retry."
_LIMIT = "Raise the limit at openrouter.ai/settings/keys, or use another key."
_REWRITE = "Change the message, or choose another model."
_SHORTER = "Choose a model with a larger context, or branch from an earlier message."
_PICTURE = "Choose a model that reads pictures, or remove the picture."
_LATER = "Wait a little, then retry, or choose another model."

_ZDR = "the account or the request wants zero retention"
_TRAINS = "may train, and the account or the request forbids that"
_PUBLISHES = "may publish prompts, and the account forbids that"
_NOT_LISTED = "the providers allowed do not serve the model"
_TOO_DEAR = "costs more than the request allows"
_QUANTIZED = "computes in another precision than the request wants"
_LACKS = "does not take every setting that the request sends"
_NO_TOOLS = "cannot use tools"
_NO_PICTURES = "cannot read the pictures of the request"
_TOO_LONG = "cannot read a conversation of this length"
_REGION = "is not offered in your region"
_GUARDRAIL = "the guardrails of the account exclude it"
_NOBODY = "nobody is left who serves the model"
_NO_MODEL = "there is no such model"
_SPENT = "a spending limit of the key or the account is reached"
_BUSY = "is busy or out of order at the moment"
_FLAGGED = "a moderation check stopped the message"

RULES: Final[tuple[Rule, ...]] = (
    # What somebody wants first, in members that say nothing else. A refusal in the middle has their status only.
    Rule("attestation", "age_18plus", "attestation", "model", "wants a confirmation that you are 18 or older",
         _CONFIRM),
    Rule("has", "missing_attestation_types", "attestation", "model", "wants a confirmation in the account's settings",
         _CONFIRM),
    Rule("has", "flagged_input", "moderation", "model", _FLAGGED, _REWRITE),
    Rule("has", "reasons", "moderation", "model", _FLAGGED, _REWRITE),
    Rule("has", "patterns", "guardrail", "account", "a content filter of the account stopped the message",
         "Change the message, or the guardrails of the account at openrouter.ai."),
    # The step at which nobody was left. It is more reliable than the text beside it, except for the two steps
    # that stand further down, which have many reasons.
    Rule("step", "gate endpoints with attestations", "attestation", "model",
         "wants a confirmation in the account's settings", _CONFIRM),
    Rule("step", "gate free endpoints by agentic harness", "agents", "model", "is free for agent apps only", _OTHER),
    Rule("step", "gate endpoints with geo restrictions", "region", "model", _REGION, _OTHER),
    Rule("step", "filter by regional surcharge", "region", "either",
         "is not open to the region of the account or the request", _OTHER),
    Rule("step", "filter by tool compatibility", "tools", "model", _NO_TOOLS, _OTHER),
    Rule("step", "filter by image support", "images", "model", _NO_PICTURES, _PICTURE),
    Rule("step", "filter by image capabilities", "images", "model", _NO_PICTURES, _PICTURE),
    Rule("step", "filter by parameters", "parameters", "request", _LACKS, _OURS),
    Rule("step", "validate video parameters", "parameters", "request", _LACKS, _OTHER),
    Rule("step", "filter by model output modalities", "parameters", "request",
         "cannot answer in the form that the request wants", _OTHER),
    Rule("step", "filter by allowed providers", "providers", "either", _NOT_LISTED, _PRIVACY),
    Rule("step", "filter by ignored providers", "providers", "either", "the account or the request ignores it",
         _PRIVACY),
    Rule("step", "filter by fallback", "providers", "either", "there is nobody to fall back to", _PRIVACY),
    Rule("step", "filter by max price", "price", "request", _TOO_DEAR, _OURS),
    Rule("step", "filter by quantization", "quantization", "request", _QUANTIZED, _OURS),
    Rule("step", "filter by context length", "context", "model", _TOO_LONG, _SHORTER),
    Rule("step", "initial endpoints", "gone", "service", _NOBODY, _OTHER),
    Rule("step", "add byok endpoints", "gone", "service", _NOBODY, _OTHER),
    # Reasons, without the "-by-account" or "-by-guardrail" at their end, which `by` and the "setter" are read from.
    Rule("reason", "zdr-violation", "retention", "account", "the account wants zero retention", _ACCOUNT),
    Rule("reason", "paid-model-training-violation", "training", "account",
         "may train, and the account forbids that for paid models", _ACCOUNT),
    Rule("reason", "free-model-training-violation", "training", "account",
         "may train, and the account forbids that for free models", _ACCOUNT),
    Rule("reason", "free-model-publication-violation", "publication", "account", _PUBLISHES, _ACCOUNT),
    Rule("reason", "provider-not-allowed", "providers", "account",
         "is not on the account's list of allowed providers", _GUARDRAILS),
    Rule("reason", "provider-ignored", "providers", "account", "is on the account's list of ignored providers",
         _ACCOUNT),
    Rule("reason", "model-ignored", "guardrail", "account", "the guardrails of the account exclude the model",
         _GUARDRAILS),
    Rule("reason", "model-not-allowed", "guardrail", "account", "the guardrails of the account exclude the model",
         _GUARDRAILS),
    Rule("setter", "guardrail", "guardrail", "account", _GUARDRAIL, _GUARDRAILS),
    Rule("setter", "account", "policy", "account", "the privacy settings of the account exclude it", _ACCOUNT),
    # The request's own member, where the body names it.
    Rule("constraint", "zdr", "retention", "request", "the request wants zero retention", _OURS),
    Rule("constraint", "data_collection", "training", "request", "may train, and the request forbids that", _OURS),
    # Publication has no word of its own in `excluded_by`, only in the text, so that this text comes before the words.
    Rule("text", "data policy (free model publication)", "publication", "account", _PUBLISHES, _ACCOUNT),
    Rule("excluded", "data_policy:zdr", "retention", "either", _ZDR, _PRIVACY),
    Rule("excluded", "data_policy:training", "training", "either", _TRAINS, _PRIVACY),
    Rule("text", "data policy (zero data retention)", "retention", "either", _ZDR, _PRIVACY),
    Rule("text", "data policy (paid model training)", "training", "either", _TRAINS, _PRIVACY),
    Rule("text", "data policy (free model training)", "training", "either",
         "is free and may train, and the account or the request forbids that", _PRIVACY),
    Rule("text", "zdr violation", "retention", "account", "the account wants zero retention", _ACCOUNT),
    Rule("text", "model training violation", "training", "account", "may train, and the account forbids that",
         _ACCOUNT),
    Rule("text", "model blocked by guardrail", "guardrail", "account",
         "the guardrails of the account exclude the model", _GUARDRAILS),
    Rule("step", "filter by guardrails", "guardrail", "account", _GUARDRAIL, _GUARDRAILS),
    Rule("step", "filter by data policy", "policy", "either", "the privacy settings exclude it", _PRIVACY),
    # What else was asked for.
    Rule("constraint", "only", "providers", "request", _NOT_LISTED, _OURS),
    Rule("constraint", "order", "providers", "request", _NOT_LISTED, _OURS),
    Rule("constraint", "ignore", "providers", "request", "the request ignores it", _OURS),
    Rule("constraint", "max_price", "price", "request", _TOO_DEAR, _OURS),
    Rule("constraint", "quantizations", "quantization", "request", _QUANTIZED, _OURS),
    Rule("constraint", "require_parameters", "parameters", "request", _LACKS, _OURS),
    Rule("constraint", "tools", "tools", "model", _NO_TOOLS, _OTHER),
    Rule("excluded", "allowed_providers", "providers", "either", _NOT_LISTED, _PRIVACY),
    Rule("excluded", "max_price", "price", "request", _TOO_DEAR, _OURS),
    Rule("excluded", "quantization", "quantization", "request", _QUANTIZED, _OURS),
    Rule("excluded", "require_parameters", "parameters", "request", _LACKS, _OURS),
    Rule("excluded", "context_length", "context", "model", _TOO_LONG, _SHORTER),
    Rule("excluded", "geo", "region", "model", _REGION, _OTHER),
    Rule("excluded", "data_region", "region", "either", "does not compute in the region asked for", _PRIVACY),
    Rule("has", "available_providers", "providers", "either", _NOT_LISTED, _PRIVACY),
    # Texts, where nothing above told. They are looked for within, since some begin with a number or a model's name.
    Rule("text", "your guardrail restrictions", "guardrail", "either",
         "the guardrails or the privacy settings exclude it", _PRIVACY),
    Rule("text", "no endpoints found matching your data policy", "policy", "either",
         "the privacy settings exclude it", _PRIVACY),
    Rule("text", "no allowed providers are available", "providers", "either", _NOT_LISTED, _PRIVACY),
    Rule("text", "all providers have been ignored", "providers", "either", "the account or the request ignores it",
         _PRIVACY),
    Rule("text", "no endpoints found that support tool use", "tools", "model", _NO_TOOLS, _OTHER),
    Rule("text", "no endpoints found that support image input", "images", "model", _NO_PICTURES, _PICTURE),
    Rule("text", "no endpoints found that can handle the requested parameters", "parameters", "request", _LACKS,
         _OURS),
    Rule("text", "no endpoints found that satisfy the max price", "price", "request", _TOO_DEAR, _OURS),
    Rule("text", "no endpoints found for the request with quantization", "quantization", "request", _QUANTIZED, _OURS),
    Rule("text", "no models match your request and model restrictions", "restrictions", "either",
         "the automatic choice found no model that may be used", _OTHER),
    # Codes. Some name a cause as coarse as the number does, so they come after the texts.
    Rule("availability", "model_not_found", "gone", "service", _NO_MODEL, _OTHER),
    Rule("availability", "wrong_endpoint", "gone", "model", "the model is not for conversations", _OTHER),
    Rule("availability", "no_endpoints", "gone", "service", _NOBODY, _OTHER),
    Rule("availability", "model_deprecated", "gone", "service", "the model has been withdrawn", _OTHER),
    Rule("availability", "model_unavailable_upstream", "gone", "service", "no longer serves the model", _OTHER),
    Rule("availability", "free_variant_ended", "gone", "service", "is no longer free",
         "Choose the paid form of the model, or another one."),
    Rule("availability", "privacy_restricted", "policy", "either", "the privacy settings exclude it", _PRIVACY),
    Rule("availability", "constraint_filtered", "unknown", "request", "does not fit what the request asks for", _OURS),
    Rule("availability", "region_restricted", "region", "model", _REGION, _OTHER),
    Rule("availability", "capacity_exhausted", "unknown", "service", _BUSY, _LATER),
    Rule("availability", "temporarily_unavailable", "unknown", "service", _BUSY, _LATER),
    Rule("text", "no endpoints found for", "gone", "service", _NOBODY, _OTHER),
    Rule("text", "is not a valid model id", "gone", "service", _NO_MODEL, _OTHER),
    # What only counts beside 403 or 404, because elsewhere it is about money, pace or a provider's own trouble.
    Rule("limit", "openrouter_key_limit", "restrictions", "account", _SPENT, _LIMIT),
    Rule("word", "model_not_found", "gone", "service", _NO_MODEL, _OTHER),
    Rule("word", "no_endpoints", "gone", "service", _NOBODY, _OTHER),
    Rule("word", "content_policy_violation", "moderation", "model", _FLAGGED, _REWRITE),
    Rule("notice", "model not found", "gone", "service", _NO_MODEL, _OTHER),
    Rule("notice", "your input was flagged", "moderation", "model", _FLAGGED, _REWRITE),
    Rule("notice", "violation of provider terms", "moderation", "model", _FLAGGED, _REWRITE),
    Rule("notice", "age confirmation", "attestation", "model", "wants a confirmation that you are 18 or older",
         _CONFIRM),
    Rule("notice", "only available on agentic harness", "agents", "model", "is free for agent apps only", _OTHER),
    Rule("notice", "available in your region", "region", "model", _REGION, _OTHER),
    Rule("notice", "key limit exceeded", "restrictions", "account", _SPENT, _LIMIT),
    Rule("notice", "budget limit exceeded", "restrictions", "account", _SPENT, _LIMIT),
    Rule("notice", "ip address", "restrictions", "account", "the key may not be used from this network",
         "Change the key's list of addresses at openrouter.ai/settings/keys, or use another key."),
    Rule("word", "permission_denied", "restrictions", "account", "the key or the account may not do this",
         "Check what the key may do at openrouter.ai/settings/keys, or use another key."),
    # What the number alone says.
    Rule("status", "403", "restrictions", "service", "the service does not allow it",
         "Check what the key and the account may do at openrouter.ai/settings, or choose another model."),
    Rule("status", "404", "unknown", "service", "the service gives no reason that is known here",
         "Check the model's name, or choose another model."),
)  # fmt: skip

# A body with `availability` is the router's own word, whatever the code of tomorrow is called.
_LAST: Final = Rule("availability", "", "unknown", "service", "the service gives no reason that is known here", _OTHER)
_BESIDE_403_OR_404: Final = ("has", "limit", "word", "notice")
_NO_SUCH_PATH: Final = ("not found", "404 page not found", "generation not found")

_SETTER: Final = re.compile(r"-by-(account|guardrail|request)$")
_SETTERS: Final[dict[str, By]] = {"account": "account", "guardrail": "account", "request": "request"}
# The form that names of providers, slugs and steps have. Anything else is no name, so that nothing needs mending.
_NAME: Final = re.compile(r"[^\W_][\w .,&()/:+'~-]*")
# A long run without a break is no name either: the secret part of a key has it, whatever its beginning is called.
_PRIVATE: Final = re.compile(
    r"(?<![^\W_])(?:(?:sk|pk|rk|gsk|xai)[-_]|hf_)|sk-(?:or|ant|proj)-|Bearer|(?:user|org|acct)_|\w{25}", re.IGNORECASE
)
_LINK: Final = re.compile(r"https://openrouter\.ai/[A-Za-z0-9_./~-]*")


def read_service_refusal(status: int, body: bytes | str) -> ServiceRefusal | None:
    """Why nobody may answer, from the body of an answer that is an error.

    None if the body is about something else: a key (401), money (402), plain
    pace (429), a failure of a provider, or not the protocol at all. It never raises.

    Source: the errors page of the service's documentation, and bodies that were
    published; the texts change without notice, so that codes go first:
    https://openrouter.ai/docs/api_reference/errors-and-debugging
    """
    if len(body) > MAX_BODY:
        return None
    try:
        outer = wire.record(wire.read_json(body))
    except NotTheProtocol:
        return None
    error = outer.get("error")
    # Some streams and some gateways begin with 200 and say so only inside.
    return _decide(error, status if status >= 400 else _code(wire.record(error)))


def read_stream_refusal(error: Any) -> ServiceRefusal | None:
    """The same for the `error` inside an answer that began with status 200: an object, or only a text."""
    return _decide(error, _code(wire.record(error)))


def _code(error: dict[str, Any]) -> int | None:
    number = wire.number(error.get("code"))
    return int(number) if number is not None and 100 <= number < 600 else None


def _decide(error: Any, status: int | None) -> ServiceRefusal | None:
    said = _said(error)
    error = wire.record(error)
    if status in (401, 402) or error.get("name") == "ZodError":
        return None
    known = _facts(error, said, status)
    rule = next((rule for rule in RULES if _fits(rule, known, said, status)), None)
    if rule is None and known["availability"]:
        rule = _LAST
    if rule is None or (rule.fact == "status" and _is_elsewhere(error, said)):
        return None
    metadata, availability = wire.record(error.get("metadata")), wire.record(error.get("availability"))
    affected = _names(wire.texts(availability.get("affected_providers")))
    if rule.cause == "moderation":
        affected = affected or _names([wire.text(metadata.get("provider_name"))])
    available = _names(wire.texts(metadata.get("available_providers")))
    by = _by(rule, metadata, available)
    return ServiceRefusal(
        rule.cause, rule.words, rule.advice, by, affected, available, _funnel(metadata), _link(metadata, said)
    )


def _said(error: Any) -> str:
    return wire.text(error if isinstance(error, str) else wire.record(error).get("message"), MAX_TEXT)


def _facts(error: dict[str, Any], said: str, status: int | None) -> dict[Fact, set[str]]:
    """Everything in the body that a rule may look at, in lower case."""
    metadata, availability = wire.record(error.get("metadata")), wire.record(error.get("availability"))
    field = wire.text(wire.record(availability.get("constraint")).get("field"), 100)
    kinds = ("error_type", "type", "provider_error_code")
    words = [error.get("code"), *(place.get(name) for place in (error, metadata) for name in kinds)]
    told: dict[Fact, Iterable[Any]] = {
        "attestation": wire.texts(metadata.get("missing_attestation_types"))[:MAX_NAMES],
        "has": [name for name in metadata if metadata[name]],
        "step": [metadata.get("failed_routing_step")],
        "reason": [kind for kind, _ in _reasons(metadata)],
        "setter": [setter for _, setter in _reasons(metadata)],
        # "provider.max_price" and "max_price" mean the same.
        "constraint": [field.rpartition(".")[2]],
        "excluded": wire.texts(availability.get("excluded_by"))[:MAX_NAMES],
        "availability": [availability.get("code")],
        "limit": [metadata.get("limit_source")],
        "word": words,
        "status": [str(status)] if error and said else [],
    }
    return {fact: {wire.text(value, 100).strip().lower() for value in values} - {""} for fact, values in told.items()}


def _strongest(metadata: dict[str, Any]) -> list[dict[str, Any]]:
    # An endpoint may be counted under many reasons. Those that excluded most of them are what has to change.
    rows = wire.rows(metadata.get("ineligibility_reasons"))[:MAX_NAMES]
    counts = [wire.count(row.get("endpoint_count", row.get("count"))) or 0 for row in rows]
    most = max(counts, default=0)
    return [row for row, count in zip(rows, counts, strict=True) if count == most]


def _reasons(metadata: dict[str, Any]) -> list[tuple[str, str]]:
    """The strongest reasons, each as its kind and whose it is: ("zdr-violation", "account")."""
    named = [wire.text(row.get("reason"), 100).strip().lower() for row in _strongest(metadata)]
    return [(_SETTER.sub("", name), found[1] if (found := _SETTER.search(name)) else "") for name in named]


def _fits(rule: Rule, known: dict[Fact, set[str]], said: str, status: int | None) -> bool:
    if status not in (403, 404) and rule.fact in _BESIDE_403_OR_404:
        return False
    if rule.fact in ("text", "notice"):
        return rule.value in said.lower()
    return rule.value in known[rule.fact]


def _is_elsewhere(error: dict[str, Any], said: str) -> bool:
    """Whether only the number says that it is a refusal, and it is a path that nobody has, or a provider's answer."""
    failed = said == "Provider returned error" or bool(wire.record(error.get("metadata")).get("raw"))
    return failed or said.strip(" .").lower() in _NO_SUCH_PATH


def _by(rule: Rule, metadata: dict[str, Any], available: tuple[str, ...]) -> By:
    if rule.fact == "reason":
        found = {_SETTERS[setter] for kind, setter in _reasons(metadata) if kind == rule.value and setter}
        return rule.by if not found else found.pop() if len(found) == 1 else "either"
    requested = metadata.get("requested_providers")
    if rule.cause == "providers" and rule.by == "either" and isinstance(requested, list):
        wanted = {slug.partition("/")[0].lower() for slug in wire.texts(requested)}
        if not wanted:
            return "account"
        # One that was asked for and serves the model was excluded by a list elsewhere.
        return "either" if wanted & {slug.partition("/")[0].lower() for slug in available} else "request"
    return rule.by


def _names(found: Iterable[str]) -> tuple[str, ...]:
    """Each name once, without those that are none or that hide a key or an account."""
    return tuple(name for name in dict.fromkeys(name.strip() for name in found) if _is_name(name))[:MAX_NAMES]


def _is_name(name: str) -> bool:
    return len(name) <= MAX_NAME and bool(_NAME.fullmatch(name)) and not _PRIVATE.search(name)


def _funnel(metadata: dict[str, Any]) -> tuple[tuple[str, int], ...]:
    rows = [
        (wire.text(row.get("step")), wire.count(row.get("endpoint_count")))
        for row in wire.rows(metadata.get("routing_funnel"))[:MAX_STEPS]
    ]
    return tuple((step, count) for step, count in rows if count is not None and _is_name(step))


def _link(metadata: dict[str, Any], said: str) -> str:
    addresses = [wire.text(row.get("configure_url"), 1000) for row in _strongest(metadata)]
    found = [_LINK.match(address) for address in addresses] + [_LINK.search(said)]
    # A question mark or a full stop after the address is cut off with what follows.
    links = (match[0].rstrip(".") for match in found if match)
    return next((link for link in links if len(link) <= MAX_LINK and not _PRIVATE.search(link)), "")
