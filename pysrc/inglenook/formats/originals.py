"""What conversations were made of, put into files again as their own systems have them.

This file knows what stands around a conversation in the files of each system:
lists, stores, pages, a thread's own file. It never learns what a conversation
says, nor where the files go. The text of a conversation itself stays as it
came; where that text is no file by itself, a shape of that system's own export
is put around it.

Not put back is what stood elsewhere in the file that it came from: accounts,
settings, names of folders, and files that lay beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from inglenook.core.model import Conversation, Json
from inglenook.core.original import source_of
from inglenook.formats.markdown import file_name
from inglenook.formats.reading.ids import content_id
from inglenook.formats.reading.jsonvalue import loads
from inglenook.formats.reading.shape import arr, obj, text


@dataclass(frozen=True, slots=True)
class Shape:
    """One file for many conversations: what stands before, between and after their texts."""

    name: str
    before: str = "["
    after: str = "]\n"
    between: str = ",\n"


_LIST: Final = Shape("conversations.json")
SHAPES: Final[dict[str, Shape]] = {
    "chatgpt": _LIST,
    "claude": _LIST,
    "deepseek": _LIST,
    "open-webui": _LIST,
    "huggingchat": _LIST,
    "sharegpt": _LIST,
    "hf-rows": _LIST,
    "hollama": Shape("hollama-sessions.json"),
    "better-chatgpt": Shape("better-chatgpt.json", '{"version": 1, "chats": [', '], "folders": {}}\n'),
    "chatbot-ui": Shape("chatbot-ui.json", '{"version": 4, "history": [', '], "folders": [], "prompts": []}\n'),
    "nextchat": Shape("nextchat.json", '{"chat-next-web-store": {"sessions": [', "]}}\n"),
}
# Systems whose exports have files lying beside the conversations.
FILES_BESIDE: Final = frozenset(("chatgpt", "claude", "gemini", "grok", "huggingchat", "le-chat"))
# Of one conversation of Claude; projects, memories and artifacts have files of their own.
_CHATS: Final = ("", "export", "api")


def shape_of(system: str, version: str, text: str) -> Shape | None:
    """The file that this conversation shares with others of its system; None if it has one of its own."""
    if not text.startswith("{") or (system == "claude" and version not in _CHATS):
        return None
    return SHAPES.get(system)


def is_file(system: str, source_id: str, raw: str) -> bool:
    """Whether the text reads as that conversation: of what came out of a database, not all has such a form."""
    if system != "llm":
        return True
    rows = arr(_value(raw))
    # A thread that began in the older tables has a second half under another id.
    return bool(rows) and (text(obj(rows[0]).get("conversation_id")) or source_id) == source_id


def in_order(source_ids: dict[str, str]) -> list[str]:
    """
    The keys by their source ids: rows that begin alike are told apart by their order, so theirs has to be the old one.

    >>> in_order({"x": content_id("a", "1"), "y": "b", "z": "a"})
    ['y', 'z', 'x']
    """
    by_id: dict[str, list[str]] = {}
    for key, source_id in source_ids.items():
        by_id.setdefault(source_id, []).append(key)
    later = {id for first in by_id for id in _after(first, by_id)}
    return [key for first in by_id if first not in later for id in (first, *_after(first, by_id)) for key in by_id[id]]


def _after(source_id: str, known: Collection[str]) -> Iterator[str]:
    """The ids that readers give to rows that begin like this one (`reading/rows.py`), as far as they are there."""
    number = 1
    while (next_id := content_id(source_id, str(number))) in known:
        yield next_id
        number += 1


def folder_of(system: str) -> str:
    """The folder of a system; what an archive says of one that is not known is not believed."""
    return system if re.fullmatch(r"[a-z0-9-]{1,40}", system) else "other"


def files(conversation: Conversation, title: str, text: str) -> Iterator[tuple[str, str]]:
    """The files of a conversation that has its own: names and texts."""
    source = source_of(conversation)
    system = _text(source, "system")
    make = _ALONE.get(system, _plain)
    yield from make(conversation, title, text)


def _plain(conversation: Conversation, title: str, text: str) -> Iterator[tuple[str, str]]:
    yield _named(title, text), text


def _named(title: str, text: str) -> str:
    """A file's name by its title alone: some systems have no other place for a title than the name."""
    return file_name(title, "", _extension(text))


def _extension(text: str) -> str:
    text = text.lstrip()
    if text[:1] in ("{", "["):
        return "jsonl" if "}\n{" in text or "}\r\n{" in text else "json"
    return "html" if text[:1] == "<" else "md"


def _table(conversation: Conversation, title: str, text: str) -> Iterator[tuple[str, str]]:
    yield file_name(title, "", "csv"), text


def _claude(conversation: Conversation, title: str, text: str) -> Iterator[tuple[str, str]]:
    source = source_of(conversation)
    if _text(source, "version") == "project":
        # Conversations find their project by the name of its file.
        yield f"projects/{file_name(_text(source, 'id'), '', 'json')}", text
    else:
        yield _named(title, text), text


def _grok(conversation: Conversation, title: str, text: str) -> Iterator[tuple[str, str]]:
    lists = {"conversations": "", "projects": "", "tasks": "", "media_posts": ""}
    match _text(source_of(conversation), "version"):
        case "project":
            lists["projects"] = text
        case "task":
            lists["tasks"] = text
        case "media":
            lists["media_posts"] = json.dumps(arr(_value(text, "media_posts")), ensure_ascii=False)[1:-1]
        case _:
            yield _named(title, text), text
            return
    told = ", ".join(f'"{name}": [{inner}]' for name, inner in lists.items())
    yield file_name(title, "", "json"), f"{{{told}}}\n"


def _chatbox(conversation: Conversation, title: str, text: str) -> Iterator[tuple[str, str]]:
    """The store's entry for a session. A thread that was put away in one has its own id and name there."""
    session, _, thread = _text(source_of(conversation), "id").partition("/")
    if thread:
        whole = obj(_value(text))
        about = {"id": thread, "name": conversation.title.value, "createdAt": conversation.created_ms}
        own = {**whole, "messages": [], "threads": [{**about, "messages": whole.get("messages")}]}
        text = json.dumps(own, ensure_ascii=False)
    key = json.dumps(f"session:{session.rjust(8, '-')}")
    yield file_name(title, "", "json"), f'{{"chat-sessions-list": [], {key}: {text}}}\n'


def _cherry_studio(conversation: Conversation, title: str, text: str) -> Iterator[tuple[str, str]]:
    """A topic among its blocks, and what the program's state says of it, which is text in text there."""
    whole = obj(_value(text))
    about = obj(whole.get("about"))
    assistant = {"name": about.get("assistant"), "topics": [about]}
    state = json.dumps({"assistants": json.dumps({"assistants": [assistant]})})
    backup = {
        "version": 5,
        "localStorage": {"persist:cherry-studio": state},
        "indexedDB": {"topics": [whole.get("topic")], "message_blocks": whole.get("message_blocks")},
    }
    yield file_name(title, "", "json"), json.dumps(backup, ensure_ascii=False) + "\n"


def _gemini(conversation: Conversation, title: str, text: str) -> Iterator[tuple[str, str]]:
    """Rows as their list; of a page, the cells."""
    rows = arr(_value(text))
    if rows and all(isinstance(row, str) for row in rows):
        # The last cell goes on to the end of its page.
        head = '<!doctype html>\n<html><head><meta charset="utf-8"></head><body>\n'
        yield file_name(title, "", "html"), head + "".join(rows)
    else:
        yield file_name(title, "", "json"), text


def _jan(conversation: Conversation, title: str, text: str) -> Iterator[tuple[str, str]]:
    """The messages of a thread, and beside them what is known of it."""
    id, extra = _text(source_of(conversation), "id"), obj(conversation.extra.get("rest"))
    about: Json = {"id": id, "object": "thread", "title": conversation.title.value, "assistants": [], **extra}
    about |= {"created": conversation.created_ms, "updated": conversation.title.at_ms or conversation.created_ms}
    folder = _text(conversation.extra, "folder")
    told = {"is_favorite": conversation.pinned.value, "project": {"name": folder} if folder else None}
    about["metadata"] = {**obj(extra.get("metadata")), **{name: value for name, value in told.items() if value}}
    place = file_name(title, "", "thread").removesuffix(".thread")
    yield f"{place}/messages.jsonl", text
    yield f"{place}/thread.json", json.dumps(about, ensure_ascii=False, indent=2) + "\n"


def _sillytavern(conversation: Conversation, title: str, text: str) -> Iterator[tuple[str, str]]:
    """A branch is told from what it branched off by its file's name."""
    _, _, name = _text(source_of(conversation), "id").partition(" ")
    yield file_name(name or title, "", "jsonl"), text


def _rows(conversation: Conversation, title: str, text: str) -> Iterator[tuple[str, str]]:
    """A tree in rows, of which one has to say that it is one."""
    rows = arr(_value(text))
    if rows and not any("message_tree_id" in obj(row) for row in rows):
        text = json.dumps([{"message_tree_id": None, **obj(rows[0])}, *rows[1:]], ensure_ascii=False)
    yield _named(title, text), text


_ALONE: Final[dict[str, Callable[[Conversation, str, str], Iterable[tuple[str, str]]]]] = {
    "claude": _claude,
    "grok": _grok,
    "chatbox": _chatbox,
    "cherry-studio": _cherry_studio,
    "gemini": _gemini,
    "jan": _jan,
    "ms-copilot": _table,
    "sillytavern": _sillytavern,
    "hf-rows": _rows,
}


def _value(raw: str, member: str = "") -> Any:
    """A kept text as the JSON that it was, or a member of it; None if it is none."""
    try:
        value = loads(raw)
    except ValueError:
        return None
    return obj(value).get(member) if member else value


def _text(record: Json, name: str) -> str:
    return text(record.get(name))
