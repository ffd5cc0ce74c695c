"""Signing in with a proof key for code exchange (RFC 7636): the page that grants a code, and the exchange for a key.

This file knows codes and proofs. A code works once, for ten minutes, and only
with the verifier whose challenge it was asked with; one failed attempt ends it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .account import Key, key_digest, key_label
from .errors import refusal, zod
from .state import Grant, State
from .wire import Request, Response, json_response, page_response, read_json, redirect_response

CODE_LIFETIME_MS = 600_000
METHODS = ("S256", "plain")
LABEL_CHARACTERS = 100
LOOPBACK = ("localhost", "127.0.0.1")


def authorize(state: State, request: Request) -> Response:
    """The sign-in page. The pretend owner agrees at once: back to `callback_url` with `code` and `state`.

    Without a `callback_url` (headless) the code is shown on the page, and a challenge is compulsory.
    """
    query = request.query
    challenge = query.get("code_challenge", "")
    method = query.get("code_challenge_method") or ("S256" if challenge else "plain")
    callback = query.get("callback_url", "")
    if method not in METHODS:
        return _page("The challenge method must be S256 or plain.", 400)
    if callback and not _may_return_to(callback):
        return _page("The callback address must use https, or http on this machine.", 400)
    if not callback and not challenge:
        return _page("Without a callback address a code challenge is needed.", 400)
    code = state.new_id()
    state.grants[code] = Grant(state.now(), challenge, method, query.get("key_label", "")[:LABEL_CHARACTERS])
    if not callback:
        return _page(f"Your code: <code>{escape(code)}</code>", 200)
    returned = {"code": code} | ({"state": query["state"]} if "state" in query else {})
    parts = urlsplit(callback)
    return redirect_response(urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query), *returned.items()]))))


def exchange(state: State, request: Request) -> Response:
    """`POST /auth/keys`: a code and its verifier for a key. Raises `Refusal` (400 and 403, or the Zod shape)."""
    body = read_json(request.body)
    if not isinstance(body, dict) or not isinstance(body.get("code"), str):
        raise zod(["code"], "Invalid input: expected string, received undefined")
    method = body.get("code_challenge_method")
    if method is not None and method not in METHODS:
        raise refusal(400, "Invalid code_challenge_method")
    grant = state.grants.pop(body["code"], None)
    if grant is None:
        raise refusal(400, "Invalid code")
    if state.now() - grant.created_ms > CODE_LIFETIME_MS:
        raise refusal(403, "Expired code")
    verifier = body.get("code_verifier")
    if grant.challenge and not _proves(verifier, method or "plain", grant):
        raise refusal(403, "Invalid code or code_verifier")
    secret = f"sk-or-v1-practice-{state.new_id()}"
    state.keys[key_digest(secret)] = Key(grant.label or key_label(secret))
    return json_response({"key": secret, "user_id": state.account.user_id})


def challenge_of(verifier: str, method: str = "S256") -> str:
    """The challenge that belongs to a verifier (RFC 7636, section 4.2)."""
    if method == "plain":
        return verifier
    digest = hashlib.sha256(verifier.encode("utf-8", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _proves(verifier: object, method: str, grant: Grant) -> bool:
    if not isinstance(verifier, str) or method != grant.method:
        return False
    made = challenge_of(verifier, grant.method).encode("utf-8", "replace")
    return hmac.compare_digest(made, grant.challenge.encode("utf-8", "replace"))


def _may_return_to(callback: str) -> bool:
    try:
        parts = urlsplit(callback)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))


def _page(said: str, status: int) -> Response:
    return page_response(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Practice sign-in</title><p>{said}</p></html>',
        status,
    )
