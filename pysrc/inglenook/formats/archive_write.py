"""Writing an Inglenook archive.

This file knows the order of things in the zip and what the manifest says. It
never learns where conversations and attachments come from. Equal content in
the same order gives equal bytes: no time but `created_ms`, no name of a machine.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

from inglenook.core.errors import BadFile, InglenookError, NewerSchema
from inglenook.core.model import Conversation
from inglenook.core.repair import parse, well_formed
from inglenook.core.schema import CURRENT, dump_conversation, load_conversation
from inglenook.formats.archive_layout import (
    ATTACHMENT,
    MANIFEST,
    Problem,
    Progress,
    attachment_member,
    conversation_member,
)
from inglenook.formats.archive_manifest import dump

_CHUNK = 1 << 20

Opener = Callable[[], BinaryIO]


def write(
    file: BinaryIO,
    conversations: Iterable[Conversation | str],
    attachments: Iterable[tuple[str, Opener]],
    created_ms: int,
    app_version: str,
    progress: Progress | None = None,
) -> list[Problem]:
    """
    Write an archive to a binary file and return what could not be put in.

    A conversation is a value or its stored text. Lists are sorted; generators are taken as they come, one
    conversation in memory at a time, so a store that gives ids in order gets the same bytes. What cannot be
    read is a Problem, as is an attachment whose bytes are not what its name says. BadFile if two different
    conversations have one id.
    """
    report = progress or (lambda done, total: None)
    counts = {"conversations": 0, "messages": 0, "attachments": 0}
    members: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    done = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, text, messages in _texts(conversations, problems):
            data = text.encode()
            fact = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            if members.setdefault(name, fact) is not fact:
                if members[name] != fact:
                    raise BadFile("Two different conversations have the same id.", advice="Merge them, then export.")
                continue
            zipped.writestr(_info(name, zipfile.ZIP_DEFLATED), data)
            counts["conversations"] += 1
            counts["messages"] += messages
            done += 1
            report(done, 0)
        for sha256, opener in sorted(attachments, key=_first) if isinstance(attachments, list | tuple) else attachments:
            name = attachment_member(sha256)
            if name in members:
                continue
            if not ATTACHMENT.fullmatch(name):
                raise BadFile("An attachment is not named by its SHA-256.")
            try:
                with opener() as source:
                    members[name] = _copy(zipped, name, source)
            except (InglenookError, OSError) as error:
                problems.append(Problem(name, "This attachment could not be read.", str(error)))
                continue
            if members[name]["sha256"] != sha256:
                problems.append(Problem(name, "This attachment is not what it was.", "SHA-256 differs"))
            counts["attachments"] += 1
            done += 1
            report(done, 0)
        zipped.writestr(_info(MANIFEST, zipfile.ZIP_DEFLATED), dump(counts, members, created_ms, app_version))
        zipped.filelist.sort(key=lambda info: info.filename)
    return problems


def _first(pair: tuple[str, Opener]) -> str:
    return pair[0]


def _texts(conversations: Iterable[Conversation | str], problems: list[Problem]) -> Iterator[tuple[str, str, int]]:
    def good() -> Iterator[tuple[str, str, int]]:
        for conversation in conversations:
            try:
                yield _text(conversation)
            except (BadFile, NewerSchema) as error:
                what = "A stored conversation could not be read."
                problems.append(Problem("conversations/", what, " ".join(filter(None, (error.message, error.detail)))))

    return iter(sorted(good())) if isinstance(conversations, list | tuple) else good()


def _text(conversation: Conversation | str) -> tuple[str, str, int]:
    """Member name, canonical text and number of messages that are not deleted."""
    if isinstance(conversation, str):
        record = parse(conversation)
        id, messages = (record.get("id"), record.get("messages", [])) if isinstance(record, dict) else (None, None)
        # A stored text of this version is canonical already: taking it apart by type would double the time.
        if id and isinstance(id, str) and record.get("schema") == CURRENT and isinstance(messages, list):
            live = sum(isinstance(message, dict) and message.get("deleted_ms") is None for message in messages)
            return conversation_member(id), well_formed(conversation), live
        conversation = load_conversation(conversation)
    live = sum(message.deleted_ms is None for message in conversation.messages.values())
    return conversation_member(conversation.id), dump_conversation(conversation), live


def _info(name: str, compression: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = compression
    info.create_system = 3  # what Linux writes, wherever this runs
    info.external_attr = 0o644 << 16
    return info


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
