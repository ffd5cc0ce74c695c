"""Files of the user as Python files, read in place, and new files written piece by piece.

A file has a handle, a name, a size and a media type; its bytes stay with the
browser. This file never learns what is in them.
"""

from __future__ import annotations

import io
from typing import Any, BinaryIO, Final

from inglenook.core.errors import BadFile

# One slice costs about as much as reading this many bytes.
READ_AHEAD: Final = 1 << 20
PIECE: Final = 4 << 20


class HostFiles:
    """Opens what whoever started this worker handed over. A file is its handle, or the dict that came with it."""

    def __init__(self, js_host: Any) -> None:
        self._js_files = js_host.files

    def open(self, file: Any) -> BinaryIO:
        """The file, seekable. Raises BadFile when it is no longer there."""
        return open_slices(self._js_files, handle_of(file))

    def forget(self, file: Any) -> None:
        """Let the browser release a file."""
        self._js_files.forget(handle_of(file))


class HostWriters:
    """New files, each written once from its beginning to its end."""

    def __init__(self, js_host: Any) -> None:
        self._js_files = js_host.files

    def create(self) -> BlobWriter:
        return BlobWriter(self._js_files)

    def finish(self, out: BlobWriter, media_type: str) -> str:
        """The handle of the finished file."""
        return out.finish(media_type)


def open_slices(js_files: Any, handle: str) -> BinaryIO:
    """A seekable file that reads slices ahead."""
    return io.BufferedReader(SlicedFile(js_files, handle), READ_AHEAD)


def handle_of(file: Any) -> str:
    return file["handle"] if isinstance(file, dict) else file


class SlicedFile(io.RawIOBase):
    """A file that reads the slice it is asked for."""

    def __init__(self, js_files: Any, handle: str) -> None:
        super().__init__()
        self._js_files = js_files
        self._handle = handle
        self._size = int(js_files.size(handle))
        self._place = 0
        if self._size < 0:
            raise BadFile("The file is no longer there.", advice="Choose it again.")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("a place before the beginning of the file")
        self._place = start + offset
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: Any) -> int:
        end = min(self._place + len(buffer), self._size)
        if end <= self._place:
            return 0
        js_slice = self._js_files.read(self._handle, self._place, end)
        if js_slice is None:
            raise BadFile("The file was changed or moved while it was read.", advice="Choose it again.")
        data = js_slice.to_bytes()
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)


class BlobWriter(io.RawIOBase):
    """A file that is only written; the bytes are handed to the browser as soon as a piece is full."""

    def __init__(self, js_files: Any) -> None:
        super().__init__()
        self._js_files = js_files
        self._writer = js_files.create()
        self._pending = bytearray()
        self._written = 0
        self._finished = False

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._written

    def write(self, data: Any) -> int:
        size = memoryview(data).nbytes
        self._pending += data
        self._written += size
        if len(self._pending) >= PIECE:
            self._hand_over()
        return size

    def finish(self, media_type: str) -> str:
        """The handle of the finished file."""
        self._hand_over()
        self._finished = True
        handle = self._js_files.finish(self._writer, media_type)
        self.close()
        return handle

    def close(self) -> None:
        if not self.closed and not self._finished:
            self._js_files.discard(self._writer)
        super().close()

    def _hand_over(self) -> None:
        if self._pending:
            self._js_files.append(self._writer, bytes(self._pending))
            self._pending.clear()
