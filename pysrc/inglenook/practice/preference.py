"""The `provider` object of a request, rebuilt into a value and never believed.

This file knows the object's fields and ranges; what they exclude is decided in
`policy`. A field of the wrong type is a 400, as it is on the wire.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from .errors import bad_field

SORTS = ("price", "throughput", "latency", "exacto")
QUANTIZATIONS = frozenset(
    ("int4", "int8", "fp4", "mxfp4", "nvfp4", "fp6", "fp8", "mxfp8", "fp16", "bf16", "fp32", "unknown")
)
PRICED = ("prompt", "completion", "image", "audio", "request")


@dataclass(frozen=True, slots=True)
class Preference:
    """Routing wishes. Prices are US dollars per million tokens; `max_latency_ms` and `min_tokens_per_s` only demote."""

    order: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    allow_fallbacks: bool = True
    require_parameters: bool = False
    deny_collection: bool = False
    zdr: bool = False
    distillable: bool = False
    quantizations: frozenset[str] | None = None
    sort: str | None = None
    max_price: dict[str, Decimal] = field(default_factory=dict)
    min_tokens_per_s: float = 0
    max_latency_ms: float = float("inf")


def read_preference(value: Any) -> Preference:
    """Read the object; raises `Refusal` (400) for what the API would not take."""
    if value is None:
        return Preference()
    if not isinstance(value, dict):
        raise bad_field("provider: expected an object")
    only = value.get("only")
    collection = value.get("data_collection") or "allow"
    if collection not in ("allow", "deny"):
        raise bad_field("provider.data_collection: expected allow or deny")
    return Preference(
        order=_slugs(value, "order"),
        only=None if only is None else _slugs(value, "only"),
        ignore=_slugs(value, "ignore"),
        allow_fallbacks=_flag(value, "allow_fallbacks", True),
        require_parameters=_flag(value, "require_parameters", False),
        deny_collection=collection == "deny",
        zdr=_flag(value, "zdr", False),
        distillable=_flag(value, "enforce_distillable_text", False),
        quantizations=_quantizations(value),
        sort=_sort(value.get("sort")),
        max_price=_max_price(value.get("max_price")),
        min_tokens_per_s=_median(value, "preferred_min_throughput") or 0,
        max_latency_ms=1000 * (_median(value, "preferred_max_latency") or float("inf")),
    )


def _slugs(value: dict[str, Any], name: str) -> tuple[str, ...]:
    found = value.get(name)
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(slug, str) for slug in found):
        raise bad_field(f"provider.{name}: expected a list of provider slugs")
    return tuple(slug.casefold() for slug in found)


def _flag(value: dict[str, Any], name: str, default: bool) -> bool:
    found = value.get(name)
    if found is None:
        return default
    if not isinstance(found, bool):
        raise bad_field(f"provider.{name}: expected true or false")
    return found


def _quantizations(value: dict[str, Any]) -> frozenset[str] | None:
    if not value.get("quantizations"):
        return None
    wanted = frozenset(_slugs(value, "quantizations"))
    if wanted - QUANTIZATIONS:
        raise bad_field("provider.quantizations: unknown quantization")
    return wanted


def _sort(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("by")
    if value is None:
        return None
    if value not in SORTS:
        raise bad_field(f"provider.sort: expected one of {', '.join(SORTS)}")
    return value


def _max_price(value: Any) -> dict[str, Decimal]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_field("provider.max_price: expected an object")
    return {name: _price(name, value[name]) for name in PRICED if value.get(name) is not None}


def _price(name: str, value: Any) -> Decimal:
    # Strings in the typed schema, numbers in the documentation; both are in use.
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            price = Decimal(str(value))
        except (InvalidOperation, ValueError):
            raise bad_field(f"provider.max_price.{name}: not a number") from None
        if price.is_finite() and price >= 0:
            return price
    raise bad_field(f"provider.max_price.{name}: expected a number of dollars per million tokens")


def _median(value: dict[str, Any], name: str) -> float | None:
    found = value.get(name)
    if isinstance(found, dict):
        found = found.get("p50")
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found < 1e9:
        raise bad_field(f"provider.{name}: expected a positive number")
    return float(found)
