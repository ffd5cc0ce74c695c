"""Markdown as HTML, as much of it as chat answers use, for pages that must work without any script.

This file knows CommonMark's blocks, tables, and formulas, which stay as they
were written. HTML inside a text is shown as the text that it is. Each line is
looked at a fixed number of times for each level of nesting, and there are few
levels; what is nested more deeply is a paragraph. It is long because blocks
nest in each other, so that none can be told apart without the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Final

from inglenook.formats.markdown.inline import inline
from inglenook.formats.markdown.table import aligned, cells, table

_FENCE: Final = re.compile(r"( {0,3})(`{3,}+(?=[^`]*+$)|~{3,}+)[ \t]*+([^\s`]*+)")
_HEADING: Final = re.compile(r" {0,3}(#{1,6}+)(?:[ \t]++(.*))?$")
_ITEM: Final = re.compile(r"( *+)([-+*]|[0-9]{1,9}[.)])(?:([ \t]++)(.*+))?$")
_QUOTE: Final = re.compile(r" {0,3}> ?(.*+)$")
_LANGUAGE: Final = re.compile(r"[\w+#.-]{1,30}")
_FORMULAS: Final = {"$$": "$$", "\\[": "\\]"}
_TASKS: Final = {"[ ] ": "\u2610 ", "[x] ": "\u2611 ", "[X] ": "\u2611 "}
_DEEPEST: Final = 8


def html(text: str, *, top: int = 1, breaks: bool = False) -> str:
    """
    The blocks of a Markdown text. `top` is the level of its highest heading; `breaks`: each line end is shown as one.

    >>> print(html("# A\\n\\n**b** `<c>`\\n- one\\n  - two", top=3))
    <h3>A</h3>
    <p><strong>b</strong> <code>&lt;c&gt;</code></p>
    <ul>
    <li>one
    <ul>
    <li>two</li>
    </ul></li>
    </ul>
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd").rstrip("\n").split("\n")
    return "\n".join(_Blocks([_untabbed(line) for line in lines], top, breaks, 0).made())


def _untabbed(line: str) -> str:
    lean = line.lstrip(" \t")
    return line[: len(line) - len(lean)].expandtabs(4) + lean


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_rule(line: str) -> bool:
    bare = line.replace(" ", "").replace("\t", "")
    return len(bare) >= 3 and bare[0] in "-*_" and bare == bare[0] * len(bare) and _indent(line) < 4


def _ends_fence(line: str, fence: str) -> bool:
    bare = line.strip()
    return len(bare) >= len(fence) and bare == fence[0] * len(bare)


def _begins(line: str) -> bool:
    """Whether a line begins a block of its own even right below a paragraph."""
    if not line.strip():
        return True
    item = _ITEM.match(line)
    # A year at the start of a line is no list, and neither is a lonely sign.
    if item is not None and item[4] and len(item[1]) < 4 and (not item[2][0].isdigit() or item[2][:-1] == "1"):
        return True
    return bool(_FENCE.match(line) or _HEADING.match(line) or _QUOTE.match(line)) or _is_rule(line)


class _Blocks:
    """The blocks of some lines, at one level of nesting. `tight`: its paragraphs need no space around them."""

    def __init__(self, lines: list[str], top: int, breaks: bool, depth: int, tight: bool = False) -> None:
        self._lines = lines
        self._top = top
        self._breaks = breaks
        self._depth = depth
        self._tight = tight
        self._at = 0
        self._out: list[str] = []
        self._paragraph: list[str] = []
        self._endless: set[str] = set()

    def made(self) -> list[str]:
        steps: tuple[Callable[[str], bool], ...] = (
            self._blank, self._code, self._fence, self._formula, self._heading, self._underlined, self._rule,
            self._quote, self._list, self._table,
        )  # fmt: skip
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not any(step(line) for step in steps):
                self._paragraph.append(line.lstrip())
                self._at += 1
        self._close()
        return self._out

    def _close(self) -> None:
        if self._paragraph:
            said = inline("\n".join(self._paragraph).rstrip(), self._breaks)
            self._out.append(said if self._tight else f"<p>{said}</p>")
            self._paragraph = []

    def _block(self, made: str, after: int) -> bool:
        self._close()
        self._out.append(made)
        self._at = after
        return True

    def _inner(self, lines: list[str], tight: bool = False) -> str:
        return "\n".join(_Blocks(lines, self._top, self._breaks, self._depth + 1, tight).made())

    def _blank(self, line: str) -> bool:
        if line.strip():
            return False
        self._close()
        self._at += 1
        return True

    def _code(self, line: str) -> bool:
        if self._paragraph or not line.startswith("    "):
            return False
        end = self._at
        while end < len(self._lines) and (self._lines[end].startswith("    ") or not self._lines[end].strip()):
            end += 1
        after = end
        while not self._lines[end - 1].strip():
            end -= 1
        said = "\n".join(row[4:] for row in self._lines[self._at : end])
        return self._block(f"<pre><code>{escape(said)}\n</code></pre>", after)

    def _fence(self, line: str) -> bool:
        found = _FENCE.match(line)
        if found is None:
            return False
        end = self._at + 1
        while end < len(self._lines) and not _ends_fence(self._lines[end], found[2]):
            end += 1
        rows = [row[min(len(found[1]), _indent(row)) :] for row in self._lines[self._at + 1 : end]]
        language = f' data-language="{escape(found[3])}"' if _LANGUAGE.fullmatch(found[3]) else ""
        said = escape("".join(f"{row}\n" for row in rows))
        return self._block(f"<pre{language}><code>{said}</code></pre>", end + 1)

    def _formula(self, line: str) -> bool:
        lean = line.strip()
        sign = lean[:2]
        if sign not in _FORMULAS or sign in self._endless or _FORMULAS[sign] in lean[2:]:
            return False
        end = self._at + 1
        while end < len(self._lines) and not self._lines[end].rstrip().endswith(_FORMULAS[sign]):
            end += 1
        if end == len(self._lines):
            self._endless.add(sign)
            return False
        said = escape("\n".join(self._lines[self._at : end + 1]))
        return self._block(f'<p class="formula">{said}</p>', end + 1)

    def _heading(self, line: str) -> bool:
        found = _HEADING.match(line)
        if found is None:
            return False
        said = (found[2] or "").strip()
        bare = said.rstrip("#")
        said = bare.rstrip() if not bare or bare[-1] in " \t" else said
        return self._block(self._headed(len(found[1]), said), self._at + 1)

    def _headed(self, level: int, said: str) -> str:
        level = min(6, level + self._top - 1)
        return f"<h{level}>{inline(said)}</h{level}>"

    def _underlined(self, line: str) -> bool:
        lean = line.strip()
        if not self._paragraph or lean[0] not in "=-" or lean != lean[0] * len(lean) or _indent(line) > 3:
            return False
        said, self._paragraph = "\n".join(self._paragraph).rstrip(), []
        return self._block(self._headed(1 if lean[0] == "=" else 2, said), self._at + 1)

    def _rule(self, line: str) -> bool:
        return _is_rule(line) and self._block("<hr>", self._at + 1)

    def _quote(self, line: str) -> bool:
        if self._depth >= _DEEPEST or _QUOTE.match(line) is None:
            return False
        inner: list[str] = []
        end = self._at
        while end < len(self._lines):
            row = self._lines[end]
            quoted = _QUOTE.match(row)
            # A paragraph may go on without its sign.
            if quoted is None and (not inner[-1].strip() or _begins(row)):
                break
            inner.append(quoted[1] if quoted is not None else row)
            end += 1
        return self._block(f"<blockquote>\n{self._inner(inner)}\n</blockquote>", end)

    def _list(self, line: str) -> bool:
        first = _ITEM.match(line)
        if first is None or self._depth >= _DEEPEST or len(first[1]) > 3 or (self._paragraph and not _begins(line)):
            return False
        kind = first[2][-1]
        items: list[list[str]] = []
        loose = False
        at = self._at
        while at < len(self._lines):
            found = _ITEM.match(self._lines[at])
            if found is None or found[2][-1] != kind or len(found[1]) > 3 or _is_rule(self._lines[at]):
                break
            item, at = self._item(at, found)
            blank = not item[-1].strip() and len(item) > 1
            while len(item) > 1 and not item[-1].strip():
                item.pop()
            loose = loose or _is_loose(item)
            items.append(item)
            if blank and at < len(self._lines) and (after := _ITEM.match(self._lines[at])) is not None:
                loose = loose or (after[2][-1] == kind and len(after[1]) < 4)
        number = first[2][:-1]
        tag = "ol" if number else "ul"
        start = f' start="{int(number)}"' if number and int(number) != 1 else ""
        made = "\n".join(f"<li>{self._inner(item, not loose)}</li>" for item in items)
        return self._block(f"<{tag}{start}>\n{made}\n</{tag}>", at)

    def _item(self, at: int, found: re.Match[str]) -> tuple[list[str], int]:
        """The lines of an item without its sign and indent, and the number of the line after it."""
        space = len((found[3] or " ").expandtabs(4))
        text = found[4] or ""
        wide = len(found[1]) + len(found[2]) + (space if space < 5 and text else 1)
        task = next((mark for name, mark in _TASKS.items() if text.startswith(name)), "")
        text = task + text[4:] if task else text
        item = [" " * (space - 1) + text if space > 4 else text]
        fence = _fence_of(item[0])
        at += 1
        while at < len(self._lines):
            row = self._lines[at]
            inside = _indent(row) >= wide
            if row.strip() and not inside and (fence or not item[-1].strip() or _begins(row) or _ITEM.match(row)):
                break
            item.append(row[wide:] if inside else row.lstrip())
            if fence and _ends_fence(item[-1], fence):
                fence = ""
            elif not fence:
                fence = _fence_of(item[-1])
            at += 1
        return item, at

    def _table(self, line: str) -> bool:
        if "|" not in line or self._at + 1 >= len(self._lines):
            return False
        aligns = aligned(self._lines[self._at + 1])
        head = cells(line) if aligns else []
        if not aligns or len(head) != len(aligns):
            return False
        end = self._at + 2
        while end < len(self._lines) and "|" in self._lines[end]:
            end += 1
        return self._block(table(head, self._lines[self._at + 2 : end], aligns), end)


def _fence_of(line: str) -> str:
    found = _FENCE.match(line)
    return found[2] if found is not None else ""


def _is_loose(item: list[str]) -> bool:
    """Whether blank lines stand between an item's own paragraphs."""
    fence, blank = "", False
    for line in item:
        if fence:
            fence = "" if _ends_fence(line, fence) else fence
            continue
        if blank and line.strip() and not line.startswith(" ") and _ITEM.match(line) is None:
            return True
        blank = not line.strip()
        fence = _fence_of(line)
    return False
