"""What messages of chat datasets say: plain texts, LLaMA-Factory's typed parts, transcripts in one text.

This file knows how such content is written. It never learns in which columns
it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from inglenook.core.model import Author, Json, Part, Reasoning, Text, ToolCall, ToolResult, Unknown
from inglenook.formats.reading.draft import NOBODY, Draft, role_of, said, text_of
from inglenook.formats.reading.ids import chained_id
from inglenook.formats.reading.jsonvalue import loads
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.row_files import RowFiles
from inglenook.formats.reading.shape import arr, obj, text
from inglenook.formats.reading.turns import Turn, add_turns
from inglenook.formats.reading.typed_content import content_parts, json_text, picture, spoken, tool_calls

# How HH-RLHF writes a dialogue into one text.
_SPEAKER: Final = re.compile(r"\n\n(Human|Assistant):[ ]?")


def is_typed(messages: Any) -> bool:
    """Whether messages have content of typed parts whose payload is called `value`."""
    return any(
        {"type", "value"} <= obj(piece).keys()
        for message in arr(messages)[:5]
        for piece in arr(obj(message).get("content"))[:5]
    )


def sides_of(value: Any) -> list[Any]:
    """The messages that one column of an answer holds, whatever it is written as."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return [value if "content" in value or "value" in value else {"role": "assistant", "content": json_text(value)}]
    spoken_by = _SPEAKER.split(value) if value.startswith("\n\n") else [value]
    if len(spoken_by) < 3 or spoken_by[0]:
        return [{"role": "assistant", "content": value}]
    return [
        {"role": "user" if who == "Human" else "assistant", "content": words}
        for who, words in zip(spoken_by[1::2], spoken_by[2::2], strict=True)
    ]


@dataclass(slots=True)
class Adding:
    """A draft on its way. `answered`: the row's model is known with some answer."""

    draft: Draft
    files: RowFiles
    model: str = ""
    answered: bool = False

    def messages(self, messages: Iterable[Any], parent: str | None, model: str = "", rating: int = 0) -> str | None:
        """Add messages one below the other; answers the last one. `rating` is said of that one."""
        turns: list[Turn] = []
        for message in messages:
            if message is None:
                continue
            value = message if isinstance(message, dict) else {"content": message}
            role = role_of(value.get("role") or value.get("from"), "user")
            name = "content" if value.get("content") is not None or "value" not in value else "value"
            parts = self._parts(value.get(name), role == "assistant") + tool_calls(value.get("tool_calls"))
            if role == "tool":
                parts = [ToolResult(text_of(value.get("tool_call_id")), _said(parts), text(value.get("name")))]
            parts += self.files.named_in(parts)
            known = model or self.model if role == "assistant" else ""
            self.answered = self.answered or bool(known)
            rest = rest_of(value, "role", "from", name, "tool_calls", "tool_call_id", "timestamp", "name")
            name = text(value.get("name")) if role != "tool" else ""
            author = Author(model=known, name=name) if known or name else NOBODY
            made: Json = {"author": author, "created": value.get("timestamp"), "rest": {**rest, **_as_text(value)}}
            key = chained_id(parent, role, said(parts))
            turns.append(Turn(key, parent, role, parts, key, known=made))
            parent = key
        if not turns:
            return parent
        turns[-1].known["rating"] = rating
        return add_turns(self.draft, turns)[turns[-1].key]

    def _parts(self, content: Any, answer: bool) -> list[Part]:
        if isinstance(content, str):
            return spoken(content) if answer else [Text(content)] if content.strip() else []
        if isinstance(content, dict):
            content = [content]
        pieces = arr(content)
        # Tables turn lists into lists of lists.
        while pieces and all(isinstance(piece, list) for piece in pieces):
            pieces = list(chain.from_iterable(pieces))
        parts: list[Part] = []
        for piece in pieces:
            typed = isinstance(piece, dict) and "value" in piece
            parts += [self._typed(piece)] if typed else content_parts(self.draft, [piece], answer)
        return parts or ([Unknown("content", content)] if content and not isinstance(content, list) else [])

    def _typed(self, piece: Json) -> Part:
        match text(piece.get("type")), piece["value"]:
            case "text", str(words):
                return Text(words)
            case "reasoning", str(words):
                return Reasoning(words)
            case "tool_call", value:
                return _call(value)
            case "image_url" | "image", str(address):
                return picture(self.draft, address)
            case ("audio" | "video") as kind, str(address):
                reachable = address.startswith(("data:", "http://", "https://"))
                return self.draft.attach(address, kind=kind, name="" if reachable else address)
            case kind, _:
                return Unknown(kind or "content", piece)


def _as_text(message: Json) -> Json:
    """Calls that stood as one text, which cannot be written again to the letter."""
    pieces = [obj(piece) for piece in arr(message.get("content"))]
    calls = [piece["value"] for piece in pieces if piece.get("type") == "tool_call" and text(piece.get("value"))]
    return {"tool_call": calls} if calls else {}


def _call(value: Any) -> Part:
    called = value
    try:
        called = loads(value) if isinstance(value, str) else value
    except ValueError:
        called = None
    if (
        isinstance(called, dict)
        and isinstance(called.get("name"), str)
        and called.keys() <= {"name", "arguments", "id"}
    ):
        return ToolCall(text_of(called.get("id")), called["name"], json_text(called.get("arguments")))
    return ToolCall("", "", json_text(value))


def _said(parts: list[Part]) -> str:
    return "\n".join(part.text if isinstance(part, Text) else json_text(getattr(part, "data", "")) for part in parts)
