"""What a message of Le Chat is made of, chunk by chunk, as parts.

This file knows the chunks of exports of 2025 and 2026. A text that references
interrupt stays one text. It never learns about other messages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from inglenook.core import model
from inglenook.core.model import Json, Part
from inglenook.formats.reading import stamp
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, obj


@dataclass(slots=True)
class Content:
    """The parts of a message. `rest` is what no part holds; `interrupted`: a call says that it was."""

    parts: list[Part] = field(default_factory=list)
    rest: Json = field(default_factory=dict)
    interrupted: bool = False
    _said: list[str] = field(default_factory=list)
    _refers: list[Any] = field(default_factory=list)
    _texts: list[str] = field(default_factory=list)
    _sources: dict[str, Json] = field(default_factory=dict)
    _calls: int = 0

    def text(self, text: str) -> None:
        self._said.append(text)

    def refer(self, ids: list[Any]) -> None:
        self._refers += ids

    def end_text(self) -> None:
        """The text so far becomes a part, with the sources that it refers to behind it."""
        if text := "".join(self._said):
            self.parts.append(model.Text(text))
            self._texts.append(text)
        self._said.clear()
        for id in dict.fromkeys(text_of(id) for id in self._refers):
            if source := self._sources.get(id):
                url, title = text_of(source.get("url")), text_of(source.get("title")) or text_of(source.get("name"))
                about = text_of(source.get("description")) or text_of(source.get("snippet"))
                self.parts.append(model.Citation(url, title, about))
            else:
                self.rest.setdefault("references", []).append(id)
        self._refers.clear()

    def call(self, chunk: Json) -> None:
        """A call of a tool, and what it brought."""
        self._calls += 1
        id, name = text_of(chunk.get("id")) or f"call-{self._calls}", text_of(chunk.get("name"))
        self.parts.append(model.ToolCall(id, name, _json(chunk.get("publicArguments"), "{}")))
        result = chunk.get("publicResult")
        if result is not None and result != "":
            self.parts.append(model.ToolResult(id, _json(result, ""), name))
            self._sources.update(_sources(result))
        self.interrupted = self.interrupted or chunk.get("isInterrupted") is True
        left = rest_of(chunk, "type", "id", "name", "publicArguments", "publicResult", "isDone", "turn", "success")
        left |= {"success": False} if chunk.get("success") is False else {}
        left = {key: value for key, value in left.items() if key not in ("startTime", "endTime")}
        if took := _took(chunk):
            left["duration_ms"] = took
        if left:
            self.rest.setdefault("calls", {})[id] = left

    def covers(self, text: str) -> bool:
        """Whether the texts say what this one says, apart from spaces."""
        return text in self._texts or _squeezed(text) == _squeezed("".join(self._texts))


def content_of(message: Json, draft: Draft, beside: dict[str, Document]) -> Content:
    """The parts of a message. `beside`: the files of its conversation by name."""
    content = Content()
    for chunk in arr(message.get("contentChunks")):
        _chunk(content, chunk, draft)
    content.end_text()
    whole = message.get("content")
    if isinstance(whole, str) and whole and not content.covers(whole):
        # It is the same text once more, or the only one.
        if any(isinstance(part, model.Text) for part in content.parts):
            content.rest["content"] = whole
        else:
            content.parts.append(model.Text(whole))
    elif whole is not None and not isinstance(whole, str):
        content.parts.append(model.Unknown("content", whole))
    _around(content, message, draft, beside)
    return content


def _chunk(content: Content, chunk: Any, draft: Draft) -> None:
    kind = text_of(obj(chunk).get("type"))
    if kind == "reference":
        content.refer(arr(chunk.get("referenceIds")))
        if left := rest_of(chunk, "type", "referenceIds"):
            content.rest.setdefault("reference_chunks", []).append(left)
        return
    context = obj(obj(chunk).get("_context"))
    if kind == "text" and context.get("type") != "reasoning" and isinstance(chunk.get("text"), str):
        content.text(chunk["text"])
        if context:
            content.rest.setdefault("contexts", []).append(context)
        return
    content.end_text()
    match kind:
        case "text" if isinstance(chunk.get("text"), str):
            if chunk["text"]:
                content.parts.append(model.Reasoning(chunk["text"], duration_ms=_took(context)))
        case "tool_call":
            content.call(chunk)
        case "image_url" if address := _address(chunk.get("imageUrl") or chunk.get("image_url")):
            content.parts.append(draft.attach(address, kind="image"))
        case _ if chunk is not None:
            content.parts.append(model.Unknown(kind or "chunk", chunk))


def _address(value: Any) -> str:
    return text_of(value) or text_of(obj(value).get("url"))


def _took(about: Json) -> int | None:
    start, end = stamp.ms(about.get("startTime")), stamp.ms(about.get("endTime"))
    return end - start if start is not None and end is not None and end >= start else None


def _json(value: Any, nothing: str) -> str:
    if value is None or value == "":
        return nothing
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _sources(result: Any) -> Iterator[tuple[str, Json]]:
    """What a result holds that has an address, by the number or id that references give it."""
    waiting: list[tuple[str, Any]] = [("", result)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(("", inner) for inner in value)
        elif isinstance(value, dict):
            if text_of(value.get("url")):
                names = (text_of(value.get(name)) for name in ("referenceId", "id", "index"))
                if id := next(filter(None, names), key):
                    yield id, value
            waiting.extend(value.items())


def _around(content: Content, message: Json, draft: Draft, beside: dict[str, Document]) -> None:
    """What stands beside the text of a message: documents written together, quotes, files."""
    for canvas in arr(message.get("canvas")):
        about = obj(canvas)
        if isinstance(text := about.get("content"), str) and text:
            language = text_of(about.get("language")) or ("" if about.get("type") == "code" else "markdown")
            content.parts.append(model.Code(text, language))
            if left := rest_of(about, "content", "language"):
                content.rest.setdefault("canvas", []).append(left)
        elif canvas is not None:
            content.parts.append(model.Unknown("canvas", canvas))
    for quote in arr(message.get("quotes")):
        text = text_of(quote) or text_of(obj(quote).get("text")) or text_of(obj(quote).get("content"))
        if text and not rest_of(obj(quote), "text", "content", "id"):
            content.parts.append(model.Text("\n".join(f"> {line}" for line in text.splitlines())))
        elif quote is not None:
            content.parts.append(model.Unknown("quote", quote))
    for file in arr(message.get("files")):
        about = obj(file)
        name = text_of(about.get("name")) or text_of(file)
        kind = "image" if about.get("type") == "image" else ""
        if name or about:
            content.parts.append(draft.attach(beside.get(name) or _address(about) or None, kind=kind, name=name))
            if left := rest_of(about, "type", "name", "url"):
                content.rest.setdefault("files", []).append({"name": name, **left})


def _squeezed(text: str) -> str:
    return "".join(text.split())
