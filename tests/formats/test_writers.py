"""Every form that conversations can be given out in: what goes out is read again, by its own reader and no other."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from inglenook.core.model import Conversation, Text
from inglenook.core.schema import dump_conversation, load_conversation
from inglenook.core.thread import leaf, path
from inglenook.formats import registry
from inglenook.formats.reading.document import memory_document
from inglenook.formats.reading.ids import message_id
from inglenook.formats.writers import WRITERS

from tests.formats.everything import (
    EVERYTHING,
    FILES,
    assert_same,
    bare,
    nothing,
    read_back,
    tells_a_secret,
    uuid,
    wanted,
)
from tests.formats.golden import document, fixtures, golden_of, read
from tests.strategies import conversations

# Which reader takes what comes out; nobody reads what is only to be looked at.
READ_BY = {
    "markdown": "transcript",
    "markdown-branches": "transcript",
    "html": "",
    "text": "",
    **{name: name for name in ("openrouter", "open-webui", "librechat", "sillytavern", "openai-messages", "sharegpt")},
}
# These hold the whole tree, and with what stands beside it everything else.
WHOLE = ("openrouter", "open-webui", "librechat", "sillytavern")
BESIDE = WHOLE[1:]

# Conversations are large values to make up; on a busy machine that takes longer than hypothesis likes.
SLOW = (HealthCheck.too_slow,)


def test_the_table_names_every_form():
    assert READ_BY.keys() == WRITERS.keys()


@pytest.mark.parametrize("form", WHOLE)
def test_everything_comes_back(form):
    [found] = read_back(WRITERS[form].write(EVERYTHING, FILES.get), form)
    assert_same(found, EVERYTHING)


@pytest.mark.parametrize("form", WHOLE)
def test_without_the_bytes_all_but_these_comes_back(form):
    [found] = read_back(WRITERS[form].write(EVERYTHING, nothing), form)
    assert_same(found, bare(EVERYTHING))


def test_markdown_with_every_branch_comes_back_but_for_the_bytes_and_the_other_one_as_the_path():
    [found] = read_back(WRITERS["markdown-branches"].write(EVERYTHING, FILES.get), "transcript")
    assert_same(found, bare(EVERYTHING))
    [found] = read_back(WRITERS["markdown"].write(EVERYTHING, FILES.get), "transcript")
    shown = {message.id: message for message in path(EVERYTHING)}
    assert_same(found, bare(replace(EVERYTHING, messages=shown)))


@pytest.mark.parametrize("form", ["openai-messages", "sharegpt"])
def test_a_form_that_is_a_line_holds_the_shown_path_with_its_times_models_and_words(form):
    [found] = read_back(WRITERS[form].write(EVERYTHING, FILES.get), form)
    shown, read_again = path(EVERYTHING), path(found.conversation)
    assert found.conversation.title.value == EVERYTHING.title.value
    assert found.conversation.created_ms == EVERYTHING.created_ms
    # A tool's result and what is said after it belong to the answer before them there.
    apart = [message for message in shown if message.id not in (uuid(9), uuid(10))]
    assert [(m.role, m.created_ms, m.author.model) for m in read_again] == [
        (m.role, m.created_ms, m.author.model) for m in apart
    ]
    said = "\n".join(part.text for m in read_again for part in m.parts if hasattr(part, "text"))
    for message in shown:
        for part in message.parts:
            assert getattr(part, "text", "").strip("\n") in said


@pytest.mark.parametrize("form", [form for form, writer in WRITERS.items() if writer.join is not None])
def test_many_conversations_in_one_file_are_read_as_many(form):
    others = [replace(EVERYTHING, id=f"0198c0de-7a11-7000-8000-00000000000{n}") for n in range(3)]
    found = read_back("".join(WRITERS[form].join([WRITERS[form].write(one, nothing) for one in others])), form)
    assert len({one.conversation.id for one in found}) == 3


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("parts", [(Text("Why?"),), (Text("User: a\nAssistant: b\nUser: c\nAssistant: d"),)])
def test_a_file_is_claimed_by_its_own_reader_or_by_none(form, parts):
    talk = replace(EVERYTHING, messages={m.id: replace(m, parts=parts) for m in EVERYTHING.messages.values()})
    head = memory_document("x", WRITERS[form].write(talk, nothing).encode()).head
    claimed = [reader.SYSTEM for reader, _ in registry.claims(head)]
    # Plain text is what it says: of a transcript in it nobody can tell that it is not the file.
    quoted = ["transcript"] if form == "text" and parts[0].text != "Why?" else []
    assert claimed == [name for name in [READ_BY[form]] if name] + quoted


@pytest.mark.parametrize("form", WRITERS)
def test_connections_and_who_has_seen_what_do_not_leave(form):
    assert not tells_a_secret(WRITERS[form].write(EVERYTHING, FILES.get))


@pytest.mark.parametrize("form", WRITERS)
def test_what_it_was_made_of_does_not_leave_as_it_may_hold_what_was_deleted(form):
    source = {"system": "chatgpt", "id": "abc", "original": "cGFja2Vk", "original_sha256": "9" * 64, "fingerprint": "f"}
    text = WRITERS[form].write(replace(EVERYTHING, extra={"source": source}), FILES.get)
    assert not any(secret in text for secret in ("cGFja2Vk", "9" * 64, '"fingerprint"'))


@pytest.mark.parametrize("form", [form for form in WRITERS if WRITERS[form].extension in ("json", "jsonl")])
def test_json_is_json_also_elsewhere(form):
    text = WRITERS[form].write(EVERYTHING, FILES.get)
    for line in text.split("\n") if WRITERS[form].extension == "jsonl" else [text]:
        json.loads(line or "null", parse_constant=pytest.fail)


@pytest.mark.parametrize("form", WRITERS)
@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
@given(conversation=conversations())
def test_any_conversation_can_be_written_and_is_known_for_what_it_is(form, conversation):
    conversation = load_conversation(dump_conversation(conversation))
    text = WRITERS[form].write(conversation, nothing)
    assert text == WRITERS[form].write(conversation, nothing)
    if WRITERS[form].extension in ("json", "jsonl") and path(conversation):
        claimed = [reader.SYSTEM for reader, _ in registry.claims(memory_document("x", text.encode()).head)]
        assert claimed == [READ_BY[form]]


@pytest.mark.parametrize("form", [*BESIDE, "markdown-branches"])
@settings(max_examples=50, deadline=None, suppress_health_check=SLOW)
@given(conversation=conversations())
def test_any_conversation_comes_back(form, conversation):
    conversation = named_as_read(load_conversation(dump_conversation(conversation)))
    written = wanted(conversation)
    reader = {reader.SYSTEM: reader for reader in registry.READERS}[READ_BY[form]]
    found = list(reader.read(memory_document("x", WRITERS[form].write(conversation, nothing).encode())))
    assert len(found) == bool(written.messages)
    for one in found:
        assert one.conversation.messages == bare(written).messages


def named_as_read(conversation: Conversation) -> Conversation:
    """With ids as readers give them to messages whose own are odd or short."""
    messages = {
        message_id(id): replace(m, id=message_id(id), parent=m.parent and message_id(m.parent))
        for id, m in conversation.messages.items()
    }
    current = conversation.current.value
    return replace(
        conversation,
        messages=messages,
        current=replace(conversation.current, value=current and message_id(current)),
    )


@pytest.mark.parametrize("form", BESIDE)
@pytest.mark.parametrize("odd", [None, 7, [], "x", {"id": 3, "of": []}, {"of": "", "parts": [99, {"bytes": 0}]}])
def test_what_stands_beside_is_not_believed(form, odd):
    text = WRITERS[form].write(EVERYTHING, FILES.get)

    def spoiled(value):
        if isinstance(value, dict):
            return {name: odd if name == "inglenook" else spoiled(inner) for name, inner in value.items()}
        return [spoiled(inner) for inner in value] if isinstance(value, list) else value

    lines = text.strip().split("\n") if form == "sillytavern" else [text]
    spoiled_text = "\n".join(json.dumps(spoiled(json.loads(line))) for line in lines)
    [found] = read_back(spoiled_text, form)
    assert len(found.conversation.messages) >= 9


@pytest.mark.parametrize("form", BESIDE)
@pytest.mark.parametrize(
    "side",
    [
        {"parts": [99]},
        {"parts": [{"part": {"kind": "text", "text": "x"}, "bytes": 0}]},
        {"parts": [{"part": {"kind": "image", "sha256": "9" * 64, "url": "x"}}]},
        {"parts": 7, "author": 7, "usage": [], "extra": "x", "created_ms": "soon", "status": "gone"},
        {"role": "emperor"},
    ],
)
def test_a_side_that_is_no_side_of_ours_breaks_nothing(form, side):
    text = WRITERS[form].write(EVERYTHING, FILES.get)
    lines = text.strip().split("\n") if form == "sillytavern" else [text]

    def spoiled(value):
        if isinstance(value, dict):
            return {n: {**v, **side} if n == "inglenook" and "of" in v else spoiled(v) for n, v in value.items()}
        return [spoiled(inner) for inner in value] if isinstance(value, list) else value

    [found] = read_back("\n".join(json.dumps(spoiled(json.loads(line))) for line in lines), form)
    dump_conversation(found.conversation)
    hashes = {getattr(part, "sha256", None) for m in found.conversation.messages.values() for part in m.parts}
    assert hashes - {None} <= found.files.keys()


@pytest.mark.parametrize(
    ("form", "path"),
    [(form, path) for form in WHOLE for path in fixtures(form) if golden_of(path).is_file()],
    ids=lambda value: getattr(value, "name", value),
)
def test_what_was_read_is_written_and_read_as_the_same(form, path):
    for first in read(document(path)):
        text = WRITERS[form].write(first.conversation, {key: one().read() for key, one in first.files.items()}.get)
        [second] = read_back(text, form)
        assert second.conversation.messages.keys() == first.conversation.messages.keys()
        for id, message in first.conversation.messages.items():
            again = second.conversation.messages[id]
            assert replace(again, parts=()) == replace(message, parts=())
            assert list(map(type, again.parts)) == list(map(type, message.parts))
        assert leaf(second.conversation) == leaf(first.conversation)
