"""Who has seen the open conversation, folded at its end."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from inglenook.app.state import State
from inglenook.core.model import Conversation
from inglenook.core.seen import Seen, seen_by
from inglenook.ui import audience
from inglenook.ui.environment import count, render
from inglenook.ui.memory import latest

PRACTICE = "Practice room"


def select(state: State) -> tuple[Any, ...]:
    opened = state.thread
    return (opened and opened.conversation,)


def draw(conversation: Conversation | None) -> str:
    if conversation is None:
        return ""
    seen = known(conversation)
    if seen == Seen():
        return ""
    rows = [{**asdict(w), "words": audience.brief(w.disclosure)} for w in seen.witnesses]
    told = {**asdict(seen), "witnesses": rows}
    return render("seen_by", seen=told, summary=summary(seen), practice=seen.services == (PRACTICE,))


@latest
def known(conversation: Conversation) -> Seen:
    return seen_by(conversation)


def summary(seen: Seen) -> str:
    """
    >>> summary(Seen(local=True)), summary(Seen(unrecorded=2))
    ('Stayed on this machine', 'Who has seen this is not known')
    """
    if seen.witnesses:
        return f"Seen by {count(len(seen.witnesses), 'provider')}"
    if seen.perhaps:
        return f"Perhaps seen by {count(len(seen.perhaps), 'provider')}"
    if seen.services:
        return "Seen by no provider"
    return "Stayed on this machine" if seen.local and not seen.unrecorded else "Who has seen this is not known"
