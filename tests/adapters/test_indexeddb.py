import asyncio
import json
from types import SimpleNamespace

import pytest
from inglenook.adapters.indexeddb import IndexedDB, explain, pack, unpack
from inglenook.core.errors import NewerSchema, StorageBlocked, StorageError, StorageFull, StorageGone
from inglenook.ports import Conflict

from tests.adapters.js_host import JsBytes, JsFiles, host

LONG = "wörds \U0001f600 " * 200


def answer(value, *texts):
    encoded = [text.encode() for text in texts]
    return json.dumps({"sizes": [len(text) for text in encoded], **value}), b"".join(encoded)


def test_long_texts_travel_beside_the_json():
    operations = [
        {"op": "put", "store": "s", "key": "a", "record": {"id": "a", "text": LONG, "more": LONG + "!"}},
        {"op": "get", "store": "s", "key": "b"},
        {"op": "put", "store": "s", "key": "c", "record": {"text": "short"}},
    ]
    before = json.dumps(operations)
    text, data = pack(operations)
    told = json.loads(text)
    assert told["operations"][0]["record"] == {"id": "a"}
    assert told["operations"][1:] == operations[1:]
    places = told["operations"][0]["texts"]
    assert (places, sum(told["sizes"])) == ({"text": 0, "more": 1}, len(data))
    assert data[: told["sizes"][0]].decode() == LONG
    assert json.dumps(operations) == before


def test_results_get_their_long_texts_back():
    text, data = answer(
        {
            "results": [
                None,
                {"record": {"id": "a"}, "texts": {"text": 1}},
                [{"record": {}, "texts": {"text": 0}}],
                ["k"],
            ]
        },
        LONG,
        "other",
    )
    assert unpack(text, data) == [None, {"id": "a", "text": "other"}, [{"text": LONG}], ["k"]]


def test_a_conflict_hands_back_the_record():
    text, data = answer(
        {"conflict": {"key": "a"}, "results": [{"record": {"revision": 2}, "texts": {"text": 0}}]}, LONG
    )
    with pytest.raises(Conflict) as caught:
        unpack(text, data)
    assert (caught.value.key, caught.value.record) == ("a", {"revision": 2, "text": LONG})


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("QuotaExceededError", StorageFull),
        ("VersionError", NewerSchema),
        ("SupersededError", NewerSchema),
        ("BlockedError", StorageBlocked),
        ("InvalidStateError", StorageGone),
        ("NotFoundError", StorageGone),
        ("UnknownError", StorageGone),
        ("SecurityError", StorageGone),
        ("DataCloneError", StorageError),
        ("AbortError", StorageError),
    ],
)
def test_every_failure_is_one_of_ours_with_advice(name, kind):
    with pytest.raises(StorageError) as caught:
        unpack(json.dumps({"error": {"name": name, "message": "why"}}))
    assert type(caught.value) is kind
    assert (caught.value.detail, caught.value.advice != "") == (f"{name}: why", True)


def test_a_failure_without_a_name_is_still_one_of_ours():
    assert type(explain({})) is StorageError


class JsStorage:
    def __init__(self, **answers):
        self.answers = answers

    def __getattr__(self, name):
        async def call(*given):
            return self.answers[name]

        return call


def database(**answers):
    return IndexedDB(host(storage=JsStorage(**answers), files=JsFiles(f1=b"bytes")))


def test_blobs_come_whole_or_as_files_or_not_at_all():
    fine = json.dumps({"results": [], "sizes": []})
    found = database(
        getBlob=SimpleNamespace(json=fine, bytes=JsBytes(b"")), openBlob=SimpleNamespace(json=fine, handle="f1")
    )
    missing = database(getBlob=SimpleNamespace(json=fine, bytes=None), openBlob=SimpleNamespace(json=fine, handle=""))
    assert asyncio.run(found.get_blob("x")) == b""
    assert asyncio.run(found.open_blob("x"))().read() == b"bytes"
    assert asyncio.run(missing.get_blob("x")) is None
    assert asyncio.run(missing.open_blob("x")) is None


def test_a_blob_that_finds_no_room_is_an_error_of_ours():
    full = SimpleNamespace(json=json.dumps({"error": {"name": "QuotaExceededError", "message": ""}}))
    with pytest.raises(StorageFull):
        asyncio.run(database(putBlob=full).put_blob("x", b"1", ""))
