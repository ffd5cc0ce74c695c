"""All foreign formats at once: goldens, whose file is whose, and that nothing is lost without a reason."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from inglenook.formats import registry
from inglenook.formats.reading.document import Document

from tests.formats.golden import FOREIGN, check, document, fixtures, golden_of, read
from tests.formats.loss import explanations, missing


def name(path: Path) -> str:
    return str(path.relative_to(FOREIGN))


@pytest.mark.parametrize("path", fixtures(), ids=name)
def test_a_fixture_is_read_as_a_person_last_saw_it(path: Path):
    if golden_of(path).is_file():
        check(path)
    else:
        assert document(path).beside.documents, "a file without a golden result stands beside others"


@pytest.mark.parametrize("path", fixtures(), ids=name)
def test_a_file_is_claimed_by_the_reader_of_its_folder_and_by_no_other(path: Path):
    claimed = [reader.SYSTEM for reader, _ in registry.claims(document(path).head)]
    system = path.relative_to(FOREIGN).parts[0]
    assert claimed in ([system], []) if not golden_of(path).is_file() else claimed == [system]


@pytest.mark.parametrize("path", [path for path in fixtures() if golden_of(path).is_file()], ids=name)
def test_nothing_of_a_fixture_is_lost_without_a_reason(path: Path):
    one = document(path)
    assert missing(source_of(one), read(one), explanations(path.relative_to(FOREIGN).parts[0])) == {}


def source_of(one: Document) -> Any:
    """The source as plain values, however it is written."""
    head = one.head
    if head.kind == "lines":
        return [line.value for line in one.lines()]
    if head.kind in ("object", "array"):
        return json.loads(one.text().lstrip("\ufeff"), strict=False)
    if head.kind == "sqlite":
        return rows_of_a_database(one)
    text = one.text() if head.kind in ("text", "html") else ""
    if one.name.endswith(".csv"):
        return list(csv.reader(text.splitlines(keepends=True)))
    return {one.name: text.splitlines()} if head.kind == "text" else []


def rows_of_a_database(one: Document) -> dict[str, list[Any]]:
    """All rows of its plain tables, by table."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(one.data())
        database.row_factory = sqlite3.Row
        plain = database.execute("select name from sqlite_master where type = 'table' and sql not like '%virtual%'")
        names = [name for (name,) in plain if "_fts_" not in name]
        return {name: [dict(row) for row in database.execute(f'select * from "{name}"')] for name in names}
