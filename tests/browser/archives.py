"""Archives as a user may bring them, made of conversations that a test can recognise."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from inglenook.core.model import Conversation, Message, Stamped, Text
from inglenook.formats import archive

NOON_MS = 1_780_000_000_000


def talk(id: str, title: str, at_ms: int = NOON_MS, *texts: str) -> Conversation:
    """A conversation in which these texts were said in turn."""
    messages: dict[str, Message] = {}
    above = None
    for number, text in enumerate(texts or (f"About {title}", "An answer")):
        role = "assistant" if number % 2 else "user"
        above_id = f"{id}-{number}"
        messages[above_id] = Message(above_id, above, role, (Text(text),), created_ms=at_ms, revised_ms=at_ms)
        above = above_id
    return Conversation(id, at_ms, title=Stamped(title, at_ms), current=Stamped(above, at_ms), messages=messages)


def write(path: Path, conversations: Iterable[Conversation], files: Iterable[bytes] = ()) -> Path:
    """An archive of these at this path."""
    openers = [(hashlib.sha256(data).hexdigest(), lambda data=data: io.BytesIO(data)) for data in files]
    with path.open("wb") as file:
        archive.write(file, list(conversations), openers, NOON_MS, "0")
    return path


def members(path: Path) -> dict[str, bytes]:
    """What is in an archive."""
    with zipfile.ZipFile(path) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def rezip(path: Path, contents: Mapping[str, bytes]) -> Path:
    """A zip of these members at this path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in contents.items():
            zipped.writestr(name, data)
    return path
