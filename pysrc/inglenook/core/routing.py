"""Who may see a message: every endpoint of a model, allowed or excluded by rules with names.

One decision serves everything: the count at the composer, the table behind it,
the refusal and its smallest remedy, and the `provider` object of the request.
It is pure: lists and limits in, a decision out.

Rule 1: a request names the endpoints that were allowed (`only`), so that the
service can use nobody else, also when it falls back or its lists changed.
Rule 2: what the service can check itself is sent as well, because it may know
better (`data_collection`, `zdr`, `max_price`). Both only tighten, which is how
the service joins a request with the account:
https://openrouter.ai/docs/features/provider-routing
Rule 3: what nobody knows counts as the worst.

The table of rules is why this file is long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from inglenook.core.limits import NONE, covers
from inglenook.core.model import Json, Limits, Policy
from inglenook.core.providers import STAYS, Correction, Endpoint, Known, policy_of
from inglenook.core.region import NAMES, lies_in

FREE_MODELS: Final = "free models"
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


def _named(subject: Subject) -> str:
    return subject.endpoint.provider or subject.endpoint.slug


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
        lambda s, t: f"take {_named(s)} off the list of those never to use", 30,
    ),
    Rule(
        "only", "Only these providers", "set",
        lambda s, t: t.limits.only is not None and not covers(t.limits.only, s.endpoint.tag),
        lambda s, t: "is not on your list of providers",
        lambda s, t: _limits(t, only=tuple(sorted({*(t.limits.only or ()), s.endpoint.tag}))),
        lambda s, t: f"add {_named(s)} to your list of providers", 20,
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
# What only says how to choose: the endpoints of such a model are those of the model without it.
_CHOOSING: Final = (":nitro", ":floor", ":exacto", ":online")
_OF_A_SERVICE: Final = ("only", "never", "max_prompt_usd", "max_completion_usd", "regions")
TWIN: Final = "same name"
TIER: Final = "tier"
_SPECIAL: Final = {
    TWIN: "another endpoint of the same name is excluded, and the service cannot tell them apart",
    TIER: "a tier of service that is used only when it is asked for",
}
BY_NAME: Final = {rule.name: rule for rule in RULES}


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
        found.append((rank, Remedy(subject.endpoint.tag, _named(subject), said)))
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
        names = dict.fromkeys(_named(v.subject) for v in decision.verdicts if rule.name in v.excluded_by)
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
