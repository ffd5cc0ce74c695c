import json

from inglenook.core.model import Conversation, Message, Text
from inglenook.formats.librechat.write import NONE, write

from tests.formats.everything import EVERYTHING, FILES, HOSTILE, nothing, read_back, uuid, wanted


def top(conversation=EVERYTHING):
    return json.loads(write(conversation, FILES.get))


def flat(messages):
    return [one for message in messages for one in (message, *flat(message["children"]))]


def rows():
    return {message["messageId"]: message for message in flat(top()["messages"])}


def test_a_conversation_is_one_that_the_program_imports():
    one = top()
    assert (one["conversationId"], one["title"]) == (EVERYTHING.id, HOSTILE)
    assert (one["branches"], one["recursive"], one["endpoint"]) == (True, True, "openrouter")
    assert one["options"] == {"model": "next/model", "promptPrefix": "Be brief.\n\nAnd <b>kind</b>."}
    for message in flat(one["messages"]):
        # Its importer passes over a message that has neither, with all below it.
        assert message["text"] or message["content"]
        assert message["isCreatedByUser"] is (message["sender"] == "User")
        assert message["createdAt"].endswith("Z")
        assert message["conversationId"] == EVERYTHING.id
        assert all(child["parentMessageId"] == message["messageId"] for child in message["children"])
    assert [message["parentMessageId"] for message in one["messages"]] == [NONE]


def test_the_pieces_of_an_answer_are_typed():
    assert [piece["type"] for piece in rows()[uuid(3)]["content"]] == ["think", "text", "tool_call", "text", "text"]
    call = rows()[uuid(3)]["content"][2]["tool_call"]
    assert (call["id"], call["name"], call["output"]) == ("call-1", "look", "A moor, seen <from> above.")
    assert json.loads(call["args"]) == {"at": "it", "q": '"<x>"'}
    assert rows()[uuid(9)]["content"][0]["tool_call"]["output"] == "Alone"
    assert "content" not in rows()[uuid(5)]


def test_files_are_inside_or_named_and_sources_are_what_a_search_found():
    assert [(file["filename"], file.get("filepath", "")[:15]) for file in rows()[uuid(2)]["files"]] == [
        ("moor.png", "data:image/png;"),
        ("paper.pdf", "data:applicatio"),
        ("table.txt", "data:text/plain"),
        ("gone.zip", ""),
        ("song.mp3", "data:audio/mpeg"),
    ]
    [found] = rows()[uuid(3)]["attachments"]
    assert [row["link"] for row in found["web_search"]["organic"]] == [
        "https://example.org/moor?a=1&b=2",
        "https://example.org/bog",
    ]


def test_how_an_answer_ended_and_was_found_are_members():
    ended = {n: (rows()[uuid(n)]["error"], rows()[uuid(n)]["unfinished"]) for n in (3, 7, 10)}
    assert ended == {3: (False, False), 7: (True, False), 10: (False, True)}
    assert rows()[uuid(3)]["feedback"] == {"rating": "thumbsDown", "text": "Too short"}
    assert (rows()[uuid(3)]["tokenCount"], rows()[uuid(3)]["isEdited"]) == (22, True)


def without_ours(value):
    if isinstance(value, dict):
        return {name: without_ours(inner) for name, inner in value.items() if name != "inglenook"}
    return [without_ours(inner) for inner in value] if isinstance(value, list) else value


def test_what_that_program_keeps_still_has_the_tree_and_the_words():
    [found] = read_back(json.dumps(without_ours(top())), "librechat")
    written = wanted(EVERYTHING).messages
    read = {id: m for id, m in found.conversation.messages.items() if id in written}
    # All but the system prompt, which is a setting there and has no id.
    assert read.keys() == written.keys() - {uuid(1)}
    for id, message in read.items():
        assert message.created_ms == written[id].created_ms
        assert message.parent == written[id].parent or written[id].parent == uuid(1)
        told = [part.text for part in message.parts if isinstance(part, Text)]
        assert [part.text for part in written[id].parts if isinstance(part, Text) and part.text not in told] == []


def test_a_message_that_was_changed_there_is_read_as_it_stands_there():
    one = top()
    message = next(message for message in flat(one["messages"]) if message["messageId"] == uuid(4))
    message["text"] = "Changed there"
    [found] = read_back(json.dumps(one), "librechat")
    assert found.conversation.messages[uuid(4)].parts == (Text("Changed there"),)


def test_a_conversation_deeper_than_json_can_be_nested_comes_back():
    many = 3_000
    roles = ("user", "assistant")
    rows = [
        Message(uuid(n), uuid(n - 1) if n else None, roles[n % 2], (Text(str(n)),), created_ms=10**12 + n)
        for n in range(many)
    ]
    long = Conversation(EVERYTHING.id, 10**12, messages={message.id: message for message in rows})
    [found] = read_back(write(long, nothing), "librechat")
    assert len(found.conversation.messages) == many
    assert found.conversation.messages[uuid(many - 1)].parent == uuid(many - 2)
