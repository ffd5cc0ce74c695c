"""What an update may know of the world: the time, fresh ids and randomness, handed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Env:
    now_ms: int
    new_id: Callable[[], str]
    random_bytes: Callable[[int], bytes]
