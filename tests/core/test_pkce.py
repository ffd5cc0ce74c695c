"""Signing in, without a browser."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.core import pkce
from inglenook.core.errors import BadAddress, InglenookError, KeyRejected, NotTheProtocol
from inglenook.core.pkce import Callback

PENDING = pkce.begin(bytes(range(48)))


def test_a_sign_in_begins_with_a_verifier_of_43_characters_and_a_state():
    assert (len(PENDING.verifier), len(PENDING.state)) == (43, 22)
    assert PENDING.verifier[:20] not in repr(PENDING)


def test_too_little_randomness_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="48"):
        pkce.begin(b"short")


def test_the_browser_is_sent_with_the_challenge_and_never_with_the_verifier():
    url = pkce.auth_url("http://localhost:8000/?a=1&b=2", PENDING)
    assert PENDING.verifier not in url
    assert url.startswith("https://openrouter.ai/auth?")
    assert {
        "callback_url": ["http://localhost:8000/?a=1&b=2"],
        "code_challenge": [pkce.challenge(PENDING.verifier)],
        "code_challenge_method": ["S256"],
        "state": [PENDING.state],
    } == parse_qs(urlsplit(url).query)


@pytest.mark.parametrize("callback", ["http://inglenook.example/", "file:///index.html", "", "https://[x"])
def test_a_page_that_the_service_would_not_return_to_is_refused(callback):
    with pytest.raises(BadAddress):
        pkce.auth_url(callback, PENDING)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?code=abc&state=s", Callback("abc", "s")),
        ("code=a%20b", Callback("a b")),
        ("?error=access_denied", Callback(error="access_denied")),
        ("?code=1&code=2", Callback("1")),
        ("", Callback()),
        ("?" + "a=1&" * 100, Callback()),
    ],
)
def test_the_address_that_comes_back_is_read(query, expected):
    assert expected == pkce.callback_from(query)


@pytest.mark.parametrize(
    ("state", "ours"),
    [(PENDING.state, True), ("", True), ("x", False), (PENDING.state + "x", False), ("ü\ud800", False)]
)
def test_a_callback_of_another_sign_in_is_not_ours(state, ours):
    assert ours is pkce.is_ours(Callback("c", state), PENDING)


def test_the_code_is_exchanged_with_the_verifier():
    assert pkce.exchange_body("c", "v") == {"code": "c", "code_verifier": "v", "code_challenge_method": "S256"}


def test_the_key_is_read_from_the_exchange():
    assert pkce.read_key(b'{"key":"sk-or-v1-abcdef","user_id":"user_1"}') == "sk-or-v1-abcdef"


@pytest.mark.parametrize(
    ("body", "error"),
    [(b"{}", KeyRejected), (b'{"key":5}', KeyRejected), (b'{"key":"a b c d e f"}', KeyRejected),
     (b"<html>", NotTheProtocol)],
)
def test_an_exchange_without_a_key_is_an_error(body, error):
    with pytest.raises(error):
        pkce.read_key(body)


def test_a_pending_sign_in_outlives_the_way_to_the_service():
    assert pkce.load(pkce.dump(PENDING)) == PENDING


@pytest.mark.parametrize("stored", [None, "", "{", "{}", "[]", '{"verifier":"short","state":"s"}'])
def test_a_damaged_pending_sign_in_is_none(stored):
    assert pkce.load(stored) is None


@given(st.text(st.characters()), st.binary())
def test_any_query_and_any_body_raise_only_errors_of_ours(query, body):
    pkce.is_ours(pkce.callback_from(query), PENDING)
    try:
        pkce.read_key(body)
    except InglenookError:
        return
