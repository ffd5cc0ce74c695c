"""What an import did, as a text that a person can keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from inglenook.app.state import Problem
from inglenook.core.repair import one_line


@dataclass(slots=True)
class Report:
    """`lines`: title and what happened, in the order of the files."""

    files: list[tuple[str, str]] = field(default_factory=list)
    imported: list[tuple[str, str]] = field(default_factory=list)
    joined: list[tuple[str, str]] = field(default_factory=list)
    there: list[tuple[str, str]] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def text(report: Report, now_ms: int, stopped: bool) -> str:
    """The report as Markdown, which reads well as plain text too."""
    when = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    blocks = [f"# Import into Inglenook, {when}"]
    if stopped:
        blocks.append("It was stopped before its end. Import the same files again to go on.")
    blocks.append(_list("Files", report.files))
    blocks += [
        _list("New", report.imported),
        _list("Joined with what was here", report.joined),
        _list("Already here", report.there),
        _list("Not imported", report.left),
        _list("What could not be read", [(problem.where, problem.why) for problem in report.problems]),
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _list(heading: str, rows: Iterable[tuple[str, str]]) -> str:
    lines = [f"- {one_line(what) or 'Without a title'}: {one_line(how)}" for what, how in rows]
    return f"## {heading} ({len(lines):,})\n\n" + "\n".join(lines) if lines else ""
