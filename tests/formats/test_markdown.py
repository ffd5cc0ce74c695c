import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.core.model import (
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
    Unknown,
)
from inglenook.core.schema import dump_conversation, load_conversation
from inglenook.formats.markdown import file_name, write
from markdown_it import MarkdownIt

from tests.strategies import conversations

ASKED = Author("maker/model")


def talk(*parts, title="Title", author=ASKED, **members):
    rows = [
        Message("q", None, "user", (Text("Why?"),), created_ms=1_763_900_000_000),
        Message("a", "q", "assistant", parts, author, 1_763_900_060_000, **members),
        Message("e", "a", "user", (Text("The end"),)),
    ]
    return Conversation("c", 0, Stamped(title), messages={row.id: row for row in rows}, current=Stamped("e"))


def headings(markdown):
    tokens = MarkdownIt("commonmark").parse(markdown)
    return [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]


def links(markdown):
    inline = [child for token in MarkdownIt("commonmark").parse(markdown) for child in token.children or ()]
    return [token.attrs["href"] for token in inline if token.type == "link_open"]


def test_a_conversation_reads_like_this():
    author = Author("maker/model", provider="Provider", name="Model")
    assert write(talk(Reasoning("Hm."), Text("*Because.*"), author=author)) == (
        "# Title\n\n## You\n\n*2025-11-23 12:13 UTC*\n\nWhy?\n\n"
        "## Model\n\n*2025-11-23 12:14 UTC · maker/model · by Provider*\n\n"
        "<details>\n<summary>Reasoning</summary>\n\nHm.\n\n</details>\n\n*Because.*\n\n"
        "## You\n\nThe end\n"
    )


@pytest.mark.parametrize(
    "part",
    [
        Text("```python\nprint(1)"),
        Text("~~~~\n```\n~~~"),
        Text("text\n````md\n```\ninner\n```"),
        Code("```\n````\n", "c++\n# not a heading"),
        ToolCall("1", "run", '{"x":"```"}'),
        Unknown("x", {"y": "```\n# no"}),
        Reasoning("```\nopen"),
        Reasoning("</details> <DETAILS>"),
        Failure("It failed.\n# no"),
        Citation("https://example.org", "a](b) # c", "```\nopen"),
        File(name="a\n# b.txt"),
    ],
)
def test_no_part_swallows_the_next_message_or_makes_a_heading(part):
    assert headings(write(talk(part))) == ["Title", "You", "maker/model", "You"]


def test_reasoning_cannot_end_its_fold():
    assert write(talk(Reasoning("a </details> b"))).count("</details>") == 1


def test_a_title_means_itself_and_stays_on_one_line():
    assert write(talk(title="*a*\n# b <i>")).splitlines()[0] == r"# \*a\* \# b \<i\>"


def test_attachments_are_named_and_not_embedded():
    file = File(sha256="0" * 64, name="a_b.txt", media_type="text/plain", size=12345)
    text = write(talk(file, Image(sha256="1" * 64)))
    assert "File: a\\_b.txt (text/plain, 12,345 bytes)" in text
    assert "Image: without a name" in text


def test_only_web_addresses_become_links():
    text = write(
        talk(
            Citation("https://example.org/a b", "spaced"),
            Citation("https://example.org/a>(b)", "odd"),
            Citation("javascript:alert(1)", "script"),
            Image(url="data:image/png;base64,xx"),
        )
    )
    assert links(text) == ["https://example.org/a%3E(b)"]


def test_an_answer_that_ended_badly_says_so():
    assert "*This answer was interrupted.*" in write(talk(Text("Bec"), status="interrupted"))


@given(conversations())
def test_any_conversation_can_be_written(conversation):
    write(load_conversation(dump_conversation(conversation))).encode()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Plan", "Plan 0000beef.md"),
        ("a/b\\c:d*e?f\"g<h>i|j", "a b c d e f g h i j 0000beef.md"),
        ("..", "Conversation 0000beef.md"),
        ("CON", "_CON 0000beef.md"),
        ("nul.txt", "_nul.txt 0000beef.md"),
        ("\u202egpj.exe\x00\n", "gpj.exe 0000beef.md"),
        ("", "Conversation 0000beef.md"),
    ],
)
def test_a_file_name_is_safe_everywhere(title, name):
    assert file_name(title, "0198c0de-7a11-7000-8000-00000000beef", "md") == name


@given(st.text(), st.text())
def test_any_title_and_id_give_a_name_that_fits(title, id):
    name = file_name(title * 30, id, "json")
    assert name.endswith(".json")
    assert 0 < len(name.encode()) <= 120
    assert not set(name) & set('<>:"/\\|?*\n\r\0')
    assert name == name.strip(". ")
