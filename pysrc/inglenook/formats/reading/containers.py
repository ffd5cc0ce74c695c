"""What the user gave, taken out of its wrapping: zips in zips, gzip, folders, several files at once.

This file knows containers and their dangers, and who stands beside whom. It
never learns what a file means. Nothing is unpacked before it is read, except
a compressed zip inside a zip, which `spool` keeps outside of Python's memory.

What was given is read up to 200,000 members (in all of it), 16 GB, and a hundred
times its own size (256 MB are always allowed), whatever is packed in it how often;
and not past three levels. Names that are absolute or climb out are left out.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO, Final

from inglenook.core.errors import BadFile
from inglenook.core.repair import well_formed
from inglenook.formats import archive
from inglenook.formats.archive.layout import Limits
from inglenook.formats.archive.zip import DAMAGE, open_zip, usable
from inglenook.formats.reading import stamp
from inglenook.formats.reading.document import Document, Neighbours
from inglenook.formats.reading.found import Opener
from inglenook.formats.reading.guarded import guarded

LIMITS: Final = Limits()
DEEPEST: Final = 3
# A zip inside a zip that is larger than this once it is unpacked is not held in memory.
SMALL: Final = 16 << 20
# What systems put beside the files; nobody's.
_LITTER: Final = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")

Spool = Callable[[BinaryIO], Opener]


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it was given: its name (a path, if it came in a folder), what opens it, its size."""

    name: str
    opener: Opener
    size: int = 0
    modified_ms: int | None = None


class _Allowance:
    """How much may still come out of one given file, and how many members out of all of them."""

    def __init__(self, limits: Limits, members: list[int], size: int) -> None:
        self.limits = limits
        self._members = members
        self._most = self._left = limits.allowance(size)

    def of_zip(self, infos: list[zipfile.ZipInfo]) -> None:
        if len(infos) > self._members[0]:
            raise BadFile(f"There are more than {self.limits.members:,} files in all; so many are not read.")
        self._bytes(sum(info.file_size for info in infos))
        self._members[0] -= len(infos)

    def of_gzip(self) -> Callable[[int], None]:
        """What is told how far a gzip was read, each time it is; the first time counts."""
        furthest = 0

        def reached(place: int) -> None:
            nonlocal furthest
            if place > furthest:
                self._bytes(place - furthest)
                furthest = place

        return reached

    def _bytes(self, count: int) -> None:
        if count > self._left:
            raise BadFile(
                f"It would unpack to far more than it should. Of a file of this size {self._most >> 20:,} MB are read."
            )
        self._left -= count


@dataclass(slots=True)
class Unpacked:
    """Our own archives, all other files, and what could not be opened: name and reason."""

    archives: list[tuple[str, BinaryIO]] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


def unpack(given: Iterable[Given], spool: Spool, limits: Limits = LIMITS) -> Unpacked:
    """Everything that can be read in what was given. Never raises for what is in it."""
    found = Unpacked()
    folders: dict[str, list[Document]] = {}
    members = [limits.members]
    for one in given:
        folder = one.name.partition("/")[0] if "/" in one.name else ""
        document = Document(one.name, one.opener, one.size, one.modified_ms)
        try:
            allowance = _Allowance(limits, members, one.size)
            _sort(document, found, folders.setdefault(folder, []), spool, allowance, 0)
        except BadFile as error:
            found.problems.append((one.name, str(error)))
    for documents in folders.values():
        _beside(documents)
        found.documents += documents
    return found


def _sort(
    document: Document, found: Unpacked, group: list[Document], spool: Spool, allowance: _Allowance, depth: int
) -> None:
    if document.name.startswith(_LITTER) or document.name.endswith(_LITTER) or "/__MACOSX/" in document.name:
        return
    match document.head.kind:
        case "empty":
            found.problems.append((document.where, "The file is empty."))
        case "zip":
            _zip(document, found, spool, allowance, depth)
        case "gzip":
            if depth >= DEEPEST:
                raise _too_deep()
            inner = _gunzipped(document, allowance)
            if inner.head.kind == "zip":
                # A zip is read from its end, and at many places.
                inner = Document(inner.name, _unpacked(inner.open, spool), 0, inner.modified_ms)
                inner.inside = document.inside
            _sort(inner, found, group, spool, allowance, depth + 1)
        case _:
            group.append(document)


def _too_deep() -> BadFile:
    return BadFile(
        f"It is packed more than {DEEPEST} times over, so it was not opened.",
        advice="Unpack it, and drop what is inside.",
    )


def _zip(document: Document, found: Unpacked, spool: Spool, allowance: _Allowance, depth: int) -> None:
    if depth >= DEEPEST:
        raise _too_deep()
    source = document.open()
    if archive.sniff(source):
        found.archives.append((document.where, source))
        return
    zipped = open_zip(source, allowance.limits)
    allowance.of_zip(zipped.infolist())
    problems: list[archive.Problem] = []
    members = usable(zipped, lambda name: True, problems, doubles=True)
    for problem in problems:
        found.problems.append((f"{document.where}: {problem.member}", f"It was left out: {problem.why}."))
    group: list[Document] = []
    for name, info in members.items():
        if info.is_dir():
            continue
        opener = partial(_member, zipped, info)
        inner = Document(shown(name), opener, info.file_size, _modified_ms(info))
        inner.inside = document.where
        try:
            if inner.head.kind == "zip" and info.compress_type != zipfile.ZIP_STORED:
                inner = Document(inner.name, _unpacked(opener, spool), info.file_size)
                inner.inside = document.where
            _sort(inner, found, group, spool, allowance, depth + 1)
        except BadFile as error:
            found.problems.append((inner.where, str(error)))
    _beside(group)
    found.documents += group


def shown(name: str) -> str:
    """A member's name as text; what is not UTF-8 in a zip comes as the letters of an old code page."""
    return well_formed(name.replace("\\", "/"))


def _beside(documents: list[Document]) -> None:
    beside = Neighbours(documents)
    for document in documents:
        document.beside = beside


def _member(zipped: zipfile.ZipFile, info: zipfile.ZipInfo) -> BinaryIO:
    try:
        return guarded(zipped.open(info))
    except DAMAGE as error:
        raise BadFile("It is damaged.", detail=type(error).__name__) from error


def _unpacked(opener: Opener, spool: Spool) -> Opener:
    with opener() as source:
        data = source.read(SMALL + 1)
    if len(data) <= SMALL:
        return lambda: io.BytesIO(data)
    with opener() as source:
        return spool(source)


def _modified_ms(info: zipfile.ZipInfo) -> int | None:
    year, month, day, hour, minute, second = info.date_time
    # 1980 is where a zip's calendar begins: nobody said when.
    return stamp.ms(f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}") if year > 1980 else None


def _gunzipped(document: Document, allowance: _Allowance) -> Document:
    reached = allowance.of_gzip()

    def opener() -> BinaryIO:
        return guarded(gzip.GzipFile(fileobj=document.open()), reached)

    inner = Document(document.name.removesuffix(".gz"), opener, 0, document.modified_ms)
    inner.inside = document.inside
    return inner
