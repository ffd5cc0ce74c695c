"""Every reader, held against damaged files: only our own error leaves it, and it comes to an end.

50,000 mutated inputs are tried with INGLENOOK_FUZZ=50000; a run of the tests tries a part of them, a new one for
each reader and fixture but always the same. INGLENOOK_FUZZ_SEED makes others.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from inglenook.core.errors import BadFile
from inglenook.core.schema import dump_conversation, load_conversation
from inglenook.formats import loose, registry
from inglenook.formats.reading.document import Document, memory_document

from tests.formats.golden import FOREIGN, document, fixtures, golden_of, samples
from tests.formats.mutants import mutated, spots_of, values_of

MUTANTS = int(os.environ.get("INGLENOOK_FUZZ", "1500"))
SEED = os.environ.get("INGLENOOK_FUZZ_SEED", "")
OURS = [path for path in fixtures() if golden_of(path).is_file()]
THEIRS = [path for path in samples() if path.stat().st_size < 20_000 and not path.name.endswith((".md", ".zip"))]
FILES = [*OURS, *THEIRS]
LONGEST = 60_000


def name(path: Path) -> str:
    return str(path.relative_to(FOREIGN if path.is_relative_to(FOREIGN) else path.parents[1]))


@cache
def others() -> list[Any]:
    """Objects and lists out of all fixtures, to be mixed into files of other systems."""
    chance = random.Random(1)
    found = []
    for path in OURS:
        values = values_of(path.read_bytes()) if path.stat().st_size < LONGEST else None
        inner = [at[key] for at, key in spots_of(values[0])] if values else []
        inner = [value for value in inner if isinstance(value, dict | list) and value]
        found += chance.sample(inner, min(6, len(inner)))
    return found


@pytest.mark.timeout(120 + MUTANTS // 50)
@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_damaged_file_raises_nothing_but_our_own(path: Path):
    chance = random.Random(f"{SEED}{name(path)}")
    data = path.read_bytes()
    whole = document(path)
    # Long ones take longer to be made and read.
    count = MUTANTS // len(FILES) if len(data) < LONGEST else MUTANTS // len(FILES) // 10
    for _ in range(max(5, count)):
        mutant = memory_document(path.name, mutated(data, chance, others()))
        mutant.beside = whole.beside
        held(mutant)


def held(mutant: Document) -> int:
    """Sniff with all, read with those that claim it; the result can be stored. Answers how much was found."""
    claims = registry.claims(mutant.head)
    readers: list[Any] = [reader for reader, match in claims if not match.skip and not match.aside]
    if not readers and loose.sniff(mutant.head) is not None:
        readers = [loose]
    count = 0
    for reader in readers:
        try:
            for found in reader.read(mutant):
                text = dump_conversation(found.conversation)
                text.encode()
                assert dump_conversation(load_conversation(text)) == text
                found.raw.encode("utf-8", "surrogatepass")
                for opener in found.files.values():
                    opener().read()
                count += 1
        except BadFile:
            pass
        assert all(isinstance(problem, str) for problem in mutant.problems)
    return count


def test_most_damaged_files_are_read_all_the_same_and_every_reader_is_reached():
    """What nobody claims tests nothing: mutants must get past `sniff`, with every reader that has a fixture."""
    reached: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for path in OURS:
        chance = random.Random(f"reach {name(path)}")
        whole = document(path)
        [(reader, match)] = registry.claims(whole.head)
        if match.skip or match.aside or path.stat().st_size > LONGEST:
            continue
        for _ in range(6):
            mutant = memory_document(path.name, mutated(path.read_bytes(), chance))
            mutant.beside = whole.beside
            tried[reader.SYSTEM] += 1
            claimed = [each.SYSTEM for each, _ in registry.claims(mutant.head)]
            reached[reader.SYSTEM] += claimed == [reader.SYSTEM] and held(mutant) > 0
    assert set(tried) == {path.relative_to(FOREIGN).parts[0] for path in OURS}
    assert {system for system in tried if 3 * reached[system] < tried[system]} == set()
    assert 2 * reached.total() > tried.total()


MIXED = [path for path in OURS if path.stat().st_size < LONGEST and values_of(path.read_bytes())]


@pytest.mark.parametrize("path", MIXED, ids=name)
def test_a_mixture_of_two_systems_raises_nothing(path: Path):
    """Both could claim it; whoever does must read it or refuse it."""
    chance = random.Random(f"{SEED}mixed {name(path)}")
    values, joined = values_of(path.read_bytes()) or ([], "")
    for _ in range(3):
        other = values_of(chance.choice(OURS).read_bytes())
        mixed = _mixed(values[0], other[0][0]) if other and other[0] else values[0]
        text = joined.join(map(json.dumps, [mixed, *values[1:3]]))
        held(memory_document(path.name, text.encode("utf-8", "surrogatepass")))


def _mixed(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return {**other, **one}
    if isinstance(one, list) and isinstance(other, list):
        return [*one[:3], *other[:3]]
    return [one, other]
