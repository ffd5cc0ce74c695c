"""The self-test: a request to an address that this page must not reach, from the page and from the worker."""

from __future__ import annotations

from dataclasses import replace

from inglenook.app.effects import Patch, TestReach
from inglenook.app.env import Env
from inglenook.app.messages import CheckReach, PageReachTested, WorkerReachTested
from inglenook.app.state import Reach, State

# A name that no server can ever have (RFC 6761): if the policy failed, this would still reach nobody.
FORBIDDEN = "https://inglenook-self-test.invalid/"
OUTCOMES = ("refused", "reached", "failed")


def check(state: State, message: CheckReach, env: Env):
    """Ask from both sides. That the request fails proves nothing: the browser must say that it refused it."""
    state = replace(state, reach=Reach(running=True, at_ms=env.now_ms))
    return state, [Patch({"op": "reach", "url": FORBIDDEN}), TestReach(FORBIDDEN)]


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
