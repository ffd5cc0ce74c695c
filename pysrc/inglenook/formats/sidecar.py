"""What a form of another system has no place for: it stands beside each message there, and is taken back from there.

This file knows a member of our own that the other system's importer passes
over, and believes none of it. A writer reads what it wrote by our reader of
that system; only what came out different is put beside. So a form that holds
everything gets nothing, and nothing stands there twice. It never learns which
system it is.

Under KEY, beside the conversation:

    prompt    the id of the system prompt, where the other system keeps that as a setting
    title, created_ms, model, pinned, archived, current, extra    as they were, where they came out different
    source    where it came from, if that was another system

Under KEY, beside a message:

    of        what its parts looked like when it was written; changed there since, it counts as it stands there
    id, parent    only where the other system has no ids
    role, author, created_ms, revised_ms, status, usage, finish_reason, generation_id, extra    as above
    parts     the parts: the place of the one that came out the same, or `part`, as our own records hold it; its bytes
              are those of the one at the place `bytes`
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Conversation, Json, Message, Part, Stamped
from inglenook.core.original import source_of
from inglenook.core.record import dump_part, dump_value, load_part, load_value
from inglenook.core.repair import WRONG
from inglenook.core.tree import Index
from inglenook.formats.reading.found import Found
from inglenook.formats.reading.shape import arr, obj, text

KEY: Final = "inglenook"

Bytes = Callable[[str], bytes | None]
_FACTS: Final = (
    "role", "author", "created_ms", "revised_ms", "status", "usage", "finish_reason", "generation_id", "extra",
)  # fmt: skip
_ABOUT: Final = ("title", "model", "pinned", "archived")
_SOURCE: Final = ("system", "version", "id", "url")


def exported(conversation: Conversation, known: Index) -> Conversation:
    """The conversation as it may leave: without deleted messages, connections, and who has seen what."""
    messages = {}
    for id in known.parent:
        message = conversation.messages[id]
        if message.deleted_ms is None:
            status = "interrupted" if message.status == "streaming" else message.status
            author = replace(message.author, connection="") if message.author.connection else message.author
            parent = known.parent[id]
            messages[id] = replace(message, parent=parent, status=status, author=author, disclosure=None)
    return replace(conversation, messages=messages)


def came_from(conversation: Conversation) -> Json:
    """Where a conversation came from, without what it was made of: that may hold what was deleted since."""
    return {name: value for name, value in source_of(conversation).items() if name in _SOURCE}


def sourced(conversation: Conversation) -> Conversation:
    """The conversation with no more of its source than where it came from."""
    came = came_from(conversation)
    extra = _without_source(conversation.extra)
    return replace(conversation, extra=extra | ({"source": came} if came else {}))


def about(conversation: Conversation, found: Found, current: str | None) -> Json:
    """What of the conversation itself did not come out of what was written. `current` is an id of what came out."""
    read = found.conversation
    side: Json = {
        name: getattr(conversation, name).value
        for name in _ABOUT
        if getattr(conversation, name).value != getattr(read, name).value
    }
    if conversation.created_ms != read.created_ms:
        side["created_ms"] = conversation.created_ms
    if current != read.current.value:
        side["current"] = current
    if (extra := _without_source(conversation.extra)) != _without_source(read.extra):
        side["extra"] = extra
    came = came_from(conversation)
    if came and came.get("system") != source_of(read).get("system"):
        side["source"] = came
    return side


def beside(message: Message, read: Message, found: Found, files: Bytes) -> Json:
    """What of a message did not come out of what was written; {} if all did."""
    record = dump_value(replace(message, parts=()))
    side: Json = {name: record.get(name) for name in _FACTS if getattr(message, name) != getattr(read, name)}
    entries = [_entry(part, read.parts, found, files) for part in message.parts]
    if entries != list(range(len(read.parts))):
        side["parts"] = entries
    return {"of": looks(read.parts), **side} if side else {}


def _entry(part: Part, read: tuple[Part, ...], found: Found, files: Bytes) -> Any:
    sha256 = getattr(part, "sha256", None)
    data = files(sha256) if sha256 else None
    bare = _bare(part)
    for place, other in enumerate(read):
        pending = getattr(other, "sha256", None)
        if (pending is None) != (data is None):
            continue
        if data is None and other == bare:
            return place
        if data is not None and pending in found.files and found.files[pending]().read() == data:
            return place if _bare(other) == bare else {"part": dump_part(bare), "bytes": place}
    return {"part": dump_part(bare)}


def _bare(part: Part) -> Part:
    return replace(part, sha256=None) if getattr(part, "sha256", None) else part  # type: ignore[call-arg]


def looks(parts: Iterable[Part]) -> str:
    """A few letters that are others when the parts are others; of files all but the bytes counts."""
    told = json.dumps([dump_part(_bare(part)) for part in parts], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def restored(found: Found, top: Any, sides: Mapping[str, Any]) -> Found:
    """What was read, with what stood beside it: `top` beside the conversation, `sides` beside messages by their ids."""
    if not top and not sides:
        return found
    conversation = found.conversation
    messages = {id: _restored(message, obj(sides.get(id))) for id, message in conversation.messages.items()}
    conversation = replace(conversation, messages=messages)
    return replace(found, conversation=_about(conversation, obj(top)))


def _restored(message: Message, side: Json) -> Message:
    if side.get("of") != looks(message.parts):
        return message
    names = [name for name in _FACTS if name in side]
    try:
        made = load_value(Message, {**{name: side[name] for name in names}, "id": message.id})
        parts = _parts(side["parts"], message.parts) if "parts" in side else message.parts
    except BadFile:
        return message
    if made is WRONG or parts is None or ("role" in side and made.role != side["role"]):
        return message
    extra = message.extra
    if "created_ms" in names:
        # A time that was rounded there was perhaps put in order here.
        extra = {name: value for name, value in extra.items() if name != "created"}
    known = {name: getattr(made, name) for name in names}
    return replace(message, **{"extra": extra, **known, "parts": parts})


def _parts(entries: Any, read: tuple[Part, ...]) -> tuple[Part, ...] | None:
    """The parts that entries stand for; None if one stands for none."""
    made: list[Part] = []
    for entry in arr(entries):
        if isinstance(entry, dict):
            part = _bare(load_part(entry.get("part")))
            if "bytes" in entry:
                held = _at(read, entry["bytes"])
                if not hasattr(part, "sha256") or not getattr(held, "sha256", None):
                    return None
                part = replace(part, sha256=held.sha256)  # type: ignore[union-attr, call-arg]
        else:
            part = _at(read, entry)
            if part is None:
                return None
        made.append(part)
    return tuple(made)


def _at(read: tuple[Part, ...], place: Any) -> Part | None:
    return read[place] if type(place) is int and 0 <= place < len(read) else None


def _about(conversation: Conversation, top: Json) -> Conversation:
    record = {"id": conversation.id, "created_ms": top.get("created_ms"), "extra": obj(top.get("extra"))}
    try:
        made = load_value(Conversation, record)
    except BadFile:
        return conversation
    came = {name: value for name, value in obj(top.get("source")).items() if name in _SOURCE and isinstance(value, str)}
    changed: Json = {}
    for name in _ABOUT:
        old = getattr(conversation, name)
        if name in top and type(top[name]) is type(old.value):
            changed[name] = Stamped(top[name], old.at_ms or conversation.created_ms)
    if text(top.get("current")) in conversation.messages:
        changed["current"] = Stamped(top["current"], conversation.created_ms)
    if "created_ms" in top and made.created_ms:
        changed["created_ms"] = made.created_ms
    extra = conversation.extra
    if "extra" in top:
        extra = {**{"source": extra["source"]}, **_without_source(made.extra)}
    if came:
        extra = {**extra, "rest": {**obj(extra.get("rest")), "source": came}}
    return replace(conversation, **changed, extra=extra)


def _without_source(extra: Json) -> Json:
    return {name: value for name, value in extra.items() if name != "source"}
