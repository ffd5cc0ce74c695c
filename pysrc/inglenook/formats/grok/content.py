"""The parts of one Grok response while it is read: calls and results by card, search hits once, sources by number.

This file knows what must not come twice. It never learns in which member of a
response anything stood.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from inglenook.core import model
from inglenook.core.model import Json, Part
from inglenook.formats.grok.assets import Assets
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.shape import arr


@dataclass(slots=True)
class Content:
    """What has been found so far. `rest` is what no part holds; `sources` come last."""

    draft: Draft
    assets: Assets
    parts: list[Part] = field(default_factory=list)
    rest: Json = field(default_factory=dict)
    hits: set[str] = field(default_factory=set)
    calls: dict[str, str] = field(default_factory=dict)
    results: set[tuple[str, str]] = field(default_factory=set)
    cited: dict[str, int] = field(default_factory=dict)
    sources: list[model.Citation] = field(default_factory=list)

    def cite(self, url: str, title: str = "", text: str = "") -> int:
        """The number of a source. What was said of it before is kept, and what was not said is added."""
        if url not in self.cited:
            self.cited[url] = len(self.cited) + 1
            self.sources.append(model.Citation(url, title, text))
        place = self.cited[url] - 1
        known = self.sources[place]
        self.sources[place] = model.Citation(url, known.title or title, known.text or text)
        return place + 1

    def call(self, id: str, name: str, arguments: Any) -> str:
        """Add a call, unless it has been there; answers its id."""
        id = id or f"call-{len(self.calls) + 1}"
        if id not in self.calls:
            self.calls[id] = name
            self.parts.append(model.ToolCall(id, name, json_text(arguments)))
        return id

    def result(self, id: str, name: str, text: str) -> None:
        """Add what a call brought, once."""
        if text and (id, text) not in self.results:
            self.results.add((id, text))
            self.parts.append(model.ToolResult(id, text, self.calls.get(id, name)))

    def found(self, hits: Any, name: str) -> None:
        """Search hits that no tool's result held, as a search of their own."""
        fresh = [hit for hit in arr(hits) if not isinstance(hit, dict) or text_of(hit.get("url")) not in self.hits]
        if text := self.hits_text(fresh):
            self.result(self.call("", name, {}), name, text)

    def hits_text(self, hits: list[Any]) -> str:
        """Search hits as text; they are not taken again."""
        self.hits.update(text_of(hit.get("url")) for hit in hits if isinstance(hit, dict))
        self.hits.discard("")
        return "\n\n".join(filter(None, map(_hit, hits)))


def json_text(value: Any) -> str:
    """A text as it is, anything else as JSON text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _hit(hit: Any) -> str:
    if not isinstance(hit, dict):
        return "" if hit is None else json_text(hit)
    names = ("title", "url", "preview", "description", "snippet", "text")
    return "\n".join(dict.fromkeys(filter(None, (text_of(hit.get(name)).strip() for name in names)))) or json_text(hit)


def pieces(text: str, begin: str, end: str) -> Iterator[tuple[str, str]]:
    """A text with XML in it: what stands between elements, and each element, as pairs of which one is empty."""
    at = 0
    while (start := text.find(begin, at)) >= 0:
        stop = text.find(">", start) + 1
        if stop and text[stop - 2] != "/":
            close = text.find(end, start)
            stop = close + len(end) if close >= 0 else 0
        if not stop:
            break
        if start > at:
            yield text[at:start], ""
        yield "", text[start:stop]
        at = stop
    if at < len(text):
        yield text[at:], ""
