"""Records of the stores, and the operations that write them.

This file knows which record holds what; it never runs a transaction. A
thread's record holds the text of `core/schema.py`, made small by
`core/deflated.py` (older ones hold a string), beside what must be known without
reading it: the revision and the attachments.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from inglenook.core import connection as connections
from inglenook.core.deflated import deflated, inflated, inflated_beside
from inglenook.core.errors import BadFile, InglenookError, NewerSchema, StorageError
from inglenook.core.model import Conversation, Message, Summary
from inglenook.core.repair import parse
from inglenook.core.schema import (
    CURRENT,
    Draft,
    dump_conversation,
    dump_draft,
    dump_summary,
    load_conversation,
    load_draft,
    load_summary,
)
from inglenook.core.summary import summarise
from inglenook.core.thread import attachments
from inglenook.ports import Brought, Held, Listed, Operation

# The mark of a deletion has a record of its own, so that saving a conversation never takes it away.
DELETED = "deleted:"


def get(store: str, key: str) -> Operation:
    return {"op": "get", "store": store, "key": key}


def put(store: str, key: str, record: dict[str, Any]) -> Operation:
    return {"op": "put", "store": store, "key": key, "record": record}


def delete(store: str, key: str) -> Operation:
    return {"op": "delete", "store": store, "key": key}


def every(store: str, but: tuple[str, ...] = ()) -> Operation:
    return {"op": "all", "store": store, "except": list(but)} if but else {"op": "all", "store": store}


def keys(store: str) -> Operation:
    return {"op": "keys", "store": store}


def writes(conversation: Conversation, expected: int, revision: int) -> list[Operation]:
    """Write a conversation and its summary, if the stored revision is the expected one."""
    summary = summarise(conversation, revision)
    id, named = conversation.id, sorted(attachments(conversation))
    head = {"id": id, "revision": revision, "schema": CURRENT}
    return [
        {"op": "expect", "store": "threads", "key": id, "revision": expected},
        put("threads", id, {**head, "attachments": named, "text": deflated(dump_conversation(conversation))}),
        put("conversations", id, {**head, "attachments": named, "text": dump_summary(summary)}),
    ]


def brought(one: Brought, revision: int) -> list[Operation]:
    """Write a conversation of an import, if the stored revision is the expected one."""
    id = one.summary.id
    head = {"id": id, "revision": revision, "schema": CURRENT, "attachments": list(one.attachments)}
    summary = dump_summary(replace(one.summary, revision=revision))
    thread = put("threads", id, {**head, "text": one.text})
    shown = put("conversations", id, {**head, "text": summary})
    # Each operation of an import counts: only what was there before can have another revision, or be deleted.
    if not one.expected:
        return [{**thread, "op": "add"}, shown]
    expected = {"op": "expect", "store": "threads", "key": id, "revision": one.expected}
    return [expected, thread, shown, delete("settings", DELETED + id)]


def draft_write(conversation_id: str, message: Message, saved_ms: int) -> Operation:
    text = dump_draft(Draft(message, conversation_id, saved_ms))
    named = sorted({sha256 for part in message.parts if (sha256 := getattr(part, "sha256", None))})
    record = {"id": message.id, "conversation_id": conversation_id, "attachments": named, "text": text}
    return put("drafts", message.id, record)


def revision_of(record: Any) -> int:
    """The revision of a record; 0 if there is none, -1 (which nothing expects) if it does not say."""
    if record is None:
        return 0
    revision = record.get("revision") if isinstance(record, dict) else None
    return revision if type(revision) is int and revision > 0 else -1


def is_current(record: Any) -> bool:
    return isinstance(record, dict) and record.get("schema") == CURRENT


def text_of(record: Any) -> str:
    text = record.get("text") if isinstance(record, dict) else None
    return text if isinstance(text, str) else ""


def thread_text(record: Any) -> str | bytes:
    """The text of a conversation, which is stored small; older versions stored a string. BadFile if it is damaged."""
    text = record.get("text") if isinstance(record, dict) else None
    return inflated(text) if isinstance(text, bytes) else text_of(record)


def size_of(record: Any) -> int:
    """About how long the text of a record is, as it is stored."""
    text = record.get("text") if isinstance(record, dict) else None
    return len(text) if isinstance(text, str | bytes) else 0


def held(id: str, record: Any) -> Held:
    """A conversation as it is stored. A text that is damaged is empty, which no reader takes for a conversation."""
    kept = record.get("text") if isinstance(record, dict) else None
    if not isinstance(kept, bytes):
        text = text_of(record).encode("utf-8", "replace")
        return Held(id, text, bool(text) and is_current(record))
    try:
        text, stream = inflated_beside(kept)
    except BadFile:
        text = stream = b""
    # Without a stream no checksum has said that the text is whole.
    return Held(id, text, bool(stream) and is_current(record), stream)


def listed(record: Any) -> Listed:
    """What a record of the shelf says of its conversation."""
    try:
        messages = parse(text_of(record)).get("message_count", 0) if is_current(record) else None
    except (InglenookError, AttributeError):
        messages = None
    whole = messages if type(messages) is int and messages >= 0 else None
    return Listed(whole, frozenset(named_by(record)))


def id_of(record: Any) -> str:
    id = record.get("id") if isinstance(record, dict) else None
    return id if isinstance(id, str) else ""


def named_by(record: Any) -> set[str]:
    """The attachments that a record names."""
    named = record.get("attachments") if isinstance(record, dict) else None
    return {sha256 for sha256 in named if isinstance(sha256, str)} if isinstance(named, list) else set()


def thread_of(record: Any) -> Conversation | None:
    """The conversation of a record. StorageError if it cannot be read; it is left as it is."""
    if record is None:
        return None
    try:
        return load_conversation(thread_text(record), ours=True)
    except NewerSchema:
        raise
    except InglenookError as error:
        raise StorageError(
            "This conversation cannot be read from the database.",
            advice="It was left as it is. If you have an export, import it.",
            detail=f"{error.message} {error.detail}".strip(),
        ) from error


def summaries_of(records: list[Any], deleted: dict[str, int]) -> tuple[list[Summary], list[str]]:
    """Summaries with their marks of deletion, and a sentence for each that cannot be read."""
    summaries, problems = [], []
    for record in records:
        try:
            summary = load_summary(text_of(record))
        except InglenookError as error:
            problems.append(f"The conversation {id_of(record) or 'without an id'} cannot be listed: {error.message}")
            continue
        mark = deleted.get(summary.id)
        summaries.append(summary if mark is None else replace(summary, deleted_ms=mark))
    return summaries, problems


def drafts_of(records: list[Any], held: set[str]) -> tuple[list[tuple[str, Message]], list[str]]:
    """Answers whose lock, answer:<id>, is not held by any tab; and a sentence for each that cannot be read."""
    drafts, problems = [], []
    for record in records:
        if f"answer:{id_of(record)}" in held:
            continue
        try:
            draft = load_draft(text_of(record))
        except InglenookError as error:
            problems.append(f"An answer that was cut off cannot be read: {error.message}")
            continue
        drafts.append((draft.conversation_id, draft.message))
    return drafts, problems


def connections_of(records: list[Any]) -> tuple[list[connections.Connection], list[str]]:
    loaded = [(record, connections.load(text_of(record))) for record in records]
    problems = [f"The connection {id_of(record)} cannot be read." for record, found in loaded if found is None]
    return [found for _, found in loaded if found is not None], problems
