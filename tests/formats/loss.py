"""What was in a source and is not in what a reader made of it.

Every string of at least LEAST characters counts, wherever it stood. A string that a reader leaves to the kept
original must be explained: `explained.json` beside a system's fixtures maps patterns of paths to reasons.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from inglenook.core.schema import dump_conversation
from inglenook.formats.reading import stamp
from inglenook.formats.reading.found import Found

from tests.formats.golden import FOREIGN

LEAST = 20


def strings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string in plain values, with its path: names and places joined by dots."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from strings(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from strings(inner, f"{path}.{place}" if path else str(place))


def explanations(system: str) -> dict[str, str]:
    file = FOREIGN / system / "explained.json"
    return json.loads(file.read_text("utf-8")) if file.is_file() else {}


def in_a_file(text: str, carried: set[bytes]) -> bool:
    """Whether a file holds the string, as it is or as base64."""
    if text.encode("utf-8", "surrogatepass") in carried:
        return True
    letters = text.partition(";base64,")[2] or text
    try:
        return base64.b64decode(letters, validate=True) in carried
    except ValueError:
        return False


def missing(source: Any, found: Iterable[Found], explained: dict[str, str]) -> dict[str, str]:
    """The strings of the source that are neither in the conversations nor explained, by path."""
    found = list(found)
    kept = "\0".join(text for each in found for _, text in strings(json.loads(dump_conversation(each.conversation))))
    carried = {opener().read() for each in found for opener in each.files.values()}
    lost = {}
    for path, text in strings(source):
        text = text.strip()
        if len(text) < LEAST or text in kept or any(fnmatchcase(path, pattern) for pattern in explained):
            continue
        if stamp.ms(text) is not None or in_a_file(text, carried):
            continue
        lost[path] = text[:200]
    return lost
