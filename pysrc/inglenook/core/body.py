"""The body of a 2xx answer, whatever it turns out to be, read into one `Reply`.

A server that was asked to stream may stream, may send one JSON object, or may
be no API at all and send a web page. The first characters tell; what servers
write into Content-Type does not always.
"""

from __future__ import annotations

from inglenook.core.errors import NotTheProtocol
from inglenook.core.reply import Change, Reply
from inglenook.core.sse import EventStream

MAX_WHOLE = 64 * 1024 * 1024

_STREAM_LINES = (b":", b"data", b"event", b"id", b"retry")
_BOM = b"\xef\xbb\xbf"
_ENOUGH = 8


class ReplyBody:
    r"""Bytes in, changes out.

    >>> body = ReplyBody()
    >>> body.feed(b'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\n', at_ms=1)
    (TextAdded(text='Hi'),)
    """

    def __init__(self) -> None:
        self.reply = Reply()
        self._start = bytearray()
        self._events: EventStream | None = None
        self._whole: bytearray | None = None

    def feed(self, piece: bytes, at_ms: int) -> tuple[Change, ...]:
        """Take the next bytes of the body."""
        if self.reply.ended:
            return ()
        if self._events is None and self._whole is None:
            self._start += piece
            if len(self._start) < _ENOUGH:
                return ()
            piece = self._open()
        if self._events is not None:
            return self._stream(self._events, piece, at_ms)
        return self._gather(piece, at_ms)

    def close(self, at_ms: int) -> tuple[Change, ...]:
        """The body has ended."""
        if self.reply.ended:
            return ()
        if self._start:
            piece = self._open()
            if self._events is not None:
                return self._stream(self._events, piece, at_ms) + self.reply.end(at_ms)
            self._gather(piece, at_ms)
        if self._whole is None:
            return self.reply.end(at_ms)
        if self._whole.lstrip()[:1] == b"<":
            return self.reply.fail(NotTheProtocol("The server answered with a web page."), at_ms)
        return self.reply.read_whole(bytes(self._whole), at_ms)

    def _open(self) -> bytes:
        start, self._start = bytes(self._start), bytearray()
        if start.removeprefix(_BOM).lstrip(b"\r\n").startswith(_STREAM_LINES):
            self._events = EventStream()
        else:
            self._whole = bytearray()
        return start

    def _gather(self, piece: bytes, at_ms: int) -> tuple[Change, ...]:
        assert self._whole is not None
        self._whole += piece
        if len(self._whole) <= MAX_WHOLE:
            return ()
        self._whole.clear()
        return self.reply.fail(NotTheProtocol("The server sent more than an answer can be."), at_ms)

    def _stream(self, events: EventStream, piece: bytes, at_ms: int) -> tuple[Change, ...]:
        changes: list[Change] = []
        try:
            for event in events.feed(piece):
                changes += self.reply.feed_event(event.data, at_ms)
        except NotTheProtocol as error:
            changes += self.reply.fail(error, at_ms)
        return tuple(changes)
