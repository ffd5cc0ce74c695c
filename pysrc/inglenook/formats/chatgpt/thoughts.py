"""What ChatGPT thought before it answered, and how long.

This file knows the summaries that the export has of thoughts, and the times
that stand in several nodes of an answer.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from inglenook.core.model import Json, Reasoning
from inglenook.formats.chatgpt.turn import Turn
from inglenook.formats.reading.shape import arr, obj, text

_SPAN: Final = re.compile(r"(?:(\d+)\s*h\w*)?\s*(?:(\d+)\s*m\w*)?\s*(?:(\d+)\s*s\w*)?")


def thoughts_of(thoughts: Any) -> str:
    """The text of thoughts: what each is about, and what was thought."""
    if isinstance(thoughts, str):
        return thoughts
    said = []
    for thought in arr(thoughts):
        if isinstance(thought, str):
            said.append(thought)
            continue
        thought = obj(thought)
        summary, told = text(thought.get("summary")), text(thought.get("content"))
        told = told or "\n".join(strings_of(chunk) for chunk in arr(thought.get("chunks")))
        said.append(f"**{summary}**\n\n{told}" if summary and told else summary or told)
    return "\n\n".join(filter(None, said))


def strings_of(value: Any) -> str:
    """A text, or the texts of a list, one below the other."""
    return "\n\n".join(part for part in value if isinstance(part, str)) if isinstance(value, list) else text(value)


def taken_ms(said: Json) -> int | None:
    """How long was thought, in milliseconds; the times, which several nodes repeat, are taken out of the metadata."""
    seconds = said.pop("finished_duration_sec", None)
    start, end = said.pop("reasoning_start_time", None), said.pop("reasoning_end_time", None)
    if not _is_span(seconds) and _is_number(start) and _is_number(end):
        seconds = end - start
    return round(seconds * 1000) if _is_span(seconds) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -1e15 < value < 1e15


def _is_span(value: Any) -> bool:
    return _is_number(value) and 0 < value < 1e6


def add_recap(turn: Turn, recap: str, said: Json) -> None:
    """How long was thought: beside the thoughts if they are known, else said by itself."""
    ms = taken_ms(said) or _said_ms(recap)
    if turn.thought >= 0:
        timed(turn, ms)
        if recap:
            said["reasoning_recap"] = recap
    elif recap or ms:
        turn.parts.append(Reasoning(recap, duration_ms=ms))


def timed(turn: Turn, ms: int | None) -> None:
    """Note how long was thought, if that is not known yet."""
    part = turn.parts[turn.thought] if turn.thought >= 0 else None
    if ms is not None and isinstance(part, Reasoning) and part.duration_ms is None:
        turn.parts[turn.thought] = replace(part, duration_ms=ms)


def _said_ms(recap: str) -> int | None:
    """
    A length of time in words.

    >>> _said_ms("Thought for 1m 12s"), _said_ms("Thought for a couple of seconds")
    (72000, None)
    """
    found = _SPAN.match(recap[:80].partition(" for ")[2])
    hours, minutes, seconds = (int(number or 0) for number in found.groups()) if found else (0, 0, 0)
    return (hours * 3600 + minutes * 60 + seconds) * 1000 or None
