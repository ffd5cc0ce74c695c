"""A plan cut to what will really be sent, and the count of what was.

This file knows tokens and budgets; it never learns the shape of a chunk.
"""

from __future__ import annotations

from dataclasses import dataclass

from .script import Plan
from .tokens import split_tokens

ARGUMENT_PIECE = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan cut to its token budget: what will be sent, piece by piece."""

    plan: Plan
    reasoning: tuple[str, ...]
    text: tuple[str, ...]
    calls: tuple[tuple[str, ...], ...]
    hidden_reasoning: bool
    finish_reason: str
    native_finish_reason: str

    @property
    def reasoning_tokens(self) -> int:
        return len(self.reasoning)

    @property
    def tokens(self) -> int:
        return len(self.reasoning) + len(self.text) + sum(len(split_tokens("".join(call))) for call in self.calls)


@dataclass(slots=True)
class Meter:
    """How many tokens went out so far; it lives as long as its stream."""

    reasoning: int = 0
    visible: int = 0
    finished: bool = False


def cut(plan: Plan, budget: int | None, *, thinks: bool, hidden: bool) -> Answer:
    """Cut a plan to `budget` tokens (reasoning counts against it) and, if the script says so, to its own length."""
    reasoning = split_tokens(plan.reasoning) if thinks else []
    text = split_tokens(plan.text)
    wanted = len(reasoning) + len(text)
    limits = [limit for limit in (budget, plan.cut_tokens) if limit is not None]
    limit = min(limits, default=wanted)
    kept_reasoning = reasoning[:limit]
    kept_text = text[: limit - len(kept_reasoning)]
    short = wanted > limit and not plan.failure
    return Answer(
        plan,
        tuple(kept_reasoning),
        tuple(kept_text),
        tuple(_pieces(call.arguments) for call in plan.calls),
        hidden,
        "length" if short else plan.finish_reason,
        "max_tokens" if short else plan.native_finish_reason,
    )


def _pieces(arguments: str) -> tuple[str, ...]:
    return tuple(arguments[n : n + ARGUMENT_PIECE] for n in range(0, len(arguments), ARGUMENT_PIECE))
