"""The decision who may see a message, against the practice router, which decides for itself.

Long because the worlds that are drawn and the rules they are held against must be read together.
"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook.core import routing, rules
from inglenook.core.limits import CAREFUL, NONE, join
from inglenook.core.model import Limits, Policy
from inglenook.core.providers import (
    FEED,
    STAYS,
    YOU,
    ZERO_RETENTION,
    Correction,
    Endpoint,
    Known,
    Provider,
    read_endpoints,
    read_policies,
    read_providers,
    read_zero_retention,
    with_policies,
)
from inglenook.core.routing import decide, decide_direct, provider_object
from inglenook.core.rules import Account, Terms, Wishes
from inglenook.practice import catalogue as pretend
from inglenook.practice.account import Account as ServiceAccount
from inglenook.practice.errors import Refusal
from inglenook.practice.policy import Need, choose
from inglenook.practice.preference import read_preference
from inglenook.practice.rows import endpoint_row, endpoints_row, policy_row, provider_row

from tests.strategies import SLUGS, limits, rarely

OPEN = Terms(NONE, Account(trains=True))
COUNTRIES = ("US", "DE", "FR", "CN")

service_providers = st.builds(
    pretend.Provider,
    slug=st.sampled_from(SLUGS),
    name=st.just("Somebody"),
    headquarters=st.none(),
    datacenters=st.none() | st.lists(st.sampled_from(COUNTRIES), max_size=3, unique=True).map(tuple),
    trains=st.sampled_from((True, False, None)),
    retains=st.sampled_from((True, False, None)),
    retention_days=st.sampled_from((None, 0, 1, 7, 30, 180)),
    publishes=st.booleans(),
)
service_endpoints = st.builds(
    pretend.Endpoint,
    provider_slug=st.sampled_from(SLUGS),
    prompt=st.sampled_from(("0", "0.15", "2.00", "15.00")),
    completion=st.sampled_from(("0", "0.60", "10.00", "75.00")),
    context_length=st.just(100_000),
    quantization=st.sampled_from((None, "fp8", "int4")),
    variant=st.sampled_from(("", "", "turbo", "eu")),
    lacks=st.sampled_from(((), ("temperature",))),
)


@st.composite
def catalogues(draw):
    """Providers by slug, and a model with endpoints at some of them."""
    providers = {slug: replace(draw(service_providers), slug=slug) for slug in SLUGS}
    endpoints = tuple(draw(st.lists(service_endpoints, min_size=1, max_size=6)))
    name = draw(st.sampled_from(("acme/one", "acme/one:free")))
    return providers, pretend.Model(name, "acme/one-1", "One", 0, "", ("temperature", "max_tokens"), endpoints)


accounts = st.builds(Account, st.booleans(), st.booleans())
wishes = st.builds(
    Wishes,
    st.sampled_from(("", "price", "throughput", "latency")),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    rarely(st.sampled_from((("fp8",), ("fp8", "unknown"))), ()),
)
all_terms = st.builds(Terms, limits, accounts, wishes, st.sampled_from(((), ("temperature",))))
policies = st.builds(
    Policy,
    st.sampled_from((True, False, None)),
    st.sampled_from((True, False, None)),
    st.sampled_from((None, 0, 1, 30, 365)),
    st.sampled_from((True, False, None)),
)


def data(rows) -> bytes:
    return json.dumps({"data": rows}).encode()


def lists_of(providers: dict, *models: pretend.Model) -> Known:
    """What the service's lists say, through the same bytes that the page reads."""
    nothing = [
        endpoint_row(m, e, False) for m in models for e in m.endpoints if providers[e.provider_slug].zero_retention
    ]
    named = read_providers(data([provider_row(provider) for provider in providers.values()]))
    feed = read_policies(data([policy_row(provider) for provider in providers.values()]), 5)
    return Known(with_policies(named, feed), read_zero_retention(data(nothing)), 5, 5)


def decided(providers: dict, model: pretend.Model, terms: Terms, *others: pretend.Model) -> routing.Decision:
    known = lists_of(providers, model, *others)
    return decide(model.id, read_endpoints(data(endpoints_row(model, True))), known, terms)


def used(model: pretend.Model, asked: dict, terms: Terms) -> set[str]:
    """The tags that the practice router would use for a request with this `provider` object."""
    service = ServiceAccount(paid_training=terms.account.trains, free_training=terms.account.trains)
    try:
        chosen = choose(model, read_preference(asked), service, Need(parameters=frozenset(terms.parameters)))
    except Refusal:
        return set()
    return {endpoint.tag for endpoint in chosen}


def tags(decision: routing.Decision) -> set[str]:
    return {subject.endpoint.tag for subject in decision.allowed}


@settings(max_examples=200, deadline=None)
@given(catalogues(), all_terms)
def test_the_preview_is_what_the_service_uses(catalogue, terms):
    providers, model = catalogue
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pretend, "PROVIDERS", providers)
        decision = decided(providers, model, terms)
        if not decision.allowed:
            with pytest.raises(ValueError, match="nobody"):
                provider_object((decision,))
            return
        assert used(model, provider_object((decision,)), terms) == tags(decision)


@settings(max_examples=200, deadline=None)
@given(catalogues(), all_terms)
def test_no_request_is_wider_than_its_level(catalogue, terms):
    """Checked against the limits one by one, not by the rules that made the request."""
    providers, model = catalogue
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pretend, "PROVIDERS", providers)
        decision = decided(providers, model, terms)
        if not decision.allowed:
            return
        reached = used(model, provider_object((decision,)), terms)
        for endpoint in (e for e in model.endpoints if e.tag in reached):
            who, level = endpoint.provider, terms.limits
            forbidden = level.deny_free_training if model.free else level.deny_paid_training
            assert not (forbidden and who.trains is not False)
            assert not (level.deny_retention and who.retains is not False)
            if level.max_retention_days is not None and who.retains is not False:
                assert who.retention_days is not None
                assert who.retention_days <= level.max_retention_days
            assert not level.zero_retention or (who.trains is False and who.retains is False)
            assert level.only is None or {endpoint.tag, endpoint.provider_slug} & set(level.only)
            assert not {endpoint.tag, endpoint.provider_slug} & set(level.never)
            assert level.max_prompt_usd is None or Decimal(endpoint.prompt) <= Decimal(str(level.max_prompt_usd))
            assert level.max_completion_usd is None or Decimal(endpoint.completion) <= Decimal(
                str(level.max_completion_usd)
            )
            for region in level.regions:
                inside = {"EU": {"DE", "FR"}, "US": {"US"}}[region]
                assert who.datacenters
                assert set(who.datacenters) <= inside


@settings(max_examples=100, deadline=None)
@given(catalogues(), catalogues(), all_terms)
def test_a_fallback_to_another_model_reaches_nobody_who_is_excluded_there(catalogue, other, terms):
    providers, model = catalogue
    second = replace(other[1], id="acme/two" + (":free" if other[1].free else ""))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pretend, "PROVIDERS", providers)
        decisions = decided(providers, model, terms, second), decided(providers, second, terms, model)
        try:
            asked = provider_object(decisions)
        except ValueError:
            return
        for one, decision in zip((model, second), decisions, strict=True):
            assert used(one, asked, terms) <= tags(decision)


@settings(max_examples=100, deadline=None)
@given(catalogues(), all_terms, limits)
def test_a_room_only_tightens(catalogue, terms, room):
    providers, model = catalogue
    joined = replace(terms, limits=join(terms.limits, room))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pretend, "PROVIDERS", providers)
        alone, both = decided(providers, model, terms), decided(providers, model, joined)
        assert tags(both) <= tags(alone)
        for verdict in both.verdicts:
            # What excludes is what one of the two excludes, so that remedies can loosen them apart.
            for rule in (rules.BY_NAME[n] for n in verdict.excluded_by if n in rules.BY_NAME):
                apart = [rule.excludes(verdict.subject, replace(terms, limits=one)) for one in (terms.limits, room)]
                assert any(apart)


@settings(deadline=None)
@given(limits, limits, limits)
def test_joining_is_a_union_of_restrictions(a, b, c):
    assert join(a, b) == join(b, a) or b == NONE or a == NONE
    assert join(join(a, b), c) == join(a, join(b, c)) or NONE in (a, b, c)
    assert join(join(a, b), b) == join(a, b)
    assert join(a, NONE) == a


@settings(max_examples=100, deadline=None)
@given(catalogues(), all_terms)
def test_every_remedy_lets_its_endpoint_in(catalogue, terms):
    providers, model = catalogue
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pretend, "PROVIDERS", providers)
        decision = decided(providers, model, terms)
        found = routing.remedies(decision)
        sizes = [len(remedy.changes) for remedy in found]
        assert sizes == sorted(sizes)
        assert 0 not in sizes
        for remedy in found:
            after = decision.terms
            for subject in (v.subject for v in decision.verdicts if v.subject.endpoint.tag == remedy.tag):
                after, _ = routing.let_in(subject, after)
            assert remedy.tag in tags(decided(providers, model, after))


@settings(deadline=None)
@given(catalogues(), all_terms)
def test_every_exclusion_is_said(catalogue, terms):
    providers, model = catalogue
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pretend, "PROVIDERS", providers)
        decision = decided(providers, model, terms)
        for verdict in decision.verdicts:
            assert bool(routing.words(verdict, terms)) is not verdict.allowed


CAREFUL_TERMS = Terms(CAREFUL)


def hearth(terms: Terms = CAREFUL_TERMS) -> routing.Decision:
    return decided(pretend.PROVIDERS, pretend.MODELS["practice/hearth-1"], terms)


def test_a_new_connection_uses_only_who_is_known_to_neither_train_nor_keep():
    decision = hearth()
    assert tags(decision) == {"alder", "birch/eu", "thistle"}
    assert decision.counts == (3, 6)
    assert provider_object((decision,)) == {
        "only": ["alder", "birch/eu", "thistle"],
        "allow_fallbacks": True,
        "data_collection": "deny",
    }


def test_every_limit_reaches_the_wire():
    terms = Terms(
        Limits(
            zero_retention=True, never=("alder",), max_prompt_usd=0.6, max_completion_usd=2, deny_paid_training=True
        ),
        Account(trains=True),
        Wishes("price", False, True, True, ("fp8",)),
    )
    assert provider_object((hearth(terms),)) == {
        "only": ["birch/eu"],
        "ignore": ["alder"],
        "allow_fallbacks": False,
        "data_collection": "deny",
        "zdr": True,
        "max_price": {"prompt": 0.6, "completion": 2},
        "require_parameters": True,
        "enforce_distillable_text": True,
        "quantizations": ["fp8"],
        "sort": "price",
    }


def test_with_everything_allowed_nothing_is_denied():
    assert provider_object((hearth(OPEN),)) == {
        "only": ["alder", "birch/eu", "cedar", "fir", "larch", "thistle"],
        "allow_fallbacks": True,
    }


def test_the_reasons_name_the_switch_and_whom_it_excludes():
    assert [(rule.switch, rule.set_to, names) for rule, names in routing.reasons(hearth())] == [
        ("Allow providers that train", "off", ("Fir", "Larch")),
        ("My account allows training", "off", ("Fir", "Larch")),
        ("Allow providers that keep prompts", "off", ("Cedar", "Fir", "Larch")),
    ]


def test_the_smallest_remedy_gives_least_away():
    first = routing.remedies(decided(pretend.PROVIDERS, pretend.MODELS["practice/flint-2-pro"], Terms(CAREFUL)))[0]
    assert (first.provider, first.changes) == (
        "Cedar",
        ("allow providers that keep prompts, for 30 days at most",),
    )
    week = Terms(Limits(max_retention_days=3))
    first = routing.remedies(decided(pretend.PROVIDERS, pretend.MODELS["practice/cinder-0"], week))[0]
    assert first.changes == ("let prompts be kept for 30 days",)


def test_free_and_paid_models_have_a_switch_each():
    terms = Terms(Limits(deny_paid_training=True), Account(trains=True))
    free, paid = pretend.MODELS["practice/hearth-1:free"], pretend.MODELS["practice/hearth-1"]
    assert tags(decided(pretend.PROVIDERS, free, terms)) == {"fir", "juniper"}
    assert "fir" not in tags(decided(pretend.PROVIDERS, paid, terms))


def one(policy: Policy, **endpoint) -> tuple[list[Endpoint], Known]:
    return [Endpoint("ash", "Ash", "acme/one", 1.0, 2.0, **endpoint)], Known(
        {"ash": Provider("ash", "Ash", policy=policy)}
    )


def test_two_endpoints_of_one_name_are_allowed_together_or_not_at_all():
    endpoints, known = one(Policy(False, False))
    dear = replace(endpoints[0], prompt_usd=50.0)
    decision = decide("acme/one", [*endpoints, dear], known, Terms(Limits(max_prompt_usd=10)))
    assert not decision.allowed
    assert "cannot tell them apart" in " ".join(routing.words(decision.verdicts[0], decision.terms))


def test_a_tier_of_service_is_never_asked_for_by_naming_it():
    endpoints, known = one(Policy(False, False))
    fast = replace(endpoints[0], tag="ash/priority", tier="priority")
    decision = decide("acme/one", [*endpoints, fast], known, OPEN)
    assert tags(decision) == {"ash"}
    # The bare name covers its variants, so this one is named as not wanted.
    assert provider_object((decision,))["ignore"] == ["ash/priority"]
    assert "asked for" in " ".join(routing.words(decision.verdicts[1], OPEN))
    assert routing.remedies(decision) == ()


def test_a_bare_name_does_not_bring_its_excluded_variant():
    endpoints, known = one(Policy(False, False))
    dear = replace(endpoints[0], tag="ash/turbo", prompt_usd=50.0)
    asked = provider_object((decide("acme/one", [*endpoints, dear], known, Terms(Limits(max_prompt_usd=10))),))
    assert (asked["only"], asked["ignore"]) == (["ash"], ["ash/turbo"])


def test_a_correction_counts_and_says_whose_it_is():
    endpoints, known = one(Policy(None, None))
    said = Correction("ash", False, True, 3, 77)
    decision = decide(
        "acme/one", endpoints, known, Terms(Limits(max_retention_days=7, deny_paid_training=True)), (said,)
    )
    assert [s.policy for s in decision.allowed] == [Policy(False, True, 3, None, YOU, 77)]


def test_a_correction_for_the_worse_counts_against_the_services_list():
    endpoints, known = one(Policy(None, None))
    known = replace(known, zero_retention=frozenset({("acme/one", "ash")}), fetched_ms=9)
    terms = Terms(replace(CAREFUL, zero_retention=True))
    listed = decide("acme/one", endpoints, known, terms)
    assert [(s.policy.source, s.policy.as_of_ms) for s in listed.allowed] == [(ZERO_RETENTION, 9)]
    assert not decide("acme/one", endpoints, known, terms, (Correction("ash", True, True),)).allowed


def test_who_is_chosen_by_the_service_is_chosen_among_providers():
    providers = {
        "ash": Provider("ash", "Ash", policy=Policy(False, False, source=FEED)),
        "beech": Provider("beech", "Beech", policy=Policy(True, False)),
    }
    rows = [Endpoint(slug, provider.name) for slug, provider in providers.items()]
    terms = Terms(replace(CAREFUL, max_prompt_usd=1.0, zero_retention=True))
    decision = decide("acme/auto", rows, Known(providers), terms, chosen_later=True)
    asked = provider_object((decision,))
    assert (asked["only"], asked["zdr"], asked["max_price"]) == (["ash"], True, {"prompt": 1.0})
    assert asked["data_collection"] == "deny"


@settings(deadline=None)
@given(policies, all_terms)
def test_a_server_on_this_machine_may_see_everything(policy, terms):
    decision = decide_direct("llama3", "127.0.0.1:11434", STAYS, terms)
    assert decision.stays
    assert decision.allowed


@settings(deadline=None)
@given(policies, limits)
def test_another_server_is_bound_by_what_was_declared_for_it(policy, level):
    decision = decide_direct("llama3", "box.example", policy, Terms(level))
    trains = policy.trains is not False or policy.publishes is True
    keeps = policy.retains is not False
    too_long = level.max_retention_days is not None and (
        policy.retention_days is None or policy.retention_days > level.max_retention_days
    )
    refused = (
        (level.deny_paid_training and trains)
        or (level.deny_retention and keeps)
        or (keeps and too_long)
        or (level.zero_retention and keeps)
    )
    assert bool(decision.allowed) is not refused


def test_a_provider_that_keeps_prompts_for_one_model_is_not_named_for_any():
    known = Known(
        {slug: Provider(slug, policy=Policy(False, True, 30)) for slug in ("ash", "beech")},
        frozenset({("acme/one", "ash"), ("acme/one", "beech"), ("acme/two", "beech")}),
    )
    first, second = (
        decide(model, [Endpoint(tag, tag, model) for tag in ("ash", "beech")], known, CAREFUL_TERMS)
        for model in ("acme/one", "acme/two")
    )
    assert tags(first) == {"ash", "beech"}
    assert provider_object((first,))["only"] == ["ash", "beech"]
    assert provider_object((first, second))["only"] == ["beech"]
