"""Our own Markdown, read again: as the conversation in the comment at its end, or by the headings that it has.

This file knows the mark in the front matter and the headings that `markdown`
writes, which may name anybody; the line below them says when. It never learns
how transcripts of other programs look.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Json
from inglenook.formats.markdown.embedded import conversation_in, split
from inglenook.formats.reading.found import Found
from inglenook.formats.reading.ids import conversation_id
from inglenook.formats.reading.shape import obj
from inglenook.formats.sidecar import came_from

CHANGED: Final = "It was changed since Inglenook wrote it, and is read as the text that it is now."
# What stands before all that is not on the shown path.
OTHERS: Final = "\n---\n\n# Other versions"

_MARK: Final = re.compile(r"\ufeff?---\r?\n(?:\w+: .*\n)*?inglenook: 1\r?\n")
_DATED: Final = re.compile(r"\r?\n\*\d{4}-\d\d-\d\d \d\d:\d\d UTC\b")
_ESCAPED: Final = re.compile(r"\\([\\`*_\[\]<>#|~&])")


def is_own(text: str) -> bool:
    """Whether a text is our own, by its beginning."""
    return _MARK.match(text) is not None


def copied(text: str, system: str, problem: Callable[[str], object]) -> tuple[Found | None, str]:
    """The conversation in the comment, as one of `system`; else None, with a word to `problem`, and the text alone."""
    above, inner = split(text)
    if not inner:
        return None, text
    try:
        conversation = conversation_in(above, inner)
    except BadFile as error:
        problem(error.message)
        conversation = None
    if conversation is None:
        problem(CHANGED)
        return None, above
    came = came_from(conversation)
    again = came.get("system") == system and isinstance(came.get("id"), str)
    source: Json = {"system": system, "id": came["id"] if again else conversation.id}
    extra: Json = {**conversation.extra, "source": source}
    if came and not again:
        extra["rest"] = {**obj(extra.get("rest")), "source": came}
    return Found(replace(conversation, id=conversation_id(system, source["id"]), extra=extra), text), text


def speaker(lines: list[str], number: int) -> str | None:
    """Whom the heading in this line names; None if no message begins there."""
    if not lines[number].startswith("## ") or not _DATED.match("\n".join(lines[number + 1 : number + 3])):
        return None
    return _ESCAPED.sub(r"\1", lines[number].removeprefix("## ")).strip()
