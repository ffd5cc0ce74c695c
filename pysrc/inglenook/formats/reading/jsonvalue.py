"""A JSON text as plain values, as the standard library takes it apart.

This file knows what other programs write into JSON that is none: control signs
in strings, NaN, infinities. It never learns where a text stood.
"""

from __future__ import annotations

import json
from typing import Any, Final

from inglenook.core.nesting import too_deep


def _nothing(_: str) -> None:
    return None


# Some programs leave line ends and other control signs in strings as they are; NaN and infinities mean nothing. A
# number past all others becomes infinite and nothing only when it is taken or written: to look at each costs a third.
decode: Final = json.JSONDecoder(parse_constant=_nothing, strict=False).raw_decode


def loads(text: str) -> Any:
    """
    The value that a text inside of a file is. ValueError if it is none, or nested so deeply that none may parse it.

    >>> loads(' {"a": [1]} ')
    {'a': [1]}
    """
    if too_deep(text):
        raise ValueError("It is nested too deeply.")
    return json.loads(text, strict=False)
