"""Signing in at OpenRouter without a secret: Proof Key for Code Exchange (RFC 7636), S256 only.

This file makes and reads the values that travel. It has no randomness of its
own; it never navigates and never asks a server.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from inglenook.core import wire
from inglenook.core.address import OPENROUTER_AUTH, is_loopback
from inglenook.core.errors import BadAddress, KeyRejected, NotTheProtocol

RANDOM_BYTES = 48

_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that has begun; both members are secret until it ends."""

    verifier: str = field(repr=False)
    state: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Callback:
    """What came back in the address: a code, or the reason why there is none."""

    code: str = field(default="", repr=False)
    state: str = ""
    error: str = ""


def begin(random_bytes: bytes) -> Pending:
    """Start a sign-in from at least 48 bytes of a cryptographic source."""
    if len(random_bytes) < RANDOM_BYTES:
        raise ValueError(f"{RANDOM_BYTES} random bytes are needed")
    return Pending(_base64url(random_bytes[:32]), _base64url(random_bytes[32:RANDOM_BYTES]))


def challenge(verifier: str) -> str:
    """The S256 challenge of a verifier, with the example of RFC 7636, appendix B:

    >>> challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    return _base64url(hashlib.sha256(verifier.encode("ascii")).digest())


def auth_url(callback: str, pending: Pending) -> str:
    """Where to send the browser. `callback` is https, or http on this device.

    Raises:
        BadAddress: a callback that the service would refuse.
    """
    try:
        parts = urlsplit(callback)
        allowed = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    except ValueError:
        allowed = False
    if not allowed:
        raise BadAddress("Signing in works only from an https page or from this device.",
                         advice="Enter a key instead.")
    query = {
        "callback_url": callback,
        "code_challenge": challenge(pending.verifier),
        "code_challenge_method": "S256",
        "state": pending.state,
    }
    return f"{OPENROUTER_AUTH}?{urlencode(query)}"


def callback_from(query: str) -> Callback:
    """Read the query of the page's address.

    >>> callback_from("?error=access_denied").error
    'access_denied'
    """
    try:
        members = parse_qs(query.removeprefix("?"), max_num_fields=50)
    except ValueError:
        return Callback()
    code, state, error = (wire.text(members.get(name, [""])[0], 2000) for name in ("code", "state", "error"))
    return Callback(code, state, error[:200])


def is_ours(callback: Callback, pending: Pending) -> bool:
    """Whether a callback belongs to the sign-in that is pending; compared in constant time.

    The service does not hand the state back on every path. Without it, the
    verifier alone protects: a foreign code cannot be exchanged with it.
    """
    if not callback.state:
        return True
    return hmac.compare_digest(callback.state.encode("utf-8", "replace"), pending.state.encode("ascii"))


def exchange_body(code: str, verifier: str) -> dict[str, str]:
    """What `POST /auth/keys` takes, without any Authorization."""
    return {"code": code, "code_verifier": verifier, "code_challenge_method": "S256"}


def read_key(body: bytes) -> str:
    """The key in the answer of the exchange. The account id beside it is not kept.

    Raises:
        NotTheProtocol: the answer is no JSON.
        KeyRejected: the answer holds no usable key.
    """
    key = wire.record(wire.read_json(body)).get("key")
    if not isinstance(key, str) or not re.fullmatch(r"[\x21-\x7e]{8,4096}", key):
        raise KeyRejected("The sign-in gave no key.", advice="Sign in again, or enter a key.")
    return key


def dump(pending: Pending) -> str:
    """The pending sign-in, for the session's storage while the browser is away."""
    return wire.canonical({"state": pending.state, "verifier": pending.verifier})


def load(stored: str | None) -> Pending | None:
    """A pending sign-in as stored, or None if there is none."""
    try:
        row = wire.record(wire.read_json(stored or "null"))
    except NotTheProtocol:
        return None
    verifier, state = wire.text(row.get("verifier")), wire.text(row.get("state"))
    return Pending(verifier, state) if _UNRESERVED.fullmatch(verifier) and state.isascii() and state else None


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
