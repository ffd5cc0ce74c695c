"""Reads exports of HuggingChat (chat-ui): `conversations.json`, and the prompt of one conversation.

This file knows trees by their lists of ancestors, and files that lie beside. It
never learns which message a file belongs to: an export names all files at every
message. After routes/api/v2/export of huggingface/chat-ui, 2026.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Json, Part, Reasoning, Text
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import has_secrets, plain_text, rest_of
from inglenook.formats.reading.shape import arr, obj, text
from inglenook.formats.reading.typed_content import spoken

SYSTEM: Final = "huggingchat"
NAME: Final = "HuggingChat"


def sniff(head: Head) -> Match | None:
    if head.kind == "array":
        first = head.first
        if _is_conversation(first) and ("_id" in first or "model" in first):
            return Match("export")
        about = ("preprompt", "modelId", "exampleInputs")
        return Match("assistants", aside=True) if all(name in first for name in about) else None
    return (
        Match("prompt") if head.kind == "object" and _is_conversation(head.top) and "parameters" in head.top else None
    )


def _is_conversation(value: Json) -> bool:
    messages = value.get("messages")
    first = next((message for message in arr(messages) if isinstance(message, dict)), {})
    return first.get("from") in ("user", "assistant", "system") and "content" in first


def read(document: Document) -> Iterator[Found]:
    if document.head.kind != "array":
        top = obj(document.value())
        draft = Draft(SYSTEM, version="prompt")
        yield _conversation(document, draft, top, plain_text(top) if has_secrets(top) else document.text(), {})
        return
    assistants = _assistants(document)
    if assistants:
        document.problem("Assistants of this export were left out, except where a conversation uses one.")
    for element in document.elements():
        conversation = obj(element.value)
        title = text_of(conversation.get("title"))
        if not arr(conversation.get("messages")):
            document.problem(f"Entry {element.number + 1:,} has no messages and was left out.")
            continue
        draft = Draft(
            SYSTEM,
            _id(conversation.get("_id")),
            title=title,
            created=conversation.get("createdAt"),
            updated=conversation.get("updatedAt"),
            version="export",
        )
        # The id of an anonymous user's session is as good as a password.
        kept = {name: value for name, value in conversation.items() if name != "sessionId"}
        raw = plain_text(kept) if len(kept) < len(conversation) or has_secrets(kept) else element.raw
        try:
            assistant = assistants.get(_id(conversation.get("assistantId")), {})
            yield _conversation(document, draft, kept, raw, assistant)
        except BadFile as error:
            document.problem(f"Conversation “{title}”: {error.message}")


def _assistants(document: Document) -> dict[str, Json]:
    """The assistants by id, if their file lies beside."""
    beside = document.beside.named("assistants.json")
    if beside is None or (match := sniff(beside.head)) is None or not match.aside:
        return {}
    return {_id(known.get("_id")): known for known in (obj(element.value) for element in beside.elements())}


def _id(value: Any) -> str:
    return text_of(value) or text_of(obj(value).get("$oid"))


def _conversation(document: Document, draft: Draft, conversation: Json, raw: str, assistant: Json) -> Found:
    draft.model = text_of(conversation.get("model"))
    draft.rest = rest_of(
        conversation, "_id", "userId", "model", "title", "preprompt", "rootMessageId", "messages", "createdAt",
        "updatedAt", "prompt", "note",
    )  # fmt: skip
    if about := rest_of(assistant, "_id", "avatar", "createdById", "createdByName", "createdAt", "updatedAt"):
        draft.rest["assistant"] = about
    messages = []
    for number, message in enumerate(arr(conversation.get("messages"))):
        if isinstance(message, dict):
            messages.append(message)
        else:
            draft.problem(f"Message {number + 1:,} is none and was left out.")
    tree = any(arr(message.get("ancestors")) for message in messages)
    ids = {text_of(message.get("id")) for message in messages}
    # The root of a tree is a system message, often an empty one.
    empty = {text_of(message.get("id")) for message in messages if _is_empty(message)}
    above: str | None = None
    prompt = text(conversation.get("preprompt"))
    if prompt.strip() and not any(message.get("from") == "system" and not _is_empty(message) for message in messages):
        above = draft.add("system", [Text(prompt)])
    root = above
    waiting = _files(document, draft, messages)
    for message in messages:
        if _is_empty(message):
            continue
        if tree:
            parents = [id for one in reversed(arr(message.get("ancestors"))) if (id := text_of(one)) not in empty]
            above = next((id for id in parents if id in ids), parents[0] if parents else root)
        role = role_of(message.get("from"))
        parts = _parts(message, role == "assistant")
        if role == "user":
            parts, waiting = [*parts, *waiting], []
        above = _add(draft, message, parts, above, text_of(assistant.get("name")))
    return draft.finish(raw=raw)


def _is_empty(message: Json) -> bool:
    return message.get("from") == "system" and not text(message.get("content")).strip()


def _files(document: Document, draft: Draft, messages: list[Json]) -> list[Part]:
    """All files of a conversation; they go to its first question."""
    names: dict[str, Json] = {}
    for message in messages:
        for file in arr(message.get("files")):
            known = obj(file)
            names.setdefault(text_of(file) or text_of(known.get("name")) or text_of(known.get("value")), known)
    if names and sum(message.get("from") == "user" for message in messages) > 1:
        draft.problem("The export does not say which message a file belongs to; all are at the first question.")
    parts: list[Part] = []
    for name, known in names.items():
        data = known.get("value") if known.get("type") == "base64" else None
        source = f"data:;base64,{data}" if isinstance(data, str) else document.beside.use(name)
        parts.append(draft.attach(source, name=name, media_type=text(known.get("mime"))))
    return parts


def _parts(message: Json, answered: bool) -> list[Part]:
    parts: list[Part] = []
    if thought := text(message.get("reasoning")):
        parts.append(Reasoning(thought))
    content = text(message.get("content"))
    if answered:
        return parts + spoken(content)
    return [*parts, Text(content)] if content.strip() else parts


def _add(draft: Draft, message: Json, parts: list[Part], above: str | None, name: str) -> str:
    role = role_of(message.get("from"))
    router = obj(message.get("routerMetadata"))
    score = message.get("score")
    rest = rest_of(
        message, "id", "from", "content", "reasoning", "score", "files", "interrupted", "routerMetadata", "ancestors",
        "children", "createdAt", "updatedAt",
    )  # fmt: skip
    if route := text_of(router.get("route")):
        rest["route"] = route
    author = Author(
        model=draft.model,
        served_model=text_of(router.get("model")),
        provider=text_of(router.get("provider")),
        name=name,
    )
    return draft.add(
        role,
        parts,
        id=message.get("id"),
        parent=above,
        created=message.get("createdAt"),
        updated=message.get("updatedAt"),
        author=author if role == "assistant" else Author(),
        status="interrupted" if message.get("interrupted") is True else "done",
        rating=score if type(score) is int and score in (1, -1) else 0,
        rest=rest,
    )
