"""The self-test: a request to an address that this page must not reach, from the page and from the worker."""

from __future__ import annotations

from dataclasses import replace

from inglenook.app.effects import Patch, Schedule, TestReach
from inglenook.app.env import Env
from inglenook.app.messages import CheckReach, PageReachTested, ReachDue, WorkerReachTested
from inglenook.app.state import Reach, State

# A name that no server can ever have (RFC 6761): if the policy failed, this would still reach nobody.
FORBIDDEN = "https://inglenook-self-test.invalid/"
PATIENCE_MS = 5_000
OUTCOMES = ("refused", "reached", "failed")


def check(state: State, message: CheckReach, env: Env):
    """Ask from both sides. That the request fails proves nothing: the browser must say that it refused it."""
    state = replace(state, reach=Reach(running=True, at_ms=env.now_ms))
    waiting = Schedule(PATIENCE_MS, ReachDue(env.now_ms))
    return state, [Patch({"op": "reach", "url": FORBIDDEN}), TestReach(FORBIDDEN), waiting]


def due(state: State, message: ReachDue, env: Env):
    """Whoever has not said yet that the request was refused will not say it any more."""
    reach = state.reach
    if reach.at_ms != message.at_ms:
        return state, []
    return tested(state, page=reach.page or "failed", worker=reach.worker or "failed")


def page_tested(state: State, message: PageReachTested, env: Env):
    return tested(state, page=message.outcome)


def worker_tested(state: State, message: WorkerReachTested, env: Env):
    return tested(state, worker=message.outcome)


def tested(state: State, **outcome: str):
    if not state.reach.running:
        return state, []
    known = {name: said if said in OUTCOMES else "failed" for name, said in outcome.items()}
    reach = replace(state.reach, **known)
    return replace(state, reach=replace(reach, running=not (reach.page and reach.worker))), []
