"""Conversations of ChatGPT: its data export, and what its own API gives for one conversation.

This file knows `conversations.json` and its shards (2023 to 2026), single
conversation objects, and the page that holds the same conversations. An answer
there is a chain of nodes (thoughts, calls, results, text); a chain without
branches becomes one message here. What lies beside is in `beside.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Json
from inglenook.formats.chatgpt.assets import Assets
from inglenook.formats.chatgpt.beside import beside_of, sniff_beside
from inglenook.formats.chatgpt.html import CHAT_PAGE, of_page
from inglenook.formats.chatgpt.tree import add_messages
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.jsontext import Element
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, obj, text

SYSTEM: Final = "chatgpt"
NAME: Final = "ChatGPT"

_WRAPPERS: Final = ("items", "conversations")
# What is mapped, or only of use to the site itself.
_TAKEN: Final = (
    "title", "create_time", "update_time", "mapping", "current_node", "conversation_id", "id", "is_archived",
    "is_starred", "pinned_time", "default_model_slug", "safe_urls", "blocked_urls", "moderation_results",
    "async_status", "owner",
)  # fmt: skip


def sniff(head: Head) -> Match | None:
    match head.kind:
        case "array" | "lines" if any(_is_chat(item) for item in head.items):
            return Match("export", apart=True) if head.kind == "array" else Match("lines")
        case "object" if _is_chat(head.top):
            return Match("conversation")
        case "object" if _wrapped(head.top):
            return Match("list")
        case "html":
            return Match("page") if CHAT_PAGE.search(head.text) and '"mapping"' in head.text else None
    return sniff_beside(head)


def _is_chat(item: Any) -> bool:
    """Whether it is a conversation: a tree whose messages have an author, which those of DeepSeek have not."""
    mapping = item.get("mapping") if isinstance(item, dict) else None
    if not isinstance(mapping, dict) or "chat_messages" in item:
        return False
    for node in mapping.values():
        message = obj(obj(node).get("message"))
        content = message.get("content")
        if "role" in obj(message.get("author")) and isinstance(content, dict | str) and "fragments" not in message:
            return isinstance(content, str) or "content_type" in content or "parts" in content
    return False


def _wrapped(top: Json) -> list[str]:
    """The names under which an object has lists of conversations."""
    return [name for name in _WRAPPERS if any(_is_chat(item) for item in arr(top.get(name))[:50])]


def read(document: Document) -> Iterator[Found]:
    match sniff(document.head):
        case Match(version="export"):
            elements = document.elements()
        case Match(version="lines"):
            elements = document.lines()
        case Match(version="conversation"):
            elements = iter((Element(document.value(), document.text(), 0),))
        case Match(version="list"):
            elements = (element for name in _wrapped(document.head.top) for element in document.elements(name))
        case Match(version="page") if not _has_file(document):
            elements = of_page(document)
        case _:
            return
    beside = beside_of(document)
    assets = Assets(document.beside, beside.names, beside.library)
    for element in elements:
        number = element.number + 1
        value = obj(element.value)
        title = text_of(value.get("title")).strip()[:80]
        if not obj(value.get("mapping")):
            named = f" (“{title}”)" if title else ""
            document.problem(f"Entry {number:,}{named} has no messages and was left out.")
            continue
        try:
            yield element.done(_conversation(value, element.raw, assets, beside.ratings))
        except BadFile as error:
            document.problem(
                f"Conversation “{title}”: {error.message}" if title else f"Entry {number:,}: {error.message}"
            )


def _has_file(page: Document) -> bool:
    """Whether the conversations of a page lie beside it in a file of their own."""
    own = ("export", "list", "lines")
    return any((match := sniff(other.head)) and match.version in own for other in page.beside if other is not page)


def _conversation(value: Json, raw: str, assets: Assets, ratings: dict[str, Json]) -> Found:
    """One conversation. BadFile if there is no message in it."""
    id, other_id = text_of(value.get("conversation_id")), text_of(value.get("id"))
    draft = Draft(
        SYSTEM,
        id or other_id,
        title=value.get("title"),
        created=value.get("create_time"),
        updated=value.get("update_time"),
    )
    draft.archived = value.get("is_archived") is True
    draft.pinned = value.get("is_starred") is True or bool(value.get("pinned_time"))
    if (slug := text(value.get("default_model_slug"))) != "auto":
        draft.model = slug
    draft.rest = rest_of(value, *_TAKEN)
    if id and other_id and id != other_id:
        draft.rest["id"] = other_id
    for name in ("gizmo_id", "conversation_template_id"):
        if text(project := value.get(name)).startswith("g-p-"):
            draft.folder = project
            break
    known = add_messages(draft, value["mapping"], assets, ratings)
    return draft.finish(known.get(text_of(value.get("current_node"))), raw)
