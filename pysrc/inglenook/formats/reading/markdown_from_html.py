"""Answers that came as HTML, as Markdown.

This file knows the tags that chat answers use. It never learns whose they are.
Unknown tags vanish, their text stays; scripts and styles vanish with theirs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

from inglenook.formats.reading.tags import tame

_BLOCKS: Final = frozenset(("p", "div", "section", "article", "figure", "header", "footer", "dl", "dt", "dd"))
_HEADINGS: Final = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_MARKS: Final = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~"}
_SILENT: Final = frozenset(("script", "style", "head", "title"))
# What holds lines that are written apart from those around it, and outside of what a new one never ends an old one.
_HOLDERS: Final = {
    "ul": "list", "ol": "list", "li": "item", "blockquote": "quote", "pre": "code", "table": "table", "tr": "row",
    "td": "cell", "th": "cell",
}  # fmt: skip
_WITHIN: Final = {"item": "list", "row": "table", "cell": "row"}
# Nothing that was written by hand or by a model is nested deeper.
_DEEPEST: Final = 40
# Stands for an empty line of code, which is kept.
_EMPTY: Final = "\x01"


def markdown(html: str) -> str:
    """
    The text of an HTML fragment with Markdown's marks.

    >>> markdown("<p>A <b>bold</b> <a href='https://e.org/'>link</a><br>and<ul><li>one<li>two</ul>")
    'A **bold** [link](https://e.org/)\\nand\\n\\n- one\\n- two'
    """
    parser = _Parser()
    parser.feed(tame(html.replace(_EMPTY, "")))
    parser.close()
    return parser.whole()


@dataclass(slots=True)
class _Holder:
    kind: str
    out: list[str] = field(default_factory=list)
    number: int | None = None
    language: str = ""
    rows: int = 0


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._holders = [_Holder("page")]
        self._silent = 0
        self._links: list[str] = []

    def whole(self) -> str:
        while len(self._holders) > 1:
            self._close_last()
        return re.sub(f" *{_EMPTY}", "", _tidy(self._holders[0].out))

    @property
    def _out(self) -> list[str]:
        return self._holders[-1].out

    @property
    def _code(self) -> bool:
        return self._holders[-1].kind == "code"

    def _break(self, blank: bool = False) -> None:
        if self._out and not self._out[-1].endswith("\n\n" if blank else "\n"):
            self._out.append("\n\n" if blank else "\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in _SILENT:
            self._silent += 1
        elif tag in _HOLDERS:
            self._open(tag)
        elif tag == "br":
            self._out.append("\n")
        elif tag == "code" and self._code:
            found = re.search(r"\blang(?:uage)?-([\w+#.-]{1,30})", said.get("class") or "")
            self._holders[-1].language = found[1] if found else ""
        elif self._code:
            return
        elif tag in _HEADINGS:
            self._break(blank=True)
            self._out.append(_HEADINGS[tag])
        elif tag == "hr":
            self._break(blank=True)
            self._out.append("---\n\n")
        elif tag == "code":
            self._out.append("`")
        elif tag == "a":
            self._links.append(said.get("href") or "")
            self._out.append("[")
        elif tag == "img":
            self._out.append(f"![{said.get('alt') or ''}]({said.get('src') or ''})")
        elif tag in _MARKS:
            self._out.append(_MARKS[tag])
        elif tag in _BLOCKS:
            self._break(blank=True)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _HOLDERS:
            self._close(_HOLDERS[tag])
        elif self._code:
            return
        elif tag == "code":
            self._out.append("`")
        elif tag == "a" and self._links:
            address = self._links.pop()
            self._out.append(f"]({address})" if urlsafe(address) else "]")
        elif tag in _MARKS:
            self._out.append(_MARKS[tag])
        elif tag in _HEADINGS or tag in _BLOCKS:
            self._break(blank=True)

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._code:
            self._out.append(data)
            return
        said = " ".join(data.split())
        if said or data:
            end = self._out[-1][-1:] if self._out else "\n"
            before = " " if data[:1].isspace() and not end.isspace() else ""
            after = " " if said and data[-1:].isspace() else ""
            if said or before:
                self._out.append(f"{before}{said}{after}")

    def _open(self, tag: str) -> None:
        kind = _HOLDERS[tag]
        if kind in _WITHIN:
            # The one before it may have been left open.
            self._close(kind)
        if kind == "item" and self._holders[-1].kind != "list":
            self._open("ul")
        if len(self._holders) < _DEEPEST and _WITHIN.get(kind, "") in ("", self._holders[-1].kind):
            self._holders.append(_Holder(kind, number=1 if tag == "ol" else None))
        else:
            self._break()

    def _close(self, kind: str) -> None:
        for place in range(len(self._holders) - 1, 0, -1):
            if self._holders[place].kind == kind:
                while len(self._holders) > place:
                    self._close_last()
                return
            if self._holders[place].kind == _WITHIN.get(kind):
                return

    def _close_last(self) -> None:
        """Write what the last holder holds into the one around it."""
        held = self._holders.pop()
        around = self._holders[-1]
        if held.kind == "code":
            self._break(blank=True)
            around.out.append(f"{_fenced(''.join(held.out), held.language)}\n\n")
            return
        said = _tidy(held.out)
        match held.kind:
            case "item":
                mark = "- " if around.number is None else f"{around.number}. "
                around.number = around.number and around.number + 1
                around.out.append(f"{mark}{said.replace('\n', '\n' + ' ' * len(mark))}\n")
            case "quote" if said:
                self._break(blank=True)
                around.out.append("> " + said.replace("\n", "\n> ") + "\n\n")
            case "cell":
                around.out.append(f"{' '.join(said.split()).replace('|', '\\|')} |")
                around.rows += 1
            case "row" if said:
                around.rows += 1
                around.out.append("| " + said.replace(" |", " | ").rstrip() + "\n")
                if around.rows == 1:
                    around.out.append("|" + " --- |" * min(held.rows, 200) + "\n")
            case "list" | "table" if said:
                self._break(blank=around.kind != "item")
                around.out.append(f"{said}\n" if around.kind == "item" else f"{said}\n\n")


def _tidy(out: list[str]) -> str:
    """Lines without spaces at their ends, and never two empty ones."""
    kept: list[str] = []
    for line in "".join(out).split("\n"):
        line = line.rstrip()
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


def _fenced(code: str, language: str) -> str:
    ticks = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, ticks + 1)
    lines = [line.rstrip() or _EMPTY for line in code.strip("\n").split("\n")]
    return "\n".join([fence + language, *lines, fence])


def urlsafe(address: str) -> bool:
    """Whether a link may be one: to the web or to a mail address."""
    try:
        return urlsplit(address).scheme in ("http", "https", "mailto")
    except ValueError:
        return False
