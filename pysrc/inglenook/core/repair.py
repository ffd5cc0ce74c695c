"""Plain values from outside, made safe: JSON text, strings, numbers.

This file knows JSON and its odd ends (lone surrogates, NaN, nesting without
end, numbers that no clock shows). It never learns what a message is. A rule
takes a parsed value and gives it back rebuilt, or WRONG.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.nesting import too_deep

# Nothing that a chat keeps is nested deeper; past this, comparing and writing run into Python's own limit.
DEEPEST: Final = 100
# The last millisecond of ECMAScript's Date, and below 2**53: larger integers change on their way through JavaScript.
LARGEST: Final = 8_640_000_000_000_000


class _Wrong:
    def __repr__(self) -> str:
        return "WRONG"


WRONG: Final = _Wrong()

# Control signs, and the marks that embed, override or isolate a direction of writing.
_TURNS = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(
    r"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"  # a pair
    r"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"  # a lone half
    r"|\\."
)


def well_formed(text: str) -> str:
    """
    The text with halves of surrogate pairs joined, and lone ones replaced, so that it can be written as UTF-8.

    >>> well_formed("a" + chr(0xD83D) + chr(0xDE00) + chr(0xD800)) == "a" + chr(0x1F600) + chr(0xFFFD)
    True
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def one_line(text: str) -> str:
    """
    Text from outside for one line of ours: no control signs, and none that turn the direction of what stands around it.

    >>> one_line("a\\nb" + chr(0) + chr(0x202E) + "c") == "a b" + chr(0xFFFD) * 2 + "c"
    True
    """
    return _TURNS.sub("\ufffd", " ".join(well_formed(text).split()))


def _finite(digits: str) -> float | None:
    value = float(digits)
    return value if value - value == 0 else None


def _nothing(_: str) -> None:
    return None


_decoder = json.JSONDecoder(parse_float=_finite, parse_constant=_nothing)
_encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def parse(text: str | bytes, ours: bool = False) -> Any:
    """
    JSON text as plain values, without NaN, infinities and lone surrogates. BadFile if it is not JSON.

    `ours`: this program wrote the text, so it is not nested too deeply. To look for that takes longer than parsing.
    """
    try:
        if not isinstance(text, str):
            text = bytes(text).decode("utf-8-sig")
        if not ours and too_deep(text):
            raise BadFile("The JSON is nested too deeply.")
        text = well_formed(text)
        if _SURROGATE_ESCAPE.search(text):
            text = _ESCAPE.sub(lambda found: "\\ufffd" if found[2] else found[0], text)
        return _decoder.decode(text)
    except RecursionError:
        raise BadFile("The JSON is nested too deeply.") from None
    except ValueError as error:
        # The error's own text is a place and a reason; it repeats nothing of the content, unlike a decoding error.
        where = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise BadFile("This is not JSON, or it is damaged.", detail=where) from None


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, UTF-8 safe, no NaN. BadFile if it is no JSON value."""
    try:
        try:
            text = _encoder.encode(value)
            text.encode()
        except ValueError:  # NaN or a lone surrogate: through the reader, which knows what to do with both
            text = _encoder.encode(parse(json.dumps(value)))
    except (TypeError, ValueError, RecursionError) as error:
        raise BadFile("This cannot be written as JSON.", detail=type(error).__name__) from None
    return text


def kept(value: Any) -> Any:
    """A value kept as it came. BadFile if it is nested so deeply that later steps would fail."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list | tuple)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return value
    raise BadFile("The JSON is nested too deeply.")


def string(value: Any) -> Any:
    """Text, or the digits of an integer."""
    if isinstance(value, str):
        return value
    return str(value) if type(value) is int and abs(value) <= LARGEST else WRONG


def integer(value: Any) -> Any:
    """An integer that JavaScript can hold; fractions are cut off."""
    if type(value) is float and value - value == 0:
        value = int(value)
    return value if type(value) is int and abs(value) <= LARGEST else WRONG


def number(value: Any) -> Any:
    """A finite float."""
    if type(value) is int and abs(value) <= LARGEST:
        return float(value)
    return value if type(value) is float and value - value == 0 else WRONG


def flag(value: Any) -> Any:
    """True or false, and nothing that merely looks like it."""
    return value if isinstance(value, bool) else WRONG


def json_object(value: Any) -> Any:
    """An object whose values are kept as they came."""
    if not isinstance(value, dict):
        return WRONG
    for inner in value.values():
        kept(inner)
    return value


def json_objects(value: Any) -> Any:
    """A list of objects; anything else among them makes the whole wrong."""
    if not isinstance(value, list | tuple) or not all(isinstance(inner, dict) for inner in value):
        return WRONG
    return tuple(kept(inner) for inner in value)


def strings(value: Any) -> Any:
    """A list of texts; what is no text is left out."""
    return tuple(inner for inner in value if isinstance(inner, str)) if isinstance(value, list | tuple) else WRONG
