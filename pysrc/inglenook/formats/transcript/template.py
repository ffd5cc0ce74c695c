"""The prompt template of older Llama and Mistral models as a transcript: `[INST] … [/INST] …`.

This file knows its marks, which stand anywhere in a line. It never learns what
is said between them.
"""

from __future__ import annotations

import re
from typing import Final

from inglenook.formats.transcript.labels import Turn

_ASKED: Final = re.compile(r"\[INST\]|\[/INST\]")
_SYSTEM: Final = re.compile(r"<<SYS>>(.*?)<</SYS>>", re.S)
_AROUND: Final = ("<s>", "</s>")


def is_template(text: str) -> bool:
    """Whether a text begins with a question in this template, and has an answer."""
    begins = text[:100].lstrip("\ufeff \t\r\n").removeprefix("<s>").lstrip()
    return begins.startswith("[INST]") and "[/INST]" in text


def template_turns(text: str) -> list[Turn]:
    """Questions and answers in turn; what the system was told stands in the first question."""
    turns: list[Turn] = []
    role, at = "", 0
    for mark in [*_ASKED.finditer(text), None]:
        said = _bare(text[at : mark.start() if mark else len(text)])
        if role == "user" and (found := _SYSTEM.match(said)) is not None:
            turns.append(Turn("system", "", found[1].strip().split("\n")))
            said = said[found.end() :].strip()
        if role and said:
            turns.append(Turn("user" if role == "user" else "assistant", "", said.split("\n")))
        if mark is not None:
            role, at = ("user" if mark[0] == "[INST]" else "assistant"), mark.end()
    return turns


def _bare(said: str) -> str:
    """What is said, without the marks that stand around a turn."""
    said = said.strip()
    while (bare := next((m for m in _AROUND if said.startswith(m) or said.endswith(m)), None)) is not None:
        said = said.removeprefix(bare).removesuffix(bare).strip()
    return said
