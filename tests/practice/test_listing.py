"""The catalogue's routes: lists, filters, single models, endpoints, providers."""

import json
from decimal import Decimal

import pytest
from inglenook.practice.catalogue import MODELS, PROVIDERS


def ids(desk, target):
    status, body = desk.get(target, {})
    assert status == 200, body
    return [row["id"] for row in body["data"]]


def test_the_list_comes_whole_without_paging_and_hides_what_makes_no_text(desk):
    _, body = desk.get("/models", {})
    assert body["total_count"] == len(body["data"]) == len(MODELS) - 1
    assert body["links"] == {"next": None}
    assert "practice/pebble-embed" not in ids(desk, "/models")


def test_pages_follow_each_other(desk):
    _, first = desk.get("/models?limit=5&sort=newest", {})
    assert len(first["data"]) == 5
    _, second = desk.get(first["links"]["next"].removeprefix("/api/v1"), {})
    assert not {row["id"] for row in first["data"]} & {row["id"] for row in second["data"]}
    assert first["total_count"] == second["total_count"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=LONGLOG", ["practice/longlog-1m"]),
        ("output_modalities=embeddings", ["practice/pebble-embed"]),
        ("input_modalities=image&q=lantern", ["practice/lantern-vl"]),
        ("supported_parameters=reasoning,tools", ["practice/flint-2"]),
        ("context=500000", ["practice/longlog-1m"]),
        ("providers=hazel", ["practice/anvil-tools"]),
        ("min_price=3", ["practice/flint-2-pro", "practice/cinder-0"]),
        ("sort=pricing-high-to-low&limit=1", ["practice/flint-2-pro"]),
        ("sort=context-high-to-low&limit=1", ["practice/longlog-1m"]),
        ("model_authors=acme", []),
    ],
)
def test_filters_choose(desk, query, expected):
    assert ids(desk, f"/models?{query}") == expected


@pytest.mark.parametrize(
    "query", ["output_modalities=smell", "offset=-1", "limit=0", "limit=1001", "limit=ten", "sort=beauty"]
)
def test_a_bad_filter_is_a_zod_400(desk, query):
    status, body = desk.get(f"/models?{query}", {})
    assert status == 400
    assert body["error"]["name"] == "ZodError"
    assert json.loads(body["error"]["message"])[0]["path"] == [query.split("=")[0]]


def test_all_modalities_can_be_had_and_counted(desk):
    assert len(ids(desk, "/models?output_modalities=all")) == len(MODELS)
    assert desk.get("/models/count?output_modalities=all", {})[1] == {"data": {"count": len(MODELS)}}
    assert desk.get("/models/count", {})[1] == {"data": {"count": len(MODELS) - 1}}


def test_the_list_price_is_that_of_the_cheapest_endpoint_and_a_router_has_none(desk):
    rows = {row["id"]: row for row in desk.get("/models", {})[1]["data"]}
    cheapest = min(Decimal(endpoint.prompt) for endpoint in MODELS["practice/hearth-1"].endpoints)
    assert Decimal(rows["practice/hearth-1"]["pricing"]["prompt"]) * 1_000_000 == cheapest
    assert rows["practice/auto"]["pricing"] == {"prompt": "-1", "completion": "-1"}
    assert rows["practice/hearth-1:free"]["pricing"] == {"prompt": "0", "completion": "0"}
    assert rows["~practice/hearth-latest"]["alias_target"]["slug"] == "practice/hearth-1"
    assert rows["practice/cinder-0"]["expiration_date"] == "2027-06-30"


@pytest.mark.parametrize("name", ["practice/hearth-1", "practice/hearth-1-20260801", "practice/hearth-1%3Afree"])
def test_one_model_is_found_by_its_names(desk, name):
    assert desk.get(f"/model/{name}", {})[1]["data"]["canonical_slug"] == "practice/hearth-1-20260801"


def test_speeds_are_for_key_holders_only(desk):
    target = "/models/practice/hearth-1/endpoints"
    without, with_key = desk.get(target, {})[1]["data"], desk.get(target)[1]["data"]
    assert {row["latency_last_30m"] for row in without["endpoints"]} == {None}
    assert with_key["endpoints"][0]["latency_last_30m"]["p50"] == 240
    assert [row["tag"] for row in without["endpoints"]][:2] == ["alder", "birch/eu"]
    assert desk.get("/models/practice/nobody/endpoints")[0] == 404


def test_the_zdr_list_holds_exactly_the_endpoints_that_keep_nothing(desk):
    rows = desk.get("/endpoints/zdr", {})[1]["data"]
    slugs = {row["tag"].split("/")[0] for row in rows}
    assert slugs == {slug for slug, provider in PROVIDERS.items() if provider.trains is provider.retains is False}
    assert all("policy" not in key and "training" not in key for row in rows for key in row)


def test_every_kind_of_provider_is_there(desk):
    rows = {row["slug"]: row for row in desk.get("/providers", {})[1]["data"]}
    assert len(rows) == 12
    assert rows["larch"]["datacenters"] is None
    assert rows["birch"]["datacenters"] == ["DE", "FR"]
    policies = {row["slug"]: row.get("dataPolicy") for row in desk.get("/frontend/v1/all-providers", {})[1]["data"]}
    assert policies["larch"] is None
    assert policies["cedar"] == {"training": False, "retainsPrompts": True, "canPublish": False, "retentionDays": 30}
    assert policies["juniper"]["canPublish"] is True
