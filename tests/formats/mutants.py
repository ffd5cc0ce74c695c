"""Damaged files made of good ones: values changed, moved, doubled, and mixed between systems; lines and bytes too."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

ODD: tuple[Any, ...] = (
    None, [], {}, "x", 1e308, -1, True, False, 0, "", "\ud800", [None], {"a": None}, [[]], 1e15, "__proto__", "\0",
    [{"role": "user"}], "2024-13-45", {"$date": {"$numberLong": "--5"}}, "<script>", "user", "assistant", "tool",
    {"type": "text", "text": {"value": 5}}, [{"type": "image_url", "image_url": "data:;base64,!"}], "data:,\udc00",
    {"role": {"role": "user"}}, 1 << 70, 0.1, "9" * 400, " ", "[" * 300, "{\"a\":" * 300, "http://[", "root", "-1",
    json.loads("[" * 120 + "]" * 120), {"parts": [{"text": []}]}, ["a", 1, None, {}], "\u202e", "<div" * 9,
)  # fmt: skip
BYTES = (b"", b"\0", b"\xff", b'"', b"{", b"]", b"\\", b"\n", b"<", b"\xef\xbb\xbf")

Spot = tuple[Any, Any]


def mutated(data: bytes, chance: random.Random, others: list[Any] = []) -> bytes:  # noqa: B006 - only read
    """The data, damaged in one of many ways. `others`: values of files of other systems, to mix in."""
    kind = chance.random()
    if kind < 0.75:
        changed = with_other_values(data, chance, others)
        if changed is not None:
            return changed
    if kind < 0.85:
        return data[: chance.randrange(len(data) + 1)]
    if kind < 0.93:
        return with_other_lines(data, chance)
    damaged = bytearray(data)
    for _ in range(chance.choice((1, 3, 30))):
        if damaged:
            place = chance.randrange(len(damaged))
            damaged[place : place + chance.choice((0, 1, 4))] = chance.choice(BYTES)
    return bytes(damaged)


def values_of(data: bytes) -> tuple[list[Any], str] | None:
    """The values of JSON or JSON Lines, and what stands between them; None if it is neither."""
    text = data.decode("utf-8-sig", "replace")
    try:
        return [json.loads(text, strict=False)], ""
    except ValueError:
        pass
    try:
        return [json.loads(line, strict=False) for line in text.split("\n") if line.strip()], "\n"
    except ValueError:
        return None


def with_other_values(data: bytes, chance: random.Random, others: list[Any]) -> bytes | None:
    found = values_of(data)
    if found is None or not found[0]:
        return None
    values, joined = found
    for _ in range(chance.choice((1, 1, 1, 2, 5, 20))):
        spots = list(spots_of(values))
        if spots:
            _change(spots, chance, others)
    return joined.join(json.dumps(value, ensure_ascii=chance.random() < 0.8) for value in values).encode(
        "utf-8", "surrogatepass"
    )


def spots_of(value: Any) -> Iterator[Spot]:
    """Every place that holds a value: what it is in, and its name or number there."""
    waiting = [value]
    while waiting:
        at = waiting.pop()
        for key, inner in list(at.items()) if isinstance(at, dict) else enumerate(at):
            yield at, key
            if isinstance(inner, dict | list):
                waiting.append(inner)


def _change(spots: list[Spot], chance: random.Random, others: list[Any]) -> None:
    """One change at a random place: what readers believe of types, of places, and of what comes once."""
    inside, key = chance.choice(spots)
    away, there = chance.choice(spots)
    match chance.randrange(10):
        case 0 if isinstance(inside, dict):
            del inside[key]
        case 1 if isinstance(inside, list):
            inside.insert(chance.randrange(len(inside) + 1), copy.deepcopy(away[there]))
        case 2:  # a copy of another part, so that nothing is inside of itself
            inside[key] = copy.deepcopy(away[there])
        case 3:
            one, other = copy.deepcopy(inside[key]), copy.deepcopy(away[there])
            inside[key], away[there] = other, one
        case 4 if isinstance(inside, dict) and isinstance(there, str):
            inside[there] = inside.pop(key)
        case 5:
            held = inside[key]
            inside[key] = chance.choice(([held], {"a": held}, {key: held}, str(held)[:2000]))
        case 6 if others:
            other = chance.choice(others)
            if isinstance(other, dict) and isinstance(inside[key], dict):
                inside[key] = {**inside[key], **copy.deepcopy(other)}
            else:
                inside[key] = copy.deepcopy(other)
        case 7 if isinstance(inside[key], list | str) and inside[key]:
            inside[key] = inside[key] * 3 if len(inside[key]) < 500 else inside[key][::-1]
        case _:
            inside[key] = copy.deepcopy(chance.choice(ODD))


def with_other_lines(data: bytes, chance: random.Random) -> bytes:
    """Lines doubled, dropped, exchanged, joined."""
    lines = data.split(b"\n")
    for _ in range(chance.choice((1, 3, 10))):
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(4):
            case 0:
                lines.insert(one, lines[other])
            case 1 if len(lines) > 1:
                del lines[one]
            case 2:
                lines[one], lines[other] = lines[other], lines[one]
            case _:
                half = chance.randrange(len(lines[one]) + 1)
                lines[one] = lines[one][:half] + lines[other]
    return b"\n".join(lines)
