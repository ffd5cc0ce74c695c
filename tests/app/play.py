"""Plays messages through `update`, as the runtime would, with a clock and ids that a test can read."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from inglenook.app.effects import Save
from inglenook.app.env import Env
from inglenook.app.messages import Connected, KnownLoaded, RoutesLoaded, Saved
from inglenook.app.state import State
from inglenook.app.update import update
from inglenook.core.catalogue import Model
from inglenook.core.connection import Connection
from inglenook.core.model import Policy
from inglenook.core.providers import FEED, Endpoint, Known, Provider

PRACTICE = Connection("practice", "practice", label="Practice room", model="practice/hearth-1")
MODELS = (Model("practice/hearth-1"), Model("practice/other"))
# One provider that neither trains nor keeps, and one that does both.
KNOWN = Known(
    {
        "alder": Provider("alder", "Alder", datacenters=("US",), policy=Policy(False, False, 0, False, FEED, 1)),
        "fir": Provider("fir", "Fir", datacenters=("DE",), policy=Policy(True, True, 90, False, FEED, 1)),
    },
    fetched_ms=1,
    feed_ms=1,
)
BOTH = ("alder", "fir")


class Game:
    """A state, the effects so far, and a clock that moves one millisecond with each message."""

    def __init__(self, state: State | None = None, now_ms: int = 1_790_000_000_000) -> None:
        self.state = state or State(started=True)
        self.now_ms = now_ms
        self.asked: list[Any] = []
        self._ids = count(1)
        self.saves = True

    def play(self, *messages: Any) -> list[Any]:
        """Handle messages; saves succeed at once unless `saves` is off. Answers the effects of the last one."""
        effects: list[Any] = []
        for message in messages:
            self.now_ms += 1
            env = Env(self.now_ms, lambda: f"id-{next(self._ids):04}", lambda n: bytes(range(n)))
            self.state, effects = update(self.state, message, env)
            self.asked += effects
            for effect in effects:
                if self.saves and isinstance(effect, Save):
                    id = effect.conversation.id
                    self.play(Saved(id, effect.conversation, effect.revision + 1))
        return effects

    def wait(self, ms: int) -> None:
        self.now_ms += ms

    def all_of(self, kind: type) -> list[Any]:
        return [effect for effect in self.asked if isinstance(effect, kind)]


def routes(model: str, *slugs: str, at_ms: int = 1) -> RoutesLoaded:
    """Who serves a model of the practice connection."""
    rows = tuple(Endpoint(slug, slug.title(), model, 0.5, 1.5) for slug in slugs)
    return RoutesLoaded("practice", model, rows, at_ms)


def connected() -> Game:
    """A room with the practice connection, about which everything is known."""
    game = Game()
    game.play(Connected(PRACTICE, MODELS, 1), KnownLoaded("practice", KNOWN))
    game.play(*(routes(model.id, *BOTH) for model in MODELS))
    game.asked.clear()
    return game


def finish(game: Game, *parts: Any, status: str = "done"):
    """The end of the one answer that is arriving, with these parts."""
    from inglenook.app.messages import Finished

    (answer,) = game.state.answers.values()
    return Finished(answer.message.id, replace(answer.message, parts=parts, status=status))
