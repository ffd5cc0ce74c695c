"""What markdown-it would drop, kept: cells beyond a table's head, and what is nested too deeply.

This file knows the library's block rules `table` and the limit of nesting, past
which it leaves text out. It never learns how blocks are shown.
"""

from __future__ import annotations

from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_block.table import escapedSplit, getLine
from markdown_it.token import Token

DEEPEST: Final = 30
# A list takes two levels, and this rule must come before the library's limit.
LIMIT: Final = DEEPEST + 10
# The library fills up short rows, 65,536 cells in each table, so that a few lines could become millions of cells.
MOST_CELLS: Final = 200_000


def kept(md: MarkdownIt) -> None:
    """A plugin: rows keep all their cells, and the blocks below the deepest level are shown as they were written."""
    md.options["maxNesting"] = LIMIT
    md.block.ruler.before("table", "deep", _deep)
    md.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})


def _deep(state: StateBlock, start: int, last: int, silent: bool) -> bool:
    if silent or state.level < DEEPEST:
        return False
    line = start + 1
    while line < last and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        line += 1
    state.push("code_block", "code", 0).content = state.getLines(start, line, state.blkIndent, True)
    state.line = line
    return True


def _table(state: StateBlock, start: int, last: int, silent: bool) -> bool:
    before, cells = len(state.tokens), state.env.get("cells", 0)
    if cells > MOST_CELLS or not table(state, start, last, silent):
        return False
    made, state.tokens[before:] = state.tokens[before:], []
    state.env["cells"] = cells + sum(token.type == "td_open" for token in made)
    columns = sum(token.type == "th_open" for token in made)
    line = start
    for token in made:
        if token.type == "tr_open" and token.map:
            line = token.map[0]
        elif token.type == "tr_close":
            for cell in _cells(state, line, columns)[columns:]:
                state.tokens += _tokens(cell, token.level)
        state.tokens.append(token)
    return True


def _cells(state: StateBlock, line: int, columns: int) -> list[str]:
    text = getLine(state, line).strip().removeprefix("|")
    if text.count("|") < columns:
        return []
    cells = escapedSplit(text)
    return cells if cells[-1] else cells[:-1]


def _tokens(cell: str, level: int) -> list[Token]:
    inline = Token("inline", "", 0, content=cell.strip(), children=[], level=level + 2)
    open, close = Token("td_open", "td", 1, level=level + 1), Token("td_close", "td", -1, level=level + 1, block=True)
    return [open, inline, close]
