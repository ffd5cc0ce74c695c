"""Reads our own archive when it was unpacked: as a folder, or one conversation out of it.

This file knows the members of an archive as files; Safari unpacks a zip as soon
as it is downloaded. An unpacked archive has no manifest to be held against, so
each conversation stands for itself; attachments are still what their names say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from inglenook.core.errors import BadFile, NewerSchema
from inglenook.core.schema import load_conversation
from inglenook.core.thread import attachments
from inglenook.formats.archive.layout import FORMAT, attachment_member
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.found import Found, Match, Opener
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.shape import arr, obj

SYSTEM: Final = "inglenook"
NAME: Final = "Inglenook archive"
_PIECE: Final = 1 << 20


def sniff(head: Head) -> Match | None:
    top = head.top
    if head.kind != "object":
        return None
    if top.get("format") == FORMAT:
        return Match(aside=True)
    if type(top.get("created_ms")) is not int:
        return None
    message = next((message for message in arr(top.get("messages")) if isinstance(message, dict)), {})
    told = isinstance(message.get("parts"), list) and "parent" in message and "revised_ms" in message
    # Of a long one the end is not seen: its messages may come after what it was imported from.
    begun = not head.whole and "messages" not in top and "at_ms" in obj(top.get("current")) and "extra" in top
    return Match("unpacked") if told or begun else None


def read(document: Document) -> Iterator[Found]:
    """The one conversation; files by their hashes, as out of the archive itself."""
    try:
        conversation = load_conversation(document.data())
    except NewerSchema as error:
        raise BadFile(error.message, advice=error.advice, detail=error.detail) from error
    files: dict[str, Opener] = {}
    for sha256 in attachments(conversation):
        if (file := document.beside.use(attachment_member(sha256))) is not None:
            files[sha256] = _checked(file, sha256)
    yield Found(conversation, files=files)


def _checked(file: Document, sha256: str) -> Opener:
    def opener() -> BinaryIO:
        digest = hashlib.sha256()
        with file.open() as source:
            while piece := source.read(_PIECE):
                digest.update(piece)
        if digest.hexdigest() != sha256:
            raise BadFile("Its bytes are not what they were.", detail="SHA-256 differs")
        return file.open()

    return opener
