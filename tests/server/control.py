"""The control channel for other processes: `POST` and `DELETE /__faults`, `GET /__requests`."""

from __future__ import annotations

import json
from typing import Any

from .faults import Faults, read_fault
from .record import Record, Seen


def control(faults: Faults, record: Record, method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
    """Status and answer of a control request."""
    if method == "OPTIONS":
        return 200, {}
    if (method, path) == ("GET", "/__requests"):
        return 200, {"requests": [_row(seen) for seen in record.all()]}
    if (method, path) == ("DELETE", "/__faults"):
        faults.clear()
        return 200, {}
    if (method, path) != ("POST", "/__faults"):
        return 404, {}
    try:
        asked = json.loads(body)
        faults.next(asked["path"], read_fault(asked["fault"]), int(asked.get("times", 1)))
    except (ValueError, KeyError, TypeError) as error:
        return 400, {"error": str(error)}
    return 200, {}


def _row(seen: Seen) -> dict[str, Any]:
    return {
        "method": seen.method,
        "path": seen.path,
        "query": dict(seen.query),
        "headers": dict(seen.headers),
        "body": seen.body.decode("utf-8", "replace"),
        "status": seen.status,
        "done": seen.done,
        "closed_early": seen.closed_early,
        "severed": seen.severed,
        "sent_bytes": seen.sent_bytes,
    }
