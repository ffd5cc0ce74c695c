"""Conversations of Cherry Studio: the `data.json` of its backup.

This file knows topics and their messages; what a message says is known by
`blocks.py`. Titles and system prompts are in the saved state of the program, a
JSON text of JSON texts; its keys are never kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Json, Role, Status, Text, Unknown, Usage
from inglenook.formats.cherry_studio.blocks import parts_of
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.jsonvalue import loads
from inglenook.formats.reading.leftovers import KEYS_LEFT_OUT, has_secrets, plain_text, rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.typed_content import usage_of

SYSTEM: Final = "cherry-studio"
NAME: Final = "Cherry Studio"

_STATE: Final = "persist:cherry-studio"
_TAKEN: Final = (
    "id", "role", "assistantId", "topicId", "createdAt", "updatedAt", "status", "modelId", "model", "askId", "usage",
    "metrics", "blocks", "content", "reasoning_content", "images", "files", "type", "foldSelected", "metadata",
)  # fmt: skip
_STATES: Final[dict[str, Status]] = {
    "paused": "interrupted", "pending": "interrupted", "processing": "interrupted", "searching": "interrupted",
    "error": "failed",
}  # fmt: skip
_LEFT_OUT: Final = ("knowledge_notes", "translate_history", "quick_phrases")


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
    state = {name: _json(value) for name, value in obj(_json(obj(top.get("localStorage")).get(_STATE))).items()}
    if has_secrets(state) or has_secrets(top.get("localStorage")):
        document.problem(KEYS_LEFT_OUT)
    if any(indexed.get(name) for name in _LEFT_OUT):
        document.problem("Notes, phrases and translations of this backup were left out.")
    known = _topics(obj(state.get("assistants")))
    blocks = {text_of(obj(block).get("id")): obj(block) for block in arr(indexed.get("message_blocks"))}
    for topic in map(obj, arr(indexed.get("topics"))):
        about = known.get(text_of(topic.get("id")), {})
        try:
            yield conversation(document, topic, about, blocks)
        except BadFile as error:
            title = text_of(about.get("name")) or "without a title"
            document.problem(f"Conversation “{title[:80]}”: {error.message}")


def _topics(assistants: Json) -> dict[str, Json]:
    """What the program's state says of topics, with the prompt of their assistants."""
    found: dict[str, Json] = {}
    for assistant in map(obj, [assistants.get("defaultAssistant"), *arr(assistants.get("assistants"))]):
        for topic in map(obj, arr(assistant.get("topics"))):
            prompt = text(topic.get("prompt")) or text(assistant.get("prompt"))
            found[text_of(topic.get("id"))] = {**topic, "prompt": prompt, "assistant": text(assistant.get("name"))}
    return found


def _json(value: Any) -> Any:
    """The value of JSON text, anything else as it is; None for text that is none, or nested too deeply."""
    if not isinstance(value, str):
        return value
    try:
        return loads(value)
    except (ValueError, RecursionError):
        return None


def conversation(document: Document, topic: Json, about: Json, blocks: dict[str, Json]) -> Found:
    """One topic. BadFile if it has no messages."""
    draft = Draft(
        SYSTEM, topic.get("id"), title=about.get("name"), created=about.get("createdAt"), updated=about.get("updatedAt")
    )
    draft.pinned, draft.folder = about.get("pinned") is True, text(about.get("assistant"))
    prompt = text(about.get("prompt"))
    end = draft.add("system", [Text(prompt)], id=f"{draft.source_id}/prompt", parent=None) if prompt else None
    messages = [message for message in arr(topic.get("messages")) if isinstance(message, dict)]
    if len(messages) < len(arr(topic.get("messages"))):
        draft.problem("A message is damaged and was left out.")
    if not messages:
        raise BadFile("It has no messages.", advice="")
    used: list[Json] = []
    chosen = _chosen(messages)
    # Our ids of questions by theirs; the last one is what an answer is to that names none.
    questions: dict[str, str] = {}
    for message in messages:
        id, role = text_of(message.get("id")), role_of(message.get("role"), "user")
        mine = [blocks[block] for block in map(text_of, arr(message.get("blocks"))) if block in blocks]
        used += mine
        if len(mine) < len(arr(message.get("blocks"))):
            draft.problem("A part of a message is not in the backup.")
        if message.get("type") == "clear":
            end = draft.add("system", [Unknown("clear", message)], id=id, parent=end, created=message.get("createdAt"))
            continue
        ask = text_of(message.get("askId")) if role == "assistant" else ""
        added = _add(draft, document, message, mine, role, questions.get(ask, end))
        if role == "user" and id:
            questions[id] = added
        # Of several answers to a question the talk goes on below one.
        if ask not in questions or chosen[ask] is message:
            end = added
    own = {"topic": topic, "about": rest_of(about), "message_blocks": used}
    return draft.finish(end, plain_text(own))


def _chosen(messages: list[Json]) -> dict[str, Json]:
    """Of the answers to each question the one that the program sends on: marked as useful, or shown, or the first."""
    found: dict[str, Json] = {}
    for mark in ("useful", "foldSelected", ""):
        for message in messages:
            ask = text_of(message.get("askId"))
            if ask and role_of(message.get("role"), "user") == "assistant" and (not mark or message.get(mark) is True):
                found.setdefault(ask, message)
    return found


def _add(draft: Draft, document: Document, message: Json, blocks: list[Json], role: Role, parent: str | None) -> str:
    parts, left = parts_of(draft, document, message, blocks)
    model, metrics = obj(message.get("model")), obj(message.get("metrics"))
    usage = usage_of(message.get("usage"))
    written = count(metrics.get("completion_tokens"))
    id = text(model.get("id")) or text(message.get("modelId"))
    name = text(model.get("name"))
    author = Author(model=id, provider=text(model.get("provider")), name=name if name != id else "")
    return draft.add(
        role,
        parts,
        id=message.get("id"),
        parent=parent,
        created=message.get("createdAt"),
        updated=message.get("updatedAt"),
        author=author if role == "assistant" else NOBODY,
        usage=Usage(
            usage.prompt_tokens,
            usage.completion_tokens if usage.completion_tokens is not None else written,
            usage.reasoning_tokens,
            usage.cached_tokens,
            usage.cost_usd,
            first_token_ms=count(metrics.get("time_first_token_millsec")),
            duration_ms=count(metrics.get("time_completion_millsec")),
        ),
        status=_STATES.get(text(message.get("status")), "done"),
        rest={**rest_of(message, *_TAKEN), **left},
    )
