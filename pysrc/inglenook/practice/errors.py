"""Every refusal as a status and a body, in both envelopes of the API.

This file knows wording and shapes; it never learns why somebody was refused.
No body quotes a prompt or a key.
"""

from __future__ import annotations

from typing import Any

from inglenook.core.errors import TheirError

from .wire import Json, Response, dump_json, json_response

PRIVACY_PAGE = "https://openrouter.ai/settings/privacy"
CREDITS_PAGE = "https://openrouter.ai/settings/credits"
DOCS_PAGE = "https://openrouter.ai/docs/api_reference/errors-and-debugging"


class Refusal(TheirError):
    """The practice router says no; `body` is what goes on the wire."""

    def __init__(self, status: int, body: Json, headers: dict[str, str] | None = None) -> None:
        detail = body["error"].get("message", "")
        super().__init__(f"The practice router answered {status}.", advice="", detail=detail, code=status)
        self.status = status
        self.body = body
        self.headers = headers or {}

    def response(self) -> Response:
        return json_response(self.body, self.status, self.headers)


def refusal(status: int, message: str, *, metadata: Json | None = None, availability: Json | None = None) -> Refusal:
    """The main envelope; a waiting time in the metadata is repeated in the (invisible) header."""
    error: Json = {"code": status, "message": message}
    if metadata is not None:
        error["metadata"] = metadata
    if availability is not None:
        error["availability"] = availability
    headers = (metadata or {}).get("headers", {})
    return Refusal(status, {"error": error}, dict(headers))


def zod(path: list[Any], message: str, code: str = "invalid_type") -> Refusal:
    """The second envelope, used where a route checks its input before anything else."""
    issues = dump_json([{"code": code, "path": path, "message": message}]).decode()
    return Refusal(400, {"success": False, "error": {"name": "ZodError", "message": issues}})


def bad_field(message: str, error_type: str = "invalid_request") -> Refusal:
    return refusal(400, message, metadata={"error_type": error_type})


def availability(code: str, model: str, *, excluded_by: list[str] | None = None, retryable: bool = False) -> Json:
    """The documented twin of the live metadata; both are sent, so that a client needs neither."""
    return {
        "code": code,
        "retryable": retryable,
        "requested_models": [model],
        "excluded_by": excluded_by or [],
        "fallback_models": [],
        "docs_url": DOCS_PAGE,
    }


def rate_limited(message: str, wait_s: int, limit_source: str) -> Refusal:
    """429 of the router's own caps."""
    return refusal(429, message, metadata=waiting(wait_s, limit_source, error_type="rate_limit_exceeded"))


def provider_failed(provider: str, status: int = 502, raw: str = "upstream is out of order") -> Refusal:
    """A failure that a provider caused; the top message says no more than that."""
    kinds = {408: "timeout", 429: "rate_limit_exceeded", 504: "timeout", 524: "timeout", 529: "provider_overloaded"}
    metadata = {
        "error_type": kinds.get(status, "provider_unavailable"),
        "provider_name": provider,
        "raw": raw,
        "is_byok": False,
        "previous_errors": [],
    }
    return refusal(status, "Provider returned error", metadata=metadata)


def waiting(wait_s: int, limit_source: str, **more: Any) -> Json:
    return {
        **more,
        "limit_source": limit_source,
        "retry_after_seconds": wait_s,
        "headers": {"Retry-After": str(wait_s)},
    }


def no_key() -> Refusal:
    return refusal(401, "No cookie auth credentials found")


def unknown_key() -> Refusal:
    return refusal(401, "User not found.")


def no_credit() -> Refusal:
    metadata = {"error_type": "payment_required", "limit_source": "openrouter_credits", "remedy_hint": "Add credits."}
    return refusal(402, f"Insufficient credits. Add more using {CREDITS_PAGE}", metadata=metadata)


def key_limit() -> Refusal:
    metadata = {
        "error_type": "payment_required",
        "limit_source": "openrouter_key_limit",
        "remedy_hint": "Raise the limit of the key.",
    }
    return refusal(402, "This key has reached its spending limit.", metadata=metadata)


def in_flight_budget(reason: str = "in_flight_budget_exhausted") -> Refusal:
    metadata = {
        "error_type": "payment_required",
        "limit_source": "openrouter_in_flight_budget",
        "reason": reason,
        "remedy_hint": "Wait or add credits.",
        "headers": {"Retry-After": "5"},
    }
    return refusal(402, "Too many running requests for the credit left.", metadata=metadata)
