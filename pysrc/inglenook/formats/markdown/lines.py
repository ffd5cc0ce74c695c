"""The inside of Markdown's blocks, where chats use more than markdown-it has by itself: bare addresses and tasks.

This file knows a token `inline` and its children. It never learns how they are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_BARE: Final = re.compile(r"(?<![^\W_])https?://[^\s<>\"`*|]++")
_TASK: Final = re.compile(r"\[([ xX])\][ \xa0]")


def lines(md: MarkdownIt) -> None:
    """A plugin: bare addresses become links, and tasks get a sign that is read in any program."""
    md.core.ruler.before("inline", "tasks", _tasks)
    md.core.ruler.push("bare", _bare)


def _tasks(state: StateCore) -> None:
    for item, _, line in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        found = _TASK.match(line.content) if item.type == "list_item_open" and line.type == "inline" else None
        if found is not None:
            line.content = f"{'☐' if found[1] == ' ' else '☑'} {line.content[4:]}"
            item.attrSet("class", "task")


def _bare(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and "://" in token.content:
            token.children = list(_linked(token.children or [], state.md))


def _linked(tokens: list[Token], md: MarkdownIt) -> Iterator[Token]:
    links = 0
    for token in tokens:
        links += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type != "text" or links:
            yield token
            continue
        text, end = token.content, 0
        for found in _BARE.finditer(text):
            address = _trimmed(found[0])
            href = md.normalizeLink(address)
            if not md.validateLink(href):
                continue
            yield Token("text", "", 0, content=text[end : found.start()])
            yield Token("link_open", "a", 1, attrs={"href": href})
            yield Token("text", "", 0, content=address)
            yield Token("link_close", "a", -1)
            end = found.start() + len(address)
        yield Token("text", "", 0, content=text[end:])


def _trimmed(address: str) -> str:
    """An address without what belongs to the sentence around it."""
    spare = {")": address.count(")") - address.count("("), "]": address.count("]") - address.count("[")}
    end = len(address)
    while end and (address[end - 1] in ".,;:!?'_~&" or spare.get(address[end - 1], 0) > 0):
        end -= 1
        if address[end] in spare:
            spare[address[end]] -= 1
    return address[:end]
