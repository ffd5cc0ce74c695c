"""Answers that came as HTML, as Markdown.

This file knows the tags that chat answers use. It never learns whose they are.
Unknown tags vanish, their text stays; scripts and styles vanish with theirs.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

_BLOCKS: Final = frozenset(("p", "div", "section", "article", "table", "ul", "ol", "blockquote", "pre", "tr", "figure"))
_HEADINGS: Final = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_MARKS: Final = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~"}
_SILENT: Final = frozenset(("script", "style", "head", "title"))
# Nothing that was written by hand or by a model is nested deeper.
_DEEPEST: Final = 40


def markdown(html: str) -> str:
    """
    The text of an HTML fragment with Markdown's marks.

    >>> markdown("<p>A <b>bold</b> <a href='https://e.org/'>link</a><br>and<ul><li>one<li>two</ul>")
    'A **bold** [link](https://e.org/)\\nand\\n\\n- one\\n- two'
    """
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.whole()


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._lists: list[int | None] = []
        self._silent = 0
        self._pre = False
        self._quote = 0
        self._links: list[str] = []
        self._cells = 0
        self._rows = 0

    def whole(self) -> str:
        lines = [line.rstrip() for line in "".join(self._out).split("\n")]
        kept: list[str] = []
        for line in lines:
            if line or (kept and kept[-1]):
                kept.append(line)
        return "\n".join(kept).strip("\n")

    def _end(self) -> str:
        return self._out[-1][-1:] if self._out else "\n"

    def _break(self, blank: bool = False) -> None:
        if self._out and not self._out[-1].endswith("\n\n" if blank else "\n"):
            self._out.append("\n" if not blank or self._out[-1].endswith("\n") else "\n\n")
            if self._quote:
                self._out.append("> " * min(self._quote, _DEEPEST))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _HEADINGS:
            self._break(blank=True)
            self._out.append(_HEADINGS[tag])
        elif tag == "br":
            self._out.append("\n")
        elif tag == "hr":
            self._break(blank=True)
            self._out.append("---\n")
        elif tag == "li":
            self._break()
            depth = min(len(self._lists), _DEEPEST)
            number = self._lists[-1] if self._lists else None
            if number is not None:
                self._lists[-1] = number + 1
            self._out.append("  " * max(0, depth - 1) + ("- " if number is None else f"{number}. "))
        elif tag in ("ul", "ol"):
            self._break(blank=not self._lists)
            if len(self._lists) < _DEEPEST:
                self._lists.append(1 if tag == "ol" else None)
        elif tag == "pre":
            self._break(blank=True)
            self._out.append("```\n")
            self._pre = True
        elif tag == "code" and not self._pre:
            self._out.append("`")
        elif tag == "a":
            self._links.append(next((value or "" for name, value in attrs if name == "href"), ""))
            self._out.append("[")
        elif tag == "img":
            said = dict(attrs)
            self._out.append(f"![{said.get('alt') or ''}]({said.get('src') or ''})")
        elif tag in ("td", "th"):
            self._out.append(" | " if self._cells else "| ")
            self._cells += 1
        elif tag == "blockquote":
            self._quote += 1
            self._break(blank=True)
        elif tag in _MARKS:
            self._out.append(_MARKS[tag])
        elif tag in _BLOCKS and not (self._out and self._out[-1].endswith(("- ", ". "))):
            self._break(blank=tag != "tr")
            if tag == "table":
                self._rows = 0
            self._cells = 0

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "pre" and self._pre:
            self._pre = False
            self._break()
            self._out.append("```\n")
        elif tag == "code" and not self._pre:
            self._out.append("`")
        elif tag == "a" and self._links:
            address = self._links.pop()
            self._out.append(f"]({address})" if urlsafe(address) else "]")
        elif tag in ("ul", "ol"):
            if self._lists:
                self._lists.pop()
            self._break(blank=not self._lists)
        elif tag == "tr" and self._cells:
            self._out.append(" |")
            self._rows += 1
            if self._rows == 1:
                self._out.append("\n|" + " --- |" * min(self._cells, 200))
            self._cells = 0
            self._break()
        elif tag == "blockquote":
            self._quote = max(0, self._quote - 1)
            self._break(blank=True)
        elif tag in _MARKS:
            self._out.append(_MARKS[tag])
        elif tag in _HEADINGS or tag in _BLOCKS:
            self._break(blank=True)

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._pre:
            self._out.append(data)
            return
        said = " ".join(data.split())
        if said or data:
            before = " " if data[:1].isspace() and not self._end().isspace() else ""
            after = " " if said and data[-1:].isspace() else ""
            if said or before:
                self._out.append(f"{before}{said}{after}")


def urlsafe(address: str) -> bool:
    """Whether a link may be one: to the web or to a mail address."""
    try:
        return urlsplit(address).scheme in ("http", "https", "mailto")
    except ValueError:
        return False
