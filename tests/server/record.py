"""What the server saw, and waiting for it to see something: states are waited for, never time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen:
    """One request. `status` is None until answered; `closed_early`: the client left; `severed`: the server cut."""

    number: int
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    status: int | None = None
    sent_bytes: int = 0
    done: bool = False
    closed_early: bool = False
    severed: bool = False


class Record:
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._seen: list[Seen] = []

    def all(self) -> tuple[Seen, ...]:
        with self._changed:
            return tuple(self._seen)

    def add(self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> int:
        """Note a request and return its number."""
        with self._changed:
            self._seen.append(Seen(len(self._seen), method, path, query, headers, body))
            self._changed.notify_all()
            return len(self._seen) - 1

    def update(self, number: int, **changes: Any) -> None:
        with self._changed:
            self._seen[number] = replace(self._seen[number], **changes)
            self._changed.notify_all()

    def wait_for(self, predicate: Callable[[tuple[Seen, ...]], T], timeout_s: float) -> T:
        """What `predicate` says of all requests once it says something true. Raises TimeoutError."""
        with self._changed:
            found = self._changed.wait_for(lambda: predicate(tuple(self._seen)), timeout_s)
        if not found:
            raise TimeoutError(f"not seen within {timeout_s} s")
        return found
