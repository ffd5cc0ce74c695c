"""The journal over a database: entries once, damage counted, and copies in a store of their own."""

import asyncio
import json
from dataclasses import replace

import pytest
from inglenook.adapters.journal import StoredJournal
from inglenook.adapters.memory import MemoryDatabase
from inglenook.core.activity import Entry
from inglenook.core.copy import Copy
from inglenook.core.errors import StorageFull

ONE = Entry("a1", 5, "OpenRouter", model="acme/bolt", cost_usd=0.5, cost_source="charged", status="interrupted")
COPY = Copy("a1", 5, "PLANTED question", "PLANTED answer")


@pytest.fixture
def database():
    return MemoryDatabase()


@pytest.fixture
def journal(database):
    return StoredJournal(database)


def run(task):
    return asyncio.run(task)


def records(database, store):
    return run(database.transact([{"op": "all", "store": store}]))[0]


def test_an_entry_comes_back_as_it_was(journal):
    assert run(journal.add(ONE))
    assert run(journal.entries()) == ((ONE,), 0)


def test_an_entry_is_written_once_and_the_first_one_stays(journal):
    assert run(journal.add(ONE))
    assert not run(journal.add(replace(ONE, cost_usd=None, cost_source="")))
    assert run(journal.entries()) == ((ONE,), 0)


def test_the_newest_comes_first_whatever_the_ids(journal):
    for id, at_ms in (("b", 1), ("a", 2), ("c", 0)):
        run(journal.add(replace(ONE, id=id, at_ms=at_ms)))
    assert [entry.id for entry in run(journal.entries())[0]] == ["a", "b", "c"]


def test_a_damaged_record_is_counted_and_stays_until_the_list_is_cleared(database, journal):
    run(journal.add(ONE))
    run(database.transact([{"op": "put", "store": "activity", "key": "x", "record": {"id": 7}}]))
    assert run(journal.entries()) == ((ONE,), 1)
    assert len(records(database, "activity")) == 2
    run(journal.clear())
    assert (records(database, "activity"), run(journal.entries())) == ([], ((), 0))


def test_copies_lie_apart_from_the_list(database, journal):
    run(journal.add(ONE))
    run(journal.add_copy(COPY))
    run(journal.add_copy(replace(COPY, id="a2", at_ms=9)))
    assert [copy.id for copy in run(journal.copies())] == ["a2", "a1"]
    assert "PLANTED" not in json.dumps(records(database, "activity"))
    run(journal.clear())
    assert len(run(journal.copies())) == 2
    run(journal.clear_copies())
    assert records(database, "debug") == []


def test_a_full_database_is_said_and_writes_nothing(database, journal):
    database.failures.append(StorageFull("There is no room left."))
    with pytest.raises(StorageFull):
        run(journal.add(ONE))
    assert records(database, "activity") == []
