"""What the build says: plain lines with the seconds since it began, and the one error that it may end with."""

from __future__ import annotations

import sys
import time

_began = time.monotonic()


class CannotBuild(Exception):
    """Something is missing or failed; the text is a sentence for the user that says what to do."""


def say(line: str, *, error: bool = False) -> None:
    """Print one line of progress."""
    stream = sys.stderr if error else sys.stdout
    print(f"[{time.monotonic() - _began:6.1f} s] {line}", file=stream, flush=True)
