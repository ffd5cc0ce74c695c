"""What a reader gives: conversations as they are found, and words about what it had to leave out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from inglenook.core.model import Conversation

Opener = Callable[[], BinaryIO]

# Stands where the SHA-256 of a file's bytes will be; they are not read before the user said that they are wanted.
PENDING: Final = "pending:"


@dataclass(frozen=True, slots=True)
class Match:
    """A reader knows the file. `version` is its name for this layout.

    `skip` says why nothing of it is to be stored ("account details"); `aside`: it belongs to conversations of
    another file, whose reader looks into it. `apart`: it is one list, and each entry can be read without the others.
    """

    version: str = ""
    skip: str = ""
    aside: bool = False
    apart: bool = False


@dataclass(slots=True)
class Found:
    """A conversation out of a foreign file.

    `files` opens what parts with a PENDING hash stand for; out of our own archive, by their hashes. `raw` is the
    conversation's own text in the file, from which its system could read it again ("" where there is no such text).
    Whoever is done with that text empties it: it may be long. `undated`: its times only order it.
    """

    conversation: Conversation
    raw: str = ""
    files: dict[str, Opener] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    undated: bool = False
