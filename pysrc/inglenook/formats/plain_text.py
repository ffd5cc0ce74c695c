"""The shown path of a conversation as plain text, to be read as it is: on paper, in a mail, in any editor.

This file knows lines, and nothing of Markdown: what a message says stays as it
was written. Only the shown path is written, and files are named, not embedded.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from inglenook.core import model
from inglenook.core.repair import well_formed
from inglenook.core.summary import title_of
from inglenook.core.thread import path

LABEL: Final = "Plain text"
EXTENSION: Final = "txt"
MEDIA_TYPE: Final = "text/plain"

_WIDTH: Final = 72
_RULE: Final = "-" * _WIDTH
_WHO: Final = {"user": "You", "assistant": "Assistant", "system": "System", "tool": "Tool"}
_ENDS: Final = {
    "streaming": "This answer was still being received.",
    "interrupted": "This answer was interrupted.",
    "failed": "This answer failed.",
    "refused": "This answer was refused.",
}
# What is no sign and no line end; a terminal would obey some of these.
_CONTROLS: Final = {code: None for code in (*range(32), *range(127, 160)) if code not in (9, 10)}


def write(conversation: model.Conversation, files: Callable[[str], bytes | None]) -> str:
    """A title and a date, then each message below a line that says who wrote it and when."""
    messages = path(conversation)
    title = _line(conversation.title.value) or title_of(messages)
    began = _time(conversation.created_ms or next((m.created_ms for m in messages if m.created_ms), 0))
    blocks = ["\n".join(filter(None, (title, "=" * min(_wide(title), _WIDTH), began)))]
    for message in messages:
        blocks += [f"{_RULE}\n{_heading(message)}", *_body(message)]
    return well_formed("\n\n".join(blocks) + "\n")


def _heading(message: model.Message) -> str:
    author = message.author
    who = author.name or (author.model if message.role == "assistant" else "") or _WHO[message.role]
    asked = author.model if author.name and message.role == "assistant" else ""
    provider = f"by {author.provider}" if author.provider else ""
    edited = "edited" if message.extra.get("edited") is True else ""
    return " | ".join(filter(None, map(_line, (who, asked, provider, _time(message.created_ms), edited))))


def _body(message: model.Message) -> list[str]:
    """The blocks of a message: its parts in order, and its sources once, as a list at its end."""
    blocks = [block for part in message.parts if (block := _part(part))]
    sources = dict.fromkeys(part for part in message.parts if isinstance(part, model.Citation))
    if sources:
        blocks.append("\n".join(["Sources:", *(_source(n, source) for n, source in enumerate(sources, 1))]))
    if message.status in _ENDS:
        blocks.append(f"({_ENDS[message.status]})")
    return blocks


def _part(part: model.Part) -> str:
    match part:
        case model.Text(text):
            return _plain(text)
        case model.Reasoning(text):
            return _marked("Reasoning:", text, "| ")
        case model.Image() | model.File() | model.Audio() | model.Video():
            return _attachment(part)
        case model.Citation():
            return ""
        case model.ToolCall(_, name, arguments):
            return _marked(f"Tool call: {_line(name)}".rstrip(": "), arguments)
        case model.ToolResult(_, text, name):
            return _marked(f"Tool result: {_line(name)}".rstrip(": "), text)
        case model.Code(text, language):
            return _marked(f"Code ({_line(language)}):" if language else "Code:", text)
        case model.Failure(message, advice):
            return f"({_line(f'{message} {advice}')})"
        case model.Unknown(kind, data):
            return _marked(f"Part of an unknown kind: {_line(kind)}", _json(data))


def _attachment(part: model.Image | model.File | model.Audio | model.Video) -> str:
    name = _line(part.name) or ("" if part.url else "without a name")
    size = f"{part.size:,} bytes" if part.size else ""
    facts = ", ".join(filter(None, (_line(part.media_type), size)))
    address = _line(part.url or "")
    line = " ".join(filter(None, (f"{type(part).__name__}:", name, f"({facts})" if facts else "", address)))
    transcript = part.transcript if isinstance(part, model.Audio) else ""
    return _marked(f"[{line}]", transcript)


def _source(number: int, source: model.Citation) -> str:
    start = f"[{number}] "
    lines = [line for line in (_line(source.title), _line(source.url)) if line]
    quote = _plain(source.text)
    lines += [f"> {line}".rstrip() for line in quote.splitlines()]
    return start + f"\n{' ' * len(start)}".join(lines or ["without a name"])


def _marked(heading: str, text: str, mark: str = "    ") -> str:
    """A heading, and a text below it whose every line is marked as part of it."""
    return "\n".join([heading, *(f"{mark}{line}".rstrip() for line in _plain(text).splitlines())])


def _plain(text: str) -> str:
    """A text with its own lines, without the signs that no editor shows."""
    lines: Iterable[str] = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _line(text: str) -> str:
    return " ".join(text.split()).translate(_CONTROLS)


def _wide(text: str) -> int:
    """How many columns a text takes: some signs take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True)


def _time(ms: int) -> str:
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    except OverflowError:
        return ""
    return moment.strftime("%Y-%m-%d %H:%M UTC") if ms > 0 else ""
