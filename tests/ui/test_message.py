"""A message as an article: names, parts, footers, and nothing in it that could become markup."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from inglenook.core.model import (
    Author,
    Citation,
    Failure,
    File,
    Image,
    Message,
    Reasoning,
    Text,
    ToolCall,
    Unknown,
    Usage,
)
from inglenook.ui import day, message
from inglenook.ui.environment import web_address

from tests.strategies import messages
from tests.ui.page import buttons, read
from tests.ui.room import ANSWERED, ASKED, NOW

TODAY = day.number(NOW, 0)


def drawn(one: Message, **place):
    return read(message.draw(one, message.Place(**place), TODAY, 0)).one("article")


def test_an_article_is_named_by_who_speaks():
    assert drawn(ASKED).attributes["aria-label"] == "You"
    answer = drawn(ANSWERED)
    assert answer.attributes["aria-label"] == "acme/bolt"
    assert answer.one("h2").text == "bolt"
    assert "via Alder" in answer.one("header").text
    assert (answer.attributes["data-key"], answer.attributes["data-message-id"]) == ("a1", "a1")
    assert drawn(replace(ANSWERED, author=Author())).attributes["aria-label"] == "Assistant"


def test_an_answer_has_every_button_by_its_name():
    assert buttons(drawn(ANSWERED, version=2, versions=3)) == [
        "Copy",
        "Retry",
        "Edit",
        "Branch",
        "Delete message",
        "Previous version",
        "Next version",
    ]


def test_the_time_is_short_and_whole_on_hover():
    time = drawn(ANSWERED).one("time")
    assert (time.text, time.attributes["title"]) == ("13:13", "Monday 21 September 2026, 13:13")
    assert time.attributes["datetime"] == "2026-09-21T13:13:20Z"
    assert not drawn(replace(ANSWERED, created_ms=0)).all("time")


def test_what_an_answer_took_is_told_as_far_as_it_is_known():
    whole = replace(ANSWERED, usage=Usage(812, 1204, cost_usd=0.0036, duration_ms=6100))
    assert drawn(whole).one(_class="cost").text == "1,204 tokens · 6.1 s · $0.0036"
    assert drawn(replace(ANSWERED, usage=Usage(cost_usd=0.0))).one(_class="cost").text == "$0"
    assert not drawn(ANSWERED).all(_class="cost")


def test_markdown_travels_as_text_with_the_time_of_its_last_change():
    source = drawn(replace(ANSWERED, parts=(Text("<b>*x*</b> & </rich-text>"),))).one("rich-text")
    assert source.text == "<b>*x*</b> & </rich-text>"
    assert source.attributes == {"data-part": "text", "data-rev": "12"}


def test_a_failure_says_what_to_do_and_offers_retry_once():
    failed = replace(
        ANSWERED, status="failed", parts=(Text("Beca"), Failure("It broke.", "Retry it.", 502, "upstream closed"))
    )
    article = drawn(failed)
    assert "It broke. Retry it." in article.one(_class="failure").text
    assert article.one("details").one("code").text == "502 upstream closed"
    assert buttons(article).count("Retry") == 1
    assert article.one("rich-text").text == "Beca"
    assert article.one(_class="badge bad").text == "failed"


def test_an_interrupted_answer_says_so():
    assert drawn(replace(ANSWERED, status="interrupted")).one(_class="badge warn").text == "interrupted"


def test_thinking_is_folded_and_says_how_long_it_took():
    fold = drawn(replace(ANSWERED, parts=(Reasoning("Hm", (), 4000), Text("So.")))).one("details")
    assert fold.one("summary").text == "Thought for 4.0 s"
    assert fold.one("rich-text", data_part="reasoning").text == "Hm"
    assert "open" not in fold.attributes


def test_a_picture_that_is_kept_here_is_drawn_and_others_are_named():
    vector = Image("bb", None, "image/svg+xml", "tide.svg", 10)
    away = Image(None, "https://x.example/a.png", "image/png", "a.png")
    files = (Image("aa", None, "image/png", 'tide".png', 482_113), File("cc", None, "image/webp"), vector, away)
    article = drawn(replace(ASKED, parts=files))
    pictures = [(p.attributes["data-sha256"], p.attributes["data-type"], p.text) for p in article.all("stored-picture")]
    assert pictures == [("aa", "image/png", 'tide".png'), ("cc", "image/webp", "Picture")]
    assert ["".join(chip.text.split()) for chip in article.all("li")[2:]] == ["tide.svg10B", "a.png"]
    assert not article.all("img")


def test_files_are_named_with_their_size_and_never_loaded():
    files = (Image("aa", None, "image/bmp", "tide.bmp", 482_113), File(None, "https://x.example/a.pdf", name="a.pdf"))
    article = drawn(replace(ASKED, parts=files))
    assert [" ".join(chip.text.split()) for chip in article.all("li")] == ["tide.bmp482 kB", "a.pdf"]
    assert not article.all("img")
    link = article.one("a")
    assert (link.attributes["href"], link.attributes["rel"]) == (
        "https://x.example/a.pdf",
        "noopener noreferrer nofollow",
    )


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//x.example", "http://", "http://[", None])
def test_only_the_web_is_linked(url):
    assert web_address(url) == ""
    article = drawn(replace(ANSWERED, parts=(Citation(url or "", "A title"), File(None, url, name="f"))))
    assert not article.all("a")


def test_sources_are_a_numbered_list_of_links():
    cited = (Citation("https://a.example/x", "A"), Citation("https://user@b.example/y"))
    links = drawn(replace(ANSWERED, parts=cited)).one("ol").all("a")
    assert [(a.text, a.attributes["href"]) for a in links] == [
        ("A", "https://a.example/x"),
        ("b.example", "https://user@b.example/y"),
    ]


def test_calls_of_tools_and_unknown_parts_are_folded():
    parts = (ToolCall("1", "look_up", '{"q": 1}'), Unknown("hologram", {"a": [1]}))
    folds = drawn(replace(ANSWERED, parts=parts)).all("details")
    assert [fold.one("summary").text for fold in folds] == [
        "Asked for look_up",
        "A part that this version cannot show (hologram)",
    ]
    assert folds[0].one("code").text == '{"q": 1}'


@settings(deadline=None)
@given(messages())
def test_no_message_can_become_markup(one):
    """Whatever it holds, the article has the elements and attributes of the templates, and its texts arrive whole."""
    article = drawn(one, version=1, versions=2)
    assert article.attributes["data-message-id"] == one.id
    expected = [part.text for part in one.parts if isinstance(part, Text | Reasoning)]
    assert [source.text for source in article.all("rich-text")] == expected
    allowed = {
        "article", "header", "h2", "span", "time", "div", "rich-text", "details", "summary", "ul", "ol", "li", "a",
        "small", "figure", "figcaption", "button", "pre", "code", "p", "b", "svg", "use", "footer",
    }  # fmt: skip
    assert {element.tag for element in article.inside()} <= allowed
    assert not [name for element in article.inside() for name in element.attributes if name.startswith("on")]
    assert all(a.attributes["href"].startswith(("http://", "https://")) for a in article.all("a"))


@settings(deadline=None)
@given(messages())
def test_no_message_can_break_out_of_its_editor(one):
    form = drawn(one, editing=True).one("form")
    texts = [part.text for part in one.parts if isinstance(part, Text)]
    assert form.one("textarea").text.removeprefix("\n") == "\n\n".join(texts)
