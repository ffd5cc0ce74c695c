"""Reads exports of LobeChat (LobeHub): versions 1 to 7 and the dumps of its database.

This file knows how its tables belong together; a conversation is a topic of a
session, or what of a session has no topic. It never learns how a message is
made of parts (`message.py`). After src/migrations and the data
exporter of lobehub/lobe-chat, 2023 to 2025.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Json, Text
from inglenook.formats.lobechat.message import turn_of
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import KEYS_LEFT_OUT, has_secrets, plain_text, rest_of
from inglenook.formats.reading.shape import arr, obj, text
from inglenook.formats.reading.stamp import ms
from inglenook.formats.reading.turns import Turn, add_turns, key_for

SYSTEM: Final = "lobechat"
NAME: Final = "LobeChat"

_KINDS: Final = ("agents", "sessions", "singleSession", "settings", "all")
_MODES: Final = ("pglite", "postgres", "neon", "node")


def sniff(head: Head) -> Match | None:
    top = head.top if head.kind == "object" else {}
    kind, mode = top.get("exportType"), top.get("mode")
    if isinstance(kind, str) and kind in _KINDS and isinstance(top.get("state"), dict):
        return Match(skip="settings and keys") if kind == "settings" else Match(text_of(top.get("version")))
    if isinstance(mode, str) and mode in _MODES and isinstance(data := top.get("data"), dict):
        return Match("database") if "schemaHash" in top or "messages" in data or "sessions" in data else None
    return None


def read(document: Document) -> Iterator[Found]:
    top = obj(document.value())
    old = "state" in top
    state = _joined_tables(obj(top.get("data"))) if not old else _listed(obj(top.get("state")))
    if has_secrets(top):
        document.problem(KEYS_LEFT_OUT)
    sessions = {text_of(session.get("id")): session for session in state["sessions"]}
    topics = {text_of(topic.get("id")): topic for topic in state["topics"]}
    groups = {text_of(group.get("id")): text_of(group.get("name")) for group in state["sessionGroups"]}
    spoken: dict[str, list[Json]] = {}
    for message in state["messages"]:
        topic_id, session_id = text_of(message.get("topicId")), text_of(message.get("sessionId"))
        spoken.setdefault(topic_id or f"session:{session_id}", []).append(message)
    if not spoken:
        document.problem("This file holds no messages.")
    for topic_id, topic in topics.items():
        if spoken and topic_id not in spoken:
            document.problem(f"“{text_of(topic.get('title'))}” has no messages and was left out.")
    for place, messages in spoken.items():
        topic = topics.get(place, {})
        session_id = text_of(topic.get("sessionId")) or text_of(messages[0].get("sessionId"))
        session = sessions.get(session_id, {})
        title = text_of(topic.get("title")) or text_of(obj(session.get("meta")).get("title"))
        try:
            draft = Draft(
                SYSTEM,
                place,
                title=title,
                created=topic.get("createdAt"),
                updated=topic.get("updatedAt"),
                version=text_of(top.get("version")) if old else "database",
            )
            _describe(draft, session, topic, groups)
            current = _fill(draft, session, messages, state)
            yield draft.finish(current, _raw(top, old, session, topic, messages, state))
        except BadFile as error:
            document.problem(f"Conversation “{title}”: {error.message}")


def _describe(draft: Draft, session: Json, topic: Json, groups: dict[str, str]) -> None:
    meta, config = obj(session.get("meta")), obj(session.get("config"))
    draft.model = text_of(config.get("model"))
    draft.folder = text_of(meta.get("title"))
    draft.tags = [tag for tag in arr(meta.get("tags")) if isinstance(tag, str)]
    draft.pinned = bool(topic.get("favorite") if topic else session.get("pinned"))
    group = text_of(session.get("group"))
    known = {
        "session": rest_of(
            session, "id", "meta", "config", "group", "pinned", "createdAt", "updatedAt", "chats", "topics", "model"
        ),
        "meta": rest_of(meta, "title", "tags"),
        "config": rest_of(config, "systemRole", "model", "tts"),
        "topic": rest_of(topic, "id", "title", "favorite", "sessionId", "createdAt", "updatedAt", "clientId"),
        "group": groups.get(group, "" if group == "default" else group),
    }
    draft.rest = {name: value for name, value in known.items() if value}


def _fill(draft: Draft, session: Json, messages: list[Json], state: dict[str, Any]) -> str | None:
    """Add the messages; answers the id of the last one outside of threads."""
    system = text(obj(session.get("config")).get("systemRole"))
    root = draft.add("system", [Text(system)]) if system.strip() else None
    messages = sorted(messages, key=lambda message: ms(message.get("createdAt")) or 0)
    taken: set[str] = set()
    keys = []
    for message in messages:
        keys.append(key_for(text_of(message.get("id")), taken))
        taken.add(keys[-1])
    by_key = dict(zip(keys, messages, strict=True))
    last_tool = _last_tools(by_key)
    # The end of the main line (""), and of every thread, which begins below a message of the main line.
    ends: dict[str, str | None] = {"": root}
    turns: list[Turn] = []
    for key, message in by_key.items():
        thread = text_of(message.get("threadId"))
        if thread not in ends:
            start = text_of(obj(state["threads"].get(thread)).get("sourceMessageId"))
            ends[thread] = start if start in taken else ends[""]
        parent: str | None = text_of(message.get("parentId"))
        if message.get("role") == "tool" and parent in last_tool:
            parent = last_tool[parent].get(key, parent)
        elif parent in by_key and by_key[parent].get("role") == "tool":
            group = last_tool.get(text_of(by_key[parent].get("parentId")), {})
            parent = group.get("", parent)
        if parent not in taken or parent == key:
            parent = ends[thread]
        turns.append(turn_of(draft, message, key, parent, _author(session, message, state)))
        ends[thread] = key
    ids = add_turns(draft, turns)
    return ids.get(ends[""] or "")


def _last_tools(by_key: dict[str, Json]) -> dict[str, dict[str, str]]:
    """By assistant message: above each of its tool results the one before, and under "" the last one.

    Calls made at once all answer the same message; they are no branches.
    """
    found: dict[str, dict[str, str]] = {}
    for key, message in by_key.items():
        parent = text_of(message.get("parentId"))
        if message.get("role") == "tool" and by_key.get(parent, {}).get("role") == "assistant":
            group = found.setdefault(parent, {"": parent})
            group[key] = group[""]
            group[""] = key
    return found


def _author(session: Json, message: Json, state: dict[str, Any]) -> Author:
    if message.get("role") == "user":
        return Author()
    extra, config = obj(message.get("extra")), obj(session.get("config"))
    model = message.get("fromModel") or message.get("model") or extra.get("fromModel")
    provider = message.get("fromProvider") or message.get("provider") or extra.get("fromProvider")
    agent = obj(state["agents"].get(text_of(message.get("agentId"))))
    name = agent.get("title") or obj(session.get("meta")).get("title")
    if not model:
        model, provider = config.get("model"), provider or config.get("provider")
    return Author(model=text_of(model), provider=text_of(provider), name=text_of(name))


def _listed(state: Json) -> dict[str, Any]:
    """The tables of versions 1 to 7; in the first one a session holds its messages and topics itself."""
    tables: dict[str, Any] = {
        name: [row for row in _rows(state.get(name)) if isinstance(row, dict)]
        for name in ("sessions", "topics", "messages", "sessionGroups")
    }
    tables["threads"] = {text_of(row.get("id")): row for row in map(obj, _rows(state.get("threads")))}
    tables["agents"] = {}
    tables["sessions"] = [_renamed(session) for session in tables["sessions"]]
    for session in tables["sessions"]:
        own = {"sessionId": session.get("id")}
        tables["topics"] += [{**own, **_renamed(topic)} for topic in map(obj, _rows(session.get("topics"))) if topic]
        tables["messages"] += [{**own, **_renamed(chat)} for chat in map(obj, _rows(session.get("chats"))) if chat]
    return tables


def _rows(table: Any) -> list[Any]:
    return list(table.values()) if isinstance(table, dict) else arr(table)


def _renamed(row: Json) -> Json:
    if "createAt" not in row and "updateAt" not in row:
        return row
    new = {"createAt": "createdAt", "updateAt": "updatedAt"}
    return {new.get(name, name): value for name, value in row.items()}


def _joined_tables(data: Json) -> dict[str, Any]:
    """The tables of the database as those of version 7."""
    tables = {name: [row for row in arr(rows) if isinstance(row, dict)] for name, rows in data.items()}
    by_id = {name: {text_of(row.get("id")): row for row in rows} for name, rows in tables.items()}
    links = tables.get("agentsToSessions", [])
    agent_of = {text_of(link.get("sessionId")): text_of(link.get("agentId")) for link in links}
    files: dict[str, list[Json]] = {}
    for link in tables.get("messagesFiles", []):
        file_id = text_of(link.get("fileId"))
        row = by_id.get("files", {}).get(file_id, {"id": file_id})
        files.setdefault(text_of(link.get("messageId")), []).append(row)
    sessions = []
    for session in tables.get("sessions", []):
        agent = by_id.get("agents", {}).get(agent_of.get(text_of(session.get("id")), ""), {})
        about = {**agent, **{name: value for name, value in session.items() if value}}
        meta = {name: about.get(name) for name in ("title", "description", "tags", "avatar")}
        config = {name: value for name, value in agent.items() if name not in (*meta, "id", "createdAt", "updatedAt")}
        kept = ("id", "type", "pinned", "createdAt", "updatedAt")
        made = {name: session.get(name) for name in kept}
        sessions.append({**made, "meta": meta, "config": config, "group": session.get("groupId")})
    messages = []
    for message in tables.get("messages", []):
        id = text_of(message.get("id"))
        plugin = by_id.get("messagePlugins", {}).get(id, {})
        joined = {
            "plugin": {name: plugin.get(name) for name in ("apiName", "arguments", "identifier")} if plugin else None,
            "tool_call_id": plugin.get("toolCallId"),
            "pluginState": plugin.get("state"),
            "pluginError": plugin.get("error"),
            "translate": rest_of(by_id.get("messageTranslates", {}).get(id, {}), "id", "clientId", "userId"),
            "fileList": files.get(id),
        }
        messages.append({**message, **{name: value for name, value in joined.items() if value}})
    return {
        "sessions": sessions,
        "topics": tables.get("topics", []),
        "messages": messages,
        "sessionGroups": tables.get("sessionGroups", []),
        "threads": by_id.get("threads", {}),
        "agents": by_id.get("agents", {}),
    }


def _raw(top: Json, old: bool, session: Json, topic: Json, messages: list[Json], state: dict[str, Any]) -> str:
    """An export of version 7's shape that holds this conversation only."""
    threads = {text_of(message.get("threadId")) for message in messages} & set(state["threads"])
    own = {
        "sessions": [{name: value for name, value in session.items() if name not in ("chats", "topics")}],
        "topics": [topic] if topic else [],
        "messages": messages,
        "threads": [state["threads"][id] for id in sorted(threads)],
    }
    version = top.get("version") if old else 7
    # In the first version a session holds its messages itself.
    version = 2 if version == 1 else version
    return plain_text({"exportType": "singleSession", "version": version, "state": own})
