"""Conversations of Cherry Studio: the `data.json` of its backup.

This file knows topics with messages of blocks (version 1.3 on) and older ones
with plain content. Titles and system prompts are in the saved state of the
program, a JSON text of JSON texts; its keys are never read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import (
    Author,
    Citation,
    Code,
    Failure,
    Json,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
    Usage,
)
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import KEYS_LEFT_OUT, plain_text, rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.typed_content import json_text, usage_of

SYSTEM: Final = "cherry-studio"
NAME: Final = "Cherry Studio"

_STATE: Final = "persist:cherry-studio"
_TAKEN: Final = (
    "id", "role", "assistantId", "topicId", "createdAt", "updatedAt", "status", "modelId", "model", "askId", "usage",
    "metrics", "blocks", "content", "reasoning_content", "images", "files", "type", "foldSelected",
)  # fmt: skip
_STATES: Final = {"paused": "interrupted", "pending": "interrupted", "processing": "interrupted", "error": "failed"}


def sniff(head: Head) -> Match | None:
    if head.kind != "object":
        return None
    indexed, local = obj(head.top.get("indexedDB")), obj(head.top.get("localStorage"))
    return (
        Match(text_of(head.top.get("version"))) if isinstance(indexed.get("topics"), list) or _STATE in local else None
    )


def read(document: Document) -> Iterator[Found]:
    top = obj(document.value())
    indexed = obj(top.get("indexedDB"))
    document.problem(KEYS_LEFT_OUT)
    known = _topics(obj(top.get("localStorage")))
    blocks = {text_of(obj(block).get("id")): obj(block) for block in arr(indexed.get("message_blocks"))}
    for topic in map(obj, arr(indexed.get("topics"))):
        about = known.get(text_of(topic.get("id")), {})
        try:
            yield conversation(document, topic, about, blocks)
        except BadFile as error:
            title = text_of(about.get("name")) or "without a title"
            document.problem(f"Conversation “{title[:80]}”: {error.message}")


def _topics(local: Json) -> dict[str, Json]:
    """What the program's state says of topics, with the prompt of their assistants."""
    state = _json(local.get(_STATE))
    assistants = _json(obj(state).get("assistants"))
    found: dict[str, Json] = {}
    for assistant in map(obj, arr(obj(assistants).get("assistants"))):
        for topic in map(obj, arr(assistant.get("topics"))):
            prompt = text(topic.get("prompt")) or text(assistant.get("prompt"))
            found[text_of(topic.get("id"))] = {**topic, "prompt": prompt, "assistant": text(assistant.get("name"))}
    return found


def _json(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return None


def conversation(document: Document, topic: Json, about: Json, blocks: dict[str, Json]) -> Found:
    """One topic. BadFile if it has no messages."""
    draft = Draft(
        SYSTEM, topic.get("id"), title=about.get("name"), created=about.get("createdAt"), updated=about.get("updatedAt")
    )
    draft.pinned, draft.folder = about.get("pinned") is True, text(about.get("assistant"))
    parent = (
        draft.add("system", [Text(prompt)], id="system prompt", parent=None)
        if (prompt := text(about.get("prompt")))
        else None
    )
    used: list[Json] = []
    asked: str | None = None
    asker = ""
    answers: dict[str, str] = {}
    end = parent
    for message in map(obj, arr(topic.get("messages"))):
        role = role_of(message.get("role"), "user")
        mine = [blocks[id] for id in map(text_of, arr(message.get("blocks"))) if id in blocks]
        used += mine
        if message.get("type") == "clear":
            draft.problem("A mark that cleared the model's memory is kept as a note.")
            end = parent = draft.add("system", [Unknown("clear", message)], id=message.get("id"), parent=parent)
            continue
        ask = text_of(message.get("askId"))
        # Answers to one question stand side by side; the chat goes on below the first, or the one that was chosen.
        above = asked if role == "assistant" and ask and ask == asker else parent
        added = _add(draft, document, message, mine, role, above)
        if role == "user":
            asked, asker, parent, end = added, text_of(message.get("id")), added, added
        elif above == asked and asked in answers and message.get("foldSelected") is not True:
            continue
        else:
            if asked:
                answers[asked] = added
            parent = end = added
    own = {"topic": topic, "about": rest_of(about), "message_blocks": used}
    return draft.finish(end, plain_text(own))


def _add(draft: Draft, document: Document, message: Json, blocks: list[Json], role: Any, parent: str | None) -> str:
    parts = [part for block in blocks for part in _block(draft, document, block)]
    if not blocks:
        if thought := text(message.get("reasoning_content")):
            parts.append(Reasoning(thought))
        if said := text(message.get("content")):
            parts.append(Text(said))
        for image in arr(message.get("images")):
            parts.append(draft.attach(image if isinstance(image, str) else None, kind="image"))
        for file in map(obj, arr(message.get("files"))):
            parts.append(_file(draft, document, file))
    model, metrics = obj(message.get("model")), obj(message.get("metrics"))
    usage = usage_of(message.get("usage"))
    status = _STATES.get(text(message.get("status")), "done")
    name = text(model.get("id")) or text(message.get("modelId"))
    return draft.add(
        role,
        parts,
        id=message.get("id"),
        parent=parent,
        created=message.get("createdAt"),
        updated=message.get("updatedAt"),
        author=Author(model=name, provider=text(model.get("provider"))) if name and role == "assistant" else NOBODY,
        usage=Usage(
            usage.prompt_tokens,
            usage.completion_tokens,
            first_token_ms=count(metrics.get("time_first_token_millsec")),
            duration_ms=count(metrics.get("time_completion_millsec")),
        ),
        status=status,  # type: ignore[arg-type]
        rest=rest_of(message, *_TAKEN),
    )


def _block(draft: Draft, document: Document, block: Json) -> list[Part]:
    said = text(block.get("content"))
    match block.get("type"):
        case "main_text" | "compact":
            return [Text(said)] if said else []
        case "thinking":
            return [Reasoning(said, duration_ms=count(block.get("thinking_millsec")))] if said else []
        case "code":
            return [Code(said, text(block.get("language")))] if said else []
        case "image" | "file" | "video":
            kind = text(block.get("type"))
            file = obj(block.get("file"))
            url = text(block.get("url")) or next(
                (u for u in arr(obj(block.get("metadata")).get("generateImageResponse")) if isinstance(u, str)), ""
            )
            return [_file(draft, document, file, kind)] if file else [draft.attach(url or None, kind=kind)]
        case "tool":
            call, name = text_of(block.get("toolId")), text(block.get("toolName"))
            parts: list[Part] = [ToolCall(call, name, json_text(block.get("arguments")))]
            given = block.get("content")
            return [*parts, ToolResult(call, json_text(given), name)] if given not in (None, "") else parts
        case "citation":
            return _citations(block)
        case "error":
            error = obj(block.get("error"))
            return [Failure(text(error.get("message")) or said or "The answer failed.", detail=text(error.get("name")))]
        case "translation":
            return [Unknown("translation", said)] if said else []
    return [Unknown(text(block.get("type")), block)] if said or block.get("type") else []


def _citations(block: Json) -> list[Part]:
    response = obj(block.get("response"))
    rows = response.get("results")
    rows = arr(rows) or arr(obj(rows).get("results")) or arr(obj(rows).get("groundingChunks"))
    found: list[Part] = []
    for row in [*map(obj, rows), *map(obj, arr(block.get("knowledge")))]:
        row = obj(row.get("web")) or row
        url = text(row.get("url")) or text(row.get("uri")) or text(row.get("sourceUrl")) or text(row.get("link"))
        found.append(Citation(url, text(row.get("title")), text(row.get("content")) or text(row.get("snippet"))))
    return found or [Unknown("citation", block)]


def _file(draft: Draft, document: Document, file: Json, kind: str = "") -> Part:
    id, ending = text(file.get("id")), text(file.get("ext"))
    held = document.beside.named(f"Data/Files/{id}{ending}") if id else None
    name = text(file.get("origin_name")) or text(file.get("name"))
    shape = kind if kind in ("image", "video") else "image" if file.get("type") == "image" else "file"
    return draft.attach(held, kind=shape, name=name, size=count(file.get("size")) or 0)
