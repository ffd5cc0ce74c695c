"""Google's activity: what goldens do not show."""

import doctest
import json
from typing import Any

import pytest
from inglenook.core.model import File, Message, Text
from inglenook.formats import gemini
from inglenook.formats.gemini import when
from inglenook.formats.reading import stamp
from inglenook.formats.reading.document import Document, memory_document
from inglenook.formats.reading.found import Found

OTHER = {"header": "Search", "products": ["Search"], "title": "Searched for gemini", "time": "2025-01-01T00:00:00Z"}


def row(title: str, time: str = "2025-01-01T00:00:00Z", answer: str = "", **more: Any) -> dict[str, Any]:
    about = {"header": "Gemini Apps", "products": ["Gemini Apps"], "title": title, "time": time}
    return {**about, **({"safeHtmlItem": [{"html": answer}]} if answer else {}), **more}


def document(*rows: Any) -> Document:
    return memory_document("MyActivity.json", json.dumps(rows).encode())


def page(*cells: tuple[str, str], end: str = "") -> Document:
    made = [
        f'<div class="outer-cell mdl-cell"><div class="header-cell"><p>{product}<br></p></div>'
        f'<div class="content-cell mdl-typography--body-1">{body}</div>{end}</div>'
        for product, body in cells
    ]
    return memory_document("MyActivity.html", f"<html><body>{''.join(made)}</body></html>".encode())


def read(source: Document) -> list[Found]:
    return list(gemini.read(source))


def only(source: Document) -> list[Message]:
    [found] = read(source)
    return list(found.conversation.messages.values())


def test_the_examples_are_true():
    assert doctest.testmod(when).failed == 0


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Nov 5, 2025, 1:34:47\u202fAM CET", "2025-11-05T00:34:47Z"),
        ("Nov 5, 2025, 12:34:47\u202fAM CET", "2025-11-04T23:34:47Z"),
        ("5. nov. 2025, 01:34:47 CEST", "2025-11-04T23:34:47Z"),
        ("05.11.2025, 01:34:47 MEZ", "2025-11-05T00:34:47Z"),
        ("5 août 2025, 13:34:47 UTC", "2025-08-05T13:34:47Z"),
        ("5 juil. 2025, 13:34:47 UTC", "2025-07-05T13:34:47Z"),
        ("5 нояб. 2025 г., 01:34:47 MSK", "2025-11-04T22:34:47Z"),
        ("2025年11月5日 上午1:34:47 CST", "2025-11-04T17:34:47Z"),
        ("2025. 11. 5. 오전 1:34:47 KST", "2025-11-04T16:34:47Z"),
        ("2025/11/05 1:34:47 JST", "2025-11-04T16:34:47Z"),
        ("5.11.2025 klo 1.34.47 EET", "2025-11-04T23:34:47Z"),
        ("5 marras 2025, 01:34:47 GMT+03:00", "2025-11-04T22:34:47Z"),
    ],
)
def test_times_are_read_in_many_languages(written, meant):
    assert when.when(written) == stamp.ms(meant)


def test_a_text_that_only_holds_a_date_is_no_time():
    for said in ("32 Foo 2025, 10:00:00", "5 Nov 2025", "x" * 60 + "5 Nov 2025, 10:00:00", "40.40.2025, 10:00:00"):
        assert when.when(said) is None


def test_a_file_of_other_products_alone_is_not_claimed():
    assert gemini.sniff(document(OTHER, OTHER).head) is None
    assert gemini.sniff(page(("Search", "Searched for gemini<br>Nov 5, 2025, 1:00:00 AM CET")).head) is None


def test_rows_after_many_of_other_products_are_found():
    source = document(*[OTHER] * 80, row("Prompted a", answer="b"))
    assert gemini.sniff(source.head) is not None
    assert [message.parts for message in only(source)] == [(Text("a"),), (Text("b"),)]
    assert source.problems == ["80 activities of other Google products were left out."]


def test_a_link_to_gemini_in_the_history_of_a_browser_is_not_ours():
    visit = '<a href="https://gemini.google.com/app/x1">Gemini</a><br>Nov 5, 2025, 1:00:00 AM CET'
    assert gemini.sniff(page(("Chrome", visit)).head) is None


def test_rows_within_half_an_hour_of_each_other_are_one_conversation():
    times = ("2025-01-01T01:01:00Z", "2025-01-01T00:30:00Z", "2025-01-01T00:00:00Z")
    found = read(document(*(row(f"Prompted {time}", time) for time in times)))
    assert [len(each.conversation.messages) for each in found] == [2, 1]


def test_a_conversation_that_grew_keeps_its_id_and_messages():
    old = [row("Prompted b", "2025-01-01T00:01:00Z", "c"), row("Prompted a", answer="x")]
    [before], [after] = read(document(*old)), read(document(row("Prompted d", "2025-01-01T00:05:00Z"), *old))
    assert before.conversation.id == after.conversation.id
    assert set(before.conversation.messages) < set(after.conversation.messages)


def test_rows_without_a_time_that_can_be_read_stand_alone_and_in_the_order_of_the_file():
    found = read(page(("Gemini Apps", "Prompted\xa0b<br>once<br>x"), ("Gemini Apps", "Prompted\xa0a<br>once<br>y")))
    assert [each.conversation.title.value for each in found] == ["a", "b"]
    assert all(each.undated for each in found)


def test_a_space_that_does_not_break_is_a_label_in_the_page_and_not_in_the_json():
    assert only(document(row("Bonjour\xa0! Ça va ?")))[0].parts == (Text("Bonjour\xa0! Ça va ?"),)
    one = only(page(("Gemini Apps", "Vous avez demandé&nbsp;Bonjour&nbsp;!<br>5 nov. 2025, 01:00:00 CET<br>Oui")))
    assert one[0].parts == (Text("Bonjour\xa0!"),)


def test_a_time_that_somebody_wrote_is_not_when_it_was():
    asked = "Prompted\xa0Which is later?<br>2026年8月1日 上午9:00<br>2026年8月2日 下午3:00"
    one, two = only(page(("Gemini Apps", f"{asked}<br>2026年8月3日 下午4:05:06<br><p>The other.</p>")))
    assert one.parts == (Text("Which is later?\n2026年8月1日 上午9:00\n2026年8月2日 下午3:00"),)
    assert one.created_ms == stamp.ms("2026-08-03T16:05:06Z")
    assert two.parts == (Text("The other."),)


def test_a_file_that_the_page_only_names_is_a_name():
    body = 'Prompted\xa0See<br>1 attachment.<br>- <a href="a%20b.pdf">a b.pdf</a><br>Nov 5, 2025, 1:00:00 AM CET<br>ok'
    assert only(page(("Gemini Apps", body)))[0].parts == (Text("See"), File(None, None, "application/pdf", "a b.pdf"))


def test_script_in_an_answer_is_not_text_and_a_tag_in_a_question_is():
    asked = "Prompted\xa0&lt;script&gt;alert(1)&lt;/script&gt;"
    body = f"{asked}<br>Nov 5, 2025, 1:00:00 AM CET<br><script>x</script>ok"
    one, two = only(page(("Gemini Apps", body)))
    assert (one.parts, two.parts) == ((Text("<script>alert(1)</script>"),), (Text("ok"),))
