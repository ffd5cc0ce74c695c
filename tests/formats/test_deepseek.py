"""DeepSeek's exports: what goldens do not show."""

import json
from typing import Any

import pytest
from inglenook.core import model
from inglenook.formats import deepseek
from inglenook.formats.reading.document import Document, memory_document
from inglenook.formats.reading.found import Found, Match


def document(value: Any) -> Document:
    return memory_document("conversations.json", json.dumps(value).encode())


def node(parent: str | None, *fragments: Any, children: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    return {"parent": parent, "children": list(children), "message": {"fragments": list(fragments), **more}}


def asked(text: str) -> dict[str, str]:
    return {"type": "REQUEST", "content": text}


def answered(text: str) -> dict[str, str]:
    return {"type": "RESPONSE", "content": text}


def tree(**mapping: Any) -> dict[str, Any]:
    return {"id": "a", "title": "A", "inserted_at": "2026-01-01T00:00:00+08:00", "mapping": mapping}


def one(**mapping: Any) -> Found:
    [found] = deepseek.read(document([tree(**mapping)]))
    return found


def texts(found: Found) -> list[str]:
    return [part.text for m in found.conversation.messages.values() for part in m.parts if isinstance(part, model.Text)]


def test_account_details_are_not_stored():
    source = document({"user_id": "u", "email": "ada@example.org", "mobile": None})
    assert deepseek.sniff(source.head) == Match(skip="account details")


@pytest.mark.parametrize(
    "value",
    [
        [{"inserted_at": "x", "mapping": {"a": {"message": {"author": {"role": "user"}}}}}],
        [{"mapping": {"a": {"message": {"content": {"parts": ["x"]}}}}}],
        {"user_id": "u", "messages": [{"content": "x"}], "email": "a"},
        {"data": {"biz_data": {"chat_sessions": []}}},
    ],
)
def test_what_belongs_to_others_is_not_claimed(value: Any):
    assert deepseek.sniff(document(value).head) is None


def test_siblings_stand_in_the_order_that_their_parent_gives():
    found = one(
        c=node("a", answered("second")), b=node("a", answered("first")), a=node(None, asked("q"), children=("b", "c"))
    )
    assert texts(found) == ["q", "first", "second"]


def test_nodes_without_a_message_are_passed_over_however_many():
    empty = {str(n): {"parent": str(n - 1) if n else "a", "message": None} for n in range(2000)}
    found = one(a=node(None, asked("q")), **empty, z=node("1999", answered("a")))
    first, last = found.conversation.messages.values()
    assert last.parent == first.id


def test_nodes_in_a_circle_are_all_kept():
    found = one(a=node("b", asked("q")), b=node("a", answered("a")), c=node("nowhere", asked("c")))
    assert sorted(texts(found)) == ["a", "c", "q"]
    assert found.problems == ("Some messages reply to each other in a circle; it was cut.",)


def test_an_answer_before_its_question_stays_below_it():
    found = one(
        a=node("root", asked("q"), inserted_at="2026-01-01T00:00:01+08:00"),
        b=node("a", answered("a"), inserted_at="2026-01-01T00:00:00+08:00"),
    )
    question, answer = found.conversation.messages.values()
    assert (answer.parent, answer.created_ms - question.created_ms) == (question.id, -1000)


def test_sources_are_counted_over_all_searches_of_a_message():
    search = [{"type": "SEARCH", "results": [{"url": f"https://example.org/{n}"}]} for n in (1, 2)]
    found = one(a=node(None, *search, answered("see [citation:2]")))
    [message] = found.conversation.messages.values()
    assert message.parts[-2:] == (model.Text("see [1]"), model.Citation("https://example.org/2"))


def test_marks_in_a_text_become_the_places_of_their_sources_and_one_that_points_nowhere_stays():
    hits = [{"url": f"https://example.org/{n}", "cite_index": n} for n in (1, 2, 3)]
    said = {**answered("a [citation:3][citation:1], b [citation:3], c [citation:8]"), "references": hits[:2]}
    [message] = one(a=node(None, {"type": "SEARCH", "results": hits}, said)).conversation.messages.values()
    assert message.parts[-4:] == (
        model.Text("a [1][2], b [1], c [citation:8]"),
        *(model.Citation(f"https://example.org/{n}") for n in (3, 1, 2)),
    )


def test_a_failed_answer_says_so():
    answer = {"message_id": 1, "parent_id": None, "role": "ASSISTANT", "status": "FAILED", "content": ""}
    value = {"data": {"biz_data": {"chat_session": {"id": "a"}, "chat_messages": [answer]}}}
    [found] = deepseek.read(document(value))
    [message] = found.conversation.messages.values()
    assert message.status == "failed"
    assert isinstance(message.parts[0], model.Failure)


def test_a_grown_export_gives_the_same_ids():
    small = one(**{"1": node("root", asked("q"))})
    large = one(**{"1": node("root", asked("q")), "2": node("1", answered("a"))})
    assert small.conversation.id == large.conversation.id
    assert list(small.conversation.messages) == list(large.conversation.messages)[:1]
