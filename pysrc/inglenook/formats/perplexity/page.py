"""A thread of Perplexity as its menu exports it: Markdown with a logo, a heading for each question, and footnotes.

This file knows that a question is a heading after the logo or after a rule,
and that the footnotes of an answer follow it. Nothing in it tells a question of
several lines from an answer; what follows the heading is the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Citation, Text
from inglenook.formats.reading.draft import Draft
from inglenook.formats.reading.found import Found

_LOGO: Final = re.compile(r"\s*<img [^>]{0,300}(?:pplx|perplexity)[^>]{0,300}>", re.I)
_HEADING: Final = re.compile(r"^# (.+)$", re.M)
_END: Final = re.compile(r"^<div[^<>]{0,100}>⁂</div>[ \t]*$", re.M)
_NOTE: Final = re.compile(r"^\[\^([0-9_]{1,12})\]:[ \t]*(\S.*?)[ \t]*$", re.M)
# Notes to which no word of the answer leads; the page hides them.
_UNSEEN: Final = re.compile(r'^<span style="display:none">[\[\]^0-9_]*</span>[ \t]*$', re.M)
_FENCE: Final = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.M)
_RULE: Final = ("---", "⁂</div>")
_APART: Final = re.compile(r"\n[ \t]*\n[ \t]*\n---\s*$")


def is_page(text: str) -> bool:
    """Whether a text begins as such a page does."""
    return _LOGO.match(text) is not None and _HEADING.search(text) is not None


def conversation(system: str, page: str) -> Found:
    """The thread. BadFile if there is no question in it."""
    draft: Draft | None = None
    for question, answer in _turns(_LOGO.sub("", page, count=1)):
        draft = draft or Draft(system, title=question)
        draft.add("user", [Text(question)])
        notes = [_cited(number, source) for number, source in _NOTE.findall(answer)]
        said = _UNSEEN.sub("", _NOTE.sub("", _END.sub("", answer))).strip().removesuffix("---").strip()
        if said or notes:
            draft.add("assistant", [*([Text(said)] if said else []), *notes])
    if draft is None:
        raise BadFile("It has no question and no answer.", advice="")
    return draft.finish(raw=page)


def _turns(page: str) -> Iterator[tuple[str, str]]:
    """Questions and answers. An answer may hold rules and headings as well, and code that looks like one."""
    in_code = _in_code(page)
    ended = _END.search(page) is not None
    starts: list[re.Match[str]] = []
    for heading in _HEADING.finditer(page):
        if any(start < heading.start() < end for start, end in in_code):
            continue
        before = page[starts[-1].end() if starts else 0 : heading.start()]
        # Where answers have footnotes, a rule inside of one has none before it, and less room.
        over = not ended or _END.search(before) is not None or _APART.search(before) is not None
        if not starts or (over and before.rstrip().endswith(_RULE)):
            starts.append(heading)
    for place, heading in enumerate(starts):
        end = starts[place + 1].start() if place + 1 < len(starts) else len(page)
        yield heading[1].strip(), page[heading.end() : end]


def _in_code(page: str) -> list[tuple[int, int]]:
    """Where fenced code stands."""
    found: list[tuple[int, int]] = []
    opened: re.Match[str] | None = None
    for fence in _FENCE.finditer(page):
        if opened is None:
            opened = fence
        elif fence[1].startswith(opened[1]):
            found.append((opened.start(), fence.start()))
            opened = None
    return found


def _cited(number: str, source: str) -> Citation:
    """A footnote: an address, or the name of a file; its number leads from the text to it."""
    address = source if re.match(r"https?://\S+$", source) else ""
    return Citation(address, f"[^{number}]" if address else f"[^{number}] {source}")
