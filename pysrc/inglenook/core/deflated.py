"""Text made small for keeping: zlib, as RFC 1950 has it.

This file knows bytes. A third to a tenth of a conversation is left, so the
database reads and writes less, and more fits into what a browser allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from zlib import compress, compressobj, decompressobj, error

from inglenook.core.errors import BadFile

LARGEST: Final = 512 << 20
# The fastest level: the next ones take twice as long for a few percent.
LEVEL: Final = 1
_PIECE: Final = 1 << 20
# What zlib begins with at every level; no JSON text does.
_MARK: Final = 0x78


def deflated(text: str) -> bytes:
    """The text as small bytes."""
    if len(text) > _PIECE:
        return deflated_pieces(text[start : start + _PIECE] for start in range(0, len(text), _PIECE))
    return compress(text.encode("utf-8", "surrogatepass"), LEVEL)


def deflated_pieces(pieces: Iterable[str]) -> bytes:
    """A text that comes in pieces as small bytes."""
    deflate = compressobj(LEVEL)
    made = [deflate.compress(piece.encode("utf-8", "surrogatepass")) for piece in pieces]
    return b"".join([*made, deflate.flush()])


def inflated(data: bytes, largest: int = LARGEST) -> bytes:
    """The bytes of a text in UTF-8, given those or what `deflated` made. BadFile if they are damaged, or too many."""
    return inflated_beside(data, largest)[0]


def inflated_beside(data: bytes, largest: int = LARGEST) -> tuple[bytes, bytes]:
    """As `inflated`, and beside it the stream of RFC 1951 that holds the text; it is empty if there is none."""
    if data[:1] != bytes((_MARK,)):
        return data, b""
    try:
        inflate = decompressobj()
        text = inflate.decompress(data, largest)
    except error as reason:
        raise BadFile("What is kept of this conversation is damaged.", detail=str(reason)) from reason
    if not inflate.eof:
        raise BadFile("What is kept of this conversation is cut short, or too large.")
    # Two bytes of a head and four of a checksum, unless something else follows.
    return text, b"" if inflate.unused_data else data[2:-4]
