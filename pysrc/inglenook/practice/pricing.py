"""What a call costs, in exact decimals.

This file knows prices and token counts; it never learns what was said.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .account import Account
from .catalogue import Endpoint, per_token
from .wire import Json

LENDING_FACTOR = Decimal("0.99")


@dataclass(frozen=True, slots=True)
class Bill:
    """Token counts of a call and their price; `completion_tokens` include the reasoning."""

    prompt_tokens: int
    completion_tokens: int
    reasoning_tokens: int
    prompt_usd: Decimal
    completion_usd: Decimal
    cost_usd: Decimal


def bill(endpoint: Endpoint, account: Account, prompt: int, completion: int, reasoning: int = 0) -> Bill:
    """Price the counts; an answer without a single token costs nothing at all."""
    prompt_usd = Decimal(per_token(endpoint.prompt)) * prompt
    completion_usd = Decimal(per_token(endpoint.completion)) * completion
    factor = LENDING_FACTOR if account.lends_prompts else Decimal(1)
    cost = (prompt_usd + completion_usd) * factor if completion else Decimal(0)
    return Bill(prompt, completion, reasoning, prompt_usd, completion_usd, cost)


def usage_json(charged: Bill) -> Json:
    """The `usage` member of an answer; it is the only live source of a cost."""
    return {
        "prompt_tokens": charged.prompt_tokens,
        "completion_tokens": charged.completion_tokens,
        "total_tokens": charged.prompt_tokens + charged.completion_tokens,
        "cost": float(charged.cost_usd),
        "is_byok": False,
        "prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0, "audio_tokens": 0, "video_tokens": 0},
        "cost_details": {
            "upstream_inference_cost": float(charged.prompt_usd + charged.completion_usd),
            "upstream_inference_prompt_cost": float(charged.prompt_usd),
            "upstream_inference_completions_cost": float(charged.completion_usd),
        },
        "completion_tokens_details": {
            "reasoning_tokens": charged.reasoning_tokens,
            "image_tokens": 0,
            "audio_tokens": 0,
        },
    }
