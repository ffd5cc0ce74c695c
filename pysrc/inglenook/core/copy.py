"""What was asked and answered, kept word for word for somebody who looks for a fault; only if the user wants it.

This file knows texts. It has a store of its own, because nothing of it may get
among the requests, or into a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inglenook.core import wire
from inglenook.core.model import Message, Text


@dataclass(frozen=True, slots=True)
class Copy:
    """The text of a question and of its answer. `id` is that of the answer, and of its entry among the requests."""

    id: str
    at_ms: int
    prompt: str
    answer: str


def copy_of(answer: Message, question: Message | None) -> Copy:
    return Copy(answer.id, answer.created_ms, text_of(question), text_of(answer))


def text_of(message: Message | None) -> str:
    return "\n\n".join(part.text for part in message.parts if isinstance(part, Text)) if message else ""


def dump(copy: Copy) -> dict[str, Any]:
    return {"id": copy.id, "at_ms": copy.at_ms, "prompt": copy.prompt, "answer": copy.answer}


def load(record: Any) -> Copy:
    """A stored copy; what is damaged of it is empty."""
    row = wire.record(record)
    texts = (wire.text(row.get("prompt")), wire.text(row.get("answer")))
    return Copy(wire.text(row.get("id"), 200), wire.count(row.get("at_ms")) or 0, *texts)
