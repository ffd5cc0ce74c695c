"""The chunks of an answer on their way out, and the report of how that ended.

This file knows iterators; it never learns what is in a chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .wire import Chunk


class Body:
    """The chunks of an answer; its end is reported once, whether it was read to the end or closed early.

    After `handle`, read it to the end or call `close()`: a body that is simply
    dropped counts as closed when the interpreter collects it.
    """

    def __init__(self, chunks: Iterator[Chunk], ended: Callable[[], None]) -> None:
        self._chunks = chunks
        self._ended: Callable[[], None] | None = ended

    def __iter__(self) -> Iterator[Chunk]:
        return self

    def __next__(self) -> Chunk:
        if self._ended is None:
            raise StopIteration
        try:
            return next(self._chunks)
        except StopIteration:
            self.close()
            raise

    def close(self) -> None:
        """Stop here. Closing twice, or after the end, does nothing."""
        ended, self._ended = self._ended, None
        if ended is not None:
            ended()

    def __del__(self) -> None:
        self.close()
