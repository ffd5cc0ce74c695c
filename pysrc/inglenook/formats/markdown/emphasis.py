"""Emphasis and strikethrough in Markdown: which delimiters belong together.

This file knows CommonMark's rules for `*` and `_`, and `~~`. Each search goes
back only over what was not looked through before.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Final

_TAGS: Final = {1: "em", 2: "strong"}


@dataclass(slots=True, eq=False)
class Run:
    """A row of the same delimiter; some of it may become tags."""

    place: int
    sign: str
    count: int
    length: int
    opens: bool
    closes: bool
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    def html(self) -> str:
        return "".join([*self.before, self.sign * self.count, *reversed(self.after)])


def flanks(sign: str, before: str, after: str) -> tuple[bool, bool]:
    """Whether a run between these two signs can open, and whether it can close; "" stands for no sign."""
    one, other = _kind(before), _kind(after)
    left = other != "space" and (other != "mark" or one != "letter")
    right = one != "space" and (one != "mark" or other != "letter")
    if sign == "_":
        return left and (not right or one == "mark"), right and (not left or other == "mark")
    return left, right


def pair(runs: list[Run]) -> None:
    """Turn runs into tags where two belong together."""
    stack: list[Run] = []
    # Below this height of the stack nothing was found for such a closer, and never will be.
    lowest: dict[tuple[str, bool, int], int] = {}
    for run in runs:
        while run.closes and run.count:
            key = run.sign, run.opens, run.length % 3
            low = min(lowest.get(key, 0), len(stack))
            place = next((n for n in range(len(stack) - 1, low - 1, -1) if _match(stack[n], run)), -1)
            if place < 0:
                lowest[key] = len(stack)
                break
            del stack[place + 1 :]
            for name, height in lowest.items():
                lowest[name] = min(height, place + 1)
            opener = stack[place]
            used = 2 if opener.count >= 2 and run.count >= 2 else 1
            tag = "del" if run.sign == "~" else _TAGS[used]
            opener.count -= used
            run.count -= used
            opener.after.append(f"<{tag}>")
            run.before.append(f"</{tag}>")
            if not opener.count:
                stack.pop()
        if run.opens and run.count:
            stack.append(run)


def _match(opener: Run, closer: Run) -> bool:
    if opener.sign != closer.sign:
        return False
    both = opener.closes or closer.opens
    return not both or (opener.length + closer.length) % 3 != 0 or (opener.length % 3 == 0 == closer.length % 3)


def _kind(sign: str) -> str:
    """What stands beside a delimiter: nothing and white space count as one."""
    if not sign or sign.isspace():
        return "space"
    return "mark" if unicodedata.category(sign)[0] in "PS" else "letter"
