"""Chats of Claude Design, and artifacts that were published, with their versions and comments.

This file knows `design_chats/*.json` and `artifacts/<id>/artifact.json` with
what lies in `versions/` beside it, as described for exports of September 2026.
It never learns about other conversations.
"""

from __future__ import annotations

from typing import Any, Final

from inglenook.core import model
from inglenook.core.errors import BadFile
from inglenook.core.model import Json, Part
from inglenook.formats.claude.artifacts import Artifacts, Budget
from inglenook.formats.claude.blocks import content_of
from inglenook.formats.claude.files import text_file
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, role_of, text_of
from inglenook.formats.reading.found import Found
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, obj

SYSTEM: Final = "claude"


def is_chat(item: Json) -> bool:
    """Whether it is a chat of Claude Design."""
    contents = [obj(message).get("content") for message in arr(item.get("messages"))]
    return any(isinstance(c, dict) and ("contentBlocks" in c or "authorAccountUuid" in c) for c in contents)


def is_artifact(item: Json) -> bool:
    """Whether it is a published artifact."""
    return isinstance(item.get("versions"), list) and "owner_account" in item and "active_version" in item


def draft_of(item: Json, version: str, id: Any, title: Any) -> Draft:
    """An empty draft with what all these files say of themselves."""
    created, updated = item.get("created_at"), item.get("updated_at")
    return Draft(SYSTEM, id, title=title, created=created, updated=updated, version=version)


def chat(item: Json, raw: str, document: Document) -> Found:
    """A chat of Claude Design; its messages follow each other."""
    project = text_of(obj(item.get("project")).get("name"))
    draft = draft_of(item, "design chat", item.get("uuid"), text_of(item.get("title")) or item.get("name") or project)
    draft.folder = project
    draft.tags = ["design"]
    taken = ("uuid", "title", "name", "created_at", "updated_at", "messages", "account")
    draft.rest = rest_of({**item, "project": rest_of(obj(item.get("project")), "name")}, *taken)
    artifacts = Artifacts({}, Budget())
    for message in arr(item.get("messages")):
        if not isinstance(message, dict):
            if message is not None:
                draft.add("assistant", [model.Unknown("message", message)])
            continue
        about = obj(message.get("content"))
        blocks = [_block(block) for block in arr(about.get("contentBlocks"))]
        content = content_of(blocks, draft.attach, artifacts)
        parts = [part for part in content.parts if part is not None]
        said = about.get("content") if about else message.get("content")
        if (
            isinstance(said, str)
            and said
            and said not in content.texts
            and (not parts or said != "".join(content.texts))
        ):
            parts.append(model.Text(said))
        for file in arr(about.get("attachments")):
            name, text = text_of(obj(file).get("name")) or "attachment", obj(file).get("content")
            parts.append(
                text_file(draft, name, text) if isinstance(text, str) and text else draft.attach(None, name=name)
            )
        draft.add(
            role_of(message.get("role"), "user"),
            parts,
            id=message.get("uuid"),
            created=message.get("created_at") or about.get("timestamp"),
            rest={
                **rest_of(message, "uuid", "role", "created_at", "updated_at", "content"),
                **rest_of(about, "content", "contentBlocks", "attachments", "timestamp", "authorAccountUuid"),
                **content.rest,
            },
        )
    return draft.finish(raw=raw)


def _block(block: Any) -> Any:
    """A block of a design chat as conversations have it."""
    if not isinstance(block, dict):
        return block
    said = block.get("message")
    said = said if isinstance(said, str) else text_of(obj(said).get("content"))
    match block.get("type"):
        case "thinking" if "thinking" not in block:
            return {**rest_of(block, "text"), "thinking": block.get("text")}
        case "tool_call" if isinstance(call := block.get("toolCall"), dict):
            left = rest_of(block, "type", "toolCall")
            return {**left, **rest_of(call, "name", "input"), "type": "tool_use", "id": call.get("id"),
                    "name": call.get("name"), "input": call.get("input")}  # fmt: skip
        case "user_interjection" if said:
            return {**rest_of(block, "message", "type"), "type": "text", "text": said}
        case _:
            return block


def artifact(item: Json, raw: str, document: Document) -> Found:
    """A published artifact: one message for each version, with its files."""
    folder = document.name.replace("\\", "/").rpartition("/")[0]
    id = text_of(item.get("id")) or folder.rpartition("/")[2]
    versions = [one for one in arr(item.get("versions")) if isinstance(one, dict)]
    titles = {text_of(one.get("id")): text_of(one.get("title")) for one in versions}
    title = titles.get(text_of(item.get("active_version"))) or next(filter(None, reversed(titles.values())), "")
    draft = draft_of(item, "artifact", f"artifact-{id}", title or "Artifact")
    draft.tags = ["artifact"]
    start = f"{folder}/" if folder else ""
    files: dict[str, list[Document]] = {}
    for other in document.beside:
        name = other.name.replace("\\", "/")
        if name.startswith(f"{start}versions/"):
            inner = name[len(start) + 9 :]
            files.setdefault(inner.partition("/")[0] if "/" in inner else inner.rpartition(".")[0], []).append(other)
        elif name in (f"{start}artifact_comments.json", f"{start}comments.json") and other.size < 1 << 20:
            other.used = True
            try:
                draft.rest["comments"] = other.value()
            except BadFile as error:
                document.problem(f"The comments on the artifact “{draft.title}”: {error.message}")
    for version in versions:
        key = text_of(version.get("id"))
        parts: list[Part] = [
            model.Text(text) for text in (text_of(version.get("title")), text_of(version.get("description"))) if text
        ]
        parts += [draft.attach(file) for file in files.pop(key, ())] or [draft.attach(None, name=f"{key}.html")]
        rest = rest_of(version, "id", "title", "description", "created_at")
        draft.add("assistant", parts, id=key, created=version.get("created_at"), rest=rest)
    draft.rest |= rest_of(item, "id", "versions", "owner_account", "updated_at", "created_at", "active_version")
    return draft.finish(current=item.get("active_version"), raw=raw)
