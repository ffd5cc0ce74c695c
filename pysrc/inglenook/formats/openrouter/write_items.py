"""The parts of a message as items of an OpenRouter room (orpg.3.0).

This file knows which part that room shows as what. A part that it cannot hold
is written so that it can be read there, and answered beside the items as it
is. It never learns of trees or characters.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from inglenook.core import model
from inglenook.core.model import Json, Message, Part
from inglenook.core.record import dump_part

Files = Callable[[str], bytes | None]
Attachment = model.Image | model.File | model.Audio | model.Video

_SOUNDS: Final = {"audio/mpeg": "mp3", "audio/wav": "wav", "audio/x-wav": "wav", "audio/mp4": "m4a", "audio/ogg": "ogg"}


@dataclass(slots=True)
class Items:
    """The items of one message by their ids, in order; `exact` has the parts that they only stand for."""

    message: Message
    owner: str
    files: Files
    records: dict[str, Json] = field(default_factory=dict)
    exact: dict[str, Json] = field(default_factory=dict)
    _entries: list[Json] | None = None

    @property
    def references(self) -> list[Json]:
        """What the message itself says of its items."""
        answer = self.message.role != "user"
        rows = [{"id": id, "type": record["data"]["type"]} for id, record in self.records.items()]
        return [{**row, "outputIndex": place} for place, row in enumerate(rows)] if answer else rows

    def item(self, data: Json) -> str:
        """Add an item; answers its id."""
        self._entries = None
        id = f"item-{seconds(self.message)}-{letters(self.owner, str(len(self.records)))}"
        if self.message.role != "user":
            data = {"id": id, **data}
        self.records[id] = {"id": id, "messageId": self.owner, "data": data}
        return id

    def entry(self, entry: Json) -> None:
        """Add an entry to the message that is being said."""
        if self._entries is None:
            entries: list[Json] = []
            self.item(self._spoken(entries))
            self._entries = entries
        self._entries.append(entry)

    def stand_in(self, part: Part, text: str) -> None:
        """Add an item that is read as `text` there, and as the part here."""
        id = self.item(self._spoken([self.said(text)] if text else []))
        self.exact[id] = dump_part(part)

    def cite(self, citation: model.Citation) -> None:
        """Note a source at the end of what was said last."""
        if not self._entries or "text" not in self._entries[-1]:
            self.entry(self.said(""))
        last = (self._entries or [])[-1]
        end = len(last["text"])
        note = {"type": "url_citation", "url": citation.url, "title": citation.title}
        quote = {"content": citation.text} if citation.text else {}
        last.setdefault("annotations", []).append({**note, **quote, "start_index": end, "end_index": end})

    def said(self, text: str) -> Json:
        return {"type": "output_text" if self.message.role in ("assistant", "tool") else "input_text", "text": text}

    def _spoken(self, entries: list[Json]) -> Json:
        if self.message.role in ("user", "system"):
            return {"type": "message", "role": self.message.role, "content": entries}
        ended = {"streaming": "in_progress", "interrupted": "in_progress", "done": "completed"}
        status = ended.get(self.message.status, "incomplete")
        return {"type": "message", "role": "assistant", "status": status, "content": entries}


def items_of(message: Message, owner: str, files: Files) -> Items:
    """The items of a message whose id in the room is `owner`."""
    items = Items(message, owner, files)
    calls = {part.id for part in message.parts if isinstance(part, model.ToolCall) and part.name}
    answered = calls & {part.call_id for part in message.parts if isinstance(part, model.ToolResult)} - {""}
    for part in message.parts:
        match part:
            case model.Text(text):
                if text:
                    items.entry(items.said(text))
            case model.Citation(url, title):
                items.cite(part) if url or title else items.stand_in(part, part.text)
            case model.Reasoning():
                _reasoning(items, part)
            case model.Image() | model.File() | model.Audio() | model.Video():
                _attachment(items, part)
            case model.ToolCall(id, name, arguments):
                if id in answered and name:
                    items.item({"type": "function_call", "call_id": id, "name": name, "arguments": arguments})
                else:
                    items.stand_in(part, f"Tool call: {name}\n\n{fenced(arguments, 'json')}")
            case model.ToolResult(call_id, text, name):
                if call_id in answered:
                    named = {"name": name} if name else {}
                    items.item({"type": "function_call_output", "call_id": call_id, **named, "output": text})
                else:
                    items.stand_in(part, f"Tool result: {name}\n\n{fenced(text)}")
            case model.Code(text, language):
                items.stand_in(part, fenced(text, language))
            case model.Failure():
                # A model that goes on here should not take it for its own words.
                items.stand_in(part, "")
            case model.Unknown(_, data):
                items.stand_in(part, fenced(json.dumps(data, ensure_ascii=False, indent=2), "json"))
    return items


def _reasoning(items: Items, part: model.Reasoning) -> None:
    content = [{"type": "reasoning_text", "text": part.text}] if part.text else []
    id = items.item({"type": "reasoning", "summary": [], "content": content})
    if part.details or part.duration_ms is not None or not part.text:
        items.exact[id] = dump_part(part)


def _attachment(items: Items, part: Attachment) -> None:
    data = items.files(part.sha256) if part.sha256 else None
    encoded = base64.b64encode(data).decode("ascii") if data else ""
    address = f"data:{part.media_type or 'application/octet-stream'};base64,{encoded}" if data else ""
    if not address and (part.url or "").startswith(("https://", "http://")) and not isinstance(part, model.Audio):
        address = part.url or ""
    if not address:
        items.stand_in(replace(part, sha256=None), f"[{type(part).__name__}: {part.name or 'without a name'}]")
        return
    named = {"filename": part.name} if part.name else {}
    match part:
        case model.Image() if items.message.role in ("assistant", "tool"):
            items.item({"type": "image_generation_call", "status": "completed", "result": address, **named})
        case model.Image():
            items.entry({"type": "input_image", "detail": "auto", "image_url": address, **named})
        case model.Audio():
            sound = {
                "data": encoded,
                "format": _SOUNDS.get(part.media_type, part.media_type.partition("/")[2] or "mp3"),
            }
            said = {"media_type": part.media_type, "transcript": part.transcript}
            kept = {name: value for name, value in said.items() if value}
            items.entry({"type": "input_audio", "input_audio": sound, **named, **kept})
        case model.Video():
            items.entry({"type": "input_video", "video_url": address, **named})
        case model.File():
            held = {"file_data": address, "file_url": address} if data else {"file_url": address}
            items.entry({"type": "input_file", "filename": part.name or "file", **held})


def seconds(message: Message) -> int:
    """The second in which a message was made, as ids name it."""
    return max(message.created_ms, 0) // 1000


def letters(*texts: str) -> str:
    """The end of an id: always the same for the same texts."""
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def fenced(text: str, language: str = "") -> str:
    """Text in a fence of Markdown that is longer than every run of its marks in the text."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
