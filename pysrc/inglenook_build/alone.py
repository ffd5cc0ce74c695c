"""One build at a time in one folder: whoever comes second waits, and then finds the work done."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inglenook_build.progress import say


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock of this file; the system gives it back if we die."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        if not _taken(file.fileno(), wait=False):
            say("Another build is at work here; waiting for it")
            _taken(file.fileno(), wait=True)
        yield


def _taken(number: int, *, wait: bool) -> bool:
    if os.name == "nt":
        import msvcrt

        # LK_LOCK gives up after ten tries, one a second.
        while True:
            try:
                msvcrt.locking(number, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            except OSError:
                if not wait:
                    return False
            else:
                return True
    import fcntl

    try:
        fcntl.flock(number, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True
