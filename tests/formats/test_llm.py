"""`llm`: rows that lie among each other, both generations of tables, and databases that mean harm."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from inglenook.core.errors import BadFile
from inglenook.core.model import Conversation, Text, ToolResult
from inglenook.formats import llm, registry
from inglenook.formats.llm import database as llm_database
from inglenook.formats.reading.document import Document, Neighbours, memory_document
from inglenook.formats.reading.found import Found

from tests.data.databases.build_llm import FOLDER, RESPONSES, THREADS, build, insert

AT = "2025-01-01T00:00:00"


def row(id: str, talk: str | None, prompt: str = "Ask", response: str = "Answer", **others: Any) -> dict[str, Any]:
    return {"id": id, "conversation_id": talk, "prompt": prompt, "response": response, "datetime_utc": AT, **others}


def log(*rows: Any) -> Document:
    return memory_document("x.json", json.dumps(rows).encode())


def database(script: str = "", **tables: Iterable[dict[str, Any]]) -> Document:
    with closing(sqlite3.connect(":memory:")) as made:
        made.executescript(script)
        for table, rows in tables.items():
            insert(made, table, *rows)
        made.commit()
        return memory_document("logs.db", made.serialize())


def texts(conversation: Conversation) -> list[str]:
    return [part.text for m in conversation.messages.values() for part in m.parts if isinstance(part, Text)]


def refused(document: Document) -> str:
    with pytest.raises(BadFile) as caught:
        list(llm.read(document))
    return caught.value.message


def found_and_told(document: Document) -> tuple[list[Found], list[str]]:
    return list(llm.read(document)), document.problems


@pytest.mark.parametrize("name", ["responses.db", "threads.db"])
def test_the_databases_beside_the_fixtures_are_as_their_script_says(name: str, tmp_path: Path):
    build(tmp_path)
    for path in (tmp_path / name, FOLDER / name):
        assert path.read_bytes()[:16] == b"SQLite format 3\0"
    with closing(sqlite3.connect(tmp_path / name)) as made, closing(sqlite3.connect(FOLDER / name)) as kept:
        assert list(made.iterdump()) == list(kept.iterdump())


def test_rows_that_lie_among_each_other_are_conversations_as_soon_as_they_are_whole():
    document = log(row("1", "a"), row("2", "b"), row("3", "a"), row("4", None), row("5", "b"))
    assert [len(found.conversation.messages) for found in llm.read(document)] == [4, 2, 4]


def test_what_is_damaged_is_told_once_though_it_is_read_twice():
    document = memory_document("x.jsonl", (json.dumps(row("1", "a")) + "\n{\n" + json.dumps(row("2", "a"))).encode())
    assert len(list(llm.read(document))) == 1
    assert len([problem for problem in document.problems if "Line 2" in problem]) == 1


def test_what_the_system_was_told_is_there_once_and_again_when_it_changed():
    rows = [row("1", "a", system="One"), row("2", "a", system="One"), row("3", "a", system="Two")]
    [found] = llm.read(log(*rows))
    assert texts(found.conversation) == ["One", "Ask", "Answer", "Ask", "Answer", "Two", "Ask", "Answer"]


def test_the_database_and_the_json_output_are_the_same_messages():
    [from_log] = llm.read(log(row("1", "a", system="Be.")))
    [from_table] = llm.read(database(RESPONSES, responses=[row("1", "a", system="Be.")]))
    assert from_log.conversation.id == from_table.conversation.id
    assert from_log.conversation.messages.keys() == from_table.conversation.messages.keys()
    parts = [{"message_hash": hash, "type": "text", "text": hash} for hash in ("s", "p", "r")]
    messages = [{"hash": "s", "role": "system"}, {"hash": "p", "parent_hash": "s", "role": "user"},
                {"hash": "r", "parent_hash": "p", "role": "assistant"}]  # fmt: skip
    turn = {"id": "1", "thread_id": "a", "parent_message_hash": "p", "tip_message_hash": "r"}
    thread = {"id": "a", "tip_message_hash": "r"}
    [newer] = llm.read(database(THREADS, messages=messages, parts=parts, turns=[turn], threads=[thread]))
    assert from_log.conversation.messages.keys() == newer.conversation.messages.keys()


def test_a_table_of_2023_is_enough():
    table = "create table responses (id text, prompt text, response text, conversation_id text)"
    [found] = llm.read(database(table, responses=[{"id": "1", "prompt": "P", "response": "R", "conversation_id": "a"}]))
    assert texts(found.conversation) == ["P", "R"]
    assert found.undated


def test_a_file_that_was_sent_is_found_by_its_name():
    document = log(row("1", "a", attachments=[{"id": "x", "type": "image/png", "path": "/home/me/a.png"}]))
    picture = memory_document("folder/a.png", b"\x89PNG\r\n\x1a\n")
    document.beside = Neighbours((document, picture))
    [found] = llm.read(document)
    assert [opener().read() for opener in found.files.values()] == [b"\x89PNG\r\n\x1a\n"]
    assert picture.used


@pytest.mark.parametrize(
    ("output", "exception", "said"),
    [("42", None, "42"), ("", "TypeError: b", "TypeError: b"), ("Error: b", "b", "Error: b"), ("No", "b", "No\n\nb")],
)
def test_a_tool_that_failed_says_why(output: str, exception: str | None, said: str):
    result = {"name": "f", "tool_call_id": "c", "output": output, "exception": exception}
    [found] = llm.read(log(row("1", "a", prompt="", tool_results=[result])))
    assert next(part for m in found.conversation.messages.values() for part in m.parts) == ToolResult("c", said, "f")


def test_another_database_is_refused_in_clear_words():
    for script in ("create table chats (id text)", "", "create table threads (id text)"):
        document = database(script + ";create table more (a); insert into more values (1)")
        assert registry.claims(document.head)[0][1].version == "database"
        assert refused(document) == "This database holds no conversations that Inglenook knows."


ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select i as id, 'a' as prompt from n"


@pytest.mark.parametrize(
    "script",
    [
        f"create table t (a); create view responses as {ENDLESS}",
        "create virtual table responses using fts5(id, conversation_id, prompt, response)",
    ],
)
def test_only_plain_tables_are_read(script: str):
    assert refused(database(script)) == "This database holds no conversations that Inglenook knows."


def test_no_function_is_called():
    script = """create table responses (id text, conversation_id text, response text,
      prompt text generated always as (hex(zeroblob(100000000))) virtual)"""
    document = database(script, responses=[{"id": "1", "conversation_id": "a", "response": "R"}])
    found, problems = found_and_told(document)
    assert found == []
    assert problems == ["Conversation a: The database is damaged."]


def test_a_database_that_says_the_same_bytes_again_and_again_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(llm_database, "_FREE", 1000)
    monkeypatch.setattr(llm_database, "_RATIO", 0)
    rows = [row(str(n), str(n), response="x" * 400) for n in range(9)]
    assert refused(database(RESPONSES, responses=rows)) == "It would unpack to far more than it should."


def test_more_rows_than_fit_in_the_file_are_damage(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(llm_database, "_ROW", 1 << 20)
    assert refused(database(RESPONSES, responses=[row("1", "a"), row("2", "b")])) == "The database is damaged."


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(llm_database, "LARGEST", 1 << 10)
    document = database(RESPONSES)
    assert "larger than" in refused(document)
    # The size may be unknown, or wrong.
    document.size = 0
    assert "larger than" in refused(document)


def test_a_database_that_was_in_use_is_read_and_what_is_beside_it_is_named():
    document = database(RESPONSES, responses=[row("1", "a")])
    data = bytearray(document.data())
    data[18:20] = b"\2\2"
    busy = memory_document("logs.db", bytes(data))
    busy.beside = Neighbours((busy, memory_document("logs.db-wal", b"1")))
    found, problems = found_and_told(busy)
    assert len(found) == 1
    assert len(problems) == 1
    assert "-wal" in problems[0]


@pytest.mark.parametrize("length", [0, 16, 100, 600, 5000])
def test_a_database_that_was_cut_off_is_refused(length: int):
    whole = (FOLDER / "responses.db").read_bytes()
    data = b"SQLite format 3\0" + whole[16:length]
    assert refused(memory_document("logs.db", data)) in (
        "The database is damaged.", "This database holds no conversations that Inglenook knows.",
    )  # fmt: skip


def test_messages_that_reply_to_each_other_or_to_none_come_to_an_end():
    messages = [{"hash": "a", "parent_hash": "b", "role": "user"}, {"hash": "b", "parent_hash": "a", "role": "user"},
                {"hash": "c", "parent_hash": "gone", "role": "user"}]  # fmt: skip
    parts = [{"message_hash": hash, "type": "text", "text": hash} for hash in "abc"]
    threads = [{"id": "1", "tip_message_hash": "a"}, {"id": "2", "tip_message_hash": "c"}]
    one, two = llm.read(database(THREADS, messages=messages, parts=parts, threads=threads))
    assert sorted(texts(one.conversation)) == ["a", "b"]
    assert one.problems == ("Some messages reply to each other in a circle; it was cut.",)
    assert texts(two.conversation) == ["c"]


@pytest.mark.parametrize(
    "payload", ['{"text_ref": [{"fragment": {}}, {"fragment": [1]}, 7, {"literal": "x"}]}', "{", "7"]
)
def test_a_part_that_is_odd_is_kept_or_empty(payload: str):
    parts = [{"message_hash": "a", "type": "text", "payload": payload}]
    messages, threads = [{"hash": "a", "role": "user"}], [{"id": "1", "tip_message_hash": "a"}]
    [found] = llm.read(database(THREADS, messages=messages, parts=parts, threads=threads))
    assert texts(found.conversation) == (["x"] if "literal" in payload else [])


def test_text_that_is_none_and_numbers_for_text_do_no_harm():
    script = RESPONSES + "insert into responses (id, conversation_id, prompt, response) values "
    document = database(script + "('1', 'a', cast(x'ff61' as text), 7), ('2', 9, x'00', 'R')")
    found, problems = found_and_told(document)
    assert [texts(each.conversation) for each in found] == [["\ufffda", "7"], ["R"]]
    assert problems == []


def test_names_of_columns_that_are_no_text_are_damage():
    data = database("create table responses (id text, conversation_id text, note text)").data()
    odd = memory_document("logs.db", data.replace(b"note text", b"n\xffte text"))
    assert refused(odd) == "The database is damaged."
