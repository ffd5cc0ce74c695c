"""The list of requests as a file: what a spreadsheet reads, and what it must not run."""

import csv
import doctest
import io
import json

from hypothesis import given
from hypothesis import strategies as st
from inglenook.core.activity import Entry
from inglenook.formats import activity
from inglenook.formats.activity import COLUMNS, as_csv, as_json

from tests.strategies import counts, texts

NOW = 1_790_000_000_123
ONE = Entry(
    "a1", NOW, "Open, Router", False, "acme/bolt", "acme/bolt-2", "Acme AI", 1000, 500, 100, 200, 0.0000041, "charged",
    0.0, 300, 4000, "done", None, "gen-1", False,
)  # fmt: skip
entries = st.builds(
    Entry,
    id=texts,
    at_ms=st.integers(0, 253_402_214_399_999),
    connection=texts | st.sampled_from(['=LINK("http://x")', "+1", "-1", "@SUM(A1)", "\tx", 'a"b', "a,b", "a\r\nb"]),
    model=texts,
    prompt_tokens=counts,
    cost_usd=st.none() | st.floats(0, 1e9),
)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(activity).failed == 0


def test_a_row_has_every_column_and_a_time_in_utc():
    text = as_csv([ONE])
    assert text.startswith(",".join(COLUMNS) + "\r\n")
    [row] = read(text)
    assert row == {
        "time": "2026-09-21T14:13:20.123Z", "connection": "Open, Router", "practice": "false", "model": "acme/bolt",
        "served_model": "acme/bolt-2", "provider": "Acme AI", "tokens_in": "1000", "tokens_out": "500",
        "tokens_cached": "200", "tokens_reasoning": "100", "cost_usd": "0.0000041", "cost_source": "charged",
        "discount_usd": "0.0", "latency_ms": "300", "duration_ms": "4000", "tokens_per_second": "125.0",
        "status": "done", "code": "", "generation_id": "gen-1", "logged": "false", "id": "a1",
    }  # fmt: skip


@given(st.lists(entries, max_size=5))
def test_a_reader_gets_back_every_cell(found):
    rows = read(as_csv(found))
    assert len(rows) == len(found)
    for row, entry in zip(rows, found, strict=True):
        assert None not in row
        assert row["connection"].removeprefix("'") == entry.connection.removeprefix("'")
        assert row["cost_usd"] == "" if entry.cost_usd is None else float(row["cost_usd"]) == entry.cost_usd


@given(st.lists(entries, max_size=5))
def test_no_cell_begins_like_a_formula(found):
    for row in read(as_csv(found)):
        assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_every_line_ends_as_the_specification_says():
    text = as_csv([ONE, ONE])
    assert text.count("\r\n") == text.count("\n") == 3


@given(st.lists(entries, max_size=3))
def test_json_says_what_csv_says(found):
    said = json.loads(as_json(found))
    assert (said["format"], said["version"], len(said["requests"])) == ("inglenook-activity", 1, len(found))
    for row, entry in zip(said["requests"], found, strict=True):
        assert tuple(row) == COLUMNS
        assert (row["connection"], row["tokens_in"], row["cost_usd"]) == (
            entry.connection, entry.prompt_tokens, entry.cost_usd,
        )  # fmt: skip
