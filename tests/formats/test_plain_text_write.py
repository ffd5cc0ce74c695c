import pytest
from hypothesis import given
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
)
from inglenook.core.schema import dump_conversation, load_conversation
from inglenook.formats.plain_text import write

from tests.strategies import conversations

RULE = "-" * 72


def nothing(sha256):
    return None


def talk(*parts, title="Title", author=Author("maker/model"), **members):  # noqa: B008 - frozen
    rows = [
        Message("q", None, "user", (Text("Why?"),), created_ms=1_763_900_000_000),
        Message("a", "q", "assistant", parts, author, 1_763_900_060_000, **members),
        Message("other", "q", "assistant", (Text("Not shown"),), created_ms=1_763_900_050_000),
        Message("e", "a", "user", (Text("The end"),)),
    ]
    return Conversation("c", 1_763_900_000_000, Stamped(title), messages={r.id: r for r in rows}, current=Stamped("e"))


def answer(*parts, **members):
    """What stands between the answer's heading and the next message."""
    text = write(talk(*parts, **members), nothing)
    return text.split(f"{RULE}\n")[2].partition("\n\n")[2].removesuffix("\n\n")


def test_a_conversation_reads_like_this():
    author = Author("maker/model", provider="Provider", name="Model")
    parts = (
        Reasoning("Hm.\n\nYes."),
        Text("*Because* [1].\r\n\r\n    code"),
        Citation("https://example.org", "Example"),
        File(sha256="0" * 64, name="a.pdf", media_type="application/pdf", size=12345),
    )
    assert write(talk(*parts, author=author), nothing) == (
        f"Title\n=====\n2025-11-23 12:13 UTC\n\n{RULE}\nYou | 2025-11-23 12:13 UTC\n\nWhy?\n\n"
        f"{RULE}\nModel | maker/model | by Provider | 2025-11-23 12:14 UTC\n\n"
        "Reasoning:\n| Hm.\n|\n| Yes.\n\n*Because* [1].\n\n    code\n\n"
        "[File: a.pdf (application/pdf, 12,345 bytes)]\n\n"
        "Sources:\n[1] Example\n    https://example.org\n\n"
        f"{RULE}\nYou\n\nThe end\n"
    )


def test_only_the_shown_path_is_written():
    assert "Not shown" not in write(talk(Text("x")), nothing)


def test_sources_are_numbered_once_each_at_the_end():
    one, two = Citation("https://one.example", "One"), Citation("https://two.example", text="Said\nthere")
    assert answer(one, Text("x"), two, one) == (
        "x\n\nSources:\n[1] One\n    https://one.example\n[2] https://two.example\n    > Said\n    > there"
    )


@pytest.mark.parametrize(
    ("part", "shown"),
    [
        (Image(url="https://example.org/a.png"), "[Image: https://example.org/a.png]"),
        (Image(sha256="0" * 64), "[Image: without a name]"),
        (Audio(name="a.mp3", transcript="Hello\nthere"), "[Audio: a.mp3]\n    Hello\n    there"),
        (ToolCall("1", "add", '{"a": 1}'), 'Tool call: add\n    {"a": 1}'),
        (ToolResult("1", "3"), "Tool result\n    3"),
        (Code("print(1)", "python"), "Code (python):\n    print(1)"),
        (Failure("It failed.", "Retry."), "(It failed. Retry.)"),
        (
            Unknown("hologram", {"b": 1, "a": 2}),
            'Part of an unknown kind: hologram\n    {\n      "a": 2,\n      "b": 1\n    }',
        ),
    ],
)
def test_every_part_has_its_form(part, shown):
    assert answer(part) == shown


def test_an_answer_that_ended_badly_says_so():
    assert answer(Text("Bec"), status="interrupted") == "Bec\n\n(This answer was interrupted.)"


def test_a_text_that_was_changed_says_so():
    assert "| edited\n" in write(talk(Text("x"), extra={"edited": True}), nothing)


def test_a_title_is_one_line_as_wide_as_its_rule():
    assert write(talk(title="a\n b"), nothing).splitlines()[:2] == ["a b", "==="]
    assert write(talk(title="火山"), nothing).splitlines()[:2] == ["火山", "===="]
    assert write(talk(title=""), nothing).splitlines()[0] == "Why?"


def test_nothing_that_a_terminal_would_obey_is_written():
    assert answer(Text("a\x1b[31mb\x07\tc\u009b2J")) == "a[31mb\tc2J"


@given(conversations())
def test_any_conversation_can_be_written(conversation):
    text = write(load_conversation(dump_conversation(conversation)), nothing)
    text.encode()
    assert text.endswith("\n")
