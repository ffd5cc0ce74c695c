"""Conversations as Markdown or plain text, in the styles that exporters use; our own among them.

This file knows headings, bold labels and plain labels that name who speaks. It
is careful: a text is a transcript only if such labels alternate. Nothing inside
a fence is a label.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from inglenook.core.model import Author, Citation, Part, Reasoning, Role, Text
from inglenook.formats.reading import stamp
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head

SYSTEM: Final = "transcript"
NAME: Final = "Markdown transcript"

_USER: Final = (
    "user", "you", "human", "me", "prompt", "question", "you said", "message from you", "benutzer",
    "utilisateur", "usuario",
    "utente", "用户", "ユーザー", "пользователь", "q", "nexus_user",
)  # fmt: skip
_ANSWERS: Final = (
    "assistant", "chatgpt", "claude", "gemini", "ai", "bot", "model", "response", "answer", "gpt-4", "grok", "deepseek",
    "chatgpt said", "message from assistant", "copilot", "cursor", "a", "助手", "アシスタント", "ассистент",
    "nexus_agent",
)  # fmt: skip
_OTHERS: Final = {"system": "system", "tool": "tool", "system prompt": "system"}
_WORDS: Final[dict[str, Role]] = {w: "user" for w in _USER} | {w: "assistant" for w in _ANSWERS} | _OTHERS  # type: ignore[assignment]
_FENCE: Final = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_HEADING: Final = re.compile(r"^(#{1,6})\s+(?:\d+[.)]\s+)?(.+?)\s*$")
_BOLD: Final = re.compile(r"^(?:\*\*|__)(?=\S)(.{1,80}?):?(?:\*\*|__)\s*:?\s*(.*)$")
_LABEL: Final = re.compile(r"^(?:\[([^\]]{8,40})\]\s*)?([^\W\d_][\w .-]{0,30}?):(?:\s+(.*)|)$")
_CHATML: Final = re.compile(r"^<\|im_start\|>(\w+)\s*(.*)$")
_ODD: Final = re.compile(r"[^\w\s.-]+")
_ESCAPED: Final = re.compile(r"\\([\\`*_\[\]<>#|~&])")
_DETAILS: Final = re.compile(r"^<details[^>]*>\s*<summary>[^<]*</summary>\s*(.*?)\s*</details>\s*", re.S)
_THINK: Final = re.compile(r"^<think>\s*(.*?)\s*</think>\s*", re.S)
_FACTS: Final = re.compile(r"^\*([^*\n]{1,300})\*\n+")
_SOURCE: Final = re.compile(r"^Source: \[(.+?)\]\(<?(https?://[^>)\s]+)>?\)$", re.M)


@dataclass(slots=True)
class _Turn:
    role: Role
    name: str
    lines: list[str]
    when: str = ""


def sniff(head: Head) -> Match | None:
    if head.kind != "text" or head.text.lstrip().startswith("<img"):
        return None
    lines = head.text.split("\n")
    style = _style(lines)
    return Match(style) if style else None


def _style(lines: list[str]) -> str:
    """The first style whose labels alternate; "" if none does."""
    for style in ("headings", "bold", "chatml", "labels"):
        roles = [turn.role for turn in _turns(lines, style)[1]]
        changes = sum(one != other for one, other in pairwise(roles))
        # Two words before colons are met in any text; four that alternate are a conversation.
        least = 3 if style == "labels" else 1
        if changes >= least and "user" in roles and "assistant" in roles and 2 * changes >= len(roles) - 1:
            return style
    return ""


def _turns(lines: list[str], style: str) -> tuple[list[str], list[_Turn]]:
    """What stands before the first label, and the turns."""
    before: list[str] = []
    turns: list[_Turn] = []
    fence, level = "", 0
    for line in lines:
        line = line.removesuffix("\r")
        found = _FENCE.match(line)
        if found is not None:
            run = found[1]
            if not fence:
                fence = run
            elif run[0] == fence[0] and len(run) >= len(fence) and not line.strip(" " + run[0]):
                fence = ""
        label = None if fence else _label(line, style, level)
        if label is not None:
            turn, depth = label
            level = level or depth
            turns.append(turn)
        elif turns:
            turns[-1].lines.append(line)
        else:
            before.append(line)
    return before, turns


def _label(line: str, style: str, level: int) -> tuple[_Turn, int] | None:
    if not line or len(line) > 400:
        return None
    match style:
        case "headings":
            found = _HEADING.match(line)
            if found is None or (level and len(found[1]) != level):
                return None
            role, name = _speaker(found[2])
            # Our own headings name the model that answered.
            if role is None and level and "-" in found[2] and " " not in found[2].strip():
                role, name = "assistant", _ESCAPED.sub(r"\1", found[2])
            return (_Turn(role, name, []), len(found[1])) if role else None
        case "bold":
            found = _BOLD.match(line)
            role, name = _speaker(found[1]) if found else (None, "")
            if found is None or role is None:
                return None
            rest = found[2].lstrip("- ")
            when = rest if stamp.ms(rest.removesuffix(" UTC")) is not None else ""
            return _Turn(role, name, [] if when or not rest else [rest], when), 0
        case "chatml":
            found = _CHATML.match(line)
            role, name = _speaker(found[1]) if found else (None, "")
            return (_Turn(role, name, [found[2]] if found[2] else []), 0) if found and role else None
    found = _LABEL.match(line)
    role, name = _speaker(found[2]) if found else (None, "")
    return (_Turn(role, name, [found[3]] if found[3] else [], found[1] or ""), 0) if found and role else None


def _speaker(label: str) -> tuple[Role | None, str]:
    """Who a label names, if anybody; and the name, where it is one."""
    words = " ".join(_ODD.sub(" ", label).split()).casefold().rstrip(".")
    role = _WORDS.get(words)
    return role, label.strip() if role == "assistant" and words not in (
        "assistant",
        "ai",
        "a",
        "answer",
        "response",
    ) else ""


def read(document: Document) -> Iterator[Found]:
    text = document.text()
    lines = text.split("\n")
    style = _style(lines)
    before, turns = _turns(lines, style)
    matter, before = _front_matter(before)
    heading = next((found[2] for line in before if (found := _HEADING.match(line)) and len(found[1]) == 1), "")
    title = matter.get("title") or _ESCAPED.sub(r"\1", heading) or document.stem
    draft = Draft(
        SYSTEM,
        title=title,
        created=matter.get("created") or matter.get("date"),
        url=matter.get("url") or matter.get("source", ""),
    )
    draft.tags = [tag.strip(" []\"'") for tag in matter.get("tags", "").split(",") if tag.strip(" []\"'")]
    if style != "chatml" and (said := "\n".join(line for line in before if not _HEADING.match(line)).strip()):
        draft.rest["before"] = said
    for turn in turns:
        _add(draft, turn, style)
    yield draft.finish(raw=text)


def _front_matter(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """The values of a YAML head of plain lines, and what comes after it."""
    if not lines or lines[0].strip() != "---":
        return {}, lines
    found: dict[str, str] = {}
    for place, line in enumerate(lines[1:60], 1):
        if line.strip() == "---":
            return found, lines[place + 1 :]
        name, colon, value = line.partition(":")
        if colon:
            found[name.strip().lower()] = _unquoted(value.strip())
    return {}, lines


def _unquoted(value: str) -> str:
    if value[:1] == '"':
        try:
            inner = json.loads(value)
        except (ValueError, RecursionError):
            return value.strip('"')
        return inner if isinstance(inner, str) else value
    return value.strip("'")


def _add(draft: Draft, turn: _Turn, style: str) -> None:
    said = "\n".join(turn.lines).strip("\n")
    if style == "chatml":
        said = said.partition("<|im_end|>")[0].rstrip()
    when, model = turn.when, turn.name
    provider = ""
    if facts := _FACTS.match(said):
        known = [_ESCAPED.sub(r"\1", fact) for fact in facts[1].split(" · ")]
        times = [fact for fact in known if stamp.ms(fact.removesuffix(" UTC")) is not None]
        if times:
            when, said = times[0], said[facts.end() :]
            provider = next((fact.removeprefix("by ") for fact in known if fact.startswith("by ")), "")
            model = next((fact for fact in known if fact != when and not fact.startswith("by ")), model)
    parts: list[Part] = []
    for pattern in (_DETAILS, _THINK):
        while (found := pattern.match(said)) is not None and turn.role == "assistant":
            parts.append(Reasoning(found[1]))
            said = said[found.end() :]
    sources = [Citation(address, _ESCAPED.sub(r"\1", title)) for title, address in _SOURCE.findall(said)]
    said = _SOURCE.sub("", said).strip("\n") if sources else said
    said = said.removesuffix("\n---").removesuffix("\n***").rstrip("\n")
    if said.strip():
        parts.append(Text(said))
    author = Author(model=model, provider=provider) if model and turn.role == "assistant" else NOBODY
    draft.add(turn.role, [*parts, *sources], created=when.removesuffix(" UTC") or None, author=author)
