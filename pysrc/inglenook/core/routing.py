"""Who may see a message: every endpoint of a model, allowed or excluded by the rules of `rules.py`.

One decision serves everything: the count at the composer, the table behind it,
the refusal and its smallest remedy, and the `provider` object of the request.
It is pure: lists and limits in, a decision out.

Rule 1: a request names the endpoints that were allowed (`only`), so that the
service can use nobody else, also when it falls back or its lists changed.
Rule 2: what the service can check itself is sent as well, because it may know
better (`data_collection`, `zdr`, `max_price`). Both only tighten, which is how
the service joins a request with the account:
https://openrouter.ai/docs/features/provider-routing

It is longer than most because the decision and what is said of it on the wire
and to the user must not part.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from inglenook.core.limits import NONE
from inglenook.core.model import Json, Limits, Policy
from inglenook.core.providers import STAYS, Correction, Endpoint, Known, policy_of
from inglenook.core.rules import BY_NAME, RULES, Account, Rule, Subject, Terms


@dataclass(frozen=True, slots=True)
class Verdict:
    """An endpoint and the names of the rules that exclude it; () means that it may see the message."""

    subject: Subject
    excluded_by: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.excluded_by


@dataclass(frozen=True, slots=True)
class Decision:
    """Who may see the next message to one model."""

    model: str
    terms: Terms
    verdicts: tuple[Verdict, ...]
    stays: bool = False
    """The message does not leave the user's machine."""
    by_provider: bool = False
    """The rows are providers and not endpoints, because nobody can say yet which model or endpoint it will be."""
    direct: bool = False
    """The server answers itself: there is no service in between that could be told anything."""

    @property
    def allowed(self) -> tuple[Subject, ...]:
        return tuple(verdict.subject for verdict in self.verdicts if verdict.allowed)

    @property
    def counts(self) -> tuple[int, int]:
        """Providers allowed, and all of them."""
        return len({s.endpoint.slug for s in self.allowed}), len({v.subject.endpoint.slug for v in self.verdicts})


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would have to change so that an endpoint may see the message."""

    tag: str
    provider: str
    changes: tuple[str, ...]


# What only says how to choose: the endpoints of such a model are those of the model without it.
_CHOOSING: Final = (":nitro", ":floor", ":exacto", ":online")
_OF_A_SERVICE: Final = ("only", "never", "max_prompt_usd", "max_completion_usd", "regions")
TWIN: Final = "same name"
TIER: Final = "tier"
_SPECIAL: Final = {
    TWIN: "another endpoint of the same name is excluded, and the service cannot tell them apart",
    TIER: "a tier of service that is used only when it is asked for",
}


def served_as(model: str, alias_of: str = "") -> str:
    """The model whose endpoints answer for it.

    >>> served_as("acme/one:nitro"), served_as("acme/one:free"), served_as("~acme/latest", "acme/one")
    ('acme/one', 'acme/one:free', 'acme/one')
    """
    if alias_of:
        return alias_of
    return next((model.removesuffix(ending) for ending in _CHOOSING if model.endswith(ending)), model)


def is_forwarded(model: str) -> bool:
    """Whether a server on this machine passes the model on to another one, as Ollama does with its cloud models.

    >>> is_forwarded("gpt-oss:120b-cloud"), is_forwarded("kimi-k2:cloud"), is_forwarded("cloudy:7b")
    (True, True, False)
    """
    return model.rpartition(":")[2].endswith("cloud") and ":" in model


def decide(
    model: str,
    endpoints: Iterable[Endpoint],
    known: Known,
    terms: Terms,
    corrections: tuple[Correction, ...] = (),
    *,
    chosen_later: bool = False,
) -> Decision:
    """Who may see a message to a model of a routing service."""
    subjects = [_subject(model, endpoint, known, corrections, chosen_later) for endpoint in endpoints]
    verdicts = [Verdict(subject, _reasons(subject, terms)) for subject in subjects]
    return Decision(model, terms, tuple(_alike(verdicts)), by_provider=chosen_later)


def decide_direct(model: str, server: str, policy: Policy, terms: Terms) -> Decision:
    """Whether the one server of a direct connection may see it, by the policy that the user declared for it."""
    stays = policy == STAYS
    subject = Subject(Endpoint(server, server, model), policy, keeps_nothing=policy.retains is False)
    asked = Terms(for_one_server(terms.limits), Account(trains=True))
    return Decision(model, asked, (Verdict(subject, () if stays else _reasons(subject, asked)),), stays, direct=True)


def for_one_server(limits: Limits) -> Limits:
    """Without price, place and lists of providers: only what may happen to the prompt is asked of such a server."""
    return with_lists(limits, NONE)


def with_lists(limits: Limits, other: Limits) -> Limits:
    """The limits with the price, the places and the lists of providers of others."""
    return replace(limits, **{name: getattr(other, name) for name in _OF_A_SERVICE})


def provider_object(decisions: tuple[Decision, ...]) -> Json:
    """The `provider` member of a request that may go to any of these models, in this order.

    An endpoint is named only if every model among them that it serves allows it, because the list holds for all.

    Raises:
        ValueError: nobody is left for one of them; then there is no request.
    """
    if not decisions or not all(any(v.allowed for v in d.verdicts) for d in decisions):
        raise ValueError("nobody may answer")
    terms = decisions[0].terms
    limits, wishes = terms.limits, terms.wishes
    verdicts = [verdict for decision in decisions for verdict in decision.verdicts]
    excluded = {v.subject.endpoint.tag for v in verdicts if not v.allowed}
    only = {v.subject.endpoint.tag for v in verdicts if v.allowed} - excluded
    bare = {tag for tag in only if "/" not in tag}
    if not all(only & {v.subject.endpoint.tag for v in decision.verdicts} for decision in decisions):
        raise ValueError("nobody may answer")
    # A bare name covers its variants: those that were excluded must be named too.
    ignore = {*limits.never, *(tag for tag in excluded if "/" in tag and tag.partition("/")[0] in bare)}
    later = any(v.subject.chosen_later for v in verdicts)
    free = {v.subject.free for v in verdicts}
    deny = (limits.deny_paid_training and (later or False in free)) or (
        limits.deny_free_training and (later or True in free)
    )
    asked: Json = {"only": sorted(only), "allow_fallbacks": wishes.allow_fallbacks}
    if ignore:
        asked["ignore"] = sorted(ignore)
    if deny or not terms.account.trains:
        asked["data_collection"] = "deny"
    if limits.zero_retention:
        asked["zdr"] = True
    prices = {"prompt": limits.max_prompt_usd, "completion": limits.max_completion_usd}
    if known_prices := {name: price for name, price in prices.items() if price is not None}:
        asked["max_price"] = known_prices
    if wishes.require_parameters:
        asked["require_parameters"] = True
    if wishes.enforce_distillable_text:
        asked["enforce_distillable_text"] = True
    if wishes.quantizations:
        asked["quantizations"] = sorted(wishes.quantizations)
    if wishes.sort:
        asked["sort"] = wishes.sort
    return asked


def remedies(decision: Decision) -> tuple[Remedy, ...]:
    """For each excluded endpoint, what would let it in; the smallest change first.

    Few changes come before many, and of equally many those that give least away.
    """
    found = []
    for place, verdict in enumerate(decision.verdicts):
        if verdict.allowed or _SPECIAL.keys() & set(verdict.excluded_by):
            continue
        subject = verdict.subject
        _, changed = let_in(subject, decision.terms)
        kept = subject.policy.retention_days if subject.policy.retains else 0
        rank = (len(changed), sum(rule.weight for rule, _ in changed), 10**6 if kept is None else kept, place)
        said = tuple(words for _, words in changed)
        found.append((rank, Remedy(subject.endpoint.tag, subject.endpoint.name, said)))
    return tuple(remedy for _, remedy in sorted(found, key=lambda pair: pair[0]))


def let_in(subject: Subject, terms: Terms) -> tuple[Terms, tuple[tuple[Rule, str], ...]]:
    """The terms, loosened just so far that an endpoint may see the message; and each change, in words.

    A rule holds for joined limits if and only if it holds for one of them, so that a connection's and a room's
    may be loosened apart.
    """
    changed = []
    for rule in RULES:
        # A change may lay bare the next rule: prompts may be kept, but not for so long.
        if rule.excludes(subject, terms):
            changed.append((rule, rule.remedy(subject, terms)))
            terms = rule.relax(subject, terms)
    return terms, tuple(changed)


def reasons(decision: Decision) -> tuple[tuple[Rule, tuple[str, ...]], ...]:
    """Which rule excludes whom: (the rule, names of providers), in the order of the rules."""
    found = []
    for rule in RULES:
        names = dict.fromkeys(v.subject.endpoint.name for v in decision.verdicts if rule.name in v.excluded_by)
        if names:
            found.append((rule, tuple(names)))
    return tuple(found)


def words(verdict: Verdict, terms: Terms) -> tuple[str, ...]:
    """Why an endpoint is excluded, a phrase for each rule; the same phrase is not said twice."""
    said = [BY_NAME[name].says(verdict.subject, terms) for name in verdict.excluded_by if name in BY_NAME]
    said += [_SPECIAL[name] for name in verdict.excluded_by if name in _SPECIAL]
    return tuple(dict.fromkeys(said))


def _subject(
    model: str, endpoint: Endpoint, known: Known, corrections: tuple[Correction, ...], chosen_later: bool
) -> Subject:
    if chosen_later:
        provider = known.providers.get(endpoint.slug)
        policy = policy_of(endpoint, known, corrections)
        nothing = policy.retains is False and policy.trains is False
    else:
        provider = known.providers.get(endpoint.slug)
        listed = (endpoint.model, endpoint.tag) in known.zero_retention
        policy = policy_of(endpoint, known, corrections, keeps_nothing=listed)
        # A correction of the user may say worse than the list, and then it counts.
        nothing = listed and policy.retains is False
    free = (endpoint.model or model).endswith(":free")
    return Subject(endpoint, policy, provider.datacenters if provider else (), free, nothing, chosen_later)


def _reasons(subject: Subject, terms: Terms) -> tuple[str, ...]:
    # To name such an endpoint would ask for it, and for its price.
    tier = (TIER,) if subject.endpoint.tier else ()
    return (*tier, *(rule.name for rule in RULES if rule.excludes(subject, terms)))


def _alike(verdicts: list[Verdict]) -> Iterable[Verdict]:
    """A request names endpoints by tag: of those that share one, all are allowed or none."""
    out = {verdict.subject.endpoint.tag for verdict in verdicts if not verdict.allowed}
    for verdict in verdicts:
        shared = verdict.allowed and verdict.subject.endpoint.tag in out
        yield replace(verdict, excluded_by=(TWIN,)) if shared else verdict
