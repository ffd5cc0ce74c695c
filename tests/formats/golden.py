"""What a reader makes of a fixture, as a file beside it that a person can read.

`python -m tests.formats.golden tests/data/foreign/SYSTEM/FILE…` writes it anew, after a look at what changed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from inglenook.core.schema import dump_conversation
from inglenook.formats import registry
from inglenook.formats.reading.document import Document, Neighbours
from inglenook.formats.reading.found import PENDING, Found

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = ROOT / "tests" / "data" / "foreign"
SAMPLES = ROOT.parent / "shared" / "samples"
ASIDE = (".golden.json", "explained.json")


def fixtures(system: str = "*") -> list[Path]:
    """Our own files of a system, or of all, in folders as they would be dropped."""
    return sorted(p for p in FOREIGN.glob(f"{system}/**/*") if p.is_file() and not p.name.endswith(ASIDE))


def samples() -> list[Path]:
    """Files of other people; none where the folder is missing."""
    return sorted(p for p in SAMPLES.glob("*/*") if p.is_file()) if SAMPLES.is_dir() else []


def document(path: Path, root: Path | None = None) -> Document:
    """A file of a folder, with the others of the same folder beside it."""
    folder = root or path.parent
    made = {p: _document(p, folder) for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.endswith(ASIDE)}
    beside = Neighbours(made.values())
    for each in made.values():
        each.beside = beside
    return made[path]


def _document(path: Path, folder: Path) -> Document:
    return Document(str(path.relative_to(folder)), lambda: path.open("rb"), path.stat().st_size)


def read(document: Document) -> list[Found]:
    """All that the one reader that knows the file finds in it."""
    [(reader, match)] = registry.claims(document.head)
    return [] if match.skip or match.aside else list(reader.read(document))


def result(document: Document) -> dict[str, Any]:
    """What was made of a file, as plain values."""
    [(reader, match)] = registry.claims(document.head)
    found = [] if match.skip or match.aside else list(reader.read(document))
    return {
        "system": reader.SYSTEM,
        "version": match.version,
        "skip": match.skip,
        "aside": match.aside,
        "problems": document.problems,
        "found": [
            {
                "conversation": json.loads(dump_conversation(each.conversation)),
                "files": {key.removeprefix(PENDING): len(opener().read()) for key, opener in each.files.items()},
                "problems": list(each.problems),
                "undated": each.undated,
                "raw": len(each.raw),
            }
            for each in found
        ],
    }


def golden_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.golden.json")


def check(path: Path) -> None:
    """The result must be as it was when a person last looked at it."""
    expected = json.loads(golden_of(path).read_text("utf-8"))
    assert result(document(path)) == expected


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        path = Path(argument).resolve()
        text = json.dumps(result(document(path)), ensure_ascii=False, indent=1, sort_keys=True)
        golden_of(path).write_text(text + "\n", "utf-8")
        print(golden_of(path))
