"""A worker for long work, seen from the one that asks. What a job does is decided in `inglenook.jobs`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from inglenook.adapters.files import handle_of


class HostJobs:
    """Jobs in a nested worker. A new one ends the one before; cancelling terminates the worker at once."""

    def __init__(self, js_host: Any) -> None:
        self._js_jobs = js_host.jobs

    def start(self, request: dict[str, Any], files: list[Any], heard: Callable[[dict[str, Any]], None]) -> None:
        """Start the worker; one that cannot start reports {"failed": {"message", "detail"}}."""
        text, handles = json.dumps(request, ensure_ascii=False), [handle_of(file) for file in files]
        self._js_jobs.start(text, handles, lambda report: heard(json.loads(report)))

    def tell(self, request: dict[str, Any]) -> None:
        self._js_jobs.tell(json.dumps(request, ensure_ascii=False))

    def cancel(self) -> None:
        self._js_jobs.cancel()

    def cores(self) -> int:
        return int(self._js_jobs.cores())

    def prepare(self, *, more: bool = False) -> None:
        self._js_jobs.prepare(more)

    def release(self) -> None:
        self._js_jobs.release()
