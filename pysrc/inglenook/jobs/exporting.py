"""Export: conversations out of the store into one file."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from typing import BinaryIO

from inglenook.core.schema import load_conversation
from inglenook.formats import archive, markdown
from inglenook.ports import Keeper

Progress = Callable[[int, int], None]
STAMP = (1980, 1, 1, 0, 0, 0)


async def export_archive(
    keeper: Keeper, ids: tuple[str, ...], out: BinaryIO, now_ms: int, version: str, progress: Progress
) -> tuple[int, list[archive.Problem]]:
    """Write conversations (() means all) and their attachments; answers how many, and what could not be written."""
    texts = [text async for text in keeper.texts(ids)]
    wanted = sorted(await keeper.named(ids))
    openers = [(sha256, opener) for sha256 in wanted if (opener := await keeper.blob(sha256)) is not None]
    missing = len(wanted) - len(openers)
    problems = archive.write(out, texts, openers, now_ms, version, progress)
    if missing:
        problems.append(archive.Problem("attachments", f"{missing} attached files are not on this device any more."))
    return len(texts), problems


async def export_markdown(keeper: Keeper, ids: tuple[str, ...], out: BinaryIO, progress: Progress) -> tuple[int, str]:
    """Write the shown path of each conversation as Markdown, one file or a zip of many. Answers count and name."""
    conversations = [load_conversation(text, ours=True) async for text in keeper.texts(ids)]
    if len(conversations) == 1:
        only = conversations[0]
        out.write(markdown.write(only).encode("utf-8", "replace"))
        return 1, markdown.file_name(only.title.value, only.id, "md")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        taken: set[str] = set()
        for done, conversation in enumerate(conversations, 1):
            name = free_name(markdown.file_name(conversation.title.value, conversation.id, "md"), taken)
            zipped.writestr(zipfile.ZipInfo(name, STAMP), markdown.write(conversation).encode("utf-8", "replace"))
            progress(done, len(conversations))
    return len(conversations), "inglenook-markdown.zip"


def free_name(name: str, taken: set[str]) -> str:
    """The name, or with a number behind it when two conversations have the same title."""
    stem, _, extension = name.rpartition(".")
    chosen, number = name, 2
    while chosen.casefold() in taken:
        chosen, number = f"{stem} ({number}).{extension}", number + 1
    taken.add(chosen.casefold())
    return chosen
