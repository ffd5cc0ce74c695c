"""Documents that were written together with ChatGPT (its canvas), from the calls that wrote and changed them.

This file knows the two calls and their answer. A change that cannot be
followed makes a document unknown until it is written anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from inglenook.core.model import Code, Json
from inglenook.formats.chatgpt.inner import inner
from inglenook.formats.reading.shape import arr, obj, text

_CREATE: Final = "canmore.create_textdoc"
_UPDATE: Final = "canmore.update_textdoc"
# Letters that are written for the documents of one conversation; beyond, the calls stand alone.
MOST: Final = 32 << 20
# Of so many documents the content is known; who has more loses the oldest.
_MOST_KNOWN: Final = 200
_ALL: Final = frozenset((".*", "(?s).*", "(?s)^.*$", "^.*$", "[\\s\\S]*", ".+"))
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_SIGNS: Final = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Papers:
    """The documents as they are at some node.

    `last` names the one that was changed last, `asked` is an open change, `left` is how much may still be written.
    """

    known: dict[str, tuple[str | None, str]] = field(default_factory=dict)
    last: str = ""
    asked: Json | None = None
    left: int = MOST


NO_PAPERS: Final = Papers()


def called(papers: Papers, recipient: str, asked: str, id: str) -> tuple[Papers, Code | None]:
    """After a call: a new document at once; a change waits for the answer, which says of which document."""
    if recipient not in (_CREATE, _UPDATE):
        return papers, None
    call = obj(inner(asked))
    if recipient == _UPDATE:
        return replace(papers, asked=call), None
    content, kind = text(call.get("content")), text(call.get("type"))
    if not content:
        return papers, None
    return _written(papers, id, content, kind)


def answered(papers: Papers, canvas: Json) -> tuple[Papers, Code | None]:
    """After the answer to a call: its document has a name from now on, and the change is made."""
    name = text(canvas.get("textdoc_id"))
    if not name or not papers.last:
        return replace(papers, asked=None), None
    if papers.asked is None:
        known = dict(papers.known)
        if name not in known:
            known[name] = known.pop(papers.last, (None, ""))
        return replace(papers, known=known, last=name), None
    content, kind = papers.known.get(name, (None, ""))
    # What the user changed is not in the export, so only a whole new text is known.
    content = None if canvas.get("has_user_edit") else content
    return _written(papers, name, _changed(content, papers.asked), kind)


def _written(papers: Papers, name: str, content: str | None, kind: str) -> tuple[Papers, Code | None]:
    known = {other: paper for other, paper in papers.known.items() if other != name}
    if len(known) >= _MOST_KNOWN:
        del known[next(iter(known))]
    known[name] = (content, kind)
    if content is None or len(content) > papers.left:
        return Papers(known, name, None, papers.left), None
    language = kind.removeprefix("code/") if kind.startswith("code/") else "markdown"
    return Papers(known, name, None, papers.left - len(content)), Code(content, language)


def _changed(content: str | None, call: Json) -> str | None:
    """The content after a call's changes; None if one of them cannot be followed."""
    for update in map(obj, arr(call.get("updates"))):
        pattern, new = text(update.get("pattern")), text(update.get("replacement"))
        if pattern in _ALL:
            content = new
            continue
        # A pattern from outside is not run as one: it could take for ever. Most are plain texts, escaped.
        plain = pattern if content and pattern in content else _ESCAPED.sub(_sign, pattern)
        if not content or not plain or plain not in content:
            return None
        content = content.replace(plain, new, -1 if update.get("multiple") is True else 1)
    return content


def _sign(escape: re.Match[str]) -> str:
    return _SIGNS.get(escape[1], escape[1])
