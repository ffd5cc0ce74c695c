import asyncio
import io
from dataclasses import replace

import pytest
from inglenook.adapters.memory import MemoryDatabase
from inglenook.adapters.store import Store
from inglenook.core import thread
from inglenook.core.errors import BadFile
from inglenook.core.model import Conversation, File, Message, Stamped, Text
from inglenook.core.schema import dump_conversation
from inglenook.formats import archive
from inglenook.jobs.exporting import export_archive, export_markdown
from inglenook.jobs.importing import Importer

HASH = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"  # of b"foo"


def conversation(id="c1", text="Hello", created_ms=1000):
    parts = (Text(text), File(sha256=HASH, name="foo.txt", media_type="text/plain", size=3))
    message = Message(f"{id}-m1", None, "user", parts, created_ms=created_ms, revised_ms=created_ms)
    return thread.add(Conversation(id, created_ms, title=Stamped("A title", created_ms)), message)


def packed(*conversations):
    out = io.BytesIO()
    archive.write(out, list(conversations), [(HASH, lambda: io.BytesIO(b"foo"))], 5, "test")
    return out


def store():
    return Store(MemoryDatabase())


async def bring(keeper, *files):
    importer = Importer(keeper, lambda what, done, total: None)
    preview = await importer.read([(f"{n}.zip", file) for n, file in enumerate(files)])
    return preview, await importer.commit()


async def exported(keeper):
    out = io.BytesIO()
    await export_archive(keeper, (), out, 9, "test", lambda done, total: None)
    out.seek(0)
    return archive.read(out)


def test_what_is_imported_is_exported_again_byte_for_byte():
    async def run():
        keeper = store()
        await bring(keeper, packed(conversation(), conversation("c2")))
        contents = await exported(keeper)
        assert [dump_conversation(c) for c in contents.conversations()] == [
            dump_conversation(conversation()),
            dump_conversation(conversation("c2")),
        ]
        assert contents.open_attachment(HASH).read() == b"foo"

    asyncio.run(run())


def test_importing_twice_changes_nothing():
    async def run():
        keeper = store()
        await bring(keeper, packed(conversation()))
        before = await keeper.load_thread("c1")
        preview, written = await bring(keeper, packed(conversation()))
        assert (preview.new, preview.changed, preview.same, written) == (0, 0, 1, ())
        assert await keeper.load_thread("c1") == before

    asyncio.run(run())


def test_an_older_copy_loses_nothing_newer():
    async def run():
        keeper = store()
        newer = thread.rename(
            thread.add(conversation(), Message("m2", "c1-m1", "user", (Text("Later"),), created_ms=2000)), "New", 3000
        )
        await keeper.save(newer, 0)
        preview, written = await bring(keeper, packed(conversation()))
        assert (preview.same, written) == (1, ())
        assert (await keeper.load_thread("c1"))[0] == newer

    asyncio.run(run())


def test_a_preview_stores_nothing():
    async def run():
        keeper = store()
        importer = Importer(keeper, lambda what, done, total: None)
        preview = await importer.read([("a.zip", packed(conversation()))])
        assert (preview.new, preview.messages, preview.attachments) == (1, 1, 1)
        assert await keeper.blob_keys() == []
        assert [text async for text in keeper.texts()] == []

    asyncio.run(run())


def test_a_write_of_another_tab_between_preview_and_import_is_merged():
    async def run():
        keeper = store()
        importer = Importer(keeper, lambda what, done, total: None)
        await importer.read([("a.zip", packed(conversation()))])
        other = thread.add(conversation(), Message("theirs", "c1-m1", "user", (Text("Theirs"),), created_ms=2000))
        await keeper.save(replace(other, messages={"theirs": other.messages["theirs"]}), 0)
        await importer.commit()
        assert set((await keeper.load_thread("c1"))[0].messages) == {"theirs", "c1-m1"}

    asyncio.run(run())


def test_files_that_are_no_archive_are_named_and_the_others_are_taken():
    async def run():
        keeper = store()
        preview, written = await bring(keeper, io.BytesIO(b"not a zip"), packed(conversation()))
        assert written == ("c1",)
        assert [(p.where, p.why) for p in preview.problems] == [("0.zip", "This is not an Inglenook archive.")]

    asyncio.run(run())


def test_nothing_to_import_is_an_error_that_says_so():
    with pytest.raises(BadFile, match="Nothing in what you gave"):
        asyncio.run(bring(store(), io.BytesIO(b"not a zip")))


def test_several_conversations_become_a_zip_of_markdown_files_with_different_names():
    async def run():
        keeper = store()
        await bring(keeper, packed(conversation(), conversation("c2")))
        out = io.BytesIO()
        count, name = await export_markdown(keeper, (), out, lambda done, total: None)
        import zipfile

        names = zipfile.ZipFile(out).namelist()
        assert (count, name) == (2, "inglenook-markdown.zip")
        assert len({n.casefold() for n in names}) == 2

    asyncio.run(run())


def test_a_deleted_conversation_is_not_exported_nor_what_only_it_names():
    async def run():
        keeper = store()
        await bring(keeper, packed(conversation()))
        await keeper.mark_deleted("c1", 5)
        contents = await exported(keeper)
        assert (contents.count, contents.attachments) == (0, {})

    asyncio.run(run())
