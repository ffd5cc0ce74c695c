"""Tables in Markdown, as HTML.

This file knows how a row is cut into cells, and how the line below a table's
head says where they stand. A row keeps the cells that it has.
"""

from __future__ import annotations

import re
from typing import Final

from inglenook.formats.markdown.inline import inline

_BAR: Final = re.compile(r"(?<!\\)\|")
_ALIGN: Final = re.compile(r"(:?)-++(:?)")


def table(head: list[str], rows: list[str], aligns: list[str]) -> str:
    """The HTML of a table: the cells of its head, the lines of its body, and where its columns stand."""
    body = "".join(f"<tr>{row('td', cells(line), aligns)}</tr>\n" for line in rows)
    body = f"<tbody>\n{body}</tbody>\n" if rows else ""
    top = f"<thead>\n<tr>{row('th', head, aligns)}</tr>\n</thead>"
    return f'<div class="table"><table>\n{top}\n{body}</table></div>'


def cells(line: str) -> list[str]:
    bare = line.strip()
    inner = bare[1:] if bare.startswith("|") else bare
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _BAR.split(inner)]


def aligned(line: str) -> list[str]:
    """How the columns below a table's head stand; nothing if the line is not what stands there."""
    if "-" not in line or "|" not in line or not set(line) <= set("|:- \t") or (len(line) - len(line.lstrip(" "))) > 3:
        return []
    aligns = []
    for cell in cells(line):
        found = _ALIGN.fullmatch(cell)
        if found is None:
            return []
        side = "center" if found[1] and found[2] else "right" if found[2] else ""
        aligns.append(f' style="text-align:{side}"' if side else "")
    return aligns


def row(tag: str, cells: list[str], aligns: list[str]) -> str:
    return "".join(
        f"<{tag}{aligns[place] if place < len(aligns) else ''}>{inline(cell)}</{tag}>"
        for place, cell in enumerate(cells)
    )
