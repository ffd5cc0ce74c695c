import json
from dataclasses import replace

from inglenook.core.model import Text
from inglenook.core.thread import path
from inglenook.formats.sillytavern.write import write

from tests.formats.everything import EVERYTHING, FILES, HOSTILE, read_back, uuid


def lines(conversation=EVERYTHING):
    return [json.loads(line) for line in write(conversation, FILES.get).strip().split("\n")]


def again(rows):
    [found] = read_back("\n".join(map(json.dumps, rows)) + "\n", "sillytavern")
    return found.conversation


def test_a_chat_is_one_that_the_program_opens():
    header, *rows = lines()
    assert header.keys() == {"user_name", "character_name", "create_date", "chat_metadata"}
    assert (header["user_name"], header["character_name"]) == ("User", HOSTILE)
    assert header["chat_metadata"]["integrity"] == EVERYTHING.id
    for row in rows:
        assert isinstance(row["mes"], str)
        assert isinstance(row["is_user"], bool)
        assert isinstance(row["is_system"], bool)
        assert row["send_date"].endswith("Z")
        assert isinstance(row["extra"], dict)
        if "swipes" in row:
            assert row["swipes"][row["swipe_id"]] == row["mes"]
            assert len(row["swipe_info"]) == len(row["swipes"])


def test_the_lines_are_the_shown_path():
    _, *rows = lines()
    roles = ["system" if r["extra"].get("type") == "narrator" else "user" if r["is_user"] else "char" for r in rows]
    assert roles == ["system", "user", "char", "user", "char", "system", "char", "system", "user"]
    assert [row["extra"]["inglenook"]["id"] for row in rows] == [message.id for message in path(EVERYTHING)]


def test_answers_side_by_side_are_swipes_each_with_its_own_facts():
    row = lines()[3]
    assert (row["swipe_id"], row["swipes"][1]) == (0, "A second answer.")
    assert [info["extra"]["model"] for info in row["swipe_info"]] == ["maker/model", "other/model"]
    assert row["swipe_info"][1]["extra"]["token_count"] == 3


def test_thoughts_calls_and_files_are_in_extra():
    question, answer = lines()[2]["extra"], lines()[3]["extra"]
    assert (answer["reasoning"], answer["reasoning_duration"]) == ("First I look.\n> and think", 7250)
    [call] = answer["tool_invocations"]
    assert (call["name"], json.loads(call["parameters"])["at"], call["result"]) == (
        "look", "it", "A moor, seen <from> above."
    )  # fmt: skip
    assert [(media["type"], media["url"][:15]) for media in question["media"]] == [
        ("image", "data:image/png;"),
        ("audio", "data:audio/mpeg"),
    ]
    assert [file["name"] for file in question["files"]] == ["paper.pdf", "table.txt", "gone.zip"]


def test_what_is_not_on_the_path_is_kept_in_the_header():
    aside = lines()[0]["chat_metadata"]["inglenook"]["aside"]
    assert [row["mes"] for row in aside] == ["Said otherwise", "<think>not a thought</think> really"]


def test_without_what_is_ours_the_path_is_read_with_its_swipes():
    header, *rows = lines()
    del header["chat_metadata"]["inglenook"]
    for row in rows:
        for extra in (row["extra"], *(info["extra"] for info in row.get("swipe_info", ()))):
            del extra["inglenook"]
    read = again([header, *rows])
    assert len(read.messages) == len(path(EVERYTHING)) + 1
    assert [message.role for message in path(read)][:4] == ["system", "user", "assistant", "user"]


def test_a_line_that_was_changed_there_is_another_message():
    header, *rows = lines()
    rows[3]["mes"] = "Changed there"
    read = again([header, *rows])
    assert uuid(5) not in read.messages
    assert [m.parts[0] for m in path(read)][3] == Text("Changed there")
    assert read.messages[uuid(7)].author.model == "other/model"


def test_what_that_program_copies_into_a_new_swipe_is_not_taken_for_it():
    header, *rows = lines()
    rows[2]["swipes"].append("A third answer, made there")
    rows[2]["swipe_info"].append(json.loads(json.dumps(rows[2]["swipe_info"][1])))
    read = again([header, *rows])
    assert read.messages[uuid(4)].parts == (Text("A second answer."),)
    [new] = [m for m in read.messages.values() if m.parts == (Text("A third answer, made there"),)]
    assert new.id != uuid(4)
    assert new.parent == uuid(2)


def test_a_chat_of_that_program_keeps_its_own_name_for_itself():
    source = {"system": "sillytavern", "id": "0f0f0f0f-0000-4000-8000-000000000001"}
    rest = {"chat_metadata": {"integrity": "0f0f0f0f-0000-4000-8000-000000000001", "note_prompt": "N"}}
    header = lines(replace(EVERYTHING, extra={"source": source, "rest": rest}))[0]
    assert header["chat_metadata"]["integrity"] == source["id"]
    assert header["chat_metadata"]["note_prompt"] == "N"
