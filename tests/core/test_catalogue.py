"""Lists of models, of every server that has one."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.core.catalogue import (
    Model,
    chat_models,
    dump_models,
    load_models,
    read_listing,
    read_models,
    search,
)
from inglenook.core.errors import NotTheProtocol

THINKER = {
    "id": "acme/thinker-2", "canonical_slug": "acme/thinker-2-20260801", "name": "Acme: Thinker 2",
    "created": 1785542400, "description": "Example model.", "context_length": 200000,
    "architecture": {"input_modalities": ["text", "image", "file"], "output_modalities": ["text"]},
    "pricing": {"prompt": "0.000002", "completion": "0.000015", "web_search": "0.01"},
    "top_provider": {"context_length": 200000, "max_completion_tokens": 64000, "is_moderated": True},
    "supported_parameters": ["max_tokens", "reasoning"], "expiration_date": None,
    "reasoning": {"mandatory": True, "supported_efforts": ["low", "high"]},
}
MINI = {"id": "acme/mini:free", "name": "Acme: Mini (free)", "context_length": 32768, "expiration_date": "2026-12-31",
        "pricing": {"prompt": "0", "completion": "0"}, "reasoning": None}
ROUTER = {"id": "openrouter/auto", "name": "Auto", "pricing": {"prompt": "-1", "completion": "-1"}}
PICTURES = {"id": "acme/painter", "architecture": {"output_modalities": ["image"]}, "context_length": 0}


def listed(*rows, **members):
    return json.dumps({"data": list(rows), **members}).encode()


def test_a_row_of_openrouter_is_read_with_prices_per_million():
    assert (
        Model(
            id="acme/thinker-2",
            name="Acme: Thinker 2",
            canonical_slug="acme/thinker-2-20260801",
            context_length=200_000,
            max_completion_tokens=64_000,
            prompt_usd_per_million=2.0,
            completion_usd_per_million=15.0,
            input_modalities=("text", "image", "file"),
            output_modalities=("text",),
            supported_parameters=("max_tokens", "reasoning"),
            reasons=True,
            reasoning_mandatory=True,
            efforts=("low", "high"),
            created=1_785_542_400,
            description="Example model.",
        ),
    ) == read_models(listed(THINKER))


def test_free_is_what_the_name_says_and_not_a_price_of_zero():
    zero = {"id": "acme/zero", "pricing": {"prompt": "0", "completion": "0"}}
    free, priced = read_models(listed(MINI, zero))
    assert (free.is_free, free.prompt_usd_per_million) == (True, 0.0)
    assert (priced.is_free, priced.prompt_usd_per_million) == (False, 0.0)


def test_a_router_has_no_price_of_its_own():
    (router,) = read_models(listed(ROUTER))
    assert (router.is_router, router.prompt_usd_per_million, router.completion_usd_per_million) == (True, None, None)


@pytest.mark.parametrize(
    ("row", "context_length"),
    [
        ({"id": "gpt", "object": "model", "created": 1, "owned_by": "x"}, None),
        ({"id": "org/weights", "max_model_len": 32768, "root": "org/weights"}, 32768),
        ({"id": "model.gguf", "meta": {"n_ctx_train": 131072, "n_params": 4}}, 131072),
        ({"id": "model.gguf", "meta": {"n_ctx": 8192, "n_ctx_train": 131072}}, 8192),
        ({"id": "lm", "type": "llm", "max_context_length": 4096}, 4096),
        ({"name": "small:4b", "model": "small:4b", "size": 1}, None),
    ],
)
def test_plain_lists_give_an_id_and_perhaps_a_context(row, context_length):
    (model,) = read_models(json.dumps({"object": "list", "data": [row]}))
    assert (row.get("id") or row["name"], context_length, None, ("text",)) == (
        model.id, model.context_length, model.prompt_usd_per_million, model.output_modalities,
    )


@pytest.mark.parametrize(
    "body", [b'{"object":"list","data":null}', b'{"data":[]}', b"[]", b'{"models":[]}', b'{"object":"list","data":[]}']
)
def test_an_empty_list_is_a_list(body):
    assert read_models(body) == ()


@pytest.mark.parametrize("body", [b"", b"{", b"{}x", b"<html>", b'{"data":{}}', b'{"data":[1,2]}', b"3", b'"data"'])
def test_what_is_no_list_of_models_is_refused(body):
    with pytest.raises(NotTheProtocol):
        read_models(body)


def test_an_object_without_a_list_is_no_empty_list():
    with pytest.raises(NotTheProtocol):
        read_models(b'{"error":{"message":"x"}}')


def test_damaged_rows_are_skipped_and_counted_and_the_first_of_two_counts():
    listing = read_listing(listed(THINKER, None, {"name": ""}, {"id": 5}, [], {**THINKER, "name": "Copy"}, MINI))
    assert ([model.name for model in listing.models], listing.skipped) == (["Acme: Thinker 2", "Acme: Mini (free)"], 4)


def test_only_models_that_answer_in_text_can_hold_a_conversation():
    plain = [{"id": "nomic-embed-text:latest"}, {"id": "e5", "type": "embeddings"}, {"id": "small:4b"}]
    models = chat_models(read_models(listed(THINKER, PICTURES, *plain)))
    assert [model.id for model in models] == ["acme/thinker-2", "small:4b"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["acme/thinker-2", "acme/mini:free", "openrouter/auto", "other/gemini-2.5"]),
        ("mini", ["acme/mini:free", "other/gemini-2.5"]),
        ("ACME thin", ["acme/thinker-2"]),
        ("thin acme", ["acme/thinker-2"]),
        ("free", ["acme/mini:free"]),
        ("2.5", ["other/gemini-2.5"]),
        ("gemini-2", ["other/gemini-2.5"]),
        ("acme/m", ["acme/mini:free"]),
        ("example", ["acme/thinker-2"]),
        ("acme nothing", []),
    ],
)
def test_a_search_finds_every_word_and_beginnings_first(query, expected):
    models = read_models(listed(THINKER, MINI, ROUTER, {"id": "other/gemini-2.5", "name": "Gemini"}))
    assert expected == [model.id for model in search(models, query)]


def test_a_search_can_be_narrowed_to_free_models():
    models = read_models(listed(THINKER, MINI))
    assert [model.id for model in search(models, "acme", free_only=True)] == ["acme/mini:free"]


def test_a_search_over_seven_hundred_models_is_quick():
    models = tuple(Model(f"maker-{n % 40}/model-{n}", f"Maker {n % 40}: Model {n}", description="words " * 30)
                   for n in range(700))
    began = time.process_time()
    for _ in range(10):
        search(models, "maker-3 model nothing")
    # Measured at 3 ms a search.
    assert (time.process_time() - began) / 10 < 0.05


def test_the_kept_list_reads_as_the_list_that_was_kept():
    models = read_models(listed(THINKER, MINI, ROUTER, PICTURES))
    assert models == load_models(dump_models(models))
    assert dump_models(models) == dump_models(load_models(dump_models(models)))


@given(st.floats(0, 1e6).map(lambda price: round(price, 9)))
def test_a_price_survives_being_kept(price):
    models = (Model("a", "a", prompt_usd_per_million=price),)
    assert price == pytest.approx(load_models(dump_models(models))[0].prompt_usd_per_million, rel=1e-12, abs=1e-9)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(("data", "models", "id", "name", "pricing", "prompt", "architecture", "output_modalities",
                         "context_length", "meta", "n_ctx", "reasoning", "supported_efforts", "created")),
        inner, max_size=6,
    ),
)


@given(st.binary(max_size=100) | JSON.map(json.dumps) | st.lists(JSON).map(lambda rows: json.dumps({"data": rows})))
def test_any_body_is_a_list_or_an_error_of_ours(body):
    try:
        models = read_models(body)
    except NotTheProtocol:
        return
    assert models == load_models(dump_models(models)) or any(model.is_router for model in models)
    search(models, "a 1")
    dump_models(models).encode("utf-8")
