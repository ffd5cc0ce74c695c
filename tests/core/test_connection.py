"""Connections and their keys."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.core.connection import (
    Connection,
    KeyInfo,
    describe,
    dump,
    key_from,
    load,
    masked,
    read_key_info,
    without_key,
)
from inglenook.core.errors import NoKey, NotTheProtocol

KEY = "sk-or-v1-0123456789abcdefghijklmnopqrstuvwxyz"
MINE = Connection("c1", "openrouter", "https://openrouter.ai/api/v1", "OpenRouter", KEY, True, "acme/m", 5)


def test_a_key_is_never_shown_by_accident():
    assert KEY not in repr(MINE)
    assert "key" not in repr(without_key(MINE)).replace("OpenRouter", "")
    assert without_key(MINE).key == ""


@pytest.mark.parametrize(
    ("key", "shown"),
    [(KEY, "sk-or-…wxyz"), ("sk-0123456789abcdefghij", "sk-…ghij"), ("0123456789abcdefghij", "…ghij"),
     ("short-secret", "…"), ("", "")],
)
def test_at_most_four_characters_of_a_key_are_shown(key, shown):
    assert shown == masked(key)


@pytest.mark.parametrize("typed", [f" {KEY}\n", f'"{KEY}"', f"Bearer {KEY}", KEY])
def test_a_pasted_key_is_taken_without_what_clings_to_it(typed):
    assert key_from(typed) == KEY


@pytest.mark.parametrize("typed", ["two words", "schlüssel", "a\nb", "x" * 5000])
def test_what_no_header_can_carry_is_no_key_and_is_not_repeated(typed):
    with pytest.raises(NoKey) as caught:
        key_from(typed)
    assert typed not in str(caught.value)


def test_a_connection_is_stored_with_its_key_only_if_that_may_be_kept():
    assert load(dump(MINE)) == MINE
    dropped = replace(MINE, keep=False)
    assert KEY not in dump(dropped)
    assert without_key(dropped) == load(dump(dropped))


def test_equal_connections_are_stored_as_equal_text():
    assert dump(MINE) == dump(load(dump(MINE)))


@pytest.mark.parametrize(
    "stored",
    ["", "null", "[]", "{}", '{"id":"a"}', '{"id":"a","kind":"evil"}', '{"id":"","kind":"practice"}',
     '{"id":"a","kind":"other","base":"http://evil.example/v1"}', '{"id":"a","kind":"other","base":"LOCALHOST"}',
     '{"id":"a","kind":"openrouter","key":"a b"}', '{"id":"a","kind":["other"]}'],
)
def test_what_could_not_have_been_stored_here_is_no_connection(stored):
    assert load(stored) is None


def test_a_key_for_openrouter_goes_to_openrouter_whatever_was_stored():
    row = {**json.loads(dump(MINE)), "base": "https://evil.example/api/v1", "model": 5, "added_ms": -1, "keep": "yes"}
    loaded = load(json.dumps(row))
    assert (loaded.base, loaded.model, loaded.added_ms, loaded.keep) == ("https://openrouter.ai/api/v1", "", 0, False)


@given(st.text() | st.binary())
def test_any_stored_text_is_a_connection_or_none(stored):
    assert load(stored) is None or isinstance(load(stored), Connection)


FULL = {"label": "sk-or-v1-abc...xyz", "limit": 5, "limit_remaining": 3.75, "limit_reset": "monthly", "usage": 1.25,
        "is_free_tier": False, "expires_at": "2027-01-31T00:00:00Z", "free_model_daily_requests": {"remaining": 993}}


def test_what_the_service_says_about_a_key_is_read():
    assert KeyInfo("…", 5, 3.75, "monthly", 1.25, False, "2027-01-31T00:00:00Z", 993) == read_key_info(
        json.dumps({"data": FULL}).encode()
    )
    assert KeyInfo() == read_key_info(b'{"data":{"label":5,"limit":null,"usage":"x"}}')


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"data":null}'])
def test_an_answer_that_says_nothing_about_the_key_is_refused(body):
    with pytest.raises(NotTheProtocol):
        read_key_info(body)


@pytest.mark.parametrize(
    ("info", "sentence"),
    [
        (KeyInfo(), "The key works; it has no spending limit of its own."),
        (KeyInfo(usage_usd=0.0), "The key works; it has no spending limit of its own, and $0 has been spent."),
        (KeyInfo(limit_usd=5, limit_remaining_usd=-0.2), "The key works; $0 of its $5.00 limit is left."),
        (KeyInfo(usage_usd=1, is_free_tier=True, expires_at="2027-01-31T00:00:00Z"),
         "The key works; it has no spending limit of its own, $1.00 has been spent, the account has never bought "
         "credit, and it expires on 2027-01-31."),
    ],
)
def test_a_key_is_described_in_one_sentence(info, sentence):
    assert sentence == describe(info)
