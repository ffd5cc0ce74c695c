"""One message of an OpenRouter room: its parts, how it ended, who wrote it and what it took.

This file knows a message's members and its `metadata`, in the layouts of
orpg.1.0 to 3.0. It never learns which message it answers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

from inglenook.core.model import Author, Failure, Json, Part, Reasoning, Role, Status, Text, Usage
from inglenook.formats.openrouter.items import Attach, attached_part, content_parts, item_parts, remaining
from inglenook.formats.reading.shape import arr, count, obj, text

_MEMBERS: Final = (
    "id", "type", "createdAt", "updatedAt", "parentMessageId", "items", "content", "reasoning", "attachments",
    "metadata", "isEdited", "isGenerating", "error",
)  # fmt: skip
_USUAL: Final = {"context": "main-chat", "contentType": "text", "characterId": "USER"}


@dataclass(slots=True)
class Content:
    """The parts of a message in their order, what has no place in them, and how its items ended."""

    parts: list[Part] = field(default_factory=list)
    rest: Json = field(default_factory=dict)
    statuses: list[tuple[Any, Any]] = field(default_factory=list)


def content_of(record: Json, items: list[tuple[str, Json]], known: dict[str, Part], attach: Attach) -> Content:
    """What a message says. `known` are items whose part need not be read."""
    content = Content()
    left: Json = {}
    for key, item in items:
        if key in known:
            content.parts.append(known[key])
            continue
        data = item.get("data")
        parts, over = item_parts(data, attach)
        over |= remaining(item, "id", "messageId", "data")
        content.statuses.append((obj(data).get("type"), obj(data).get("status")))
        content.parts += parts
        if over:
            left[key] = over
    if left:
        content.rest["items"] = left
    _older(record, content, attach)
    return content


def _older(record: Json, content: Content, attach: Attach) -> None:
    """What a message holds itself, as all did before orpg.3.0."""
    reasoning, said = text(record.get("reasoning")), record.get("content")
    if reasoning and Reasoning(reasoning) not in content.parts:
        content.parts.insert(0, Reasoning(reasoning))
    if said and not any(isinstance(part, Text) and part.text == said for part in content.parts):
        parts, over = content_parts(said, attach)
        content.parts += parts
        content.rest |= over
    left = []
    for attachment in arr(record.get("attachments")):
        if isinstance(attachment, dict):
            part, attachment = attached_part(attachment, attach)
            content.parts.append(part)
        if attachment:
            left.append(attachment)
    if left:
        content.rest["attachments"] = left


def told(record: Json, content: Content, role: Role, character: Json) -> Json:
    """The arguments for `Draft.add` that a message's own members give; `character` is the one that wrote it."""
    metadata = obj(record.get("metadata"))
    usage, used = _usage(metadata)
    rest = dict(content.rest)
    rest |= {name: value for name, value in remaining(record, *_MEMBERS).items() if _USUAL.get(name) != value}
    if left := remaining(metadata, *used):
        rest["metadata"] = left
    failure = _failure(record, metadata)
    author = Author()
    if role == "assistant":
        # The character may have been given another model since.
        model = text(metadata.get("variantSlug")) or text(character.get("model"))
        author = Author(model, provider=text(metadata.get("provider")), name=text(character.get("name")))
    return {
        "role": role,
        "parts": [*content.parts, *failure],
        "updated": record.get("updatedAt"),
        "author": author,
        "usage": usage,
        "status": "failed" if failure else _status(record, content.statuses),
        "generation_id": text(metadata.get("generationId")),
        "edited": record.get("isEdited") is True,
        "rest": rest,
    }


def _status(record: Json, statuses: list[tuple[Any, Any]]) -> Status:
    """An answer that was never ended was interrupted; a tool left open in a whole answer means nothing."""
    spoken = [status for kind, status in statuses if kind in ("message", "reasoning")]
    ended = spoken or [status for _, status in statuses]
    if "failed" in ended:
        return "failed"
    open_still = record.get("isGenerating") is True or "in_progress" in ended or "incomplete" in ended
    return "interrupted" if open_still else "done"


def _failure(record: Json, metadata: Json) -> list[Part]:
    error = record.get("error") or metadata.get("error")
    if not error or error is True:
        return []
    said = text(obj(error).get("message")) or text(error)
    detail = "" if isinstance(error, str) else json.dumps(error, ensure_ascii=False)
    return [Failure(said or "This answer failed.", code=count(obj(error).get("code")), detail=detail)]


def _usage(metadata: Json) -> tuple[Usage, list[str]]:
    """What an answer took, and the members that said so."""
    used = ["variantSlug", "provider", "generationId", "error"]
    used = [name for name in used if isinstance(metadata.get(name), str) or name == "error"]
    numbers: dict[str, int] = {}
    for name in ("tokensCount", "duration", "generateDuration", "latencyDuration"):
        if (number := count(metadata.get(name))) is not None:
            numbers[name] = number
            used.append(name)
    duration = numbers.get("duration", numbers.get("generateDuration"))
    if "generateDuration" in numbers and numbers["generateDuration"] != duration:
        used.remove("generateDuration")
    cost = _cost(metadata.get("cost"))
    if cost is not None:
        used.append("cost")
    usage = Usage(
        completion_tokens=numbers.get("tokensCount"),
        cost_usd=cost,
        first_token_ms=numbers.get("latencyDuration"),
        duration_ms=duration,
    )
    return usage, used


def _cost(value: Any) -> float | None:
    try:
        cost = float(value) if isinstance(value, str) or type(value) in (int, float) else -1.0
    except (ValueError, OverflowError):
        return None
    return cost if 0 <= cost < 1e9 else None
