import re

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
    Video,
)
from inglenook.formats.html.write import write

from tests.strategies import conversations


def nothing(sha256):
    return None


def bytes_for(sha256):
    return b"bytes"


def talk(*parts, title="Title", author=Author("maker/model"), **members):  # noqa: B008 - frozen
    rows = [
        Message("q", None, "user", (Text("Why?"),), created_ms=1_763_900_000_000),
        Message("a", "q", "assistant", parts, author, 1_763_900_060_000, **members),
        Message("other", "q", "assistant", (Text("Not shown"),), created_ms=1_763_900_050_000),
        Message("e", "a", "user", (Text("The\nend"),), created_ms=1_763_990_000_000),
    ]
    return Conversation("c", 1_763_900_000_000, Stamped(title), messages={r.id: r for r in rows}, current=Stamped("e"))


def answer(*parts, files=nothing, **members):
    """What the answer says."""
    page = write(talk(*parts, **members), files)
    return page.split('<article class="assistant">')[1].split('dir="auto">\n')[1].partition("\n</div>\n</article>")[0]


def test_a_page_needs_nothing_and_allows_nothing():
    page = write(talk(Text("[a](https://e.org) ![b](https://e.org/b.png)")), nothing)
    policy = "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'"
    assert page.startswith("<!doctype html>\n")
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in page
    assert "<script" not in page
    assert "<link" not in page
    assert re.findall(r"\bsrc=|@import|url\(", page) == []


def test_it_says_who_spoke_when_and_what_is_not_shown():
    page = write(talk(Text("*Because.*"), author=Author("maker/model", provider="Provider", name="Model")), nothing)
    assert "<title>Title</title>" in page
    facts = "2025-11-23 to 2025-11-24 · 3 messages · 1 more in other versions, which are not shown here"
    assert f'<p class="facts">{facts}</p>' in page
    assert (
        '<div class="who"><h2 dir="auto">Model</h2> '
        '<span class="facts">maker/model · by Provider · version 2 of 2</span> '
        '<time datetime="2025-11-23T12:14Z">2025-11-23 12:14 UTC</time></div>\n'
        '<div class="said" dir="auto">\n<p><em>Because.</em></p>\n</div>'
    ) in page
    assert "Not shown" not in page


def test_the_lines_of_the_user_stay_lines():
    assert "<p>The<br>\nend</p>" in write(talk(), nothing)


@pytest.mark.parametrize(
    ("part", "made"),
    [
        (Text("# A"), "<h3>A</h3>"),
        (Reasoning("*Hm.*", (), 1500), "<details>\n<summary>Reasoning (1.5 s)</summary>\n"
         "<p><em>Hm.</em></p>\n</details>"),
        (Reasoning("", ({"type": "sealed"},)), ""),
        (ToolCall("1", "look", '{"a": "<b>"}'), "<details>\n<summary>Tool call: look</summary>\n"
         "<pre><code>{&quot;a&quot;: &quot;&lt;b&gt;&quot;}</code></pre>\n</details>"),
        (ToolResult("1", "seen"), "<details>\n<summary>Tool result</summary>\n"
         "<pre><code>seen</code></pre>\n</details>"),
        (Code("a < b", "py"), '<pre data-language="py"><code>a &lt; b</code></pre>'),
        (Failure("No.", "Try again.", 500, "why"), '<p class="end">No. Try again.</p>\n<details>\n'
         "<summary>Technical part</summary>\n<pre><code>why</code></pre>\n</details>"),
        (Unknown("odd", {"b": 1}), "<details>\n<summary>Part of an unknown kind: odd</summary>\n"
         "<pre><code>{\n &quot;b&quot;: 1\n}</code></pre>\n</details>"),
        (Image(name="a.png", size=7), '<p class="file">Image: a.png <span class="facts">7 bytes</span> '
         '<span class="facts">Not in this page</span></p>'),
        (Image(url="https://e.org/a.png"), '<p class="file">Image: <a href="https://e.org/a.png" rel="noreferrer">'
         'Image without a name</a> <span class="facts">Not loaded</span></p>'),
        (Image(url="javascript:alert(1)", name="x"), '<p class="file">Image: x '
         '<span class="facts">Not in this page</span></p>'),
    ],
)  # fmt: skip
def test_each_part_is_shown(part, made):
    assert answer(part) == made


@pytest.mark.parametrize(
    ("part", "made"),
    [
        (Image("0" * 64, None, "image/png", "a.png"), '<img src="data:image/png;base64,Ynl0ZXM=" alt="a.png">'),
        (Audio("0" * 64, None, "audio/wav", "a.wav"), '<audio controls src="data:audio/wav;base64,Ynl0ZXM=">'),
        (Video("0" * 64, None, "video/mp4", "a.mp4"), '<video controls src="data:video/mp4;base64,Ynl0ZXM=">'),
        (File("0" * 64, None, "text/html", 'a".html'), '<a download="a&quot;.html" '
         'href="data:application/octet-stream;base64,Ynl0ZXM=">a&quot;.html</a>'),
        (Image("0" * 64, None, "text/html", "b"), 'href="data:application/octet-stream;base64,Ynl0ZXM="'),
        (Image("0" * 64, None, 'image/png" onload="x', "c"), 'href="data:application/octet-stream;base64,Ynl0ZXM="'),
    ],
)  # fmt: skip
def test_files_are_inside_the_page(part, made):
    assert made in answer(part, files=bytes_for)


def test_what_was_said_in_a_sound_is_shown_with_it():
    assert "<p>said</p>" in answer(Audio(transcript="said"))


def test_sources_are_numbered_once_each():
    source = Citation("https://e.org/?a=1&b", "<E>", "Quote")
    assert answer(Text("A [1]"), source, source, Citation("javascript:x", "F")) == (
        '<p>A [1]</p>\n<ol class="sources">\n<li><a href="https://e.org/?a=1&amp;b" rel="noreferrer">&lt;E&gt;</a>'
        '<br><span class="facts">Quote</span></li>\n<li>F (javascript:x)</li>\n</ol>'
    )


@pytest.mark.parametrize("status", ["streaming", "interrupted", "failed", "refused"])
def test_it_says_how_an_answer_ended(status):
    assert '<p class="end">This answer ' in answer(Text("A"), status=status)


def test_html_of_anybody_is_only_text():
    bad = '<script>x</script>"><img src=x onerror=y>'
    parts = (Text(bad), Reasoning(bad), ToolCall(bad, bad, bad), Citation(bad, bad, bad), Image(url=bad, name=bad))
    page = write(talk(*parts, title=bad, author=Author(bad, name=bad)), nothing)
    assert "<script" not in page
    assert "<img" not in page


@given(conversations())
def test_any_conversation_becomes_the_same_page_twice(conversation):
    page = write(conversation, bytes_for)
    assert page == write(conversation, bytes_for)
    page.encode()
    assert page.count("<article") == page.count("</article>")
