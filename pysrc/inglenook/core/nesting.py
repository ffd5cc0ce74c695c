"""How deep JSON text is nested, found out without parsing it.

In a browser the parser's recursion ends on JavaScript's own stack: text nested
some thousands deep does not raise RecursionError there, it ends the whole
interpreter. So depth is checked before text from outside is parsed. Nothing
here walks the text character by character in Python.
"""

from __future__ import annotations

from typing import Final

# Measured: Pyodide 314 in Node breaks at about 2,000 with a half-size stack. Real answers and exports stay below 50.
DEEPEST: Final = 200

_OTHERS: Final = bytes(set(range(256)) - set(b'"[]{}'))


def too_deep(text: str) -> bool:
    """Whether parsing could go deeper than is safe.

    >>> too_deep("[" * 1000), too_deep("[]" * 1000), too_deep('["' + "[" * 1000 + '"]')
    (True, False, False)
    """
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    data = text.encode("utf-8", "surrogatepass")
    if b"\\" in data:
        # Escapes are read from the left, as a parser does; then each quotation mark that is left begins or ends a text.
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    # Of the pieces between quotation marks every second one is outside of texts.
    brackets = b"".join(data.translate(None, _OTHERS).split(b'"')[::2])
    for _ in range(DEEPEST):
        # Each round takes away the innermost pairs, so it lowers the depth by one.
        rest = brackets.replace(b"[]", b"").replace(b"{}", b"")
        if len(rest) == len(brackets):
            break
        brackets = rest
    return len(brackets) > DEEPEST
