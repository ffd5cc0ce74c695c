"""The page at the other end of the worker: events come in, patches go out.

Both cross as one JSON text each. This file never learns what an event means or a patch does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any


class HostPage:
    """Posts to whoever started this worker: the page, or for a job the first worker."""

    def __init__(self, js_host: Any) -> None:
        self._js_page = js_host.page

    def listen(self, heard: Callable[[dict[str, Any]], None]) -> None:
        """Hear every event, also those that came before; files in it are dicts with a handle."""
        self._js_page.listen(lambda text: heard(json.loads(text)))

    def post(self, patches: list[dict[str, Any]], blobs: Mapping[str, str] | None = None) -> None:
        """Have patches applied; `blobs` maps the names used in them to handles, which are given away."""
        self.send({"patches": patches}, blobs)

    def send(self, message: dict[str, Any], blobs: Mapping[str, str] | None = None) -> None:
        """Post any message."""
        if blobs:
            message = {**message, "blobs": dict(blobs)}
        self._js_page.post(json.dumps(message, ensure_ascii=False))
