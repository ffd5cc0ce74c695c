"""The marks inside a block of Markdown, as HTML: code, emphasis, links, line breaks.

This file knows CommonMark's rules for delimiters, and strikethrough. HTML is
shown as the text that it is, LaTeX stays as it was written, and links lead to
the web or to a mail address. Time grows with the length of the text, not with
what is in it: each search either moves on or is not made again.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from html import escape, unescape
from typing import Final

from inglenook.formats.markdown.emphasis import Run, flanks, pair
from inglenook.formats.reading.markdown_from_html import urlsafe

_SIGN: Final = re.compile(r"[\\`*_~\[\]<&\n$]|!\[|https?://")
_TICKS: Final = re.compile(r"`++")
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ANGLE: Final = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*+)>")
_BARE: Final = re.compile(r"https?://[^\s<>\"`*|]++")
_TARGET: Final = re.compile(
    r"\([ \t\n]*+(?:<(?P<angle>[^<>\n]*+)>|(?P<plain>(?:[^\s()<>]|\([^\s()<>]*+\))*+))"
    r"(?:[ \t\n]++(?:\"[^\"]*+\"|'[^']*+'|\([^()]*+\)))?[ \t\n]*+\)"
)
_PICTURE: Final = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]++=*+")
# What is between these is a formula.
_FORMULA: Final = {"$": ("$$", "$$"), "(": ("\\(", "\\)"), "[": ("\\[", "\\]")}
_ESCAPABLE: Final = frozenset("!\"#$%&'*+,-./:;<=>?@\\^_`{|}~")


def inline(text: str, breaks: bool = False) -> str:
    """
    The HTML of a text without blocks. `breaks`: each line end is shown as one.

    >>> inline("**a** `<b>` ~~c~~ <i>")
    '<strong>a</strong> <code>&lt;b&gt;</code> <del>c</del> &lt;i&gt;'
    """
    return _Inline(text, breaks).made()


class _Inline:
    def __init__(self, text: str, breaks: bool) -> None:
        self._text = text
        self._breaks = breaks
        self._at = 0
        self._out: list[str] = []
        self._runs: list[Run] = []
        # Of each bracket that is open: where it stands in the result, and how many runs and links came before.
        self._brackets: list[tuple[int, int, int]] = []
        self._links: list[tuple[int, int]] = []
        self._ticks: dict[int, list[int]] | None = None
        self._missing: set[str] = set()

    def made(self) -> str:
        text = self._text
        while (sign := _SIGN.search(text, self._at)) is not None:
            self._put(text[self._at : sign.start()])
            self._at = sign.start()
            self._take(sign[0])
        self._put(text[self._at :])
        self._pair(0)
        return "".join(self._out)

    def _put(self, text: str) -> None:
        if text:
            self._out.append(escape(text))

    def _literal(self, length: int = 1) -> None:
        self._put(self._text[self._at : self._at + length])
        self._at += length

    def _take(self, sign: str) -> None:
        match sign:
            case "\\":
                self._backslash()
            case "$":
                if not self._formula("$"):
                    self._literal()
            case "`":
                self._code()
            case "*" | "_" | "~":
                self._delimiters(sign)
            case "[" | "![":
                self._brackets.append((len(self._out), len(self._runs), len(self._links)))
                self._literal(len(sign))
            case "]":
                self._bracket()
            case "<":
                if found := _ANGLE.match(self._text, self._at):
                    self._linked(found[1], found[0])
                else:
                    self._literal()
            case "&":
                found = _ENTITY.match(self._text, self._at)
                self._put(unescape(found[0]) if found else "&")
                self._at += len(found[0]) if found else 1
            case "\n":
                self._line_end()
            case _:
                self._bare()

    def _backslash(self) -> None:
        after = self._text[self._at + 1 : self._at + 2]
        if after in ("(", "[") and self._formula(after):
            return
        if after == "\n":
            self._out.append("<br>\n")
            self._at += 2
        elif after and after in _ESCAPABLE:
            self._put(after)
            self._at += 2
        else:
            # The signs of formulas stay as well: whoever reads it without a renderer needs them.
            self._literal(2 if after and after in "()[]" else 1)

    def _formula(self, kind: str) -> bool:
        begin, end = _FORMULA[kind]
        if kind in self._missing or not self._text.startswith(begin, self._at):
            return False
        found = self._text.find(end, self._at + 2)
        if found < 0:
            self._missing.add(kind)
            return False
        self._literal(found + 2 - self._at)
        return True

    def _code(self) -> None:
        if self._ticks is None:
            self._ticks = {}
            for row in _TICKS.finditer(self._text):
                self._ticks.setdefault(len(row[0]), []).append(row.start())
        length = len(_TICKS.match(self._text, self._at)[0])  # type: ignore[index]
        ends = self._ticks.get(length, [])
        after = bisect_left(ends, self._at + length)
        if after == len(ends):
            self._literal(length)
            return
        said = self._text[self._at + length : ends[after]].replace("\n", " ")
        if said.startswith(" ") and said.endswith(" ") and said.strip(" "):
            said = said[1:-1]
        self._out.append(f"<code>{escape(said)}</code>")
        self._at = ends[after] + length

    def _delimiters(self, sign: str) -> None:
        text, start = self._text, self._at
        end = start
        while end < len(text) and text[end] == sign:
            end += 1
        self._at = end
        opens, closes = flanks(sign, text[start - 1 : start], text[end : end + 1])
        if sign == "~" and end - start != 2:
            opens = closes = False
        if opens or closes:
            self._runs.append(Run(len(self._out), sign, end - start, end - start, opens, closes))
        self._out.append(text[start:end])

    def _pair(self, bottom: int) -> None:
        """Settle what the runs from this one on are, and forget them."""
        runs = self._runs[bottom:]
        del self._runs[bottom:]
        pair(runs)
        for run in runs:
            self._out[run.place] = run.html()

    def _bracket(self) -> None:
        if not self._brackets:
            self._literal()
            return
        place, runs, links = self._brackets.pop()
        found = _TARGET.match(self._text, self._at + 1)
        address = unescape(found["angle"] or found["plain"] or "") if found else ""
        shown = self._out[place] == "!["
        picture = shown and _PICTURE.fullmatch(address) is not None
        if found is None or not (picture or urlsafe(address)):
            self._literal()
            return
        self._at = found.end()
        self._pair(runs)
        # No link may stand inside another one.
        for begin, end in self._links[links:]:
            self._out[begin] = self._out[end] = ""
        del self._links[links:]
        if picture:
            name = re.sub(r"<[^<>]*+>", "", "".join(self._out[place + 1 :]))
            self._out[place:] = [f'<img src="{escape(address)}" alt="{name}">']
            return
        name = "".join(self._out[place + 1 :]).strip() or escape(address)
        self._out[place:] = []
        self._linked(address, None, name)
        if not shown:
            self._brackets.clear()

    def _linked(self, address: str, source: str | None, name: str | None = None) -> None:
        """A link; `source` is what is passed over, and shown if it must not be one."""
        if source is not None and not urlsafe(address):
            self._literal(len(source))
            return
        begin = len(self._out)
        shown = escape(address) if name is None else name
        self._out += [f'<a href="{escape(address)}" rel="noreferrer">', shown, "</a>"]
        self._links.append((begin, begin + 2))
        self._at += len(source or "")

    def _bare(self) -> None:
        found = _BARE.match(self._text, self._at)
        before = self._text[self._at - 1 : self._at] if self._at else ""
        if found is None or before.isalnum():
            self._literal(4)
            return
        address = _trimmed(found[0])
        if self._brackets and "](" in address:
            address = address[: address.index("](")]
        self._linked(address, address)

    def _line_end(self) -> None:
        last = self._out[-1] if self._out else ""
        if last.endswith(" ") and self._text[self._at - 1] == " ":
            self._out[-1] = last.rstrip(" ")
        hard = self._breaks or last.endswith("  ")
        self._out.append("<br>\n" if hard else "\n")
        self._at += 1


def _trimmed(address: str) -> str:
    """An address without what belongs to the sentence around it."""
    spare = {")": address.count(")") - address.count("("), "]": address.count("]") - address.count("[")}
    end = len(address)
    while end and (address[end - 1] in ".,;:!?'_~&" or spare.get(address[end - 1], 0) > 0):
        end -= 1
        if address[end] in spare:
            spare[address[end]] -= 1
    return address[:end]
