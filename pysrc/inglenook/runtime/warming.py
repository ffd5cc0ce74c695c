"""Work that nobody asked for, so that the first work that somebody asks for is fast.

Browsers compile WebAssembly quickly and badly at first, and well only what they
have seen run often: the first long conversation after a start took half again
as long to open. Half a second of the same work, spread over the second or two
after a start in pieces of a few milliseconds, makes the difference.
"""

from __future__ import annotations

from typing import Final

from inglenook.core import thread
from inglenook.core.model import Author, Conversation, Message, Text, Usage
from inglenook.core.schema import dump_conversation, load_conversation
from inglenook.ports import Clock

AFTER_MS: Final = 150
APART_MS: Final = 5
TURNS: Final = 100
MESSAGES: Final = 40


def warm_up(clock: Clock) -> None:
    """Rebuild a made-up conversation again and again, once in each turn."""
    conversation = made_up()

    def turn(left: int) -> None:
        load_conversation(dump_conversation(conversation), ours=True)
        if left > 1:
            clock.later(APART_MS, lambda: turn(left - 1))

    clock.later(AFTER_MS, lambda: turn(TURNS))


def made_up() -> Conversation:
    """A conversation with what most messages have; it is kept nowhere."""
    conversation, parent = Conversation("made-up", 1), None
    for n in range(MESSAGES):
        asked = n % 2 == 0
        message = Message(
            f"m{n}",
            parent,
            "user" if asked else "assistant",
            (Text("Some words, and then some more.\n" * 20),),
            author=Author() if asked else Author("maker/model", provider="Provider", connection="c"),
            created_ms=n,
            usage=Usage() if asked else Usage(400, 300, duration_ms=4000),
            finish_reason=None if asked else "stop",
        )
        conversation, parent = thread.add(conversation, message), message.id
    return conversation
