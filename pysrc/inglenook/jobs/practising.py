"""Reading that nobody asked for, so that the first file that somebody gives is read fast.

As `runtime/warming.py` says of opening: browsers compile well only what they
have seen run often. A worker that waits for a file, while its user looks for
one, reads a made-up export meanwhile. Nothing of it is kept.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final

from inglenook.core.summary import summarise
from inglenook.formats.reading.containers import Given
from inglenook.formats.sources import sources
from inglenook.jobs.comparing import Fresh
from inglenook.jobs.planning import plan
from inglenook.jobs.stock import Stock
from inglenook.ports import Writers

TURNS: Final = 60
_CONVERSATIONS: Final = 2
_MESSAGES: Final = 20
_WORDS: Final = 'Some words, and then "some" more of them.\n' * 18


def turns(writers: Writers, open_file: Callable[[Any], BinaryIO]) -> Iterator[None]:
    """Read it and get it ready again and again, a few milliseconds each."""
    data = made_up()
    given = [Given("made-up.json", lambda: io.BytesIO(data), len(data))]
    for _ in range(TURNS):
        stock = Stock(writers, open_file)
        (source,) = sources(given, lambda file: lambda: file).known
        for found in source.conversations(lambda where, why: None):
            planned = plan(found, None, 1)
            stock.add(Fresh(planned.conversation, summarise(planned.conversation), found.raw))
            for _ in stock.take((found.conversation.id,)):
                pass
        yield


def made_up() -> bytes:
    """Conversations as ChatGPT exports them, which is what most people bring."""
    return json.dumps([_conversation(n) for n in range(_CONVERSATIONS)]).encode()


def _conversation(n: int) -> dict[str, Any]:
    ids = [f"{n:08x}-{m:04x}-4000-8000-000000000000" for m in range(_MESSAGES + 1)]
    mapping: dict[str, Any] = {}
    for m, id in enumerate(ids):
        message = {
            "id": id,
            "author": {"role": "assistant" if m % 2 == 0 else "user", "name": None, "metadata": {}},
            "create_time": 1_700_000_000.5 + m,
            "update_time": None,
            "content": {"content_type": "text", "parts": [_WORDS]},
            "status": "finished_successfully",
            "weight": 1.0,
            "metadata": {"model_slug": "gpt-4o", "citations": []} if m % 2 == 0 else {},
            "recipient": "all",
        }
        mapping[id] = {
            "id": id,
            "message": message if m else None,
            "parent": ids[m - 1] if m else None,
            "children": ids[m + 1 : m + 2],
        }
    return {
        "title": "Made up",
        "create_time": 1_700_000_000.5,
        "update_time": 1_700_000_100.5,
        "mapping": mapping,
        "current_node": ids[-1],
        "conversation_id": f"{n:08x}-0000-4000-8000-0000000000aa",
    }
