"""The shown path of conversations as JSON Lines in the form of the chat completions API, for chats and fine-tuning.

This file knows what that form takes where: pictures and files from the user,
calls of tools and then their results. Title, times and models stand in a
member of our own, `inglenook`; other versions are left out.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from inglenook.core import model
from inglenook.core.model import Conversation, Json, Message
from inglenook.core.repair import well_formed
from inglenook.core.thread import path

LABEL: Final = "OpenAI-style JSON Lines"
EXTENSION: Final = "jsonl"
MEDIA_TYPE: Final = "application/jsonl"

Bytes = Callable[[str], bytes | None]


def write(conversation: Conversation, files: Bytes) -> str:
    """One line: the messages of the shown path, and what this program knows of each."""
    rows: list[Json] = []
    notes: list[Json] = []
    for message in path(conversation):
        made = list(_Rounds(message, files).made())
        rows += made
        notes += [_note(message, last=place == len(made) - 1) for place in range(len(made))]
    ours: Json = {"id": conversation.id, "created": conversation.created_ms, "messages": notes}
    line: Json = {"messages": rows}
    if title := conversation.title.value.strip():
        line["title"] = title
    return well_formed(json.dumps({**line, "inglenook": ours}, ensure_ascii=False)) + "\n"


def join(texts: Iterable[str]) -> Iterator[str]:
    """One line for each conversation."""
    yield from texts


def _note(message: Message, last: bool) -> Json:
    author = message.author
    # The API knows names as well, but allows few signs in them.
    facts = {"created": message.created_ms, "model": author.model, "provider": author.provider, "name": author.name}
    return {**{name: value for name, value in facts.items() if value}, **({} if last else {"continued": True})}


class _Rounds:
    """One message as the API's: what is said, its calls, their results, and what is said after that."""

    def __init__(self, message: Message, files: Bytes) -> None:
        self._message = message
        self._files = files
        self._said: list[Json] = []
        self._thoughts: list[str] = []
        self._pictures: list[Json] = []
        self._sources: list[Json] = []
        self._calls: list[model.ToolCall] = []
        self._waiting: list[model.ToolCall] = []
        self._begun = False

    def made(self) -> Iterator[Json]:
        for part in self._message.parts:
            match part:
                case model.ToolCall() if self._message.role == "assistant":
                    self._calls.append(model.ToolCall(part.id or f"call_{len(self._calls)}", part.name, part.arguments))
                case model.ToolResult():
                    yield from self._result(part)
                case _:
                    if self._calls:
                        yield from self._close()
                    self._take(part)
        if self._something() or not self._begun:
            yield from self._close()

    def _something(self) -> bool:
        return bool(self._said or self._calls or self._thoughts or self._pictures or self._sources)

    def _result(self, part: model.ToolResult) -> Iterator[Json]:
        if self._calls:
            yield from self._close()
        name = {"name": part.name} if part.name else {}
        asked = next((call for call in self._waiting if call.id == part.call_id), None)
        if asked is None and not part.call_id and self._waiting:
            asked = self._waiting[0]
        if asked is None and self._message.role == "assistant":
            # The API takes no result that nobody asked for.
            self._said.append(_text(f"Tool result{f' of {part.name}' if part.name else ''}:\n{part.text}"))
            return
        if asked is not None:
            self._waiting.remove(asked)
        self._begun = True
        yield {"role": "tool", "tool_call_id": asked.id if asked else part.call_id, "content": part.text, **name}

    def _close(self) -> Iterator[Json]:
        role = self._message.role
        row: Json = {"role": role, "content": _content(self._said)}
        if role == "tool":
            row = {"role": role, "tool_call_id": "", "content": _plain(self._said)}
        if self._thoughts:
            row["reasoning_content"] = "\n\n".join(self._thoughts)
        if self._pictures:
            row["images"] = self._pictures
        if self._calls:
            row["tool_calls"] = [
                {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                for call in self._calls
            ]
        if self._sources:
            row["annotations"] = self._sources
        yield row
        self._begun = True
        self._waiting += self._calls
        self._said, self._thoughts, self._pictures, self._sources, self._calls = [], [], [], [], []

    def _take(self, part: model.Part) -> None:
        match part:
            case model.Reasoning(text):
                self._thoughts += [text] if text.strip() else []
            case model.Citation(url, title, text):
                cited = {"url": url, "title": title, "content": text}
                self._sources.append({"type": "url_citation", "url_citation": cited})
            case model.Image() if (address := self._address(part)) is not None:
                piece = {"type": "image_url", "image_url": {"url": address}}
                # The API takes pictures from the user only; where answers have some, they stand beside the text.
                (self._said if self._message.role == "user" else self._pictures).append(piece)
            case _:
                self._said += self._pieces(part)

    def _pieces(self, part: model.Part) -> list[Json]:
        user = self._message.role == "user"
        match part:
            case model.Text(text):
                return [_text(text)] if text.strip() else []
            case model.Code(text, language):
                return [_text(f"```{language}\n{text}\n```")]
            case model.Failure(words):
                return [_text(f"[{words}]")]
            case model.ToolCall(_, name, arguments):
                return [_text(f"Tool call of {name}:\n{arguments}")]
            case model.Unknown(kind, data):
                return [_text(f"```json\n{json.dumps({kind: data}, ensure_ascii=False, sort_keys=True)}\n```")]
            case model.Audio(sha256, _, media_type) if user and media_type in ("audio/wav", "audio/mpeg"):
                data = self._files(sha256) if sha256 else None
                if data is not None:
                    form = "wav" if media_type == "audio/wav" else "mp3"
                    return [{"type": "input_audio", "input_audio": {"data": _letters(data), "format": form}}]
            case model.File() if user and part.sha256 and (address := self._address(part)) is not None:
                return [{"type": "file", "file": {"filename": part.name or "file", "file_data": address}}]
        name = getattr(part, "name", "") or getattr(part, "url", "") or "without a name"
        return [_text(f"[{type(part).__name__}: {name}]")]

    def _address(self, part: model.Image | model.File) -> str | None:
        data = self._files(part.sha256) if part.sha256 else None
        if data is None:
            return part.url if part.url and part.url.startswith(("http://", "https://")) else None
        media_type = part.media_type or ("image/png" if isinstance(part, model.Image) else "application/octet-stream")
        return f"data:{media_type};base64,{_letters(data)}"


def _letters(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _text(text: str) -> Json:
    return {"type": "text", "text": text}


def _content(pieces: list[Json]) -> str | list[Json]:
    return pieces if any(piece["type"] != "text" for piece in pieces) else _plain(pieces)


def _plain(pieces: list[Json]) -> str:
    return "\n\n".join(piece["text"] for piece in pieces if piece["type"] == "text")
