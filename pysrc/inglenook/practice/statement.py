"""What the account's owner may read of it: the key, the credit, one generation.

This file knows sums and the wire's field names; all of it comes from the log.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from .account import Account
from .errors import refusal
from .log import Entry, day_start_ms, month_start_ms, week_start_ms
from .state import State
from .wire import Json, Request, Response, json_response

WORKSPACE = "00000000-0000-4000-8000-000000000000"


def show_key(state: State, request: Request, key_digest: str) -> Response:
    key = state.keys[key_digest]
    now_ms = state.now()

    def spent(since_ms: int = 0) -> float:
        return float(state.log.spent_usd(since_ms, key_digest))

    used = len(state.log.free_calls(day_start_ms(now_ms)))
    daily = state.account.free_per_day
    left = None if key.limit_usd is None else max(Decimal(0), key.limit_usd - state.log.spent_usd(0, key_digest))
    data: Json = {
        "label": key.label,
        "limit": None if key.limit_usd is None else float(key.limit_usd),
        "limit_remaining": None if left is None else float(left),
        "limit_reset": None,
        "usage": spent(),
        "usage_daily": spent(day_start_ms(now_ms)),
        "usage_weekly": spent(week_start_ms(now_ms)),
        "usage_monthly": spent(month_start_ms(now_ms)),
        "byok_usage": 0,
        "byok_usage_daily": 0,
        "byok_usage_weekly": 0,
        "byok_usage_monthly": 0,
        "include_byok_in_limit": False,
        "is_free_tier": state.account.credits_usd <= 0,
        "is_management_key": False,
        "is_provisioning_key": False,
        "creator_user_id": state.account.user_id,
        "organization_id": None,
        "workspace_id": WORKSPACE,
        "expires_at": None if key.expires_ms is None else moment(key.expires_ms),
        "allowed_data_regions": ["global"],
        "free_model_daily_requests": {"limit": daily, "used": used, "remaining": max(0, daily - used)},
        "budgets": [],
        "effective_budget": None,
        "rate_limit": {"requests": -1, "interval": "10s", "note": "unused"},
    }
    return json_response({"data": data})


def show_credits(state: State, request: Request, key_digest: str) -> Response:
    total = {"total_credits": float(state.account.credits_usd), "total_usage": float(state.log.spent_usd())}
    return json_response({"data": total})


def show_generation(state: State, request: Request, key_digest: str) -> Response:
    """One call's numbers; 404 for an unknown id, and for a known one until the account's lag has passed."""
    wanted = request.query.get("id", "")
    entry = state.log.find(wanted)
    known = entry is not None and entry.key_digest == key_digest and entry.status == 200
    if entry is None or not known or state.now() < entry.created_ms + state.account.generation_lag_ms:
        raise refusal(404, "Generation not found", metadata={"error_type": "not_found"})
    return json_response({"data": generation_row(entry, state.account)})


def generation_row(entry: Entry, account: Account) -> Json:
    tried = {
        "status": entry.status,
        "endpoint_id": None,
        "id": None,
        "is_byok": False,
        "latency": entry.latency_ms,
        "model_permaslug": entry.served_model,
        "provider_name": entry.provider,
    }
    cost = float(entry.cost_usd)
    return {
        "id": entry.id,
        "api_type": "completions",
        "model": entry.served_model,
        "provider_name": entry.provider,
        "created_at": moment(entry.created_ms),
        "total_cost": cost,
        "usage": cost,
        "upstream_inference_cost": None,
        "cache_discount": None,
        "is_byok": False,
        "streamed": entry.streamed,
        "cancelled": entry.cancelled,
        "finish_reason": entry.finish_reason,
        "native_finish_reason": entry.finish_reason,
        "latency": entry.latency_ms,
        "moderation_latency": None,
        "generation_time": entry.duration_ms,
        "tokens_prompt": entry.prompt_tokens,
        "tokens_completion": entry.completion_tokens,
        "native_tokens_prompt": entry.prompt_tokens,
        "native_tokens_completion": entry.completion_tokens,
        "native_tokens_reasoning": entry.reasoning_tokens,
        "native_tokens_cached": 0,
        "native_tokens_completion_images": None,
        "num_media_prompt": None,
        "num_media_completion": None,
        "num_input_audio_prompt": None,
        "num_search_results": None,
        "num_fetches": None,
        "web_search_engine": None,
        "origin": entry.referer,
        "http_referer": entry.referer or None,
        "user_agent": None,
        "app_id": None,
        "external_user": None,
        "upstream_id": None,
        "router": None,
        "service_tier": None,
        "data_region": "global",
        "preset_id": None,
        "workspace_id": WORKSPACE,
        "session_id": entry.session_id or None,
        "request_id": None,
        "response_cache_source_id": None,
        "provider_responses": [tried],
    }


def moment(at_ms: int) -> str:
    """A time as ISO 8601 in UTC, such as 2026-09-21T10:00:01.000Z."""
    exact = datetime.fromtimestamp(at_ms / 1000, UTC)
    return exact.isoformat(timespec="milliseconds").replace("+00:00", "Z")
