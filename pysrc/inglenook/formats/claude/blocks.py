"""What a message of Claude is made of, block by block, as parts.

This file knows the blocks of claude.ai's exports (2023 to September 2026) and
of its internal API, and which result answers which call. It never learns about
conversations and branches.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from inglenook.core import model
from inglenook.core.model import Json, Part
from inglenook.formats.claude.artifacts import Artifacts
from inglenook.formats.reading import stamp
from inglenook.formats.reading.attach import Attached
from inglenook.formats.reading.draft import text_of
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj

Attach = Callable[..., Attached]

# Calls whose input is a program; as code it can be read.
_PROGRAMS: Final = {"repl": "javascript", "analysis": "javascript", "analysis_tool": "javascript"}
# Of every block: its kind, its times, and how the site draws it.
_DRAWN: Final = (
    "type", "start_timestamp", "stop_timestamp", "flags", "uuid", "integration_icon_url", "icon_name", "approval_key",
    "approval_options", "is_mcp_app", "signature",
)  # fmt: skip


@dataclass(slots=True)
class Content:
    """The parts of one message. `rest` is what no part holds; `began`, `ended`: when its blocks were made."""

    parts: list[Part | None] = field(default_factory=list)
    rest: Json = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    began: int | None = None
    ended: int | None = None
    _waiting: dict[str, str] = field(default_factory=dict)
    _calls: int = 0
    _cited: set[tuple[str, str]] = field(default_factory=set)
    _versions: dict[str, int] = field(default_factory=dict)

    @property
    def duration_ms(self) -> int | None:
        return _between(self.began, self.ended)

    def call(self, id: Any, name: str) -> str:
        """The id of a call; in official exports it is mostly null."""
        self._calls += 1
        mine = text_of(id) or f"call-{self._calls}"
        self._waiting[mine] = name
        return mine

    def answered(self, id: Any, name: str) -> str:
        """The id of the call that a result answers: its own, or the first one that waits, of the same name if any."""
        mine = text_of(id) or next((call for call, of in self._waiting.items() if of == name), "")
        mine = mine or next(iter(self._waiting), "")
        if not mine:
            self._calls += 1
            mine = f"call-{self._calls}"
        self._waiting.pop(mine, None)
        return mine

    def show(self, key: str, text: str, language: str) -> None:
        """A version of an artifact; an older one of the same message gives way."""
        if key in self._versions:
            self.parts[self._versions[key]] = None
        self._versions[key] = len(self.parts)
        self.parts.append(model.Code(text, language))

    def cite(self, citation: Json) -> None:
        """The sources of a passage, each once for a message, and where the passage is."""
        details, about = obj(citation.get("details")), obj(citation.get("metadata"))
        sources = [source for source in arr(citation.get("sources")) if isinstance(source, dict)]
        found = False
        for one in (citation, *sources):
            url = text_of(one.get("url")) or (text_of(details.get("url")) if one is citation else "")
            title = text_of(one.get("title")) or (_title(about) if one is citation else "")
            if not url and not title:
                continue
            found = True
            if (url, title) not in self._cited:
                self._cited.add((url, title))
                self.parts.append(model.Citation(url, title, text_of(one.get("cited_text") or one.get("subtitle"))))
        if not found:
            self.parts.append(model.Unknown("citation", citation))
        elif count(citation.get("end_index")) is not None:
            where = {"text": len(self.texts), "start": citation.get("start_index"), "end": citation.get("end_index")}
            url = text_of(citation.get("url")) or text_of(details.get("url"))
            self.rest.setdefault("citations", []).append({**where, "url": url} if url else where)

    def keep(self, number: int, left: Json) -> None:
        """Members of a block that no part holds, under the number of the block."""
        if left:
            self.rest.setdefault("blocks", {})[str(number)] = left


def _title(about: Json) -> str:
    return text_of(about.get("preview_title")) or text_of(about.get("title"))


def content_of(blocks: Iterable[Any], attach: Attach, artifacts: Artifacts) -> Content:
    """The parts of a message's blocks, in their order."""
    content = Content()
    for number, block in enumerate(blocks):
        if isinstance(block, dict):
            _block(content, number, block, attach, artifacts)
        elif isinstance(block, str) and block:
            _text(content, block)
        elif block is not None and block != "":
            content.parts.append(model.Unknown("block", block))
    return content


def _block(content: Content, number: int, block: Json, attach: Attach, artifacts: Artifacts) -> None:
    start, stop = stamp.ms(block.get("start_timestamp")), stamp.ms(block.get("stop_timestamp"))
    content.began = content.began if start is None else min(start, content.began or start)
    content.ended = content.ended if stop is None else max(stop, content.ended or stop)
    match block.get("type"):
        case "text" if isinstance(block.get("text"), str):
            _text(content, block["text"])
            for citation in arr(block.get("citations")):
                content.cite(citation if isinstance(citation, dict) else {"text": citation})
            content.keep(number, rest_of(block, *_DRAWN, "text", "citations"))
        case "thinking":
            _thinking(content, number, block, _between(start, stop))
        case "redacted_thinking":
            content.parts.append(model.Reasoning("", (block,)))
        case "tool_use":
            _call(content, number, block, artifacts)
        case "tool_result":
            _result(content, number, block, attach)
        case "voice_note":
            _text(content, "\n\n".join(filter(None, (text_of(block.get("title")), text_of(block.get("text"))))))
            content.keep(number, rest_of(block, *_DRAWN, "title", "text"))
        case "image" | "document" as kind if obj(block.get("source")) or block.get("file_uuid"):
            content.parts.append(_file(block, attach, "image" if kind == "image" else ""))
        case "error" if isinstance(block.get("message"), str):
            content.parts.append(model.Failure(block["message"]))
            content.keep(number, rest_of(block, *_DRAWN, "message"))
        case "token_budget":
            content.keep(number, rest_of(block, *_DRAWN))
        case kind:
            content.parts.append(model.Unknown(text_of(kind) or "block", block))


def _text(content: Content, text: str) -> None:
    if text:
        content.parts.append(model.Text(text))
        content.texts.append(text)


def _between(start: int | None, stop: int | None) -> int | None:
    return stop - start if start is not None and stop is not None and stop >= start else None


def _thinking(content: Content, number: int, block: Json, duration_ms: int | None) -> None:
    said = [text_of(one.get("summary")) for one in arr(block.get("summaries")) if isinstance(one, dict)]
    text = text_of(block.get("thinking"))
    if text or any(said):
        content.parts.append(model.Reasoning(text or "\n\n".join(filter(None, said)), duration_ms=duration_ms))
    left = rest_of(block, *_DRAWN, "thinking", *(() if text else ("summaries",)))
    content.keep(number, left)


def _call(content: Content, number: int, block: Json, artifacts: Artifacts) -> None:
    name, given = text_of(block.get("name")), block.get("input")
    id = content.call(block.get("id"), name)
    written = given if isinstance(given, str) else json.dumps(given if given is not None else {}, ensure_ascii=False)
    content.parts.append(model.ToolCall(id, name, written))
    made = artifacts.after(name, obj(given))
    if made is not None:
        content.show(*made)
    elif name in _PROGRAMS and (program := text_of(obj(given).get("code"))):
        content.parts.append(model.Code(program, _PROGRAMS[name]))
    # What the site draws for a call is its input once more.
    shown = ("display_content",) if given else ()
    content.keep(number, rest_of(block, *_DRAWN, "id", "name", "input", *shown))


def _result(content: Content, number: int, block: Json, attach: Attach) -> None:
    name = text_of(block.get("name"))
    id = content.answered(block.get("tool_use_id"), name)
    items = block.get("content")
    texts: list[str] = []
    others: list[Part] = []
    for item in items if isinstance(items, list) else [items]:
        if isinstance(item, str):
            texts.append(item)
        elif isinstance(item, dict):
            _item(item, texts, others, attach)
        elif item is not None:
            texts.append(json.dumps(item))
    structured = block.get("structured_content")
    if not any(texts) and structured:
        texts = [structured if isinstance(structured, str) else json.dumps(structured, ensure_ascii=False)]
        structured = None
    content.parts.append(model.ToolResult(id, "\n\n".join(filter(None, texts)), name))
    content.parts += others
    shown = ("display_content",) if items else ()
    left = rest_of({**block, "structured_content": structured}, *_DRAWN, "tool_use_id", "name", "content", *shown)
    content.keep(number, left)


def _item(item: Json, texts: list[str], others: list[Part], attach: Attach) -> None:
    match item.get("type"):
        case "text" if isinstance(item.get("text"), str):
            texts.append(item["text"])
        case "knowledge":
            texts.append("\n".join(filter(None, (text_of(item.get(name)) for name in ("title", "url", "text")))))
        case "local_resource":
            texts.append(text_of(item.get("file_path")))
            name, media_type = text_of(item.get("name")), text_of(item.get("mime_type"))
            others.append(attach(None, name=name, media_type=media_type))
        case "image":
            others.append(_file(item, attach, "image"))
        case kind:
            others.append(model.Unknown(text_of(kind) or "result", item))


def _file(item: Json, attach: Attach, kind: str) -> Part:
    source = obj(item.get("source"))
    media_type = text_of(source.get("media_type")) or text_of(item.get("mime_type"))
    name = text_of(item.get("file_name")) or text_of(item.get("name")) or text_of(item.get("title"))
    name = name or text_of(item.get("file_uuid"))
    if isinstance(data := source.get("data"), str) and data:
        if source.get("type") == "text":
            return attach(data.encode("utf-8", "replace"), kind=kind, name=name, media_type=media_type or "text/plain")
        return attach(f"data:{media_type};base64,{data}", kind=kind, name=name, media_type=media_type)
    return attach(text_of(source.get("url")) or None, kind=kind, name=name, media_type=media_type)
