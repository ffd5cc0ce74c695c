import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
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
    Reasoning,
    Stamped,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
    Usage,
    Video,
)
from inglenook.core.schema import dump_conversation, load_conversation
from inglenook.core.thread import path
from inglenook.formats import openrouter
from inglenook.formats.openrouter.write import write
from inglenook.formats.reading.document import memory_document

from tests.formats.golden import document, fixtures, golden_of
from tests.formats.golden import read as read_fixture
from tests.strategies import conversations

START = 1_763_900_000_000
MAKER, OTHER = Author("maker/model"), Author("other/model")


def uuid(name):
    return f"0198c0de-7a11-7000-8000-{name:0>12}"


def row(name, parent, role, *parts, at=None, **members):
    at = START + 1000 * int(name, 16) if at is None else at
    over = uuid(parent) if parent else None
    return Message(uuid(name), over, role, parts, created_ms=at, revised_ms=at, **members)


def talk(*rows, current=None, **members):
    shown = Stamped(uuid(current) if current else rows[-1].id)
    return Conversation(
        uuid("beef"), START, Stamped("Title"), current=shown, messages={m.id: m for m in rows}, **members
    )


def nothing(sha256):
    return None


def top(conversation, files=nothing):
    return json.loads(write(conversation, files))


def back(conversation, files=nothing):
    [found] = openrouter.read(memory_document("x", write(conversation, files).encode()))
    return found


def saying(*parts, role="assistant", files=nothing, **members):
    """The parts that come back, and the items that were written for them."""
    conversation = talk(row("1", None, "user", Text("Hi")), row("2", "1", role, *parts, **members))
    found, room = back(conversation, files), top(conversation, files)
    items = [i["data"] for i in room["items"].values()][1:]
    return found.conversation.messages[uuid("2")].parts, items, found


TREE = (
    row("1", None, "system", Text("Be brief.")),
    row("2", "1", "user", Text("Hi")),
    row("3", "2", "assistant", Text("Hello"), author=MAKER),
    row("4", "2", "assistant", Text("Good day"), author=OTHER),
    row("5", "3", "user", Text("More")),
    row("6", "3", "user", Text("Less")),
    row("7", "5", "assistant", Text("Much more"), author=MAKER),
    row("8", "6", "assistant", Text("Much less"), author=MAKER),
)


def test_a_tree_comes_back_as_it_was():
    conversation = talk(*TREE, current="7", model=Stamped("maker/model"), pinned=Stamped(True))
    found = back(conversation)
    assert found.conversation.messages == conversation.messages
    assert found.conversation.current.value == uuid("7")
    assert (found.conversation.title.value, found.conversation.model.value) == ("Title", "maker/model")
    assert found.conversation.pinned.value
    assert found.problems == ()


def test_the_room_shows_the_path_with_all_answers_and_the_rest_is_beside_it():
    room = top(talk(*TREE, current="7"))
    shown = [
        "".join(e["text"] for i in m["items"] for e in room["items"][i["id"]]["data"]["content"])
        for m in room["messages"].values()
    ]
    assert shown == ["Hi", "Hello", "Good day", "More", "Much more"]
    assert len(room["_ext"]["aside"]["messages"]) == 3


def test_the_room_is_one_that_the_chatroom_knows():
    room = top(talk(*TREE, current="7"))
    assert room["version"] == "orpg.3.0"
    for kind, prefix in (("characters", "char-"), ("messages", "msg-"), ("items", "item-")):
        for id, record in room[kind].items():
            assert id == record["id"]
            assert re.fullmatch(prefix + r"\d+-[0-9A-Za-z]{20}", id)
    questions = {id for id, m in room["messages"].items() if m["type"] == "user"}
    for id, m in room["messages"].items():
        assert ("parentMessageId" in m) is (m["type"] == "assistant")
        assert m["type"] == "user" or m["parentMessageId"] in questions
        assert m["characterId"] == "USER" or m["characterId"] in room["characters"]
        assert all(room["items"][item["id"]]["messageId"] == id for item in m["items"])


def test_every_character_has_the_system_prompt_and_only_the_last_asked_answers_next():
    room = top(talk(*TREE, current="7"))
    assert {one["model"]: one["isRemoved"] for one in room["characters"].values()} == {
        "maker/model": False,
        "other/model": True,
    }
    assert {one["description"] for one in room["characters"].values()} == {"Be brief."}


def test_questions_stand_in_the_order_of_the_path_whatever_their_times():
    rows = (
        row("1", None, "user", Text("one"), at=START + 9000),
        row("2", "1", "assistant", Text("two"), at=START),
        row("3", "2", "user", Text("three"), at=START),
    )
    times = [m["createdAt"] for m in top(talk(*rows))["messages"].values()]
    assert times == sorted(set(times))
    assert back(talk(*rows)).conversation.messages == talk(*rows).messages


def test_an_answer_below_an_answer_names_the_question_above_both():
    rows = (TREE[1], TREE[2], row("9", "3", "assistant", Text("And more"), author=MAKER))
    room = top(talk(replace(rows[0], parent=None), *rows[1:]))
    [question] = [id for id, m in room["messages"].items() if m["type"] == "user"]
    assert [m.get("parentMessageId") for m in room["messages"].values()] == [None, question, question]


def test_without_what_stands_beside_it_the_room_still_reads_as_the_path():
    room = top(talk(*TREE, current="7"))
    del room["_ext"]
    [found] = openrouter.read(memory_document("x", json.dumps(room).encode()))
    assert [m.parts[0].text for m in path(found.conversation)] == ["Be brief.", "Hi", "Hello", "More", "Much more"]


@pytest.mark.parametrize(
    "odd", [None, [], {"from": "Inglenook"}, {"from": "Inglenook", "tree": [], "items": 1, "aside": "x", "extra": 3}]
)
def test_what_stands_beside_the_room_is_not_believed(odd):
    room = top(talk(*TREE, current="7")) | {"_ext": odd}
    [found] = openrouter.read(memory_document("x", json.dumps(room).encode()))
    assert len(found.conversation.messages) >= 5


def test_a_deleted_message_leaves_its_replies_below_the_one_above():
    rows = [*TREE[:3], replace(TREE[4], parts=(), deleted_ms=START + 99_000), TREE[6]]
    found = back(talk(*rows, current="7")).conversation
    assert uuid("5") not in found.messages
    assert found.messages[uuid("7")].parent == uuid("3")


@pytest.mark.parametrize(
    "part",
    [
        Text("\n\nText  \n"),
        Reasoning("Hm."),
        Reasoning("Hm.", ({"type": "reasoning.encrypted", "data": "x"},), 900),
        Reasoning("", duration_ms=5),
        ToolCall("c1", "add", "{}"),
        ToolResult("c1", "3", "add"),
        Code("print(1)\n```", "python"),
        Failure("It failed.", "Retry.", 500, "detail"),
        Unknown("hologram", {"depth": [1, {"x": None}]}),
        Unknown("", 7),
        Citation("https://example.org", "Example", "quote"),
        Citation("", "", "only a quote"),
        Image(url="https://example.org/a.png", media_type="image/png", name="a.png"),
        File(url="https://example.org/a.pdf", media_type="application/pdf", name="a.pdf"),
        File(name="gone.txt", media_type="text/plain", size=12),
        Audio(url="https://example.org/a.mp3", transcript="Hello"),
        Video(name="gone.mp4", size=5),
    ],
)
@pytest.mark.parametrize("role", ["user", "assistant", "tool", "system"])
def test_every_part_comes_back(part, role):
    assert saying(part, Text("after"), part, role=role)[0] == (part, Text("after"), part)


def test_a_call_with_its_result_is_one_in_the_room_and_a_lone_one_is_text():
    call, result = ToolCall("c1", "add", "{}"), ToolResult("c1", "3", "add")
    parts, items, _ = saying(call, result, Text("3"))
    assert parts == (call, result, Text("3"))
    assert [i["type"] for i in items] == ["function_call", "function_call_output", "message"]
    assert [i["type"] for i in saying(call)[1]] == ["message"]


def test_why_an_answer_failed_is_not_said_by_the_model():
    parts, items, _ = saying(Text("Hel"), Failure("It failed."), status="failed")
    assert parts == (Text("Hel"), Failure("It failed."))
    assert [i["content"] for i in items] == [[{"type": "output_text", "text": "Hel"}], []]


@pytest.mark.parametrize(
    ("part", "data"),
    [
        (Image("0" * 64, None, "image/png", "a.png"), b"\x89PNG\r\n\x1a\nrest"),
        (File("0" * 64, None, "application/pdf", "a.pdf"), b"%PDF-1.7 rest"),
        (File("0" * 64, None, "text/plain", "a.txt"), b"a"),
        (Audio("0" * 64, None, "audio/mpeg", "a.mp3", transcript="Hello"), b"ID3 rest"),
        (Video("0" * 64, None, "video/mp4", "a.mp4"), b"\0\0\0\x18ftypisom"),
    ],
)
@pytest.mark.parametrize("role", ["user", "assistant"])
def test_files_come_back_with_their_bytes(part, data, role):
    [got], _, found = saying(part, role=role, files={"0" * 64: data}.get)
    assert (type(got), got.media_type, got.name) == (type(part), part.media_type, part.name)
    assert getattr(got, "transcript", "") == getattr(part, "transcript", "")
    assert found.files[got.sha256]().read() == data


def test_a_file_whose_bytes_are_gone_is_named():
    part = File("0" * 64, None, "text/plain", "a.txt", 3)
    parts, items, found = saying(part)
    assert parts == (replace(part, sha256=None),)
    assert "a.txt" in json.dumps(items)
    assert not found.files


def test_what_an_answer_took_and_said_of_itself_comes_back():
    members = {
        "author": Author("maker/model", "maker/model-2026", "Hearth", name="Cook"),
        "usage": Usage(1, 2, 3, 4, 1e-7, 5, 6),
        "finish_reason": "length",
        "generation_id": "gen-1",
        "extra": {"rating": -1, "rating_note": "no", "edited": True, "hidden": True, "rest": {"a": 1}, "created": "x"},
    }
    conversation = talk(row("1", None, "user", Text("Hi")), row("2", "1", "assistant", Text("Hello"), **members))
    assert back(conversation).conversation.messages == conversation.messages
    [record] = [m for m in top(conversation)["messages"].values() if m["type"] == "assistant"]
    assert record["metadata"]["cost"] == "0.0000001"


def test_connections_and_who_has_seen_what_are_not_written():
    author = Author("maker/model", connection="my-secret-connection")
    seen = Disclosure(allowed=("secret-provider",))
    conversation = talk(row("1", None, "assistant", Text("Hi"), author=author, disclosure=seen, status="streaming"))
    assert "secret" not in write(conversation, nothing)
    assert back(conversation).conversation.messages[uuid("1")].status == "interrupted"


def test_a_conversation_without_an_answer_has_the_model_that_was_chosen():
    room = top(talk(row("1", None, "user", Text("Hi")), model=Stamped("maker/model")))
    assert [one["model"] for one in room["characters"].values()] == ["maker/model"]
    [without] = top(talk(row("1", None, "user", Text("Hi"))))["characters"].values()
    assert without["model"] == "openrouter/auto"


@pytest.mark.parametrize("fixture", [p for p in fixtures("openrouter") if golden_of(p).is_file()], ids=lambda p: p.name)
def test_a_room_that_was_read_is_written_and_read_as_the_same(fixture):
    [found] = read_fixture(document(fixture))
    text = write(found.conversation, lambda sha256: found.files[sha256]().read())
    [again] = openrouter.read(memory_document("x", text.encode()))
    first, second = found.conversation, again.conversation
    assert (second.id, second.current, second.model) == (first.id, first.current, first.model)
    assert second.messages.keys() == first.messages.keys()
    for id, message in first.messages.items():
        assert replace(second.messages[id], parts=()) == replace(message, parts=())
        assert list(map(type, second.messages[id].parts)) == list(map(type, message.parts))
    assert second.extra["rest"]["characters"].keys() == first.extra["rest"]["characters"].keys()
    assert [b().read() for b in again.files.values()] == [b().read() for b in found.files.values()]


def test_a_room_that_went_on_here_asks_the_new_model_next():
    [found] = read_fixture(document(fixtures("openrouter")[0].parent / "v3-parallel-and-retries.json"))
    old = found.conversation
    new = row("a", None, "assistant", Text("Here"), author=Author("new/model"), at=START * 2)
    last = replace(new, parent=old.current.value)
    room = top(replace(old, messages={**old.messages, last.id: last}, current=Stamped(last.id)))
    assert [one["model"] for one in room["characters"].values() if not one["isRemoved"]] == ["new/model"]


@given(conversations())
def test_any_conversation_can_be_written_and_read(conversation):
    conversation = load_conversation(dump_conversation(conversation))
    live = sum(m.deleted_ms is None for m in conversation.messages.values())
    document = memory_document("x", write(conversation, nothing).encode())
    found = list(openrouter.read(document))
    assert [len(one.conversation.messages) for one in found] == ([live] if live else [])


def test_the_same_conversation_gives_the_same_text():
    assert write(talk(*TREE), nothing) == write(talk(*reversed(TREE), current="8"), nothing)
