"""A file from outside, as a reader sees it: its head, its JSON in place, its lines, its text, and its neighbours."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, BinaryIO, Final

from inglenook.core.errors import BadFile
from inglenook.formats.reading.found import Opener
from inglenook.formats.reading.head import Head, head_of
from inglenook.formats.reading.jsontext import Element, JsonText
from inglenook.formats.reading.stretch import Stretch
from inglenook.formats.reading.window import Window, lines_of

# What must be read as a whole may be this large.
WHOLE: Final = 128 << 20
MOST_PROBLEMS: Final = 1_000


class Document:
    """One file out of what the user gave. It is opened anew for each pass, and never held.

    `name` is its path in the zip or folder, for words and to find neighbours; it never tells what the file is.
    `inside`: the zip that it lies in, if any. `modified_ms`: when it was last changed, where that is known.
    """

    def __init__(self, name: str, opener: Opener, size: int = 0, modified_ms: int | None = None) -> None:
        self.name = name
        self.inside = ""
        self.open = opener
        self.size = size
        self.modified_ms = modified_ms
        self.beside: Neighbours = Neighbours(())
        self.used = False
        self.problems: list[str] = []
        self.stretch = Stretch()
        """What `elements()` reads, which is the only one that can read a part."""
        self._repaired = ""
        self.on_read: Callable[[int], object] = lambda count: None

    @property
    def where(self) -> str:
        """What the user is told of it: its path, and the zip if it came in one."""
        return f"{self.inside}: {self.name}" if self.inside else self.name

    @property
    def stem(self) -> str:
        """The last part of the name, without its ending."""
        last = self.name.replace("\\", "/").rpartition("/")[2]
        return last.rpartition(".")[0] or last

    def problem(self, text: str) -> None:
        """Something of this file could not be read; the user is told, of so many in short."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(text)
        elif len(self.problems) == MOST_PROBLEMS:
            self.problems.append("Much more of this file could not be read; it is not listed.")

    @cached_property
    def head(self) -> Head:
        """What the beginning of the file shows. Never raises for what is in the file."""
        with self.open() as source:
            return head_of(source)

    def elements(self, *path: str) -> Iterator[Element]:
        """The elements of the JSON array under these names, read one by one; () is the top."""
        stretch = self.stretch if not path else Stretch()
        with self._window(stretch=stretch) as window:
            json = JsonText(window, self.problem)
            yield from json.elements(*path, first=stretch.first)
            stretch.count = json.count

    def lines(self) -> Iterator[Element]:
        """The values of JSON Lines; one that cannot be read becomes a problem."""
        with self._window() as window:
            yield from JsonText(window, self.problem).lines()

    def text_lines(self) -> Iterator[str]:
        """The lines of a text, without their ends."""
        with self._window() as window:
            yield from (line.removesuffix("\r") for line in lines_of(window))

    def value(self) -> Any:
        """The file as one JSON value; of one that was cut off, what is whole. BadFile if it is none, or too large."""
        with self._window(WHOLE) as window:
            json = JsonText(window, self.problem)
            value = json.value()
            self._repaired = json.repaired
            return value

    def text(self) -> str:
        """The file as text; of JSON that was cut off, what `value` found whole of it. BadFile if it is too large."""
        if self._repaired:
            return self._repaired
        with self._window(WHOLE) as window:
            pieces = []
            while window.more():
                pieces.append(window.text)
                window.at = len(window.text)
            return "".join(pieces)

    def data(self) -> bytes:
        """The whole file. BadFile if it is too large."""
        if self.size > WHOLE:
            raise _too_large()
        with self.open() as source:
            data = source.read(WHOLE + 1)
        if len(data) > WHOLE:
            raise _too_large()
        return data

    @contextmanager
    def _window(self, most: int | None = None, stretch: Stretch | None = None) -> Iterator[Window]:
        """A window of the file. BadFile if it holds more than `most` bytes, whatever size was said."""
        if most is not None and self.size > most:
            raise _too_large()
        seen = 0

        def read(count: int) -> None:
            nonlocal seen
            seen += count
            if most is not None and seen > most:
                raise _too_large()
            self.on_read(count)

        with self.open() as source:
            window = Window(source, read, stretch)
            yield window
            if window.replaced:
                self.problem("Some bytes are no text; each was replaced by \ufffd.")


def _too_large() -> BadFile:
    return BadFile(
        f"It is larger than {WHOLE >> 20} MB, and this format has to be read as a whole.",
        advice="Export less at once, if the other program can.",
    )


class Neighbours:
    """The files that came in the same zip or folder, or in the same drop."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = tuple(documents)

    def __iter__(self) -> Iterator[Document]:
        return iter(self.documents)

    @cached_property
    def _by_name(self) -> dict[str, Document]:
        # Of equal names the first counts, and a whole path before a last part.
        found: dict[str, Document] = {}
        for document in self.documents:
            found.setdefault(document.name, document)
        for document in self.documents:
            found.setdefault(last_part(document.name), document)
        return found

    def named(self, name: str) -> Document | None:
        """The file of this path, or of this last part of a path."""
        return self._by_name.get(name) or self._by_name.get(last_part(name))

    def use(self, name: str) -> Document | None:
        """As `named`; what was used is not told to the user as left over."""
        document = self.named(name)
        if document is not None:
            document.used = True
        return document


def last_part(name: str) -> str:
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2]


def memory_document(name: str, data: bytes) -> Document:
    """A document over bytes, for tests and for what was unpacked."""

    def opener() -> BinaryIO:
        return io.BytesIO(data)

    return Document(name, opener, len(data))
