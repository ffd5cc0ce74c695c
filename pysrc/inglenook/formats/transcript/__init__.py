"""Conversations as Markdown or plain text, in the styles that exporters use; our own among them.

This file knows front matter, titles, and what is set apart in a message. It is
careful: a text is a transcript only if labels that name speakers alternate;
`labels.py` and `words.py` know them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Citation, Part, Reasoning, Text
from inglenook.formats.markdown import own
from inglenook.formats.reading import stamp
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.transcript.front_matter import front_matter
from inglenook.formats.transcript.labels import ESCAPED, FACTS, STYLES, Turn, style_of, turns_of
from inglenook.formats.transcript.template import is_template, template_turns

SYSTEM: Final = "transcript"
NAME: Final = "Markdown transcript"

# None of these looks at a text more than once, whatever is in it.
_HEADING: Final = re.compile(r"#\s+(\S.*)")
_DETAILS: Final = re.compile(r"<details[^>]*>\s*<summary>[^<]*</summary>(.*?)</details>\s*", re.S)
_THINK: Final = re.compile(r"<(think(?:ing)?)>(.*?)</\1>\s*", re.S)
_TIME: Final = re.compile(r"<time(?:[^>]{0,200}?\bdatetime=\"([^\"]{8,40})\")?[^>]{0,200}>([^<]{0,60})</time>\s*")
_QUOTED_TIME: Final = re.compile(r"> ?(\d{4})[/-](\d{1,2})[/-](\d{1,2}),? ([\d:]{4,8})[ \t]*\n+")
_SOURCE: Final = re.compile(r"^Source: \[(.{1,500}?)\]\(<?(https?://[^>)\s]{1,2000})>?\)$", re.M)
_RULE: Final = re.compile(r"(?:\A|\n)[ \t]*(?:-{3,}|\*{3,}|_{3,}|⁂|\* \* \*)[ \t]*\Z")
_TURN_END: Final = re.compile(r"(<\|(?:eot_id|im_end|end)\|>)(<\|)")
_ENDS: Final = ("<|im_end|>", "<|end|>", "<|eot_id|>", "<|endoftext|>", "</s>")


def sniff(head: Head) -> Match | None:
    if head.kind != "text" or head.text.lstrip().startswith("<img"):
        return None
    if own.is_own(head.text):
        return Match("Inglenook")
    style = "template" if is_template(head.text) else style_of(_lines(head.text))
    return Match(style) if style else None


def _lines(text: str) -> list[str]:
    if text.lstrip("\ufeff \t\r\n").startswith(("<|", "<s>")):
        # A model's template has its marks in one line; each turn gets lines of its own.
        text = _TURN_END.sub(r"\1\n\2", text)
    return [line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n")]


def read(document: Document) -> Iterator[Found]:
    found, text = own.copied(document.text(), SYSTEM, document.problem)
    if found is not None:
        yield found
        return
    lines = _lines(text)
    if own.is_own(text):
        style = "own"
        before, turns = turns_of(lines, style)
    elif is_template(text):
        style, before, turns = "template", [], template_turns(text)
    else:
        style = style_of(lines)
        before, turns = turns_of(lines, style) if style in STYLES else (lines, [])
    matter, before = front_matter(before)
    heading = next((found for line in before if (found := _HEADING.fullmatch(line))), None)
    headed = ESCAPED.sub(r"\1", heading[1].strip()) if heading else ""
    matter.pop("inglenook", None)
    title = matter.pop("title", "") or headed or document.stem
    talks = list(dict.fromkeys(turn.talk for turn in turns)) or [""]
    for talk in talks:
        draft = Draft(SYSTEM, talk, title=title)
        _tell(draft, dict(matter))
        said = "\n".join(line for line in before if title != headed or heading is None or line != heading.string)
        if talk == talks[0] and (said := _RULE.sub("", said.strip()).strip()):
            draft.rest["before"] = said
        for turn in turns:
            if turn.talk == talk:
                _add(draft, turn, style)
        try:
            yield draft.finish(raw=text if len(talks) == 1 else "")
        except BadFile as error:
            document.problem(error.message)


def _tell(draft: Draft, matter: dict[str, str | list[str]]) -> None:
    """What the front matter says of the conversation; what has no place of its own is kept."""
    for name in ("created", "date", "create_time", "created_at"):
        at = matter.get(name)
        if draft.created_ms is None and isinstance(at, str) and (ms := stamp.ms(at.removesuffix(" UTC"))) is not None:
            draft.created_ms = ms
            del matter[name]
    for name in ("url", "source", "link"):
        if isinstance(url := matter.get(name), str) and url.startswith(("http://", "https://")) and not draft.url:
            draft.url = url
            del matter[name]
    tags = matter.pop("tags", [])
    draft.tags = [tag for tag in (tags.split(",") if isinstance(tags, str) else tags) if tag.strip()]
    draft.tags = [tag.strip().removeprefix("#") for tag in draft.tags]
    for name in ("model", "models"):
        models = matter.pop(name, "")
        draft.model = draft.model or (models if isinstance(models, str) else next(iter(models), ""))
    folder = matter.pop("folder", "")
    draft.folder = folder if isinstance(folder, str) else ""
    if matter:
        draft.rest["front matter"] = matter


def _add(draft: Draft, turn: Turn, style: str) -> None:
    lines = [re.sub(r"^> ?", "", line) for line in turn.lines] if style == "callouts" else turn.lines
    said = "\n".join(lines).strip("\n")
    while style == "tokens" and (end := next((end for end in _ENDS if said.rstrip().endswith(end)), "")):
        said = said.rstrip().removesuffix(end)
    when, said = _time(turn.when, said)
    model, provider = turn.name, ""
    if facts := FACTS.match(said):
        known = [ESCAPED.sub(r"\1", fact) for fact in facts[1].split(" · ")]
        times = [fact for fact in known if stamp.ms(fact.removesuffix(" UTC")) is not None]
        if times:
            when, said = times[0], said[facts.end() :].lstrip("\n")
            provider = next((fact.removeprefix("by ") for fact in known if fact.startswith("by ")), "")
            model = next((fact for fact in known if fact != when and not fact.startswith("by ")), model)
    parts: list[Part] = []
    at = 0
    while turn.role == "assistant" and (found := _DETAILS.match(said, at) or _THINK.match(said, at)) is not None:
        parts.append(Reasoning(found[found.lastindex or 1].strip()))
        at = found.end()
    said = said[at:]
    sources = [Citation(address, ESCAPED.sub(r"\1", title)) for title, address in _SOURCE.findall(said)]
    said = _SOURCE.sub("", said).strip("\n") if sources else said
    said = said.removesuffix(own.OTHERS) if style == "own" else said
    said = _RULE.sub("", said.rstrip()).rstrip("\n")
    if said.strip():
        parts.append(Text(said))
    author = Author(model=model, served_model=turn.served, provider=provider)
    draft.add(
        turn.role,
        [*parts, *sources],
        created=when.removesuffix(" UTC") or None,
        author=author if turn.role == "assistant" else NOBODY,
    )


def _time(when: str, said: str) -> tuple[str, str]:
    """The time of a message, and what it says without a line that is only its time."""
    if found := _TIME.match(said):
        time = (found[1] or found[2]).strip()
    elif found := _QUOTED_TIME.match(said):
        time = f"{found[1]}-{found[2]:0>2}-{found[3]:0>2} {found[4]:0>5}"
    else:
        return when, said
    return (time, said[found.end() :]) if stamp.ms(time) is not None else (when, said)
