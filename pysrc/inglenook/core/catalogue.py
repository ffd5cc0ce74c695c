"""The models of a connection: read from any list of the chat completions family, searched, kept for offline use.

This file knows lists of models. It never learns who may see a message, or
what an answer cost in the end. It is longer than most because reading and
keeping a row must stay side by side: one is the other's inverse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from inglenook.core import wire
from inglenook.core.errors import NotTheProtocol


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be asked. Prices are US dollars per million tokens, None where unknown."""

    id: str
    name: str = ""
    canonical_slug: str = ""
    context_length: int | None = None
    max_completion_tokens: int | None = None
    prompt_usd_per_million: float | None = None
    completion_usd_per_million: float | None = None
    input_modalities: tuple[str, ...] = ("text",)
    output_modalities: tuple[str, ...] = ("text",)
    supported_parameters: tuple[str, ...] = ()
    is_router: bool = False
    reasons: bool = False
    reasoning_mandatory: bool = False
    efforts: tuple[str, ...] = ()
    created: int | None = None
    description: str = ""
    expiration_date: str = ""
    alias_of: str = ""

    @property
    def is_free(self) -> bool:
        """Whether the service calls it free. A price of zero does not say so: media models have one too."""
        return self.id.endswith(":free")


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list held, and how many of its rows were of no use."""

    models: tuple[Model, ...]
    skipped: int = 0


def read_models(body: bytes | str) -> tuple[Model, ...]:
    """The models in a list, in its order.

    Raises:
        NotTheProtocol: not a list of models.
    """
    return read_listing(body).models


def read_listing(body: bytes | str) -> Listing:
    """The models in a list of OpenRouter, OpenAI, Ollama, llama.cpp, vLLM or LM Studio, and how many rows were damaged.

    Raises:
        NotTheProtocol: not a list of models.
    """
    value = wire.read_json(body)
    outer = wire.record(value)
    given = value if isinstance(value, list) else outer.get("data", outer.get("models", ()))
    # Ollama without any model sends null for its list.
    given = [] if given is None and outer.get("object") == "list" else given
    if not isinstance(given, list):
        raise NotTheProtocol("The address gave no list of models.")
    found: dict[str, Model] = {}
    skipped = 0
    for row in given:
        model = _model(row) if isinstance(row, dict) else None
        if model is None:
            skipped += 1
        else:
            found.setdefault(model.id, model)
    if given and not found:
        raise NotTheProtocol("The address gave a list, but not one of models.")
    return Listing(tuple(found.values()), skipped)


def chat_models(models: tuple[Model, ...]) -> tuple[Model, ...]:
    """Those that answer in text."""
    return tuple(model for model in models if "text" in model.output_modalities)


def search(models: tuple[Model, ...], query: str, free_only: bool = False) -> tuple[Model, ...]:
    """The models that match every word of the query; beginnings of words of id and name come first.

    >>> found = search((Model("acme/mini"), Model("admin/m"), Model("x/y")), "min")
    >>> [model.id for model in found]
    ['acme/mini', 'admin/m']
    """
    words = query.casefold().split()[:20]
    ranked = []
    for place, model in enumerate(models):
        if (not free_only or model.is_free) and (rank := _rank(model, words)) is not None:
            ranked.append((rank, place, model))
    ranked.sort(key=lambda found: found[:2])
    return tuple(model for _, _, model in ranked)


def dump_models(models: tuple[Model, ...]) -> str:
    """The list as canonical JSON in the API's own form, so that one reader reads both."""
    return wire.canonical({"data": [_row(model) for model in models]})


def load_models(stored: str | bytes) -> tuple[Model, ...]:
    """The list as it was kept.

    Raises:
        NotTheProtocol: what is stored is damaged.
    """
    return read_models(stored)


def _model(row: dict[str, Any]) -> Model | None:
    model_id = wire.text(row.get("id") or row.get("model") or row.get("name"), 300).strip()
    if not model_id:
        return None
    architecture, top = wire.record(row.get("architecture")), wire.record(row.get("top_provider"))
    pricing, reasoning = wire.record(row.get("pricing")), wire.record(row.get("reasoning"))
    parameters = wire.texts(row.get("supported_parameters"))
    return Model(
        id=model_id,
        name=wire.text(row.get("name"), 300) or model_id,
        canonical_slug=wire.text(row.get("canonical_slug"), 300),
        context_length=_context_length(row),
        max_completion_tokens=wire.count(top.get("max_completion_tokens")) or None,
        prompt_usd_per_million=_per_million(pricing.get("prompt")),
        completion_usd_per_million=_per_million(pricing.get("completion")),
        input_modalities=wire.texts(architecture.get("input_modalities")) or _default_input(row),
        output_modalities=wire.texts(architecture.get("output_modalities")) or _default_output(row, model_id),
        supported_parameters=parameters,
        is_router=(wire.number(pricing.get("prompt")) or 0) < 0,
        reasons=bool(reasoning) or "reasoning" in parameters,
        reasoning_mandatory=reasoning.get("mandatory") is True,
        efforts=wire.texts(reasoning.get("supported_efforts")),
        created=wire.count(row.get("created")),
        description=wire.text(row.get("description"), 1000),
        expiration_date=wire.text(row.get("expiration_date"), 40),
        alias_of=wire.text(wire.record(row.get("alias_target")).get("slug"), 300),
    )


def _context_length(row: dict[str, Any]) -> int | None:
    meta = wire.record(row.get("meta"))
    # OpenRouter; vLLM; LM Studio (loaded, then possible); llama.cpp (served, then trained). Zero means none.
    for value in (
        row.get("context_length"),
        row.get("max_model_len"),
        row.get("loaded_context_length"),
        row.get("max_context_length"),
        meta.get("n_ctx"),
        meta.get("n_ctx_train"),
    ):
        if length := wire.count(value):
            return length
    return None


def _per_million(value: Any) -> float | None:
    price = wire.number(value)
    # Routers carry the price -1: it depends on the model they choose.
    return None if price is None or price < 0 or price > 1e6 else round(price * 1e6, 9)


def _default_input(row: dict[str, Any]) -> tuple[str, ...]:
    return ("text", "image") if row.get("type") == "vlm" else ("text",)


def _default_output(row: dict[str, Any], model_id: str) -> tuple[str, ...]:
    # Plain lists do not say what a model makes; an embedding model among them cannot hold a conversation.
    embeds = row.get("type") in ("embeddings", "embedding") or "embed" in model_id.lower()
    return ("embeddings",) if embeds else ("text",)


def _row(model: Model) -> dict[str, Any]:
    router = "-1" if model.is_router else None
    pricing = {
        "prompt": router or _per_token(model.prompt_usd_per_million),
        "completion": router or _per_token(model.completion_usd_per_million),
    }
    reasoning = {"mandatory": model.reasoning_mandatory, "supported_efforts": list(model.efforts)}
    row = {
        "id": model.id,
        "name": model.name,
        "canonical_slug": model.canonical_slug,
        "context_length": model.context_length,
        "top_provider": {"max_completion_tokens": model.max_completion_tokens},
        "pricing": pricing,
        "architecture": {
            "input_modalities": list(model.input_modalities),
            "output_modalities": list(model.output_modalities),
        },
        "supported_parameters": list(model.supported_parameters),
        "created": model.created,
        "description": model.description,
        "expiration_date": model.expiration_date,
    }
    if model.alias_of:
        row["alias_target"] = {"slug": model.alias_of}
    return {**row, "reasoning": reasoning} if model.reasons else row


def _per_token(per_million: float | None) -> str | None:
    return None if per_million is None else repr(per_million / 1e6)


@lru_cache(maxsize=4096)
def _words(model_id: str, name: str) -> tuple[str, tuple[str, ...]]:
    label = f"{model_id} {name}".casefold()
    # "3.5" is found by "3.5" as well as by "5"; "deepseek-r1" by "r1" as well as by "deepseek-r1".
    return label, tuple(re.split(r"[\s/:._()~-]+", label))


def _rank(model: Model, words: list[str]) -> int | None:
    label, parts = _words(model.id, model.name)
    rank = 0
    for word in words:
        if any(part.startswith(word) for part in parts) or f" {word}" in label or f"/{word}" in label:
            continue
        if word in label:
            rank += 1
        elif word in model.description.casefold():
            rank += 10
        else:
            return None
    return rank
