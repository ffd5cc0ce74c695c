import json

import pytest
from inglenook.core.model import Audio, Citation, Failure, File, Image, Reasoning, Text, ToolCall, ToolResult, Unknown
from inglenook.core.thread import path
from inglenook.formats import openrouter
from inglenook.formats.reading.document import memory_document

from tests.formats.golden import FOREIGN

MAKER = "char-1770000000-mmmmmmmmmmmmmmmmmmmm"
OTHER = "char-1770000001-oooooooooooooooooooo"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


def character(id, model="maker/model", **members):
    return {"id": id, "model": model, "description": "", "isRemoved": False, **members}


def message(id, at, *content, answers=None, who=MAKER, **members):
    """A message of orpg.3.0 with one item, and that item."""
    role = "assistant" if answers else "user"
    said = [
        {"type": "input_text" if role == "user" else "output_text", "text": c} if isinstance(c, str) else c
        for c in content
    ]
    record = {
        "id": id,
        "type": role,
        "characterId": who if answers else "USER",
        "createdAt": f"2026-01-01T00:00:{at:02}.000Z",
        "items": [{"id": f"item-{id}", "type": "message"}],
        **({"parentMessageId": answers} if answers else {}),
        **members,
    }
    data = {"type": "message", "role": role, "status": "completed", "content": said}
    return record, {"id": f"item-{id}", "messageId": id, "data": data}


def room(*rows, characters=(), **members):
    return {
        "version": "orpg.3.0",
        "title": "Title",
        "characters": {one["id"]: one for one in characters or (character(MAKER), character(OTHER, "other/model"))},
        "messages": {record["id"]: record for record, _ in rows},
        "items": {item["id"]: item for _, item in rows},
        **members,
    }


def read(top):
    document = memory_document("chat.json", json.dumps(top).encode())
    assert openrouter.sniff(document.head) is not None
    [found] = openrouter.read(document)
    return found


def talk(top):
    return read(top).conversation


def parents(conversation):
    return {id: m.parent for id, m in conversation.messages.items()}


def said(conversation):
    return ["".join(p.text for p in m.parts if isinstance(p, Text)) for m in path(conversation)]


def parts(*data):
    """The parts of an answer that has these items."""
    top = room(message("msg-1-u", 1, "Hi"), message("msg-1-a", 2, answers="msg-1-u"))
    top["items"] = {f"i{n}": {"id": f"i{n}", "messageId": "msg-1-a", "data": one} for n, one in enumerate(data)}
    top["messages"]["msg-1-a"]["items"] = [{"id": id} for id in top["items"]]
    answer = next(m for m in talk(top).messages.values() if m.role == "assistant")
    return answer.parts


def spoken(*content):
    return parts({"type": "message", "role": "assistant", "content": list(content)})


@pytest.mark.parametrize("top", [{"version": "orpg.9.9"}, {"version": "orpg.1.0", "messages": {}}])
def test_a_room_is_known_by_its_version(top):
    assert openrouter.sniff(memory_document("x", json.dumps(top).encode()).head).version == top["version"]


@pytest.mark.parametrize(
    "top", [{"version": 3}, {"version": "3"}, {"messages": {}}, ["orpg.3.0"], {"characters": {"char-1-x": 1}}]
)
def test_other_files_are_left_to_others(top):
    assert openrouter.sniff(memory_document("x", json.dumps(top).encode()).head) is None


def test_a_large_room_whose_members_were_sorted_is_known_before_its_version_is_seen():
    long = character(MAKER, modelInfo={"slug": "maker/model"})
    top = room(message("msg-1-u", 1, "x" * 600_000), characters=[long])
    document = memory_document("x", json.dumps(top, sort_keys=True).encode())
    assert "version" not in document.head.top
    assert openrouter.sniff(document.head) is not None


def test_a_later_export_of_a_room_is_the_same_conversation():
    rows = [message("msg-1-u", 1, "Hi"), message("msg-1-a", 2, "Hello", answers="msg-1-u")]
    first = talk(room(*rows))
    later = talk(
        room(*rows, message("msg-2-u", 3, "More"), message("msg-2-a", 4, "Less", answers="msg-2-u"), title="New")
    )
    assert later.id == first.id
    assert set(first.messages) < set(later.messages)
    assert said(later) == ["Hi", "Hello", "More", "Less"]


def test_order_is_that_of_time_and_not_that_of_the_file():
    rows = [
        message("msg-2-a", 4, "four", answers="msg-2-u"),
        message("msg-1-a", 2, "two", answers="msg-1-u"),
        message("msg-2-u", 3, "three"),
        message("msg-1-u", 1, "one"),
    ]
    assert said(talk(room(*rows))) == ["one", "two", "three", "four"]


def test_answers_of_several_characters_stand_side_by_side_and_say_so():
    rows = [
        message("msg-1-u", 1, "Hi"),
        message("msg-1-o", 2, "Other", answers="msg-1-u", who=OTHER),
        message("msg-1-m", 3, "Maker", answers="msg-1-u"),
        message("msg-2-u", 4, "More"),
    ]
    conversation = talk(room(*rows))
    found = {m.parts[0].text: m for m in conversation.messages.values()}
    assert found["Maker"].parent == found["Other"].parent == found["Hi"].id
    assert found["Maker"].extra["parallel"] == found["Other"].extra["parallel"] == "msg-1-u"
    assert said(conversation) == ["Hi", "Maker", "More"]


def test_of_retries_the_newest_that_was_not_cast_aside_goes_on():
    rows = [
        message("msg-1-u", 1, "Hi"),
        message("msg-1-a", 2, "old", answers="msg-1-u"),
        message("msg-1-b", 3, "new", answers="msg-1-u"),
        message("msg-1-c", 4, "cast aside", answers="msg-1-u", isRetrying=True),
        message("msg-2-u", 5, "More"),
    ]
    conversation = talk(room(*rows))
    assert said(conversation) == ["Hi", "new", "More"]
    assert len(conversation.messages) == 5
    assert not any("parallel" in m.extra for m in conversation.messages.values())


def test_an_answer_that_came_again_after_the_next_question_stays_where_it_was():
    rows = [
        message("msg-1-u", 1, "one"),
        message("msg-1-a", 9, "two", answers="msg-1-u"),
        message("msg-2-u", 3, "three"),
        message("msg-2-a", 4, "four", answers="msg-2-u"),
    ]
    assert said(talk(room(*rows))) == ["one", "two", "three", "four"]


def test_answers_to_a_question_that_is_gone_follow_what_was_before_them():
    rows = [
        message("msg-1-u", 1, "Hi"),
        message("msg-1-m", 2, "Maker", answers="msg-gone"),
        message("msg-1-o", 3, "Other", answers="msg-gone", who=OTHER),
        message("msg-2-u", 4, "More"),
    ]
    conversation = talk(room(*rows))
    assert said(conversation) == ["Hi", "Maker", "More"]
    assert len(set(parents(conversation).values())) == 3


def test_a_greeting_is_a_root():
    rows = [message("msg-0-a", 1, "Welcome", answers="msg-gone"), message("msg-1-u", 2, "Hi")]
    assert said(talk(room(*rows))) == ["Welcome", "Hi"]


def test_messages_that_answer_each_other_in_a_circle_are_cut_apart():
    rows = [message("msg-1-a", 1, "a", answers="msg-1-b"), message("msg-1-b", 2, "b", answers="msg-1-a")]
    found = read(room(*rows))
    assert sorted(map(bool, parents(found.conversation).values())) == [False, True]
    assert found.problems


def test_the_first_version_has_neither_times_nor_parents():
    rows = [(1743560300, "USER", "three"), (1743560200, MAKER, "two"), (1743560100, "USER", "one")]
    messages = {
        (id := f"msg-{seconds}-xxxx"): {
            "id": id,
            "characterId": who,
            "content": text,
            "updatedAt": "2025-04-02T02:18:22.545Z",
        }
        for seconds, who, text in rows
    }
    conversation = talk({"version": "orpg.1.0", "characters": {MAKER: character(MAKER)}, "messages": messages})
    assert said(conversation) == ["one", "two", "three"]
    assert conversation.messages["msg-1743560200-xxxx"].author.model == "maker/model"
    assert conversation.created_ms == 1743560100_000


def test_messages_of_one_moment_without_any_order_are_questions_first():
    top = {
        "version": "orpg.1.0",
        "characters": {},
        "messages": {
            "answer": {"characterId": MAKER, "content": "two"},
            "question": {"characterId": "USER", "content": "one"},
        },
    }
    assert said(talk(top)) == ["one", "two"]


def test_the_system_prompt_is_that_of_a_character_that_is_still_there():
    cast = [
        character("char-1-a", description="gone", isRemoved=True),
        character("char-1-b", description=" "),
        character("char-1-c", description="Be kind."),
    ]
    conversation = talk(room(message("msg-1-u", 1, "Hi"), characters=cast))
    assert [(m.role, m.parts[0].text) for m in path(conversation)] == [("system", "Be kind."), ("user", "Hi")]
    assert conversation.extra["rest"]["characters"]["char-1-a"]["description"] == "gone"


def test_an_answer_without_an_end_was_interrupted_and_an_open_tool_is_none():
    rows = [message("msg-1-u", 1, "Hi"), message("msg-1-a", 2, "Hel", answers="msg-1-u")]
    rows[1][1]["data"]["status"] = "in_progress"
    assert [m.status for m in path(talk(room(*rows)))] == ["done", "interrupted"]
    rows[1][1]["data"]["status"] = "completed"
    top = room(*rows)
    top["items"]["tool"] = {
        "id": "tool",
        "messageId": "msg-1-a",
        "data": {"type": "web_search_call", "status": "in_progress"},
    }
    assert [m.status for m in path(talk(top))] == ["done", "done"]


def test_what_an_answer_took_is_kept():
    metadata = {
        "variantSlug": "maker/model:free",
        "tokensCount": 7,
        "cost": "0.0000123",
        "provider": "Hearth",
        "duration": 900.0,
        "latencyDuration": 20,
        "generationId": "gen-1",
    }
    rows = [message("msg-1-u", 1, "Hi"), message("msg-1-a", 2, "Hello", answers="msg-1-u", metadata=metadata)]
    answer = path(talk(room(*rows)))[1]
    assert (answer.author.model, answer.author.provider, answer.generation_id) == (
        "maker/model:free",
        "Hearth",
        "gen-1",
    )
    usage = answer.usage
    assert (usage.completion_tokens, usage.cost_usd, usage.duration_ms, usage.first_token_ms) == (7, 0.0000123, 900, 20)
    assert "metadata" not in answer.extra["rest"]


@pytest.mark.parametrize("cost", ["much", "nan", "-1", "1e999", 10**400, [], True])
def test_a_cost_that_is_none_is_kept_as_it_came(cost):
    rows = [message("msg-1-u", 1, "Hi"), message("msg-1-a", 2, "Hello", answers="msg-1-u", metadata={"cost": cost})]
    answer = path(talk(room(*rows)))[1]
    assert answer.usage.cost_usd is None


def test_files_are_parts_with_their_bytes():
    rows = [
        message(
            "msg-1-u",
            1,
            {"type": "input_image", "image_url": PIXEL},
            {"type": "input_file", "filename": "a.pdf", "file_data": "JVBERi0xLjQK"},
            {"type": "input_audio", "input_audio": {"data": "SUQzBA==", "format": "mp3"}},
            {"type": "input_file", "filename": "gone.txt", "file_id": "file-1"},
            {"type": "input_image", "image_url": "blob:https://openrouter.ai/1"},
        )
    ]
    found = read(room(*rows))
    [asked] = found.conversation.messages.values()
    image, pdf, sound, gone, blob = asked.parts
    assert (type(image), image.media_type) == (Image, "image/gif")
    assert found.files[image.sha256]().read().startswith(b"GIF89a")
    assert (type(pdf), pdf.media_type, found.files[pdf.sha256]().read()) == (File, "application/pdf", b"%PDF-1.4\n")
    assert (type(sound), found.files[sound.sha256]().read()) == (Audio, b"ID3\x04")
    assert (gone.name, gone.sha256, blob.sha256) == ("gone.txt", None, None)
    assert "blob:https://openrouter.ai/1" in json.dumps(asked.extra["rest"])


def test_sources_follow_the_text_once_each():
    note = {"type": "url_citation", "url": "https://example.org", "title": "Example"}
    text = {"type": "output_text", "text": "So it is.", "annotations": [note, {**note, "start_index": 3}, None, 5]}
    assert spoken(text) == (Text("So it is."), Citation("https://example.org", "Example"))


def test_a_refusal_is_what_the_model_said():
    assert spoken({"type": "refusal", "refusal": "No."}) == (Text("No."),)


def test_content_of_a_kind_that_nobody_knows_is_kept():
    odd = {"type": "output_hologram", "depth": 3}
    assert spoken(odd, 7, None) == (Unknown("output_hologram", odd), Unknown("content", 7), Unknown("content", None))


def test_a_summary_and_the_full_reasoning_are_both_kept_and_equal_ones_once():
    summary = [{"type": "summary_text", "text": "In short."}]
    content = [{"type": "reasoning_text", "text": "At length."}]
    assert parts({"type": "reasoning", "summary": summary, "content": content}) == (
        Reasoning("In short."),
        Reasoning("At length."),
    )
    assert parts({"type": "reasoning", "summary": content, "content": content}) == (Reasoning("At length."),)


def test_tools_of_any_name_are_calls_and_results():
    call, result = parts(
        {"type": "openrouter:brand_new", "id": "t1", "status": "completed", "query": "x", "result": {"n": 1}}
    )
    assert call == ToolCall("t1", "brand_new", '{"query": "x"}')
    assert result == ToolResult("t1", '{"n": 1}', "brand_new")


def test_a_call_and_its_output_belong_together():
    assert parts(
        {"type": "function_call", "call_id": "c1", "name": "add", "arguments": '{"a":1}'},
        {"type": "function_call_output", "call_id": "c1", "output": "2"},
    ) == (ToolCall("c1", "add", '{"a":1}'), ToolResult("c1", "2"))


def test_a_picture_that_was_made_is_a_picture():
    [image] = parts({"type": "image_generation_call", "status": "completed", "result": PIXEL.partition(",")[2]})
    assert isinstance(image, Image)
    assert image.size


def test_the_result_of_a_picture_that_failed_is_no_picture():
    assert parts({"type": "image_generation_call", "id": "p", "result": "The picture was refused."}) == (
        ToolCall("p", "image_generation", ""),
        ToolResult("p", "The picture was refused.", "image_generation"),
    )


def test_an_error_is_why_an_answer_failed():
    rows = [message("msg-1-u", 1, "Hi"), message("msg-1-a", 2, answers="msg-1-u", error="Out of credit.")]
    answer = path(talk(room(*rows)))[1]
    assert (answer.status, answer.parts) == ("failed", (Failure("Out of credit."),))


@pytest.mark.parametrize(("version", "told"), [("orpg.4.0", True), ("orpg.3.7", False), ("orpg.x", True), (None, True)])
def test_a_newer_version_is_read_and_told(version, told):
    top = room(message("msg-1-u", 1, "Hi"), characters=[character(MAKER, modelInfo={})], version=version)
    top = {name: value for name, value in top.items() if value is not None}
    assert bool(read(top).problems) is told


@pytest.mark.parametrize("messages", [None, {}, [], "x", {"msg-1-u": None}])
def test_a_room_without_messages_is_told_and_gives_nothing(messages):
    document = memory_document("x", json.dumps({"version": "orpg.3.0", "title": "T", "messages": messages}).encode())
    assert list(openrouter.read(document)) == []
    assert any("no messages" in problem for problem in document.problems)


def test_damaged_entries_do_not_stop_the_others():
    top = room(message("msg-1-u", 1, "Hi"))
    top["messages"]["msg-2-u"] = "damaged"
    top["items"]["item-2"] = None
    document = memory_document("x", json.dumps(top).encode())
    [found] = openrouter.read(document)
    assert said(found.conversation) == ["Hi"]
    assert len(document.problems) == 2


def test_the_text_of_the_file_is_kept_with_the_conversation():
    text = json.dumps(room(message("msg-1-u", 1, "Hi")))
    [found] = openrouter.read(memory_document("x", b"\xef\xbb\xbf" + text.encode()))
    assert found.raw == text


def test_ten_thousand_turns_are_read():
    messages = {}
    for n in range(10_000):
        id = f"msg-{1_700_000_000 + 2 * n}-x"
        messages[id] = {"id": id, "characterId": "USER" if n % 2 == 0 else MAKER, "content": str(n)}
    conversation = talk({"version": "orpg.1.0", "characters": {}, "messages": messages})
    assert len(path(conversation)) == 10_000


@pytest.mark.parametrize("name", ["v1-newest-first.json", "v3-parallel-and-retries.json", "v3-items.json"])
def test_the_same_file_gives_the_same_conversation(name):
    data = (FOREIGN / "openrouter" / name).read_bytes()
    first, second = (next(openrouter.read(memory_document("x", data))).conversation for _ in range(2))
    assert first == second
