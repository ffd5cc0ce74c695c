import json
from dataclasses import replace

import pytest
from inglenook.core.model import Code, Reasoning, Text, ToolCall, ToolResult
from inglenook.formats.open_webui.write import join, write

from tests.formats.everything import EVERYTHING, FILES, HOSTILE, ROWS, START, read_back, uuid


def outer(conversation=EVERYTHING):
    [one] = json.loads(write(conversation, FILES.get))
    return one


def rows(conversation=EVERYTHING):
    return outer(conversation)["chat"]["history"]["messages"]


def again(chat):
    [found] = read_back(json.dumps([chat]), "open-webui")
    return found.conversation


def test_a_chat_is_one_that_the_program_imports():
    one = outer()
    chat = one["chat"]
    assert one.keys() >= {"id", "title", "chat", "meta", "pinned", "archived", "folder_id", "created_at", "updated_at"}
    assert (one["created_at"], chat["timestamp"]) == (START // 1000, START)
    assert (one["pinned"], one["archived"], one["folder_id"]) == (True, True, None)
    assert one["meta"] == {"tags": ["wet", "<b>"]}
    assert chat["models"] == ["next/model", "maker/model", "other/model"]
    assert chat["params"] == {"system": "Be brief.\n\nAnd <b>kind</b>."}
    assert chat["title"] == HOSTILE
    written = chat["history"]["messages"]
    assert chat["history"]["currentId"] in written
    for id, message in written.items():
        assert message["id"] == id
        assert message["role"] in ("user", "assistant", "system")
        assert isinstance(message["content"], str)
        assert isinstance(message["timestamp"], int)
        assert START // 1000 <= message["timestamp"] < 10**11
        assert message["parentId"] is None or id in written[message["parentId"]]["childrenIds"]
        assert all(written[child]["parentId"] == id for child in message["childrenIds"])


def test_the_line_is_the_shown_path_once_more():
    one = outer()["chat"]
    line = [message["id"] for message in one["messages"]]
    assert line == [uuid(n) for n in (2, 3, 5, 7, 9, 10, 11, 12)]
    assert line[-1] == one["history"]["currentId"]


def test_answers_side_by_side_are_columns():
    written = rows()
    assert written[uuid(2)]["models"] == ["maker/model", "other/model"]
    assert [written[uuid(n)]["modelIdx"] for n in (3, 4)] == [0, 1]


def test_thoughts_calls_and_code_are_the_blocks_that_it_draws():
    said = rows()[uuid(3)]["content"]
    assert '<details type="reasoning" done="true" duration="7">\n<summary>Thought for 7 seconds</summary>\n' in said
    assert "> First I look.\n> &gt; and think" in said
    assert '<details type="tool_calls" done="true" id="call-1" name="look" arguments="&quot;{' in said
    assert '<details type="code_interpreter" done="true">' in said
    assert said.count("</details>") == 3


def test_the_text_alone_tells_thoughts_calls_and_code_apart():
    said = [part for part in ROWS[2].parts if not isinstance(part, Code)]
    row = replace(ROWS[2], parts=(*said, Code("x = 1", "python")))
    one = outer(replace(EVERYTHING, messages={**EVERYTHING.messages, row.id: row}))
    message = one["chat"]["history"]["messages"][row.id]
    del message["output"], message["inglenook"]
    parts = again(one).messages[row.id].parts
    assert [type(part) for part in parts[:6]] == [Reasoning, Text, ToolCall, ToolResult, Text, Code]
    assert parts[0] == Reasoning("First I look.\n> and think", duration_ms=7000)
    assert parts[2:4] == row.parts[2:4]


def test_pictures_texts_and_other_files_are_in_it_and_lost_ones_are_named():
    files = rows()[uuid(2)]["files"]
    assert [(file["type"], file["name"], file["url"][:22]) for file in files] == [
        ("image", "moor.png", "data:image/png;base64,"),
        ("file", "paper.pdf", "data:application/pdf;b"),
        ("file", "table.txt", ""),
        ("file", "gone.zip", ""),
        ("audio", "song.mp3", "data:audio/mpeg;base64"),
    ]
    assert files[2]["file"]["data"]["content"] == "a,b\n1,2\n"


def test_what_an_answer_took_and_how_it_was_found_are_its_own_members():
    message = rows()[uuid(3)]
    assert message["usage"]["prompt_tokens"] == 11
    assert message["usage"]["completion_tokens"] == 22
    assert message["usage"]["total_duration"] == 9_001_000_000
    assert (message["done"], message["done_reason"], message["model"]) == (True, "stop", "maker/model")
    assert message["annotation"] == {"rating": -1, "comment": "Too short"}
    assert [source["source"]["url"] for source in message["sources"]] == [
        "https://example.org/moor?a=1&b=2",
        "https://example.org/bog",
    ]
    assert rows()[uuid(7)]["error"] == {"content": "It failed."}
    assert rows()[uuid(10)]["done"] is False


def test_a_message_that_was_changed_there_is_read_as_it_stands_there():
    one = outer()
    message = one["chat"]["history"]["messages"][uuid(5)]
    message["content"] = "Changed there"
    read = again(one).messages
    assert read[uuid(5)].parts == (Text("Changed there"),)
    assert read[uuid(3)].parts[4] == Code("print('moor')\n```", "python")


def test_a_system_prompt_that_was_changed_there_is_read_as_it_stands_there():
    one = outer()
    one["chat"]["params"]["system"] = "Be long."
    assert again(one).messages[uuid(1)].parts == (Text("Be long."),)


def test_what_went_on_there_comes_back_with_what_was_written_here():
    one = outer()
    written = one["chat"]["history"]["messages"]
    new = {"id": "new-0001", "parentId": uuid(12), "childrenIds": [], "role": "assistant", "content": "There",
           "timestamp": START // 1000 + 99}  # fmt: skip
    written[uuid(12)]["childrenIds"] = ["new-0001"]
    written["new-0001"] = new
    one["chat"]["history"]["currentId"] = "new-0001"
    read = again(one)
    assert read.current.value == "new-0001"
    assert read.messages["new-0001"].parent == uuid(12)
    assert read.messages[uuid(3)].usage.first_token_ms == 450


def test_many_chats_are_one_list():
    texts = [write(EVERYTHING, FILES.get), write(replace(EVERYTHING, id="other-00000001"), FILES.get)]
    assert [one["id"] for one in json.loads("".join(join(texts)))] == [EVERYTHING.id, "other-00000001"]
    assert json.loads("".join(join([]))) == []


@pytest.mark.parametrize("empty", [{}, {"a": replace(ROWS[1], id="a", parts=(), deleted_ms=1)}])
def test_a_chat_without_messages_is_one(empty):
    assert rows(replace(EVERYTHING, messages=empty)) == {}
