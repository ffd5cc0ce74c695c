"""A history as ChatGPT exports it, the same in every run: one JSON list of conversations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.bench.sample import START_MS, markdown

MESSAGES = 20
# With what stands around it, 1,600 conversations of 20 such messages are 50 MB.
LENGTH = 800


def export(count: int) -> bytes:
    """`count` conversations of 20 messages; 1,600 are about 50 MB."""
    return json.dumps(list(conversations(count)), ensure_ascii=True).encode()


def conversations(count: int) -> Iterator[dict[str, Any]]:
    """The elements of the list, one after another."""
    for n in range(count):
        yield conversation(n, MESSAGES)


def conversation(n: int, messages: int) -> dict[str, Any]:
    """One conversation: a hidden root, then questions and answers in turn."""
    born = START_MS / 1000 + n * 420
    root = f"{n:08x}-ffff-4000-8000-{n:012x}"
    mapping: dict[str, Any] = {root: {"id": root, "message": None, "parent": None, "children": []}}
    parent = root
    for m in range(messages):
        id = f"{n:08x}-{m:04x}-4000-8000-{n:012x}"
        mapping[parent]["children"].append(id)
        mapping[id] = {"id": id, "message": message(id, n, m, born + m * 10.25), "parent": parent, "children": []}
        parent = id
    return {
        "title": f"Conversation {n} about the hearth",
        "create_time": born,
        "update_time": born + messages * 10,
        "mapping": mapping,
        "moderation_results": [],
        "current_node": parent,
        "plugin_ids": None,
        "conversation_id": f"{n:08x}-0000-4000-8000-00000000c0de",
        "conversation_template_id": None,
        "gizmo_id": None,
        "is_archived": False,
        "safe_urls": [],
        "default_model_slug": "gpt-4o",
        "conversation_origin": None,
        "voice": None,
        "async_status": None,
        "id": f"{n:08x}-0000-4000-8000-00000000c0de",
    }


def message(id: str, n: int, m: int, at: float) -> dict[str, Any]:
    answers = m % 2 == 1
    metadata: dict[str, Any] = {"request_id": f"{n:x}-{m:x}-FRA", "timestamp_": "absolute", "message_type": None}
    if answers:
        metadata |= {
            "citations": [],
            "content_references": [],
            "finish_details": {"type": "stop", "stop_tokens": [200002]},
            "is_complete": True,
            "model_slug": "gpt-4o",
            "default_model_slug": "gpt-4o",
            "parent_id": f"{n:08x}-{m - 1:04x}-4000-8000-{n:012x}",
        }
    return {
        "id": id,
        "author": {"role": "assistant" if answers else "user", "name": None, "metadata": {}},
        "create_time": at,
        "update_time": None,
        "content": {"content_type": "text", "parts": [markdown(n * 1000 + m, LENGTH)]},
        "status": "finished_successfully",
        "end_turn": True if answers else None,
        "weight": 1.0,
        "metadata": metadata,
        "recipient": "all",
        "channel": None,
    }
