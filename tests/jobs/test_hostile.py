"""Texts that mean harm, or that something happened to: each costs itself only, and says why."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from inglenook.core import thread
from inglenook.core.errors import BadFile
from inglenook.core.model import Conversation, Text

from tests.jobs.hostile import SCRIPT, brought, row, rows, told
from tests.jobs.keep import Desk, chat, chats, given, run

DEEP = 10_000
GOOD = {"good.json": chats(2, 3, first=90)}


def listed(*values: Any) -> bytes:
    return json.dumps(list(values)).encode()


def titles(found: list[Conversation]) -> list[str]:
    return [conversation.title.value for conversation in found]


def said(conversation: Conversation) -> list[str]:
    return [part.text for message in thread.path(conversation) for part in message.parts if isinstance(part, Text)]


def beside_good(name: str, data: bytes) -> list[str]:
    """What is told of a file of which nothing can be read; the good one beside it is read as ever."""
    preview, found = brought({name: data, **GOOD})
    assert titles(found) == ["Chat 90", "Chat 91"]
    return told(preview)


# Trees that are none


def nodes(value: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in value["mapping"].values() if node["message"]]


def test_messages_in_a_circle_are_all_kept():
    value = chat(0, 4)
    first, *_, last = nodes(value)
    first["parent"], last["children"] = last["id"], [first["id"]]
    value["mapping"]["root-0-node"]["children"] = []
    preview, [found] = brought({"c.json": listed(value)})
    assert sorted(said(found)) == sorted(f"Message {n} of Chat 0" for n in range(4))
    assert told(preview) == ["c.json: Chat 0: Some messages reply to each other in a circle; it was cut."]


def test_a_parent_that_is_not_there_begins_a_branch():
    value = chat(0, 4)
    nodes(value)[2]["parent"], nodes(value)[1]["children"] = "nowhere", []
    preview, [found] = brought({"c.json": listed(value)})
    assert len(found.messages) == 4
    assert told(preview) == [
        "c.json: Chat 0: Some messages reply to one that is not in the file; they begin a branch of their own."
    ]


def test_messages_of_one_id_are_both_kept():
    value = chat(0, 3)
    for node in nodes(value):
        node["message"]["id"] = "the-same-id-for-all"
    _, [found] = brought({"c.json": listed(value)})
    assert len(found.messages) == 3


@pytest.mark.parametrize("odd", ["__proto__", "constructor", "toString", "..", "", " ", "\0", "\ud800"])
def test_ids_may_be_anything(odd):
    value = json.loads(json.dumps(chat(0, 3)).replace("00000000-0001-4000-8000-000000000000", "ODD"))
    text = json.dumps(value).replace("ODD", json.dumps(odd)[1:-1])
    other = {**chat(1, 2), "conversation_id": odd, "title": odd, "default_model_slug": odd}
    _, found = brought({"c.json": b"[" + text.encode() + b"," + json.dumps(other).encode() + b"]"})
    assert [len(each.messages) for each in found] == [3, 2]
    assert len({each.id for each in found}) == 2
    for each in found:
        assert all(message.id.encode() for message in each.messages.values())


def test_a_chain_of_thousands_of_messages_is_read():
    _, [found] = brought({"c.json": chats(3000)})
    assert len(thread.path(found)) == 3000


# Nesting


def nested(opening: str = "[", closing: str = "]", inside: str = "") -> str:
    return opening * DEEP + inside + closing * DEEP


@pytest.mark.parametrize("deep", [nested(), nested('{"a":', "}", "1"), nested('[{"a":', "}]", "1")])
def test_one_that_is_nested_too_deeply_costs_itself_only(deep):
    middle = json.dumps({**chat(1, 2), "more": "HERE"}).replace('"HERE"', deep)
    data = f"[{json.dumps(chat(0, 2))},{middle},{json.dumps(chat(2, 2))}]".encode()
    preview, found = brought({"c.json": data})
    assert titles(found) == ["Chat 0", "Chat 2"]
    assert told(preview) == ["c.json: Entry 2 was left out: it is nested too deeply."]
    lines = b"\n".join(json.dumps(chat(n, 2)).encode() for n in range(2)) + b"\n" + middle.encode()
    preview, found = brought({"c.jsonl": lines})
    assert titles(found) == ["Chat 0", "Chat 1"]
    assert told(preview) == ["c.jsonl: Line 3 was left out: it is nested too deeply, or too large"]


@pytest.mark.parametrize(
    "text", [nested(), "[" * DEEP, nested('{"a":', "}", "1"), '{"messages":' * DEEP, '[{"mapping":' * DEEP]
)
def test_a_file_that_is_nothing_but_nesting_is_told(text):
    lines = beside_good("deep.json", text.encode())
    assert len(lines) == 1
    assert lines[0].startswith("deep.json: ")


# Texts


def test_lone_surrogates_and_zeros_are_kept_as_signs():
    value = chat(0, 2)
    nodes(value)[0]["message"]["content"]["parts"] = ["half \ud83d and \0 zero \udc00"]
    value["title"] = "\ud800 title \0"
    _, [found] = brought({"c.json": listed(value)})
    assert said(found)[0] == "half \ufffd and \0 zero \ufffd"
    assert found.title.value == "\ufffd title \0"


ENCODINGS = {
    "utf-8-sig": "utf-8-sig", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be", "utf-16 with a mark": "utf-16",
    "utf-16-be with a mark": "",
}  # fmt: skip


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("newlines", ["\n", "\r\n"])
def test_encodings_are_told_by_the_bytes(name, newlines):
    def coded(text: str) -> bytes:
        text = text.replace("\n", newlines)
        return text.encode(ENCODINGS[name]) if ENCODINGS[name] else b"\xfe\xff" + text.encode("utf-16-be")

    value = chat(0, 2)
    value["title"] = "Āā 你好 😀"
    files = {
        "list.json": coded(json.dumps([value], ensure_ascii=False, indent=1)),
        "lines.jsonl": coded("".join(json.dumps(row(f"Ā {n}", "😀"), ensure_ascii=False) + "\n" for n in range(3))),
        "text.md": coded("# User\n\nWhy is the sky blue, ä?\n\n# Assistant\n\nScattering, ö.\n"),
    }
    preview, found = brought(files)
    assert told(preview) == []
    assert "Āā 你好 😀" in titles(found)
    assert {"Ā 0", "Ā 1", "Ā 2"} <= {said(each)[0] for each in found}
    assert ["Why is the sky blue, ä?", "Scattering, ö."] in [said(each) for each in found]


def test_an_encoding_of_old_costs_the_signs_that_it_spoils():
    data = json.dumps([{**chat(0, 2), "title": "Grüße"}], ensure_ascii=False).encode("latin-1")
    preview, [found] = brought({"c.json": data})
    assert found.title.value == "Gr\ufffd\ufffde"
    assert told(preview) == ["c.json: Some bytes are no text; each was replaced by \ufffd."]
    preview, [found] = brought({"t.md": "# User\n\nGrüße?\n\n# Assistant\n\nWohl.\n".encode("latin-1")})
    assert said(found) == ["Gr\ufffd\ufffde?", "Wohl."]


def scripted() -> dict[str, bytes]:
    """Script in every text of files of three kinds."""

    def poisoned(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: poisoned(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [poisoned(inner, name) for inner in value]
        structural = ("id", "parent", "children", "role", "content_type", "current_node", "status", "recipient", "type")
        return f"{SCRIPT}{value}" if isinstance(value, str) and name not in structural else value

    value = {**poisoned(chat(0, 2)), "gizmo_id": f"g-p-{SCRIPT}", "default_model_slug": SCRIPT}
    return {
        f"{SCRIPT}.json": listed(value),
        "rows.jsonl": rows(row(SCRIPT, SCRIPT, model=SCRIPT, id=SCRIPT, title=SCRIPT), row(SCRIPT * 2, "a")),
    }


def test_script_stays_text_in_every_field():
    _, found = brought(scripted())
    [one] = [each for each in found if each.extra["source"]["system"] == "chatgpt"]
    assert one.title.value == f"{SCRIPT}Chat 0"
    assert said(one) == [f"{SCRIPT}Message {n} of Chat 0" for n in range(2)]
    assert list(one.messages.values())[1].author.model == f"{SCRIPT}gpt-4o"
    assert one.model.value == SCRIPT
    assert any(said(each) == [SCRIPT, SCRIPT] for each in found)


# Numbers


@pytest.mark.parametrize(
    "number",
    ["1e308", "-1e308", "1e999", "NaN", "Infinity", "-1", "0", "9" * 400, "true", '"soon"', "[]", "{}", "1e-300"],
)
def test_numbers_that_are_no_time_leave_a_conversation_as_it_is(number):
    text = json.dumps([chat(0, 3), chat(1, 2)])
    for known in range(1_700_000_000, 1_700_000_004):
        text = text.replace(f": {known},", f": {number},")
    _, found = brought({"c.json": text.encode()})
    assert titles(found) == ["Chat 0", "Chat 1"]
    assert said(found[0]) == [f"Message {n} of Chat 0" for n in range(3)]
    assert all(0 <= m.created_ms < 7_258_118_400_000 for each in found for m in each.messages.values())


def test_a_number_too_long_to_be_one_costs_its_conversation_only():
    text = json.dumps([chat(0, 2), chat(1, 2), chat(2, 2)]).replace("1700000100,", "9" * 10_000 + ",", 1)
    preview, found = brought({"c.json": text.encode()})
    assert titles(found) == ["Chat 0", "Chat 2"]
    assert told(preview) == ["c.json: Entry 2 was left out: it holds a number that is too long."]


# JSON that is not quite


def test_of_names_that_come_twice_the_last_counts_and_the_original_keeps_both():
    text = json.dumps([chat(0, 2)]).replace('"title": "Chat 0"', '"title": "First", "title": "Second"')
    _, [found] = brought({"c.json": text.encode()})
    assert found.title.value == "Second"


@pytest.mark.parametrize(
    "text",
    ['[{"role": "user", "content": "Hi"},]', '// made by hand\n[{"role": "user"}]', '[/* one */ {"a": 1}]', "{'a': 1}"],
)
def test_what_only_looks_like_json_is_told_with_its_place(text):
    [line] = beside_good("hand.json", text.encode())
    assert line.startswith("hand.json: ")
    if text[0] in "[{":
        assert "It looks like JSON, but it is damaged at line 1, column" in line


def test_a_comment_inside_costs_its_entry_only():
    parts = [json.dumps(chat(n, 200), indent=1) for n in range(12)]
    parts[9] = parts[9].replace('"title"', '// why\n"title"', 1)
    preview, found = brought({"c.json": ("[" + ",\n".join(parts) + ",\n]").encode()})
    assert len(found) == 11
    [line] = told(preview)
    assert line.startswith("c.json: Entry 10 was left out: Expecting property name")


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\xef\xbb\xbf", b"\xff\xfe", b"\xef\xbb\xbf\r\n"])
def test_empty_files_are_told(data):
    assert beside_good("empty.json", data) == ["empty.json: The file is empty."]


@pytest.mark.parametrize("data", [b"null", b"[null]", b'"text"', b"[[]]", b"0", b"\0", b"\0\0\0", b"{", b"["])
def test_files_with_nothing_in_them_are_told(data):
    lines = beside_good("nothing.json", data)
    assert len(lines) == 1
    assert lines[0].startswith("nothing.json: ")


def test_one_line_of_five_megabytes_and_those_behind_it_are_read():
    for size, end in ((5_000_000, "\n"), (300_000, "\r\n\r\n")):
        long = row("x" * size, "Short.")
        for order in ((long, row("A", "B"), row("C", "D")), (row("A", "B"), long, row("C", "D")), (long,)):
            data = end.join(json.dumps(value) for value in order).encode()
            preview, found = brought({"rows.jsonl": data})
            assert told(preview) == []
            lengths = [len(value["messages"][0]["content"]) for value in order]
            assert sorted(len(said(each)[0]) for each in found) == sorted(lengths)


# Half a file


def cuts(data: bytes, count: int = 40) -> list[int]:
    return sorted({len(data) * n // count for n in range(1, count)} | {len(data) - 1, len(data) - 2})


def kept_of(data: bytes, whole: list[Conversation]) -> list[int]:
    """How many conversations are read of the file cut at many places; the whole ones are as they were."""
    counts = []
    by_id = {each.id: each for each in whole}
    for end in cuts(data):
        try:
            preview, found = brought({"cut.json": data[:end]})
        except BadFile:
            counts.append(0)
            continue
        assert told(preview) or data[end - 1 : end + 1] in (b"}\n", b"\n{")
        counts.append(sum(by_id.get(each.id) == each for each in found))
    return counts


@pytest.mark.parametrize("indent", [None, 2])
def test_of_half_a_list_every_whole_conversation_is_kept(indent):
    values = [chat(n, 2) for n in range(8)]
    data = json.dumps(values, indent=indent).encode()
    counts = kept_of(data, brought({"cut.json": data})[1])
    ends = [data.index(f'"conversation_id": "{n:08x}'.encode()) for n in range(8)]
    for end, count in zip(cuts(data), counts, strict=True):
        assert count in (sum(place + 64 < end for place in ends), sum(place + 56 < end for place in ends))


def test_of_half_a_file_of_lines_every_whole_conversation_is_kept():
    data = rows(*(row(f"Question {n}", f"Answer {n}") for n in range(9)))
    counts = kept_of(data, brought({"cut.json": data})[1])
    for end, count in zip(cuts(data), counts, strict=True):
        whole = data[:end].count(b"\n") + (data[end : end + 1] == b"\n")
        assert count == whole


# Many


def test_a_tiny_conversation_leaves_only_a_small_row_behind():
    count = 3_000
    data = rows(*(row(f"Question {n}", "A") for n in range(count)))

    async def work(desk: Desk):
        importer = desk.importer()
        importer._room = 0
        preview = await importer.read(given({"rows.jsonl": data}))
        assert (preview.conversations, preview.new, len(preview.rows)) == (count, count, 2000)
        held = [getattr(each, name) for each in importer._rows.values() for name in each.__slots__]
        assert not any(isinstance(value, Conversation) for value in held)
        assert sum(map(sys.getsizeof, (*importer._rows, *importer._rows.values(), *held))) < 800 * count

    run(work)


def test_twenty_thousand_lines_that_are_none_are_told_in_few_words():
    preview, found = brought({"c.jsonl": rows(row("Q", "A"), row("P", "B")) + b"{nothing}\n" * 20_000, **GOOD})
    assert len(found) == 4
    assert len(preview.problems) <= 500
    assert preview.unlisted < 2_000
