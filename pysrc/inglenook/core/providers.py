"""What is known of those who could answer: providers, their policies, and the endpoints of a model.

This file reads the service's lists and joins what they say of one endpoint.
Who may be used is decided in `routing.py`. What no list says stays unknown.

Sources of a policy, the first that says something counts: the user's own
correction, the service's list of zero-retention endpoints (documented), its
website's feed of policies (not documented, so it may be missing), the list
that comes with this program (`known_policies.py`).

It is longer than most because a list and how it is kept must stay side by side.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from inglenook.core import known_policies, wire
from inglenook.core.errors import NotTheProtocol
from inglenook.core.model import Policy

YOU: Final = "you"
ZERO_RETENTION: Final = "zero-retention list"
FEED: Final = "service's feed"
BUILT_IN: Final = "built in"
THIS_MACHINE: Final = "this machine"

UNKNOWN: Final = Policy()
STAYS: Final = Policy(False, False, 0, False, THIS_MACHINE)
_NAME = 120


@dataclass(frozen=True, slots=True)
class Provider:
    """Who runs endpoints. Places are ISO 3166-1 country codes, () where unknown."""

    slug: str
    name: str = ""
    headquarters: str = ""
    datacenters: tuple[str, ...] = ()
    policy: Policy = UNKNOWN


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One model at one provider.

    `tag` is what a request can name: the provider's slug, perhaps with a variant. Prices are US dollars per
    million tokens, latency is milliseconds to the first token, both medians; None where unknown.
    """

    tag: str
    provider: str = ""
    model: str = ""
    prompt_usd: float | None = None
    completion_usd: float | None = None
    latency_ms: float | None = None
    tokens_per_s: float | None = None
    uptime: float | None = None
    status: int = 0
    quantization: str = ""
    parameters: tuple[str, ...] = ()
    tier: str = ""
    """A tier of service that the provider joins with only when it is named, such as `priority`."""

    @property
    def slug(self) -> str:
        return self.tag.partition("/")[0]

    @property
    def name(self) -> str:
        """The provider as it is shown."""
        return self.provider or self.slug


@dataclass(frozen=True, slots=True)
class Correction:
    """What the user knows better about a provider. None: the user does not say."""

    slug: str
    trains: bool | None = None
    retains: bool | None = None
    retention_days: int | None = None
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What the service's lists say, and when they were read (0: never).

    `zero_retention` holds (model, tag); `feed_ms` is the age of the policies in `providers`, where the feed gave them.
    """

    providers: dict[str, Provider] = field(default_factory=dict)
    zero_retention: frozenset[tuple[str, str]] = frozenset()
    fetched_ms: int = 0
    feed_ms: int = 0


def read_providers(body: bytes | str) -> dict[str, Provider]:
    """The answer of `GET /providers`, by slug.

    Raises:
        NotTheProtocol: not a list of providers.
    """
    found = {}
    for row in _data(body, "providers"):
        slug = _slug(row.get("slug"))
        if slug:
            name = wire.text(row.get("name"), _NAME) or slug
            found[slug] = Provider(slug, name, _country(row.get("headquarters")), _countries(row.get("datacenters")))
    return found


def read_zero_retention(body: bytes | str) -> frozenset[tuple[str, str]]:
    """The answer of `GET /endpoints/zdr`: (model, tag) of every endpoint that keeps nothing."""
    pairs = ((wire.text(row.get("model_id"), 300), _slug(row.get("tag"))) for row in _data(body, "endpoints"))
    return frozenset((model, tag) for model, tag in pairs if model and tag)


def read_policies(body: bytes | str, at_ms: int) -> dict[str, Policy]:
    """The website's feed of policies, by slug; a provider without one is not in it."""
    found = {}
    for row in _data(body, "policies"):
        said = row.get("dataPolicy")
        slug = _slug(row.get("slug"))
        if slug and isinstance(said, dict):
            policy = Policy(
                # Two members speak of training, one of them of a contract with the service: either counts.
                _worst(said.get("training"), said.get("trainingOpenRouter")),
                _flag(said.get("retainsPrompts")),
                _days(said.get("retentionDays")),
                _flag(said.get("canPublish")),
                FEED,
                at_ms,
            )
            if policy.trains is not None or policy.retains is not None:
                found[slug] = policy
    return found


def read_endpoints(body: bytes | str) -> tuple[Endpoint, ...]:
    """The answer of `GET /models/<author>/<slug>/endpoints`, in its order."""
    outer = wire.record(wire.record(wire.read_json(body)).get("data"))
    if not isinstance(outer.get("endpoints"), list):
        raise NotTheProtocol("The address gave no list of endpoints.")
    model = wire.text(outer.get("id"), 300)
    read = (_endpoint(row, model) for row in wire.rows(outer["endpoints"]))
    return tuple(endpoint for endpoint in read if endpoint.tag)


def dump_known(known: Known) -> str:
    """As canonical JSON, to be kept on this device."""
    return wire.canonical(
        {
            "providers": [_provider_row(provider) for provider in known.providers.values()],
            "zero_retention": sorted(map(list, known.zero_retention)),
            "fetched_ms": known.fetched_ms,
            "feed_ms": known.feed_ms,
        }
    )


def load_known(stored: str) -> Known:
    """As it was kept; NotTheProtocol if that is damaged."""
    value = wire.record(wire.read_json(stored))
    providers = {}
    for row in wire.rows(value.get("providers")):
        slug = _slug(row.get("slug"))
        if slug:
            said = wire.record(row.get("policy"))
            policy = Policy(
                _flag(said.get("trains")),
                _flag(said.get("retains")),
                _days(said.get("days")),
                _flag(said.get("publishes")),
                FEED,
                wire.count(said.get("as_of_ms")) or 0,
            )
            places = _country(row.get("headquarters")), _countries(row.get("datacenters"))
            providers[slug] = Provider(slug, wire.text(row.get("name"), _NAME), *places, policy if said else UNKNOWN)
    pairs = value.get("zero_retention")
    pairs = [pair for pair in pairs if isinstance(pair, list) and len(pair) == 2] if isinstance(pairs, list) else []
    return Known(
        providers,
        frozenset((wire.text(model), wire.text(tag)) for model, tag in pairs),
        wire.count(value.get("fetched_ms")) or 0,
        wire.count(value.get("feed_ms")) or 0,
    )


def dump_endpoints(endpoints: tuple[Endpoint, ...]) -> str:
    """As canonical JSON in the API's own form, so that one reader reads both."""
    return wire.canonical({"data": {"endpoints": [_endpoint_row(endpoint) for endpoint in endpoints]}})


def with_policies(providers: dict[str, Provider], policies: dict[str, Policy]) -> dict[str, Provider]:
    """The providers with what the feed says of them; those that only the feed knows come too."""
    joined = {slug: replace(p, policy=policies.get(slug, UNKNOWN)) for slug, p in providers.items()}
    return joined | {slug: Provider(slug, slug, policy=p) for slug, p in policies.items() if slug not in joined}


def policy_of(
    endpoint: Endpoint, known: Known, corrections: Iterable[Correction] = (), *, keeps_nothing: bool = False
) -> Policy:
    """What becomes of a prompt at an endpoint, as far as anybody knows.

    `keeps_nothing`: it is in the service's list of zero-retention endpoints.
    """
    provider = known.providers.get(endpoint.slug)
    if keeps_nothing:
        policy = Policy(False, False, 0, False, ZERO_RETENTION, known.fetched_ms)
    elif provider is not None and provider.policy != UNKNOWN:
        policy = provider.policy
    else:
        policy = built_in().get(endpoint.slug, UNKNOWN)
    correction = next((found for found in corrections if found.slug == endpoint.slug), None)
    return policy if correction is None else _corrected(policy, correction)


def _corrected(policy: Policy, said: Correction) -> Policy:
    if said.trains is None and said.retains is None:
        return policy
    retains = policy.retains if said.retains is None else said.retains
    days = policy.retention_days if said.retains is None else said.retention_days
    trains = policy.trains if said.trains is None else said.trains
    return Policy(trains, retains, 0 if retains is False else days, policy.publishes, YOU, said.at_ms)


@cache
def built_in() -> dict[str, Policy]:
    """The list that comes with this program, by slug."""
    return {
        row.slug: Policy(row.trains, row.retains, row.days, row.publishes, BUILT_IN, _day_ms(row.as_of))
        for row in known_policies.ROWS
    }


def _day_ms(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)


def _data(body: bytes | str, what: str) -> list[dict[str, Any]]:
    data = wire.record(wire.read_json(body)).get("data")
    if not isinstance(data, list):
        raise NotTheProtocol(f"The address gave no list of {what}.")
    return wire.rows(data)


def _endpoint(row: dict[str, Any], model: str) -> Endpoint:
    pricing = wire.record(row.get("pricing"))
    return Endpoint(
        tag=_slug(row.get("tag")),
        provider=wire.text(row.get("provider_name"), _NAME),
        model=wire.text(row.get("model_id"), 300) or model,
        prompt_usd=_per_million(pricing.get("prompt")),
        completion_usd=_per_million(pricing.get("completion")),
        latency_ms=_median(row.get("latency_last_30m")),
        tokens_per_s=_median(row.get("throughput_last_30m")),
        uptime=wire.number(row.get("uptime_last_1d")),
        status=int(wire.number(row.get("status")) or 0),
        quantization=wire.text(row.get("quantization"), 40),
        parameters=wire.texts(row.get("supported_parameters")),
        tier=_tier(row.get("service_tier")),
    )


def _endpoint_row(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "tag": endpoint.tag,
        "provider_name": endpoint.provider,
        "model_id": endpoint.model,
        "pricing": {"prompt": _per_token(endpoint.prompt_usd), "completion": _per_token(endpoint.completion_usd)},
        "latency_last_30m": endpoint.latency_ms,
        "throughput_last_30m": endpoint.tokens_per_s,
        "uptime_last_1d": endpoint.uptime,
        "status": endpoint.status,
        "quantization": endpoint.quantization,
        "service_tier": endpoint.tier or None,
        "supported_parameters": list(endpoint.parameters),
    }


def _provider_row(provider: Provider) -> dict[str, Any]:
    policy = provider.policy
    said = {
        "trains": policy.trains,
        "retains": policy.retains,
        "days": policy.retention_days,
        "publishes": policy.publishes,
        "as_of_ms": policy.as_of_ms,
    }
    return {
        "slug": provider.slug,
        "name": provider.name,
        "headquarters": provider.headquarters,
        "datacenters": list(provider.datacenters),
        "policy": None if policy == UNKNOWN else said,
    }


def _tier(value: Any) -> str:
    tier = wire.text(value, 40)
    return "" if tier in ("auto", "default", "standard") else tier


def _slug(value: Any) -> str:
    return wire.text(value, _NAME).strip().casefold()


def _country(value: Any) -> str:
    code = wire.text(value, 8).strip().upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


def _countries(value: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(_country, wire.texts(value)))))


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _worst(*values: Any) -> bool | None:
    flags = [value for value in values if isinstance(value, bool)]
    return any(flags) if flags else None


def _days(value: Any) -> int | None:
    return wire.count(value)


def _median(value: Any) -> float | None:
    # An object of percentiles; some clients met a bare number.
    return wire.number(wire.record(value).get("p50")) if isinstance(value, dict) else wire.number(value)


def _per_million(value: Any) -> float | None:
    price = wire.number(value)
    return None if price is None or not 0 <= price <= 1e6 else round(price * 1e6, 9)


def _per_token(per_million: float | None) -> str | None:
    return None if per_million is None else repr(per_million / 1e6)
