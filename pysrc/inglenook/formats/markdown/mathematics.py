"""Formulas in Markdown as rules for markdown-it: between dollars, `\\(` or `\\[`, in a line and as blocks.

This file knows where a formula begins and ends, by the same rules as the room
(`web/page/markdown/mathematics.js`). It never learns how one is drawn: a
formula stays the TeX that was written, with its signs, and no mark in it is Markdown's.
"""

from __future__ import annotations

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

_BLOCKS: Final = {"$$": "$$", "\\[": "\\]"}
_INLINE: Final = {**_BLOCKS, "\\(": "\\)"}
# No formula has more lines, and a lone sign must not have the rest of a text searched each time.
_LONGEST: Final = 120
# "$5 million and 6$" is money: an amount, then a word.
_MONEY: Final = re.compile(r"\d[\d.,]*+(?:\s*+[kKmMbB])?\s++[A-Za-z]{2,}")
# After pandoc: no space inside the dollars, no digit after the second, and the next dollar decides.
_DOLLARS: Final = re.compile(r"\$(?![\s$])((?:[^$\\]|\\.)++)(?<!\s)\$(?![\d$])", re.DOTALL)
_INTERRUPTS: Final = {"alt": ["paragraph", "reference", "blockquote", "list"]}


def mathematics(md: MarkdownIt) -> None:
    """A plugin: formulas become tokens `formula` and `formula_block`, whose content is the source."""
    md.inline.ruler.before("escape", "formula", _inline)
    md.block.ruler.before("fence", "formula_block", _block, _INTERRUPTS)


def _inline(state: StateInline, silent: bool) -> bool:
    end = _end(state)
    if end < 0 or end > state.posMax:
        return False
    if not silent:
        state.push("formula", "span", 0).content = state.src[state.pos : end]
    state.pos = end
    return True


def _end(state: StateInline) -> int:
    """Where the formula that begins here ends; -1 if none does."""
    text, at = state.src, state.pos
    if text[at] not in "$\\":
        return -1
    close = _INLINE.get(text[at : at + 2])
    if close is not None:
        # The library remembers where a sign stands last, so that what is not there is searched once.
        end = text.find(close, at + 2) if state.html_terminator_last(close) > at else -1
        return end + 2 if end > 0 and text[at + 2 : end].strip() else -1
    before = text[at - 1 : at]
    if text[at] != "$" or before.isalnum() or before in ("_", "$"):
        return -1
    found = _DOLLARS.match(text, at) if state.html_terminator_last("$") > at else None
    return -1 if found is None or "`" in found[1] or _MONEY.match(found[1]) else found.end()


def _block(state: StateBlock, start: int, last: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    first = _line(state, start)
    close = _BLOCKS.get(first[:2])
    if close is None or start < state.env.get(("endless", close), 0):
        return False
    at, line = first.find(close, 2), start
    while at < 0:
        line += 1
        if line - start > _LONGEST:
            # Signs that come before this line need not be followed here again.
            state.env["endless", close] = line
            return False
        if line >= last or (not state.isEmpty(line) and state.sCount[line] < state.blkIndent):
            return False
        text = _line(state, line)
        at = text.find(close)
        first = text if at >= 0 else first
    # What goes on after the formula is a paragraph that holds one.
    if at != len(first) - 2 or (line == start and not first[2:at].strip()):
        return False
    if not silent:
        token = state.push("formula_block", "p", 0)
        token.content = state.getLines(start, line + 1, state.sCount[start], False).rstrip()
        token.map = [start, line + 1]
        state.line = line + 1
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
