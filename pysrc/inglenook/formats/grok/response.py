"""What a response of Grok is made of, as parts: its steps, text, files, pictures, sources.

This file knows the members of responses in exports of 2025 and 2026, and the
cards that its texts point to. It never learns which response answers which.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from inglenook.core import model
from inglenook.core.errors import BadFile
from inglenook.core.model import Json, Part
from inglenook.core.repair import parse
from inglenook.formats.grok.assets import Assets
from inglenook.formats.grok.content import Content, pieces
from inglenook.formats.grok.steps import CARD, add_steps, xml_call
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, obj

_RENDER: Final = ("<grok:render", "</grok:render>")
_CARD_ID: Final = re.compile(r"""card_id=["']([^"'<>]{1,200})["']""")
_TYPE: Final = re.compile(r"""\stype=["']([^"'<>]{1,80})["']""")
_CITES: Final = "render_inline_citation"
_READ: Final = (
    "_id", "id", "response_id", "conversation_id", "parent_response_id", "message", "sender", "create_time", "model",
    "partial", "is_control", "error", "file_attachments", "image_attachments", "file_attachments_metadata",
    "generated_image_urls", "card_attachments_json", "web_search_results", "cited_web_search_results", "webpage_urls",
    "xpost_ids", "xposts", "thinking_trace", "agent_thinking_traces", "thinking_start_time", "thinking_end_time",
    "steps", "media_types", "xai_user_id", "follow_up_suggestions",
)  # fmt: skip


def content_of(response: Json, draft: Draft, assets: Assets) -> tuple[list[Part], Json]:
    """The parts of a response, and what none of them holds."""
    content = Content(draft, assets)
    add_steps(content, response)
    _text(content, response)
    _files(content, response)
    _sources(content, response)
    error = response.get("error")
    if error:
        said = error if isinstance(error, str) else text_of(obj(error).get("message"))
        detail = "" if isinstance(error, str) else json.dumps(error, ensure_ascii=False)
        content.parts.append(model.Failure(said or "Grok reported an error.", detail=detail))
    content.rest.update(rest_of(response, *_READ))
    if suggested := arr(response.get("follow_up_suggestions")):
        content.rest["follow_up_suggestions"] = suggested
    return content.parts, content.rest


def _files(content: Content, response: Json) -> None:
    known: dict[str, Json] = {}
    for about in arr(response.get("file_attachments_metadata")):
        about = obj(about)
        for name in ("fileMetadataId", "file_metadata_id", "file_id", "id"):
            known.setdefault(text_of(about.get(name)), about)
    seen: set[str] = set()
    for kind, one in [
        *(("", one) for one in _values(response.get("file_attachments"))),
        *(("image", one) for one in _values(response.get("image_attachments"))),
    ]:
        about = obj(one)
        names = [text_of(one)] if not about else [text for text in map(text_of, about.values()) if text]
        id = next((name for name in names if name), "")
        if not id or id in seen:
            continue
        seen.add(id)
        about = {**known.get(id, {}), **about}
        name = text_of(about.get("fileName")) or text_of(about.get("file_name")) or text_of(about.get("name"))
        media_type = text_of(about.get("fileMimeType")) or text_of(about.get("mime_type"))
        part = content.assets.attach(content.draft, *names, kind=kind, name=name, media_type=media_type)
        if isinstance(one, dict):
            content.rest.setdefault("attachments", []).append(one)
        content.parts.append(part)


def _values(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else arr(value)


def _text(content: Content, response: Json) -> None:
    """The message with its cards: marks of sources become numbers, calls and pictures become parts."""
    cards = _cards(response)
    shown: set[str] = set()
    message = text_of(response.get("message")) or text_of(response.get("query"))
    changed = False
    said: list[str] = []
    # What is drawn there, without a card that says what it is.
    odd: list[Part] = []
    for piece, card in pieces(message, *CARD):
        if card:
            if text := "".join(said):
                content.parts.append(model.Text(text))
            said.clear()
            xml_call(content, card)
            changed = True
            continue
        for text, render in pieces(piece, *_RENDER):
            found = _CARD_ID.search(render[:400])
            card_of = cards.get(found[1] if found else "", {})
            changed = changed or bool(render)
            said.append(text or _mark(content, card_of))
            if render and not card_of and _CITES not in render:
                odd.append(model.Unknown(_kind(render), render))
    if text := "".join(said):
        content.parts.append(model.Text(text))
    content.parts += odd
    if changed:
        content.rest["message"] = message
    for card in cards.values():
        _card(content, card, shown)
    for url in arr(response.get("generated_image_urls")):
        if isinstance(url, str) and url and url not in shown:
            shown.add(url)
            content.parts.append(content.assets.attach(content.draft, url, kind="image"))


def _cards(response: Json) -> dict[str, Json]:
    """The cards of a response by id; of a picture that came in stages, the last one."""
    found: dict[str, Json] = {}
    values = response.get("card_attachments_json")
    for number, value in enumerate(values if isinstance(values, list) else [values]):
        try:
            card = parse(value) if isinstance(value, str) else value
        except BadFile:
            card = {"text": value}
        if isinstance(card, dict):
            found[text_of(card.get("id")) or f"\0{number}"] = card
    return found


def _kind(render: str) -> str:
    found = _TYPE.search(render[:400])
    return found[1] if found else "render"


def _mark(content: Content, card: Json) -> str:
    """What stands in the text for a card: the number of its source, or nothing."""
    url = text_of(card.get("url"))
    return f"[{content.cite(url, text_of(card.get('title')))}]" if url else ""


def _card(content: Content, card: Json, shown: set[str]) -> None:
    picture = obj(card.get("image_chunk")) or obj(card.get("image"))
    if url := text_of(card.get("url")):
        content.cite(url, text_of(card.get("title")))
    if picture:
        address = text_of(picture.get("imageUrl")) or text_of(picture.get("original"))
        names = [name for name in (text_of(picture.get("imageUuid")), address) if name]
        if names and not shown.intersection(names):
            shown.update(names)
            content.parts.append(content.assets.attach(content.draft, *names, kind="image"))
        if link := text_of(picture.get("link")):
            content.cite(link, text_of(picture.get("title")))
    if left := rest_of(card, "id", "type", "cardType", "card_type", "url", "title", "citation_id"):
        content.rest.setdefault("cards", []).append(left)


def _sources(content: Content, response: Json) -> None:
    for hit in arr(response.get("cited_web_search_results")):
        url = text_of(obj(hit).get("url"))
        if url:
            about = text_of(obj(hit).get("preview")) or text_of(obj(hit).get("description"))
            content.cite(url, text_of(obj(hit).get("title")), about)
        elif hit is not None:
            content.parts.append(model.Unknown("cited_web_search_result", hit))
    for url in arr(response.get("webpage_urls")):
        if text_of(url):
            content.cite(text_of(url))
    posts: set[str] = set()
    for post in arr(response.get("xposts")):
        about = obj(post)
        id = text_of(about.get("postId")) or text_of(about.get("post_id")) or text_of(about.get("id"))
        posts.add(id)
        who = text_of(about.get("username"))
        if id or who:
            content.cite(
                f"https://x.com/{who or 'i'}/status/{id}", text_of(about.get("name")), text_of(about.get("text"))
            )
        elif post is not None:
            content.parts.append(model.Unknown("xpost", post))
    for id in arr(response.get("xpost_ids")):
        if text_of(id) and text_of(id) not in posts:
            content.cite(f"https://x.com/i/status/{text_of(id)}")
    content.parts += content.sources
