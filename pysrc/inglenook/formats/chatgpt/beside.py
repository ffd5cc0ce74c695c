"""Files that lie beside the conversations in a ChatGPT export: ratings, names of files, the account.

This file knows what they hold and looks up what belongs to messages. Their
names tell nothing; the same list may be alone in a zip.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from inglenook.core.model import Json
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import text_of
from inglenook.formats.reading.found import Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import top_of
from inglenook.formats.reading.shape import obj

_SHARED: Final = {"id", "conversation_id", "title", "is_anonymous"}
_LIBRARY: Final = {"origination_thread_id", "origination_message_id", "sha256_digest", "library_artifact_type"}


@dataclass(slots=True)
class Beside:
    """What the files beside the conversations say: ratings by message, names by file, and the library's rows."""

    ratings: dict[str, Json] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    library: list[Json] = field(default_factory=list)


def sniff_beside(head: Head) -> Match | None:
    """Whether it is a file of an export that holds no conversation."""
    if head.kind == "array":
        return _list([item for item in head.items if isinstance(item, dict)])
    return _object(head.top) if head.kind == "object" else None


def _list(items: list[Json]) -> Match | None:
    if not items:
        return None
    first = items[0]
    if isinstance(first.get("conversation_id"), str):
        if isinstance(first.get("rating"), str) and ("id" in first or "message_id" in first) and "role" not in first:
            return Match("feedback", aside=True)
        if {"conversation_id", "is_anonymous"} <= first.keys() <= _SHARED:
            return Match("shared links", aside=True)
    if {"file_id", "file_name"} <= first.keys() and first.keys() & _LIBRARY:
        return Match("library", aside=True)
    if "input" in first and any(name.startswith("feedback_step") for name in obj(first.get("output"))):
        return Match("comparisons", aside=True)
    return None


def _object(top: Json) -> Match | None:
    if "chatgpt_plus_user" in top or {"email", "phone_number", "birth_year"} <= top.keys():
        return Match(skip="account details")
    if "manifest_file" in top and isinstance(top.get("logical_files"), dict):
        return Match("manifest", aside=True)
    if top.keys() == {"chats"} and isinstance(top["chats"], list) and all(map(_is_member_list, top["chats"])):
        return Match("group chats", aside=True)
    if top and all(name.startswith(("file-", "file_")) and isinstance(value, str) for name, value in top.items()):
        return Match("file names", aside=True)
    return None


def _is_member_list(chat: Any) -> bool:
    """Whether a group chat says who is in it, and nothing that was said."""
    about = obj(chat)
    return "participants" in about and not about.keys() & {"messages", "mapping", "history", "items"}


def beside_of(document: Document) -> Beside:
    """What lies beside a list of conversations. Files in which there is nothing need not be told to the user."""
    found = Beside()
    for other in document.beside:
        head = other.head
        if other is document or head.kind not in ("array", "object"):
            continue
        if head.whole and not head.closed and not (head.items if head.kind == "array" else head.top):
            other.used = True
            continue
        match = sniff_beside(head)
        if match is None:
            continue
        if match.version == "feedback":
            for row in (obj(element.value) for element in other.elements()):
                found.ratings |= {id: row for id in map(text_of, (row.get("id"), row.get("message_id"))) if id}
        elif match.version == "library":
            found.library += [obj(element.value) for element in other.elements()]
        elif match.version == "file names":
            found.names |= {key: name for key, name in top_of(other).items() if isinstance(name, str)}
    return found
