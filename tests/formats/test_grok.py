"""Grok's export: what goldens do not show."""

import json
from typing import Any

from inglenook.core import model
from inglenook.formats import grok
from inglenook.formats.grok import more as grok_more
from inglenook.formats.reading.document import Document, Neighbours, memory_document
from inglenook.formats.reading.found import Found, Match


def document(value: Any, name: str = "prod-grok-backend.json") -> Document:
    return memory_document(name, json.dumps(value).encode())


def response(id: str, parent: str | None, sender: str = "human", message: str = "x", **more: Any) -> dict[str, Any]:
    return {"response": {"_id": id, "parent_response_id": parent, "sender": sender, "message": message, **more}}


def wrapper(*responses: Any, **more: Any) -> dict[str, Any]:
    return {"conversation": {"id": "conversation-1", "title": "A", **more}, "responses": list(responses)}


def one(*responses: Any, **more: Any) -> Found:
    [found] = grok.read(document([wrapper(*responses, **more)]))
    return found


def only(*args: Any, **more: Any) -> model.Message:
    [message] = one(response("response-1", None, "assistant", *args, **more)).conversation.messages.values()
    return message


def test_account_details_are_not_stored():
    source = document({"user": {"email": "ada@example.org"}, "sessions": [{"ip": "192.0.2.1"}]})
    assert grok.sniff(source.head) == Match(skip="account details")
    assert list(grok.read(source)) == []


def test_the_first_turn_may_answer_what_is_not_in_the_file():
    found = one(
        response("response-1", "elsewhere"),
        response("response-2", "response-1", "assistant"),
        response("response-3", "elsewhere"),
    )
    assert [m.parent for m in found.conversation.messages.values()] == [None, "response-1", None]
    assert found.problems == ()


def test_without_any_parents_responses_follow_each_other():
    found = one(*(response(f"response-{n}", None) for n in range(3)))
    assert [m.parent for m in found.conversation.messages.values()] == [None, "response-0", "response-1"]


def test_ids_may_be_objects_of_a_database():
    found = one({"response": {"_id": {"$oid": "65f000000000000000000001"}, "sender": "human", "message": "x"}})
    assert list(found.conversation.messages) == ["65f000000000000000000001"]


def test_a_file_is_found_by_its_id_and_never_by_its_last_name():
    folder = "ttl/30d/export_data/u/prod-mc-asset-server//"
    first = memory_document(f"{folder}file-1/content", b"GIF89a")
    other = memory_document(f"{folder}file-2/content", b"%PDF-1.7")
    source = document([wrapper(response("response-1", None, file_attachments=["file-2", "file-3"]))])
    source.beside = Neighbours((source, first, other))
    [found] = grok.read(source)
    held, named = [p for p in found.conversation.messages["response-1"].parts if isinstance(p, model.File)]
    assert found.files[held.sha256 or ""]().read() == b"%PDF-1.7"
    assert (named.sha256, named.name) == (None, "file-3")
    assert (first.used, other.used) == (False, True)


def test_hits_that_come_at_three_places_are_taken_once():
    hit = {"url": "https://example.org/a", "title": "A", "preview": "Of a"}
    step = {
        "tool_usage_cards": [{"tool_usage_card_id": "card-1", "tool": {"WebSearch": {"args": {"query": "a"}}}}],
        "tool_usage_results": [{"tool_usage_card_id": "card-1", "result": {"WebSearchResults": [hit]}}],
        "web_search_results": [hit],
    }
    message = only(steps=[step], web_search_results=[hit])
    assert [part.call_id for part in message.parts if isinstance(part, model.ToolResult)] == ["card-1"]


def test_elements_without_an_end_stay_as_they_are():
    text = "a <grok:render card_id='b'> c <xai:tool_usage_card> d <grok:render"
    assert only(text).parts == (model.Text(text),)


def test_text_between_two_elements_is_kept():
    card = json.dumps({"id": "c", "url": "https://example.org/a"})
    message = only(
        "a<grok:render card_id='c'/>b<grok:render card_id='c'>x</grok:render>c", card_attachments_json=[card]
    )
    assert message.parts == (model.Text("a[1]b[1]c"), model.Citation("https://example.org/a"))
    assert message.extra["rest"]["message"].count("grok:render") == 3


def test_an_element_that_no_card_explains_is_no_text():
    cited, drawn = "<grok:render card_id='a' type='render_inline_citation'/>", "<grok:render type='render_chart'/>"
    message = only(f"So{cited} it is.{drawn}")
    assert message.parts == (model.Text("So it is."), model.Unknown("render_chart", drawn))
    assert message.extra["rest"]["message"] == f"So{cited} it is.{drawn}"


def test_an_error_makes_an_answer_failed():
    message = only("", error={"code": 13, "message": "No."})
    assert message.status == "failed"
    assert message.parts == (model.Failure("No.", detail='{"code": 13, "message": "No."}'),)


def test_arrays_of_a_large_file_are_found_by_their_bytes():
    big = {"conversations": [], "projects": [{"id": "p"}], "tasks": [], "media_posts": [], "x": "y" * (5 << 20)}
    assert grok_more.filled(document(big)) == {"projects"}


def test_the_same_media_posts_in_another_order_are_the_same():
    posts = [{"id": f"post-000{n}", "create_time": f"2026-01-0{n}T00:00:00Z", "original_prompt": "a"} for n in (1, 2)]
    first, second = (
        next(grok.read(document({"conversations": [], "projects": [], "media_posts": order})))
        for order in (posts, posts[::-1])
    )
    assert first.conversation == second.conversation


def test_entries_that_are_no_conversations_are_told():
    source = document([wrapper(response("response-1", None)), 5, wrapper(), {"conversation": {}, "responses": [1]}])
    assert len(list(grok.read(source))) == 1
    assert source.problems == [
        "Entry 2 is no conversation and was left out.",
        "Conversation “A” has no messages and was left out.",
        "Entry 4 is no conversation and was left out.",
    ]
