"""A page, tabs, jobs, files and a clock that do nothing by themselves."""

from __future__ import annotations

import asyncio
import heapq
import io
import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, BinaryIO

from inglenook.core.errors import BadFile


class MemoryPage:
    """A Page that keeps what it is told; `say` is what a user would do."""

    def __init__(self) -> None:
        self.patches: list[dict[str, Any]] = []
        self.blobs: dict[str, str] = {}
        self._heard: Callable[[dict[str, Any]], None] = lambda event: None

    def listen(self, heard: Callable[[dict[str, Any]], None]) -> None:
        self._heard = heard

    def say(self, event: dict[str, Any]) -> None:
        self._heard(json.loads(json.dumps(event)))

    def post(self, patches: list[dict[str, Any]], blobs: Mapping[str, str] | None = None) -> None:
        self.patches += json.loads(json.dumps(patches))
        self.blobs |= blobs or {}


class MemoryTabs:
    """A tab; those made with the same `room` hear each other."""

    def __init__(self, room: list[MemoryTabs] | None = None) -> None:
        self._room = [] if room is None else room
        self._room.append(self)
        self._held: set[str] = set()
        self._heard: Callable[[tuple[str, ...]], None] = lambda ids: None

    def tell(self, conversation_ids: tuple[str, ...]) -> None:
        for tab in self._room:
            if tab is not self:
                tab._heard(tuple(conversation_ids))

    def listen(self, heard: Callable[[tuple[str, ...]], None]) -> None:
        self._heard = heard

    def hold(self, name: str) -> Callable[[], None]:
        self._held.add(name)
        return lambda: self._held.discard(name)

    async def held(self) -> set[str]:
        return set().union(*(tab._held for tab in self._room))


class MemoryJobs:
    """Jobs that are only noted; `report` says what the second worker would."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.files: list[Any] = []
        self.running = False
        self.prepared = False
        self._heard: Callable[[dict[str, Any]], None] = lambda report: None

    def start(self, request: dict[str, Any], files: list[Any], heard: Callable[[dict[str, Any]], None]) -> None:
        self.requests, self.files, self.running, self._heard = [request], list(files), True, heard
        self.prepared = False

    def tell(self, request: dict[str, Any]) -> None:
        if self.running:
            self.requests.append(request)

    def cancel(self) -> None:
        self.running = False

    def cores(self) -> int:
        return 1

    def prepare(self, *, more: bool = False) -> None:
        self.prepared = True

    def release(self) -> None:
        self.prepared = False

    def report(self, report: dict[str, Any]) -> None:
        if self.running:
            self._heard(report)


class MemoryFiles:
    """Files and Writers; `contents` maps handles to bytes."""

    def __init__(self, contents: Mapping[str, bytes] | None = None) -> None:
        self.contents = dict(contents or {})

    def open(self, file: Any) -> BinaryIO:
        handle = file["handle"] if isinstance(file, dict) else file
        if handle not in self.contents:
            raise BadFile("The file is no longer there.", advice="Choose it again.")
        return io.BytesIO(self.contents[handle])

    def forget(self, file: Any) -> None:
        self.contents.pop(file["handle"] if isinstance(file, dict) else file, None)

    def create(self) -> BinaryIO:
        return io.BytesIO()

    def finish(self, out: BinaryIO, media_type: str) -> str:
        handle = f"w{len(self.contents) + 1}"
        self.contents[handle] = out.getvalue()
        return handle


class ManualClock:
    """A Clock that stands still until it is told to `advance`."""

    def __init__(self, now_ms: int = 1_700_000_000_000) -> None:
        self._now_ms = now_ms
        self._made = 0
        self._timers: list[tuple[int, int, Callable[[], None]]] = []
        self._tasks: set[asyncio.Future[None]] = set()

    def now_ms(self) -> int:
        return self._now_ms

    def new_id(self) -> str:
        self._made += 1
        return f"00000000-0000-7000-8000-{self._made:012d}"

    def random_bytes(self, count: int) -> bytes:
        self._made += 1
        return self._made.to_bytes(8, "big").rjust(count, b"\0")[-count:]

    def later(self, after_ms: int, call: Callable[[], None]) -> None:
        self._made += 1
        heapq.heappush(self._timers, (self._now_ms + after_ms, self._made, call))

    def advance(self, ms: int) -> None:
        """Let time pass; timers that become due are called in their order."""
        end = self._now_ms + ms
        while self._timers and self._timers[0][0] <= end:
            self._now_ms, _, call = heapq.heappop(self._timers)
            call()
        self._now_ms = end

    def spawn(self, task: Coroutine[Any, Any, None]) -> None:
        self._tasks.add(asyncio.Task(task, loop=asyncio.get_running_loop(), eager_start=True))

    async def settle(self) -> None:
        """Wait for everything that was spawned; raises what a task raised."""
        while self._tasks:
            await self._tasks.pop()
