"""What every Database does. Needs no test runner, so that the browser's can be asked the same in a worker.

Each case takes an empty database; `cases()` names them all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable

from inglenook.core.errors import StorageError, StorageGone
from inglenook.ports import Conflict, Database

Case = Callable[[Database], Awaitable[None]]
STORES = ("conversations", "threads", "drafts", "attachments", "activity", "connections", "settings", "search", "debug")


async def empty(database: Database) -> None:
    """Take everything out."""
    found = await database.transact([{"op": "keys", "store": store} for store in STORES])
    await database.transact(
        [{"op": "delete", "store": s, "key": k} for s, keys in zip(STORES, found, strict=True) for k in keys]
    )


def get(key: str, store: str = "threads"):
    return {"op": "get", "store": store, "key": key}


def put(key: str, record: dict, store: str = "threads"):
    return {"op": "put", "store": store, "key": key, "record": record}


def expect(key: str, revision: int):
    return {"op": "expect", "store": "threads", "key": key, "revision": revision}


async def raised(kind: type[Exception], call: Awaitable) -> Exception:
    try:
        await call
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was not raised")


async def what_was_put_is_got(database):
    record = {"text": "héllo \U0001f600\u0000", "list": [1, 2.5, None, True, {"a": "b"}], "n": 2**53 - 1, "": {}}
    assert await database.transact([put("a", record)]) == [None]
    assert [record, None] == await database.transact([get("a"), get("b")])


async def long_strings_come_back_unchanged(database):
    texts = ["x" * 1024, '\n"\\' * 4000, "é" * 2000, "\U0001f600" * 3000, "x" * 1023]
    record = {"id": "long", **{f"t{i}": text for i, text in enumerate(texts)}}
    await database.transact([put("long", record)])
    (found,) = await database.transact([get("long")])
    assert record == found
    assert [[record]] == await database.transact([{"op": "all", "store": "threads"}])


async def what_is_added_must_not_be_there(database):
    await database.transact([put("a", {"n": 1})])
    added = [{**put(key, {"n": 2}), "op": "add"} for key in ("b", "a", "c")]
    conflict = await raised(Conflict, database.transact([put("d", {"n": 3}), *added]))
    assert conflict.key == "a"
    assert await database.transact([get(key) for key in "abcd"]) == [{"n": 1}, None, None, None]
    assert await database.transact([{**put("b", {"n": 2}), "op": "add"}]) == [None]
    assert await database.transact([get("b")]) == [{"n": 2}]


async def bytes_come_back_as_bytes(database):
    record = {"id": "b", "text": b"\x00\xffshort", "long": bytes(range(256)) * 8, "word": "kept"}
    assert await database.transact([put("b", record)]) == [None]
    found, every = await database.transact([get("b"), {"op": "all", "store": "threads"}])
    assert record == found
    assert [record] == every


async def a_record_is_replaced_whole(database):
    await database.transact([put("a", {"one": 1, "two": 2})])
    await database.transact([put("a", {"one": 3})])
    assert await database.transact([get("a")]) == [{"one": 3}]


async def operations_see_what_came_before_them(database):
    results = await database.transact(
        [
            put("a", {"n": 1}),
            get("a"),
            put("a", {"n": 2}),
            get("a"),
            {"op": "delete", "store": "threads", "key": "a"},
            get("a"),
        ]
    )
    assert results == [None, {"n": 1}, None, {"n": 2}, None, None]


async def an_empty_list_is_a_transaction(database):
    assert await database.transact([]) == []


async def deleting_what_is_not_there_is_harmless(database):
    assert await database.transact([{"op": "delete", "store": "drafts", "key": "nothing"}]) == [None]


async def keys_and_records_come_in_the_order_of_utf_16(database):
    names = ["b", "a", "Z", "10", "9", "\uffee", "\U0001f600", ""]
    await database.transact([put(name, {"name": name}, "settings") for name in names])
    every = [{"op": "keys", "store": "settings"}, {"op": "all", "store": "settings"}]
    keys, records = await database.transact(every)
    assert keys == ["", "10", "9", "Z", "a", "b", "\U0001f600", "\uffee"]
    assert [{"name": key} for key in keys] == records


async def records_can_be_left_out_by_the_beginning_of_their_key(database):
    await database.transact(
        [put(name, {"name": name}, "settings") for name in ("models:a", "theme", "view", "viewing")]
    )
    (found,) = await database.transact([{"op": "all", "store": "settings", "except": ["view", "models:"]}])
    assert found == [{"name": "theme"}]


async def stores_do_not_share_keys(database):
    await database.transact([put("a", {"in": "threads"}), put("a", {"in": "drafts"}, "drafts")])
    assert await database.transact([get("a"), get("a", "drafts"), get("a", "conversations")]) == [
        {"in": "threads"},
        {"in": "drafts"},
        None,
    ]


async def an_expected_revision_lets_the_write_pass(database):
    assert await database.transact([expect("a", 0), put("a", {"revision": 1})]) == [None, None]
    assert await database.transact([expect("a", 1), put("a", {"revision": 2}), get("a")]) == [
        None,
        None,
        {"revision": 2},
    ]


async def another_revision_undoes_everything_and_hands_back_the_record(database):
    stored = {"revision": 2, "text": "t" * 2000}
    await database.transact([put("a", stored)])
    conflict = await raised(
        Conflict,
        database.transact(
            [
                put("b", {"revision": 1}),
                put("c", {}, "drafts"),
                expect("a", 1),
                put("a", {"revision": 9}),
                expect("d", 0),
            ]
        ),
    )
    assert ("a", stored) == (conflict.key, conflict.record)
    assert [stored, None, None] == await database.transact([get("a"), get("b"), get("c", "drafts")])


async def a_record_that_is_gone_is_a_conflict_without_a_record(database):
    conflict = await raised(Conflict, database.transact([expect("a", 3), put("a", {"revision": 4})]))
    assert (conflict.key, conflict.record) == ("a", None)


async def a_record_without_a_revision_is_never_expected(database):
    await database.transact([put("a", {"text": "damaged"})])
    await raised(Conflict, database.transact([expect("a", 0), put("a", {"revision": 1})]))
    await raised(Conflict, database.transact([expect("a", 1), put("a", {"revision": 2})]))
    assert await database.transact([get("a")]) == [{"text": "damaged"}]


async def two_writers_of_one_revision_cannot_both_win(database):
    import asyncio

    await database.transact([put("a", {"revision": 1})])
    both = [database.transact([expect("a", 1), put("a", {"revision": 2, "by": by})]) for by in ("one", "two")]
    results = await asyncio.gather(*both, return_exceptions=True)
    assert sum(isinstance(result, Conflict) for result in results) == 1


async def a_store_that_is_not_there_is_an_error_of_ours(database):
    await raised(StorageGone, database.transact([get("a", "nowhere")]))
    await raised(StorageGone, database.transact([put("kept?", {}), get("a", "nowhere")]))
    assert await database.transact([get("kept?")]) == [None]


async def an_operation_that_nobody_knows_undoes_the_rest(database):
    await raised(StorageError, database.transact([put("a", {}), {"op": "rename", "store": "threads", "key": "a"}]))
    assert await database.transact([get("a")]) == [None]


async def a_blob_is_kept_by_its_hash(database):
    data = bytes(range(256)) * 4097
    name = hashlib.sha256(data).hexdigest()
    assert await database.get_blob(name) is None
    assert await database.open_blob(name) is None
    await database.put_blob(name, data, "image/png")
    await database.put_blob(name, data, "image/png")
    assert data == await database.get_blob(name)
    assert [name] == await database.blob_keys()
    assert [{"size": len(data), "media_type": "image/png"}] == await database.transact([get(name, "attachments")])
    await database.transact([{"op": "delete", "store": "attachments", "key": name}])
    assert await database.blob_keys() == []


async def a_blob_can_be_read_in_place_and_more_than_once(database):
    data = bytes(range(256)) * 5000
    await database.put_blob("b", data, "")
    opener = await database.open_blob("b")
    for _ in range(2):
        with opener() as file:
            assert data[-10:] == (file.seek(-10, 2), file.read())[1]
            assert data[300_000:300_100] == (file.seek(300_000), file.read(100))[1]
            assert data == (file.seek(0), file.read())[1]


async def an_empty_blob_is_a_blob(database):
    await database.put_blob("empty", b"", "text/plain")
    assert await database.get_blob("empty") == b""


async def an_estimate_says_none_where_nothing_is_known(database):
    estimate = await database.estimate()
    assert {"used_bytes", "quota_bytes", "persisted"} == set(estimate)
    assert all(value is None or type(value) in (int, bool) for value in estimate.values())


def cases() -> dict[str, Case]:
    """Every case above, by its name."""
    helpers = {"empty", "raised"}
    return {
        name: value
        for name, value in globals().items()
        if name not in helpers
        and getattr(value, "__module__", "") == __name__
        and hasattr(value, "__code__")
        and value.__code__.co_varnames[:1] == ("database",)
        and value.__code__.co_argcount == 1
    }
