"""A message of DeepSeek and its fragments, as parts.

This file knows fragments (exports since summer 2025), the flat messages before
them, and the more detailed ones of the API. It never learns about the tree.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any, Final

from inglenook.core import model
from inglenook.core.model import Author, Json, Part, Role, Status
from inglenook.formats.reading.draft import Draft, role_of, text_of
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj

_CITED: Final = re.compile(r"\[citation:(\d{1,6})\]")
_STATUS: Final[dict[str, Status]] = {"": "done", "FINISHED": "done", "CONTENT_FILTER": "refused", "FAILED": "failed"}
_READ: Final = (
    "message_id", "parent_id", "id", "role", "model", "inserted_at", "create_time", "created_at", "files", "fragments",
    "content", "reasoning_content", "thinking_content", "thinking_elapsed_secs", "search_results", "feedback",
)  # fmt: skip


@dataclass(slots=True)
class _Content:
    parts: list[Part] = field(default_factory=list)
    rest: Json = field(default_factory=dict)
    hits: dict[int, Json] = field(default_factory=dict)
    references: list[model.Citation] = field(default_factory=list)
    calls: int = 0

    def tool(self, name: str, arguments: Json, text: str) -> None:
        self.calls += 1
        id = f"call-{self.calls}"
        self.parts.append(model.ToolCall(id, name, json.dumps(arguments, ensure_ascii=False)))
        self.parts.append(model.ToolResult(id, text, name))

    def search(self, results: list[Any], arguments: Json) -> None:
        """A search and its hits; sources in the text are numbers of hits."""
        for hit in results:
            number = count(obj(hit).get("cite_index"))
            self.hits.setdefault(len(self.hits) + 1 if number is None else number, obj(hit))
        self.tool("search", arguments, "\n\n".join(filter(None, map(_hit, results))))


def add_message(draft: Draft, message: Json, id: str, parent: str | None, turn: Role | str) -> Role:
    """Add a message; `turn`: who speaks, if it does not say so itself. Answers who spoke."""
    content = _Content()
    fragments = arr(message.get("fragments"))
    for number, fragment in enumerate(fragments):
        _fragment(content, number, fragment)
    flat = _flat(content, message)
    _cite(content)
    kinds = {text_of(obj(fragment).get("type")).upper() for fragment in fragments}
    said = message.get("role")
    if isinstance(said, str) and said:
        role = role_of(said)
    elif kinds or flat:
        role = "user" if "REQUEST" in kinds else "assistant"
    else:
        role = "user" if turn == "user" else "assistant"
    for file in arr(message.get("files")):
        _file(draft, content, file)
    word = text_of(message.get("status")).upper()
    if _STATUS.get(word) == "failed":
        content.parts.append(model.Failure("DeepSeek reported that this answer failed."))
    feedback = message.get("feedback")
    rating = _rating(feedback)
    if feedback and not rating:
        content.rest["feedback"] = feedback
    draft.add(
        role,
        content.parts,
        id=id,
        parent=parent,
        created=message.get("inserted_at") or message.get("create_time") or message.get("created_at"),
        author=Author(model=text_of(message.get("model"))) if role == "assistant" else Author(),
        status=_STATUS.get(word, "interrupted"),
        finish_reason=word.lower() if word not in _STATUS else None,
        rating=rating,
        rating_note=text_of(obj(feedback).get("content")) or text_of(obj(feedback).get("comment")),
        rest={**rest_of(message, *_READ, *(("status",) if word == "FINISHED" else ())), **content.rest},
    )
    return role


def _fragment(content: _Content, number: int, fragment: Any) -> None:
    if not isinstance(fragment, dict):
        if fragment is not None:
            content.parts.append(model.Unknown("fragment", fragment))
        return
    kind, text = text_of(fragment.get("type")).upper(), text_of(fragment.get("content"))
    left = rest_of(fragment, "id", "stage_id", "type", "content", "references", "elapsed_secs", "results", "status")
    match kind:
        case "REQUEST" | "RESPONSE" | "TEMPLATE_RESPONSE":
            if text:
                content.parts.append(model.Text(text))
        case "THINK" | "THINKING":
            if text:
                content.parts.append(model.Reasoning(text, duration_ms=_ms(fragment.get("elapsed_secs"))))
        case "SEARCH" | "TOOL_SEARCH":
            content.search(arr(fragment.get("results")), left)
            left = {"content": text} if text else {}
        case "READ_LINK" | "TOOL_OPEN":
            results = arr(fragment.get("results")) or arr(left.pop("result", None))
            hits = "\n\n".join(filter(None, map(_hit, results)))
            content.tool(kind.lower(), left, "\n\n".join(filter(None, (text, hits))))
            left = {}
        case _:
            content.parts.append(model.Unknown(kind or "fragment", fragment))
            left = {}
    for reference in arr(fragment.get("references")):
        if url := text_of(obj(reference).get("url")):
            about = text_of(obj(reference).get("snippet"))
            content.references.append(model.Citation(url, text_of(obj(reference).get("title")), about))
        elif reference is not None:
            left = {**left, "references": [*arr(left.get("references")), reference]}
    if left:
        content.rest.setdefault("fragments", {})[str(number)] = left


def _flat(content: _Content, message: Json) -> bool:
    """What a message without fragments says; whether it can only be an answer."""
    thought = text_of(message.get("reasoning_content")) or text_of(message.get("thinking_content"))
    results = arr(message.get("search_results"))
    if thought and not any(isinstance(part, model.Reasoning) for part in content.parts):
        content.parts.append(model.Reasoning(thought, duration_ms=_ms(message.get("thinking_elapsed_secs"))))
    if results and not content.hits:
        content.search(results, {})
    text = text_of(message.get("content"))
    if text and not any(isinstance(part, model.Text) and part.text == text for part in content.parts):
        content.parts.append(model.Text(text))
    return bool(thought or results)


def _ms(seconds: Any) -> int | None:
    whole = count(seconds)
    return None if whole is None else round(seconds * 1000)


def _hit(hit: Any) -> str:
    if not isinstance(hit, dict):
        return "" if hit is None else text_of(hit) or json.dumps(hit, ensure_ascii=False)
    texts = (text_of(hit.get(name)) for name in ("title", "url", "snippet", "content"))
    return "\n".join(dict.fromkeys(filter(None, texts))) or json.dumps(hit, ensure_ascii=False)


def _cite(content: _Content) -> None:
    """The sources, in the order in which the answer names them, and the places of those in the text for its marks."""
    sources: dict[model.Citation, int] = {}

    def place(mark: re.Match[str]) -> str:
        hit = content.hits.get(int(mark[1]), {})
        if url := text_of(hit.get("url")):
            source = model.Citation(url, text_of(hit.get("title")), text_of(hit.get("snippet")))
            return f"[{sources.setdefault(source, len(sources) + 1)}]"
        # A mark that points nowhere stays.
        return mark[0]

    for number, part in enumerate(content.parts):
        if isinstance(part, model.Text | model.Reasoning) and "[citation:" in part.text:
            content.parts[number] = replace(part, text=_CITED.sub(place, part.text))
    named = {source.url for source in sources}
    content.parts += [*sources, *(each for each in content.references if each.url not in named)]


def _file(draft: Draft, content: _Content, file: Any) -> None:
    about = obj(file)
    name = text_of(about.get("file_name")) or text_of(about.get("name")) or text_of(about.get("id")) or text_of(file)
    if not name:
        return
    content.parts.append(draft.attach(None, name=name, size=count(about.get("file_size")) or 0))
    if left := rest_of(about, "file_name", "file_size", "name"):
        content.rest.setdefault("files", []).append({"name": name, **left})


def _rating(feedback: Any) -> int:
    word = feedback if isinstance(feedback, str) else text_of(obj(feedback).get("type"))
    return {"LIKE": 1, "UPVOTE": 1, "GOOD": 1, "DISLIKE": -1, "DOWNVOTE": -1, "BAD": -1}.get(word.upper(), 0)
