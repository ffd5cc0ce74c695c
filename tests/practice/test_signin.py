"""The proof key for code exchange, step by step and with every misstep."""

import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.practice import Request, parse_request
from inglenook.practice.signin import challenge_of

from tests.practice.desk import Desk

VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123"
CALLBACK = "http://localhost:8080/?keep=1"


def granted(desk, **query):
    fields = {"callback_url": CALLBACK, "code_challenge": challenge_of(VERIFIER), "code_challenge_method": "S256"}
    response = desk.router.handle(parse_request("GET", "/auth?" + urlencode(fields | {"state": "s 1"} | query), {}))
    assert response.status == 302
    parts = urlsplit(response.headers["Location"])
    return parts, {name: values[0] for name, values in parse_qs(parts.query).items()}


def exchange(desk, **body):
    fields = {"code_verifier": VERIFIER, "code_challenge_method": "S256"}
    return desk.post("/auth/keys", {k: v for k, v in (fields | body).items() if v is not None}, {})


def test_a_challenge_is_the_example_of_the_rfc():
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_page_returns_with_a_code_and_the_same_state(desk):
    parts, query = granted(desk)
    assert (parts.netloc, query["keep"], query["state"]) == ("localhost:8080", "1", "s 1")
    assert query["code"]


def test_a_code_and_its_verifier_give_a_key_that_works(desk):
    _, query = granted(desk, key_label="my room")
    status, body = exchange(desk, code=query["code"])
    assert (status, sorted(body)) == (200, ["key", "user_id"])
    shown = desk.get("/key", {"Authorization": f"Bearer {body['key']}"})[1]["data"]
    assert shown["label"] == "my room"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"code_verifier": "another"}, 403),
        ({"code_verifier": None}, 403),
        ({"code_verifier": 3}, 403),
        ({"code_challenge_method": "plain"}, 403),
        ({"code_challenge_method": "S512"}, 400),
        ({"code": "bogus"}, 400),
    ],
)
def test_a_wrong_proof_gives_no_key(desk, change, status):
    _, query = granted(desk)
    found, body = exchange(desk, **({"code": query["code"]} | change))
    assert (found, body["error"]["code"]) == (status, status)


def test_a_code_works_once(desk):
    _, query = granted(desk)
    assert exchange(desk, code=query["code"])[0] == 200
    assert exchange(desk, code=query["code"]) == (400, {"error": {"code": 400, "message": "Invalid code"}})


def test_a_failed_attempt_ends_the_code(desk):
    _, query = granted(desk)
    assert exchange(desk, code=query["code"], code_verifier="wrong")[0] == 403
    assert exchange(desk, code=query["code"])[0] == 400


def test_a_code_lives_ten_minutes(desk):
    _, early = granted(desk)
    _, late = granted(desk)
    desk.now_ms += 600_000
    assert exchange(desk, code=early["code"])[0] == 200
    desk.now_ms += 1
    assert exchange(desk, code=late["code"]) == (403, {"error": {"code": 403, "message": "Expired code"}})


def test_an_empty_body_is_the_second_envelope(desk):
    for body in (b"", b"{}", b"[]"):
        status, answer = desk.post("/auth/keys", body, {})
        assert (status, answer["success"], answer["error"]["name"]) == (400, False, "ZodError")
        assert json.loads(answer["error"]["message"])[0]["path"] == ["code"]


def test_plain_and_absent_challenges_work(desk):
    _, query = granted(desk, code_challenge=VERIFIER, code_challenge_method="plain")
    assert exchange(desk, code=query["code"], code_challenge_method="plain")[0] == 200
    _, query = granted(desk, code_challenge="", code_challenge_method="")
    assert exchange(desk, code=query["code"], code_verifier=None, code_challenge_method=None)[0] == 200


@pytest.mark.parametrize(
    "query",
    ["callback_url=http://example.com", "callback_url=javascript:alert(1)", "code_challenge_method=S512", "", "callback_url=https://["],
)  # fmt: skip
def test_the_page_refuses_what_it_must(desk, query):
    assert desk.router.handle(parse_request("GET", f"/auth?{query}", {})).status == 400


def test_without_a_callback_the_code_is_shown(desk):
    response = desk.router.handle(parse_request("GET", "/auth?code_challenge=x", {}))
    page = b"".join(chunk.data for chunk in response.chunks).decode()
    assert response.status == 200
    assert "<code>" in page


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_only_the_same_verifier_proves(verifier, other):
    desk = Desk()
    for attempt in (verifier, other):
        query = {"callback_url": CALLBACK, "code_challenge": challenge_of(verifier)}
        response = desk.router.handle(Request("GET", "/auth", query))
        code = parse_qs(urlsplit(response.headers["Location"]).query)["code"][0]
        status, _ = exchange(desk, code=code, code_verifier=attempt)
        same = challenge_of(attempt) == challenge_of(verifier)
        assert status == (200 if same else 403)
