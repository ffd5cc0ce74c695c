"""Every reader, held against damaged files: only our own error leaves it, and it comes to an end.

50,000 mutated inputs are tried with INGLENOOK_FUZZ=50000; a run of the tests tries a part of them, a new one for
each reader and fixture but always the same.
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from inglenook.core.errors import BadFile
from inglenook.core.schema import dump_conversation
from inglenook.formats import loose, registry
from inglenook.formats.reading.document import memory_document

from tests.formats.golden import FOREIGN, document, fixtures, golden_of

MUTANTS = int(os.environ.get("INGLENOOK_FUZZ", "1500"))
FILES = [path for path in fixtures() if golden_of(path).is_file()]
ODD = (
    "null", "[]", "{}", '"x"', "1e308", "-1", "true", "0", '""', '"\\ud800"', "[null]", '{"a":null}', "[[]]", "1e15",
    '"__proto__"', '"\\u0000"', '[{"role":"user"}]', '"2024-13-45"', '{"$date":{"$numberLong":"x"}}', '"<script>"',
)  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOREIGN)))
def test_a_damaged_file_raises_nothing_but_our_own(path: Path):
    chance = random.Random(str(path.relative_to(FOREIGN)))
    data = path.read_bytes()
    whole = document(path)
    for _ in range(max(20, MUTANTS // max(1, len(FILES)))):
        mutant = memory_document(path.name, mutated(data, chance))
        mutant.beside = whole.beside
        held(mutant)


def held(mutant) -> None:
    """Sniff with all, read with those that claim it; the result can be stored."""
    readers = [reader for reader, match in registry.claims(mutant.head) if not match.skip and not match.aside]
    if not readers and loose.sniff(mutant.head) is not None:
        readers = [loose]
    for reader in readers:
        try:
            for found in reader.read(mutant):
                dump_conversation(found.conversation).encode()
                found.raw.encode("utf-8", "surrogatepass")
                for opener in found.files.values():
                    opener().read()
        except BadFile:
            pass


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The data with values changed, or bytes damaged, or cut off."""
    kind = chance.random()
    if kind < 0.7:
        changed = with_odd_values(data, chance)
        if changed is not None:
            return changed
    if kind < 0.85:
        return data[: chance.randrange(len(data) + 1)]
    bytes_ = bytearray(data)
    for _ in range(chance.choice((1, 3, 30))):
        if bytes_:
            place = chance.randrange(len(bytes_))
            bytes_[place : place + chance.choice((0, 1, 4))] = chance.choice(
                (b"", b"\0", b"\xff", b'"', b"{", b"]", b"\\")
            )
    return bytes(bytes_)


def with_odd_values(data: bytes, chance: random.Random) -> bytes | None:
    """JSON, or JSON Lines, with some values of it replaced; None if it is neither."""
    lines = data.decode("utf-8-sig", "replace").split("\n")
    try:
        values, joined = [json.loads("\n".join(lines))], ""
    except ValueError:
        try:
            values, joined = [json.loads(line) for line in lines if line.strip()], "\n"
        except ValueError:
            return None
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        spots: list[tuple[Any, Any]] = []
        waiting: list[Any] = [values]
        while waiting:
            at = waiting.pop()
            for key, inner in at.items() if isinstance(at, dict) else enumerate(at):
                spots.append((at, key))
                if isinstance(inner, dict | list):
                    waiting.append(inner)
        inside, key = chance.choice(spots)
        if chance.random() < 0.15 and isinstance(inside, dict):
            del inside[key]
        else:
            inside[key] = json.loads(chance.choice(ODD))
    return joined.join(json.dumps(value) for value in values).encode()
