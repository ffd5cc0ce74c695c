"""The text that a conversation of another system was made of, kept to give it back as it came.

This file knows where in a conversation it is kept, and when the conversation
is still what it was. It never learns what the text means.

In `extra` of a conversation, beside where it came from:

    source  system, version, id    where it came from
            fingerprint            what the conversation was when it was read
            original               the text, packed; or
            original_sha256        the file that holds the text, if it is long
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from dataclasses import replace
from typing import Any, Final

from inglenook.core.deflated import deflated, inflated
from inglenook.core.errors import BadFile
from inglenook.core.model import Conversation, Json, Message

LARGEST: Final = 256 << 20
# What is longer is kept as a file: a conversation is written anew with each message.
LONG: Final = 128 << 10


def fingerprint(conversation: Conversation) -> str:
    """What a conversation says and is called, in a few letters. Pins, folders and the shown path do not count."""
    parts = [conversation.title.value]
    for message in sorted(conversation.messages.values(), key=_id):
        parts.append(f"{message.id}\0{message.parent}\0{message.revised_ms}\0{message.deleted_ms}")
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _id(message: Message) -> str:
    return message.id


def source_of(conversation: Conversation) -> Json:
    """Where a conversation came from; {} if it was begun here."""
    source = conversation.extra.get("source")
    return source if isinstance(source, dict) else {}


def keep(conversation: Conversation, incoming: Conversation, **members: str) -> Conversation:
    """The conversation with `original` or `original_sha256`, of which `incoming` was made."""
    source = {**source_of(conversation), **members, "fingerprint": fingerprint(incoming)}
    return replace(conversation, extra={**conversation.extra, "source": source})


def is_unchanged(conversation: Conversation) -> bool:
    """Whether a conversation still is what was read, so that its original is as good."""
    return source_of(conversation).get("fingerprint") == fingerprint(conversation)


def file_of(conversation: Conversation) -> str | None:
    """The SHA-256 of the file that holds the original, if one does."""
    return _text(source_of(conversation), "original_sha256")


def packed_in(conversation: Conversation) -> str | None:
    """The packed original that is kept in the conversation itself, if it is."""
    return _text(source_of(conversation), "original")


def _text(source: Json, name: str) -> str | None:
    value: Any = source.get(name)
    return value if isinstance(value, str) and value else None


def packed(text: str) -> str:
    """The text about a tenth as long: zlib, in base64."""
    return b64encode(deflated(text)).decode("ascii")


def unpacked(text: str) -> str:
    """The text that was packed. BadFile if it is damaged, or unpacks to more than a conversation can be."""
    try:
        return inflated(b64decode(text, validate=True), LARGEST).decode("utf-8", "surrogatepass")
    except ValueError as reason:
        raise BadFile("The original of this conversation is damaged.", detail=type(reason).__name__) from reason
