"""Conversations that are ready to be stored, put into one file that the browser keeps outside of Python's memory.

This file knows how such a file is laid out: one line of JSON with what is small
of each (summary, attachments, size of the text), then the texts in turn. It
never leaves this device's memory, so it has no version.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from inglenook.core.errors import InglenookError
from inglenook.core.schema import dump_summary, load_summary
from inglenook.ports import Brought, Writers


@dataclass(frozen=True, slots=True)
class Bundle:
    """Ids of conversations that are new here, and the handle of the file that holds them."""

    ids: tuple[str, ...]
    file: Any


def bundled(batch: list[Brought], writers: Writers) -> Bundle:
    """The batch as a file. None of it may replace a conversation that is stored."""
    rows = [(dump_summary(one.summary), one.attachments, len(one.text)) for one in batch]
    out = writers.create()
    out.write(json.dumps(rows).encode("ascii") + b"\n")
    for one in batch:
        out.write(one.text)
    return Bundle(tuple(one.summary.id for one in batch), writers.finish(out, "application/octet-stream"))


def unbundled(bundle: Bundle, open_file: Callable[[Any], BinaryIO]) -> list[Brought]:
    """The batch again. BadFile or InglenookError if the browser has lost it."""
    with open_file(bundle.file) as source:
        rows = json.loads(source.readline() or b"[]")
        texts = [source.read(size) for _, _, size in rows]
    if len(rows) != len(bundle.ids) or any(len(text) != row[2] for text, row in zip(texts, rows, strict=True)):
        raise InglenookError(
            "What was read of the files is no longer there.", advice="Import the same files again; nothing is doubled."
        )
    return [
        Brought(load_summary(summary), text, tuple(named), 0)
        for text, (summary, named, _) in zip(texts, rows, strict=True)
    ]
