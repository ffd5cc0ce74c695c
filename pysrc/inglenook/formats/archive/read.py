"""Reading an Inglenook archive, one conversation at a time.

This file knows what a manifest must say and how members are held against it.
It never learns what is done with the conversations. What is not an archive is
refused whole; of a damaged one the good members are taken, and the others
listed as Problems. Only BadFile and NewerSchema leave this file.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final

from inglenook.core.errors import BadFile, NewerSchema
from inglenook.core.model import Conversation
from inglenook.core.schema import load_conversation
from inglenook.formats.archive.layout import (
    ATTACHMENT,
    CONVERSATION,
    FORMAT,
    MANIFEST,
    Limits,
    Problem,
    Progress,
    attachment_member,
    conversation_member,
    shown,
)
from inglenook.formats.archive.manifest import load
from inglenook.formats.archive.zip import DAMAGE, Cancelled, content, digest, open_zip, usable

LIMITS: Final = Limits()
_SHA256 = re.compile(r"[0-9a-f]{64}")


def sniff(file: BinaryIO) -> bool:
    """Whether this looks like an Inglenook archive, whole or damaged. Never raises for what is in the file."""
    try:
        zipped = open_zip(file, LIMITS)
    except BadFile:
        try:
            file.seek(0)
            start = file.read(64)
        except (OSError, ValueError):
            return False
        return start[:4] == b"PK\3\4" and start[30:].startswith((b"conversations/", b"attachments/"))
    try:
        info = zipped.getinfo(MANIFEST)
        with zipped.open(info) as source:
            return FORMAT.encode() in source.read(1 << 16)
    except KeyError:
        return False
    except DAMAGE:
        return any(name.startswith("conversations/") for name in zipped.namelist())


def read(
    file: BinaryIO,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    limits: Limits = LIMITS,
) -> Contents:
    """The archive in a seekable binary file, opened and its manifest checked. BadFile or NewerSchema if it is none."""
    zipped = open_zip(file, limits)
    problems: list[Problem] = []
    found = usable(zipped, _expected, problems)
    if MANIFEST not in found:
        why = next((problem.why for problem in problems if problem.member == MANIFEST), "")
        raise BadFile(f"This is not an Inglenook archive: it has no readable {MANIFEST}.", detail=why)
    try:
        data = content(zipped, found.pop(MANIFEST), limits.manifest)
    except BadFile as error:
        raise BadFile(f"The archive's {MANIFEST} cannot be read. {error.message}", detail=error.detail) from error
    return Contents(zipped, found, load(data), problems, limits, progress, cancelled)


def _expected(name: str) -> bool:
    return bool(name == MANIFEST or CONVERSATION.fullmatch(name) or ATTACHMENT.fullmatch(name))


class Contents:
    """
    What is in an archive: conversations one by one, attachments on request, problems as they are met.

    `size` is that of the conversations in bytes. The first `opening_problems` were there before anything was read.
    `problems` is complete once `conversations()` has run to its end and every attachment was opened. `stopped` is
    true when `cancelled` ended the reading early.
    """

    def __init__(
        self,
        zipped: zipfile.ZipFile,
        found: dict[str, zipfile.ZipInfo],
        manifest: dict[str, Any],
        problems: list[Problem],
        limits: Limits,
        progress: Progress | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self.problems = problems
        self.stopped = False
        self.created = manifest["created"] if isinstance(manifest.get("created"), str) else ""
        self._zipped = zipped
        self._limits = limits
        self._report = progress or (lambda done, total: None)
        self._cancelled = cancelled
        self._facts: dict[str, str] = {}
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._compare(found, manifest["members"])
        self.attachments = {
            name.removeprefix("attachments/"): info.file_size
            for name, info in self._infos.items()
            if ATTACHMENT.fullmatch(name)
        }
        self._verified: set[str] = set()
        self.opening_problems = len(problems)
        self.size = sum(info.file_size for name, info in self._infos.items() if CONVERSATION.fullmatch(name))

    @property
    def count(self) -> int:
        """How many conversations there are to read."""
        return len(self._infos) - len(self.attachments)

    def conversations(self) -> Iterator[Conversation]:
        """Each conversation that is whole, in the order of the members' names."""
        names = sorted(name for name in self._infos if CONVERSATION.fullmatch(name))
        for done, name in enumerate(names, 1):
            try:
                conversation = self._conversation(name)
            except Cancelled:
                self.stopped = True
                return
            except (BadFile, NewerSchema) as error:
                self._leave_out(name, "This conversation was left out.", error)
            else:
                yield conversation
            self._report(done, len(names))

    def open_attachment(self, sha256: str) -> BinaryIO:
        """An attachment as a file, checked to be what its name says. BadFile if it is not that, or not there."""
        name = attachment_member(sha256)
        info = self._infos.get(name)
        if info is None or sha256 not in self.attachments:
            raise BadFile("This attachment is not in the archive.")
        if sha256 not in self._verified:
            try:
                if digest(self._zipped, info, self._limits.attachment, self._cancelled) != sha256:
                    raise BadFile("Its bytes are not what they were.", detail="SHA-256 differs")
            except Cancelled:
                self.stopped = True
                raise BadFile("Reading was stopped.", advice="Start the import again to go on.") from None
            except BadFile as error:
                del self.attachments[sha256]
                self._leave_out(name, "This attachment was left out.", error)
                raise
            self._verified.add(sha256)
        return self._zipped.open(info)  # type: ignore[return-value]

    def _compare(self, found: dict[str, zipfile.ZipInfo], members: dict[str, Any]) -> None:
        left_out = {problem.member for problem in self.problems}
        for name, fact in members.items():
            sha256 = fact.get("sha256") if isinstance(fact, dict) else None
            if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
                self.problems.append(Problem(shown(name), "This member was left out.", "it is listed without hash"))
            elif name in found:
                self._infos[name] = found[name]
                self._facts[name] = sha256
            elif shown(name) not in left_out:
                self.problems.append(Problem(shown(name), "This member is missing.", "only the manifest has it"))
        for name in found.keys() - members.keys():
            self.problems.append(Problem(name, "This member was left out.", "the manifest does not list it"))

    def _conversation(self, name: str) -> Conversation:
        if self._cancelled is not None and self._cancelled():
            raise Cancelled
        data = content(self._zipped, self._infos[name], self._limits.conversation, self._cancelled)
        if hashlib.sha256(data).hexdigest() != self._facts[name]:
            raise BadFile("It is not what it was.", detail="SHA-256 differs")
        conversation = load_conversation(data)
        if conversation_member(conversation.id) != name:
            raise BadFile("It has the id of another conversation.")
        return conversation

    def _leave_out(self, name: str, what: str, error: BadFile | NewerSchema) -> None:
        self.problems.append(Problem(name, what, " ".join(filter(None, (error.message, error.detail)))))
