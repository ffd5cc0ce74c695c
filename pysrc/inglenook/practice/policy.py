"""Who may serve a request: one endpoint after another is dropped, each for a named reason.

This file knows endpoints, wishes and the account's switches. It never learns
what was said. A request can only tighten what the account allows, and a
provider whose policy nobody knows counts as one that keeps and trains.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from .account import Account
from .catalogue import Endpoint, Model
from .errors import PRIVACY_PAGE, Refusal, availability, bad_field, refusal
from .preference import Preference
from .ranking import named, ranked
from .wire import Json

Keep = Callable[[Endpoint], bool]


@dataclass(frozen=True, slots=True)
class Need:
    """What the request itself demands of an endpoint."""

    parameters: frozenset[str] = frozenset()
    tools: bool = False
    image: bool = False
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One filter of the funnel and the refusal if it leaves nobody."""

    name: str
    keep: Keep
    refuse: Callable[[], Refusal]


def choose(model: Model, wishes: Preference, account: Account, need: Need) -> list[Endpoint]:
    """Everybody who may serve, best first. Raises `Refusal` with the routing funnel when nobody is left."""
    left = list(model.endpoints)
    funnel: list[Json] = [{"step": "Initial Endpoints", "endpoint_count": len(left)}]
    for step in _steps(model, wishes, account, need):
        kept = [endpoint for endpoint in left if step.keep(endpoint)]
        if not kept:
            raise _with_funnel(step.refuse(), funnel, step.name, len(left), model)
        if len(kept) < len(left):
            funnel.append({"step": step.name, "endpoint_count": len(kept)})
        left = kept
    return ranked(left, wishes)


def allowed_by_account(model: Model, account: Account) -> bool:
    """Whether the account's switches leave the model anybody, as `/models/user` asks."""
    try:
        return bool(model.routes_to) or bool(choose(model, Preference(), account, Need()))
    except Refusal:
        return False


def _steps(model: Model, wishes: Preference, account: Account, need: Need) -> list[Step]:
    kind = "Free" if model.free else "Paid"
    training_allowed = account.free_training if model.free else account.paid_training
    zdr = wishes.zdr or account.zdr

    def policy(cause: str) -> Callable[[], Refusal]:
        said = f"No endpoints found matching your data policy ({cause}). Configure: {PRIVACY_PAGE}"
        return lambda: refusal(404, said, metadata={}, availability={"code": "privacy_restricted"})

    def text(message: str, code: str = "constraint_filtered") -> Callable[[], Refusal]:
        return lambda: refusal(404, message, metadata={}, availability={"code": code})

    nobody = text(f"No endpoints found for {model.id}.")
    return [
        Step("Filter by Image Support", lambda e: not need.image or "image" in model.inputs,
             text("No endpoints found that support image input")),
        Step("Filter by Tool Compatibility", lambda e: not need.tools or "tools" in supported(model, e),
             text("No endpoints found that support tool use")),
        Step("Filter by Allowed Providers", lambda e: _is_listed(e, wishes, account),
             lambda: _no_provider(model, wishes)),
        Step("Filter by Guardrails", lambda e: model.free or training_allowed or not e.provider.may_train,
             lambda: _account_training(model, wishes, account)),
        Step("Filter by Data Policy", lambda e: not zdr or e.provider.zero_retention,
             policy("Zero data retention")),
        Step("Filter by Data Policy",
             lambda e: not (wishes.deny_collection or not training_allowed) or not e.provider.may_train,
             policy(f"{kind} model training")),
        Step("Filter by Data Policy",
             lambda e: not model.free or account.free_publication or not e.provider.publishes,
             policy("Free model publication")),
        Step("Filter by Distillable Text", lambda e: not wishes.distillable or model.distillable, nobody),
        Step("Filter by Quantization",
             lambda e: not wishes.quantizations or (e.quantization or "unknown") in wishes.quantizations, nobody),
        Step("Filter by Max Price", lambda e: _affordable(e, wishes), nobody),
        Step("Filter by Parameters",
             lambda e: not wishes.require_parameters or need.parameters <= supported(model, e),
             text("No endpoints found that can handle the requested parameters")),
        Step("Filter by Context Length", lambda e: need.tokens < e.context_length,
             lambda: _too_long(model)),
    ]  # fmt: skip


def supported(model: Model, endpoint: Endpoint) -> frozenset[str]:
    """The parameters that one endpoint takes."""
    return frozenset(model.parameters) - frozenset(endpoint.lacks)


def _is_listed(endpoint: Endpoint, wishes: Preference, account: Account) -> bool:
    if wishes.only is not None and not named(wishes.only, endpoint):
        return False
    if named(wishes.ignore, endpoint) or endpoint.provider_slug in account.ignored_providers:
        return False
    if account.allowed_providers is not None and endpoint.provider_slug not in account.allowed_providers:
        return False
    return not wishes.order or wishes.allow_fallbacks or named(wishes.order, endpoint)


def _affordable(endpoint: Endpoint, wishes: Preference) -> bool:
    asked = {"prompt": endpoint.prompt, "completion": endpoint.completion}
    return all(Decimal(asked.get(name, "0")) <= most for name, most in wishes.max_price.items())


def _no_provider(model: Model, wishes: Preference) -> Refusal:
    metadata = {
        "available_providers": sorted({endpoint.provider_slug for endpoint in model.endpoints}),
        "requested_providers": [*(wishes.only or ()), *wishes.order],
    }
    said = availability("constraint_filtered", model.id, excluded_by=["allowed_providers"])
    return refusal(
        404, "No allowed providers are available for the selected model.", metadata=metadata, availability=said
    )


def _account_training(model: Model, wishes: Preference, account: Account) -> Refusal:
    count = sum(_is_listed(endpoint, wishes, account) for endpoint in model.endpoints)
    reason = {"reason": "paid-model-training-violation-by-account", "count": count, "configure_url": PRIVACY_PAGE}
    return refusal(
        404,
        f"0 endpoints out of {count} requested are available matching your guardrail restrictions and data policy.",
        metadata={"input_endpoint_count": count, "ineligibility_reasons": [reason]},
        availability={"code": "privacy_restricted"},
    )


def _too_long(model: Model) -> Refusal:
    return bad_field(
        f"The endpoint's maximum context length is {model.context_length} tokens, and the request is longer.",
        "context_length_exceeded",
    )


EXCLUDED_BY = {
    "Filter by Guardrails": "data_policy:training",
    "Filter by Quantization": "quantization",
    "Filter by Max Price": "max_price",
    "Filter by Parameters": "require_parameters",
    "Filter by Allowed Providers": "allowed_providers",
}


def _with_funnel(refused: Refusal, funnel: list[Json], step: str, before: int, model: Model) -> Refusal:
    error = dict(refused.body["error"])
    if refused.status != 404:
        return refused
    word = EXCLUDED_BY.get(step)
    if step == "Filter by Data Policy":
        word = "data_policy:zdr" if "Zero" in error["message"] else "data_policy:training"
    code = error["availability"]["code"]
    error["metadata"] = error["metadata"] | {"routing_funnel": funnel, "failed_routing_step": step}
    error["availability"] = availability(code, model.id, excluded_by=[word] if word else [])
    return Refusal(refused.status, {"error": error}, refused.headers)
