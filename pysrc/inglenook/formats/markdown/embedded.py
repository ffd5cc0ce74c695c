"""The copy for programs at the end of our own Markdown: what the text cannot say, in a comment that no reader shows.

This file knows the comment, and that texts stand in it only as the lines that
they have above. A text that was changed since makes the copy worthless, which
a hash shows. It never learns how a message is written.

    <!-- inglenook {"of": hash of what is above, "conversation": {…}} -->

The conversation is as in an archive (archive.schema.json), but without what
is nobody else's business; in a part, "lines": [member, first, count] stands
for a member that is these lines.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Conversation, Json, Limits, Message, Part, Stamped
from inglenook.core.record import PARTS, dump_value, load_value
from inglenook.core.repair import WRONG, parse
from inglenook.formats.reading.shape import arr, obj

_BEGIN: Final = "\n<!-- inglenook "
_END: Final = " -->"
# The member of each kind of part that may be long, and stands in the text as it is.
_TOLD: Final = {"text": "text", "reasoning": "text", "tool_call": "arguments", "tool_result": "text", "code": "text"}
_KINDS: Final = {made: kind for kind, made in PARTS.items()}

Lines = tuple[str, int, int]


def lines_of(part: Part, block: str, first: int) -> Lines | None:
    """Which lines of the text are the part's own, if the block that says it begins at the line `first`."""
    member = _TOLD.get(_KINDS.get(type(part), ""))
    said = getattr(part, member) if member else ""
    if not member or not said or "\r" in said:
        return None
    at = f"\n{block}\n".find(f"\n{said}\n")
    return None if at < 0 else (member, first + block.count("\n", 0, at), said.count("\n") + 1)


def copy_of(
    conversation: Conversation, messages: Iterable[Message], told: Mapping[tuple[str, int], Lines], above: str
) -> str:
    """The comment. `told` are the lines of parts, by their message's id and their place in it."""
    record = dump_value(replace(conversation, messages={}, limits=Stamped(Limits())))
    record["messages"] = [_message(message, told) for message in messages]
    whole = {"of": _hash(above), "conversation": record}
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # So that nothing in it ends the comment.
    return f"{_BEGIN}{text.replace('<', '\\u003c').replace('>', '\\u003e')}{_END}\n"


def _message(message: Message, told: Mapping[tuple[str, int], Lines]) -> Json:
    record = dump_value(_bare(message))
    for place, part in enumerate(record.get("parts", ())):
        if (lines := told.get((message.id, place))) is not None:
            record["parts"][place] = {k: v for k, v in part.items() if k != lines[0]} | {"lines": list(lines)}
    return record


def split(text: str) -> tuple[str, str]:
    """What is above the comment, and what is in it; "" if there is none."""
    at = text.rfind(_BEGIN)
    inner = text[at + len(_BEGIN) :].rstrip() if at >= 0 else ""
    return (text[:at], inner.removesuffix(_END)) if inner.endswith(_END) and "\n" not in inner else (text, "")


def conversation_in(above: str, inner: str) -> Conversation | None:
    """The conversation that a comment holds, or None if the text above was changed since. BadFile if it holds none."""
    whole = obj(parse(inner))
    if whole.get("of") != _hash(above):
        return None
    lines = _plain(above).split("\n")
    record = {**obj(whole.get("conversation"))}
    record["messages"] = [_told(obj(raw), lines) for raw in arr(record.get("messages"))]
    made = load_value(Conversation, record)
    if made is WRONG or not made.id or not made.messages:
        raise BadFile("The copy at its end is damaged.")
    messages = {id: _bare(message) for id, message in made.messages.items()}
    return replace(made, messages=messages, limits=Stamped(Limits()))


def _told(record: Json, lines: list[str]) -> Json:
    parts = []
    for part in arr(record.get("parts")):
        told = arr(obj(part).get("lines"))
        if len(told) == 3 and told[0] == _member(part) and type(told[1]) is type(told[2]) is int:
            said = "\n".join(lines[max(told[1], 0) : max(told[1], 0) + max(told[2], 0)])
            part = {**{name: value for name, value in part.items() if name != "lines"}, told[0]: said}
        parts.append(part)
    return {**record, "parts": parts}


def _member(part: Json) -> str | None:
    kind = part.get("kind")
    return _TOLD.get(kind) if isinstance(kind, str) else None


def _bare(message: Message) -> Message:
    """Without what a file from outside cannot know: bytes that are here, connections, and who has seen what."""
    parts = [replace(part, sha256=None) if getattr(part, "sha256", None) else part for part in message.parts]  # type: ignore[call-arg]
    return replace(message, parts=tuple(parts), author=replace(message.author, connection=""), disclosure=None)


def _hash(above: str) -> str:
    return hashlib.sha256(_plain(above).encode("utf-8", "replace")).hexdigest()[:32]


def _plain(above: str) -> str:
    """The text, whatever its lines end with and however often its end was touched."""
    return above.removeprefix("\ufeff").replace("\r\n", "\n").rstrip("\r\n")

