"""Exports: every format for one, some and all, and a foreign conversation goes back as it came."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Callable

import pytest
from inglenook.adapters import stored
from inglenook.core import thread
from inglenook.core.deflated import inflated
from inglenook.formats import archive
from inglenook.formats.reading.ids import conversation_id
from inglenook.formats.writers import WRITERS

from tests.jobs.keep import Desk, chats, packed, run, talk


def test_several_conversations_become_a_zip_of_files_with_different_names():
    async def work(desk: Desk):
        await desk.bring({"a.zip": packed(talk(), talk("c2"))})
        made, data = await desk.export("markdown")
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
        assert (made.conversations, made.name) == (2, "inglenook-markdown-2026-09-21.zip")
        assert len({n.casefold() for n in names}) == 2

    run(work)


@pytest.mark.parametrize("format", WRITERS)
def test_one_conversation_is_one_file_that_says_what_was_said(format):
    async def work(desk: Desk):
        await desk.bring({"c.json": chats(4)})
        [id] = await desk.keeper.ids()
        made, data = await desk.export(format, (id,))
        assert made.name.endswith(f".{WRITERS[format].extension}")
        assert (made.conversations, made.lossless, made.problems) == (1, False, [])
        assert all(f"Message {n} of Chat 0" in data.decode() for n in range(4))

    run(work)


@pytest.mark.parametrize("format", WRITERS)
def test_many_conversations_are_a_zip_or_the_systems_own_list(format):
    async def work(desk: Desk):
        await desk.bring({"c.json": chats(2, 2, 2)})
        ids = tuple(sorted(await desk.keeper.ids()))[:2]
        made, data = await desk.export(format, ids)
        assert made.conversations == 2
        zipped = WRITERS[format].join is None
        assert zipfile.is_zipfile(io.BytesIO(data)) == zipped == made.name.endswith(".zip")

    run(work)


def test_a_deleted_conversation_is_not_exported_nor_what_only_it_names():
    async def work(desk: Desk):
        await desk.bring({"a.zip": packed(talk())})
        await desk.keeper.mark_deleted("c1", 5)
        contents = archive.read(io.BytesIO((await desk.export())[1]))
        assert (contents.count, contents.attachments) == (0, {})

    run(work)


def test_a_foreign_conversation_that_was_not_changed_goes_back_unchanged_also_through_an_archive():
    async def work(desk: Desk):
        source = chats(4, 2)
        await desk.bring({"c.json": source})
        other = Desk()
        await other.bring({"all.zip": (await desk.export())[1]})
        for one in (desk, other):
            made, data = await one.export("original")
            [name] = zipfile.ZipFile(io.BytesIO(data)).namelist()
            given_back = json.loads(zipfile.ZipFile(io.BytesIO(data)).read(name))
            assert (name, made.conversations) == ("chatgpt/conversations.json", 2)
            assert sorted(given_back, key=lambda c: c["title"]) == json.loads(source)

    run(work)


def test_a_changed_one_is_left_out_of_the_originals_and_said_so():
    async def work(desk: Desk):
        await desk.bring({"c.json": chats(4, 2)})
        id = conversation_id("chatgpt", "00000000-0000-4000-8000-00000000c0de")
        conversation, revision = await desk.keeper.load_thread(id)
        await desk.keeper.save(thread.delete(conversation, next(iter(conversation.messages)), 9), revision)
        made, _ = await desk.export("original")
        assert made.conversations == 1
        assert [why for _, why in made.problems] == [
            "It was changed here, or joined from several files. Choose another format to give it out as it is now."
        ]

    run(work)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-5],
        lambda text: text[:40] + bytes([text[40] ^ 4]) + text[41:],
        lambda text: text[:-1] + bytes([text[-1] ^ 1]),
        lambda text: b"X" + text[1:],
        lambda text: text[:1],
        lambda text: b"",
        lambda text: "",
        lambda text: None,
    ],
)
def test_a_stored_text_that_is_damaged_is_left_out_of_an_archive_and_said(damage):
    async def work(desk: Desk):
        await desk.bring({"a.zip": packed(talk(), talk("c2"), talk("c3"))})
        await change(desk, "c2", damage)
        made, data = await desk.export()
        assert (made.conversations, [where for where, _ in made.problems]) == (2, ["conversations/"])
        assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
        contents = archive.read(io.BytesIO(data))
        assert (list(contents.conversations()), contents.problems) == ([talk(), talk("c3")], [])

    run(work)


@pytest.mark.parametrize(
    "kept",
    [
        lambda text: inflated(text).decode(),
        inflated,
        lambda text: text + b"more",
        lambda text: zlib.compress(inflated(text), 9),
        lambda text: zlib.compress(inflated(text), 0),
    ],
)
def test_however_a_text_is_stored_the_archive_has_the_same_members(kept):
    async def work(desk: Desk):
        await desk.bring({"a.zip": packed(talk(), talk("c2", "Ünï 🙂" * 99))})
        first = await desk.export()
        await change(desk, "c2", kept)
        made, data = await desk.export()
        assert made == first[0]
        assert members(data) == members(first[1])

    run(work)


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


async def change(desk: Desk, id: str, changed: Callable[[bytes], object]) -> None:
    """Change the text of a thread where it is stored."""
    [record] = await desk.database.transact([stored.get("threads", id)])
    await desk.database.transact([stored.put("threads", id, {**record, "text": changed(record["text"])})])
