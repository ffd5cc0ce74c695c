"""Export: conversations out of the store into one file, in the form that was chosen."""

from __future__ import annotations

import time
import zipfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from inglenook.core import original
from inglenook.core.errors import BadFile, NewerSchema
from inglenook.core.model import Conversation
from inglenook.core.original import source_of
from inglenook.core.schema import load_conversation
from inglenook.core.summary import summarise
from inglenook.core.thread import attachments
from inglenook.formats import archive, originals
from inglenook.formats.markdown import file_name
from inglenook.formats.sources import said
from inglenook.formats.writers import WRITERS, Writer
from inglenook.ports import Keeper

ARCHIVE: Final = "archive"
AS_IT_CAME: Final = "original"
FORMATS: Final = (ARCHIVE, *WRITERS, AS_IT_CAME)
STAMP: Final = (1980, 1, 1, 0, 0, 0)
# Files of one conversation are put into a text only up to this many bytes together.
MOST_EMBEDDED: Final = 200 << 20

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Made:
    """A finished export. `lossless`: it imports back as it was. `problems`: where, and what was left out."""

    name: str
    media_type: str
    conversations: int = 0
    lossless: bool = False
    problems: list[tuple[str, str]] = field(default_factory=list)


async def export(
    keeper: Keeper, ids: tuple[str, ...], format: str, out: BinaryIO, now_ms: int, version: str, progress: Progress
) -> Made:
    """Write conversations (() means all) to `out`. BadFile if the format is not one of FORMATS."""
    day = time.strftime("%Y-%m-%d", time.gmtime(now_ms / 1000))
    if format == ARCHIVE:
        return await _archive(keeper, ids, out, now_ms, version, progress, f"inglenook-{day}.zip")
    if format == AS_IT_CAME:
        return await _as_it_came(keeper, ids, out, progress, f"inglenook-originals-{day}.zip")
    if format not in WRITERS:
        raise BadFile("There is no such format.", advice="Choose another one.")
    return await _written(keeper, ids, out, WRITERS[format], progress, f"inglenook-{format}-{day}")


async def _archive(
    keeper: Keeper, ids: tuple[str, ...], out: BinaryIO, now_ms: int, version: str, progress: Progress, name: str
) -> Made:
    writer = archive.Writer(out, now_ms, version)
    listed = await keeper.listed(ids)
    total = len(ids or listed)
    async for held in keeper.texts(ids):
        try:
            there = listed.get(held.id)
            if held.canonical and there is not None and there.messages is not None:
                writer.conversation(held.id, held.text, there.messages, held.stream)
            else:
                writer.conversation(*archive.text_of(held.text))
        except (BadFile, NewerSchema) as error:
            writer.damaged(error)
        progress(writer.counts["conversations"], total)
    missing = 0
    for sha256 in sorted(set().union(*(there.attachments for there in listed.values()))):
        opener = await keeper.blob(sha256)
        if opener is None:
            missing += 1
        else:
            writer.attachment(sha256, opener)
    writer.finish()
    problems = [(problem.member, said(problem)) for problem in writer.problems]
    if missing:
        problems.append(("attachments", f"{missing:,} attached files are not on this device any more."))
    return Made(name, "application/zip", writer.counts["conversations"], lossless=True, problems=problems)


async def _written(
    keeper: Keeper, ids: tuple[str, ...], out: BinaryIO, writer: Writer, progress: Progress, name: str
) -> Made:
    """One file for one conversation; for many the system's own joined file, or a zip."""
    made = Made(f"{name}.zip", "application/zip")
    total = len(ids or await keeper.ids())
    if len(ids) == 1:
        async for conversation in _conversations(keeper, ids, made):
            made.name = file_name(_title(conversation), conversation.id, writer.extension)
            made.media_type = writer.media_type
            out.write(_encoded(writer.write(conversation, await _files(keeper, conversation, made))))
            made.conversations = 1
        return made
    if writer.join is not None:
        made.name, made.media_type = f"{name}.{writer.extension}", writer.media_type
        texts = []
        async for conversation in _conversations(keeper, ids, made):
            texts.append(writer.write(conversation, await _files(keeper, conversation, made)))
            progress(len(texts), total)
        for piece in writer.join(texts):
            out.write(_encoded(piece))
        made.conversations = len(texts)
        return made
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        taken: set[str] = set()
        async for conversation in _conversations(keeper, ids, made):
            member = free_name(file_name(_title(conversation), conversation.id, writer.extension), taken)
            text = writer.write(conversation, await _files(keeper, conversation, made))
            _put(zipped, member, text)
            made.conversations += 1
            progress(made.conversations, total)
    return made


async def _as_it_came(keeper: Keeper, ids: tuple[str, ...], out: BinaryIO, progress: Progress, name: str) -> Made:
    """What imported conversations were made of, unchanged; those that were changed here are left out and told."""
    made = Made(name, "application/zip")
    # What shares a file with others is written after the rest, file by file, so that none of it waits in memory.
    shared: dict[str, tuple[originals.Shape, dict[str, str]]] = {}
    taken: set[str] = set()
    total, beside = len(ids or await keeper.ids()), 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        async for conversation in _conversations(keeper, ids, made):
            title = _title(conversation)
            try:
                text = await _original(keeper, conversation)
            except BadFile as error:
                made.problems.append((title, error.message))
                continue
            source = source_of(conversation)
            system, version, id = (str(source.get(name, "")) for name in ("system", "version", "id"))
            folder = originals.folder_of(system)
            if system in originals.FILES_BESIDE:
                beside += len(attachments(conversation) - {original.file_of(conversation)})
            shape = originals.shape_of(system, version, text)
            if shape is not None:
                shared.setdefault(folder, (shape, {}))[1][conversation.id] = id
            else:
                for member, content in originals.files(conversation, title, text):
                    _put(zipped, free_name(f"{folder}/{member}", taken), content)
            made.conversations += 1
            progress(made.conversations, total)
        for folder, (shape, known) in shared.items():
            info = zipfile.ZipInfo(free_name(f"{folder}/{shape.name}", taken), STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            with zipped.open(info, "w", force_zip64=True) as member:
                member.write(_encoded(shape.before))
                between = ""
                async for conversation in _conversations(keeper, tuple(originals.in_order(known)), made):
                    try:
                        text = await _original(keeper, conversation)
                    except BadFile as error:
                        # Another tab changed it in between.
                        made.problems.append((_title(conversation), error.message))
                        made.conversations -= 1
                        continue
                    member.write(_encoded(between + text))
                    between = shape.between
                member.write(_encoded(shape.after))
    if beside:
        told = f"Files that lay beside conversations are not in it: {beside:,}. An Inglenook archive has them."
        made.problems.append(("Files", told))
    return made


async def _original(keeper: Keeper, conversation: Conversation) -> str:
    """What a conversation was made of. BadFile that says why it cannot be given back."""
    kept, file = original.packed_in(conversation), original.file_of(conversation)
    if kept is None and file is None:
        raise BadFile("It was not imported, or its file held no text of its own for it.")
    if not original.is_unchanged(conversation):
        raise BadFile(
            "It was changed here, or joined from several files. Choose another format to give it out as it is now."
        )
    if kept is None:
        data = await keeper.get_blob(file or "")
        if data is None:
            raise BadFile("What it was made of is not on this device any more.")
        kept = data.decode("ascii", "replace")
    text = original.unpacked(kept)
    source = source_of(conversation)
    if not originals.is_file(str(source.get("system", "")), str(source.get("id", "")), text):
        raise BadFile("It came out of a database, and its rows are no file by themselves. Choose another format.")
    return text


async def _conversations(keeper: Keeper, ids: tuple[str, ...], made: Made) -> AsyncIterator[Conversation]:
    async for held in keeper.texts(ids):
        try:
            conversation = load_conversation(held.text, ours=True)
        except (BadFile, NewerSchema) as error:
            made.problems.append((f"conversation {held.id}", f"It could not be read: {error.message}"))
            continue
        yield conversation


async def _files(keeper: Keeper, conversation: Conversation, made: Made) -> Callable[[str], bytes | None]:
    """What opens the files of a conversation, already read."""
    held: dict[str, bytes] = {}
    size = left = 0
    for sha256 in sorted(attachments(conversation)):
        data = await keeper.get_blob(sha256) if size < MOST_EMBEDDED else None
        if data is None:
            left += 1
        else:
            held[sha256] = data
            size += len(data)
    if left:
        made.problems.append((_title(conversation), f"{left:,} files are only named: missing here, or too large."))
    return held.get


def _title(conversation: Conversation) -> str:
    return summarise(conversation).title


def _put(zipped: zipfile.ZipFile, name: str, text: str) -> None:
    zipped.writestr(zipfile.ZipInfo(name, STAMP), _encoded(text), zipfile.ZIP_DEFLATED, archive.LEVEL)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def free_name(name: str, taken: set[str]) -> str:
    """The name, or with a number behind it when two conversations have the same title."""
    stem, _, extension = name.rpartition(".")
    chosen, number = name, 2
    while chosen.casefold() in taken:
        chosen, number = f"{stem} ({number}).{extension}", number + 1
    taken.add(chosen.casefold())
    return chosen
