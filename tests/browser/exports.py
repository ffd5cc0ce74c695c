"""Files as other chat systems export them, small, and made so that a test knows every word in them."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.browser.archives import rezip

START_S = 1_770_000_000


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PICTURE = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 3, 8, 2, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress((b"\0" + b"\x20\x60\xd0" * 3) * 3))
    + _chunk(b"IEND", b"")
)


def chatgpt(number: int, title: str, *said: str, picture: str = "", second: str = "", thought: str = "") -> Any:
    """A conversation of ChatGPT. `picture`: a file in the first message; `second`: another answer, not shown."""
    born = START_S + number * 3600
    root = f"{number:08x}-ffff-4000-8000-00000000beef"
    mapping: dict[str, Any] = {root: {"id": root, "message": None, "parent": None, "children": []}}

    def add(parent: str, place: int, role: str, content: Any, metadata: Any) -> str:
        id = f"{number:08x}-{place:04x}-4000-8000-00000000beef"
        mapping[parent]["children"].append(id)
        message = {
            "id": id,
            "author": {"role": role, "name": None, "metadata": {}},
            "create_time": born + place * 10.5,
            "update_time": None,
            "content": content,
            "status": "finished_successfully",
            "end_turn": role == "assistant" or None,
            "weight": 1.0,
            "metadata": metadata,
            "recipient": "all",
            "channel": None,
        }
        mapping[id] = {"id": id, "message": message, "parent": parent, "children": []}
        return id

    above = root
    for place, text in enumerate(said or (f"About {title}", "An answer")):
        answers = place % 2 == 1
        metadata: dict[str, Any] = {"model_slug": "gpt-4o", "is_complete": True} if answers else {}
        content: dict[str, Any] = {"content_type": "text", "parts": [text]}
        if picture and place == 0:
            pointer = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-Tide01abc"}
            pointer |= {"size_bytes": len(PICTURE), "width": 3, "height": 3}
            content = {"content_type": "multimodal_text", "parts": [pointer, text]}
            metadata["attachments"] = [
                {"id": "file-Tide01abc", "name": picture, "size": len(PICTURE), "mime_type": "image/png"}
            ]
        if second and place == 1:
            add(above, 0x900, "assistant", {"content_type": "text", "parts": [second]}, {"model_slug": "gpt-4"})
        if thought and place == 1:
            thoughts = [{"summary": "Looking", "content": thought, "chunks": [], "finished": True}]
            content_of_it = {"content_type": "thoughts", "thoughts": thoughts, "source_analysis_msg_id": ""}
            above = add(above, 0x800, "assistant", content_of_it, metadata)
        above = add(above, place, "assistant" if answers else "user", content, metadata)
    id = f"{number:08x}-0000-4000-8000-00000000feed"
    return {
        "title": title,
        "create_time": born,
        "update_time": born + 600 + len(mapping),
        "mapping": mapping,
        "moderation_results": [],
        "current_node": above,
        "conversation_id": id,
        "is_archived": False,
        "default_model_slug": "gpt-4o",
        "id": id,
    }


def chatgpt_zip(path: Path, conversations: Iterable[Any], picture: str = "") -> Path:
    """The zip that ChatGPT sends, with account details and with the picture that a conversation names."""
    contents = {
        "conversations.json": json.dumps(list(conversations)).encode(),
        "user.json": json.dumps({"id": "user-1", "email": "someone@example.org", "chatgpt_plus_user": True}).encode(),
        "message_feedback.json": b"[]",
    }
    if picture:
        contents[f"file-Tide01abc-{picture}"] = PICTURE
    return rezip(path, contents)


def claude(title: str, *said: str) -> bytes:
    """The `conversations.json` of Claude with one conversation, each answer with its thoughts."""
    messages = []
    for place, text in enumerate(said):
        at = f"2026-03-01T10:{place:02}:00.000000Z"
        blocks: list[Any] = [{"type": "text", "text": text, "start_timestamp": at, "stop_timestamp": at}]
        if place % 2:
            thought = {"type": "thinking", "thinking": f"Thinking of: {text}", "start_timestamp": at}
            blocks.insert(0, thought | {"stop_timestamp": at, "summaries": [], "cut_off": False})
        messages.append(
            {
                "uuid": f"11111111-aaaa-4bbb-8ccc-{place:012}",
                "text": text,
                "content": blocks,
                "sender": "assistant" if place % 2 else "human",
                "created_at": at,
                "updated_at": at,
                "attachments": [],
                "files": [],
            }
        )
    talk = {
        "uuid": "11111111-aaaa-4bbb-8ccc-ffffffffffff",
        "name": title,
        "created_at": "2026-03-01T10:00:00.000000Z",
        "updated_at": "2026-03-01T10:30:00.000000Z",
        "account": {"uuid": "5e1d2c3b-0000-4000-9000-00000000acc0"},
        "chat_messages": messages,
    }
    return json.dumps([talk]).encode()


def openrouter(title: str, question: str, answer: str) -> bytes:
    """A room of OpenRouter's chatroom, version 3."""
    writer = "char-1770000000-WWWWWWWWWWWWWWWWWWWW"
    asked, answered = "msg-1770000010-uuuuuuuuuuuuuuuuuuuu", "msg-1770000011-aaaaaaaaaaaaaaaaaaaa"

    def message(id: str, kind: str, by: str, second: int) -> dict[str, Any]:
        at = f"2026-05-28T20:26:{second}.000Z"
        shared = {"id": id, "context": "main-chat", "contentType": "text", "characterId": by, "type": kind}
        return shared | {"createdAt": at, "updatedAt": at, "items": [{"id": f"item-{id}", "type": "message"}]}

    def item(id: str, role: str, kind: str, text: str) -> dict[str, Any]:
        data = {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}
        return {"id": f"item-{id}", "messageId": id, "data": data}

    return json.dumps(
        {
            "version": "orpg.3.0",
            "title": title,
            "characters": {writer: {"id": writer, "model": "maker/tidal", "description": "", "plugins": []}},
            "messages": {
                asked: message(asked, "user", "USER", 41),
                answered: message(answered, "assistant", writer, 44) | {"parentMessageId": asked},
            },
            "items": {
                f"item-{asked}": item(asked, "user", "input_text", question),
                f"item-{answered}": item(answered, "assistant", "output_text", answer),
            },
            "artifacts": {},
        }
    ).encode()


def open_webui(title: str, question: str, answer: str) -> bytes:
    """All chats of Open WebUI: one."""
    messages: Mapping[str, Any] = {
        "q1": {
            "id": "q1",
            "parentId": None,
            "childrenIds": ["a1"],
            "role": "user",
            "content": question,
            "timestamp": START_S,
        },
        "a1": {
            "id": "a1",
            "parentId": "q1",
            "childrenIds": [],
            "role": "assistant",
            "content": answer,
            "model": "llama3.1:8b",
            "done": True,
            "timestamp": START_S + 5,
        },
    }
    chat = {"id": "", "title": title, "models": ["llama3.1:8b"], "timestamp": START_S * 1000}
    chat |= {"history": {"messages": messages, "currentId": "a1"}, "messages": list(messages.values())}
    row = {"id": "c0a80101-0000-4000-8000-00000000beef", "user_id": "u-1", "title": title, "chat": chat}
    row |= {"created_at": START_S, "updated_at": START_S + 9, "archived": False, "pinned": False, "meta": {"tags": []}}
    return json.dumps([row]).encode()


def sillytavern(name: str, *said: str) -> bytes:
    """A chat of SillyTavern: a header, then one line for each message."""
    rows: list[dict[str, Any]] = [
        {"user_name": "Sailor", "character_name": name, "create_date": "2026-01-02@10h00m00s", "chat_metadata": {}}
    ]
    for place, text in enumerate(said):
        user = place % 2 == 0
        rows.append(
            {
                "name": "Sailor" if user else name,
                "is_user": user,
                "is_system": False,
                "send_date": f"January 2, 2026 10:{place:02}am",
                "mes": text,
                "extra": {},
            }
        )
    return "\n".join(map(json.dumps, rows)).encode()


def typingmind(title: str, question: str, answer: str, key: str) -> bytes:
    """A backup of TypingMind, which holds the user's keys."""
    chat = {
        "chatID": "tm-tide",
        "id": "tm-tide",
        "chatTitle": title,
        "createdAt": "2026-02-02T10:00:00.000Z",
        "updatedAt": "2026-02-02T10:05:00.000Z",
        "model": "gpt-4o",
        "modelInfo": {"id": "gpt-4o", "title": "GPT-4o", "apiKey": key},
        "messages": [
            {"uuid": "tm-q", "role": "user", "content": question, "createdAt": "2026-02-02T10:00:00.000Z"},
            {"uuid": "tm-a", "role": "assistant", "content": answer, "createdAt": "2026-02-02T10:00:05.000Z"},
        ],
    }
    plugin = {"id": "web", "userSettings": {"apiKey": key}}
    data = {"folders": [], "userPrompts": [], "userCharacters": [], "installedPlugins": [plugin], "chats": [chat]}
    return json.dumps({"checksum": "9a3b", "data": data}).encode()
