"""Whether a step has to be done again: a hash of what goes in, kept beside what came out."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SKIPPED = {"__pycache__", "node_modules", ".DS_Store"}


def files_of(paths: Iterable[Path]) -> list[Path]:
    """Every file in the given files and folders, in a fixed order."""
    found = set()
    for path in paths:
        if path.is_dir():
            found.update(
                inside for inside in path.rglob("*") if inside.is_file() and not SKIPPED.intersection(inside.parts)
            )
        elif path.is_file():
            found.add(path)
    return sorted(found)


def digest(root: Path, paths: Iterable[Path], *more: object) -> str:
    """A hash of files, by name and content, and of any other values that a step depends on."""
    total = hashlib.sha256(repr(more).encode())
    for path in files_of(paths):
        total.update(path.relative_to(root).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


class Stamp:
    """The hash of the last time that a step was finished, in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fits(self, wanted: str) -> bool:
        """True if the step was finished with these inputs."""
        try:
            return self.path.read_text(encoding="ascii", errors="replace") == wanted
        except OSError:
            return False

    def clear(self) -> None:
        """Called before a step begins, so that one that fails is done again."""
        self.path.unlink(missing_ok=True)

    def write(self, value: str) -> None:
        """Called when a step has finished."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(value, encoding="ascii")
