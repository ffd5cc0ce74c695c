"""How many conversations and messages there are in another system's file, out of its JSON alone.

This file knows where each system keeps who spoke, and reads with nothing of ours, so that a reader can be held
against it.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

Counts = tuple[int, int, int]
"""How many conversations, messages of people, and answers."""


def counted(*chats: Iterable[str]) -> Counts:
    """Of the roles of the messages, conversation by conversation."""
    roles = [list(chat) for chat in chats]
    said = list(itertools.chain(*roles))
    people = sum(role.lower() in ("user", "human", "prompter") for role in said)
    answers = sum(role.lower() in ("assistant", "model", "gpt", "ai") for role in said)
    return len([chat for chat in roles if chat]), people, answers


def turns(roles: Any) -> list[str]:
    """Neighbouring messages of one role are one."""
    return [role for role, _ in itertools.groupby(roles)]


def librechat_roles(messages: list[dict[str, Any]]) -> Iterator[str]:
    for message in messages:
        yield "user" if message["isCreatedByUser"] else "assistant"
        yield from librechat_roles(message.get("children", []))


def llama_messages(value: Any) -> list[dict[str, Any]]:
    """Of lines, or of conversations with their messages; the first message only holds the others."""
    messages = [row["message"] for row in value if row.get("type") == "message"]
    messages += [message for row in value for message in row.get("messages", ())]
    return [message for message in messages if message["type"] != "root"]


def csv_roles(rows: list[list[str]]) -> list[list[str]]:
    return [[row[2] for row in run] for _, run in itertools.groupby(rows[1:], key=lambda row: row[0])]


def one_or_many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else value.get("conversations", [value])


# How many there are, out of the JSON; tool calls, system prompts and what only groups messages are counted by none.
COUNT: Final[dict[str, Callable[[Any], Counts]]] = {
    "ai-studio": lambda v: counted(turns(c["role"] for c in v["chunkedPrompt"]["chunks"] if len(c) > 2 or c["text"])),
    "big-agi": lambda v: counted(m["role"] for m in v["messages"]),
    "chatbot-ui": lambda v: counted(*([m["role"] for m in chat["messages"]] for chat in v["history"])),
    "chatgpt": lambda v: counted(
        *([n["message"]["author"]["role"] for n in chat["mapping"].values() if n.get("message")]
          for chat in one_or_many(v))
    ),
    "claude": lambda v: counted(*([m["sender"] for m in chat["chat_messages"]] for chat in one_or_many(v))),
    "claude-code": lambda v: counted(line["message"]["role"] for line in v if "message" in line),
    "deepseek": lambda v: counted(m["role"] for m in v["data"]["biz_data"]["chat_messages"]),
    "grok": lambda v: counted(*([r["response"]["sender"] for r in c["responses"]] for c in v["conversations"])),
    "hf-rows": lambda v: counted(
        *([m["role"] for m in row["messages"]] if "messages" in row
          else [m["role"] for m in (*row["chosen_messages"], row["rejected_messages"][-1])] for row in v)
    ),
    "jan": lambda v: counted(line["role"] for line in v),
    "le-chat": lambda v: counted({m["id"]: m["role"] for m in v}.values()),
    "lm-studio": lambda v: counted(version["role"] for m in v["messages"] for version in m["versions"]),
    "librechat": lambda v: counted(librechat_roles(v["messages"])),
    "llama-cpp": lambda v: counted(m["role"] for m in llama_messages(v)),
    "ms-copilot": lambda v: counted(*csv_roles(v)),
    "nextchat": lambda v: counted(*([m["role"] for m in s["messages"]] for s in v["chat-next-web-store"]["sessions"])),
    "open-webui": lambda v: counted(
        *([m["role"] for m in c.get("chat", c)["history"]["messages"].values()] for c in one_or_many(v))
    ),
    "openai-messages": lambda v: counted(*([m["role"] for m in row["messages"]] for row in v)),
    "openrouter": lambda v: counted(
        "user" if m["characterId"] == "USER" else "assistant" for m in v["messages"].values()
    ),
    "sharegpt": lambda v: counted(*([m["from"] for m in row["conversations"]] for row in v)),
    "sillytavern": lambda v: counted(
        role for m in v[1:] for role in ["user" if m["is_user"] else "system" if m["is_system"] else "assistant"]
        for _ in m.get("swipes", [""])
    ),
}  # fmt: skip


def plain(path: Path) -> Any:
    """A file as plain values, read by nothing of ours."""
    text = path.read_text("utf-8-sig")
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    return list(csv.reader(io.StringIO(text))) if path.suffix == ".csv" else json.loads(text)
