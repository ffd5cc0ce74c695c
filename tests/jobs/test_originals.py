"""A foreign conversation goes back to its own format: what is given out reads as what was imported, under the same ids.

Every fixture of `tests/data/foreign` is dropped, with the folder that it lies in if that is a whole export, and the
samples where they are there.
"""

from __future__ import annotations

import doctest
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from inglenook.core import thread
from inglenook.core.model import Conversation, Text
from inglenook.formats import originals, registry

from tests.formats.golden import ASIDE, FOREIGN, SAMPLES, golden_of
from tests.jobs.keep import Desk, chats, packed, run, talk

JOINED = "It was changed here, or joined from several files. Choose another format to give it out as it is now."
NOT_OURS = "It was not imported, or its file held no text of its own for it."
DATABASE = "It came out of a database, and its rows are no file by themselves. Choose another format."
# What is only in another file, or elsewhere in the same one, does not go back with a conversation. The words are the
# same all the same; where only the folder comes from elsewhere, all but that is.
ELSEWHERE = {
    "chatbox/store.json": "files and stars, which the store has elsewhere",
    "cherry-studio/backup-1.3": "headers of a request, which may hold a key",
    "chatgpt/export": "ratings and names of files",
    "chatgpt/shards": "a list of what was made and under which names",
    "chatgpt/tools": "names of files",
    "claude/export-2026": "comments on an artifact and its files",
    "grok/export-2026": "names of assets",
    "huggingchat/export": "the assistant",
}
# How many conversations of a drop cannot be given back as they came, and what the report says of each.
OURS = "It was not imported, or its file held no text of its own for it."
NOT_BACK = {
    "inglenook-rescue/rescue.json": (1, OURS),
    "inglenook/unpacked": (1, OURS),
    "transcript/llm-logs.md": (2, NOT_OURS),
    "llm/threads.db": (4, DATABASE),
    "samples/chatgpt": (1, JOINED),
}


def drops() -> dict[str, list[Path]]:
    """What is dropped at once: files, folders that are an export, and each folder of samples."""
    found: dict[str, list[Path]] = {}
    for system in sorted(path for path in FOREIGN.iterdir() if path.is_dir()):
        for path in sorted(system.iterdir()):
            name = f"{system.name}/{path.name}"
            found[name] = [path] if path.is_file() else [inner for inner in path.rglob("*") if inner.is_file()]
    for folder in sorted(SAMPLES.iterdir()) if SAMPLES.is_dir() else ():
        found[f"samples/{folder.name}"] = [path for path in folder.glob("*") if path.is_file()]
    kept = {name: sorted(path for path in paths if not path.name.endswith(ASIDE)) for name, paths in found.items()}
    return {name: paths for name, paths in kept.items() if any(_is_known(path) for path in paths)}


def _is_known(path: Path) -> bool:
    """Whether there is a conversation in it, by what a person saw."""
    if path.is_relative_to(SAMPLES):
        return True
    golden = golden_of(path)
    return golden.is_file() and bool(json.loads(golden.read_text("utf-8"))["found"])


DROPS = drops()


def files_of(name: str) -> dict[str, bytes]:
    root = SAMPLES if name.startswith("samples/") else FOREIGN / name.partition("/")[0]
    return {str(path.relative_to(root)): path.read_bytes() for path in DROPS[name]}


def words(conversation: Conversation) -> list[tuple[str | None, ...]]:
    return [
        (id, message.parent, message.role, *(part.text for part in message.parts if isinstance(part, Text)))
        for id, message in sorted(conversation.messages.items())
    ]


def plain(conversation: Conversation) -> Conversation:
    """Without the folder, without how it came here, and without bytes, which an original only has if it held them."""
    messages = {}
    for id, message in conversation.messages.items():
        parts = [replace(p, sha256=None, size=0, media_type="") if hasattr(p, "sha256") else p for p in message.parts]
        messages[id] = replace(message, parts=tuple(parts))
    extra = {name: value for name, value in conversation.extra.items() if name not in ("source", "folder", "rest")}
    return replace(conversation, messages=messages, extra=extra)


def kept(conversation: Conversation) -> dict[str, object]:
    """What no reader understood; a folder's id is among it where its name is not known."""
    rest = conversation.extra.get("rest", {})
    return {name: value for name, value in rest.items() if name not in ("folder", "folderId", "folderID", "group")}


@pytest.mark.parametrize("name", DROPS)
def test_what_is_given_back_reads_as_what_was_imported(name):
    async def work(desk: Desk):
        _, outcome = await desk.bring(files_of(name))
        made, data = await desk.export("original")
        count, why = NOT_BACK.get(name, (0, ""))
        assert [told for where, told in made.problems if where != "Files"] == [why] * count
        assert made.conversations == len(outcome.ids) - count
        if not made.conversations:
            return
        other = Desk()
        await other.bring({"originals.zip": data})
        ids = await other.keeper.ids()
        assert ids <= set(outcome.ids)
        assert len(ids) == made.conversations
        differs = False
        for id in ids:
            first, second = await desk.conversation(id), await other.conversation(id)
            assert words(second) == words(first)
            differs |= (plain(second), kept(second)) != (plain(first), kept(first))
        assert differs == (name in ELSEWHERE)

    run(work)


def test_the_tables_name_what_there_is():
    known = {name for name in (*ELSEWHERE, *NOT_BACK) if SAMPLES.is_dir() or not name.startswith("samples/")}
    assert known <= DROPS.keys()
    assert {*originals.SHAPES, *originals.FILES_BESIDE} <= {reader.SYSTEM for reader in registry.READERS}


def test_the_text_of_a_conversation_stays_as_it_was_written_byte_for_byte():
    own = '{"id": "b",   "conversations": [{"from":"human","value":"\\u0041 ä"},{"from":"gpt","value":"B"}], "x": 1.50}'

    async def work(desk: Desk):
        await desk.bring({"rows.json": f"[\n  {own}\n]".encode()})
        _, data = await desk.export("original")
        assert zipfile.ZipFile(io.BytesIO(data)).read("sharegpt/conversations.json").decode() == f"[{own}]\n"

    run(work)


def test_a_conversation_that_was_begun_here_has_no_original_and_files_beside_are_told():
    async def work(desk: Desk):
        await desk.bring({"a.zip": packed(talk())})
        await desk.bring(files_of("chatgpt/export"))
        made, _ = await desk.export("original")
        assert made.problems == [
            ("A title", NOT_OURS),
            ("Files", "Files that lay beside conversations are not in it: 2. An Inglenook archive has them."),
        ]

    run(work)


def test_what_was_joined_with_more_than_the_file_holds_is_not_given_back_as_that_file():
    async def work(desk: Desk):
        await desk.bring({"old.json": chats(2)})
        [id] = await desk.keeper.ids()
        conversation, revision = await desk.keeper.load_thread(id)
        mine = replace(next(iter(conversation.messages.values())), id="mine-0001", parts=(Text("Mine"),))
        await desk.keeper.save(thread.add(conversation, mine), revision)
        await desk.bring({"new.json": chats(4)})
        assert len((await desk.conversation(id)).messages) == 5
        made, _ = await desk.export("original")
        assert (made.conversations, [why for _, why in made.problems]) == (0, [JOINED])

    run(work)


def test_what_only_grew_is_given_back_as_the_newer_file():
    async def work(desk: Desk):
        for size in (2, 4):
            await desk.bring({"export.json": chats(size)})
        made, data = await desk.export("original")
        text = zipfile.ZipFile(io.BytesIO(data)).read("chatgpt/conversations.json")
        assert (made.problems, json.loads(text)) == ([], json.loads(chats(4)))

    run(work)


def test_rows_that_begin_alike_keep_their_ids():
    assert doctest.testmod(originals).failed == 0
    said = [{"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}]
    rows = [{"id": "7", "conversations": said, "n": n} for n in range(3)]

    async def work(desk: Desk):
        await desk.bring({"rows.json": json.dumps(rows).encode()})
        _, data = await desk.export("original")
        given_back = json.loads(zipfile.ZipFile(io.BytesIO(data)).read("sharegpt/conversations.json"))
        assert given_back == rows

    run(work)


@pytest.mark.parametrize("odd", [{"system": "../../up"}, {"system": ["x"]}, {"version": {}}, {"id": None}])
def test_what_an_archive_says_of_a_source_is_not_believed(odd):
    async def work(desk: Desk):
        await desk.bring({"c.json": chats(2, 2)})
        for id in await desk.keeper.ids():
            conversation, revision = await desk.keeper.load_thread(id)
            source = {**conversation.extra["source"], **odd}
            await desk.keeper.save(replace(conversation, extra={"source": source}), revision)
        made, data = await desk.export("original")
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
        assert made.conversations == 2
        assert {name.partition("/")[0] for name in names} <= {"chatgpt", "other"}
        assert not any(".." in name for name in names)

    run(work)


@pytest.mark.parametrize("name", ["gemini/page", "gemini/json"])
def test_a_conversation_is_the_same_without_the_files_that_lie_beside_it(name):
    async def work(desk: Desk):
        files = files_of(name)
        await desk.bring({path: data for path, data in files.items() if "MyActivity" in path})
        ids = await desk.keeper.ids()
        messages = {id: (await desk.conversation(id)).messages.keys() for id in ids}
        await desk.bring(files)
        assert len(files) > 1
        assert {id: (await desk.conversation(id)).messages.keys() for id in await desk.keeper.ids()} == messages

    run(work)


CELL = (
    '<div class="outer-cell"><div class="header-cell"><p>Gemini Apps</p></div><div class="content-cell body-1">'
    "Prompted How deep is the sound?<br>Jan 2, 2026, 3:04:05 PM UTC<br><p>It is forty fathoms.</p></div></div>"
)
TOPIC = {"id": "topic-001", "messages": [{"id": "msg-00001", "role": "user", "blocks": ["block-01"]}]}
STATE = {"assistants": [{"name": "Pilot", "topics": [{"id": "topic-001", "name": "Depths", "pinned": True}]}]}
BLOCK = {"id": "block-01", "messageId": "msg-00001", "type": "main_text", "content": "How deep is it here?"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("gemini/MyActivity.html", f"<html><body>{CELL}</body></html>"),
        (
            "cherry-studio/data.json",
            json.dumps({
                "localStorage": {"persist:cherry-studio": json.dumps({"assistants": json.dumps(STATE)})},
                "indexedDB": {"topics": [TOPIC], "message_blocks": [BLOCK]},
            }),
        ),
        (
            "hf-rows/trees.json",
            json.dumps([
                {"message_tree_id": "tree-0001", "message_id": "tree-0001", "role": "prompter", "text": "Alone?"},
                {"message_id": "tree-0002", "role": "prompter", "text": "Alone as well?"},
            ]),
        ),
    ],
)  # fmt: skip
def test_what_is_no_file_by_itself_gets_the_shape_of_its_system(name, text):
    async def work(desk: Desk):
        _, outcome = await desk.bring({name: text.encode()})
        made, data = await desk.export("original")
        assert (made.problems, made.conversations) == ([], len(outcome.ids))
        other = Desk()
        await other.bring({"originals.zip": data})
        assert await other.keeper.ids() == set(outcome.ids)
        for id in outcome.ids:
            assert plain(await other.conversation(id)) == plain(await desk.conversation(id))

    run(work)
