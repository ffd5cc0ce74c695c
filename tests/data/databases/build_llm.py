"""The logs of `llm` beside the other fixtures, and how they were made: `python -m tests.data.databases.build_llm`.

The tables are those of the program's documentation: `responses.db` as of 2025, `threads.db` as of 2026 with what an
older version left in it. The same rows give the same bytes with the same SQLite.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "foreign" / "llm"
PICTURE = b"\x89PNG\r\n\x1a\n not really"

RESPONSES = """
create table conversations (id text primary key, name text, model text);
create table schemas (id text primary key, content text);
create table responses (id text primary key, model text, prompt text, system text, prompt_json text,
  options_json text, response text, response_json text, conversation_id text references conversations(id),
  duration_ms integer, datetime_utc text, input_tokens integer, output_tokens integer, token_details text,
  schema_id text references schemas(id), resolved_model text, reasoning text);
create virtual table responses_fts using fts5(prompt, response, content=responses);
create table attachments (id text primary key, type text, path text, url text, content blob);
create table prompt_attachments (response_id text, attachment_id text, "order" integer,
  primary key (response_id, attachment_id));
create table fragments (id integer primary key, hash text, content text, datetime_utc text, source text);
create table fragment_aliases (alias text primary key, fragment_id integer);
create table prompt_fragments (response_id text, fragment_id integer, "order" integer);
create table system_fragments (response_id text, fragment_id integer, "order" integer);
create table tools (id integer primary key, hash text, name text, description text, input_schema text, plugin text);
create table tool_responses (tool_id integer, response_id text, primary key (tool_id, response_id));
create table tool_calls (id integer primary key, response_id text, tool_id integer, name text, arguments text,
  tool_call_id text);
create table tool_results (id integer primary key, response_id text, tool_id integer, name text, output text,
  tool_call_id text, instance_id integer, exception text);
create table tool_results_attachments (tool_result_id integer, attachment_id text, "order" integer);
"""
THREADS = """
create table messages (hash text primary key, parent_hash text, role text, provider_metadata text);
create table parts (id integer primary key, message_hash text, position integer, type text, tool_name text,
  text text, payload text);
create table part_attachments (part_id integer, attachment_id text, "order" integer);
create table part_fragments (part_id integer, fragment_id integer, "order" integer);
create table threads (id text primary key, name text, tip_message_hash text, forked_from text, datetime_utc text);
create table turns (id text primary key, thread_id text, parent_message_hash text, tip_message_hash text, model text,
  resolved_model text, options_json text, schema_id text, input_tokens integer, output_tokens integer,
  token_details text, duration_ms integer, datetime_utc text);
create table turn_tools (turn_id text, tool_id integer, primary key (turn_id, tool_id));
create table turn_fragments (turn_id text, fragment_id integer, "order" integer, kind text);
"""


def insert(database: sqlite3.Connection, table: str, *rows: dict[str, Any]) -> None:
    for row in rows:
        names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        database.execute(f'insert into "{table}" ({names}) values ({marks})', tuple(row.values()))


def responses(database: sqlite3.Connection) -> None:
    """Two conversations and a row that belongs to none: tools, a picture, fragments, a schema."""
    database.executescript(RESPONSES)
    insert(database, "conversations", {"id": "01jm0000pelicans", "name": "Names for pelicans", "model": "gpt-4o-mini"})
    insert(database, "conversations", {"id": "01jm0000toolsare", "name": "Tools that are used", "model": "o4-mini"})
    said = {"conversation_id": "01jm0000pelicans", "model": "gpt-4o-mini", "system": "You name pets, one at a time."}
    insert(
        database,
        "responses",
        {**said, "id": "01jm0001", "prompt": "A name for the pelican in this picture?", "response": "Percy, of course.",
         "datetime_utc": "2025-02-16T23:00:56.123456", "duration_ms": 1234, "input_tokens": 1200, "output_tokens": 7,
         "resolved_model": "gpt-4o-mini-2024-07-18", "options_json": '{"temperature": 0.5}',
         "token_details": '{"prompt_tokens_details": {"cached_tokens": 1024}}', "response_json": '{"id": "c-1"}'},
        {**said, "id": "01jm0002", "prompt": "And one for its sister?", "response": "Petra is a fine name.",
         "datetime_utc": "2025-02-16T23:02:00.000000", "duration_ms": 900, "input_tokens": 1220, "output_tokens": 8},
        {"id": "01jm0003", "model": "o4-mini", "prompt": "What is in the notes, and how much is 6 times 7?",
         "conversation_id": "01jm0000toolsare", "system": "Use your tools for everything.", "response": "",
         "reasoning": "The tool multiplies, so it is asked.", "datetime_utc": "2025-06-01T10:00:00.000000",
         "token_details": '{"completion_tokens_details": {"reasoning_tokens": 64}}', "output_tokens": 90},
        {"id": "01jm0004", "model": "o4-mini", "prompt": "", "conversation_id": "01jm0000toolsare",
         "system": "Use your tools for everything.", "response": "Six times seven is 42; the notes speak of hills.",
         "datetime_utc": "2025-06-01T10:00:05.000000"},
        {"id": "01jm0005", "model": "gpt-4o", "prompt": "Invent a dog, as data please.", "conversation_id": None,
         "response": '{"name": "Cleo of the hills", "age": 5}', "schema_id": "9a8ed2c9",
         "datetime_utc": "2025-06-02T10:00:00.000000"},
    )  # fmt: skip
    insert(database, "schemas", {"id": "9a8ed2c9", "content": '{"type": "object", "title": "a dog of some kind"}'})
    insert(database, "attachments", {"id": "aa11", "type": "image/png", "path": "/home/me/p/pelican.png"})
    insert(database, "attachments", {"id": "bb22", "type": "image/png", "content": PICTURE})
    insert(database, "attachments", {"id": "cc33", "type": "image/jpeg", "url": "https://pets.example.org/pelican.jpg"})
    insert(database, "prompt_attachments", {"response_id": "01jm0001", "attachment_id": "bb22", "order": 1})
    insert(database, "prompt_attachments", {"response_id": "01jm0001", "attachment_id": "cc33", "order": 0})
    insert(database, "prompt_attachments", {"response_id": "01jm0002", "attachment_id": "aa11", "order": 0})
    insert(
        database,
        "fragments",
        {"id": 1, "hash": "f1a2", "content": "Notes: the hills are green in May.", "source": "/home/me/notes.md"},
        {"id": 2, "hash": "f3b4", "content": "Answer in whole sentences, always.", "source": None},
    )
    insert(database, "fragment_aliases", {"alias": "style", "fragment_id": 2})
    insert(database, "prompt_fragments", {"response_id": "01jm0003", "fragment_id": 1, "order": 0})
    insert(database, "system_fragments", {"response_id": "01jm0003", "fragment_id": 2, "order": 0})
    insert(database, "tools", {"id": 1, "hash": "t1", "name": "multiply", "description": "Multiplies whole numbers."})
    insert(database, "tool_responses", {"tool_id": 1, "response_id": "01jm0003"})
    call = {"response_id": "01jm0003", "tool_id": 1, "name": "multiply"}
    insert(database, "tool_calls", {**call, "id": 1, "arguments": '{"a": 6, "b": 7}', "tool_call_id": "multiply_1"})
    insert(database, "tool_calls", {**call, "id": 2, "arguments": '{"a": 6}', "tool_call_id": "multiply_2"})
    call["response_id"] = "01jm0004"
    insert(database, "tool_results", {**call, "id": 1, "output": "42", "tool_call_id": "multiply_1"})
    failed = {"output": "Error: b is missing", "exception": "TypeError: b is missing in the call"}
    insert(database, "tool_results", {**call, **failed, "id": 2, "tool_call_id": "multiply_2"})
    insert(database, "tool_results_attachments", {"tool_result_id": 1, "attachment_id": "bb22", "order": 0})


def threads(database: sqlite3.Connection) -> None:
    """A thread with tools and a second try, one that was forked from it, and one that an older version began."""
    database.executescript(RESPONSES + THREADS)
    insert(database, "fragments", {"id": 1, "hash": "f1a2", "content": "A long text that is stored only once."})
    insert(database, "attachments", {"id": "bb22", "type": "image/png", "content": PICTURE})
    insert(database, "tools", {"id": 1, "hash": "t1", "name": "multiply", "description": "Multiplies whole numbers."})
    tree = [
        ("b2:0000sys", None, "system", [("text", "Name pets, and multiply.", None)]),
        ("b2:0001ask", "b2:0000sys", "user", [
            ("text", None, '{"text_ref": [{"fragment": 1}, {"literal": "\\nWhat is 6 times 7, says the picture?"}]}'),
            ("attachment", None, '{"attachment_id": "bb22"}'),
        ]),
        ("b2:0002call", "b2:0001ask", "assistant", [
            ("reasoning", "It must be multiplied.", '{"provider_metadata": {"openai": {"id": "rs_0000000000000001"}}}'),
            ("tool_call", None, '{"name": "multiply", "arguments": {"a": 6, "b": 7}, "tool_call_id": "call_1"}'),
        ]),
        ("b2:0003result", "b2:0002call", "user", [
            ("tool_result", None, '{"name": "multiply", "output": "42", "tool_call_id": "call_1"}'),
        ]),
        ("b2:0004answer", "b2:0003result", "assistant", [("text", "It is 42, as the picture says.", None)]),
        ("b2:0005again", "b2:0003result", "assistant", [("text", "Forty-two. (a second try)", None)]),
        ("b2:0006fork", "b2:0004answer", "user", [("text", "Now a name for a pelican.", None)]),
        ("b2:0007name", "b2:0006fork", "assistant", [
            ("text", "Percy is what I would say.", None), ("hologram", None, '{"shape": "a pelican made of light"}'),
        ]),
        ("b2:0008old", None, "user", [("text", "A question from before the upgrade", None)]),
        ("b2:0009old", "b2:0008old", "assistant", [("text", "An answer from before the upgrade.", None)]),
        ("b2:0010new", "b2:0009old", "user", [("text", "A question from after the upgrade", None)]),
        ("b2:0011new", "b2:0010new", "assistant", [("text", "An answer from after the upgrade.", None)]),
    ]  # fmt: skip
    number = 0
    for hash, parent, role, parts in tree:
        metadata = '{"openai": {"response": "resp_00000000000001"}}' if hash == "b2:0004answer" else None
        row = {"hash": hash, "parent_hash": parent, "role": role, "provider_metadata": metadata}
        insert(database, "messages", row)
        for position, (kind, text, payload) in enumerate(parts):
            number += 1
            part = {"id": number, "message_hash": hash, "position": position, "type": kind, "text": text}
            insert(database, "parts", {**part, "payload": payload, "tool_name": "multiply" if "tool" in kind else None})
            if kind == "attachment":
                insert(database, "part_attachments", {"part_id": number, "attachment_id": "bb22", "order": 0})
    insert(
        database,
        "threads",
        {"id": "01k0thread1", "name": "Six times seven", "tip_message_hash": "b2:0005again"},
        {"id": "01k0thread2", "name": "A fork of it", "tip_message_hash": "b2:0007name", "forked_from": "01k0thread1"},
        {"id": "01k0thread3", "name": "Begun before the upgrade", "tip_message_hash": "b2:0011new"},
        {"id": "01k0thread4", "name": "A thread without any messages"},
    )
    insert(
        database,
        "turns",
        *(
            {"id": f"01k0turn{n}", "thread_id": f"01k0thread{thread}", "parent_message_hash": f"b2:{parent}",
             "tip_message_hash": f"b2:{tip}", "model": "gpt-5-mini", "resolved_model": "gpt-5-mini-2026-01-01",
             "input_tokens": 100 * n, "output_tokens": n, "duration_ms": 1000 + n, "options_json": '{"seed": 1}',
             "datetime_utc": f"2026-03-01T10:0{n}:00.000000"}
            for n, thread, parent, tip in (
                (1, 1, "0001ask", "0002call"), (2, 1, "0003result", "0004answer"), (3, 1, "0003result", "0005again"),
                (4, 2, "0006fork", "0007name"), (5, 3, "0010new", "0011new"),
            )
        ),
    )  # fmt: skip
    insert(database, "turn_tools", {"turn_id": "01k0turn1", "tool_id": 1})
    insert(database, "conversations", {"id": "01k0thread3", "name": "Begun before the upgrade", "model": "gpt-4o"})
    old = {"conversation_id": "01k0thread3", "model": "gpt-4o", "datetime_utc": "2025-12-01T10:00:00"}
    insert(
        database,
        "responses",
        {**old, "id": "01jz0001", "prompt": "A question from before the upgrade",
         "response": "An answer from before the upgrade."},
        {**old, "id": "01jz0002", "prompt": "What is not repeated?", "response": "This is only in the old rows."},
    )  # fmt: skip


def build(folder: Path = FOLDER) -> None:
    for name, fill in (("responses.db", responses), ("threads.db", threads)):
        path = folder / name
        path.unlink(missing_ok=True)
        database = sqlite3.connect(path)
        database.execute("pragma page_size = 512")
        with database:
            fill(database)
        database.execute("vacuum")
        database.close()


if __name__ == "__main__":
    build()
