"""Who has seen a conversation: what its messages remember, added up.

Everything that was sent goes along with each later request, so a provider that
answered once has seen the path down to its answer. This file knows what was
recorded; for messages from elsewhere, or of before it was recorded, it says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from inglenook.core.model import Conversation, Disclosure

ANSWERED = ("done", "interrupted")


@dataclass(frozen=True, slots=True)
class Witness:
    """A provider that answered: how often, and its policy at the last time, as it was known then."""

    name: str
    connection: str
    answers: int
    disclosure: Disclosure


@dataclass(frozen=True, slots=True)
class Seen:
    """`perhaps` are providers that were allowed for a request without an answer: any of them may have seen it.

    `unrecorded` counts answers of which nothing is known but that they are there.
    """

    witnesses: tuple[Witness, ...] = ()
    perhaps: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    logged: tuple[str, ...] = ()
    local: bool = False
    unrecorded: int = 0


def seen_by(conversation: Conversation) -> Seen:
    """Who has seen what of a conversation, on all its branches; also what is deleted here has been seen."""
    found: dict[tuple[str, str], Witness] = {}
    perhaps: dict[str, None] = {}
    services: dict[str, None] = {}
    logged: dict[str, None] = {}
    local, unrecorded = False, 0
    for message in sorted(conversation.messages.values(), key=lambda m: (m.created_ms, m.id)):
        told, author = message.disclosure, message.author
        if message.role != "assistant":
            continue
        if told is None:
            unrecorded += 1
            continue
        if told.local:
            local = True
            continue
        # A server that answers itself has no service in between, and does not say its name.
        itself = told.allowed == (author.connection,)
        if not itself:
            services.setdefault(author.connection)
        if told.logged:
            logged.setdefault(author.connection)
        provider = author.provider or (author.connection if itself and message.status in ANSWERED else "")
        if provider:
            key = (provider, author.connection)
            before = found[key].answers if key in found else 0
            found[key] = Witness(*key, before + 1, told)
        elif message.status != "refused":
            # A service that refuses passes nothing on.
            perhaps |= dict.fromkeys(told.allowed)
    names = {witness.name for witness in found.values()}
    return Seen(
        tuple(found.values()),
        tuple(name for name in perhaps if name not in names),
        tuple(filter(None, services)),
        tuple(filter(None, logged)),
        local,
        unrecorded,
    )
