"""Messages of LibreChat that are nested in each other as deep as the conversation is long.

This file knows that each answer stands among the `children` of its question,
so that a hundred messages make two hundred levels. They are taken apart as
text, each with an empty list in that place, and only then parsed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Json
from inglenook.core.nesting import too_deep
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.jsonvalue import decode
from inglenook.formats.reading.shape import obj

_LISTS: Final = ("children", "messages", "messagesTree")
_MARK: Final = re.compile(
    r'"(?P<list>children|messages|messagesTree)"\s*+:\s*+\[|"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]', re.DOTALL
)


@dataclass(slots=True)
class _Message:
    """The text of one without those below it; in which list it stood, of which other (None: of the top)."""

    above: int | None
    among: str
    pieces: list[str] = field(default_factory=list)


def value_of(document: Document) -> Json:
    """The file's object, its messages nested as values however deep. BadFile if it is none."""
    text = document.text()
    if not too_deep(text):
        return obj(document.value())
    whole, messages = _apart(text)
    top = obj(_parsed(whole))
    made = [_parsed("".join(message.pieces)) for message in messages]
    for value, message in zip(made, messages, strict=True):
        above = top if message.above is None else obj(made[message.above])
        if isinstance(above.get(message.among), list):
            above[message.among].append(value)
    return top


def unnest(value: Json) -> None:
    """Take nested messages out of each other. In a browser Python ends if it lets go of thousands of levels at once."""
    waiting: list[Any] = [value]
    while waiting:
        holder = waiting.pop()
        for name in _LISTS:
            if isinstance(holder, dict) and isinstance(below := holder.pop(name, None), list):
                waiting += below


def _apart(text: str) -> tuple[str, list[_Message]]:
    """The text without its messages, and these, each before those below it."""
    top = _Message(None, "")
    found: list[_Message] = []
    # What is open: brackets, lists of messages by their name, messages by their place.
    open_: list[str | int] = []
    inside: list[int] = []
    at = 0
    for mark in _MARK.finditer(text):
        sign = text[mark.end() - 1]
        within = open_[-1] if open_ else None
        if mark["list"] and (isinstance(within, int) or (open_ == ["{"] and mark["list"] != "children")):
            (found[inside[-1]] if inside else top).pieces.append(text[at : mark.end()])
            open_.append(mark["list"])
            at = mark.end()
        elif sign == "{" and isinstance(within, str) and within not in "{[":
            found.append(_Message(inside[-1] if inside else None, within))
            inside.append(len(found) - 1)
            open_.append(inside[-1])
            at = mark.start()
        elif sign in "{[":
            open_.append(sign)
        elif sign in "}]" and open_:
            closed = open_.pop()
            if isinstance(closed, int):
                found[inside.pop()].pieces.append(text[at : mark.end()])
                at = mark.end()
            elif closed not in "{[":
                at = mark.start()
    if open_:
        raise BadFile("The file ends in the middle.")
    top.pieces.append(text[at:])
    return "".join(top.pieces), found


def _parsed(text: str) -> Any:
    if too_deep(text):
        raise BadFile("The JSON is nested too deeply.")
    try:
        return decode(text.strip())[0]
    except (ValueError, RecursionError) as error:
        raise BadFile("This is not JSON, or it is damaged.", detail=type(error).__name__) from None
