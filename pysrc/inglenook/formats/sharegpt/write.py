"""The shown path of conversations in the form of ShareGPT, which datasets and training tools read.

This file knows that form and LLaMA-Factory's turns for tools. What the form has
no member for (title, times, models, sources, files by name) stands in columns of
our own, which its readers pass over; other versions are left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from inglenook.core import model
from inglenook.core.model import Conversation, Json, Message
from inglenook.core.repair import well_formed
from inglenook.core.thread import path
from inglenook.formats.reading.jsonvalue import loads

LABEL: Final = "ShareGPT"
EXTENSION: Final = "json"
MEDIA_TYPE: Final = "application/json"

_WHO: Final = {"user": "human", "assistant": "gpt", "system": "system", "tool": "observation"}


def write(conversation: Conversation, files: Callable[[str], bytes | None]) -> str:
    """A list with one row."""
    row: Json = {"id": conversation.id}
    if title := conversation.title.value.strip():
        row["title"] = title
    if conversation.created_ms:
        row["created"] = conversation.created_ms
    row["conversations"] = [turn for message in path(conversation) for turn in _turns(message)]
    return well_formed(json.dumps([row], ensure_ascii=False, indent=1)) + "\n"


def join(texts: Iterable[str]) -> Iterator[str]:
    """One list of all rows."""
    yield "["
    for number, text in enumerate(texts):
        yield (",\n" if number else "\n") + text.strip()[1:-1].strip()
    yield "\n]\n"


def _turns(message: Message) -> Iterator[Json]:
    """What a message says; its tool calls and their results as turns of their own, in their order."""
    said: list[str] = []
    sources: list[Json] = []
    begun = False

    def close(last: bool) -> Iterator[Json]:
        nonlocal begun, said
        text = "\n\n".join(said)
        if text.strip() or (last and (sources or not begun)):
            extra = {"sources": sources} if last and sources else {}
            yield {"from": _WHO[message.role], "value": text, **_facts(message), **extra}
            begun = True
        said = []

    for part in message.parts:
        match part:
            case model.ToolCall(_, name, arguments):
                yield from close(False)
                value = json.dumps({"name": name, "arguments": _value(arguments)}, ensure_ascii=False)
                yield {"from": "function_call", "value": value, **_facts(message)}
                begun = True
            case model.ToolResult(_, text, name):
                yield from close(False)
                yield {"from": "observation", "value": text, **({"name": name} if name else {}), **_facts(message)}
                begun = True
            case model.Citation(url, title, quote):
                sources.append({"url": url, "title": title, "text": quote})
            case _:
                said += _said(part)
    yield from close(True)


def _said(part: model.Part) -> list[str]:
    match part:
        case model.Text(text) if text.strip():
            return [text]
        case model.Reasoning(text) if text.strip():
            return [f"<think>\n{text}\n</think>"]
        case model.Code(text, language):
            return [f"```{language}\n{text}\n```"]
        case model.Failure(words):
            return [f"[{words}]"]
        case model.Image() | model.File() | model.Audio() | model.Video():
            return [f"[{type(part).__name__}: {part.name or part.url or 'without a name'}]"]
        case model.Unknown(kind, data):
            return [f"```json\n{json.dumps({kind: data}, ensure_ascii=False, sort_keys=True)}\n```"]
    return []


def _facts(message: Message) -> Json:
    facts: Json = {"created": message.created_ms} if message.created_ms else {}
    if message.author.model and message.role == "assistant":
        facts["model"] = message.author.model
    return facts


def _value(arguments: str) -> Any:
    """Arguments as the value that they are, or as their text."""
    try:
        value = loads(arguments)
        # Numbers without end are no JSON elsewhere.
        json.dumps(value, allow_nan=False)
    except ValueError:
        return arguments
    return value
