"""The service's lists, read and kept: what they do not say stays unknown."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from inglenook.core import known_policies, providers
from inglenook.core.errors import NotTheProtocol
from inglenook.core.model import Policy
from inglenook.core.providers import (
    BUILT_IN,
    FEED,
    UNKNOWN,
    ZERO_RETENTION,
    Endpoint,
    Known,
    Provider,
    dump_endpoints,
    dump_known,
    load_known,
    policy_of,
    read_endpoints,
    read_policies,
    read_providers,
    read_zero_retention,
    with_policies,
)
from inglenook.practice.catalogue import MODELS, PROVIDERS
from inglenook.practice.rows import endpoints_row, policy_rows, provider_row

from tests.strategies import json_values

# Section 8.8 of the facts: a whole row, and one whose figures nobody measured.
ENDPOINTS = {
    "data": {
        "id": "acme/thinker-2",
        "endpoints": [
            {
                "provider_name": "Example Cloud", "tag": "example-cloud/fp8", "model_id": "acme/thinker-2",
                "quantization": "fp8", "pricing": {"prompt": "0.000002", "completion": "0.000015"},
                "supported_parameters": ["max_tokens", "temperature"], "status": 0, "uptime_last_1d": 99.5,
                "latency_last_30m": {"p50": 640}, "throughput_last_30m": 71,
            },
            {"provider_name": "Northwind AI", "tag": "northwind", "status": -2, "latency_last_30m": None},
            {"provider_name": "Northwind AI", "tag": "northwind/flex", "service_tier": "flex"},
            {"provider_name": "Northwind AI", "tag": "northwind/eu", "service_tier": "default"},
            {"provider_name": "Nameless"},
        ],
    }
}  # fmt: skip


def test_endpoints_are_read_with_what_is_said_of_them():
    first, second, *tiers = read_endpoints(json.dumps(ENDPOINTS))
    assert first == Endpoint(
        "example-cloud/fp8", "Example Cloud", "acme/thinker-2", 2.0, 15.0, 640, 71, 99.5, 0, "fp8",
        ("max_tokens", "temperature"),
    )  # fmt: skip
    assert (second.slug, second.prompt_usd, second.latency_ms, second.status) == ("northwind", None, None, -2)
    assert [endpoint.tier for endpoint in tiers] == ["flex", ""]


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.id)
def test_endpoints_are_kept_as_they_were_read(model):
    read = read_endpoints(json.dumps({"data": endpoints_row(model, True)}))
    assert read_endpoints(dump_endpoints(read)) == read
    assert len(read) == len(model.endpoints)


def test_what_is_known_is_kept_as_it_was_read():
    named = read_providers(json.dumps({"data": [provider_row(one) for one in PROVIDERS.values()]}))
    feed = read_policies(json.dumps({"data": policy_rows()}), 44)
    known = Known(with_policies(named, feed), frozenset({("a/b", "ash/eu")}), 55, 44)
    assert load_known(dump_known(known)) == known
    assert known.providers["cedar"].policy == Policy(False, True, 30, False, FEED, 44)
    # Nobody asked Larch, and nobody knows where it computes.
    assert known.providers["larch"].policy == UNKNOWN
    assert known.providers["larch"].datacenters == ()


def test_either_of_the_two_words_about_training_counts():
    rows = [
        {"slug": "a", "dataPolicy": {"training": False, "trainingOpenRouter": True, "retainsPrompts": False}},
        {"slug": "b", "dataPolicy": {"training": False}},
        {"slug": "c", "dataPolicy": {"training": "no", "retainsPrompts": 0}},
        {"slug": "d"},
    ]
    found = read_policies(json.dumps({"data": rows}), 1)
    assert {slug: (policy.trains, policy.retains) for slug, policy in found.items()} == {
        "a": (True, False),
        "b": (False, None),
    }


def test_the_newest_word_counts():
    endpoint = Endpoint("deepinfra", model="a/b")
    told = Policy(True, True, 9, None, FEED, 3)
    nothing, feed = Known(fetched_ms=7), Known({"deepinfra": Provider("deepinfra", policy=told)}, fetched_ms=7)
    assert policy_of(endpoint, nothing).source == BUILT_IN
    assert policy_of(endpoint, feed) == told
    assert policy_of(endpoint, feed, keeps_nothing=True) == Policy(False, False, 0, False, ZERO_RETENTION, 7)
    assert policy_of(Endpoint("nobody-knows"), feed) == UNKNOWN


def test_the_list_that_comes_with_the_program_says_no_more_than_it_knows():
    slugs = [row.slug for row in known_policies.ROWS]
    assert len(slugs) == len(set(slugs)) > 40
    assert date.fromisoformat(known_policies.AS_OF) < date(2027, 12, 31)
    for row in known_policies.ROWS:
        assert row.slug == row.slug.strip().casefold()
        assert (row.trains, row.retains) != (None, None)
        assert row.days is None or row.retains
        assert date.fromisoformat(row.as_of) <= date.fromisoformat(known_policies.AS_OF)


@pytest.mark.parametrize(
    "read", [read_providers, read_zero_retention, read_endpoints, lambda body: read_policies(body, 1)]
)
@settings(deadline=None)
@given(json_values)
def test_a_list_of_any_shape_is_read_or_refused(read, value):
    for body in (value, {"data": value}, {"data": [value]}, {"data": {"endpoints": [value]}}):
        with suppress(NotTheProtocol):
            read(json.dumps(body))


@settings(deadline=None)
@given(json_values)
def test_what_was_kept_is_never_believed(value):
    for name in ("providers", "zero_retention", "fetched_ms"):
        assert isinstance(load_known(json.dumps({name: value})), Known)


def test_slugs_are_compared_without_case():
    known = Known(read_providers(b'{"data":[{"slug":"Ash","name":"Ash"}]}'))
    assert known.providers["ash"].name == "Ash"
    assert read_zero_retention(b'{"data":[{"model_id":"a/b","tag":"Ash/EU"}]}') == {("a/b", "ash/eu")}
    assert providers.built_in()["deepinfra"].retains is False
