"""big-AGI: fragments that nobody expects, and keys of services."""

import json
from typing import Any

import pytest
from inglenook.core.model import Failure, Reasoning, Text, ToolResult, Unknown
from inglenook.formats import big_agi
from inglenook.formats.big_agi.fragments import fragment_parts
from inglenook.formats.reading.document import memory_document
from inglenook.formats.reading.draft import Draft


def parts(*fragments: Any) -> list[Any]:
    return fragment_parts(Draft("big-agi", "one"), list(fragments))


def content(**part: Any) -> dict[str, Any]:
    return {"ft": "content", "fId": "f", "part": part}


@pytest.mark.parametrize(
    ("fragment", "part"),
    [
        (content(pt="text", text=7), Unknown("text", {"pt": "text", "text": 7})),
        (content(pt="ph", pText="…"), Unknown("ph", {"pt": "ph", "pText": "…"})),
        (content(pt="ma", aText="hm"), Reasoning("hm")),
        (content(pt="error", error={"a": 1}), Failure("The answer ended with an error.", detail='{"a": 1}')),
        (content(pt="tool_response", id="1", error=True, response={"result": "r"}), ToolResult("1", "r")),
        ({"ft": "new"}, Unknown("fragment", {"ft": "new"})),
        ("odd", Unknown("fragment", {"value": "odd"})),
    ],
)
def test_a_fragment_becomes_its_part_or_is_kept_as_it_came(fragment: Any, part: Any):
    assert parts(fragment) == [part]


def test_sources_stand_behind_the_text_and_notes_of_other_kinds_are_kept():
    notes = [{"type": "citation", "url": "https://a.example"}, {"type": "new"}, None]
    made = parts(content(pt="annotations", annotations=notes), content(pt="text", text="Hi"))
    assert made[0] == Text("Hi")
    assert [type(part).__name__ for part in made[1:]] == ["Citation", "Unknown"]


def test_keys_of_services_are_named_and_never_kept():
    conversation = {"id": "a", "systemPurposeId": "Generic", "messages": [{"id": "m", "role": "user", "text": "Hi"}]}
    models = {"sources": [{"setup": {"oaiKey": "k-1"}}]}
    document = memory_document("x.json", json.dumps({"conversations": [conversation], "models": models}).encode())
    [found] = big_agi.read(document)
    assert document.problems == ["Keys in this backup were left out."]
    assert "k-1" not in found.raw


@pytest.mark.parametrize(
    "top",
    [
        {"conversations": [{"conversation": {}, "responses": []}]},
        {"conversations": [{"messages": [{"fragments": [{"type": "REQUEST"}]}]}]},
        {"messages": [{"role": "user", "content": "Hi"}]},
        {"messages": None, "systemPurposeId": "Generic"},
        {"conversations": [None, 7, []]},
    ],
)
def test_files_of_others_are_not_claimed(top: Any):
    assert big_agi.sniff(memory_document("x.json", json.dumps(top).encode()).head) is None
