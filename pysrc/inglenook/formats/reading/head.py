"""The beginning of a file, as far as it tells what the file is.

This file knows the kinds of files that chats come in, and how JSON is closed
that was cut off. It never learns whose files they are.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO, Final, Literal

from inglenook.core.errors import BadFile
from inglenook.core.nesting import too_deep
from inglenook.formats.reading.jsonvalue import decode
from inglenook.formats.reading.window import Window

# As much is looked at; of a shorter file all of it.
LENGTH: Final = 256 << 10

# A first line that is longer is taken for the only one.
LONGEST_LINE: Final = 64 << 20

Kind = Literal["empty", "object", "array", "lines", "html", "text", "sqlite", "zip", "gzip", "binary"]

_NUMBERLESS: Final = json.JSONDecoder(parse_int=float, strict=False)
_MARKS: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?P<end>"?)|[\[\]{},:]', re.DOTALL)
# The first sign of JSON, after a mark and spaces, in UTF-8 or UTF-16.
_JSON_BYTES: Final = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t\r\n]\0?|\0[ \t\r\n])*\0?[\[{]\0?[\s\"\[\]{}0-9tfn-]")
_HTML: Final = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|div|script|style|meta)\b", re.I | re.S
)
_ESCAPE_CUT: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u[0-9a-fA-F]{0,3}$")


@dataclass(frozen=True, slots=True)
class Head:
    """What is seen of a file before it is read.

    `top`: the object that the file is (kind "object"), or that its first line is ("lines"). `items`: the first
    elements of an array, or the values of the first lines; for a file that is one object in one line, that object
    too. Values that go on behind the end of what was looked at are cut there; `whole`: the end of the file was seen.
    `closed`: the value is damaged or was cut, and brackets were added. `text`: the beginning of any text. A reader's
    `sniff` believes none of the types.
    """

    kind: Kind = "empty"
    top: dict[str, Any] = field(default_factory=dict)
    items: tuple[Any, ...] = ()
    text: str = ""
    whole: bool = False
    closed: bool = False

    @property
    def first(self) -> dict[str, Any]:
        """The first element or line that is an object; {} if there is none."""
        return next((item for item in self.items if isinstance(item, dict)), {})


def head_of(source: BinaryIO) -> Head:
    """The head of a file; its bytes decide, never its name."""
    start = source.read(1024)
    source.seek(0)
    if not start:
        return Head(whole=True)
    for magic, kind in (
        (b"PK\3\4", "zip"),
        (b"PK\5\6", "zip"),
        (b"\x1f\x8b", "gzip"),
        (b"SQLite format 3\0", "sqlite"),
    ):
        if start.startswith(magic):
            return Head(kind)  # type: ignore[arg-type]
    if _is_binary(start):
        return Head("binary")
    window, broken = Window(source), False
    try:
        while len(window.text) < LENGTH and window.more():
            pass
    except BadFile:
        # Whoever reads on is told.
        broken = True
    text, whole = window.text[:LENGTH], window.ended and len(window.text) <= LENGTH and not broken
    lean = text.lstrip(" \t\r\n\x1e\ufeff")
    if not lean:
        return Head(whole=True) if whole else Head("text")
    if any(sign in lean[:2000] for sign in "{[") and (found := _json(lean, whole)) is not None:
        return _with_lines(found, window) if found.kind == "object" and not whole and not broken else found
    if "\0" in text[:4096] or (window.replaced and 5 * text.count("\ufffd") > len(text)):
        return Head("binary")
    return Head("html" if _HTML.match(text) else "text", text=text, whole=whole)


def _is_binary(start: bytes) -> bool:
    """Whether a file is no text, by its first bytes; UTF-16 has zeros, but JSON has none of its own."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or _JSON_BYTES.match(start):
        return False
    return start[:5] == b"%PDF-" or b"\0\0" in start or start[:3] == b"\xff\xd8\xff"


def _with_lines(found: Head, window: Window) -> Head:
    """The head of a file that begins with an object longer than what was looked at, in one line: are there more?"""
    if not found.items:
        return found
    seen, end = len(window.text), -1
    while (end := window.text.find("\n", window.at)) < 0 and seen < LONGEST_LINE:
        window.at = len(window.text)
        if not window.more():
            return found
        seen += len(window.text)
    while end >= 0 and not window.text[end:].strip() and window.more():
        pass
    more = end >= 0 and window.text[end:].lstrip().startswith("{")
    return replace(found, kind="lines", closed=False) if more else found


def _json(text: str, whole: bool) -> Head | None:
    lines, goes_on = _lines(text, whole)
    if len(lines) + goes_on > 1 and all(isinstance(line, dict) for line in lines):
        top = lines[0] if isinstance(lines[0], dict) else {}
        return Head("lines", top, tuple(lines), text, whole)
    if text[0] not in "{[":
        return None
    value = _parsed(text) if whole else None
    was_closed = value is None
    if was_closed:
        value = closed(text)
    if isinstance(value, dict):
        one_line = "\n" not in text.strip()
        return Head("object", value, (value,) if one_line else (), text, whole, was_closed)
    if not isinstance(value, list):
        return None
    # Half an entry may look like one of another system, so it counts only where there is no whole one.
    items = value[:-1] if was_closed and len(value) > 1 else value
    return Head("array", {}, tuple(items[:50]), text, whole, was_closed)


def _lines(text: str, whole: bool) -> tuple[list[Any], bool]:
    """
    The values of the first lines, if the text is one value per line, and whether another one was cut off.

    Bad lines after the first are passed over.
    """
    found: list[Any] = []
    goes_on = False
    seen, rows, first = 0, text.split("\n"), 0
    for number, row in enumerate(rows[:200]):
        row = row.strip(" \t\r\x1e")
        last = number == len(rows) - 1
        if not row:
            continue
        seen += 1
        value = _parsed(row)
        if value is None and last and not whole and row[0] == "{":
            goes_on = bool(found)
            if goes_on:
                continue
            value = closed(row)
        if not isinstance(value, dict | list):
            # The first line may be damaged; a text of another kind has no line at all that is a value.
            if not found and number > 4:
                return [], False
            continue
        found.append(value)
        first += seen == len(found) <= 2
    # Where the first two are values it is lines, whatever became of the others.
    return (found, goes_on) if 2 * len(found) + goes_on > seen or first == 2 else ([], False)


def _parsed(text: str) -> Any:
    """The value that the whole text is; None if it is none."""
    if too_deep(text):
        return None
    try:
        value, end = decode(text)
    except json.JSONDecodeError:
        return None
    except ValueError:
        # A number of thousands of digits; it costs its conversation, not the file.
        try:
            value, end = _NUMBERLESS.raw_decode(text)
        except json.JSONDecodeError:
            return None
    return value if not text[end:].strip() else None


def damage(head: Head) -> str:
    """What keeps a text from being the JSON that it looks like; "" if it does not look like any."""
    text = head.text.lstrip(" \t\r\n\x1e\ufeff")
    if head.kind != "text" or text[:1] not in ("{", "["):
        return ""
    try:
        if too_deep(text):
            return "It looks like JSON, but it is nested too deeply."
        decode(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno:,}, column {error.colno:,}"
        hint = " JSON has no comments, and no comma before a closing bracket."
        return f"It looks like JSON, but it is damaged at {where}: {error.msg.lower()}.{hint}"
    except (ValueError, RecursionError):
        return "It looks like JSON, but it holds a number that is too long."
    return ""


def closed(text: str) -> Any:
    """The value at the beginning of a text that is cut off, closed where it was cut; None if it is none."""
    stack: list[str] = []
    # Where the text may be cut so that only brackets are missing, with the brackets that are open there.
    good, good_stack, colon = 0, "", False
    string_cut = ""
    for mark in _MARKS.finditer(text):
        sign = text[mark.start()]
        if sign == '"':
            if not mark["end"]:
                if stack and (colon or stack[-1] == "]"):
                    string_cut = _ESCAPE_CUT.sub(r"\1", mark[0]) + '"'
                    good, good_stack = mark.start(), "".join(reversed(stack))
                break
            if stack and (colon or stack[-1] == "]"):
                good, good_stack = mark.end(), "".join(reversed(stack))
                colon = False
        elif sign in "{[":
            stack.append("}" if sign == "{" else "]")
            if len(stack) > 60:
                break
            good, good_stack, colon = mark.end(), "".join(reversed(stack)), False
        elif sign in "}]":
            if not stack or stack.pop() != sign:
                break
            good, good_stack, colon = mark.end(), "".join(reversed(stack)), False
            if not stack:
                break
        elif sign == ":":
            colon = True
        else:
            # A number, true, false or null has ended before the comma.
            good, good_stack, colon = mark.start(), "".join(reversed(stack)), False
    return _parsed(text[:good] + string_cut + good_stack)
