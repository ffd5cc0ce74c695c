"""Pictures, sounds and films that a dataset's row names in columns of their own, and its texts by tokens.

This file knows `images` and `<image>`, and the same for others; a column holds
paths, addresses, or objects of path and bytes. It never learns whose row it is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any, Final

from inglenook.core.model import Json, Part, Text
from inglenook.formats.reading.attach import Attached
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft
from inglenook.formats.reading.shape import text

_COLUMNS: Final = (
    ("image", ("images", "image")),
    ("video", ("videos", "video")),
    ("audio", ("audios", "audio")),
)


class RowFiles:
    """The files of one row; each is given out once, in order."""

    def __init__(self, draft: Draft, document: Document, row: Json) -> None:
        self._draft = draft
        self._document = document
        self._left: dict[str, tuple[str, deque[Any]]] = {}
        for kind, names in _COLUMNS:
            name = next((name for name in names if row.get(name)), "")
            column = row.get(name)
            files = column if isinstance(column, list) else [column]
            if name and all(_is_file(file) for file in files):
                self._left[kind] = (name, deque(files))

    def named_in(self, parts: Iterable[Part]) -> list[Part]:
        """The files that texts name by their tokens; the texts stay as they are."""
        found: list[Part] = []
        for part in parts:
            if not isinstance(part, Text) or "<" not in part.text:
                continue
            for kind, (_, files) in self._left.items():
                for _ in range(min(part.text.count(f"<{kind}>"), len(files))):
                    found.append(self._attached(kind, files.popleft()))
        return found

    def rest(self) -> tuple[Json, list[str]]:
        """What no text names, by column, and the names of all columns that were understood."""
        left: Json = {name: list(files) for name, files in self._left.values() if files}
        for column in left:
            self._draft.problem(f"Files in the column “{column}” are named in no message.")
        return left, [name for name, _ in self._left.values()]

    def _attached(self, kind: str, file: Any) -> Attached:
        path, data = (file, None) if isinstance(file, str) else (text(file.get("path")), file.get("bytes"))
        if isinstance(data, str):
            return self._draft.attach(f"data:;base64,{data}", kind=kind, name=path)
        if path.startswith(("data:", "http://", "https://")):
            return self._draft.attach(path, kind=kind)
        return self._draft.attach(self._document.beside.use(path), kind=kind, name=path)


def _is_file(value: Any) -> bool:
    if isinstance(value, dict):
        return isinstance(value.get("path"), str) or isinstance(value.get("bytes"), str)
    return isinstance(value, str) and bool(value)
