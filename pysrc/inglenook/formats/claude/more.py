"""What lies beside Claude's conversations: projects, memories, accounts, the list of downloads.

This file knows `projects.json` and `projects/<id>.json`, `memories.json` and
`memories/<account>.json`, `users.json` and the manifest (2023 to September
2026), by what is in them; design chats and published artifacts are read by
`design.py`. It never learns about `conversations.json`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Final

from inglenook.core import model
from inglenook.core.errors import BadFile
from inglenook.core.model import Json, Part
from inglenook.formats.claude import design as claude_design
from inglenook.formats.claude.files import text_file
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.ids import content_id
from inglenook.formats.reading.jsontext import Element
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, obj

_MANIFEST: Final = (
    "This is only Claude's list of downloads; no conversations are in it. Open the links that it lists, or the page"
    " that the e-mail leads to, and save every file: {names}. Each link works once. Then import those files."
)


def sniff(head: Head) -> Match | None:
    """Which of the files that lie beside conversations it is."""
    top = head.top if head.kind == "object" else {}
    if any(isinstance(one, dict) and "category" in one and "filename" in one for one in arr(top.get("data_files"))):
        return Match(version="manifest")
    if claude_design.is_artifact(top):
        return Match(version="artifact")
    items = [top] if head.kind == "object" else [item for item in head.items if isinstance(item, dict)]
    for is_one, match in (
        (_is_person, Match(skip="account details")),
        (_is_comment, Match(aside=True)),
        (_is_project, Match(version="project")),
        (_is_memory, Match(version="memory")),
        (claude_design.is_chat, Match(version="design chat")),
    ):
        if head.kind != "lines" and any(is_one(item) for item in items):
            return match
    return None


def _is_person(item: Json) -> bool:
    return all(isinstance(item.get(name), str) for name in ("uuid", "full_name", "email_address"))


def _is_comment(item: Json) -> bool:
    threads = [comment for thread in arr(item.get("threads")) for comment in arr(obj(thread).get("comments"))]
    return any("author_is_artifact_owner" in obj(comment) for comment in threads)


def _is_project(item: Json) -> bool:
    if not isinstance(item.get("uuid"), str) or not isinstance(item.get("name"), str) or "chat_messages" in item:
        return False
    return "prompt_template" in item or (isinstance(item.get("docs"), list) and "is_private" in item)


def _is_memory(item: Json) -> bool:
    if isinstance(item.get("conversations_memory"), str):
        return True
    return "account_uuid" in item and ("project_memories" in item or "memory_files" in item)


def read(document: Document) -> Iterator[Found]:
    """The conversations that are made of such a file."""
    match = sniff(document.head)
    version = match.version if match else ""
    if version == "manifest":
        document.problem(_MANIFEST.format(names=_names(document.head.top)))
        return
    makers: dict[str, Callable[[Json, str, Document], Found | None]] = {
        "project": _project,
        "memory": _memory,
        "design chat": claude_design.chat,
        "artifact": claude_design.artifact,
    }
    if version not in makers:
        return
    one = document.head.kind == "object"
    elements = iter((Element(document.value(), document.text(), 0),)) if one else document.elements()
    for element in elements:
        if not isinstance(element.value, dict):
            document.problem(f"Entry {element.number + 1:,} is no {version} and was left out.")
            continue
        title = text_of(element.value.get("name")) or text_of(element.value.get("title"))
        what = f"The {version} “{title}”" if title else f"The {version} in entry {element.number + 1:,}"
        try:
            found = makers[version](element.value, element.raw, document)
            if found is not None:
                yield found
        except BadFile as error:
            document.problem(f"{what}: {error.message}")


def _names(top: Json) -> str:
    names = [text_of(obj(one).get("filename")) for one in arr(top.get("data_files"))]
    return ", ".join(name for name in names if name) or "conversations-000.zip and the others"


class Projects:
    """Names of the projects beside a file, for conversations that only know the id. Read when first asked for."""

    def __init__(self, document: Document) -> None:
        self._beside = document.beside
        self._found: dict[str, str] = {}

    def name(self, id: str) -> str:
        """The name of a project; "" if it is not there."""
        if not id:
            return ""
        if id not in self._found:
            one = self._beside.named(f"projects/{id}.json")
            top = one.head.top if one is not None else {}
            self._found[id] = text_of(top.get("name")) if top.get("uuid") == id else self._listed.get(id, "")
        return self._found[id]

    @cached_property
    def _listed(self) -> dict[str, str]:
        document = self._beside.named("projects.json")
        if document is None or document.head.kind != "array":
            return {}
        values = [obj(element.value) for element in document.elements()]
        return {text_of(one.get("uuid")): text_of(one.get("name")) for one in values if _is_project(one)}


def _project(item: Json, raw: str, document: Document) -> Found | None:
    """A project as a conversation that begins with its instructions and its files."""
    draft = claude_design.draft_of(item, "project", item.get("uuid") or content_id(raw), item.get("name"))
    draft.tags = ["project"]
    parts: list[Part] = []
    about = text_of(item.get("description"))
    if prompt := text_of(item.get("prompt_template")):
        parts.append(model.Text(prompt))
    for doc in arr(item.get("docs")):
        name, text = text_of(obj(doc).get("filename")) or "document.txt", obj(doc).get("content")
        if isinstance(text, str):
            parts.append(text_file(draft, name, text))
        elif doc is not None:
            parts.append(model.Unknown("document", doc))
    draft.rest = rest_of(item, "uuid", "name", "prompt_template", "docs", "created_at", "updated_at", "creator")
    if not parts and about:
        parts.append(model.Text(about))
    if not parts:
        document.problem(f"The project “{draft.title}” has neither instructions nor files and was left out.")
        return None
    draft.add("system", parts, parent=None, created=item.get("created_at"))
    return draft.finish(raw=raw)


def _memory(item: Json, raw: str, document: Document) -> Found:
    """What Claude remembers of the user, text by text."""
    draft = claude_design.draft_of(item, "memory", f"memories-{text_of(item.get('account_uuid'))}", "Memories")
    draft.tags = ["memory"]
    if whole := text_of(item.get("conversations_memory")):
        draft.add("assistant", [model.Text(whole)], id="conversations_memory", parent=None)
    for id, text in obj(item.get("project_memories")).items():
        part = model.Text(text) if isinstance(text, str) else model.Unknown("memory", text)
        draft.add("assistant", [part], id=f"project-{id}", rest={"project_uuid": id})
    for file in arr(item.get("memory_files")):
        path, text = text_of(obj(file).get("path")), obj(file).get("content")
        if isinstance(text, str):
            draft.add(
                "assistant",
                [model.Text(text)],
                id=f"file-{path}",
                created=obj(file).get("updated_at"),
                rest={"path": path},
            )
        elif file is not None:
            draft.add("assistant", [model.Unknown("memory", file)])
    draft.rest = rest_of(
        item, "account_uuid", "conversations_memory", "project_memories", "memory_files", "created_at", "updated_at"
    )
    return draft.finish(raw=raw)
