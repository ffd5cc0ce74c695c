"""Whether the account can pay for a call, or has a free one left.

This file knows balances, limits and counters; it never learns what was said.
"""

from __future__ import annotations

from .ask import Ask
from .catalogue import Endpoint, Model
from .errors import in_flight_budget, key_limit, no_credit, rate_limited
from .log import DAY_MS, MINUTE_MS, day_start_ms
from .pricing import bill
from .state import State

RESERVED_TOKENS = 1000


def admit(state: State, ask: Ask, model: Model, endpoint: Endpoint, key_digest: str, generation_id: str) -> None:
    """Check credit, limits and free counters, and set the call's reserve aside.

    Raises `Refusal` (402, 429). Whoever ends the call takes the reserve out of `state.running` again.
    """
    balance = state.balance_usd()
    if model.free:
        if balance < 0:
            raise no_credit()
        _admit_free(state)
        return
    if balance <= 0:
        raise no_credit()
    limit = state.keys[key_digest].limit_usd
    if limit is not None and state.log.spent_usd(key_digest=key_digest) >= limit:
        raise key_limit()
    reserve = bill(endpoint, state.account, ask.prompt_tokens, ask.budget or RESERVED_TOKENS).cost_usd
    if reserve + sum(state.running.values()) > balance:
        raise in_flight_budget("in_flight_budget_exhausted" if state.running else "weight_exceeds_budget")
    state.running[generation_id] = reserve


def _admit_free(state: State) -> None:
    now_ms = state.now()
    if len(state.log.free_calls(day_start_ms(now_ms))) >= state.account.free_per_day:
        wait_s = (day_start_ms(now_ms) + DAY_MS - now_ms) // 1000
        raise rate_limited("Rate limit exceeded: free-models-per-day.", wait_s, "openrouter_free_models_per_day")
    recent = state.log.free_calls(now_ms - MINUTE_MS + 1)
    if len(recent) >= state.account.free_per_minute:
        wait_s = max(1, -(-(min(recent) + MINUTE_MS - now_ms) // 1000))
        raise rate_limited("Rate limit exceeded: free-models-per-min.", wait_s, "openrouter_free_models_per_min")
