import asyncio
import json
from dataclasses import replace

import pytest
from inglenook.adapters.memory import MemoryDatabase
from inglenook.adapters.store import Store
from inglenook.core.connection import Connection
from inglenook.core.errors import NewerSchema, StorageError, StorageFull
from inglenook.core.model import Conversation, File, Message, Stamped, Text
from inglenook.ports import StaleRevision

SHA, OTHER_SHA = "a" * 64, "b" * 64


@pytest.fixture
def database():
    return MemoryDatabase()


@pytest.fixture
def store(database):
    return Store(database, first_revision=lambda: 1)


def run(task):
    return asyncio.run(task)


def talk(id="c1", title="A title", *shas, text="Hello"):
    parts = (Text(text), *(File(sha256=sha, name="f.txt", media_type="text/plain") for sha in shas))
    message = Message("m1", None, "user", parts, created_ms=5)
    return Conversation(id, 5, title=Stamped(title, 5), messages={"m1": message})


async def everything(texts):
    return [text async for text in texts]


def record(database, store, key):
    return run(database.transact([{"op": "get", "store": store, "key": key}]))[0]


def put(database, store, key, value):
    run(database.transact([{"op": "put", "store": store, "key": key, "record": value}]))


def test_what_was_saved_is_loaded_with_its_revision(store):
    assert run(store.save(talk(), 0)) == 1
    assert (talk(), 1) == run(store.load_thread("c1"))
    assert run(store.save(talk(title="New"), 1)) == 2
    assert (talk(title="New"), 2) == run(store.load_thread("c1"))


def test_a_thread_that_is_not_there_has_revision_0(store):
    assert run(store.load_thread("nothing")) == (None, 0)


def test_the_shelf_gets_the_summary_of_what_was_saved(store):
    run(store.save(talk(), 0))
    (summary,) = run(store.start(set())).summaries
    assert (
        summary.id,
        summary.title,
        summary.message_count,
        summary.preview,
        summary.revision,
    ) == ("c1", "A title", 1, "Hello", 1)
    assert (summary,) == run(store.summaries(("c1", "gone")))


def test_a_stale_save_writes_nothing_and_hands_back_what_is_stored(store):
    run(store.save(talk(), 0))
    run(store.save(talk(title="Theirs"), 1))
    run(store.put_draft("c1", Message("d1", "m1", "assistant"), 7))
    with pytest.raises(StaleRevision) as caught:
        run(store.save(talk(title="Mine"), 1, ("d1",)))
    assert ("c1", talk(title="Theirs"), 2) == (caught.value.id, caught.value.conversation, caught.value.revision)
    started = run(store.start(set()))
    assert [s.title for s in started.summaries] == ["Theirs"]
    assert len(started.drafts) == 1


def test_a_save_of_what_another_tab_deleted_hands_back_nothing(store):
    run(store.save(talk(), 0))
    run(store.delete_forever(("c1",)))
    with pytest.raises(StaleRevision) as caught:
        run(store.save(talk(), 1))
    assert (caught.value.conversation, caught.value.revision) == (None, 0)


def test_a_conversation_made_anew_never_repeats_an_old_revision(database):
    store = Store(database)
    old = run(store.save(talk(), 0))
    run(store.delete_forever(("c1",)))
    run(store.save(talk(title="Imported again"), 0))
    with pytest.raises(StaleRevision):
        run(store.save(talk(title="From an old tab"), old))


def test_a_failing_database_is_not_a_stale_revision(store, database):
    database.failures.append(StorageFull("No room."))
    with pytest.raises(StorageFull):
        run(store.save(talk(), 0))
    assert run(store.load_thread("c1")) == (None, 0)


def test_saving_drops_the_drafts_in_the_same_breath(store):
    run(store.put_draft("c1", Message("d1", "m1", "assistant", (Text("Hel"),)), 7))
    run(store.save(talk(), 0, ("d1", "never there")))
    assert run(store.start(set())).drafts == ()


def test_drafts_of_living_tabs_are_left_alone(store):
    mine = Message("d1", "m1", "assistant", (Text("Hel"),))
    run(store.put_draft("c1", mine, 7))
    run(store.put_draft("c2", Message("d2", "m1", "assistant"), 7))
    assert (("c1", mine),) == run(store.start({"answer:d2", "something else"})).drafts
    run(store.drop_drafts(("d1", "d2")))
    assert run(store.start(set())).drafts == ()


def test_a_deletion_is_a_mark_that_saving_does_not_remove(store):
    run(store.save(talk(), 0))
    run(store.mark_deleted("c1", 99))
    run(store.save(talk(title="Late answer"), 1))
    assert [s.deleted_ms for s in run(store.summaries(("c1",)))] == [99]
    assert [s.deleted_ms for s in run(store.start(set())).summaries] == [99]
    run(store.mark_deleted("c1", None))
    assert [s.deleted_ms for s in run(store.start(set())).summaries] == [None]


def test_marks_of_deletion_are_no_settings(store):
    run(store.save(talk(), 0))
    run(store.mark_deleted("c1", 99))
    run(store.put_setting("theme", "dark"))
    assert run(store.start(set())).settings == {"theme": "dark"}


def test_deleting_forever_leaves_nothing_of_a_conversation(store, database):
    run(store.save(talk(), 0))
    run(store.mark_deleted("c1", 99))
    run(store.put_setting("draft:c1", "typed"))
    run(store.put_draft("c1", Message("d1", "m1", "assistant"), 7))
    run(store.delete_forever(("c1", "never there")))
    stores = ("conversations", "threads", "drafts", "settings")
    assert run(database.transact([{"op": "keys", "store": s} for s in stores])) == [[], [], [], []]


def test_attachments_go_with_the_last_conversation_that_names_them(store):
    run(store.put_blob(SHA, b"1", "text/plain"))
    run(store.put_blob(OTHER_SHA, b"2", "text/plain"))
    run(store.save(talk("c1", "One", SHA, OTHER_SHA), 0))
    run(store.save(talk("c2", "Two", SHA), 0))
    run(store.delete_forever(("c1",)))
    assert run(store.blob_keys()) == [SHA]
    run(store.delete_forever(("c2",)))
    assert run(store.blob_keys()) == []


def test_an_attachment_of_a_draft_is_still_needed(store):
    run(store.put_blob(SHA, b"1", "image/png"))
    run(store.save(talk("c1", "One", SHA), 0))
    run(store.put_draft("c2", Message("d2", None, "assistant", (File(sha256=SHA),)), 7))
    run(store.delete_forever(("c1",)))
    assert run(store.blob_keys()) == [SHA]


def test_an_attachment_of_an_unsent_message_is_still_needed(store, database):
    run(store.save(talk("c1", "One", SHA), 0))
    run(store.put_blob(SHA, b"1", "text/plain"))
    run(store.delete_forever(("c1",)))
    assert run(store.sweep()) == 0
    assert run(store.blob_keys()) == [SHA]
    assert run(Store(database).sweep()) == 1


def test_sweeping_takes_only_what_nothing_names(store, database):
    other_tab = Store(database)
    run(other_tab.put_blob(SHA, b"1", ""))
    run(other_tab.put_blob(OTHER_SHA, b"2", ""))
    run(store.save(talk("c1", "One", SHA), 0))
    assert run(store.sweep()) == 1
    assert run(store.blob_keys()) == [SHA]


def test_nothing_is_swept_while_a_damaged_record_may_need_it(store, database):
    run(Store(database).put_blob(SHA, b"1", ""))
    put(database, "conversations", "odd", {"id": "odd"})
    assert run(store.sweep()) == 0
    assert run(store.blob_keys()) == [SHA]


def test_a_setting_is_kept_where_the_page_finds_it(store, database):
    run(store.put_setting("view", '{"version":1}'))
    assert record(database, "settings", "view")["value"] == '{"version":1}'
    assert run(store.setting("view")) == '{"version":1}'
    run(store.put_setting("view", None))
    assert run(store.setting("view")) is None


def test_long_settings_do_not_hold_up_the_start(store):
    run(store.put_setting("view", "long"))
    run(store.put_setting("models:openrouter", {"models": "long"}))
    run(store.put_setting("draft:c1", "typed"))
    assert run(store.start(set())).settings == {"draft:c1": "typed"}


def test_a_key_is_stored_only_if_it_may_be(store, database):
    kept = Connection("k", "openrouter", "https://openrouter.ai/api/v1", "OpenRouter", key="sk-or-v1-secret", keep=True)
    run(store.put_connection(kept))
    run(store.put_connection(replace(kept, id="n", keep=False)))
    assert [(c.id, c.key) for c in run(store.start(set())).connections] == [("k", "sk-or-v1-secret"), ("n", "")]
    assert "secret" not in json.dumps(record(database, "connections", "n"))
    run(store.remove_connection("k"))
    assert [c.id for c in run(store.start(set())).connections] == ["n"]


def damage(database):
    """One bad record of each kind, keyed by store and key."""
    bad = {
        ("conversations", "x"): {"id": "x", "revision": 1, "text": "{"},
        ("conversations", "y"): {"nothing": "here"},
        ("conversations", "z"): {"id": "z", "text": json.dumps({"schema": 99, "id": "z"})},
        ("threads", "x"): {"id": "x", "revision": 4, "text": "{"},
        ("threads", "z"): {"id": "z", "revision": 4, "text": json.dumps({"schema": 99, "id": "z"})},
        ("connections", "x"): {"id": "x", "text": 5},
        ("settings", "x"): {"something": "else"},
        ("drafts", "x"): {"id": "x", "text": "[]"},
    }
    for (store, key), value in bad.items():
        put(database, store, key, value)
    return bad


def test_damaged_records_are_told_of_and_left_as_they_are(store, database):
    run(store.save(talk(), 0))
    bad = damage(database)
    started = run(store.start(set()))
    assert [s.id for s in started.summaries] == ["c1"]
    assert (started.connections, started.settings, started.drafts) == ((), {}, ())
    assert len(started.problems) == 5
    assert [*bad.values()] == [record(database, *where) for where in bad]


def test_a_damaged_thread_is_an_error_and_cannot_be_written_over(store, database):
    damage(database)
    with pytest.raises(StorageError, match="cannot be read"):
        run(store.load_thread("x"))
    with pytest.raises(NewerSchema):
        run(store.load_thread("z"))
    with pytest.raises(StorageError, match="cannot be read"):
        run(store.save(talk("x"), 0))
    with pytest.raises(NewerSchema):
        run(store.save(talk("z"), 3))
    assert record(database, "threads", "x")["text"] == "{"


def test_many_are_written_together_or_not_at_all(store):
    run(store.save(talk("c1"), 0))
    run(store.write_many([(talk("c1", "Merged"), 1), (talk("c2", "New"), 0)]))
    assert {"c1": (talk("c1", "Merged"), 2), "c2": (talk("c2", "New"), 1)} == run(store.existing(("c1", "c2", "c3")))
    with pytest.raises(StaleRevision) as caught:
        run(store.write_many([(talk("c4"), 0), (talk("c1", "Old"), 1)]))
    assert (caught.value.id, caught.value.revision) == ("c1", 2)
    assert list(run(store.existing(("c1", "c2", "c4")))) == ["c1", "c2"]


def test_existing_reads_more_than_one_batch(store):
    many = [(talk(f"c{n:03}"), 0) for n in range(150)]
    run(store.write_many(many))
    assert len(run(store.existing(tuple(c.id for c, _ in many)))) == 150
    assert len(run(everything(store.texts()))) == 150


def test_an_export_reads_texts_in_the_order_of_ids_without_the_deleted(store, database):
    for id in ("c3", "c1", "c2"):
        run(store.save(talk(id, id), 0))
    run(store.mark_deleted("c2", 9))
    assert [held.id for held in run(everything(store.texts()))] == ["c1", "c3"]
    assert [json.loads(held.text)["id"] for held in run(everything(store.texts(("c2", "gone"))))] == ["c2"]


def test_a_blob_opens_as_a_file(store):
    run(store.put_blob(SHA, b"bytes", "text/plain"))
    opener = run(store.blob(SHA))
    assert opener().read() == b"bytes"
    assert run(store.blob(OTHER_SHA)) is None
