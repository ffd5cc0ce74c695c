"""Artifacts and files that Claude writes with commands, carried out in order to see what they became.

This file knows the commands of the tools `artifacts`, `create_file` and
`str_replace`. It never learns which message they stand in. The calls themselves
are kept as they are; what is worked out here is shown besides them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from inglenook.core.model import Json
from inglenook.formats.reading.draft import text_of

# Letters that are written for the versions of one conversation; beyond, the commands stand alone.
MOST: Final = 32 << 20
# Of so many the last version is known; who has more loses the oldest.
_MOST_KNOWN: Final = 200

_LANGUAGES: Final = {
    "text/markdown": "markdown", "text/html": "html", "image/svg+xml": "svg",
    "application/vnd.ant.mermaid": "mermaid", "application/vnd.ant.react": "jsx",
}  # fmt: skip
_ENDINGS: Final = {
    "md": "markdown", "py": "python", "js": "javascript", "ts": "typescript", "sh": "bash", "yml": "yaml", "rs": "rust",
    "rb": "ruby", "htm": "html", "txt": "text",
}  # fmt: skip

Version = tuple[str, str]  # text and language
State = dict[str, Version]


@dataclass(slots=True)
class Budget:
    """How many letters may still be written; one for a conversation."""

    left: int = MOST


@dataclass(slots=True)
class Artifacts:
    """What there is at one message, beginning with what there was at the one before. `state` is never changed."""

    state: State
    budget: Budget

    def after(self, tool: str, given: Json) -> tuple[str, str, str] | None:
        """Carry out one call: key, text and language of what it made; None if it made nothing that is known."""
        command = text_of(given.get("command")) if tool == "artifacts" else tool
        key = text_of(given.get("id")) if tool == "artifacts" else text_of(given.get("path"))
        before = self.state.get(key)
        match command:
            case "create" | "rewrite" if tool == "artifacts":
                text, language = text_of(given.get("content")), _language(given) or (before[1] if before else "")
            case "create_file":
                text, language = text_of(given.get("file_text")), _by_ending(key)
            case "update" | "str_replace" if before and (old := text_of(given.get("old_str"))) in before[0]:
                self.budget.left -= len(before[0])
                if not old or self.budget.left < 0:
                    return None
                text, language = before[0].replace(old, text_of(given.get("new_str")), 1), before[1]
            case _:
                return None
        self.budget.left -= len(text)
        if not text or self.budget.left < 0:
            return None
        state = {known: version for known, version in self.state.items() if known != key}
        if len(state) >= _MOST_KNOWN:
            del state[next(iter(state))]
        self.state = {**state, key: (text, language)}
        return key, text, language


def _language(given: Json) -> str:
    return text_of(given.get("language")) or _LANGUAGES.get(text_of(given.get("type")), "")


def _by_ending(path: str) -> str:
    name = path.rpartition("/")[2]
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return _ENDINGS.get(ending, ending if len(ending) <= 10 else "")
