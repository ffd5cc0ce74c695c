"""What readers keep of members that they do not map, and what they must not keep.

This file knows the names under which programs store keys and passwords. It
never learns whose members they are.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Json
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.jsontext import Element

KEYS_LEFT_OUT: Final = "Keys in this backup were left out."

_SECRET: Final = re.compile(
    r"\w*api[_-]?(?:key|secret)s?|\w*secret[_-]?(?:access[_-]?)?(?:key|id)?|\w*access[_-]?(?:key|code|token)(?:[_-]?id)?"
    r"|(?:auth|refresh|bearer|session|read[_-]?write)[_-]?token|authorization|\w*password|keyused|keyvaults?|headerrows|customheaders"
    r"|private[_-]?key",
    re.I,
)


def rest_of(value: Json, *taken: str) -> Json:
    """The members of an object that nobody took, without empty ones and without secrets.

    >>> rest_of({"id": "a", "temperature": 0, "stop": [], "apiKey": "k"}, "id")
    {'temperature': 0}
    """
    left = {name: inner for name, inner in value.items() if name not in taken and not _empty(inner)}
    return without_secrets(left) if left else left


def _empty(value: Any) -> bool:
    return value is None or value is False or (isinstance(value, str | list | dict) and not value)


def without_secrets(value: Any) -> Any:
    """A value from outside, without the members that are named like keys and passwords and hold something.

    >>> without_secrets({"a": [{"openaiApiKey": "sk-1", "tokenCount": 3}]})
    {'a': [{'tokenCount': 3}]}
    """
    if isinstance(value, dict):
        return {name: without_secrets(inner) for name, inner in value.items() if not (inner and _secret(name))}
    return [without_secrets(inner) for inner in value] if isinstance(value, list) else value


def has_secrets(value: Any) -> bool:
    """Whether any member is named like a key or a password, and holds something."""
    if isinstance(value, dict):
        return any((inner and _secret(name)) or has_secrets(inner) for name, inner in value.items())
    return isinstance(value, list) and any(has_secrets(inner) for inner in value)


def _secret(name: str) -> bool:
    return len(name) < 60 and _SECRET.fullmatch(name) is not None


def own_text(element: Element) -> str:
    """The text of an element as it stood in the file; written anew without its secrets if it has some."""
    return plain_text(element.value) if has_secrets(element.value) else element.raw


def plain_text(value: Any) -> str:
    """JSON text of a value, without secrets."""
    return json.dumps(without_secrets(value), ensure_ascii=False)


def top_of(document: Document) -> Json:
    """The object that a file is. Of one that is damaged or too large, what its beginning shows."""
    if document.head.whole and not document.head.closed:
        return document.head.top
    try:
        value = document.value()
    except BadFile:
        return document.head.top
    return value if isinstance(value, dict) else {}
