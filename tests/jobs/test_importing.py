"""Imports: nothing is stored before it is wanted, doubled or overwritten, and all of it can be taken back."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from dataclasses import replace

import pytest
from inglenook.core import thread
from inglenook.core.errors import BadFile, StorageFull, StorageGone
from inglenook.core.model import Image, Message, Stamped, Text
from inglenook.core.schema import dump_conversation
from inglenook.formats import archive
from inglenook.formats.reading.ids import conversation_id
from inglenook.jobs.importing import Importer

from tests.jobs.keep import HASH, NOW_MS, Desk, chat, chats, given, packed, run, talk


def id_of(n: int) -> str:
    return conversation_id("chatgpt", f"{n:08x}-0000-4000-8000-00000000c0de")


def test_what_is_imported_is_exported_again_byte_for_byte():
    async def work(desk: Desk):
        await desk.bring({"a.zip": packed(talk(), talk("c2"))})
        contents = archive.read(io.BytesIO((await desk.export())[1]))
        texts = [dump_conversation(c) for c in contents.conversations()]
        assert texts == [dump_conversation(talk()), dump_conversation(talk("c2"))]
        assert contents.open_attachment(HASH).read() == b"foo"

    run(work)


def test_importing_twice_changes_nothing():
    async def work(desk: Desk):
        for files in ({"a.zip": packed(talk())}, {"conversations.json": chats(4, 6)}):
            await desk.bring(files)
            ids = await desk.keeper.ids()
            before = [await desk.keeper.load_thread(id) for id in sorted(ids)]
            preview, outcome = await desk.bring(files)
            assert (preview.new, preview.changed, preview.same, outcome.ids) == (0, 0, preview.conversations, [])
            assert [await desk.keeper.load_thread(id) for id in sorted(ids)] == before

    run(work)


def test_an_older_copy_loses_nothing_newer():
    async def work(desk: Desk):
        later = Message("m2", "c1-m1", "user", (Text("Later"),), created_ms=2000)
        newer = thread.rename(thread.add(talk(), later), "New", 3000)
        await desk.keeper.save(newer, 0)
        preview, outcome = await desk.bring({"a.zip": packed(talk())})
        assert (preview.same, outcome.ids) == (1, [])
        assert await desk.conversation("c1") == newer

    run(work)


def test_a_later_export_of_the_same_account_adds_what_is_new_and_joins_what_grew():
    async def work(desk: Desk):
        await desk.bring({"old.json": chats(4, 4)})
        mine = await desk.conversation(id_of(0))
        mine = thread.rename(mine, "My own title", 1_800_000_000_000)
        await desk.keeper.save(mine, (await desk.keeper.load_thread(id_of(0)))[1])
        preview, outcome = await desk.bring({"new.json": chats(6, 4, 2)})
        assert (preview.new, preview.changed, preview.same) == (1, 1, 1)
        assert [row.note for row in preview.rows if row.state == "changed"] == ["2 new messages"]
        assert sorted(outcome.ids) == sorted([id_of(0), id_of(2)])
        joined = await desk.conversation(id_of(0))
        assert (joined.title.value, len(joined.messages), len(thread.path(joined))) == ("My own title", 6, 6)

    run(work)


def test_a_preview_stores_nothing():
    async def work(desk: Desk):
        preview = await desk.importer().read(given({"a.zip": packed(talk())}))
        assert (preview.new, preview.messages, preview.attachments) == (1, 1, 1)
        assert await desk.keeper.blob_keys() == []
        assert await desk.keeper.ids() == set()

    run(work)


def test_the_preview_tells_whose_it_is_and_from_when():
    async def work(desk: Desk):
        preview = await desk.importer().read(given({"x.bin": chats(4), "b.zip": packed(talk())}))
        assert {source.name for source in preview.sources} == {"ChatGPT", "Inglenook archive"}
        assert (preview.first_ms, preview.last_ms) == (1000, 1_700_000_004_000)

    run(work)


def test_reading_an_archive_says_how_far_it_is():
    async def work(desk: Desk):
        told = []
        note = lambda what, done, total: told.append((what, done, total))  # noqa: E731
        importer = Importer(desk.keeper, desk.files, desk.files.open, desk.spool, note, NOW_MS)
        await importer.read(given({"a.zip": packed(talk(), talk("c2"), talk("c3"))}))
        assert {what for what, _, _ in told} == {"Reading a.zip"}
        done = [done for _, done, _ in told]
        assert done == sorted(set(done))
        assert len(done) == 3
        assert done[-1] <= told[0][2] < done[-1] + 3

    run(work)


def test_only_what_is_wanted_is_stored():
    async def work(desk: Desk):
        preview, outcome = await desk.bring({"c.json": chats(2, 2, 2)}, lambda id: id == id_of(1))
        assert (preview.new, outcome.ids, outcome.left) == (3, [id_of(1)], 2)
        assert await desk.keeper.ids() == {id_of(1)}

    run(work)


def test_a_write_of_another_tab_between_preview_and_import_is_merged():
    async def work(desk: Desk):
        for files, id in (({"a.zip": packed(talk())}, "c1"), ({"c.json": chats(3)}, id_of(0))):
            importer = desk.importer()
            await importer.read(given(files))
            theirs = Message("theirs", None, "user", (Text("Theirs"),), created_ms=2000)
            await desk.keeper.save(thread.add(replace(talk(), id=id, messages={}), theirs), 0)
            await importer.commit(lambda id: True)
            assert {"theirs"} < set((await desk.conversation(id)).messages)

    run(work)


def test_taking_an_import_back_never_takes_the_one_before_back_too():
    async def work(desk: Desk):
        await desk.bring({"a.json": chats(2, 2, 2)})
        earlier = await desk.keeper.ids()
        importer = desk.importer()
        await importer.read(given({"b.json": chats(*[2] * 60, first=100)}))
        # Another tab writes one of the first batch, so that all of that batch is compared anew.
        theirs = Message("theirs", None, "user", (Text("Theirs"),), created_ms=2000)
        await desk.keeper.save(thread.add(replace(talk(), id=id_of(101), messages={}), theirs), 0)
        outcome = await importer.commit(lambda id: True)
        assert len(outcome.ids) == 60
        undone = await desk.keeper.undo_import()
        assert len(undone.removed) + len(undone.restored) == 60
        assert earlier <= await desk.keeper.ids()

    run(work)


def test_of_batches_that_are_stored_at_once_one_that_fails_hides_no_other():
    async def work(desk: Desk):
        importer = desk.importer()
        await importer.read(given({"b.json": chats(*[2] * 240)}))
        bring, steps = desk.keeper.bring, []

        async def failing(batch, step, at_ms):
            steps.append(step)
            if step in (2, 3):
                raise StorageFull("Full.")
            for _ in range(5):
                await asyncio.sleep(0)
            await bring(batch, step, at_ms)

        desk.keeper.bring = failing
        with pytest.raises(StorageFull):
            await importer.commit(lambda id: True)
        assert max(steps) > 2
        assert set(importer.outcome.ids) == await desk.keeper.ids()

    run(work)


def test_where_the_browser_keeps_no_files_the_conversations_are_kept_all_the_same():
    async def work(desk: Desk):
        async def refused(sha256, data, media_type):
            raise StorageGone("The browser cannot read its database.")

        desk.keeper.put_blob = refused
        importer = desk.importer()
        await importer.read(given({"a.zip": packed(talk(), talk("c2"))}))
        outcome = await importer.commit(lambda id: True)
        assert sorted(outcome.ids) == ["c1", "c2"]
        whys = [problem.why for problem in importer.problems]
        assert whys[0] == (
            "The file “foo.txt” could not be kept: this browser keeps no files here, as in a private window."
        )
        (message,) = (await desk.conversation("c1")).messages.values()
        # An archive names its files by what they are, so a later import can bring them.
        assert [(part.name, part.sha256) for part in message.parts[1:]] == [("foo.txt", HASH)]
        assert message.parts[0] == Text("Hello")

    run(work)


def test_files_that_nobody_knows_are_named_and_the_others_are_taken():
    async def work(desk: Desk):
        preview, outcome = await desk.bring({"0.zip": b"not a zip", "1.zip": packed(talk())})
        assert outcome.ids == ["c1"]
        assert [(p.where, p.why) for p in preview.problems] == [("0.zip", "This is no format that Inglenook knows.")]

    run(work)


def test_nothing_to_import_is_an_error_that_says_so():
    with pytest.raises(BadFile, match="Nothing in what you gave"):
        run(lambda desk: desk.bring({"a.zip": b"not a zip"}))


def test_the_same_conversation_in_two_files_is_stored_once_with_all_of_both():
    async def work(desk: Desk):
        preview, outcome = await desk.bring({"a.json": chats(2), "b.json": chats(5)})
        assert (preview.conversations, outcome.ids) == (1, [id_of(0)])
        assert len((await desk.conversation(id_of(0))).messages) == 5
        undone = await desk.keeper.undo_import()
        assert (undone.removed, await desk.keeper.ids()) == ((id_of(0),), set())

    run(work)


def test_the_same_words_under_another_id_are_already_here():
    async def work(desk: Desk):
        await desk.bring({"a.json": chats(4)})
        again = chat(0, 4)
        again["conversation_id"] = "ffffffff-0000-4000-8000-00000000c0de"
        preview, outcome = await desk.bring({"b.json": json.dumps([again]).encode()})
        assert (preview.same, outcome.ids) == (1, [])
        assert preview.rows[0].note == "the same as “Chat 0”"

    run(work)


def test_a_deleted_conversation_comes_back_when_it_is_imported_again():
    async def work(desk: Desk):
        await desk.bring({"a.json": chats(4)})
        await desk.keeper.mark_deleted(id_of(0), 5)
        preview, outcome = await desk.bring({"a.json": chats(4)})
        assert (preview.new, preview.rows[0].note, outcome.ids) == (1, "was deleted here", [id_of(0)])
        assert [summary.id for summary in await desk.keeper.all_summaries()] == [id_of(0)]

    run(work)


def test_stopping_leaves_whole_conversations_and_the_same_file_goes_on():
    async def work(desk: Desk):
        many = {"c.json": chats(*[2] * 200)}
        importer = desk.importer()
        await importer.read(given(many))
        bring = desk.keeper.bring

        async def first_only(batch, step, at_ms):
            importer.stop()
            await bring(batch, step, at_ms)

        desk.keeper.bring = first_only
        outcome = await importer.commit(lambda id: True)
        assert outcome.stopped
        assert 0 < len(outcome.ids) < 200
        assert await desk.keeper.ids() == set(outcome.ids)
        desk.keeper.bring = bring
        preview, _ = await desk.bring(many)
        assert (preview.same, preview.new) == (len(outcome.ids), 200 - len(outcome.ids))
        assert len(await desk.keeper.ids()) == 200

    run(work)


def test_an_import_that_stored_nothing_leaves_the_one_before_to_be_taken_back():
    async def work(desk: Desk):
        await desk.bring({"a.json": chats(2)})
        assert await desk.keeper.setting("last_import_ms") == NOW_MS
        importer = desk.importer()
        await importer.read(given({"b.json": chats(2, 2, first=5)}))
        importer.stop()
        assert (await importer.commit(lambda id: True)).ids == []
        assert (await desk.keeper.undo_import()).removed == (id_of(0),)

    run(work)


def test_a_full_disk_keeps_what_was_stored_and_it_can_be_taken_back():
    async def work(desk: Desk):
        importer = desk.importer()
        await importer.read(given({"c.json": chats(*[2] * 120)}))
        bring = desk.keeper.bring

        async def full_later(batch, step, at_ms):
            if step == 1:
                desk.database.failures.append(StorageFull("The browser has no room left for this site."))
            await bring(batch, step, at_ms)

        desk.keeper.bring = full_later
        with pytest.raises(StorageFull):
            await importer.commit(lambda id: True)
        assert set(importer.outcome.ids) == await desk.keeper.ids() != set()
        await desk.keeper.undo_import()
        assert await desk.keeper.ids() == set()

    run(work)


def test_taking_back_removes_what_is_new_and_restores_what_was_joined():
    async def work(desk: Desk):
        await desk.bring({"old.json": chats(2)})
        before = await desk.conversation(id_of(0))
        await desk.bring({"new.json": chats(4, 4)})
        undone = await desk.keeper.undo_import()
        assert (undone.removed, undone.restored, undone.kept) == ((id_of(1),), (id_of(0),), ())
        assert await desk.conversation(id_of(0)) == before
        assert await desk.keeper.undo_import() == type(undone)()

    run(work)


def test_taking_back_keeps_what_was_changed_since_and_drops_files_that_nothing_names():
    async def work(desk: Desk):
        await desk.bring({"a.zip": packed(talk(), replace(talk("c2"), title=Stamped("B", 1)))})
        loved, revision = await desk.keeper.load_thread("c2")
        await desk.keeper.save(thread.pin(loved, True, 9), revision)
        undone = await desk.keeper.undo_import()
        assert (undone.removed, undone.kept) == (("c1",), ("c2",))
        assert await desk.keeper.blob_keys() == [HASH]
        await desk.keeper.delete_forever(("c2",))
        assert await desk.keeper.blob_keys() == []

    run(work)


def test_files_of_a_foreign_export_are_stored_by_what_they_are(monkeypatch):
    monkeypatch.setattr("inglenook.jobs.filing.LARGE", 10)
    picture = b"\x89PNG\r\n\x1a\n" + b"p" * 3_000_000
    talked = chat(0, 2)
    pointer = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-abcDEF123", "size_bytes": 1}
    nodes = list(talked["mapping"].values())
    nodes[1]["message"]["content"] = {"content_type": "multimodal_text", "parts": [pointer, "What is this?"]}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("conversations.json", json.dumps([talked]))
        zipped.writestr("file-abcDEF123-holiday.png", picture)
        zipped.writestr("user.json", json.dumps({"id": "user-1", "email": "a@example.org", "chatgpt_plus_user": True}))

    async def work(desk: Desk):
        preview, outcome = await desk.bring({"export.zip": out.getvalue()})
        assert (preview.attachments, len(outcome.ids)) == (1, 1)
        conversation = await desk.conversation(id_of(0))
        [image] = [p for m in conversation.messages.values() for p in m.parts if isinstance(p, Image)]
        assert (image.media_type, image.size) == ("image/png", len(picture))
        assert await desk.keeper.get_blob(image.sha256) == picture
        assert any("nothing of it is stored" in p.why for p in preview.problems)
        again, _ = await desk.bring({"export.zip": out.getvalue()})
        assert (again.same, again.changed) == (1, 0)

    run(work)


def test_a_million_characters_of_report_name_what_was_done():
    async def work(desk: Desk):
        importer = desk.importer()
        await importer.read(given({"c.json": chats(2, 2), "x.txt": b"just words"}))
        outcome = await importer.commit(lambda id: id == id_of(0))
        text = importer.report(outcome)
        assert "## New (1)\n\n- Chat 0: 2 messages" in text
        assert "## Not imported (1)\n\n- Chat 1" in text
        assert "x.txt: This is no format that Inglenook knows." in text

    run(work)
