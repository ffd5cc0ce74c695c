"""The reasons for which an endpoint may not see a message, as a table of rules with names.

A rule says when it excludes, in which words, and how little would have to
change so that it does not. What nobody knows counts as the worst. Who may see
a message in the end, and what a request says, is in `routing.py`.

The table is why this file is long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from inglenook.core.limits import covers
from inglenook.core.model import Limits, Policy
from inglenook.core.providers import Endpoint
from inglenook.core.region import NAMES, lies_in

Sort = Literal["", "price", "throughput", "latency"]


@dataclass(frozen=True, slots=True)
class Account:
    """What the user says about the account at the service, because no ordinary key can ask.

    `logs_prompts`: it lets the service use prompts and answers, for 1 % off. `trains`: it allows providers that train.
    """

    logs_prompts: bool = False
    trains: bool = False


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to choose among those that are allowed. It decides nothing about privacy, and it can only exclude."""

    sort: Sort = ""
    allow_fallbacks: bool = True
    require_parameters: bool = False
    enforce_distillable_text: bool = False
    quantizations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """One row to decide about: an endpoint and what is known of it."""

    endpoint: Endpoint
    policy: Policy
    datacenters: tuple[str, ...] = ()
    free: bool = False
    keeps_nothing: bool = False
    chosen_later: bool = False
    """A provider whose endpoint the service chooses, so that neither price nor parameters are known."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that rules look at beside the subject. `parameters` are those that the request will send."""

    limits: Limits
    account: Account = Account()
    wishes: Wishes = Wishes()
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A reason to exclude, and the setting that makes it one: `set_to` is how that stands where it excludes.

    `weight` orders remedies: the least loss of privacy first.
    """

    name: str
    switch: str
    set_to: Literal["off", "on", "set"]
    excludes: Callable[[Subject, Terms], bool]
    says: Callable[[Subject, Terms], str]
    relax: Callable[[Subject, Terms], Terms]
    remedy: Callable[[Subject, Terms], str]
    weight: int


def may_train(policy: Policy) -> bool:
    """Unknown counts as training, and publishing is no better."""
    return policy.trains is not False or policy.publishes is True


def may_keep(policy: Policy) -> bool:
    return policy.retains is not False


def _limits(terms: Terms, **changes: object) -> Terms:
    return replace(terms, limits=replace(terms.limits, **changes))


def _training_words(subject: Subject, terms: Terms) -> str:
    if subject.policy.trains is None:
        return "whether it trains is not known"
    return "trains on prompts" if subject.policy.trains else "may publish prompts"


def _keeping_words(subject: Subject, terms: Terms) -> str:
    policy = subject.policy
    if policy.retains is None:
        return "whether it keeps prompts is not known"
    return f"keeps prompts for {days(policy.retention_days)}"


def days(count: int | None) -> str:
    """
    >>> days(1), days(30), days(None)
    ('1 day', '30 days', 'an unknown time')
    """
    return "an unknown time" if count is None else f"{count} day{'' if count == 1 else 's'}"


def _without(slugs: tuple[str, ...], subject: Subject) -> tuple[str, ...]:
    return tuple(slug for slug in slugs if not covers((slug,), subject.endpoint.tag))


def _too_long(subject: Subject, terms: Terms) -> bool:
    longest, policy = terms.limits.max_retention_days, subject.policy
    return (
        longest is not None and may_keep(policy) and (policy.retention_days is None or policy.retention_days > longest)
    )


def _let_keep(subject: Subject, terms: Terms) -> Terms:
    # No longer than this provider does, unless the user has set a time already.
    set_already = terms.limits.max_retention_days
    longest = subject.policy.retention_days if set_already is None else set_already
    return _limits(terms, deny_retention=False, max_retention_days=longest)


def _at_most(subject: Subject, terms: Terms) -> str:
    known = subject.policy.retention_days
    return f", for {days(known)} at most" if known is not None and terms.limits.max_retention_days is None else ""


def _dearer(price: float | None, most: float | None, subject: Subject) -> bool:
    return most is not None and not subject.chosen_later and (price is None or price > most)


def _price_words(kind: str, price: float | None) -> str:
    return f"{kind} costs {'an unknown price' if price is None else f'${price:g} per million'}"


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "never", "Never these providers", "set",
        lambda s, t: covers(t.limits.never, s.endpoint.tag),
        lambda s, t: "is on your list of those never to use",
        lambda s, t: _limits(t, never=_without(t.limits.never, s)),
        lambda s, t: f"take {s.endpoint.name} off the list of those never to use", 30,
    ),
    Rule(
        "only", "Only these providers", "set",
        lambda s, t: t.limits.only is not None and not covers(t.limits.only, s.endpoint.tag),
        lambda s, t: "is not on your list of providers",
        lambda s, t: _limits(t, only=tuple(sorted({*(t.limits.only or ()), s.endpoint.tag}))),
        lambda s, t: f"add {s.endpoint.name} to your list of providers", 20,
    ),
    Rule(
        "training", "Allow providers that train", "off",
        lambda s, t: t.limits.deny_paid_training and (not s.free or s.chosen_later) and may_train(s.policy),
        _training_words,
        lambda s, t: _limits(t, deny_paid_training=False),
        lambda s, t: "allow providers that train", 60,
    ),
    Rule(
        "free training", "Allow training for free models", "off",
        lambda s, t: t.limits.deny_free_training and (s.free or s.chosen_later) and may_train(s.policy),
        _training_words,
        lambda s, t: _limits(t, deny_free_training=False),
        lambda s, t: "allow training for free models", 60,
    ),
    Rule(
        "account", "My account allows training", "off",
        lambda s, t: not t.account.trains and may_train(s.policy),
        lambda s, t: "your account does not allow training, as far as you have said",
        lambda s, t: replace(t, account=replace(t.account, trains=True)),
        lambda s, t: "say that your account allows training", 50,
    ),
    Rule(
        "retention", "Allow providers that keep prompts", "off",
        lambda s, t: t.limits.deny_retention and may_keep(s.policy),
        _keeping_words,
        _let_keep,
        lambda s, t: f"allow providers that keep prompts{_at_most(s, t)}", 40,
    ),
    Rule(
        "retention days", "Longest time that prompts are kept", "set",
        _too_long,
        _keeping_words,
        lambda s, t: _limits(t, max_retention_days=s.policy.retention_days),
        lambda s, t: f"let prompts be kept for {days(s.policy.retention_days)}", 30,
    ),
    Rule(
        "zero retention", "Only zero-retention endpoints", "on",
        lambda s, t: t.limits.zero_retention and not s.keeps_nothing,
        lambda s, t: "is not in the list of zero-retention endpoints",
        lambda s, t: _limits(t, zero_retention=False),
        lambda s, t: "use more than zero-retention endpoints", 40,
    ),
    Rule(
        "prompt price", "Highest price of a prompt", "set",
        lambda s, t: _dearer(s.endpoint.prompt_usd, t.limits.max_prompt_usd, s),
        lambda s, t: _price_words("a prompt", s.endpoint.prompt_usd),
        lambda s, t: _limits(t, max_prompt_usd=s.endpoint.prompt_usd),
        lambda s, t: f"pay ${s.endpoint.prompt_usd:g} per million for prompts"
        if s.endpoint.prompt_usd is not None else "set no highest price for prompts", 10,
    ),
    Rule(
        "answer price", "Highest price of an answer", "set",
        lambda s, t: _dearer(s.endpoint.completion_usd, t.limits.max_completion_usd, s),
        lambda s, t: _price_words("an answer", s.endpoint.completion_usd),
        lambda s, t: _limits(t, max_completion_usd=s.endpoint.completion_usd),
        lambda s, t: f"pay ${s.endpoint.completion_usd:g} per million for answers"
        if s.endpoint.completion_usd is not None else "set no highest price for answers", 10,
    ),
    Rule(
        "region", "Region", "set",
        lambda s, t: not all(lies_in(region, s.datacenters) for region in t.limits.regions),
        lambda s, t: "has data centres elsewhere" if s.datacenters else "where it computes is not known",
        lambda s, t: _limits(t, regions=tuple(r for r in t.limits.regions if lies_in(r, s.datacenters))),
        lambda s, t: f"look beyond {' and '.join(NAMES.get(region, region) for region in t.limits.regions)}", 20,
    ),
    Rule(
        "quantization", "Quantization", "set",
        lambda s, t: bool(t.wishes.quantizations) and not s.chosen_later
        and (s.endpoint.quantization or "unknown") not in t.wishes.quantizations,
        lambda s, t: f"computes in {s.endpoint.quantization or 'an unknown precision'}",
        lambda s, t: replace(t, wishes=replace(
            t.wishes, quantizations=(*t.wishes.quantizations, s.endpoint.quantization or "unknown"))),
        lambda s, t: f"accept {s.endpoint.quantization or 'an unknown precision'}", 10,
    ),
    Rule(
        "parameters", "Only providers that take every setting", "on",
        lambda s, t: t.wishes.require_parameters and not s.chosen_later
        and not set(t.parameters) <= set(s.endpoint.parameters),
        lambda s, t: "does not take every setting that is sent",
        lambda s, t: replace(t, wishes=replace(t.wishes, require_parameters=False)),
        lambda s, t: "use providers that ignore some settings", 10,
    ),
)  # fmt: skip
BY_NAME: Final = {rule.name: rule for rule in RULES}
