"""Event-stream parsing, without I/O.

This file knows bytes and lines. It never learns what a model is, or that the
data of an event is JSON. What the rules do not understand is dropped, as they
ask: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from inglenook.core.errors import NotTheProtocol

# Room for a picture in one event (base64 of 24 MiB), and an end for a body that never sends a newline.
MAX_EVENT = 32 * 1024 * 1024

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class ServerEvent:
    data: str
    name: str = "message"


class EventStream:
    r"""Turn the bytes of a `text/event-stream` body into events.

    Feed it what the network gave, in pieces of any size:

    >>> stream = EventStream()
    >>> stream.feed(b"data: Hel")
    []
    >>> stream.feed(b"lo\n\n: keep-alive\n\n")
    [ServerEvent(data='Hello', name='message')]
    """

    def __init__(self, max_event: int = MAX_EVENT) -> None:
        self._max_event = max_event
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._first = True
        self._after_cr = False
        self._line: list[str] = []
        self._held = 0
        self._data: list[str] = []
        self._name = ""

    def feed(self, piece: bytes) -> list[ServerEvent]:
        """Take the next bytes and give the events that they complete.

        Raises:
            NotTheProtocol: an event larger than `max_event` characters.
        """
        text = self._decoder.decode(piece)
        if self._first and text:
            self._first = False
            text = text.removeprefix("\ufeff")
        # A CR ends its line at once; the LF of a pair may only come with the next piece.
        if self._after_cr and text:
            self._after_cr = False
            text = text.removeprefix("\n")
        if not text:
            return []
        self._after_cr = text.endswith("\r")
        *whole, rest = _LINE_END.split(text)
        events: list[ServerEvent] = []
        for line in whole:
            if self._line:
                line = "".join([*self._line, line])
                self._line.clear()
            self._take(line, events)
        if rest:
            self._line.append(rest)
            self._hold(len(rest))
        return events

    def close(self) -> bool:
        """End the body. A half event is dropped, as the rules ask; False says that there was one."""
        clean = not (self._line or self._data)
        self._forget()
        self._line.clear()
        return clean

    def _take(self, line: str, events: list[ServerEvent]) -> None:
        if not line:
            if self._data:
                events.append(ServerEvent("\n".join(self._data), self._name or "message"))
            self._forget()
            return
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
            self._hold(len(value) + 1)
        elif field == "event":
            self._name = value

    def _hold(self, size: int) -> None:
        self._held += size
        if self._held > self._max_event:
            self._forget()
            self._line.clear()
            raise NotTheProtocol("The server sent an event without end.", detail=f"over {self._max_event} characters")

    def _forget(self) -> None:
        self._data.clear()
        self._name = ""
        self._held = 0
