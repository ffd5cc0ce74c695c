"""The CORS headers of the real API, as measured; nothing here adapts to what a page asks for."""

from __future__ import annotations

ALLOWED = (
    "Authorization, User-Agent, X-Api-Key, X-CSRF-Token, X-Requested-With, Accept, Accept-Version, Content-Length, "
    "Content-MD5, Content-Type, Date, X-Api-Version, HTTP-Referer, X-Windowai-Title, X-Openrouter-Title, X-Title, "
    "X-Openrouter-Categories, X-Openrouter-App-Visibility, X-Session-Id, X-Stainless-Lang, "
    "X-Stainless-Package-Version, X-Stainless-OS, X-Stainless-Arch, X-Stainless-Runtime, "
    "X-Stainless-Runtime-Version, X-Stainless-Retry-Count, X-Stainless-Timeout, X-Stainless-Async, "
    "X-Stainless-Helper-Method, X-Stainless-Poll-Helper, X-Stainless-Custom-Poll-Interval, Protection-Key, "
    "Idempotency-Key, traceparent, tracestate, b3"
)

PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, OPTIONS, PATCH, DELETE, POST, PUT",
    "Access-Control-Allow-Headers": ALLOWED,
    "Access-Control-Expose-Headers": "X-Generation-Id, X-Provider-Name, request-id, cf-ray",
}

ANSWER = {name: PREFLIGHT[name] for name in ("Access-Control-Allow-Origin", "Access-Control-Expose-Headers")}


def grants(asked: str) -> bool:
    """Whether a browser would let a page send the headers of `Access-Control-Request-Headers`."""
    allowed = {name.strip().casefold() for name in ALLOWED.split(",")}
    return all(name.strip().casefold() in allowed for name in asked.split(",") if name.strip())
