"""What stands in a ChatGPT text for its sources: marks of three generations.

This file knows 【3†source】 (2023 to 2025), :contentReference[oaicite:0]{index=0},
and marks of private letters (since 2025). Each is replaced by a link to what
the answer or its search says that it stands for. A private mark that nobody
explains is written with letters that can be read; others stay.
"""

from __future__ import annotations

import re
from typing import Final

from inglenook.core.model import Citation, Json
from inglenook.formats.chatgpt.citations import named_in, of_reference, source_of
from inglenook.formats.chatgpt.inner import inner
from inglenook.formats.chatgpt.turn import Turn
from inglenook.formats.reading.shape import arr, count, obj, text

_MARK: Final = re.compile(
    "\ue200(?P<private>[^\ue200\ue201]*)\ue201"
    "|\u3010(?P<message>\\d{1,4})?[^\u3010\u3011\u2020\\n]{0,80}\u2020[^\u3010\u3011\\n]{0,200}\u3011"
    r"|:contentReference\[oaicite:(?P<place>\d{1,4})\]\{index=\d{1,4}\}"
)
_BETWEEN: Final = "\ue202"


def resolved(turn: Turn, said: str, metadata: Json) -> str:
    """The text with its marks replaced, as far as it is known by what."""
    if "oaicite" not in said and (said.isascii() or ("\ue200" not in said and "\u2020" not in said)):
        return said
    references: dict[str, Json] = {}
    for reference in map(obj, arr(metadata.get("content_references"))):
        references.setdefault(text(reference.get("matched_text")), reference)
    for name, source in named_in(metadata):
        turn.named = turn.named or {}
        turn.named.setdefault(name, source)
    cited = _cited(said, [obj(citation) for citation in arr(metadata.get("citations"))])

    def instead(mark: re.Match[str]) -> str:
        reference = references.get(mark[0])
        if reference is not None and isinstance(alt := reference.get("alt"), str):
            return alt
        shown = " ".join(_link(source) for source in of_reference(reference or {}))
        if not shown:
            shown = cited.get(mark.start(), "") if mark["private"] is None else _private(mark, turn.named or {})
        # A mark touches the word before it, which a link must not.
        apart = shown.startswith("[") and mark.start() and not said[mark.start() - 1].isspace()
        return f" {shown}" if apart else shown or mark[0]

    return _MARK.sub(instead, said)


def _cited(said: str, citations: list[Json]) -> dict[int, str]:
    """What stands for the marks of before 2025, by their places in the text.

    A citation belongs to a mark by its place in the text, by the place that the mark names in the list, or by the
    message that the mark names; if there are as many of both, by their order.
    """
    marks = [mark for mark in _MARK.finditer(said) if mark["private"] is None] if citations else []
    starting: dict[int | None, Json] = {}
    of_message: dict[int | None, Json] = {}
    for citation in citations:
        starting.setdefault(count(citation.get("start_ix")), citation)
        of_message.setdefault(count(obj(obj(citation.get("metadata")).get("extra")).get("cited_message_idx")), citation)
    found: dict[int, str] = {}
    before, wide = 0, 0
    for number, mark in enumerate(marks):
        # Places are counted in code points or in UTF-16 units.
        wide += sum(letter > "\uffff" for letter in said[before : mark.start()])
        before = mark.start()
        place, message = mark["place"], mark["message"]
        for citation in (
            starting.get(before),
            starting.get(before + wide),
            citations[int(place)] if place and int(place) < len(citations) else None,
            of_message.get(int(message)) if message else None,
            citations[number] if len(marks) == len(citations) else None,
        ):
            source = source_of(obj(obj(citation).get("metadata")))
            if source.url or source.title:
                found[before] = _link(source)
                break
    return found


def _private(mark: re.Match[str], sources: dict[str, Citation]) -> str:
    kind, *fields = mark["private"].split(_BETWEEN)
    if kind == "url" and len(fields) == 2 and fields[1].startswith(("https://", "http://")):
        return _link(Citation(fields[1], fields[0]))
    if kind == "entity" and fields and (name := _entity(fields[0])):
        return name
    listed = [sources[field] for field in fields if field in sources]
    return " ".join(_link(source) for source in listed) or f"[{', '.join(filter(None, fields)) or kind}]"


def _link(source: Citation) -> str:
    title = source.title.replace("[", "(").replace("]", ")")
    return f"[{title or source.url}]({source.url})" if source.url else f"[{title}]"


def _entity(fields: str) -> str:
    """The name of a thing: the second member of a JSON list."""
    listed = inner(fields)
    return text(listed[1]) if isinstance(listed, list) and len(listed) > 1 else ""
