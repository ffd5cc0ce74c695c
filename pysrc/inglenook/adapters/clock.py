"""Time, ids and tasks of the machine that this runs on."""

from __future__ import annotations

import asyncio
import secrets
import time
import traceback
import uuid
from collections.abc import Callable, Coroutine
from typing import Any


class SystemClock:
    """The real clock. `report` is told of every exception that a task or a timer ends with; else the console is."""

    def __init__(self, report: Callable[[BaseException], None] = traceback.print_exception) -> None:
        self._report = report
        self._tasks: set[asyncio.Future[None]] = set()
        self._new_uuid: Callable[[], uuid.UUID] = getattr(uuid, "uuid7", None) or Uuid7(self.now_ms)

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def new_id(self) -> str:
        return str(self._new_uuid())

    def random_bytes(self, count: int) -> bytes:
        return secrets.token_bytes(count)

    def later(self, after_ms: int, call: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(after_ms / 1000, self._guarded, call)

    def spawn(self, task: Coroutine[Any, Any, None]) -> None:
        # Up to its first wait at once: what it asks of the database is on its way while the page is drawn.
        future = asyncio.Task(task, loop=asyncio.get_running_loop(), eager_start=True)
        # The loop itself only keeps weak references to its tasks.
        self._tasks.add(future)
        future.add_done_callback(self._ended)

    def _ended(self, future: asyncio.Future[None]) -> None:
        self._tasks.discard(future)
        if not future.cancelled() and (error := future.exception()) is not None:
            self._report(error)

    def _guarded(self, call: Callable[[], None]) -> None:
        try:
            call()
        except Exception as error:  # noqa: BLE001 - whoever set the timer is gone; this is the last place that can tell
            self._report(error)


class Uuid7:
    """Ids that sort by time, RFC 9562 section 5.7, for Pythons before 3.14."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._last = (0, 0)

    def __call__(self) -> uuid.UUID:
        ms, counter = self._now_ms(), secrets.randbits(41)
        if ms <= self._last[0]:
            # Section 6.2, method 1: within a millisecond a counter of 42 bits goes on, and then borrows from time.
            ms, counter = self._last[0], self._last[1] + 1
            if counter >> 42:
                ms, counter = ms + 1, 0
        self._last = (ms, counter)
        high, low = counter >> 30, counter & ((1 << 30) - 1)
        bits = (ms & ((1 << 48) - 1)) << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low << 32 | secrets.randbits(32)
        return uuid.UUID(int=bits)
