"""Conversations to measure with, the same in every run, and the records that keep them.

This file knows how long a message is and which Markdown is in it. It never
learns what is done with them.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from inglenook.adapters import stored
from inglenook.core.connection import Connection
from inglenook.core.connection import dump as dump_connection
from inglenook.core.model import Author, Conversation, Message, Stamped, Text, Usage
from inglenook.practice.account import PRACTICE_KEY

START_MS = 1_760_000_000_000
MINUTE_MS = 60_000
LENGTH = 1500
MODEL = "sample/steady-1"

PROSE = """
amber bellows chimney draught ember fender grate hearth ingle jamb kindling log mantel nook oak poker quench
rake soot tinder update vent warmth yield answer because between colour different example following general
however important language measure number often people question reason several through under value without
"""
WORDS = tuple(PROSE.split())

Record = dict[str, Any]


def sentence(seed: int, length: int) -> str:
    """Words that look like prose; equal seeds give equal sentences."""
    words = [WORDS[(seed * 31 + n * (7 + seed % 5) + n * n % 13) % len(WORDS)] for n in range(length)]
    return " ".join(words).capitalize() + "."


def markdown(seed: int, length: int = LENGTH) -> str:
    """About `length` characters of Markdown: prose, a list, code, a link, and now and then a table."""
    word = WORDS[seed % len(WORDS)]
    blocks = [
        f"### {sentence(seed, 4)[:-1]}",
        f"{sentence(seed + 1, 18)} **{sentence(seed + 2, 3)[:-1]}** and `{word}_{seed}`. {sentence(seed + 3, 22)}",
        "\n".join(f"- {sentence(seed + n, 7)}" for n in range(4)),
        f"```python\ndef {word}(count: int) -> int:\n    total = {seed}\n"
        "    for each in range(count):\n        total += each * 2\n    return total\n```",
        f"{sentence(seed + 8, 24)} See [{sentence(seed, 2)[:-1]}](https://example.com/{seed}).",
    ]
    if seed % 4 == 0:
        rows = [f"| {WORDS[n]} | {n + seed % 7} |" for n in range(4)]
        blocks.append("\n".join(["| wood | hours |", "| :--- | ---: |", *rows]))
    text = "\n\n".join(blocks)
    while len(text) < length:
        seed += 11
        text += f"\n\n{sentence(seed, 30)}"
    return text[:length]


def conversation(n: int, messages: int = 20, length: int = LENGTH) -> Conversation:
    """The `n`th conversation: questions and answers in turn, the last message marked by `last_words`."""
    born = START_MS + n * 7 * MINUTE_MS
    found: dict[str, Message] = {}
    parent = None
    for m in range(messages):
        id = f"0199{n:04x}-{m:04x}-7000-8000-{n:012x}"
        asked = m % 2 == 0
        text = markdown(n * 1000 + m, length)
        if m == messages - 1:
            text = f"{text[: length - 60].rpartition(chr(10))[0]}\n\n{last_words(n)}"
        found[id] = Message(
            id,
            parent,
            "user" if asked else "assistant",
            (Text(text),),
            author=Author() if asked else Author(MODEL, provider="Sample", connection="bench"),
            created_ms=born + m * 1000,
            usage=Usage() if asked else Usage(400, 380, duration_ms=4000),
            finish_reason=None if asked else "stop",
        )
        parent = id
    return Conversation(conversation_id(n), born, title=Stamped(title(n), born), messages=found)


def conversation_id(n: int) -> str:
    return f"0199aaaa-{n:04x}-7000-8000-000000000000"


def title(n: int) -> str:
    return f"Sample {n}: {sentence(n, 4)[:-1]}"


def last_words(n: int) -> str:
    """What the last message of the `n`th conversation ends with."""
    return f"These are the last words of sample {n}."


def conversations(count: int, messages: int = 20) -> Iterator[Conversation]:
    return (conversation(n, messages) for n in range(count))


def records(made: Conversation) -> list[Record]:
    """The records of a stored conversation, as {store, key, record}."""
    puts = [each for each in stored.writes(made, 0, 1) if each["op"] == "put"]
    return [row(each["store"], each["key"], _as_json(each["record"])) for each in puts]


def _as_json(record: Record) -> Record:
    """A record that JSON can hold; `bench.fill` makes bytes again of the texts of threads."""
    return {name: b64encode(value).decode() if isinstance(value, bytes) else value for name, value in record.items()}


def connected(base: str, model: str) -> list[Record]:
    """The records of a stored and chosen connection to another address."""
    connection = Connection("bench", "other", base, label="Loopback", key=PRACTICE_KEY, keep=True, model=model)
    chosen = {"name": "connection", "value": connection.id}
    return [
        row("connections", connection.id, {"id": connection.id, "text": dump_connection(connection)}),
        row("settings", "connection", chosen),
    ]


def row(store: str, key: str, record: Record) -> Record:
    return {"store": store, "key": key, "record": record}
