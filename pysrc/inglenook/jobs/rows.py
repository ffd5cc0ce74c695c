"""What an import found, conversation by conversation: what the preview shows of it, and what the report says.

This file knows rows and words. It never reads a file or asks a store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from inglenook.app.state import Preview, PreviewRow, PreviewSource, Problem
from inglenook.core.repair import one_line
from inglenook.formats.sources import Source
from inglenook.jobs.report import Report

ROWS: Final = 2_000
FILES: Final = 50


@dataclass(slots=True)
class Row:
    """What is known of one conversation of the files, which `sources` hold."""

    title: str
    sources: tuple[int, ...]
    messages: int
    files: int
    created_ms: int
    updated_ms: int
    state: str
    added: int
    differs: int
    note: str = ""
    done: bool = False


@dataclass(slots=True)
class Outcome:
    """What a commit did."""

    ids: list[str] = field(default_factory=list)
    new: int = 0
    joined: int = 0
    left: int = 0
    stopped: bool = False


def preview(rows: Mapping[str, Row], known: Sequence[Source], problems: tuple[Problem, ...], unlisted: int) -> Preview:
    """What is shown before anything is stored; what is already here comes last."""
    states = [row.state for row in rows.values()]
    shown = sorted(rows.items(), key=lambda pair: (pair[1].state == "same", -pair[1].updated_ms))[:ROWS]
    named = [
        PreviewSource(one_line(source.name), source.label, source.version, count)
        for source, count in zip(known, _counts(rows, known), strict=True)
        if count
    ]
    times = [ms for row in rows.values() for ms in (row.created_ms, row.updated_ms) if ms]
    return Preview(
        source=", ".join(dict.fromkeys(source.name for source in named)),
        conversations=len(rows),
        messages=sum(row.messages for row in rows.values()),
        attachments=sum(row.files for row in rows.values()),
        new=states.count("new"),
        changed=states.count("changed"),
        same=states.count("same"),
        rows=tuple(PreviewRow(id, row.title, row.messages, row.state, _note(row)) for id, row in shown),
        problems=problems,
        unlisted=unlisted,
        sources=tuple(named[:FILES]),
        first_ms=min(times, default=0),
        last_ms=max(times, default=0),
    )


def report(rows: Mapping[str, Row], known: Sequence[Source], problems: list[Problem]) -> Report:
    """What became of each."""
    told = Report(problems=problems)
    for row in rows.values():
        line = (row.title, ", ".join(filter(None, (counted(row.messages, "message"), row.note))))
        if row.done and row.state == "new":
            told.imported.append(line)
        elif row.done and row.state == "changed":
            told.joined.append((row.title, _note(row)))
        elif row.state == "same":
            told.there.append(line)
        else:
            told.left.append(line)
    for source, count in zip(known, _counts(rows, known), strict=True):
        words = " ".join(filter(None, (source.label, source.version)))
        told.files.append((source.name, f"{words}, {counted(count, 'conversation')}"))
    return told


def _counts(rows: Mapping[str, Row], known: Sequence[Source]) -> list[int]:
    """How many conversations each file has brought."""
    counts = [0] * len(known)
    for row in rows.values():
        counts[row.sources[0]] += 1
    return counts


def _note(row: Row) -> str:
    if row.note or row.state != "changed":
        return row.note
    parts = [counted(row.added, "new message") if row.added else "", f"{row.differs:,} changed" if row.differs else ""]
    return ", ".join(filter(None, parts)) or "newer title or marks"


def counted(count: int, noun: str) -> str:
    """
    A number and what it counts.

    >>> counted(1, "message"), counted(1200, "message")
    ('1 message', '1,200 messages')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
