"""Who serves, and the words of a refusal, for each wish and each switch of the account."""

from dataclasses import replace

import pytest
from inglenook.practice import Account

from tests.practice.desk import Desk

TOOLS = [{"type": "function", "function": {"name": "f"}}]
PICTURE = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,"}}]

SERVED = [
    # wishes, provider that answers
    ({}, "Larch"),
    ({"data_collection": "deny"}, "Cedar"),
    ({"zdr": True}, "Alder"),
    ({"ignore": ["larch"]}, "Fir"),
    ({"only": ["birch", "cedar"]}, "Cedar"),
    ({"only": ["birch/eu"]}, "Birch"),
    ({"order": ["birch", "alder"]}, "Birch"),
    ({"order": ["nobody", "alder"]}, "Alder"),
    ({"order": ["thistle", "oak", "birch"], "allow_fallbacks": False}, "Birch"),
    ({"sort": "throughput"}, "Cedar"),
    ({"sort": {"by": "latency", "partition": "none"}}, "Alder"),
    ({"sort": "price", "zdr": True}, "Alder"),
    ({"quantizations": ["fp8"]}, "Cedar"),
    ({"quantizations": ["unknown"]}, "Larch"),
    ({"max_price": {"prompt": 0.5, "completion": "1.45"}, "data_collection": "deny"}, "Cedar"),
    ({"preferred_min_throughput": 75}, "Cedar"),
    ({"preferred_max_latency": {"p50": 0.25}}, "Alder"),
]


@pytest.mark.parametrize(("wishes", "provider"), SERVED)
def test_the_wishes_decide_who_serves(desk, wishes, provider):
    status, body = desk.chat(provider=wishes)
    assert (status, body.get("provider")) == (200, provider)


REFUSED = [
    # model, body members, beginning of the message, failed step, excluded_by
    ("practice/hearth-1", {"provider": {"zdr": True, "only": ["cedar", "elm"]}},
     "No endpoints found matching your data policy (Zero data retention)", "Filter by Data Policy", "data_policy:zdr"),
    ("practice/hearth-1", {"provider": {"data_collection": "deny", "only": ["larch"]}},
     "No endpoints found matching your data policy (Paid model training)", "Filter by Data Policy",
     "data_policy:training"),
    ("practice/hearth-1:free", {"provider": {"data_collection": "deny"}},
     "No endpoints found matching your data policy (Free model training)", "Filter by Data Policy",
     "data_policy:training"),
    ("practice/hearth-1", {"provider": {"only": ["oak"]}},
     "No allowed providers are available for the selected model", "Filter by Allowed Providers", "allowed_providers"),
    ("practice/hearth-1", {"provider": {"order": ["oak"], "allow_fallbacks": False}},
     "No allowed providers are available for the selected model", "Filter by Allowed Providers", "allowed_providers"),
    ("practice/kindling-s", {"tools": TOOLS},
     "No endpoints found that support tool use", "Filter by Tool Compatibility", None),
    ("practice/kindling-s", {"messages": [{"role": "user", "content": PICTURE}]},
     "No endpoints found that support image input", "Filter by Image Support", None),
    ("practice/kindling-s", {"top_k": 3, "provider": {"require_parameters": True}},
     "No endpoints found that can handle the requested parameters", "Filter by Parameters", "require_parameters"),
    ("practice/hearth-1", {"provider": {"max_price": {"prompt": 0.01}}},
     "No endpoints found for practice/hearth-1", "Filter by Max Price", "max_price"),
    ("practice/hearth-1", {"provider": {"quantizations": ["int4"]}},
     "No endpoints found for practice/hearth-1", "Filter by Quantization", "quantization"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "more", "begins", "step", "excluded_by"), REFUSED)
def test_a_wish_that_nobody_meets_is_a_404_with_its_step(desk, model, more, begins, step, excluded_by):
    status, body = desk.chat(model=model, **more)
    assert status == 404
    error = body["error"]
    assert error["message"].startswith(begins)
    assert error["metadata"]["failed_routing_step"] == step
    assert error["metadata"]["routing_funnel"][0]["step"] == "Initial Endpoints"
    assert error["availability"]["excluded_by"] == ([excluded_by] if excluded_by else [])
    assert error["availability"]["requested_models"] == [model]


def test_the_funnel_lists_only_steps_that_removed_somebody(desk):
    _, body = desk.chat(provider={"zdr": True, "only": ["cedar"], "max_price": {"prompt": 100}})
    assert body["error"]["metadata"]["routing_funnel"] == [
        {"step": "Initial Endpoints", "endpoint_count": 6},
        {"step": "Filter by Allowed Providers", "endpoint_count": 1},
    ]


def test_an_impossible_only_names_the_real_candidates(desk):
    _, body = desk.chat(model="practice/kindling-s", provider={"only": ["birch"]})
    assert body["error"]["metadata"]["available_providers"] == ["elm", "oak"]
    assert body["error"]["metadata"]["requested_providers"] == ["birch"]


ACCOUNTS = [
    # account, model, provider that answers
    (Account(paid_training=False), "practice/hearth-1", "Cedar"),
    (Account(zdr=True), "practice/hearth-1", "Alder"),
    (Account(allowed_providers=frozenset({"birch"})), "practice/hearth-1", "Birch"),
    (Account(ignored_providers=frozenset({"larch", "fir"})), "practice/hearth-1", "Cedar"),
    (Account(free_training=False), "practice/ember-mini:free", "Maple"),
    (Account(free_publication=False), "practice/hearth-1:free", "Fir"),
]


@pytest.mark.parametrize(("account", "model", "provider"), ACCOUNTS)
def test_the_account_decides_too(account, model, provider):
    assert Desk(account).chat(model=model)[1]["provider"] == provider


def test_a_request_cannot_loosen_what_the_account_forbids():
    desk = Desk(Account(paid_training=False, zdr=True))
    status, body = desk.chat(provider={"only": ["fir"], "data_collection": "allow", "zdr": False})
    assert status == 404
    assert body["error"]["metadata"]["failed_routing_step"] == "Filter by Guardrails"
    assert body["error"]["metadata"]["ineligibility_reasons"][0]["reason"] == (
        "paid-model-training-violation-by-account"
    )
    assert body["error"]["message"].startswith("0 endpoints out of 1 requested are available matching")


def test_free_publication_is_refused_by_its_name():
    desk = Desk(Account(free_publication=False))
    _, body = desk.chat(model="practice/hearth-1:free", provider={"only": ["juniper"]})
    assert "(Free model publication)" in body["error"]["message"]


def test_the_users_own_list_follows_the_switches():
    desk = Desk(Account(free_training=False))
    ids = {row["id"] for row in desk.get("/models/user")[1]["data"]}
    assert "practice/ember-mini:free" in ids
    assert "practice/hearth-1:free" not in ids
    desk.router.account = replace(desk.router.account, zdr=True)
    ids = {row["id"] for row in desk.get("/models/user")[1]["data"]}
    assert "practice/flint-2-pro" not in ids
    assert "practice/hearth-1" in ids


def test_a_broken_provider_is_asked_last_and_fails_when_alone(desk):
    status, body = desk.chat(provider={"only": ["thistle"]})
    assert (status, body["error"]["metadata"]["provider_name"]) == (502, "Thistle")
    assert desk.chat(provider={"only": ["thistle", "birch"]})[1]["provider"] == "Birch"


def test_another_model_is_tried_when_the_first_has_nobody(desk):
    wishes = {"zdr": True}
    status, body = desk.chat(model="practice/flint-2-pro", models=["practice/kindling-s"], provider=wishes)
    assert (status, body["model"], body["provider"]) == (200, "practice/kindling-s-20260110", "Oak")


def test_the_auto_router_names_the_model_that_served(desk):
    _, body = desk.chat(model="practice/auto")
    assert body["model"] == "practice/kindling-s-20260110"
    _, body = desk.chat(model="practice/auto", tools=TOOLS)
    assert body["model"] == "practice/hearth-1-20260801"


def test_a_prompt_that_is_too_long_goes_elsewhere_or_is_a_400(desk):
    text = "word " * 9000
    assert desk.chat(text, "practice/auto")[1]["model"] == "practice/hearth-1-20260801"
    status, body = desk.chat(text, "practice/kindling-s")
    assert (status, body["error"]["metadata"]["error_type"]) == (400, "context_length_exceeded")


@pytest.mark.parametrize(
    ("name", "provider"),
    [
        ("practice/hearth-1:nitro", "Cedar"),
        ("practice/hearth-1:floor", "Larch"),
        ("~practice/hearth-latest", "Larch"),
        ("practice/hearth-1-20260801", "Larch"),
    ],
)
def test_suffixes_aliases_and_dated_names_are_understood(desk, name, provider):
    assert desk.chat(model=name)[1]["provider"] == provider


@pytest.mark.parametrize(
    "wishes",
    [
        3, [], {"only": "alder"}, {"order": [1]}, {"zdr": "yes"}, {"data_collection": "never"}, {"sort": "beauty"},
        {"quantizations": ["fp7"]}, {"max_price": 3}, {"max_price": {"prompt": "cheap"}},
        {"max_price": {"prompt": "NaN"}}, {"max_price": {"prompt": -1}}, {"preferred_max_latency": [1]},
    ],
)  # fmt: skip
def test_a_malformed_wish_is_a_400(desk, wishes):
    status, body = desk.chat(provider=wishes)
    assert (status, body["error"]["code"]) == (400, 400)
    assert body["error"]["message"].startswith("provider")
