"""Finding words in titles: all words, in any case, with or without accents.

This file knows text; it never learns what is searched.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

MOST_WORDS = 12


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """
    >>> fold("Élan vital"), fold("STRASSE") == fold("straße")
    ('elan vital', True)
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()


def words(query: str) -> tuple[str, ...]:
    """What to look for."""
    return tuple(dict.fromkeys(fold(query).split()))[:MOST_WORDS]


def matches(title: str, wanted: tuple[str, ...]) -> bool:
    """Whether all words are in the title."""
    folded = fold(title)
    return all(word in folded for word in wanted)


def marked(title: str, wanted: tuple[str, ...]) -> list[tuple[str, bool]]:
    """The title in pieces, each with whether it was looked for.

    >>> marked("Über Tee", ("ub", "te"))
    [('Üb', True), ('er ', False), ('Te', True), ('e', False)]
    """
    folded, origin = "", []
    for place, character in enumerate(title):
        piece = fold(character)
        folded += piece
        origin += [place] * len(piece)
    hit = [False] * len(title)
    for word in wanted:
        at = folded.find(word)
        while at >= 0 and word:
            for place in range(origin[at], origin[at + len(word) - 1] + 1):
                hit[place] = True
            at = folded.find(word, at + len(word))
    pieces: list[tuple[str, bool]] = []
    for character, found in zip(title, hit, strict=True):
        if pieces and pieces[-1][1] == found:
            pieces[-1] = (pieces[-1][0] + character, found)
        else:
            pieces.append((character, found))
    return pieces
