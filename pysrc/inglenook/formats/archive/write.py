"""Writing an Inglenook archive.

This file knows the order of things in the zip and what the manifest says. It
never learns where conversations and attachments come from. Equal content in
the same order, deflated alike, gives equal bytes: no time but `created_ms`, no
name of a machine.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO, Final
from zlib import crc32

from inglenook.core.errors import BadFile, InglenookError, NewerSchema
from inglenook.core.model import Conversation
from inglenook.core.schema import dump_conversation, load_conversation
from inglenook.formats.archive.layout import (
    ATTACHMENT,
    MANIFEST,
    Problem,
    Progress,
    attachment_member,
    conversation_member,
)
from inglenook.formats.archive.manifest import dump

_CHUNK = 1 << 20

Opener = Callable[[], BinaryIO]


# Level 1 takes a third of the time of level 6, for a file that is a tenth larger.
LEVEL: Final = 1


class Writer:
    """An archive being written, one thing after another; `finish` makes it whole. `problems`: what was left out."""

    def __init__(self, file: BinaryIO, created_ms: int, app_version: str) -> None:
        self.problems: list[Problem] = []
        self.counts = {"conversations": 0, "messages": 0, "attachments": 0}
        self._zipped = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._members: dict[str, dict[str, Any]] = {}
        self._created_ms = created_ms
        self._app_version = app_version

    def conversation(self, id: str, text: bytes, messages: int, stream: bytes = b"") -> None:
        """
        Add a conversation by its canonical text of this version, in UTF-8; `messages` counts those not deleted.

        `stream`: the same text as raw deflate made it, if that is at hand. BadFile if another one has the same id.
        """
        if self._add(conversation_member(id), text, stream):
            self.counts["conversations"] += 1
            self.counts["messages"] += messages

    def attachment(self, sha256: str, opener: Opener) -> None:
        """Add the bytes of a file; if they cannot be read, that is a problem and it is left out."""
        name = attachment_member(sha256)
        if name in self._members:
            return
        if not ATTACHMENT.fullmatch(name):
            raise BadFile("An attachment is not named by its SHA-256.")
        try:
            with opener() as source:
                self._members[name] = _copy(self._zipped, name, source)
        except (InglenookError, OSError) as error:
            self.problems.append(Problem(name, "This attachment could not be read.", str(error)))
            return
        if self._members[name]["sha256"] != sha256:
            self.problems.append(Problem(name, "This attachment is not what it was.", "SHA-256 differs"))
        self.counts["attachments"] += 1

    def finish(self) -> None:
        """Write the manifest and the table of contents."""
        manifest = dump(self.counts, self._members, self._created_ms, self._app_version)
        self._zipped.writestr(_info(MANIFEST, zipfile.ZIP_DEFLATED), manifest, compresslevel=LEVEL)
        self._zipped.filelist.sort(key=lambda info: info.filename)
        self._zipped.close()

    def damaged(self, error: InglenookError) -> None:
        """A stored conversation that cannot be read is left out, and told."""
        why = " ".join(filter(None, (error.message, error.detail)))
        self.problems.append(Problem("conversations/", "A stored conversation could not be read.", why))

    def _add(self, name: str, data: bytes, stream: bytes) -> bool:
        fact = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        if self._members.setdefault(name, fact) is not fact:
            if self._members[name] != fact:
                raise BadFile("Two different conversations have the same id.", advice="Merge them, then export.")
            return False
        if stream:
            _put_deflated(self._zipped, _info(name, zipfile.ZIP_DEFLATED), data, stream)
        else:
            self._zipped.writestr(_info(name, zipfile.ZIP_DEFLATED), data, compresslevel=LEVEL)
        return True


def write(
    file: BinaryIO,
    conversations: Iterable[Conversation | str],
    attachments: Iterable[tuple[str, Opener]],
    created_ms: int,
    app_version: str,
    progress: Progress | None = None,
) -> list[Problem]:
    """
    Write an archive of values or stored texts to a binary file, sorted; answers what could not be put in.

    BadFile if two different conversations have one id.
    """
    writer = Writer(file, created_ms, app_version)
    found: list[tuple[str, bytes, int]] = []
    for conversation in conversations:
        try:
            found.append(text_of(conversation))
        except (BadFile, NewerSchema) as error:
            writer.damaged(error)
    for done, (id, text, messages) in enumerate(sorted(found, key=_by_member), 1):
        writer.conversation(id, text, messages)
        if progress:
            progress(done, 0)
    for done, (sha256, opener) in enumerate(sorted(attachments, key=_first), len(found) + 1):
        writer.attachment(sha256, opener)
        if progress:
            progress(done, 0)
    writer.finish()
    return writer.problems


def text_of(conversation: Conversation | str | bytes) -> tuple[str, bytes, int]:
    """Id, canonical text of this version, and the number of messages that are not deleted. BadFile, NewerSchema."""
    if isinstance(conversation, str | bytes):
        conversation = load_conversation(conversation)
    live = sum(message.deleted_ms is None for message in conversation.messages.values())
    return conversation.id, dump_conversation(conversation).encode("utf-8", "replace"), live


def _first(pair: tuple[str, Opener]) -> str:
    return pair[0]


def _by_member(found: tuple[str, bytes, int]) -> tuple[str, bytes]:
    return conversation_member(found[0]), found[1]


def _info(name: str, compression: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = compression
    info.create_system = 3  # what Linux writes, wherever this runs
    info.external_attr = 0o644 << 16
    return info


def _put_deflated(zipped: zipfile.ZipFile, info: zipfile.ZipInfo, data: bytes, stream: bytes) -> None:
    """Write a member whose bytes are deflated already, which `zipfile` by itself would do once more."""
    info.CRC, info.file_size, info.compress_size = crc32(data), len(data), len(stream)
    info.header_offset = zipped.fp.tell()
    zipped.fp.write(info.FileHeader())
    zipped.fp.write(stream)
    # Where the next member, or the table of contents, begins.
    zipped.start_dir = zipped.fp.tell()
    zipped.filelist.append(info)
    zipped.NameToInfo[info.filename] = info


def _copy(zipped: zipfile.ZipFile, name: str, source: BinaryIO) -> dict[str, Any]:
    """Copy a file into the archive; if it breaks off, what was copied is not in the manifest, and so is no member."""
    digest, size = hashlib.sha256(), 0
    # Pictures and recordings are compressed as they are; deflating them again takes time and saves nothing.
    with zipped.open(_info(name, zipfile.ZIP_STORED), "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return {"sha256": digest.hexdigest(), "size": size}
