"""Whose a file is: of one system and no other, by what is in it, however it is written and whatever lies beside it."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest
from inglenook.formats import registry
from inglenook.formats.reading.containers import Given
from inglenook.formats.reading.document import memory_document
from inglenook.formats.sources import sources

from tests.formats.golden import FOREIGN, fixtures, golden_of, samples
from tests.formats.mutants import values_of

ALL = [*fixtures(), *samples()]
READ = [path for path in fixtures() if golden_of(path).is_file()]
ROWS = ("openai-messages", "sharegpt", "hf-rows", "llm")
LARGE = 300_000


def name(path: Path) -> str:
    return "/".join(path.parts[-3:])


def claims_of(data: bytes) -> list[tuple[str, str]]:
    """System and version, under a name that tells neither."""
    return [(reader.SYSTEM, match.version) for reader, match in registry.claims(memory_document("x.bin", data).head)]


@pytest.mark.parametrize("path", ALL, ids=name)
def test_no_file_is_claimed_by_two(path: Path):
    assert len(claims_of(path.read_bytes())) <= 1


@pytest.mark.parametrize("path", READ, ids=name)
def test_a_file_is_known_however_it_is_written(path: Path):
    data = path.read_bytes()
    claimed = claims_of(data)
    assert [system for system, _ in claimed] == [path.relative_to(FOREIGN).parts[0]]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return  # no text at all
    forms = [text.encode("utf-8-sig"), b"\xff\xfe" + text.encode("utf-16-le", "surrogatepass")]
    forms += [text.replace("\r\n", "\n").replace("\n", "\r\n").encode()]
    if (found := values_of(data)) is not None and len(data) < LARGE:
        values, joined = found
        forms += [text.encode("utf-16-be", "surrogatepass"), joined.join(map(json.dumps, values)).encode()]
        # One row of a dataset is known as such only in one line.
        if not joined and path.suffix != ".jsonl":
            forms += [b"\n" + json.dumps(values[0], indent=3).encode()]
    for form in forms:
        assert claims_of(form) == claimed


def folders() -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = defaultdict(list)
    for path in fixtures():
        found[str(path.parent.relative_to(FOREIGN))].append(path)
    return found


def known(*dropped: list[Path]) -> list[str]:
    """The systems of what is read of folders that are dropped together."""
    given = [
        Given(f"{number}/{path.name}", lambda path=path: path.open("rb"), path.stat().st_size)
        for number, folder in enumerate(dropped)
        for path in folder
    ]
    return [source.system for source in sources(given, lambda source: lambda: source).known]


@pytest.mark.parametrize("folder", folders())
def test_nothing_of_a_system_that_is_known_is_guessed_at(folder: str):
    paths = folders()[folder]
    system = folder.split("/")[0]
    assert set(known(paths)) <= {system}
    other = READ[(len(folder) * 7) % len(READ)].parent
    both = folders()[str(other.relative_to(FOREIGN))]
    assert sorted(known(paths, both)) == sorted([*known(paths), *known(both)])


@pytest.mark.parametrize("path", READ, ids=name)
def test_half_a_file_is_claimed_by_no_other_system(path: Path):
    data = path.read_bytes()
    system = path.relative_to(FOREIGN).parts[0]
    # Half a row of a dataset or a log may be a whole one of another kind.
    allowed = ([], [system], *([each] for each in ROWS if system in ROWS))
    for part in range(1, 12):
        claimed = [each for each, _ in claims_of(data[: len(data) * part // 12])]
        assert claimed in allowed, part
