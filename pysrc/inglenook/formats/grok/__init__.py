"""Conversations of Grok, as the account export of x.ai holds them in `prod-grok-backend.json`.

This file knows the export's layouts of 2025 and 2026: responses under a
conversation, with or without the response each one answers, with ids in "_id"
or "response_id". Projects, tasks and media posts beside the conversations are
read by `grok_more`. It never learns what is in a response.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core import model
from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Json, Status
from inglenook.formats.grok import more as grok_more
from inglenook.formats.grok.assets import Assets
from inglenook.formats.grok.response import content_of
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import AFTER, Draft, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.jsontext import Element
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, obj

SYSTEM: Final = grok_more.SYSTEM
NAME: Final = "Grok"

# Whose conversation it was, and numbers of the site.
_OWNED: Final = (
    "id", "conversation_id", "user_id", "x_user_id", "anon_user_id", "create_time", "modify_time", "title",
    "leaf_response_id", "starred", "media_types",
)  # fmt: skip


def sniff(head: Head) -> Match | None:
    if head.kind == "object":
        top = head.top
        if any(_is_wrapper(item) for item in arr(top.get("conversations"))):
            return Match(version="export")
        if _is_wrapper(top):
            return Match(version="conversation")
        if top.get("conversations") == [] and "media_posts" in top and "projects" in top:
            return Match(version="export")
        if _is_account(top):
            return Match(skip="account details")
    elif head.kind in ("array", "lines") and any(_is_wrapper(item) for item in head.items):
        return Match(version="array" if head.kind == "array" else "lines")
    return None


def _is_wrapper(item: Any) -> bool:
    return (
        isinstance(item, dict)
        and isinstance(item.get("conversation"), dict)
        and isinstance(item.get("responses"), list)
    )


def _is_account(top: Json) -> bool:
    """Whether it is what the export says of the account: its owner, sessions and keys."""
    person = obj(top.get("user"))
    return isinstance(person.get("email"), str) and ("sessions" in top or "api_keys" in top) and "messages" not in top


def read(document: Document) -> Iterator[Found]:
    match = sniff(document.head)
    assets = Assets(document)
    projects: dict[str, str] = {}
    filled: frozenset[str] = frozenset()
    match match:
        case Match(version="export"):
            filled = grok_more.filled(document)
            projects = grok_more.names(document) if "projects" in filled else {}
            elements = document.elements("conversations")
        case Match(version="array"):
            elements = document.elements()
        case Match(version="lines"):
            elements = document.lines()
        case Match(version="conversation"):
            elements = iter((Element(document.value(), document.text(), 0),))
        case _:
            return
    for element in elements:
        about = obj(obj(element.value).get("conversation"))
        title = text_of(about.get("title"))
        what = f"Conversation “{title}”" if title else f"Entry {element.number + 1:,}"
        if not about:
            document.problem(f"{what} is no conversation and was left out.")
        elif not arr(element.value.get("responses")):
            document.problem(f"{what} has no messages and was left out.")
        else:
            try:
                yield element.done(_conversation(element.value, element.raw, assets, projects))
            except BadFile as error:
                document.problem(f"{what}: {error.message}")
    yield from grok_more.read(document, filled, assets)


def _conversation(wrapper: Json, raw: str, assets: Assets, projects: dict[str, str]) -> Found:
    about = obj(wrapper.get("conversation"))
    created, updated = about.get("create_time"), about.get("modify_time")
    id = text_of(about.get("id")) or about.get("conversation_id")
    draft = Draft(SYSTEM, id, title=about.get("title"), created=created, updated=updated, version="export")
    draft.pinned = about.get("starred") is True
    draft.folder = projects.get(text_of(about.get("workspace_id")), "")
    draft.rest = {**rest_of(about, *_OWNED), **rest_of(wrapper, "conversation", "responses")}
    rows = [_unwrapped(row) for row in arr(wrapper.get("responses")) if row is not None]
    ids = {_id(response) for response, _ in rows if isinstance(response, dict)} - {""}
    linked = any(isinstance(r, dict) and text_of(r.get("parent_response_id")) in ids for r, _ in rows)
    for response, share in rows:
        if isinstance(response, dict):
            _response(draft, response, share, _above(response, ids, len(draft) == 0) if linked else AFTER, assets)
        else:
            draft.add("assistant", [model.Unknown("response", response)])
    return draft.finish(current=about.get("leaf_response_id"), raw=raw)


def _unwrapped(row: Any) -> tuple[Any, Any]:
    """A response and the link under which it was shared."""
    inner = obj(row).get("response")
    return (inner, obj(row).get("share_link")) if isinstance(inner, dict) else (row, None)


def _id(response: Json) -> str:
    for name in ("_id", "response_id", "id"):
        value = response.get(name)
        if found := text_of(obj(value).get("$oid")) or text_of(value):
            return found
    return ""


def _above(response: Json, ids: set[str], first: bool) -> Any:
    """What a response answers. The first turn names one that is not in the file; then it begins the conversation."""
    parent = text_of(response.get("parent_response_id"))
    if parent or first:
        return parent if parent in ids else None
    return AFTER if "parent_response_id" not in response or _role(response) == "assistant" else None


def _role(response: Json) -> model.Role:
    return "user" if text_of(response.get("sender")).strip().lower() in ("human", "user") else "assistant"


def _response(draft: Draft, response: Json, share: Any, parent: Any, assets: Assets) -> None:
    role = _role(response)
    parts, rest = content_of(response, draft, assets)
    if share:
        rest["share_link"] = share
    status: Status = "interrupted" if response.get("partial") is True else "done"
    if any(isinstance(part, model.Failure) for part in parts):
        status = "failed"
    draft.add(
        role,
        parts,
        id=_id(response),
        parent=parent,
        created=response.get("create_time"),
        author=_author(response) if role == "assistant" else Author(),
        status=status,
        hidden=response.get("is_control") is True,
        rest=rest,
    )


def _author(response: Json) -> Author:
    """The model that was picked, and the one that served. In some exports the sender is the model."""
    metadata = obj(response.get("metadata"))
    served = text_of(obj(metadata.get("request_metadata")).get("resolved_model"))
    asked = text_of(response.get("model")) or text_of(obj(metadata.get("requestModelDetails")).get("modelId"))
    sender = text_of(response.get("sender"))
    asked = asked or served or (sender if sender.lower().startswith("grok") else "")
    return Author(model=asked, served_model=served if served != asked else "")
