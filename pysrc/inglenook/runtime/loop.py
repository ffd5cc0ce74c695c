"""The loop: message → update → effects → patches.

Messages are handled one after another, and the page hears once about each
burst of them. Text that arrives is joined for a frame or two before it becomes
a message: at 200 tokens a second that is a tenth of the work.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from inglenook.app.effects import Patch, Schedule
from inglenook.app.env import Env
from inglenook.app.messages import Delta, Failed, decode
from inglenook.app.state import State
from inglenook.app.update import update
from inglenook.core.errors import InglenookError
from inglenook.ports import Clock, Page

JOIN_MS = 33

Perform = Callable[[Any], Awaitable[None] | None]


class Runtime:
    """One room. `performers` says for each type of effect who does it."""

    def __init__(
        self, state: State, clock: Clock, page: Page, views: Any, report: Callable[[BaseException], None]
    ) -> None:
        self.state = state
        self.performers: dict[type, Perform] = {Patch: self._patch, Schedule: self._schedule}
        self._clock = clock
        self._page = page
        self._views = views
        self._report = report
        self._queue: deque[Any] = deque()
        self._running = False
        self._deltas: dict[str, list[list[str]]] = {}
        self._patches: list[dict[str, Any]] = []

    def receive(self, event: dict[str, Any]) -> None:
        """Take an event of the page."""
        try:
            message = decode(event)
        except InglenookError as error:
            message = Failed(error)
        self.dispatch(message)

    def dispatch(self, message: Any) -> None:
        """Take a message; everything that follows from it at once is done when this returns."""
        if isinstance(message, Delta):
            self._join(message)
            return
        if self._deltas:
            self._flush()
        self._queue.append(message)
        self._run()

    def run(self, task: Awaitable[None]) -> None:
        """Let a task go on by itself; what goes wrong in it becomes a message."""
        self._clock.spawn(self._guard(task))

    def _run(self) -> None:
        if self._running:
            return
        self._running = True
        try:
            while self._queue:
                self._handle(self._queue.popleft())
        finally:
            self._running = False
        self._draw()

    def _handle(self, message: Any) -> None:
        env = Env(self._clock.now_ms(), self._clock.new_id, self._clock.random_bytes)
        try:
            self.state, effects = update(self.state, message, env)
        except Exception as error:
            if isinstance(message, Failed):
                raise
            self._queue.append(Failed(self._fault(error)))
            return
        for effect in effects:
            self._perform(effect)

    def _perform(self, effect: Any) -> None:
        try:
            task = self.performers[type(effect)](effect)
        except Exception as error:  # noqa: BLE001 - said to the user and to the console
            self._queue.append(Failed(self._fault(error)))
            return
        if task is not None:
            self.run(task)

    async def _guard(self, task: Awaitable[None]) -> None:
        try:
            await task
        except Exception as error:  # noqa: BLE001 - said to the user and to the console
            self.dispatch(Failed(self._fault(error)))

    def _fault(self, error: Exception) -> InglenookError:
        if isinstance(error, InglenookError):
            return error
        self._report(error)
        return InglenookError(
            "Something in Inglenook itself went wrong.",
            advice="What is stored is safe. Reload the page; if it happens again, please report it.",
            detail=f"{type(error).__name__}: {error}",
        )

    def _draw(self) -> None:
        patches = self._views.patches(self.state)
        patches += self._patches
        self._patches = []
        if patches:
            self._page.post(patches)

    def _patch(self, effect: Patch) -> None:
        self._patches.append(effect.patch)

    def _schedule(self, effect: Schedule) -> None:
        self._clock.later(effect.after_ms, lambda: self.dispatch(effect.message))

    def _join(self, delta: Delta) -> None:
        if not self._deltas:
            self._clock.later(JOIN_MS, self._flush_and_run)
        text, reasoning = self._deltas.setdefault(delta.answer_id, [[], []])
        text.append(delta.text)
        reasoning.append(delta.reasoning)

    def _flush(self) -> None:
        deltas, self._deltas = self._deltas, {}
        for id, (text, reasoning) in deltas.items():
            self._queue.append(Delta(id, "".join(text), "".join(reasoning)))

    def _flush_and_run(self) -> None:
        self._flush()
        if self._queue:
            self._run()
