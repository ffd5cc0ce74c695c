"""`chat.html` of a ChatGPT export: the same conversations inside a page, for those who kept only that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from inglenook.core.errors import BadFile
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.jsontext import Element, JsonText
from inglenook.formats.reading.window import Window

CHAT_PAGE: Final = re.compile(r"\b(?:var|let|const) jsonData\s{0,9}=\s{0,9}(?=\[)")
_LONGEST: Final = 64


def of_page(document: Document) -> Iterator[Element]:
    """The conversations in the page. BadFile if there are none."""
    with document.open() as source:
        window = Window(source, document.on_read)
        while (found := CHAT_PAGE.search(window.text, window.at)) is None:
            window.at = max(window.at, len(window.text) - _LONGEST)
            if not window.more():
                raise BadFile("The page holds no conversations.")
        window.at = found.end()
        yield from JsonText(window, document.problem).elements()
