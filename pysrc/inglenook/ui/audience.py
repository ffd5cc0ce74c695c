"""Policies and decisions in words: at the composer, in the table, above a message.

This file knows words. What they say is decided in `core/routing.py`.
"""

from __future__ import annotations

from typing import Any, Final

from inglenook.app import audience
from inglenook.app.models import model_for
from inglenook.app.state import Denial, Knowledge, Routes, State
from inglenook.core import rules
from inglenook.core.catalogue import Model
from inglenook.core.connection import Connection
from inglenook.core.model import Disclosure, Limits, Policy
from inglenook.core.providers import BUILT_IN, FEED, THIS_MACHINE, YOU, ZERO_RETENTION
from inglenook.core.routing import Decision
from inglenook.ui.memory import latest, same

SOURCES: Final = {
    YOU: "your word",
    ZERO_RETENTION: "zero-retention list",
    FEED: "policy list",
    BUILT_IN: "built-in list",
    THIS_MACHINE: "this machine",
}
NOBODY_KNOWS: Final = "nobody"


class Chosen:
    """What the decision about the next message is made of, looked up again only when something of it changed."""

    def __init__(self) -> None:
        self._known: tuple[Any, ...] | None = None
        self._found: tuple[str, Model | None] = ("", None)

    def __call__(self, state: State) -> tuple[Any, ...]:
        opened = state.thread
        chosen = opened and opened.conversation.model
        decides = (state.connection, chosen, state.catalogues.get(state.connection_id))
        if not same(self._known, decides):
            model = model_for(state)
            self._known, self._found = decides, (model, audience.listed(state, model) if model else None)
        model, row = self._found
        routes = state.routes.get((state.connection_id, model))
        return (
            state.connection,
            model,
            row,
            routes,
            state.knowledge.get(state.connection_id),
            audience.room_limits(state),
        )


inputs = Chosen()


@latest
def decided(
    connection: Connection | None,
    model: str,
    row: Model | None,
    routes: Routes | None,
    knowledge: Knowledge | None,
    room: Limits,
) -> Decision | None:
    """The decision that a message sent now would get; None while that is not known."""
    if connection is None or not model:
        return None
    return audience.decide(connection, model, row, routes, knowledge, room)


def counted(decision: Decision | None, denial: Denial | None) -> tuple[str, str, str]:
    """What the composer says: a few words, the rest of them for who has room, and a tone."""
    if decision is None:
        return "Who may see it", " is not known", ""
    if decision.stays:
        return "Stays", " on this machine", "ok"
    if decision.direct:
        return ("One server", " may see it", "ok") if decision.allowed else ("Nobody", " may see it", "bad")
    if denial is not None:
        return "Refused", " by the service", "bad"
    allowed, everybody = decision.counts
    noun = " provider allowed" if everybody == 1 else " providers allowed"
    return f"{allowed} of {everybody}", noun, "ok" if allowed else "bad"


def yes_no(value: bool | None) -> str:
    return "unknown" if value is None else "yes" if value else "no"


def kept(policy: Policy) -> str:
    """
    >>> kept(Policy(False, True, 30)), kept(Policy(False, False)), kept(Policy())
    ('30 days', 'no', 'unknown')
    """
    if not policy.retains:
        return yes_no(policy.retains)
    return rules.days(policy.retention_days) if policy.retention_days is not None else "yes, how long is unknown"


def brief(disclosure: Disclosure | None) -> str:
    """The policy of the provider that answered, beside its name.

    >>> brief(Disclosure(policy=Policy(False, True, 30))), brief(Disclosure(policy=Policy()))
    ('keeps prompts 30 days', 'policy unknown')
    """
    if disclosure is None:
        return ""
    if disclosure.local:
        return "stayed on this machine"
    policy = disclosure.policy
    if policy is None:
        return ""
    if policy.trains is None and policy.retains is None:
        return "policy unknown"
    said = []
    if policy.trains is not False:
        said.append("trains" if policy.trains else "may train")
    if policy.retains is None:
        said.append("may keep prompts")
    elif policy.retains:
        days = policy.retention_days
        said.append("keeps prompts" if days is None else f"keeps prompts {rules.days(days)}")
    return ", ".join(said) or "keeps nothing"


def whole(disclosure: Disclosure | None) -> str:
    """Everything that is known of who could see what was sent for an answer, in sentences."""
    if disclosure is None:
        return ""
    if disclosure.local:
        return "What was sent stayed on this machine."
    said = []
    if disclosure.policy is not None:
        policy = disclosure.policy
        said.append(f"Trains on prompts: {yes_no(policy.trains)}. Keeps them: {kept(policy)}.")
        said.append(f"Known from: {SOURCES.get(policy.source, NOBODY_KNOWS)}.")
    if disclosure.allowed:
        said.append(f"Allowed were: {', '.join(disclosure.allowed)}.")
    if disclosure.logged:
        said.append("The account had prompts logged by the service.")
    return " ".join(said)
