"""What the user gave, taken out of its wrapping: zips in zips, gzip, folders, several files at once.

This file knows containers and their dangers, and who stands beside whom. It
never learns what a file means. Nothing is unpacked before it is read, except
a compressed zip inside a zip, which `spool` keeps outside of Python's memory.

A zip is refused past 200,000 members, 16 GB, or a hundred times its own size
(256 MB are always allowed); gzip past the same ratio; zips inside zips past
three levels. Names that are absolute or climb out are left out.
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

LIMITS: Final = Limits()
DEEPEST: Final = 3
# A zip inside a zip that is larger than this once it is unpacked is not held in memory.
SMALL: Final = 16 << 20
_PIECE: Final = 1 << 20
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
    for one in given:
        folder = one.name.partition("/")[0] if "/" in one.name else ""
        document = Document(one.name, one.opener, one.size, one.modified_ms)
        try:
            _sort(document, found, folders.setdefault(folder, []), spool, limits, 0)
        except BadFile as error:
            found.problems.append((one.name, str(error)))
    for documents in folders.values():
        _beside(documents)
        found.documents += documents
    return found


def _sort(document: Document, found: Unpacked, group: list[Document], spool: Spool, limits: Limits, depth: int) -> None:
    if document.name.startswith(_LITTER) or document.name.endswith(_LITTER) or "/__MACOSX/" in document.name:
        return
    match document.head.kind:
        case "empty":
            found.problems.append((document.name, "The file is empty."))
        case "zip":
            _zip(document, found, spool, limits, depth)
        case "gzip":
            if depth >= DEEPEST:
                raise BadFile("It is packed too many times over.")
            inner = _gunzipped(document, limits)
            _sort(inner, found, group, spool, limits, depth + 1)
        case _:
            group.append(document)


def _zip(document: Document, found: Unpacked, spool: Spool, limits: Limits, depth: int) -> None:
    if depth >= DEEPEST:
        raise BadFile("Zips lie in zips too many times over.", advice="Unpack it, and drop what is inside.")
    source = document.open()
    if archive.sniff(source):
        found.archives.append((document.name, source))
        return
    zipped = open_zip(source, limits)
    problems: list[archive.Problem] = []
    members = usable(zipped, lambda name: True, problems)
    for problem in problems:
        found.problems.append((f"{document.name}: {problem.member}", f"It was left out: {problem.why}."))
    group: list[Document] = []
    for name, info in members.items():
        if info.is_dir():
            continue
        opener = partial(_member, zipped, info)
        inner = Document(shown(name), opener, info.file_size, _modified_ms(info))
        try:
            if inner.head.kind == "zip" and info.compress_type != zipfile.ZIP_STORED:
                inner = Document(inner.name, _unpacked(opener, info.file_size, spool), info.file_size)
            _sort(inner, found, group, spool, limits, depth + 1)
        except BadFile as error:
            found.problems.append((f"{document.name}: {inner.name}", str(error)))
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
        return io.BufferedReader(Guarded(zipped.open(info)))  # type: ignore[arg-type]
    except DAMAGE as error:
        raise BadFile("It is damaged.", detail=type(error).__name__) from error


def _unpacked(opener: Opener, size: int, spool: Spool) -> Opener:
    if size > SMALL:
        with opener() as source:
            return spool(source)
    with opener() as source:
        data = source.read()
    return lambda: io.BytesIO(data)


def _modified_ms(info: zipfile.ZipInfo) -> int | None:
    year, month, day, hour, minute, second = info.date_time
    # 1980 is where a zip's calendar begins: nobody said when.
    return stamp.ms(f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}") if year > 1980 else None


def _gunzipped(document: Document, limits: Limits) -> Document:
    most = max(limits.free, limits.ratio * document.size)

    def opener() -> BinaryIO:
        return io.BufferedReader(Guarded(gzip.GzipFile(fileobj=document.open()), most))  # type: ignore[arg-type]

    return Document(document.name.removesuffix(".gz"), opener, 0, document.modified_ms)


class Guarded(io.RawIOBase):
    """A file inside another one: damage becomes BadFile, and past `most` bytes it is refused."""

    def __init__(self, source: BinaryIO, most: int | None = None) -> None:
        super().__init__()
        self._source = source
        self._most = most

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._source.seekable()

    def readinto(self, buffer) -> int:
        try:
            data = self._source.read(len(buffer))
            if self._most is not None and self._source.tell() > self._most:
                raise BadFile("It would unpack to far more than it should.")
        except DAMAGE as error:
            raise BadFile("It is damaged.", detail=type(error).__name__) from error
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        try:
            return self._source.seek(offset, whence)
        except DAMAGE as error:
            raise BadFile("It is damaged.", detail=type(error).__name__) from error

    def tell(self) -> int:
        return self._source.tell()

    def close(self) -> None:
        self._source.close()
        super().close()
