"""One activity: what was asked, what came back, when, and what lay beside.

This file knows the rows of the JSON. It never learns which of them belong
together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from inglenook.core.model import Citation, Json
from inglenook.formats.reading import stamp
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.markdown_from_html import markdown
from inglenook.formats.reading.shape import arr, obj, text

# Not "\b": in Japanese other letters follow at once.
NAMES: Final = re.compile(r"(?<![a-z])(?:gemini|bard)(?![a-z])", re.I)
APP: Final = re.compile(r"https://(?:gemini|bard)\.google\.com/(?:u/\d+/)?app/([0-9a-zA-Z_-]+)")

_TAKEN: Final = (
    "title", "time", "header", "products", "safeHtmlItem", "attachedFiles", "imageFile", "activityControls", "titleUrl",
    "details", "subtitles", "description",
)  # fmt: skip
# Before what was asked; in other languages it stays.
_LABEL: Final = re.compile(r"(?:Prompted|Said|Asked|送信したメッセージ[:：])\s")
MADE: Final = re.compile(r"Created Gemini Canvas\b")
_NOTHING: Final = re.compile(r"Used an Assistant feature\b")


@dataclass(slots=True)
class Row:
    """`at_ms` is 0 where `when`, the time as it was written, cannot be read; `group` is the id of its conversation."""

    at_ms: int
    title: str
    answer: str
    html: str
    group: str = ""
    when: str = ""
    files: list[str] = field(default_factory=list)
    links: list[Citation] = field(default_factory=list)
    rest: Json = field(default_factory=dict)
    raw: Any = None

    @property
    def asked(self) -> str:
        """What was asked, without the word before it."""
        label = _LABEL.match(self.title)
        return self.title[label.end() if label else 0 :].strip()

    @property
    def is_made(self) -> bool:
        """Whether the row says what Gemini made, and not what was asked."""
        return not self.answer and MADE.match(self.title) is not None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said: neither words, nor a file, nor more than that a feature was used."""
        said = self.title if not _NOTHING.match(self.title) else ""
        return not (said or self.answer or self.files or self.links)


def is_ours(value: Json) -> bool:
    named = [text(value.get("header")), *(name for name in arr(value.get("products")) if isinstance(name, str))]
    return any(NAMES.search(name) for name in named)


def of_json(value: Json) -> Row:
    """A row of the JSON."""
    html = "\n".join(text(obj(item).get("html")) for item in arr(value.get("safeHtmlItem")))
    link = APP.match(text(value.get("titleUrl")))
    files = [text(file) or text(obj(file).get("name")) for file in arr(value.get("attachedFiles"))]
    named = [obj(one) for one in (*arr(value.get("subtitles")), *arr(value.get("details")))]
    notes = [text(one.get("name")) for one in named if not one.get("url")]
    links = [one for one in named if text(one.get("url")) and not APP.match(one["url"])]
    link = link or next((found for one in named if (found := APP.match(text(one.get("url"))))), None)
    rest = rest_of(value, *_TAKEN)
    if any(notes):
        rest["notes"] = list(filter(None, notes))
    if not link and text(value.get("titleUrl")):
        rest["titleUrl"] = value["titleUrl"]
    return Row(
        stamp.ms(value.get("time")) or 0,
        text(value.get("title")).strip(),
        markdown(html) or text(value.get("description")),
        html,
        link[1] if link else "",
        text(value.get("time")),
        list(dict.fromkeys(filter(None, [*files, text(value.get("imageFile"))]))),
        [Citation(one["url"], text(one.get("name"))) for one in links],
        rest,
        value,
    )
