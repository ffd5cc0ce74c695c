"""Why an address cannot be reached, as far as a browser lets a page know.

fetch gives no reason, so this works from facts around it: see `Facts` in
web/worker/types.d.ts. It never asks anything itself.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from inglenook.core.address import is_loopback
from inglenook.core.errors import OutOfReach, Unreachable


def explain(url: str, facts: dict[str, Any], detail: str = "") -> Unreachable:
    """
    An error whose advice fits the most likely cause.

    >>> explain("https://llm.example/v1", {"online": False}).message
    'This device is offline.'
    """
    parts = urlsplit(url)
    host, here = parts.netloc, facts.get("origin") or ""
    local = is_loopback(parts.hostname or "")
    address = f"{parts.scheme}://{host}"
    if facts.get("refused"):
        return OutOfReach(
            f"This build of Inglenook may not connect to {host}.",
            advice=f"Build one that may: python3 build.py build --connect {address}",
            detail=detail,
        )
    if facts.get("online") is False and not local:
        return Unreachable("This device is offline.", advice="Connect it to the network, then retry.", detail=detail)
    if here.startswith("https:") and parts.scheme == "http" and not local:
        return Unreachable(
            f"A page that came over https may not ask {host} over plain http.",
            advice="Use an https address, or a tunnel that ends on this device.",
            detail=detail,
        )
    if local:
        return _local(host, here, facts.get("answers"), detail)
    if facts.get("answers"):
        return Unreachable(
            f"{host} answers, but does not let this page read what it says.",
            advice=f"Check the address. The server must allow the origin {here} (CORS) and must not redirect.",
            detail=detail,
        )
    return Unreachable(f"{host} cannot be reached.", detail=detail)


def _local(host: str, here: str, answers: bool | None, detail: str) -> Unreachable:
    allow = f"allow this page's origin (CORS); for Ollama, start it with OLLAMA_ORIGINS={here}"
    if answers:
        return Unreachable(
            f"A server runs at {host}, but it does not let this page in.",
            advice=f"{allow[0].upper()}{allow[1:]}.",
            detail=detail,
        )
    return Unreachable(
        f"Nothing answers at {host}.",
        advice=f"Start the server and check the port. It must also {allow}. "
        "If the browser asks whether this page may reach your local network, allow it.",
        detail=detail,
    )
