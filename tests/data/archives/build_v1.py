"""What v1.zip holds, and how it was made: `python -m tests.data.archives.build_v1 FILE`.

The zip beside this file is kept for ever and never made again; this says what
reading it must give. A later version gets its own builder and its own zip.
"""

from __future__ import annotations

import hashlib
import io
import sys
from pathlib import Path

from inglenook.core.model import (
    Audio,
    Author,
    Citation,
    Code,
    Conversation,
    Failure,
    File,
    Image,
    Message,
    Reasoning,
    Stamped,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
    Usage,
    Video,
)
from inglenook.formats import archive

CREATED_MS = 1_763_900_000_123
APP_VERSION = "0.1.0"

PICTURE = b"\x89PNG\r\n\x1a\n not really"
NOTES = "Grüße\n".encode()
ATTACHMENTS = {hashlib.sha256(data).hexdigest(): data for data in (PICTURE, NOTES)}
_picture, _notes = ATTACHMENTS

_asked = Message(
    "0198c0de-0000-7000-8000-000000000001",
    None,
    "user",
    (
        Text("What is in these? 🙂"),
        Image(sha256=_picture, media_type="image/png", name="a.png", size=len(PICTURE)),
        File(sha256=_notes, media_type="text/plain", name="notes.txt", size=len(NOTES)),
    ),
    created_ms=1_763_800_000_000,
)
_answered = Message(
    "0198c0de-0000-7000-8000-000000000002",
    _asked.id,
    "assistant",
    (
        Reasoning("A picture.", ({"type": "reasoning.text", "text": "A picture.", "signature": "abc"},), 1200),
        Text("A **picture** and a greeting."),
        ToolCall("call-1", "look_up", '{"word":"Grüße"}'),
        ToolResult("call-1", "greetings", "look_up"),
        Citation("https://example.org/", "Example", "An example"),
        Code("print(1)", "python"),
        Audio(url="https://example.org/a.mp3", transcript="Hello"),
        Video(url="https://example.org/v.mp4", media_type="video/mp4"),
        Unknown("hologram", {"kind": "hologram", "depth": 3}),
        Unknown("text", [1, None, "x"]),
    ),
    Author("maker/model", "maker/model-2025-11-01", "Provider", "practice", "Model"),
    1_763_800_001_000,
    1_763_800_002_000,
    usage=Usage(100, 20, 5, 50, 0.000125, 300, 1900),
    finish_reason="stop",
    generation_id="gen-1",
    extra={"rating": 1},
)
_failed = Message(
    "0198c0de-0000-7000-8000-000000000003",
    _asked.id,
    "assistant",
    (Text("A pic"), Failure("The stream broke.", "Retry.", 502, "no end")),
    Author("maker/other"),
    1_763_800_003_000,
    status="interrupted",
)
_deleted = Message(
    "0198c0de-0000-7000-8000-000000000004",
    _answered.id,
    "user",
    created_ms=1_763_800_004_000,
    deleted_ms=1_763_800_005_000,
)

CONVERSATIONS = [
    Conversation(
        "0198c0de-0000-7000-8000-00000000000a",
        1_763_800_000_000,
        Stamped("Two files", 1_763_800_006_000),
        Stamped(True, 1_763_800_007_000),
        Stamped(False, 0),
        Stamped(_answered.id, 1_763_800_008_000),
        Stamped("maker/model", 1_763_800_000_000),
        {message.id: message for message in (_asked, _answered, _failed, _deleted)},
        {"source": "test"},
    ),
    Conversation("../An odd id", 1_763_700_000_000, archived=Stamped(True, 3)),
]


def build() -> bytes:
    """The archive of all this, as the present code writes it."""
    file = io.BytesIO()
    openers = [(sha256, lambda data=data: io.BytesIO(data)) for sha256, data in ATTACHMENTS.items()]
    problems = archive.write(file, CONVERSATIONS, openers, CREATED_MS, APP_VERSION)
    if problems:
        raise SystemExit(str(problems))
    return file.getvalue()


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(build())
