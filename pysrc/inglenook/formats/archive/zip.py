"""A zip from outside, opened without trust.

This file knows zip's weak points: directories cut off, bombs, two members of
one name, names that climb out, encryption. It never learns what the members
mean. Whatever `zipfile` raises on damaged bytes ends here.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from typing import BinaryIO, Final

from inglenook.core.errors import BadFile
from inglenook.formats.archive.layout import Limits, Problem, shown

# RuntimeError: encrypted. NotImplementedError: a method that this Python lacks. OverflowError, ValueError,
# IndexError, KeyError: offsets and fields that damage made impossible.
DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
    IndexError,
    KeyError,
)
_CHUNK = 1 << 20
_TAIL = 65_557 + 98  # the longest comment, the end record, and zip64's two before it
_CLIMBS = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)")

Stop = Callable[[], bool] | None


class Cancelled(Exception):
    """The user stopped the work; caught by the reader that asked."""


def open_zip(file: BinaryIO, limits: Limits) -> zipfile.ZipFile:
    """The opened zip. BadFile that says whether it is none, is cut short, damaged, or too large."""
    try:
        file.seek(0)
        start = file.read(4)
        file.seek(0, 2)
        size = file.tell()
        file.seek(max(0, size - _TAIL))
        tail = file.read(_TAIL)
    except (OSError, ValueError) as error:
        raise BadFile("The file cannot be read.", detail=type(error).__name__) from error
    end = tail.rfind(b"PK\5\6")
    if end < 0:
        if start == b"PK\3\4":
            raise BadFile(
                "The archive is cut short: its end is missing.",
                advice="Download or copy it again; the export itself may be whole.",
            )
        raise BadFile("The file is not a zip archive.")
    directory = _directory_size(tail, end)
    if directory > limits.directory:
        raise BadFile(f"The archive's table of contents is too large: more than {limits.directory >> 20} MB.")
    # Each member takes at least 46 bytes of it, and far more once it is taken apart.
    if directory > 46 * limits.members:
        _count(file, size - len(tail) + end - directory - 98, directory + 98, limits)
    try:
        zipped = zipfile.ZipFile(file)
    except DAMAGE as error:
        raise BadFile("The archive is damaged.", detail=type(error).__name__) from error
    infos = zipped.infolist()
    total = sum(info.file_size for info in infos)
    if len(infos) > limits.members:
        raise _too_many(limits)
    if total > (most := limits.allowance(size)):
        raise BadFile(
            f"The archive would unpack to far more than it should: {total >> 20:,} MB. "
            f"Of one of this size at most {most >> 20:,} MB are read.",
            detail=f"{total} bytes from {size}",
        )
    return zipped


def _too_many(limits: Limits) -> BadFile:
    return BadFile(f"The archive has too many members: more than {limits.members:,}.")


def _count(file: BinaryIO, start: int, length: int, limits: Limits) -> None:
    """BadFile if a table of contents has too many entries, counted without taking it apart."""
    seen, last, end = 0, b"", max(0, start) + length
    file.seek(max(0, start))
    while piece := file.read(min(_CHUNK, end - file.tell())):
        seen += (last + piece).count(b"PK\1\2")
        last = piece[-3:]
    if seen > limits.members:
        raise _too_many(limits)


def _directory_size(tail: bytes, end: int) -> int:
    record = tail[end : end + 16]
    size = int.from_bytes(record[12:16], "little") if len(record) == 16 else 0
    if size == 0xFFFFFFFF:
        end = tail.rfind(b"PK\6\6", 0, end)
        size = int.from_bytes(tail[end + 40 : end + 48], "little") if end >= 0 else size
    return size


def usable(
    zipped: zipfile.ZipFile, expected: Callable[[str], bool], problems: list[Problem], doubles: bool = False
) -> dict[str, zipfile.ZipInfo]:
    """
    The members that can be read and are expected, by name; the others are added to the problems.

    `doubles`: of several members of one name all are taken, the later ones with a number behind their names.
    """
    found = {}
    times = Counter(info.filename for info in zipped.infolist())
    for info in zipped.infolist():
        # zipfile shortens names with a NUL, so the name as it was written counts.
        name, why = info.orig_filename, ""
        if info.is_dir() and not info.file_size and not _CLIMBS.search(name):
            continue
        if _CLIMBS.search(name) or "\0" in name:
            why = "its name leads out of the archive"
        elif not expected(name):
            why = "archives have no such member"
        elif times[info.filename] > 1 and not doubles:
            why = "more than one member has this name"
        elif info.flag_bits & 1:
            why = "it is encrypted"
        elif info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            why = f"compression method {info.compress_type} is not used in archives"
        number = 1
        while name in found:
            number += 1
            name = f"{info.orig_filename} ({number})"
        if why:
            problems.append(Problem(shown(name), "This member was left out.", why))
        else:
            found[name] = info
    return found


def content(zipped: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int, stop: Stop = None) -> bytes:
    """A member's bytes. BadFile if it is larger than allowed or damaged, Cancelled if `stop` says so."""
    chunks: list[bytes] = []
    _each_chunk(zipped, info, limit, chunks.append, stop)
    return b"".join(chunks)


def digest(zipped: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int, stop: Stop = None) -> str:
    """The SHA-256 of a member's bytes, without holding them; errors as for `content`."""
    sum_ = hashlib.sha256()
    _each_chunk(zipped, info, limit, sum_.update, stop)
    return sum_.hexdigest()


def _each_chunk(
    zipped: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int, take: Callable[[bytes], object], stop: Stop
) -> None:
    if info.file_size > limit:
        raise BadFile("It is too large.", detail=f"{info.file_size} bytes")
    seen = 0
    try:
        with zipped.open(info) as source:
            while chunk := source.read(_CHUNK):
                seen += len(chunk)
                if seen > info.file_size:
                    raise BadFile("It is larger than it says.")
                if stop is not None and stop():
                    raise Cancelled
                take(chunk)
    except DAMAGE as error:
        raise BadFile("It is damaged.", detail=type(error).__name__) from error
    if seen != info.file_size:
        raise BadFile("It is shorter than it says.")
