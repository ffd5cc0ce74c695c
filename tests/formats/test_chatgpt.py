"""ChatGPT's exports: what goldens do not show."""

import json
from typing import Any

import pytest
from inglenook.core.model import Citation, Code, Failure, File, Image, Reasoning, Text, ToolCall, ToolResult, Unknown
from inglenook.formats import chatgpt, registry
from inglenook.formats.reading.document import Document, Neighbours, memory_document
from inglenook.formats.reading.found import Found, Match

from tests.formats.golden import FOREIGN, document

OURS = FOREIGN / "chatgpt"


def node(id: str, parent: str | None, role: str = "user", *said: Any, content: Any = None, **more: Any) -> Any:
    metadata = more.pop("metadata", {})
    content = content or {"content_type": "text", "parts": list(said)}
    author = {"role": role, "name": more.pop("name", None), "metadata": {}}
    message = {"id": id, "author": author, "content": content, "metadata": metadata, "recipient": "all", **more}
    return {"id": id, "parent": parent, "children": [], "message": message}


def chat(*nodes: Any, **more: Any) -> dict[str, Any]:
    mapping = {each["id"]: each for each in nodes}
    for each in nodes:
        if each["parent"] in mapping:
            mapping[each["parent"]]["children"].append(each["id"])
    return {"title": "A", "conversation_id": "conversation-1", "mapping": mapping, **more}


def given(value: Any, **beside: Any) -> Document:
    made = memory_document("conversations.json", json.dumps(value).encode())
    others = [
        memory_document(name.replace("__", "."), value if isinstance(value, bytes) else json.dumps(value).encode())
        for name, value in beside.items()
    ]
    made.beside = Neighbours([made, *others])
    for other in others:
        other.beside = made.beside
    return made


def one(*nodes: Any, **more: Any) -> Found:
    [found] = chatgpt.read(given([chat(*nodes, **more)]))
    return found


def parts(found: Found, id: str) -> list[Any]:
    return list(found.conversation.messages[id].parts)


def matched(value: Any) -> Match | None:
    [*claimed] = registry.claims(given(value).head)
    assert [reader.SYSTEM for reader, _ in claimed] in ([], ["chatgpt"])
    return claimed[0][1] if claimed else None


def test_an_unbranched_chain_is_one_message_with_the_id_of_its_first_node():
    found = one(
        node("question-1", None, "user", "Why?"),
        node("thoughts-1", "question-1", "assistant", content={"content_type": "thoughts", "thoughts": ["Because."]}),
        node("call-0001", "thoughts-1", "assistant", "print(1)", recipient="python"),
        node(
            "result-01", "call-0001", "tool", content={"content_type": "execution_output", "text": "1"}, name="python"
        ),
        node("answer-01", "result-01", "assistant", "So."),
        current_node="answer-01",
    )
    assert list(found.conversation.messages) == ["question-1", "thoughts-1"]
    assert found.conversation.current.value == "thoughts-1"
    assert parts(found, "thoughts-1") == [
        Reasoning("Because."),
        ToolCall("call-0001", "python", "print(1)"),
        ToolResult("call-0001", "1", "python"),
        Text("So."),
    ]


def test_the_model_of_an_answer_is_that_of_its_last_words():
    found = one(
        node("thoughts-1", None, "assistant", "Hm.", metadata={"model_slug": "o3", "resolved_model_slug": "o3-2025"}),
        node("result-01", "thoughts-1", "tool", "1", metadata={"model_slug": "o3-mini"}),
        node("answer-01", "result-01", "assistant", "So.", metadata={"finish_details": {"type": "stop"}}),
    )
    [message] = found.conversation.messages.values()
    assert (message.author.model, message.author.served_model, message.finish_reason) == ("o3", "o3-2025", "stop")
    assert message.extra == {}


def test_a_chain_that_branches_is_not_joined_beyond_its_branching():
    found = one(
        node("question-1", None, "user", "Why?"),
        node("answer-00", "question-1", "assistant", "First,"),
        node("answer-01", "answer-00", "assistant", "this."),
        node("answer-02", "answer-00", "assistant", "that."),
    )
    assert [(m.id, m.parent) for m in found.conversation.messages.values()] == [
        ("question-1", None),
        ("answer-00", "question-1"),
        ("answer-01", "answer-00"),
        ("answer-02", "answer-00"),
    ]


def test_a_hidden_empty_node_does_not_hide_that_the_tree_branches_above_it():
    found = one(
        node("answer-00", None, "assistant", "First,"),
        node("system-01", "answer-00", "system", ""),
        node("question-1", "answer-00", "user", "What?"),
        node("answer-01", "system-01", "assistant", "then."),
    )
    assert found.conversation.messages["answer-01"].parent == "answer-00"


def test_the_order_of_children_is_that_of_their_parent():
    value = chat(
        node("question-1", None, "user", "Why?"),
        node("answer-01", "question-1", "assistant", "One."),
        node("answer-02", "question-1", "assistant", "Two."),
    )
    value["mapping"]["question-1"]["children"].reverse()
    [found] = chatgpt.read(given([value]))
    assert list(found.conversation.messages) == ["question-1", "answer-02", "answer-01"]


def test_a_conversation_that_has_grown_keeps_the_ids_of_its_messages():
    nodes = [
        node("question-1", None, "user", "Why?"),
        node("thoughts-1", "question-1", "assistant", content={"content_type": "thoughts", "thoughts": ["Hm."]}),
        node("answer-01", "thoughts-1", "assistant", "So."),
        node("question-2", "answer-01", "user", "And?"),
    ]
    before, after = one(*nodes[:2]), one(*[{**each, "children": []} for each in nodes])
    assert list(before.conversation.messages) == ["question-1", "thoughts-1"]
    assert list(after.conversation.messages) == ["question-1", "thoughts-1", "question-2"]
    assert before.conversation.id == after.conversation.id


def test_an_answer_that_has_not_begun_is_a_place_for_one():
    found = one(
        node("question-1", None, "user", "Why?"), node("answer-01", "question-1", "assistant", "", status="in_progress")
    )
    assert found.conversation.messages["answer-01"].status == "interrupted"


def test_custom_instructions_are_what_the_system_said_first():
    told = {"about_user_message": "I keep bees.", "about_model_message": "Be brief."}
    found = one(
        node("hidden-01", None, "system", "", metadata={"user_context_message_data": told}),
        node("question-1", "hidden-01", "user", "Why?"),
    )
    [first, second] = found.conversation.messages.values()
    assert (first.role, first.parts) == ("system", (Text("I keep bees.\n\nBe brief."),))
    assert second.parent == first.id


def test_a_rating_names_a_node_inside_an_answer_by_its_own_id_or_that_of_its_message():
    value = chat(
        node("answer-01", None, "assistant", "print(1)", recipient="python"),
        node("answer-02", "answer-01", "assistant", "One."),
    )
    value["mapping"]["answer-02"]["message"]["id"] = "message-2"
    row = {"id": "message-2", "conversation_id": "conversation-1", "rating": "thumbsDown", "content": "Wrong."}
    [found] = chatgpt.read(given([value], feedback__json=[row]))
    [message] = found.conversation.messages.values()
    assert (message.extra["rating"], message.extra["rating_note"]) == (-1, "Wrong.")


@pytest.mark.parametrize(
    ("name", "pointer"),
    [
        ("file-abcDEF123-holiday.png", "file-service://file-abcDEF123"),
        ("dalle-generations/file-abcDEF123-0a-1b.webp", "file-service://file-abcDEF123"),
        ("file_00aabb-sanitized.png", "sediment://file_00aabb#shared"),
        ("file_00aabb.dat", "sediment://file_00aabb?shared_conversation_id=1"),
        ("user-1/file_00aabb-11-22.png", "sediment://file_00aabb"),
    ],
)
def test_a_pointer_finds_its_file_by_every_name_that_it_had(name: str, pointer: str):
    content = {
        "content_type": "multimodal_text",
        "parts": [{"content_type": "image_asset_pointer", "asset_pointer": pointer}],
    }
    source = given([chat(node("question-1", None, content=content))])
    picture = memory_document(name, b"\x89PNG\r\n\x1a\n")
    source.beside = Neighbours([source, picture])
    [found] = chatgpt.read(source)
    [image] = parts(found, "question-1")
    assert (type(image), image.media_type, len(found.files), picture.used) == (Image, "image/png", 1, True)


def test_a_file_that_stands_in_a_message_twice_is_one_part_with_its_own_name():
    content = {
        "content_type": "multimodal_text",
        "parts": [{"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_1a"}],
    }
    files = [{"id": "file_1a", "name": "a.png"}, {"id": "file_2b", "name": "a.png"}]
    found = one(node("question-1", None, content=content, metadata={"attachments": files}))
    assert [part.name for part in parts(found, "question-1")] == ["a.png", "a.png"]


def test_a_file_that_only_the_library_knows_is_with_the_answer_that_made_it():
    rows = [
        {"file_id": id, "file_name": name, "origination_message_id": message, "origination_thread_id": thread}
        for id, name, message, thread in (
            ("file_1a", "a.docx", "answer-01", "conversation-1"),
            ("file_2b", "b.png", "gone", "conversation-1"),
            ("file_3c", "c.png", "gone", "another"),
        )
    ]
    nodes = [node("question-1", None, "user", "Write."), node("answer-01", "question-1", "assistant", "Here.")]
    source = given([chat(*nodes)], library__json=rows, file_1a__dat=b"PK\3\4", file_2b__dat=b"b", file_3c__dat=b"c")
    [found] = chatgpt.read(source)
    assert [part.name for part in parts(found, "answer-01") if not isinstance(part, Text)] == ["a.docx", "b.png"]
    assert isinstance(parts(found, "answer-01")[1], File)


def test_marks_are_replaced_by_what_they_stand_for_and_others_can_be_read():
    known, other = "\ue200cite\ue202turn0search1\ue201", "\ue200filecite\ue202turn3file1\ue201"
    references = [
        {
            "matched_text": known,
            "type": "webpage",
            "alt": "[Bees](https://bees.example.org)",
            "url": "https://bees.example.org",
        }
    ]
    found = one(
        node("answer-01", None, "assistant", f"Yes {known}, no {other}.", metadata={"content_references": references})
    )
    assert parts(found, "answer-01") == [
        Text("Yes [Bees](https://bees.example.org), no [turn3file1]."),
        Citation("https://bees.example.org"),
    ]


def test_a_mark_is_resolved_by_the_search_of_the_same_answer():
    entry = {
        "url": "https://bees.example.org",
        "title": "Bees",
        "ref_id": {"turn_index": 2, "ref_type": "search", "ref_index": 5},
    }
    found = one(
        node("call-0001", None, "assistant", "bees", recipient="web"),
        node("result-01", "call-0001", "tool", "", metadata={"search_result_groups": [{"entries": [entry]}]}),
        node("answer-01", "result-01", "assistant", "Yes \ue200cite\ue202turn2search5\ue201."),
    )
    assert parts(found, "call-0001")[1:] == [
        Text("Yes [Bees](https://bees.example.org)."),
        Citation("https://bees.example.org", "Bees"),
    ]


def test_what_the_same_page_says_elsewhere_is_kept():
    def page(said: str) -> Any:
        return {"metadata": {"url": "https://bees.example.org", "title": "Bees", "text": said}}

    found = one(node("answer-01", None, "assistant", "Yes.", metadata={"citations": [page("a"), page("b"), page("a")]}))
    assert [part.text for part in parts(found, "answer-01")[1:]] == ["a", "b"]


def paper(name: str, parent: str, call: Any, **canvas: Any) -> list[Any]:
    recipient = "canmore.update_textdoc" if "updates" in call else "canmore.create_textdoc"
    return [
        node(f"{name}-call", parent, "assistant", json.dumps(call), recipient=recipient),
        node(f"{name}-done", f"{name}-call", "tool", "Done.", metadata={"canvas": {"textdoc_id": "t", **canvas}}),
    ]


def codes(found: Found) -> list[str]:
    return [
        part.text
        for message in found.conversation.messages.values()
        for part in message.parts
        if isinstance(part, Code)
    ]


def changed(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"updates": [{"pattern": pattern, "replacement": new, "multiple": True} for pattern, new in pairs]}


def test_a_document_is_rebuilt_on_each_branch_by_itself():
    found = one(
        *paper("made", "none", {"name": "a", "type": "code/python", "content": "a = 1"}),
        node("question-1", "made-done", "user", "Two!"),
        node("question-2", "made-done", "user", "Three!"),
        *paper("two2", "question-1", changed(("1", "2"))),
        *paper("three", "question-2", changed(("1", "3"))),
    )
    assert codes(found) == ["a = 1", "a = 2", "a = 3"]


def test_a_document_whose_changes_cannot_be_followed_is_not_made_up():
    made = {"name": "a", "type": "document", "content": "one (two) three"}
    for step in (changed(("o.e", "x")), changed(("", "x")), {"updates": "all"}):
        found = one(*paper("made", "none", made), *paper("next", "made-done", step))
        assert codes(found)[1:] in ([], ["one (two) three"])
    found = one(
        *paper("made", "none", made),
        *paper("by-user", "made-done", changed(("one", "1")), has_user_edit=True),
        *paper("later", "by-user-done", changed(("\\(two\\)", "2"))),
        *paper("anew", "later-done", changed((".*", "new"), ("new", "newer"))),
    )
    assert codes(found) == ["one (two) three", "newer"]


def test_a_pattern_that_would_run_for_ever_is_not_run():
    found = one(
        *paper("made", "none", {"name": "a", "type": "document", "content": "a" * 5000}),
        *paper("next", "made-done", changed(("(a+)+$b", "x"))),
    )
    assert len(codes(found)) == 1


def test_json_in_a_call_may_be_nested_without_end():
    found = one(node("answer-01", None, "assistant", "[" * 100_000, recipient="canmore.create_textdoc"))
    assert [type(part) for part in parts(found, "answer-01")] == [ToolCall]


def test_what_nobody_knows_is_kept_as_it_came():
    content = {"content_type": "hologram", "beams": [1, 2]}
    metadata = {"mood": "calm", "request_id": "noise"}
    found = one(node("answer-01", None, "assistant", content=content, metadata=metadata, channel="commentary"))
    [message] = found.conversation.messages.values()
    assert message.parts == (Unknown("hologram", content),)
    assert message.extra["rest"] == {"mood": "calm", "channel": "commentary"}


def test_how_long_was_thought_is_counted_once():
    thoughts = {"content_type": "thoughts", "thoughts": [{"summary": "Bees", "content": "They sleep."}]}
    times = {"finished_duration_sec": 7}
    found = one(
        node("thoughts-1", None, "assistant", content=thoughts),
        node(
            "recap-001",
            "thoughts-1",
            "assistant",
            content={"content_type": "reasoning_recap", "content": "Thought for 7s"},
        ),
        node("answer-01", "recap-001", "assistant", "Yes.", metadata=times),
    )
    assert parts(found, "thoughts-1") == [Reasoning("**Bees**\n\nThey sleep.", duration_ms=7000), Text("Yes.")]


def test_times_without_end_are_no_length_of_thought():
    times = {"reasoning_start_time": 0.5, "reasoning_end_time": 10**400}
    thoughts = {"content_type": "thoughts", "thoughts": ["Hm."]}
    assert parts(one(node("answer-01", None, "assistant", content=thoughts, metadata=times)), "answer-01") == [
        Reasoning("Hm.")
    ]


def test_an_error_of_the_service_is_a_failed_answer():
    found = one(node("answer-01", None, "assistant", "", metadata={"error": {"message": "Too busy."}}))
    [message] = found.conversation.messages.values()
    assert (message.status, message.parts) == ("failed", (Failure("Too busy."),))


def test_files_of_an_export_are_known_by_what_is_in_them():
    row = {"id": "message-1", "conversation_id": "conversation-1", "rating": "thumbs_up", "content": "{}"}
    for value in (
        [row],
        [{"id": "a", "conversation_id": "b", "title": "c", "is_anonymous": True}],
        [{"file_id": "file_1", "file_name": "a", "sha256_digest": "00"}],
        {"file-1.dat": "a.png"},
        {"chats": []},
        {"version": 1, "manifest_file": "export_manifest.json", "logical_files": {}},
    ):
        match = matched(value)
        assert match is not None
        assert match.aside
    account = matched({"id": "user-1", "email": "a@example.org", "chatgpt_plus_user": False})
    assert account is not None
    assert account.skip
    for value in (
        [],
        {},
        {"chats": [{"messages": []}]},
        [{"conversation_id": "a", "role": "user", "rating": "x"}],
        [1],
    ):
        assert matched(value) is None


def test_a_conversation_of_deepseek_is_not_taken():
    nodes = {"1": {"id": "1", "parent": None, "children": [], "message": {"fragments": [{"type": "REQUEST"}]}}}
    assert chatgpt.sniff(given([{"mapping": nodes, "inserted_at": "2025-01-01T00:00:00Z"}]).head) is None


def test_lists_that_are_empty_are_not_told_to_the_user():
    source = given([chat(node("question-1", None, "user", "Hello"))], shopping__json=[], sora__json={}, odd__json=[7])
    list(chatgpt.read(source))
    assert [other.used for other in source.beside][1:] == [True, True, False]


def test_a_page_beside_the_conversations_says_nothing_and_alone_all():
    beside = document(OURS / "export" / "chat.html")
    assert list(chatgpt.read(beside)) == []
    assert beside.problems == []
    assert len(list(chatgpt.read(document(OURS / "page" / "chat.html")))) == 1


def test_entries_without_messages_do_not_stop_the_others():
    nodes = [node("question-1", None, "user", "Hello")]
    odd = [None, 7, {"title": "B"}, {"title": "C", "mapping": []}, {"title": "D", "mapping": {"a": {"message": None}}}]
    source = given([chat(*nodes), *odd, chat(*nodes, conversation_id="conversation-2")])
    assert len(list(chatgpt.read(source))) == 2
    assert source.problems == [
        "Entry 2 has no messages and was left out.",
        "Entry 3 has no messages and was left out.",
        "Entry 4 (“B”) has no messages and was left out.",
        "Entry 5 (“C”) has no messages and was left out.",
        "Conversation “D”: It has no messages.",
    ]


def test_circles_and_missing_parents_lose_no_message():
    found = one(
        node("question-1", "question-3", "user", "One"),
        node("question-2", "question-1", "user", "Two"),
        node("question-3", "question-2", "user", "Three"),
        node("question-4", "nowhere", "user", "Four"),
        node("question-5", "question-5", "user", "Five"),
    )
    assert len(found.conversation.messages) == 5
    assert any("circle" in problem for problem in found.problems)
    assert any("not in the file" in problem for problem in found.problems)


def test_the_end_of_the_shown_path_may_be_a_node_that_says_nothing():
    found = one(
        node("question-1", None, "user", "Why?"),
        node("question-2", None, "user", "How?"),
        node("empty-001", "question-1", "assistant", ""),
        current_node="empty-001",
    )
    assert found.conversation.current.value == "question-1"
