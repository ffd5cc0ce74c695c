"""A stretch of a file that is one JSON list: from the entry that begins at one byte to the one that begins at another.

This file knows how two readings of one file meet. Where an entry begins is only
guessed by how entries look; a reading that comes to that place says whether one does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Final

from inglenook.formats.reading.brackets import beginning
from inglenook.formats.reading.found import Opener
from inglenook.formats.reading.guarded import Guarded

_PIECE: Final = 1 << 20
_HEAD: Final = 64 << 10
# An entry may be long; where the next one begins is looked for within so many bytes.
_WITHIN: Final = 4 << 20


@dataclass(slots=True)
class Stretch:
    """Bytes of a file. `start` 0 and `end` None: all of it. `first` is the number of the entry at `start`, from 0.

    `end` may be set while one reads. One that came there notes in `met` that an entry begins there, and in `count`
    how many came before; one that finds no beginning there goes on, as if there were no end. `place` is how far it is.
    """

    start: int = 0
    first: int = 0
    end: int | None = None
    met: bool = False
    count: int = 0
    place: int = 0

    def room(self, place: int, wanted: int) -> int:
        """How many of the wanted bytes may be read from `place` on; 0 at the end."""
        return wanted if self.end is None or place > self.end else min(wanted, self.end - place)


def entry_near(opener: Opener, at: int) -> int | None:
    """
    The byte, at `at` or soon behind it, where an entry of the list seems to begin; None if none is seen.

    Entries are known by their first names. In a string these cannot stand like that, because its quotes are escaped;
    in a list inside of an entry they can.
    """
    with opener() as source:
        # One byte is one letter, so that places in the text are places in the file.
        text = source.read(_HEAD).decode("latin-1")
        begins = beginning(text, text.find("{"))
        if begins is None:
            return None
    with opener() as source:
        skip(source, at)
        found = begins.search(source.read(_WITHIN).decode("latin-1"))
    return at + found.end() if found else None


def skip(source: BinaryIO, count: int) -> None:
    """Pass over so many bytes. What lies in a zip or gzip is read, because its checksum is of all of it."""
    if source.seekable() and not isinstance(getattr(source, "raw", None), Guarded):
        source.seek(count)
        return
    while count > 0 and (piece := source.read(min(count, _PIECE))):
        count -= len(piece)
