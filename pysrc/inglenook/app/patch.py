"""Patches that are not regions: what only the page can do, named by intent."""

from __future__ import annotations

from typing import Any


def navigate(hash: str, replace: bool = False) -> dict[str, Any]:
    return {"op": "navigate", "hash": hash, "replace": replace}


def leave(url: str) -> dict[str, Any]:
    return {"op": "leave", "url": url}


def value(id: str, text: str, was: str | None = None) -> dict[str, Any]:
    """Set a control's text. `was`: what it held as far as we know; what was typed on top of that meanwhile stays."""
    return {"op": "value", "id": id, "value": text} | ({} if was is None else {"was": was})


def focus(id: str) -> dict[str, Any]:
    return {"op": "focus", "id": id}


def scroll_to_end() -> dict[str, Any]:
    """Show the end of the thread, and follow what arrives there."""
    return {"op": "scroll-to-end"}


def session(name: str, text: str | None) -> dict[str, Any]:
    """Keep a value for as long as this tab lives; None forgets it."""
    return {"op": "session", "name": f"inglenook:{name}", "value": text}


def announce(text: str) -> dict[str, Any]:
    return {"op": "announce", "text": text}
