"""What arrives in pieces: text, reasoning details, tool calls.

Each class here collects fragments without copying what it already has, so an
answer costs as much as it is long. Nothing here learns of events, of times, or
of how an answer ends.
"""

from __future__ import annotations

import json
from typing import Any

from inglenook.core import wire
from inglenook.core.model import ToolCall

_JOINED = ("text", "summary", "data", "arguments")


class Growing:
    """Text that grows.

    A server that escapes UTF-16 units may cut a pair in two; the first half
    waits for the second:

    >>> text = Growing()
    >>> [text.add("a\\ud83d"), text.add("\\ude00b"), str(text)]
    ['a', '😀b', 'a😀b']
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._half = ""

    def __bool__(self) -> bool:
        return bool(self._pieces)

    def __str__(self) -> str:
        return "".join(self._pieces)

    def add(self, piece: str) -> str:
        """Take a piece and give what of it can be shown."""
        if not piece:
            return ""
        if self._half:
            piece = (self._half + piece).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
            self._half = ""
        if "\ud800" <= piece[-1] <= "\udbff":
            piece, self._half = piece[:-1], piece[-1]
        piece = wire.mend(piece)
        if piece:
            self._pieces.append(piece)
        return piece


class Details:
    """The structured twin of reasoning. Pieces of one index and type are one entry; a signature may come last."""

    def __init__(self) -> None:
        self._entries: list[tuple[dict[str, Any], dict[str, list[str]]]] = []
        self._places: dict[tuple[Any, ...], int] = {}

    def add(self, piece: dict[str, Any]) -> str:
        """Take one entry or a piece of one, and give the readable text in it."""
        piece = wire.bounded(piece)
        if not piece:
            return ""
        fixed, growing = self._entry(piece)
        for name, value in piece.items():
            if name in _JOINED and isinstance(value, str):
                # An encrypted block is sent once more by some providers; doubled it could not be read.
                if name != "data" or value not in growing.get(name, ()):
                    growing.setdefault(name, []).append(value)
            elif value is not None or name not in fixed:
                fixed[name] = value
        return wire.text(piece.get("text")) or wire.text(piece.get("summary"))

    def _entry(self, piece: dict[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
        index, kind, name = piece.get("index"), piece.get("type"), piece.get("id")
        key = (kind if isinstance(kind, str) else "", index if isinstance(index, int) else None)
        place = self._places.get(key)
        if place is not None:
            known = self._entries[place][0].get("id")
            last = place == len(self._entries) - 1
            if (not name or not known or name == known) and (key[1] is not None or last):
                return self._entries[place]
        self._places[key] = len(self._entries)
        self._entries.append(({}, {}))
        return self._entries[-1]

    def all(self) -> tuple[dict[str, Any], ...]:
        """The entries in the order of their arrival."""
        return tuple(
            {**fixed, **{name: "".join(pieces) for name, pieces in growing.items()}} for fixed, growing in self._entries
        )


class Calls:
    """Tool calls, whose fragments are keyed by index; the arguments are text until the end."""

    def __init__(self) -> None:
        self._calls: list[dict[str, Any]] = []
        self._places: dict[int, int] = {}

    def __bool__(self) -> bool:
        return bool(self._calls)

    def add(self, fragment: dict[str, Any]) -> tuple[int, str, str]:
        """Take a fragment; give the place of its call, the call's name, and the piece of arguments."""
        function = wire.record(fragment.get("function"))
        call_id, name = wire.text(fragment.get("id")), wire.text(function.get("name"))
        arguments = function.get("arguments")
        if isinstance(arguments, (dict, list)):
            arguments = json.dumps(wire.bounded(arguments), ensure_ascii=False)
        piece = wire.text(arguments)
        place = self._place(wire.count(fragment.get("index")), call_id)
        call = self._calls[place]
        call["id"] = call["id"] or call_id
        call["name"] = call["name"] or name
        call["arguments"].append(piece)
        return place, call["name"], piece

    def _place(self, index: int | None, call_id: str) -> int:
        if index is None:
            place = next((i for i, call in enumerate(self._calls) if call_id and call["id"] == call_id), None)
            if place is None and not call_id and self._calls:
                place = len(self._calls) - 1
        else:
            place = self._places.get(index)
        # Some local servers give every parallel call the index 0 and tell them apart by id only.
        if place is not None and call_id and self._calls[place]["id"] not in ("", call_id):
            place = None
        if place is None:
            place = len(self._calls)
            self._calls.append({"id": "", "name": "", "arguments": []})
        if index is not None:
            self._places[index] = place
        return place

    def all(self) -> tuple[ToolCall, ...]:
        """The calls so far; one without an id gets one, because a result must name it."""
        return tuple(
            ToolCall(call["id"] or f"call_{place}", call["name"], "".join(call["arguments"]))
            for place, call in enumerate(self._calls)
        )
