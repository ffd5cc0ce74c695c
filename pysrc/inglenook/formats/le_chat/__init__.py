"""A conversation of Mistral's Le Chat: one file of its export, a list of messages in no order.

This file knows `chat-<id>.json` of 2025 and 2026. Messages name no parents:
they follow each other by time, and those with the same id are versions of one,
of which the last was shown. There is no title and no model. It never learns
what a message is made of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Json, Usage
from inglenook.core.repair import well_formed
from inglenook.formats.le_chat.chunks import content_of
from inglenook.formats.reading import stamp
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import count, obj

SYSTEM: Final = "le-chat"
NAME: Final = "Le Chat"

_LIKED: Final = frozenset(("like", "liked", "positive", "thumbs_up", "up", "good"))
_DISLIKED: Final = frozenset(("dislike", "disliked", "negative", "thumbs_down", "down", "bad"))
_READ: Final = (
    "id", "version", "chatId", "role", "content", "contentChunks", "createdAt", "reaction", "reactionComment",
    "context", "canvas", "quotes", "files",
)  # fmt: skip


def sniff(head: Head) -> Match | None:
    if head.kind == "array" and any(
        isinstance(item, dict) and isinstance(item.get("chatId"), str) and "contentChunks" in item
        for item in head.items
    ):
        return Match(version="export")
    return None


def read(document: Document) -> Iterator[Found]:
    value = document.value()
    raw = document.text()
    chats: dict[str, list[Json]] = {}
    for number, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            chats.setdefault(text_of(item.get("chatId")), []).append(item)
        else:
            document.problem(f"Entry {number + 1:,} is no message and was left out.")
    if len(chats) == 2 and "" in chats:
        # A message that does not say where it belongs can belong to one conversation only.
        chats[next(filter(None, chats))].extend(chats.pop(""))
    for id, messages in chats.items():
        try:
            own = raw if len(chats) == 1 else well_formed(json.dumps(messages, ensure_ascii=False))
            yield _conversation(id, messages, own, document)
        except BadFile as error:
            document.problem(f"Conversation {id}: {error.message}")


def _conversation(id: str, messages: list[Json], raw: str, document: Document) -> Found:
    draft = Draft(SYSTEM, id, version="export")
    beside = {
        other.name.replace("\\", "/").rpartition("/")[2]: other
        for other in document.beside
        if id and id in other.name.replace("\\", "/").rpartition("/")[0]
    }
    above: str | None = None
    for versions in _turns(messages):
        shown = above
        for message in versions:
            shown = _message(draft, message, above, beside)
        above = shown
    return draft.finish(current=above, raw=raw)


def _turns(messages: list[Json]) -> list[list[Json]]:
    """The messages one after the other, each with its versions, the oldest first."""
    by_id: dict[str, list[Json]] = {}
    for number, message in enumerate(messages):
        by_id.setdefault(text_of(message.get("id")) or f"\0{number}", []).append(message)
    turns = [sorted(versions, key=lambda one: count(one.get("version")) or 0) for versions in by_id.values()]
    return sorted(turns, key=_place)


def _place(versions: list[Json]) -> tuple[bool, int, bool]:
    times = [time for one in versions if (time := stamp.ms(one.get("createdAt"))) is not None]
    # What has no time comes last; of question and answer with the same time the question is first.
    return not times, min(times, default=0), role_of(versions[0].get("role")) != "user"


def _message(draft: Draft, message: Json, parent: str | None, beside: dict[str, Document]) -> str:
    role = role_of(message.get("role"))
    content = content_of(message, draft, beside)
    context = obj(message.get("context"))
    version, id = count(message.get("version")) or 0, text_of(message.get("id"))
    reaction = text_of(message.get("reaction")).lower()
    rating = 1 if reaction in _LIKED else -1 if reaction in _DISLIKED else 0
    rest: dict[str, Any] = {**rest_of(message, *_READ), **content.rest}
    if reaction not in ("", "neutral") and not rating:
        rest["reaction"] = message["reaction"]
    if left := rest_of(context, "completionTiming"):
        rest["context"] = left
    return draft.add(
        role,
        content.parts,
        id=f"{id}.v{version}" if id and version else id,
        parent=parent,
        created=message.get("createdAt"),
        author=Author(),
        usage=_usage(obj(context.get("completionTiming"))) if role == "assistant" else Usage(),
        status="interrupted" if role == "assistant" and (content.interrupted or not content.parts) else "done",
        edited=version > 0 and role == "user",
        rating=rating,
        rating_note=text_of(message.get("reactionComment")),
        rest=rest,
    )


def _usage(timing: Json) -> Usage:
    return Usage(
        completion_tokens=count(obj(timing.get("generationStats")).get("outputTokens")),
        first_token_ms=count(timing.get("timeToFirstTokenMs")),
        duration_ms=count(timing.get("completionDurationMs")),
    )
