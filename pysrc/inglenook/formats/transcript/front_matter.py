"""Front matter: the facts before a text, as plain YAML.

This file knows texts, lists in brackets or line by line, and JSON's strings,
which are YAML's. Anything deeper stays as it is written.
"""

from __future__ import annotations

from typing import Any

from inglenook.core.nesting import too_deep
from inglenook.formats.reading.jsonvalue import loads

_LONGEST = 200


def front_matter(lines: list[str]) -> tuple[dict[str, Any], list[str]]:
    """
    The values of a YAML head, each a text or a list of texts, and what comes after it.

    >>> front_matter(["---", "title: A", "tags:", "  - b", "- c", "---", "rest"])
    ({'title': 'A', 'tags': ['b', 'c']}, ['rest'])
    """
    if not lines or lines[0].strip() != "---":
        return {}, lines
    found: dict[str, Any] = {}
    last = ""
    for place, line in enumerate(lines[1:_LONGEST], 1):
        if line.strip() in ("---", "..."):
            return found, lines[place + 1 :]
        name, colon, value = line.partition(":")
        if last and line.lstrip().startswith("- "):
            known = found[last]
            found[last] = [*(known if isinstance(known, list) else [known] if known else []), _value(line.strip()[2:])]
        elif colon and name.strip() and not name.startswith((" ", "\t")):
            last = name.strip().lower()
            found[last] = _value(value.strip())
        elif last and line.strip():
            found[last] = f"{found[last]}\n{line}" if isinstance(found[last], str) else [*found[last], line]
    return {}, lines


def _value(value: str) -> Any:
    if value[:1] in ('"', "[") and not too_deep(value):
        try:
            inner = loads(value)
        except ValueError:
            inner = None
        if isinstance(inner, str):
            return inner
        if isinstance(inner, list) and all(isinstance(one, str) for one in inner):
            return inner
        if value[0] == "[" and value[-1] == "]":
            return [one.strip(" \"'") for one in value[1:-1].split(",") if one.strip(" \"'")]
    return value.strip("\"'") if value[:1] in ("'", '"') else value
