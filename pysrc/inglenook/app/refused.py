"""Why nobody may see a message, in words, and the smallest change that would let somebody in."""

from __future__ import annotations

from inglenook.app import audience
from inglenook.app.models import model_for
from inglenook.app.state import Note, State
from inglenook.core import routing
from inglenook.core.routing import Decision

MOST_NAMES = 3


def nobody_left(state: State) -> Note | None:
    """Why nothing may be sent to the chosen model; None when somebody may see it."""
    decision = audience.decision(state)
    if decision is None:
        return unknown(state)
    if decision.allowed:
        return None
    if not decision.verdicts:
        return Note("Nobody serves this model now.", "Choose another model. Nothing was sent.", table=True)
    found = routing.remedies(decision)
    remedy = found[0] if found else None
    said = "No provider may see this message, so nothing was sent."
    if decision.direct:
        said = "This server may not see the message, so nothing was sent."
    advice = because(decision)
    if decision.direct and connection_is_silent(state):
        advice += " You have not said yet what it does with prompts: Settings, Privacy."
    return Note(
        said,
        advice,
        action="privacy.relax" if remedy else "",
        action_label=sentence(remedy.changes) if remedy else "",
        subject=remedy.tag if remedy else "",
        table=not decision.direct,
    )


def unknown(state: State) -> Note:
    connection = state.connection
    routes = state.routes.get((connection.id, model_for(state))) if connection else None
    why = routes.error if routes else ""
    return Note(
        "Who serves this model could not be found out, so nothing was sent.",
        f"{why} Then send again.".strip() if why else "Choose another model.",
        action="providers.refresh",
        action_label="Ask again",
    )


def connection_is_silent(state: State) -> bool:
    return state.connection is not None and state.connection.privacy.declared is None


def because(decision: Decision) -> str:
    """Which switch excludes whom.

    A list of names is cut: the table has them all.
    """
    return " ".join(
        f"“{rule.switch}” is {rule.set_to}, which excludes {listing(names)}."
        for rule, names in routing.reasons(decision)
    )


def listing(names: tuple[str, ...]) -> str:
    """
    >>> listing(("Ash",)), listing(("Ash", "Fir")), listing(("A", "B", "C", "D", "E"))
    ('Ash', 'Ash and Fir', 'A, B, C and 2 more')
    """
    if len(names) > MOST_NAMES + 1:
        return f"{', '.join(names[:MOST_NAMES])} and {len(names) - MOST_NAMES} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def sentence(changes: tuple[str, ...]) -> str:
    """
    >>> sentence(("allow providers that train", "say that your account allows training"))
    'Allow providers that train, and say that your account allows training'
    """
    said = ", and ".join(changes)
    return said[:1].upper() + said[1:]
