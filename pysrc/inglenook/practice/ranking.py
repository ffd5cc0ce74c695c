"""In which order the endpoints that may serve are tried.

This file knows speeds, prices and the order wished for; who may serve at all is decided in `policy`.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from .catalogue import Endpoint
from .preference import Preference


def named(slugs: tuple[str, ...], endpoint: Endpoint) -> bool:
    """Whether a list of slugs covers an endpoint: the bare provider, or its exact tag."""
    return endpoint.provider_slug in slugs or endpoint.tag in slugs


def ranked(left: list[Endpoint], wishes: Preference) -> list[Endpoint]:
    """Order: healthy, fast enough, as named, as sorted; the cheapest first where nothing was said.

    The real router draws lots weighted by price; here the cheapest always wins,
    so that a test knows who answers.
    """

    def price(endpoint: Endpoint) -> Decimal:
        return Decimal(endpoint.prompt) + Decimal(endpoint.completion)

    keys: dict[str | None, Callable[[Endpoint], Decimal | int]] = {
        "throughput": lambda e: -e.tokens_per_s,
        "latency": lambda e: e.latency_ms,
    }
    by = keys.get(wishes.sort, price)

    def rank(endpoint: Endpoint) -> tuple[bool, int, bool, Decimal | int]:
        slow = endpoint.tokens_per_s < wishes.min_tokens_per_s or endpoint.latency_ms > wishes.max_latency_ms
        places = [n for n, slug in enumerate(wishes.order) if named((slug,), endpoint)]
        place = places[0] if places else len(wishes.order)
        return endpoint.status < 0, place, slow, by(endpoint)

    return sorted(left, key=rank)
