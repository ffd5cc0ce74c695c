"""Where a transcript's messages begin: headings, bold or plain labels, marks of models' templates, callouts.

This file knows how labels are set, and that nothing inside a fence is one. It
never learns what is said below them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from inglenook.core.model import Role
from inglenook.formats.markdown import own
from inglenook.formats.reading import stamp
from inglenook.formats.transcript.words import Speaker, speaker

FACTS: Final = re.compile(r"\*([^*\n]{1,300})\*\s*")
_FENCE: Final = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_HEADING: Final = re.compile(r"^(#{1,6})\s+(?:\d+[.)]\s+)?(.+?)\s*#*\s*$")
_BOLD: Final = re.compile(r"^(?:\*\*|__)(?=\S)(.{1,80}?):?(?:\*\*|__)\s*:?\s*(.*)$")
_LABEL: Final = re.compile(r"^(?:\[([^\]]{8,40})\]\s*)?([^\W\d_][\w .-]{0,30}?)\s?:(?:\s+(.*)|)$")
_TOKEN: Final = re.compile(
    r"^(?:<\|begin_of_text\|>|<s>)?<\|(?:im_start\|>|start_header_id\|>)?(\w+)(?:\|>|<\|end_header_id\|>)?\s*(.*)$"
)
_CALLOUT: Final = re.compile(r"^>\s*\[!([\w-]+)\][+-]?\s*(.*)$")
# `llm logs` puts this before each prompt.
_ENTRY: Final = re.compile(r"^# (\d{4}-\d\d-\d\dT\S+)\s+conversation: (\S+)(?: id: (\S+))?\s*$")
_ENTRY_MODEL: Final = re.compile(r"^Model: \*\*(.{1,200}?)\*\*(?: \(resolved: \*\*(.{1,200}?)\*\*\))?")
_PLACE: Final = 400


@dataclass(slots=True)
class Turn:
    """A message as it stands: who, and the lines below the label. `talk`: which conversation it names, if any does."""

    role: Role
    name: str = ""
    lines: list[str] = field(default_factory=list)
    when: str = ""
    talk: str = ""
    served: str = ""
    sure: bool = False
    level: int = 0


def style_of(lines: Sequence[str]) -> str:
    """The first style whose labels alternate; "" if none does."""
    for style in STYLES:
        turns = turns_of(lines, style)[1]
        roles = [turn.role for turn in turns]
        changes = sum(one != other for one, other in pairwise(roles))
        # Two words before colons are met in any text; four that alternate are a conversation.
        least = 3 if style == "labels" and not any(turn.sure for turn in turns) else 1
        if changes >= least and "user" in roles and "assistant" in roles and 2 * changes >= len(roles) - 1:
            return style
    return ""


def turns_of(lines: Sequence[str], style: str) -> tuple[list[str], list[Turn]]:
    """What stands before the first label, and the turns."""
    before: list[str] = []
    turns: list[Turn] = []
    fence, level = "", 0
    # Where lines go: to the last label's turn, or before all, or to what a log's entry says of the turns that follow.
    below: list[str] = before
    told: dict[str, str] = {}
    for place, line in enumerate(lines):
        fence = _fenced(fence, line)
        if style == "headings" and not fence and (found := _ENTRY.match(line)):
            told = {"when": found[1], "talk": found[2]}
            below = []
            continue
        label = None if fence or not line or len(line) > _PLACE else _LABELS[style](line, level, lines, place)
        if label is not None:
            level = level or label.level
            below = label.lines
            _place(turns, label, told)
        elif told and "used" not in told and (found := _ENTRY_MODEL.match(line)):
            told["model"], told["served"] = found[1], found[2] or ""
        else:
            below.append(line)
    return before, turns


def _place(turns: list[Turn], turn: Turn, told: dict[str, str]) -> None:
    """Add a turn, with what the entry of a log says of it; a log names the system prompt after the prompt."""
    if told:
        told["used"] = "1"
        turn.when, turn.talk = turn.when or told["when"], told["talk"]
        if turn.role == "assistant":
            turn.name, turn.served = turn.name or told.get("model", ""), told.get("served", "")
    if told and turn.role == "system" and turns and turns[-1].role == "user":
        turns.insert(len(turns) - 1, turn)
    else:
        turns.append(turn)


def _fenced(fence: str, line: str) -> str:
    """The fence that is open after a line."""
    found = _FENCE.match(line)
    if found is None:
        return fence
    run = found[1]
    if not fence:
        # An info string of backticks may hold none (CommonMark 0.31.2, section 4.5).
        return "" if run[0] == "`" and "`" in line[found.end() :] else run
    closes = run[0] == fence[0] and len(run) >= len(fence) and not line.strip(" " + run[0])
    return "" if closes else fence


def _turn(who: Speaker, lines: list[str], when: str = "", level: int = 0) -> Turn:
    return Turn(who.role, who.name, lines, when or who.when, sure=who.sure, level=level)


def _heading(line: str, level: int, lines: Sequence[str], place: int) -> Turn | None:
    found = _HEADING.match(line)
    if found is None or (level and len(found[1]) != level):
        return None
    who = speaker(found[2])
    if who is None and level and _has_facts(lines, place):
        # Our own headings name the model that answered.
        who = Speaker("assistant", ESCAPED.sub(r"\1", found[2]))
    return _turn(who, [], level=len(found[1])) if who else None


def _has_facts(lines: Sequence[str], place: int) -> bool:
    """Whether a line of facts comes next, as our own exports have it below a heading."""
    after = next((line for line in lines[place + 1 : place + 3] if line.strip()), "")
    found = FACTS.fullmatch(after)
    return found is not None and stamp.ms(found[1].partition(" · ")[0].removesuffix(" UTC")) is not None


def _bold(line: str, level: int, lines: Sequence[str], place: int) -> Turn | None:
    found = _BOLD.match(line)
    who = speaker(found[1]) if found else None
    if found is None or who is None:
        return None
    rest = found[2].lstrip("- ")
    when = rest if stamp.ms(rest.removesuffix(" UTC")) is not None else ""
    return _turn(who, [] if when or not rest else [rest], when)


def _token(line: str, level: int, lines: Sequence[str], place: int) -> Turn | None:
    found = _TOKEN.match(line)
    who = speaker(found[1]) if found else None
    return _turn(who, [found[2]] if found and found[2] else []) if who else None


def _callout(line: str, level: int, lines: Sequence[str], place: int) -> Turn | None:
    found = _CALLOUT.match(line)
    who = speaker(found[1]) if found else None
    return _turn(who, [f"> {found[2]}"] if found and found[2] else []) if who else None


def _label(line: str, level: int, lines: Sequence[str], place: int) -> Turn | None:
    found = _LABEL.match(line)
    who = speaker(found[2]) if found else None
    return _turn(who, [found[3]] if found and found[3] else [], found[1] or "") if found and who else None


def _own(line: str, level: int, lines: Sequence[str], place: int) -> Turn | None:
    """Our own headings may name anybody; nothing else is one."""
    name = own.speaker(lines, place)
    return None if name is None else _turn(speaker(name) or Speaker("assistant", name), [])


ESCAPED: Final = re.compile(r"\\([\\`*_\[\]<>#|~&])")
STYLES: Final[dict[str, Callable[[str, int, Sequence[str], int], Turn | None]]] = {
    "headings": _heading, "bold": _bold, "callouts": _callout, "tokens": _token, "labels": _label,
}  # fmt: skip
# A text that is known as ours is not tried for styles.
_LABELS: Final = {**STYLES, "own": _own}
