"""Claude's exports: what goldens do not show."""

import json
from typing import Any

from inglenook.core import model
from inglenook.formats import claude
from inglenook.formats.claude.artifacts import MOST
from inglenook.formats.reading.document import Document, Neighbours, memory_document
from inglenook.formats.reading.found import Found, Match

from tests.formats.golden import FOREIGN

NOW = "2026-08-14T09:00:00.000000Z"


def document(value: Any, name: str = "a.json") -> Document:
    return memory_document(name, json.dumps(value).encode())


def said(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def message(id: str, parent: str | None, sender: str, *content: Any, **more: Any) -> dict[str, Any]:
    above = {} if parent is None else {"parent_message_uuid": parent}
    return {"uuid": id, "sender": sender, "content": list(content), "created_at": NOW, **above, **more}


def chat(*messages: Any, **more: Any) -> dict[str, Any]:
    return {"uuid": "conversation-1", "name": "A", "created_at": NOW, "chat_messages": list(messages), **more}


def one(*messages: Any, **more: Any) -> Found:
    [found] = claude.read(document([chat(*messages, **more)]))
    return found


def parts(found: Found, id: str) -> tuple[model.Part, ...]:
    return found.conversation.messages[id].parts


def codes(found: Found, id: str) -> list[str]:
    return [part.text for part in parts(found, id) if isinstance(part, model.Code)]


def made(id: str, **given: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": id, "name": "artifacts", "input": {"id": "a", **given}}


def test_a_list_of_downloads_says_what_to_download():
    source = memory_document("m.json", (FOREIGN / "claude" / "manifest.json").read_bytes())
    assert list(claude.read(source)) == []
    [problem] = source.problems
    assert "light_metadata-000.zip, conversations-000.zip" in problem
    assert "https" not in problem


def test_what_it_says_of_the_account_is_not_stored():
    people = [{"uuid": "a", "full_name": "Ada Fernsby", "email_address": "ada@example.org"}]
    assert claude.sniff(document(people).head) == Match(skip="account details")
    assert list(claude.read(document(people))) == []


def test_messages_without_a_sender_are_not_claimed():
    assert (
        claude.sniff(document([{"title": "A", "chat_messages": [{"text": "Hello"}, {"text": "World"}]}]).head) is None
    )


def test_a_conversation_that_is_longer_than_the_head_is_claimed():
    long = chat({"uuid": "a", "text": "x" * 600_000, "sender": "human"})
    assert claude.sniff(document([long]).head) == Match(version="export", apart=True)


def test_messages_that_all_name_no_parent_follow_each_other():
    nothing = "00000000-0000-4000-8000-000000000000"
    found = one(*(message(f"message-{n}", nothing, "human", said(str(n))) for n in range(3)))
    assert [m.parent for m in found.conversation.messages.values()] == [None, "message-0", "message-1"]


def test_siblings_stand_in_the_order_of_their_times_and_not_of_the_file():
    found = one(
        message("message-0", "none-000", "human", said("q")),
        message("message-2", "message-0", "assistant", said("later"), created_at="2026-08-14T09:02:00Z"),
        message("message-1", "message-0", "assistant", said("sooner"), created_at="2026-08-14T09:01:00Z"),
    )
    assert list(found.conversation.messages) == ["message-0", "message-1", "message-2"]


def test_messages_in_a_circle_are_all_kept():
    found = one(
        message("message-1", "message-2", "human", said("a")), message("message-2", "message-1", "assistant", said("b"))
    )
    assert len(found.conversation.messages) == 2
    assert found.problems == ("Some messages reply to each other in a circle; it was cut.",)


def test_a_grown_export_gives_the_same_ids():
    first = [message(f"m{n}", None, "human", said(str(n))) for n in range(2)]
    small, large = one(*first), one(*first, message("m2", None, "assistant", said("2")))
    assert small.conversation.id == large.conversation.id
    assert list(small.conversation.messages) == list(large.conversation.messages)[:2]


def test_a_branch_has_its_own_versions_of_an_artifact():
    found = one(
        message("message-1", "none-000", "assistant", made("t1", command="create", content="a = 1", language="python")),
        message("message-2", "message-1", "assistant", made("t2", command="update", old_str="1", new_str="2")),
        message("message-3", "message-1", "assistant", made("t3", command="update", old_str="1", new_str="3")),
    )
    assert [codes(found, f"message-{n}") for n in (1, 2, 3)] == [["a = 1"], ["a = 2"], ["a = 3"]]


def test_of_several_versions_in_one_message_the_last_is_shown_and_all_calls_are_kept():
    found = one(
        message(
            "message-1",
            None,
            "assistant",
            made("t1", command="create", content="a = 1"),
            made("t2", command="update", old_str="1", new_str="2"),
        )
    )
    assert codes(found, "message-1") == ["a = 2"]
    assert sum(isinstance(part, model.ToolCall) for part in parts(found, "message-1")) == 2


def test_a_change_of_an_unknown_artifact_is_only_a_call():
    found = one(message("message-1", None, "assistant", made("t1", command="update", old_str="1", new_str="2")))
    assert [type(part) for part in parts(found, "message-1")] == [model.ToolCall]


def test_versions_end_where_they_would_become_too_many():
    changes = [made(f"t{n}", command="update", old_str="x", new_str="x") for n in range(40)]
    text = "x" * (MOST // 20)
    found = one(*(message(f"m-{n:07}", None, "assistant", change) for n, change in enumerate(
        [made("t", command="create", content=text), *changes]
    )))  # fmt: skip
    shown = sum(len(codes(found, id)) for id in found.conversation.messages)
    assert 1 < shown < 20


def test_results_without_ids_answer_the_first_waiting_call_of_their_name():
    call = {"type": "tool_use", "id": None, "input": {}}
    result = {"type": "tool_result", "tool_use_id": None, "content": "x"}
    found = one(
        message(
            "message-1",
            None,
            "assistant",
            {**call, "name": "a"},
            {**call, "name": "b"},
            {**call, "name": "a"},
            {**result, "name": "b"},
            {**result, "name": "a"},
            {**result, "name": "a"},
            {**result, "name": "nobody called this"},
        )
    )
    answers = [part.call_id for part in parts(found, "message-1") if isinstance(part, model.ToolResult)]
    assert answers == ["call-2", "call-1", "call-3", "call-4"]


def test_a_flattened_text_that_says_more_than_its_blocks_is_kept():
    found = one(message("message-1", None, "human", said("Hello"), text="Hello, and more"))
    assert found.conversation.messages["message-1"].extra["rest"] == {"text": "Hello, and more"}


def test_what_stands_for_blocks_that_are_not_shown_is_no_text():
    hidden = "```\nThis block is not supported on your current device yet.\n```"
    found = one(message("message-1", None, "assistant", {"type": "tool_use", "name": "a"}, text=f"\n{hidden}\n"))
    assert [type(part) for part in parts(found, "message-1")] == [model.ToolCall]


def test_a_picture_in_a_result_is_kept_with_its_bytes():
    source = {"type": "base64", "media_type": "image/gif", "data": "R0lGODlh"}
    result = {"type": "tool_result", "name": "view", "content": [{"type": "image", "source": source}]}
    found = one(message("message-1", None, "assistant", result))
    picture = parts(found, "message-1")[1]
    assert isinstance(picture, model.Image)
    assert found.files[picture.sha256 or ""]().read() == b"GIF89a"


def test_a_conversation_that_knows_only_the_id_of_its_project_gets_its_name():
    source = document([chat(message("m", None, "human", said("x")), project_uuid="p-1")], "conversations.json")
    projects = document([{"uuid": "p-1", "name": "Harbour", "prompt_template": ""}], "projects.json")
    source.beside = Neighbours((source, projects))
    [found] = claude.read(source)
    assert found.conversation.extra["folder"] == "Harbour"


def test_one_bad_conversation_does_not_stop_the_others():
    good = chat(message("message-1", None, "human", said("x")))
    source = document([good, {**good, "name": "B", "chat_messages": [None]}, 7, {**good, "uuid": "c"}])
    assert len(list(claude.read(source))) == 2
    assert source.problems == [
        "Conversation “B”: It has no messages.",
        "Entry 3 is no conversation and was left out.",
    ]


def test_a_conversation_of_its_own_is_its_whole_text():
    text = json.dumps(chat(message("message-1", None, "human", said("x"))), indent=2)
    [found] = claude.read(memory_document("a.json", text.encode()))
    assert found.raw == text
