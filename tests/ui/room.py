"""States to draw: a room with a short conversation, and ways to change it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from inglenook.app.state import Answer, OpenThread, Room, Shelf, State
from inglenook.core.connection import Connection
from inglenook.core.model import Author, Conversation, Message, Stamped, Summary, Text

NOW = 1_790_000_000_000  # Monday 21 September 2026, 14:13:20 UTC
HOUR = 3_600_000
DAY = 24 * HOUR
ROUTER = Connection(
    "or", "openrouter", "https://openrouter.ai/api/v1", "OpenRouter", "sk-or-v1-" + "0" * 40 + "wxyz", True, "acme/bolt"
)
ASKED = Message("u1", None, "user", (Text("Why?"),), created_ms=NOW - HOUR, revised_ms=11)
ANSWERED = Message(
    "a1", "u1", "assistant", (Text("Because."),), Author("acme/bolt", provider="Alder"), NOW - HOUR + 1, 12
)


def summary(id: str, title: str = "A title", ago: int = HOUR, **facts: Any) -> Summary:
    return Summary(id, title, NOW - ago, NOW - ago, **facts)


def conversation(*messages: Message, **facts: Any) -> Conversation:
    return Conversation(
        "c1", NOW - HOUR, Stamped("Tides", 1), messages={m.id: m for m in messages or (ASKED, ANSWERED)}, **facts
    )


def room(opened: Conversation | None = None, **facts: Any) -> State:
    opened = opened or conversation()
    state = State(
        started=True,
        today_ms=NOW,
        connections=(ROUTER,),
        connection_id="or",
        shelf=Shelf((summary("c1", "Tides"),), loaded=True),
        threads={opened.id: OpenThread(opened)},
        room=Room(opened.id),
    )
    return replace(state, **facts)


def receiving(state: State, text: str = "", reasoning: str = "", **facts: Any) -> State:
    """The room with an answer arriving below the first message, as another version of the one that is there."""
    message = replace(ANSWERED, id="a2", parts=(), status="streaming", created_ms=NOW)
    known = state.answers.get("a2")
    answer = known or Answer("c1", message, started_ms=NOW)
    answer = replace(answer, text=text, reasoning=reasoning, **facts)
    opened = state.threads["c1"]
    if not known:
        opened = replace(opened, conversation=replace(opened.conversation, current=Stamped("a2", NOW)))
    return replace(state, answers={**state.answers, "a2": answer}, threads={**state.threads, "c1": opened})


def finished(state: State, **facts: Any) -> State:
    """The room after that answer ended."""
    answer = state.answers["a2"]
    message = replace(answer.message, parts=(Text(answer.text),), revised_ms=NOW + 9, **{"status": "done", **facts})
    opened = state.threads["c1"]
    whole = replace(opened.conversation, messages={**opened.conversation.messages, "a2": message})
    answers = {id: a for id, a in state.answers.items() if id != "a2"}
    return replace(state, answers=answers, threads={**state.threads, "c1": replace(opened, conversation=whole)})
