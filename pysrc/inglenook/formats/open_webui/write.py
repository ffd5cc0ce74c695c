"""Conversations as Open WebUI imports them: a list of chats, each with its tree.

This file knows that program's units: seconds for messages and chats,
milliseconds for the time inside a chat. Thoughts and tool calls go into the
text as the blocks that it draws, and in their order into `output`
(`write_content.py`).

What such a chat has no member for (parts of seconds, providers, names of files
in answers, …) stands under a key of our own in the chat and in its messages,
which that program keeps as it is (`sidecar.py`). Connections, restrictions and
who could see what was sent are not written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from inglenook.core.model import Conversation, Json, Message, Text, Usage
from inglenook.core.original import source_of
from inglenook.core.repair import well_formed
from inglenook.core.summary import title_of
from inglenook.core.thread import leaf
from inglenook.core.tree import Index, index
from inglenook.formats import open_webui
from inglenook.formats.open_webui.write_content import failure_of, files_of, output_of, said_of, sources_of
from inglenook.formats.reading.found import Found
from inglenook.formats.reading.ids import message_id
from inglenook.formats.sidecar import KEY, about, beside, exported

LABEL: Final = "Open WebUI"
EXTENSION: Final = "json"
MEDIA_TYPE: Final = "application/json"

Bytes = Callable[[str], bytes | None]
_USAGE: Final = {
    "prompt_tokens": "prompt_tokens",
    "completion_tokens": "completion_tokens",
    "reasoning_tokens": "reasoning_tokens",
    "cached_tokens": "cached_tokens",
    "cost": "cost_usd",
}


def write(conversation: Conversation, files: Bytes) -> str:
    """A list with one chat."""
    known = index(conversation)
    conversation = exported(conversation, known)
    prompt = _prompt(conversation, known)
    whole = _chat(conversation, known, prompt, files)
    if conversation.messages:
        found, end = open_webui.conversation(whole, ""), leaf(conversation, known)
        _beside(whole["chat"], conversation, prompt, found, end, files)
    return well_formed(json.dumps([whole], ensure_ascii=False, indent=1)) + "\n"


def _beside(
    chat: Json, conversation: Conversation, prompt: Message | None, found: Found, end: str | None, files: Bytes
) -> None:
    """Put beside what that program has no place for."""
    read = found.conversation.messages
    rows = chat["history"]["messages"]
    for id, message in conversation.messages.items():
        came_out = read.get(message_id(id))
        side = beside(message, came_out, found, files) if came_out is not None else {}
        if side and prompt is not None and id == prompt.id:
            chat[KEY]["system"] = side
        elif side:
            rows[id][KEY] = side
    chat[KEY] |= about(conversation, found, message_id(end) if end else None)
    if not chat[KEY]:
        del chat[KEY]


def join(texts: Iterable[str]) -> Iterator[str]:
    """One list of all chats."""
    yield "["
    for number, text in enumerate(texts):
        yield (",\n" if number else "\n") + text.strip()[1:-1].strip()
    yield "\n]\n"


def _chat(conversation: Conversation, known: Index, prompt: Message | None, files: Bytes) -> Json:
    messages = conversation.messages
    own = source_of(conversation).get("system") == open_webui.SYSTEM
    written = {
        id: _message(message, _above(known, id, prompt), known, messages, files, own)
        for id, message in messages.items()
        if prompt is None or id != prompt.id
    }
    end = leaf(conversation, known)
    models = [conversation.model.value, *(m.author.model for m in messages.values() if m.role == "assistant")]
    title = conversation.title.value.strip() or title_of(list(messages.values()))
    tags = [tag for tag in _list(conversation.extra.get("tags")) if isinstance(tag, str)]
    rest = conversation.extra.get("rest") if own else None
    chat = _without(rest, ("params", "meta", "files")) | {
        "id": "",
        "title": title,
        "models": list(dict.fromkeys(filter(None, models))) or [""],
        "params": _member(rest, "params") | ({"system": said_of(prompt)} if prompt is not None else {}),
        "history": {"messages": written, "currentId": end if end in written else None},
        "messages": _line(written, end),
        "tags": tags,
        "timestamp": conversation.created_ms,
        "files": [],
        KEY: {"prompt": prompt.id} if prompt is not None else {},
    }
    id = source_of(conversation).get("id") if own else conversation.id
    return {
        "id": id if isinstance(id, str) else conversation.id,
        "title": title,
        "chat": chat,
        "meta": _member(rest, "meta") | ({"tags": tags} if tags else {}),
        "pinned": conversation.pinned.value,
        "archived": conversation.archived.value,
        # A folder has to be there before a chat can be put into it, so its name is all that can be said.
        "folder_id": None,
        "created_at": conversation.created_ms // 1000,
        "updated_at": max([conversation.created_ms, *(m.created_ms for m in messages.values())]) // 1000,
    } | ({"folder": folder} if (folder := conversation.extra.get("folder")) else {})


def _prompt(conversation: Conversation, known: Index) -> Message | None:
    """The system prompt above everything, which is a setting of the chat there."""
    roots = known.children.get(None, ())
    top = conversation.messages[roots[0]] if len(roots) == 1 else None
    if top is None or top.role != "system" or not all(isinstance(part, Text) for part in top.parts):
        return None
    return top if said_of(top) and known.children.get(top.id) else None


def _above(known: Index, id: str, prompt: Message | None) -> str | None:
    parent = known.parent[id]
    return None if prompt is not None and parent == prompt.id else parent


def _line(written: dict[str, Json], end: str | None) -> list[Json]:
    """The shown path once more, where that program looks for words."""
    found = []
    while end in written:
        found.append(_without(written[end], ("files", "output")))
        end = written[end]["parentId"]
    return found[::-1]


def _message(
    message: Message, parent: str | None, known: Index, messages: dict[str, Message], files: Bytes, own: bool
) -> Json:
    role = message.role if message.role in ("user", "system") else "assistant"
    rest = message.extra.get("rest") if own else None
    below = known.children.get(message.id, ())
    row: Json = _without(rest, ("files", "annotation", "output", "models")) | {
        "id": message.id,
        "parentId": parent,
        "childrenIds": list(below),
        "role": role,
        "content": said_of(message),
        "timestamp": message.created_ms // 1000,
    }
    if found := files_of(message, files):
        row["files"] = found
    if role == "user" and (asked := _models(below, messages)):
        row["models"] = asked
    if role == "assistant":
        row |= _answer(message, known, messages)
    rating: Any = message.extra.get("rating")
    if rating in (1, -1):
        note = message.extra.get("rating_note")
        row["annotation"] = _member(rest, "annotation") | {"rating": rating} | ({"comment": note} if note else {})
    return row


def _models(ids: Iterable[str], messages: dict[str, Message]) -> list[str]:
    """The models that answered, one column each."""
    asked = (messages[id].author.model for id in ids if messages[id].role == "assistant")
    return list(dict.fromkeys(filter(None, asked)))


def _answer(message: Message, known: Index, messages: dict[str, Message]) -> Json:
    author = message.author
    columns = _models(known.children.get(known.parent[message.id], ()), messages)
    row: Json = {
        "model": author.model,
        "modelName": author.name or author.model,
        "modelIdx": columns.index(author.model) if author.model in columns else 0,
        "done": message.status not in ("interrupted", "streaming"),
    }
    more = {
        "selectedModelId": author.served_model,
        "done_reason": message.finish_reason,
        "output": output_of(message),
        "sources": sources_of(message),
        "error": failure_of(message),
        "usage": _usage(message.usage),
    }
    return row | {name: value for name, value in more.items() if value}


def _usage(usage: Usage) -> Json:
    row = {name: value for name, member in _USAGE.items() if (value := getattr(usage, member)) is not None}
    if usage.duration_ms is not None:
        row["total_duration"] = usage.duration_ms * 1_000_000
    return row


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _member(record: Any, name: str) -> Json:
    value = record.get(name) if isinstance(record, dict) else None
    return value if isinstance(value, dict) else {}


def _without(record: Any, names: tuple[str, ...]) -> Json:
    return {name: value for name, value in record.items() if name not in names} if isinstance(record, dict) else {}
