"""The text of a file from outside, a window of it at a time.

This file knows encodings: UTF-8 with or without its mark, UTF-16 with one, and
bytes that are none of these. It never learns what the text means.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from inglenook.core.errors import BadFile
from inglenook.formats.reading.guarded import Guarded
from inglenook.formats.reading.stretch import Stretch, skip

PIECE: Final = 96 << 10
# A single value or line that is larger is not read as one.
LARGEST: Final = 192 << 20

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Window:
    """A part of a text: `text[at:]` is what is left of it, `more` brings the next piece.

    Bytes that are no text become U+FFFD, and `replaced` says that there were some. What was read is dropped when
    more is asked for, except from `at` on; `pieces` counts how often that was. Of a stretch that begins in the
    middle of a list the text is that of a list.
    """

    def __init__(
        self, source: BinaryIO, read: Callable[[int], object] | None = None, stretch: Stretch | None = None
    ) -> None:
        self.text = ""
        self.at = 0
        self.ended = False
        self.replaced = False
        self.pieces = 0
        self._broken: BadFile | None = None
        self._source = source
        self._read = read or (lambda count: None)
        self._stretch = stretch or Stretch()
        if self._stretch.start:
            skip(source, self._stretch.start)
            self.text = "["
        first = source.read(4)
        self._place = self._stretch.start + len(first)
        mark, self.encoding = next(((m, e) for m, e in _MARKS if first.startswith(m)), (b"", _guess(first)))
        self._decoder = codecs.getincrementaldecoder(self.encoding)("strict")
        self._first = first[len(mark) :]

    def more(self, least: int = PIECE) -> bool:
        """Append at least so many bytes, or all that are left; False at the end."""
        if self.ended:
            return False
        room = self._stretch.room(self._place, max(least, PIECE))
        if not room and self.at == len(self.text):
            self._stretch.met = True
            return False
        data = self._first + self._taken(room or max(least, PIECE))
        self._place += len(data) - len(self._first)
        self._stretch.place = self._place
        self._first = b""
        self._read(len(data))
        self.ended = not data
        decoded = self._decode(data)
        self.text = self.text[self.at :] + decoded
        self.at = 0
        self.pieces += 1
        return bool(decoded) or not self.ended

    def ahead(self, least: int) -> None:
        """Have at least so many letters before they are needed, if they come from this stretch and at once."""
        if len(self.text) - self.at < least and not self.ended and self._stretch.room(self._place, least):
            self.more(least)

    @property
    def met(self) -> bool:
        """Whether the text ends because the stretch does."""
        return self._stretch.met

    def drop(self) -> None:
        """Let go of what was read, which `more` would do only later."""
        self.text = self.text[self.at :]
        self.at = 0

    def _taken(self, least: int) -> bytes:
        """So many bytes, or all that are left. Where a file inside another one is damaged, what came before that."""
        if self._broken is not None:
            raise self._broken
        if not isinstance(getattr(self._source, "raw", None), Guarded):
            return self._source.read(least)
        pieces: list[bytes] = []
        count = 0
        while count < least:
            try:
                piece = self._source.read1(least - count)  # type: ignore[attr-defined]
            except BadFile as error:
                if not pieces:
                    raise
                self._broken = error
                break
            if not piece:
                break
            pieces.append(piece)
            count += len(piece)
        return b"".join(pieces)

    def _decode(self, data: bytes) -> str:
        state = self._decoder.getstate()
        try:
            return self._decoder.decode(data, self.ended)
        except UnicodeDecodeError:
            self.replaced = True
            self._decoder = codecs.getincrementaldecoder(self.encoding)("replace")
            self._decoder.setstate(state)
            return self._decoder.decode(data, self.ended)


def lines_of(window: Window) -> Iterator[str]:
    """The lines of a text without their ends; a line longer than LARGEST is cut in two."""
    while True:
        end = window.text.find("\n", window.at)
        if end >= 0:
            line = window.text[window.at : end]
            window.at = end + 1
            yield line
        elif len(window.text) - window.at > LARGEST or not window.more(len(window.text) - window.at):
            if window.at < len(window.text):
                yield window.text[window.at :]
            window.at = len(window.text)
            if window.ended:
                return


def _guess(first: bytes) -> str:
    # JSON, HTML and CSV begin with ASCII, so a zero beside it tells UTF-16 without a mark.
    if len(first) == 4 and first[1] == 0 == first[3] and first[0]:
        return "utf-16-le"
    if len(first) == 4 and first[0] == 0 == first[2] and first[1]:
        return "utf-16-be"
    return "utf-8"
