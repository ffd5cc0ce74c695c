"""How deep JSON text is nested, found out without parsing it.

In a browser the parser's recursion ends on JavaScript's own stack: text nested
some thousands deep does not raise RecursionError there, it ends the whole
interpreter. So depth is checked before text from outside is parsed. Nothing
here walks the text character by character in Python.
"""

from __future__ import annotations

import re
from typing import Final

# Measured: Pyodide 314 in Node breaks at about 2,000 with a half-size stack. Real answers and exports stay below 50.
DEEPEST: Final = 200

# Possessive, and with the closing quotation mark optional, so that no text makes it go back or start over.
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_OTHER = re.compile(r"[^\[\]{}]+")


def too_deep(text: str) -> bool:
    """Whether parsing could go deeper than is safe.

    >>> too_deep("[" * 1000), too_deep("[]" * 1000), too_deep('["' + "[" * 1000 + '"]')
    (True, False, False)
    """
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    brackets = _OTHER.sub("", _STRING.sub("", text))
    for _ in range(DEEPEST):
        # Each round takes away the innermost pairs, so it lowers the depth by one.
        rest = brackets.replace("[]", "").replace("{}", "")
        if len(rest) == len(brackets):
            break
        brackets = rest
    return len(brackets) > DEEPEST
