"""Reads conversations and backups of big-AGI (`.agi.json`), of version 1 and 2.

This file knows conversations, folders and messages as a whole; what a message
is made of is in `fragments.py`. Keys of model services are never kept.
After src/modules/trade/trade.client.ts and src/common/stores/chat/ of
enricoros/big-AGI, 2026.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Failure, Json, Status, Usage
from inglenook.formats.big_agi.fragments import fragment_parts
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import KEYS_LEFT_OUT, has_secrets, plain_text, rest_of, top_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.typed_content import dollars, spoken

SYSTEM: Final = "big-agi"
NAME: Final = "big-AGI"

_STATUS: Final[dict[str, Status]] = {"client-abort": "interrupted", "issue": "failed", "filter": "refused"}
_METRICS: Final = ("TIn", "TOut", "TOutR", "TCacheRead", "TCacheWrite", "$c", "$cReported", "dtStart", "dtAll")


def sniff(head: Head) -> Match | None:
    conversations = head.top.get("conversations")
    if head.kind != "object":
        return None
    if isinstance(conversations, list):
        return next((match for one in conversations[:5] if (match := _version(one))), None)
    return _version(head.top)


def _version(value: object) -> Match | None:
    """Which version a conversation is of; None if it is none."""
    conversation = obj(value)
    messages = conversation.get("messages")
    if not isinstance(messages, list):
        return None
    first = next((message for message in messages if isinstance(message, dict)), {})
    fragments = arr(first.get("fragments"))
    if any("ft" in obj(fragment) for fragment in fragments):
        return Match("2")
    if "systemPurposeId" in conversation:
        return Match("1" if "text" in first and "sender" in first else "2")
    return None


def read(document: Document) -> Iterator[Found]:
    if not isinstance(document.head.top.get("conversations"), list):
        conversation = obj(document.value())
        yield _conversation(
            conversation, plain_text(conversation) if has_secrets(conversation) else document.text(), {}
        )
        return
    top = top_of(document)
    if any(obj(source).get("setup") for source in arr(obj(top.get("models")).get("sources"))):
        document.problem(KEYS_LEFT_OUT)
    folders: dict[str, str] = {}
    for folder in map(obj, arr(obj(top.get("folders")).get("folders"))):
        for id in arr(folder.get("conversationIds")):
            folders.setdefault(text_of(id), text_of(folder.get("title")))
    for element in document.elements("conversations"):
        conversation = obj(element.value)
        if not arr(conversation.get("messages")):
            document.problem(f"Entry {element.number + 1:,} has no messages and was left out.")
            continue
        try:
            raw = plain_text(conversation) if has_secrets(conversation) else element.raw
            yield _conversation(conversation, raw, folders)
        except BadFile as error:
            document.problem(f"Conversation “{_title(conversation)}”: {error.message}")


def _title(conversation: Json) -> str:
    return text_of(conversation.get("userTitle")) or text_of(conversation.get("autoTitle"))


def _conversation(conversation: Json, raw: str, folders: dict[str, str]) -> Found:
    id = text_of(conversation.get("id"))
    match = _version(conversation)
    draft = Draft(
        SYSTEM,
        id,
        title=_title(conversation),
        created=conversation.get("created"),
        updated=conversation.get("updated"),
        version=match.version if match else "",
    )
    draft.archived = conversation.get("isArchived") is True
    draft.folder = folders.get(id, "")
    titled = "userTitle" if text_of(conversation.get("userTitle")) else "autoTitle"
    draft.rest = rest_of(conversation, "id", "messages", titled, "created", "updated", "isArchived", "tokenCount")
    for number, message in enumerate(arr(conversation.get("messages"))):
        if isinstance(message, dict):
            _add(draft, message)
        else:
            draft.problem(f"Message {number + 1:,} is none and was left out.")
    return draft.finish(raw=raw)


def _add(draft: Draft, message: Json) -> None:
    role = role_of(message.get("role"), role_of(message.get("sender")))
    generator = obj(message.get("generator"))
    parts = fragment_parts(draft, arr(message.get("fragments")))
    if said := text(message.get("text")):
        parts += spoken(said)
    reason = text(generator.get("tokenStopReason"))
    status: Status = _STATUS.get(reason, "done")
    if message.get("pendingIncomplete") is True or message.get("typing") is True:
        status = "interrupted"
    if status == "done" and role == "assistant" and any(isinstance(part, Failure) for part in parts):
        status = "failed"
    draft.add(
        role,
        parts,
        id=message.get("id"),
        created=message.get("created"),
        updated=message.get("updated"),
        author=_author(message, generator) if role == "assistant" else Author(),
        usage=_usage(obj(generator.get("metrics"))),
        status=status,
        finish_reason=reason or None,
        rest=_rest(message, generator),
    )


def _author(message: Json, generator: Json) -> Author:
    aix = obj(generator.get("aix"))
    # A generator that is only named is no model, but a part of the program ("issue").
    name = text_of(generator.get("name")) if generator.get("mgt") != "named" else ""
    model = name or text_of(aix.get("mId")) or text_of(message.get("originLLM"))
    provider = text_of(generator.get("providerInfraLabel")) or text_of(aix.get("vId"))
    return Author(model=model, provider=provider)


def _usage(metrics: Json) -> Usage:
    cached, written = count(metrics.get("TCacheRead")), count(metrics.get("TCacheWrite"))
    new = count(metrics.get("TIn"))
    # Its number of input tokens is without those that went through a cache; its money is cents.
    known = [number for number in (new, cached, written) if number is not None]
    cost = dollars(metrics.get("$cReported"), 100)
    return Usage(
        prompt_tokens=sum(known) if known else None,
        completion_tokens=count(metrics.get("TOut")),
        reasoning_tokens=count(metrics.get("TOutR")),
        cached_tokens=cached,
        cost_usd=dollars(metrics.get("$c"), 100) if cost is None else cost,
        first_token_ms=count(metrics.get("dtStart")),
        duration_ms=count(metrics.get("dtAll")),
    )


def _rest(message: Json, generator: Json) -> Json:
    named = generator.get("mgt") == "named"
    known = {
        **rest_of(
            message, "id", "role", "sender", "fragments", "text", "created", "updated", "tokenCount", "generator",
            "typing", "pendingIncomplete", "originLLM", "avatar",
        ),
        "generator": rest_of(
            generator, "mgt", "" if named else "name", "aix", "metrics", "tokenStopReason", "providerInfraLabel",
            "upstreamHandle",
        ),
        "metrics": rest_of(obj(generator.get("metrics")), *_METRICS),
    }  # fmt: skip
    return {name: value for name, value in known.items() if value}
