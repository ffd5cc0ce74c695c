"""Conversations as the chat completions API takes them: JSON or JSON Lines, for chats and for fine-tuning.

This file knows lists of `messages` with role and content, one row each, a bare
list of messages, requests and responses as they were logged, and preference
rows. A row has no time, and an id in few cases; what it says tells it apart.
Rows of other systems that look alike are left to their readers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Json
from inglenook.formats.openai_messages.content import chain
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.jsontext import Element
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.row_files import RowFiles
from inglenook.formats.reading.rows import RowIds, rows_of
from inglenook.formats.reading.shape import arr, obj, text
from inglenook.formats.reading.turns import add_turns
from inglenook.formats.reading.typed_content import json_text

SYSTEM: Final = "openai-messages"
NAME: Final = "OpenAI-style messages"

# Members by which other systems' conversations are known.
_OTHERS: Final = frozenset((
    "mapping", "chat", "chatID", "conversationId", "conv", "config", "titleSet", "systemPurposeId", "threads", "thread",
    "harness", "requests", "chat_messages", "history", "isSidechain", "sessionId", "uuid", "topics", "exportType",
    "userTitle", "versions", "chosen", "rejected", "systemPrompt", "folderId", "mask", "session", "conversations",
    "conversation_id", "lastModified", "createdAt", "currNode", "chunkedPrompt",
))  # fmt: skip
_ROLES: Final = frozenset(("system", "developer", "user", "assistant", "tool", "function"))
_NOT_OURS: Final = ("id", "uuid", "parentId", "parent", "timestamp", "chatId", "children", "fragments")
_PREFERENCE: Final = ("preferred_output", "non_preferred_output")


def sniff(head: Head) -> Match | None:
    if head.kind == "object" and is_row(head.top):
        return Match("conversation")
    if head.kind == "lines" and any(is_row(item) for item in head.items[:20]):
        return Match("lines")
    if head.kind == "array" and head.items:
        if any(is_row(item) for item in head.items[:20]):
            return Match("rows")
        if all(_is_message(item) for item in head.items):
            return Match("messages")
    return None


def is_row(item: Any) -> bool:
    """Whether it is a row with messages of this kind, and of no other system."""
    if not isinstance(item, dict) or not _OTHERS.isdisjoint(item):
        return False
    if any(name in item for name in _PREFERENCE):
        return _all_messages(obj(item.get("input")).get("messages"))
    choices = arr(item.get("choices"))
    if "messages" not in item and choices:
        return all(_is_message(obj(choice).get("message")) for choice in choices)
    # A thread of an assistants API has an object's name, a logged request may as well.
    return item.get("object") in (None, "chat.completion") and _all_messages(item.get("messages"))


def _all_messages(value: Any) -> bool:
    return bool(arr(value)) and all(_is_message(message) for message in arr(value)[:20])


def _is_message(item: Any) -> bool:
    if not isinstance(item, dict) or not isinstance(item.get("role"), str) or item["role"] not in _ROLES:
        return False
    if not item.keys().isdisjoint(_NOT_OURS):
        return False
    content = item.get("content")
    if isinstance(content, list):
        return not any("value" in obj(piece) for piece in content)
    calls = item.get("tool_calls") or item.get("function_call")
    return isinstance(content, str) or bool(calls) or (content is None and "content" in item)


def read(document: Document) -> Iterator[Found]:
    ids = RowIds()
    for row in _rows(document):
        try:
            yield conversation(row, ids, document)
        except BadFile as error:
            document.problem(f"Entry {row.number + 1:,} was left out: {error.message}")


def _rows(document: Document) -> Iterator[Element]:
    head = document.head
    if head.kind == "array" and not any(is_row(item) for item in head.items[:20]):
        yield Element({"messages": [each.value for each in document.elements()]}, document.text(), 0)
    else:
        yield from rows_of(document)


def conversation(row: Element, ids: RowIds, document: Document) -> Found:
    """One row. BadFile if it has no messages."""
    value = obj(row.value)
    messages = arr(value.get("messages")) or arr(obj(value.get("input")).get("messages"))
    ours = obj(value.get("inglenook"))
    own = text_of(ours.get("id")) or text_of(value.get("id"))
    beginning = [json_text(value.get("system")), *map(json_text, messages[:3] or arr(value.get("choices"))[:1])]
    id = ids.id_of(own, beginning, row.raw)
    draft = Draft(SYSTEM, id, title=value.get("title"), created=ours.get("created") or value.get("created"))
    files = RowFiles(draft, document, value)
    notes = [obj(note) for note in arr(ours.get("messages"))]
    model = text(value.get("model"))
    prompt = value.get("system")
    system = [{"role": "system", "content": prompt}] if prompt and isinstance(prompt, str | list) else []
    if notes and system:
        notes.insert(0, {})
    keys = add_turns(draft, turns := chain([*system, *messages], draft, files, model, notes))
    above = keys[turns[-1].key] if turns else None
    ends = []
    for answer, known in _answers(value):
        more = chain(answer, draft, files, model, [], above, known)
        if more:
            ends.append(add_turns(draft, more)[more[-1].key])
    left, columns = files.rest()
    taken = ["messages", "title", "model", "created", "inglenook", *columns]
    taken += [*(["system"] if system else []), *(["id"] if id == own else []), *_PREFERENCE, "choices"]
    taken += ["usage"] if len(arr(value.get("choices"))) == 1 else []
    rest = rest_of(value, *taken)
    if "messages" in obj(rest.get("input")) and "messages" not in value:
        rest["input"] = rest_of(obj(rest["input"]), "messages")
    draft.rest = {**{name: inner for name, inner in rest.items() if inner != {}}, **left}
    return draft.finish(current=ends[0] if ends else None, raw=row.raw)


def _answers(value: Json) -> Iterator[tuple[list[Any], Json]]:
    """The parallel answers at the end of a row, the one to be shown first, and what else is known of each."""
    for place, name in enumerate(_PREFERENCE):
        yield arr(value.get(name)), {"rating": -1 if place else 1}
    choices = arr(value.get("choices"))
    usage = {"usage": value["usage"]} if len(choices) == 1 and "usage" in value else {}
    for choice in choices:
        finish = text(obj(choice).get("finish_reason"))
        rest = rest_of(obj(choice), "message", "finish_reason", "index")
        yield [obj(choice).get("message")], {"finish_reason": finish or None, "choice": rest, **usage}
