"""Stored records: the text that lasts, and its versions.

This file knows the current version, the way up from every older one and which
records there are: a conversation, its summary, a draft. What a record is made
of is in `record.py`; where records are kept is decided elsewhere.

A text is canonical: sorted keys, messages by time and id, defaults left out.
Equal values give equal bytes. To change the format, raise CURRENT, add the
step to STEPS, and keep an archive of the old version in tests/data/archives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from inglenook.core.errors import BadFile, NewerSchema
from inglenook.core.model import Conversation, Json, Message, Summary
from inglenook.core.record import dump_value, in_order, load_value
from inglenook.core.repair import WRONG, canonical, parse

CURRENT: Final = 1

# From version n to n + 1: the kind of record ("conversation", "summary", "draft") and the record as plain values.
Step = Callable[[str, Json], Json]
STEPS: Final[dict[int, Step]] = {}


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer while it is received, written often, so that a crash loses little."""

    message: Message
    conversation_id: str
    saved_ms: int


def upgrade(kind: str, record: Any, steps: Mapping[int, Step] = STEPS, current: int = CURRENT) -> Json:
    """The record in the current version. NewerSchema if it is from the future, BadFile if it is no record."""
    if not isinstance(record, dict):
        raise BadFile(f"This is not a {kind}.")
    version = record.get("schema")
    if type(version) is not int or version < 1:
        raise BadFile(f"This {kind} does not say which version of the format it has.")
    if version > current:
        known = f"schema {str(version)[:20]}, known up to {current}"
        raise NewerSchema(f"This {kind} was written by a newer Inglenook.", detail=known)
    for step in range(version, current):
        record = steps[step](kind, record)
    return {name: value for name, value in record.items() if name != "schema"}


def dump_conversation(conversation: Conversation) -> str:
    """The canonical text of a conversation."""
    return _dump(conversation)


def conversation_pieces(conversation: Conversation) -> Iterator[str]:
    """The canonical text of a conversation in pieces, for one so long that it should not be held once more."""
    if not conversation.messages:
        yield dump_conversation(conversation)
        return
    record = {"schema": CURRENT, **dump_value(replace(conversation, messages={})), "messages": None}
    begun = "{"
    for name in sorted(record):
        yield f"{begun}{canonical(name)}:"
        begun = ","
        if name != "messages":
            yield canonical(record[name])
            continue
        opened = "["
        for message in in_order(conversation.messages):
            yield opened
            yield canonical(dump_value(message))
            opened = ","
        yield "]"
    yield "}"


def load_conversation(text: str | bytes, ours: bool = False) -> Conversation:
    """The conversation rebuilt from its text. BadFile or NewerSchema, and nothing else, if that cannot be done."""
    conversation = _load("conversation", Conversation, text, ours)
    if not conversation.id:
        raise BadFile("This conversation has no id.")
    return conversation


def dump_summary(summary: Summary) -> str:
    """The canonical text of a summary."""
    return _dump(summary)


def load_summary(text: str | bytes) -> Summary:
    """The summary rebuilt from its text; errors as for a conversation."""
    return _load("summary", Summary, text)


def dump_draft(draft: Draft) -> str:
    """The canonical text of a draft."""
    return _dump(draft)


def load_draft(text: str | bytes) -> Draft:
    """The draft rebuilt from its text; errors as for a conversation."""
    draft = _load("draft", Draft, text)
    if draft.message is None or not draft.message.id:
        raise BadFile("This draft has no message.")
    return draft


def canonical_message(message: Message) -> str:
    """The canonical text of one message, to compare and to break ties."""
    return canonical(dump_value(message))


def _dump(value: Conversation | Summary | Draft) -> str:
    return canonical({"schema": CURRENT, **dump_value(value)})


def _load(kind: str, made: type, text: str | bytes, ours: bool = False) -> Any:
    value = load_value(made, upgrade(kind, parse(text, ours)))
    if value is WRONG:
        raise BadFile(f"This is not a {kind}.")
    return value
