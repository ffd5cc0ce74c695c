"""What a Grok export holds beside conversations: projects, tasks, and pictures and videos made with Imagine.

This file knows the arrays `projects`, `tasks`, `media_posts` and, in older
exports, `media_generations`. It never learns about responses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from inglenook.core import model
from inglenook.core.errors import BadFile
from inglenook.core.model import Json
from inglenook.core.repair import well_formed
from inglenook.formats.grok.assets import Assets
from inglenook.formats.reading import stamp
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.found import Found
from inglenook.formats.reading.ids import content_id
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import obj

SYSTEM: Final = "grok"

_ARRAYS: Final = frozenset(("projects", "tasks", "media_posts", "media_generations"))
_BEGINNING: Final = re.compile(rb'"(projects|tasks|media_posts|media_generations)"\s*:\s*\[\s*[^\]\s]')
# To look for these arrays in a file of this size takes no longer than to look whether they are there.
_SMALL: Final = 4 << 20


def filled(document: Document) -> frozenset[str]:
    """Which of the arrays may hold something. A look at the bytes spares passes over a large file."""
    if document.size <= _SMALL:
        return _ARRAYS
    found: set[str] = set()
    with document.open() as source:
        end = source.read(2)
        if end in (b"\xff\xfe", b"\xfe\xff"):
            return _ARRAYS
        while piece := source.read(1 << 20):
            found.update(name.decode() for name in _BEGINNING.findall(end + piece))
            end = piece[-80:]
    return frozenset(found)


def names(document: Document) -> dict[str, str]:
    """The names of the projects by their ids."""
    projects = [obj(element.value) for element in document.elements("projects")]
    return {_project_id(one): text_of(one.get("name")) for one in projects if _project_id(one)}


def _project_id(item: Json) -> str:
    return next(filter(None, (text_of(item.get(name)) for name in ("project_id", "workspace_id", "id"))), "")


def read(document: Document, filled: frozenset[str], assets: Assets) -> Iterator[Found]:
    """The conversations that are made of these arrays."""
    for name, what, maker in (("projects", "project", _project), ("tasks", "task", _task)):
        for element in document.elements(name) if name in filled else ():
            item = obj(element.value)
            if not item:
                continue
            try:
                yield maker(item, element.raw)
            except BadFile as error:
                document.problem(f"The {what} “{text_of(item.get('name'))}”: {error.message}")
    posts = [
        element.value
        for name in ("media_posts", "media_generations")
        for element in (document.elements(name) if name in filled else ())
        if isinstance(element.value, dict)
    ]
    if posts:
        yield _media(posts, assets)


def _draft(item: Json, kind: str, id: str) -> Draft:
    title = text_of(item.get("name")) or text_of(item.get("title")) or kind.capitalize()
    created, updated = item.get("create_time"), item.get("modify_time") or item.get("last_use_time")
    draft = Draft(SYSTEM, id, title=title, created=created, updated=updated, version=kind)
    draft.tags = [kind]
    return draft


def _project(item: Json, raw: str) -> Found:
    """A project as a conversation that begins with its instructions."""
    said = text_of(item.get("custom_personality")) or text_of(item.get("description"))
    taken = "custom_personality" if text_of(item.get("custom_personality")) else "description"
    # One without an id is told apart by what it says.
    draft = _draft(item, "project", _project_id(item) or content_id(text_of(item.get("name")), said))
    draft.rest = rest_of(item, "name", "title", taken, "create_time", "user_id", "xai_user_id")
    draft.add("system", [model.Text(said)] if said else [], id="instructions", parent=None)
    return draft.finish(raw=raw)


def _task(item: Json, raw: str) -> Found:
    """A task as a conversation that begins with what Grok was told to do."""
    inner = obj(item.get("task")) or item
    id = text_of(inner.get("task_id")) or text_of(inner.get("id"))
    draft = _draft(inner, "task", id)
    name = next((name for name in ("prompt", "instructions", "query", "description") if text_of(inner.get(name))), "")
    part = model.Text(inner[name]) if isinstance(inner.get(name), str) else model.Unknown("task", inner)
    draft.rest = rest_of(inner, "name", "title", "create_time", name, "user_id", "xai_user_id") if name else {}
    if inner is not item:
        draft.rest |= rest_of(item, "task")
    draft.add("user", [part], id="prompt", parent=None)
    return draft.finish(raw=raw)


def _media(posts: list[Json], assets: Assets) -> Found:
    """All that was made with Imagine as one conversation: each prompt, and what came of it."""
    draft = Draft(SYSTEM, "media_posts", title="Grok Imagine", version="media")
    draft.tags = ["media"]
    posts = sorted(posts, key=lambda post: stamp.ms(post.get("create_time")) or 0)
    for post in posts:
        id, created = text_of(post.get("id")), post.get("create_time")
        prompt = text_of(post.get("original_prompt")) or text_of(post.get("prompt"))
        if prompt:
            draft.add("user", [model.Text(prompt)], id=f"{id}-prompt" if id else None, created=created)
        sources = [text for name in ("id", "link", "url", "media_url") if (text := text_of(post.get(name)))]
        kind = text_of(post.get("media_type")).lower()
        kind = next((known for known in ("image", "video", "audio") if known in kind), "")
        taken = ("original_prompt", "prompt", "create_time", "id", "link", "media_type", "user_id", "xai_user_id")
        part = assets.attach(draft, *sources, kind=kind)
        draft.add("assistant", [part], id=id or None, created=created, rest=_left(post, taken, prompt))
    return draft.finish(raw=well_formed(json.dumps({"media_posts": posts}, ensure_ascii=False)))


def _left(post: Json, taken: tuple[str, ...], prompt: str) -> dict[str, Any]:
    left = rest_of(post, *taken)
    second = text_of(post.get("prompt"))
    return {**left, "prompt": second} if second and second != prompt else left
