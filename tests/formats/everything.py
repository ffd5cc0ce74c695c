"""A conversation with everything in it that a conversation can hold, to be written and read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from inglenook.core.model import (
    Audio,
    Author,
    Citation,
    Code,
    Conversation,
    Disclosure,
    Failure,
    File,
    Image,
    Message,
    Part,
    Reasoning,
    Stamped,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
    Usage,
    Video,
)
from inglenook.core.tree import index
from inglenook.formats import registry
from inglenook.formats.reading.document import memory_document
from inglenook.formats.reading.found import Found
from inglenook.formats.sidecar import exported

START = 1_763_900_000_123
PNG, PDF = b"\x89PNG\r\n\x1a\nrest of a picture", b"%PDF-1.7 rest of a paper"
FILES = {"1" * 64: PNG, "2" * 64: PDF, "3" * 64: b"a,b\n1,2\n", "4" * 64: b"ID3 rest of a song"}
MAKER, OTHER = Author("maker/model", "maker/model-2026", "Hearth", "home", "Cook"), Author("other/model")
# What breaks out of JSON, HTML, Markdown, a path, a terminal, or a line.
HOSTILE = "</script><img src=x onerror=alert(1)> \"'`{{7*7}}` ../../up \x1b[2J\u202e\u2028 😀 é e\u0301 \\u0000 --> ]]>"


def uuid(number: int) -> str:
    return f"0198c0de-7a11-7000-8000-{number:012}"


def row(number: int, parent: int | None, role: str, *parts: Part, **members) -> Message:
    at = members.pop("at", START + 1_111 * number)
    over = None if parent is None else uuid(parent)
    return Message(uuid(number), over, role, parts, created_ms=at, revised_ms=at, **members)  # type: ignore[arg-type]


ROWS = (
    row(1, None, "system", Text("Be brief.\n\nAnd <b>kind</b>.")),
    row(
        2, 1, "user",
        Text("What is on\n\n* this picture?\n"),
        Image("1" * 64, None, "image/png", "moor.png", len(PNG)),
        File("2" * 64, None, "application/pdf", "paper.pdf", len(PDF)),
        File("3" * 64, None, "text/plain", "table.txt", 8),
        File(None, None, "application/zip", "gone.zip", 12_345),
        Audio("4" * 64, None, "audio/mpeg", "song.mp3", 18, "la la"),
    ),
    row(
        3, 2, "assistant",
        Reasoning("First I look.\n> and think", ({"type": "reasoning.text", "id": "r"},), 7_250),
        Text("Let me look."),
        ToolCall("call-1", "look", '{"at": "it", "q": "\\"<x>\\""}'),
        ToolResult("call-1", "A moor, seen <from> above.", "look"),
        Code("print('moor')\n```", "python"),
        Text("It is a moor [1]."),
        Citation("https://example.org/moor?a=1&b=2", "About moors", "A moor is wet."),
        Citation("https://example.org/bog"),
        author=MAKER,
        usage=Usage(11, 22, 5, 7, 0.00125, 450, 9_001),
        finish_reason="stop",
        generation_id="gen-1",
        extra={"rating": -1, "rating_note": "Too short", "edited": True, "rest": {"odd": [1, None]}},
        disclosure=Disclosure(("secret-provider",)),
    ),
    row(4, 2, "assistant", Text("A second answer."), author=OTHER, usage=Usage(completion_tokens=3), at=START + 5_001),
    row(5, 3, "user", Text(HOSTILE)),
    row(6, 3, "user", Text("Said otherwise"), extra={"hidden": True}),
    row(7, 5, "assistant", Text("Half an ans"), Failure("It failed.", "Retry.", 500, "E"),
        author=OTHER, status="failed"),
    row(8, 6, "assistant", Text("<think>not a thought</think> really"), author=MAKER, extra={"rating": 1}),
    row(9, 7, "tool", ToolResult("call-9", "Alone", "clock")),
    row(10, 9, "assistant", Image(None, "https://example.org/a.png", "image/png", "a.png"),
        Video(None, None, "video/mp4", "gone.mp4", 5), Unknown("hologram", {"depth": [1, {"x": None}], "bytes": 3}),
        author=OTHER, status="interrupted", finish_reason="length"),
    row(11, 10, "system", Text("From now on in verse."), at=START + 30_000),
    row(12, 11, "user", Text("</details>\n```\nopen"), at=START + 31_000),
)  # fmt: skip

EVERYTHING = Conversation(
    "0198c0de-7a11-7000-8000-0000c0ffee00",
    START,
    Stamped(HOSTILE, START),
    pinned=Stamped(True, START),
    archived=Stamped(True, START),
    current=Stamped(uuid(12), START),
    model=Stamped("next/model", START),
    messages={message.id: message for message in ROWS},
    extra={"folder": "Moors & bogs", "tags": ["wet", "<b>"], "rest": {"from": "elsewhere", "n": 1.5}},
)


def wanted(conversation: Conversation) -> Conversation:
    """What may leave of a conversation: all but connections, restrictions and who has seen what."""
    return exported(conversation, index(conversation))


def bare(conversation: Conversation) -> Conversation:
    """Without the bytes of files."""
    messages = {
        id: replace(m, parts=tuple(replace(p, sha256=None) if getattr(p, "sha256", None) else p for p in m.parts))
        for id, m in conversation.messages.items()
    }
    return replace(conversation, messages=messages)


def read_back(text: str, system: str) -> list[Found]:
    """What our readers make of a text; the file is claimed by the one of its system, and by no other."""
    document = memory_document("x", text.encode())
    assert [reader.SYSTEM for reader, _ in registry.claims(document.head)] == [system]
    [(reader, _)] = registry.claims(document.head)
    found = list(reader.read(document))
    assert document.problems == []
    return found


def same_files(found: Found, conversation: Conversation) -> Iterator[tuple[Message, Message]]:
    """Pairs of messages, what came back and what was written; the first with the hashes that its bytes have."""
    hashes = {data: sha256 for sha256, data in FILES.items()}
    for id, message in conversation.messages.items():
        read = found.conversation.messages[id]
        parts = [
            replace(part, sha256=hashes[found.files[part.sha256]().read()]) if getattr(part, "sha256", None) else part
            for part in read.parts
        ]
        yield replace(read, parts=tuple(parts)), message


def assert_same(found: Found, conversation: Conversation) -> None:
    """All of a conversation came back, but for its own id."""
    written = wanted(conversation)
    read = found.conversation
    assert read.messages.keys() == written.messages.keys()
    for came_back, message in same_files(found, written):
        assert came_back == message
    for name in ("created_ms", "title", "pinned", "archived", "current", "model"):
        one, other = getattr(read, name), getattr(written, name)
        assert getattr(one, "value", one) == getattr(other, "value", other), name
    # The characters of a room are kept, so that it stays the same room there.
    rest = {name: value for name, value in read.extra["rest"].items() if name != "characters"}
    assert {**read.extra, "rest": rest, "source": None} == {**written.extra, "source": None}
    assert found.problems == ()


def nothing(sha256: str) -> bytes | None:
    return None


def tells_a_secret(text: str) -> bool:
    """Whether a text says over which connection something was asked, or who could see it."""
    return "secret-provider" in text or '"home"' in text
