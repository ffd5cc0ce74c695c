"""`GET /models` and its filters.

This file knows the query's fields and ranges; a value that none of them takes is a Zod 400.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from .catalogue import MODELS, Model
from .errors import zod
from .ranking import named
from .rows import model_row
from .wire import Json

MODALITIES = frozenset(
    ("text", "image", "audio", "embeddings", "video", "rerank", "decisions", "speech", "transcription", "file")
)
SORTS = frozenset(
    (
        "most-popular", "newest", "top-weekly", "pricing-low-to-high", "pricing-high-to-low", "context-high-to-low",
        "throughput-high-to-low", "latency-low-to-high", "intelligence-high-to-low", "coding-high-to-low",
        "agentic-high-to-low", "design-arena-elo-high-to-low",
    )
)  # fmt: skip
DEFAULT_LIMIT = 500
MOST_LIMIT = 1000


def list_models(query: Mapping[str, str], models: Iterable[Model] = tuple(MODELS.values())) -> Json:
    """The envelope of the list; without `offset` and `limit` the complete list comes in one body."""
    found = _sorted([model for model in models if all(keep(model) for keep in _filters(query))], query.get("sort"))
    paged = "offset" in query or "limit" in query
    offset = _integer(query, "offset", 0, 0, 10**9)
    limit = _integer(query, "limit", DEFAULT_LIMIT, 1, MOST_LIMIT) if paged else len(found)
    page = found[offset : offset + limit]
    following = None
    if offset + limit < len(found):
        following = "/api/v1/models?" + urlencode({**query, "offset": offset + limit, "limit": limit})
    return {"data": [model_row(model) for model in page], "total_count": len(found), "links": {"next": following}}


def count_models(query: Mapping[str, str]) -> Json:
    only = {"output_modalities": query["output_modalities"]} if "output_modalities" in query else {}
    return {"data": {"count": list_models(only)["total_count"]}}


def _filters(query: Mapping[str, str]) -> list[Callable[[Model], bool]]:
    outputs = _modalities(query, "output_modalities", "text")
    filters: list[Callable[[Model], bool]] = [lambda m: outputs is None or bool(outputs & set(m.outputs))]
    if "input_modalities" in query:
        inputs = _modalities(query, "input_modalities", "all")
        filters.append(lambda m: inputs is None or inputs <= set(m.inputs))
    if query.get("q"):
        words = query["q"].casefold().split()
        filters.append(lambda m: all(word in f"{m.id} {m.name} {m.description}".casefold() for word in words))
    if query.get("supported_parameters"):
        wanted = set(_words(query["supported_parameters"]))
        filters.append(lambda m: wanted <= set(m.parameters))
    if query.get("model_authors"):
        authors = _words(query["model_authors"])
        filters.append(lambda m: m.id.lstrip("~").split("/")[0] in authors)
    if query.get("providers"):
        slugs = tuple(_words(query["providers"]))
        filters.append(lambda m: any(named(slugs, e) or e.provider.name.casefold() in slugs for e in m.endpoints))
    if query.get("zdr") == "true":
        filters.append(lambda m: any(e.provider.zero_retention for e in m.endpoints))
    if query.get("context"):
        context = _integer(query, "context", 0, 0, 10**9)
        filters.append(lambda m: m.context_length >= context)
    if query.get("max_price"):
        most = _price(query, "max_price")
        filters.append(lambda m: any(Decimal(e.prompt) <= most for e in m.endpoints))
    if query.get("min_price"):
        least = _price(query, "min_price")
        filters.append(lambda m: bool(m.endpoints) and _cheapest(m) >= least)
    return filters


def _sorted(models: list[Model], sort: str | None) -> list[Model]:
    if sort is None:
        return models
    if sort not in SORTS:
        raise zod(["sort"], "Invalid option", "invalid_value")
    keys: dict[str, tuple[Callable[[Model], Decimal | int], bool]] = {
        "newest": (lambda m: m.created, True),
        "pricing-low-to-high": (_cheapest, False),
        "pricing-high-to-low": (_cheapest, True),
        "context-high-to-low": (lambda m: m.context_length, True),
    }
    if sort not in keys:
        # Popularity and benchmarks do not exist here: the catalogue's own order stands for them.
        return models
    key, reverse = keys[sort]
    return sorted(models, key=key, reverse=reverse)


def _cheapest(model: Model) -> Decimal:
    return min((Decimal(endpoint.prompt) for endpoint in model.endpoints), default=Decimal(-1))


def _words(value: str) -> list[str]:
    return [word.strip().casefold() for word in value.split(",") if word.strip()]


def _modalities(query: Mapping[str, str], name: str, default: str) -> set[str] | None:
    wanted = set(_words(query.get(name, default)))
    if "all" in wanted:
        return None
    if not wanted or wanted - MODALITIES:
        raise zod([name], "Invalid option", "invalid_value")
    return wanted


def _integer(query: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > 10 or not least <= int(text) <= most:
        raise zod([name], f"Expected an integer from {least} to {most}", "invalid_type")
    return int(text)


def _price(query: Mapping[str, str], name: str) -> Decimal:
    try:
        price = Decimal(query[name])
    except InvalidOperation:
        raise zod([name], "Expected a number") from None
    if not price.is_finite():
        raise zod([name], "Expected a number")
    return price
