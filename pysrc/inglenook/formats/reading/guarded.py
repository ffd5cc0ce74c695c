"""A file inside a zip or gzip, read without trust.

This file knows that damage and bombs show only while one reads.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import BinaryIO, Final

from inglenook.core.errors import BadFile
from inglenook.formats.archive.zip import DAMAGE

_PIECE: Final = 1 << 20


def guarded(source, reached: Callable[[int], object] = lambda place: None) -> BinaryIO:
    """The file, with a buffer. Reading raises BadFile where it is damaged; `reached` is told of each place."""
    return io.BufferedReader(Guarded(source, reached))


class Guarded(io.RawIOBase):
    """A file inside another one: damage becomes BadFile."""

    def __init__(self, source: BinaryIO, reached: Callable[[int], object]) -> None:
        super().__init__()
        self._source = source
        self._reached = reached

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._source.seekable()

    def readinto(self, buffer) -> int:
        try:
            # In pieces, so that damage costs no more than what it is in.
            data = self._source.read1(min(len(buffer), _PIECE))  # type: ignore[attr-defined]
            self._reached(self._source.tell())
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
