"""A stream of the chat completions API with exactly the words that a test wants, for a `Fault` of the test server."""

from __future__ import annotations

import json
from typing import Any

from tests.server import Fault

STREAM = "text/event-stream"


def event(**choice: Any) -> str:
    return f"data: {json.dumps({'id': 'gen-1', 'object': 'chat.completion.chunk', 'choices': [choice]})}\n\n"


def piece(text: str) -> str:
    """One event with a piece of the answer's text; as long as its text is."""
    return event(index=0, delta={"role": "assistant", "content": text}, finish_reason=None)


def saying(*pieces: str, drip_ms: int = 0) -> Fault:
    """
    An answer in these pieces; with `drip_ms`, one about every so many milliseconds. Pieces of one length make
    events of one length, so that each drip is one event.
    """
    events = [piece(text) for text in pieces]
    body = "".join(events) + event(index=0, delta={}, finish_reason="stop") + "data: [DONE]\n\n"
    drip = len(events[0].encode()) if drip_ms else None
    return Fault(status=200, content_type=STREAM, body=body, drip=drip, drip_ms=drip_ms)
