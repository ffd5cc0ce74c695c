"""The catalogue as the API's rows: models, endpoints, providers and what is declared of their policies.

This file knows the wire's field names; it never learns who is asking, except
whether a key came along (figures of speed are for key holders only).
"""

from __future__ import annotations

from decimal import Decimal

from .catalogue import PROVIDERS, Endpoint, Model, Provider, per_token
from .policy import supported
from .wire import Json

LIST_DESCRIPTION = 190


def model_row(model: Model) -> Json:
    """A row of `/models`. Its price is that of the cheapest endpoint; a router's is the sentinel -1."""
    cheapest = min(model.endpoints, key=lambda e: Decimal(e.prompt) + Decimal(e.completion), default=None)
    limits = [endpoint.max_completion_tokens for endpoint in model.endpoints if endpoint.max_completion_tokens]
    row: Json = {
        "id": model.id,
        "canonical_slug": model.dated,
        "name": model.name,
        "created": model.created,
        "description": model.description[:LIST_DESCRIPTION],
        "hugging_face_id": None,
        "context_length": model.context_length or None,
        "architecture": _architecture(model),
        "pricing": _pricing(cheapest) if cheapest else {"prompt": "-1", "completion": "-1"},
        "top_provider": {
            "context_length": model.context_length or None,
            "max_completion_tokens": max(limits, default=None),
            "is_moderated": False,
        },
        "per_request_limits": None,
        "supported_parameters": list(model.parameters),
        "default_parameters": None,
        "supported_voices": None,
        "expiration_date": model.expires,
        "knowledge_cutoff": None,
        "links": {"details": f"/api/v1/models/{model.dated}/endpoints"},
    }
    if model.thinking:
        row["reasoning"] = {
            "mandatory": model.thinking.mandatory,
            "default_enabled": model.thinking.default_enabled,
            "default_effort": "medium",
            "supported_efforts": list(model.thinking.efforts),
            "supports_max_tokens": True,
        }
    if model.alias_of:
        row["alias_target"] = {"name": model.name, "slug": model.alias_of}
    return row


def endpoints_row(model: Model, with_key: bool) -> Json:
    return {
        "id": model.id,
        "name": model.name,
        "created": model.created,
        "description": model.description,
        "architecture": _architecture(model),
        "endpoints": [endpoint_row(model, endpoint, with_key) for endpoint in model.endpoints],
    }


def endpoint_row(model: Model, endpoint: Endpoint, with_key: bool) -> Json:
    """A row of `/models/…/endpoints` and `/endpoints/zdr`; no policy is in it, as on the wire."""
    tools = "tools" in supported(model, endpoint)
    healthy = endpoint.status == 0
    return {
        "name": f"{endpoint.provider.name} | {model.dated}",
        "model_id": model.id,
        "model_name": model.name,
        "provider_name": endpoint.provider.name,
        "tag": endpoint.tag,
        "quantization": endpoint.quantization,
        "context_length": endpoint.context_length,
        "max_completion_tokens": endpoint.max_completion_tokens,
        "max_prompt_tokens": None,
        "pricing": {**_pricing(endpoint), "discount": 0},
        "supported_parameters": [name for name in model.parameters if name in supported(model, endpoint)],
        "status": endpoint.status,
        "uptime_last_5m": 100 if healthy else 12.5,
        "uptime_last_30m": 99.8 if healthy else 40,
        "uptime_last_1d": 99.5 if healthy else 71,
        "latency_last_30m": _percentiles(endpoint.latency_ms, (1, 1.4, 2.3, 6)) if with_key else None,
        "throughput_last_30m": _percentiles(endpoint.tokens_per_s, (1, 0.8, 0.6, 0.2)) if with_key else None,
        "supports_implicit_caching": False,
        "supports_tool_choice": {"auto": tools, "function": tools, "none": tools, "required": tools},
        "native_tools": {},
        "service_tier": None,
        "supports_voice_cloning": False,
        "supports_image_reference": False,
        "supports_multiple_audio_references": False,
        "supports_diarization": False,
    }


def provider_row(provider: Provider) -> Json:
    return {
        "name": provider.name,
        "slug": provider.slug,
        "privacy_policy_url": f"https://example.com/{provider.slug}/privacy" if provider.trains is not None else None,
        "terms_of_service_url": f"https://example.com/{provider.slug}/terms" if provider.trains is not None else None,
        "status_page_url": None,
        "headquarters": provider.headquarters,
        "datacenters": list(provider.datacenters) if provider.datacenters else None,
    }


def policy_row(provider: Provider) -> Json:
    """A row of the website's feed of data policies; a provider that nobody asked has none."""
    row: Json = {
        "name": provider.name,
        "displayName": provider.name,
        "slug": provider.slug,
        "headquarters": provider.headquarters,
        "datacenters": list(provider.datacenters or ()),
        "isAbortable": provider.stops_billing_on_abort,
        "hasChatCompletions": True,
    }
    if provider.trains is not None:
        row["dataPolicy"] = {
            "training": provider.trains,
            "retainsPrompts": provider.retains,
            "canPublish": provider.publishes,
        }
        if provider.retention_days is not None:
            row["dataPolicy"]["retentionDays"] = provider.retention_days
    return row


def policy_rows() -> list[Json]:
    return [policy_row(provider) for provider in PROVIDERS.values()]


def _architecture(model: Model) -> Json:
    return {
        "modality": f"{'+'.join(name for name in model.inputs if name != 'file')}->{'+'.join(model.outputs)}",
        "input_modalities": list(model.inputs),
        "output_modalities": list(model.outputs),
        "tokenizer": "Router" if model.routes_to else "Other",
        "instruct_type": None,
    }


def _pricing(endpoint: Endpoint) -> Json:
    return {"prompt": per_token(endpoint.prompt), "completion": per_token(endpoint.completion)}


def _percentiles(median: float, factors: tuple[float, ...]) -> Json:
    return {name: round(median * factor) for name, factor in zip(("p50", "p75", "p90", "p99"), factors, strict=True)}
