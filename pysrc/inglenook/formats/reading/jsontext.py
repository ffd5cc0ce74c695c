"""JSON read in place: one value after another, whatever lies between them.

This file knows JSON's grammar as far as elements and members are apart; the
values themselves are taken by the standard library. Nothing is held but the
value that is being read. What is damaged is told to `problem` and passed over,
where its end can be found. Longer than most files because all of it moves one
place in one window.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.nesting import DEEPEST, too_deep
from inglenook.formats.reading.brackets import LONG, beginning, bracket_end, deepest
from inglenook.formats.reading.cut import before_cut
from inglenook.formats.reading.jsonvalue import decode
from inglenook.formats.reading.window import LARGEST, Window, lines_of

# So many levels the decoder takes in a browser; a piece of text with fewer brackets needs no closer look.
SAFE: Final = 1000

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_LONGEST_BEGINNING: Final = 1024
_MOST_AHEAD: Final = 1 << 20
# An error this near to the end of what has been read may only be its end.
_NEAR: Final = 16


@dataclass(slots=True)
class Element:
    """A value, its text as it stood in the file, and how many came before it."""

    value: Any
    raw: str
    number: int

    def done[T](self, made: T) -> T:
        """What was made of it; the value is emptied, because whoever reads on still holds it while `made` is used."""
        if isinstance(self.value, dict | list):
            self.value.clear()
        self.raw = ""
        return made


class Damaged(Exception):
    """The value at the window's place is no JSON; the message says why."""


class Cut(Damaged):
    """The text ends in the middle of the value."""


class Passed(Damaged):
    """As Damaged; the window's place is behind the value already."""


class JsonText:
    """Walks through one JSON text. `problem` is told what was passed over."""

    def __init__(self, window: Window, problem: Callable[[str], object]) -> None:
        self._window = window
        self._problem = problem
        self.repaired = ""
        self.count = 0
        self._usual = 0
        self._checked = -1
        self._deep = False

    def elements(self, *path: str, first: int = 0) -> Iterator[Element]:
        """
        The elements of the array under these names, from the top; nothing if there is no array.

        They are numbered from `first` on. Where the window's text ends between two of them because more is not to be
        read, `count` is the number of the next one.
        """
        for name in path:
            if not self._enter(name):
                return
        if self._peek() == "[":
            yield from self._array(first)

    def value(self) -> Any:
        """
        The only value of the text; of one that was cut off, what is whole. BadFile if it is none.

        Where the text was more or less than the value, `repaired` is what the value was read of.
        """
        self._peek()
        try:
            value, raw = self._taken()
        except Damaged as error:
            self.repaired = before_cut(self._window.text[self._window.at :]) if isinstance(error, Cut) else ""
            try:
                value = decode(self.repaired)[0] if self.repaired and not too_deep(self.repaired) else None
            except ValueError:
                value = None
            if value is None:
                raise BadFile("This is not JSON, or it is damaged.", detail=_why(error)) from None
            self._problem("The file ends in the middle; only what is whole before that was read.")
            return value
        if self._peek():
            self.repaired = raw
            self._problem("There is more behind the end of the JSON; it was not read.")
        return value

    def lines(self) -> Iterator[Element]:
        """One value for each line, as JSON Lines has them."""
        number = 0
        for line in lines_of(self._window):
            text = line.strip(" \t\r\n\x1e")
            if not text:
                continue
            number += 1
            try:
                if len(text) > LARGEST or too_deep(text):
                    raise Damaged("it is nested too deeply, or too large")
                value, end = decode(text)
                if _SPACE.fullmatch(text, end) is None:
                    raise Damaged(f"there is more behind its end, at column {end + 1}")
            except (ValueError, RecursionError, Damaged) as error:
                self._problem(f"Line {number} was left out: {_why(error)}")
                continue
            yield Element(value, text, number - 1)

    def _enter(self, name: str) -> bool:
        """Go to the value of a member of the object at this place."""
        if self._peek() != "{":
            return False
        self._window.at += 1
        while True:
            sign = self._peek()
            if sign == ",":
                self._window.at += 1
                continue
            if sign == "}":
                return False
            try:
                if sign != '"':
                    raise Damaged("there is no name where one should be")
                key = self._value()
                if self._peek() != ":":
                    raise Damaged("there is no colon where one should be")
                self._window.at += 1
                if key == name:
                    return True
                self._skip()
            except Damaged as error:
                self._problem(f"The file is damaged before “{name}”: {error}")
                return False

    def _skip(self) -> None:
        """Pass over the value at this place, element by element if it is an array."""
        sign = self._peek()
        if sign == "[":
            for _ in self._array():
                pass
        else:
            self._value()

    def _array(self, first: int = 0) -> Iterator[Element]:
        self._window.at += 1
        number, begins = first, None
        while True:
            sign = self._peek()
            if sign == ",":
                self._window.at += 1
                continue
            if sign == "]":
                self._window.at += 1
                return
            if not sign:
                self.count = number
                if not self._window.met:
                    ends = f"The file ends in the middle, after {number:,} entries."
                    self._problem(ends if number else "It is empty.")
                return
            begins = begins or beginning(self._window.text, self._window.at)
            try:
                value, raw = self._taken()
            except Cut:
                self._problem(f"The file ends in the middle of entry {number + 1:,}, which was left out.")
                self._window.at = len(self._window.text)
                return
            except Passed as error:
                self._problem(f"Entry {number + 1:,} was left out: {error}.")
                number += 1
                continue
            except Damaged as error:
                if not self._pass_by(number, error, begins):
                    return
                number += 1
                continue
            yield Element(value, raw, number)
            number += 1

    def _peek(self) -> str:
        """The sign that comes next, or "" at the end."""
        window = self._window
        while True:
            window.at = _SPACE.match(window.text, window.at).end()  # type: ignore[union-attr]
            if window.at < len(window.text):
                return window.text[window.at]
            if not window.more():
                return ""

    def _value(self) -> Any:
        return self._taken()[0]

    def _taken(self) -> tuple[Any, str]:
        """The value at this place and its text; afterwards the place is behind it."""
        window = self._window
        least, reason = 0, ""
        # The next one is likely as long as the one before; to find that it is cut off costs as much as to take it.
        window.ahead(self._usual)
        while True:
            deep = self._is_deep()
            try:
                if deep:
                    return self._shallow()
                value, end = decode(window.text, window.at)
                if self._is_all(end):
                    raw = window.text[window.at : end]
                    window.at = end
                    self._usual = min(len(raw), _MOST_AHEAD)
                    return value, raw
            except json.JSONDecodeError as error:
                near = error.pos >= len(window.text) - _NEAR or error.msg.startswith("Unterminated string")
                reason = f"{error.msg}, at its character {error.pos - window.at + 1:,}"
                if not near:
                    raise Damaged(reason) from None
            except (RecursionError, ValueError) as error:
                raise Damaged(_why(error)) from None
            if len(window.text) - window.at > LARGEST:
                raise Damaged("it is too large to be read")
            if len(window.text) - window.at > LONG:
                return self._shallow()
            least = max(least, (len(window.text) - window.at) // 2)
            if not window.more(least):
                # Where its brackets are closed nothing is missing.
                raise Damaged(reason) if self._is_closed() else Cut("the file ends in the middle of it")

    def _is_all(self, end: int) -> bool:
        """Whether a value that seems to end there does; a number may go on in what has not been read."""
        text = self._window.text
        if self._window.ended or text[end - 1] in '}]"':
            return True
        return end < len(text) and (text[end] not in ".eE" or end + 2 < len(text))

    def _is_closed(self) -> bool:
        return bracket_end(self._window.text, self._window.at) >= 0

    def _is_deep(self) -> bool:
        """Whether anything in the window is nested so deeply that the decoder must not see it."""
        window = self._window
        # Looked at once for each piece, from the first value that is read out of it.
        if self._checked != window.pieces:
            self._checked = window.pieces
            few = window.text.count("[") + window.text.count("{") <= SAFE
            self._deep = not few and too_deep(window.text if window.at == 0 else window.text[window.at :])
        return self._deep

    def _shallow(self) -> tuple[Any, str]:
        """As `_taken`, for a long value, or a window in which something is nested too deeply: it need not be this."""
        window = self._window
        end = self._end()
        text = window.text[window.at : end]
        if deepest(text) > DEEPEST:
            raise Damaged("it is nested too deeply")
        if len(text) > LONG:
            window.at = end
            window.drop()
        try:
            value, _ = decode(text)
        except (ValueError, RecursionError) as error:
            raise (Passed if len(text) > LONG else Damaged)(_why(error)) from None
        if len(text) <= LONG:
            window.at = end
        return value, text

    def _end(self) -> int:
        """Where the value at this place ends, found by its brackets alone."""
        window = self._window
        while True:
            if window.text[window.at : window.at + 1] not in ("{", "["):
                try:
                    end = decode(window.text, window.at)[1]
                except ValueError:
                    end = -1
                if end >= 0 and not self._is_all(end):
                    end = -1
            else:
                end = bracket_end(window.text, window.at)
            if end >= 0:
                return end
            if len(window.text) - window.at > LARGEST:
                raise Damaged("it is too large to be read")
            if not window.more((len(window.text) - window.at) // 2):
                raise Cut("the file ends in the middle of it")

    def _pass_by(self, number: int, error: Damaged, begins: re.Pattern[str] | None) -> bool:
        """Go behind the damaged element at this place; False if its end cannot be found.

        Where its brackets do not tell, the next element is known by how all of them begin.
        """
        window = self._window
        what = f"Entry {number + 1:,} was left out: {error}."
        try:
            end = self._end()
            follows = _SPACE.match(window.text, end).end()  # type: ignore[union-attr]
            if window.text[follows : follows + 1] in (",", "]", "") and end > window.at:
                window.at = end
                self._problem(what)
                return True
        except Damaged:
            pass
        while begins is not None:
            found = begins.search(window.text, window.at + 1)
            if found is not None:
                window.at = found.end()
                self._problem(what)
                return True
            window.at = max(window.at, len(window.text) - _LONGEST_BEGINNING)
            if not window.more(0):
                break
        window.at = len(window.text)
        self._problem(f"{what} What comes after it in the file could not be read.")
        return False


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, at its character {error.pos + 1:,}"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error) if isinstance(error, Damaged) else "it holds a number that is too long"
