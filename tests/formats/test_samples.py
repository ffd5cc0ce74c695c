"""Files of other people: each is known by one reader, read without loss, and as long as it says itself.

The files are not ours and are not kept here (`../shared/samples`, where that is there). They are given as a user
gives them, zips and all.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

import pytest
from inglenook.core.schema import dump_conversation
from inglenook.formats import registry
from inglenook.formats.reading.containers import Given, unpack
from inglenook.formats.reading.found import Found
from inglenook.formats.sources import Source, Sources, sources

from tests.formats.counting import COUNT, counted, plain
from tests.formats.golden import SAMPLES, samples
from tests.formats.loss import missing
from tests.formats.test_foreign import source_of

# Folders that are not named as the system is.
SYSTEMS: Final = {"chatbotui": "chatbot-ui", "hf-dataset": "hf-rows"}
# Odd files: what is to become of each, and what the user is told of it.
EDGE: Final = {
    "ceyaima-tree.json": ("loose", "This layout is not known"),
    "convaix-gemini_sample.json": ("loose", "This layout is not known"),
    "kmax-MyActivity.html": (None, "This is no format that Inglenook knows."),
    "oui-invalid_unicode.json": ("loose", "nothing in it says who said what, so nothing was read"),
}
# What is not in the tree, by system, with the reason.
EXPLAINED: Final[dict[str, dict[str, str]]] = {
    "chatbot-ui": {
        "folders.*.id": "A folder that no conversation is in.",
        "prompts.*.id": "A prompt; the user is told that prompts were left out.",
    },
    "chatgpt": {
        "*mapping.*.id": "The id of a node that says nothing.",
        "*mapping.*.parent": "Joins nodes; kept as the tree of messages.",
        "*mapping.*.children.*": "The same.",
        "*mapping.*.message.status": "How a message ended; kept as its status.",
        "*.metadata.request_id": "A request's id.",
        "*.metadata.pad": "Only makes a message longer on its way.",
    },
    "claude": {
        "*.account.uuid": "Whose account it was.",
        "1[123].uuid": "The id of a conversation without messages; the user is told of it.",
    },
    "codex": {"*.payload.type": "The kind of an entry; kept as the kind of a part."},
    "librechat": {
        "exportAt": "A time of day without a day.",
        "messages.*_id": "The id of a row in the other's database; the message has another.",
        "messages.*user": "Whose account it was.",
        "messages.*parentMessageId": "The id of no message, for none.",
    },
    "llama-cpp": {"0.message.content": "A message of no conversation; the user is told of it."},
    "open-webui": {
        "0.chat.history.messages.ra2.content": "The same as `output`, as HTML.",
        "1.chat.history.messages.ta2.content": "The same as `output`, as HTML.",
        "*.output.*.type": "The kind of an item; kept as the kind of a part.",
    },
    "openrouter": {
        "characters.*.modelInfo.*": "The service's catalogue, repeated for each model.",
        "messages.*.items.*.id": "Joins items to messages; kept as the parts of each.",
        "items.*.id": "The same.",
        "items.*.messageId": "The same.",
    },
}  # fmt: skip


def drops() -> dict[str, list[Path]]:
    """The files that a user would give at once: one, but a Jan thread lies in two."""
    found: dict[str, list[Path]] = {}
    for path in samples():
        found.setdefault("jan" if path.parent.name == "jan" else str(path.relative_to(SAMPLES)), []).append(path)
    return found


DROPS: Final = drops()
ORDINARY: Final = [name for name in DROPS if not name.startswith("edge/")]
ABSENT: Final = "there are no files of other people here"
ODD: Final = [name for name in DROPS if name.startswith("edge/")]


def system_of(drop: str) -> str:
    folder = drop.partition("/")[0]
    return SYSTEMS.get(folder, folder)


def in_memory(source: BinaryIO) -> Callable[[], BinaryIO]:
    data = source.read()
    return lambda: io.BytesIO(data)


def given(drop: str) -> list[Given]:
    return [
        Given(f"{path.parent.name}/{path.name}", lambda path=path: path.open("rb"), path.stat().st_size)
        for path in DROPS[drop]
    ]


def all_of(source: Source, told: list[str]) -> list[Found]:
    return list(source.conversations(lambda name, problem: told.append(problem)))


def looked_at(drop: str) -> tuple[Sources, list[Found], list[str]]:
    """What a drop is sorted into, all that is found in it, and what the user is told."""
    sorted_ = sources(given(drop), in_memory)
    told: list[str] = []
    found = [each for source in sorted_.known for each in all_of(source, told)]
    told += [problem for each in found for problem in each.problems]
    told += [reason for _, reason in (*sorted_.problems, *sorted_.left_over())]
    return sorted_, found, told


@pytest.mark.skipif(not DROPS, reason=ABSENT)
def test_there_is_a_file_of_every_kind_that_is_promised():
    assert len({system_of(drop) for drop in ORDINARY}) >= 22
    assert {name.partition("/")[2] for name in ODD} == set(EDGE)


@pytest.mark.parametrize("drop", ORDINARY)
def test_a_file_is_known_by_the_reader_of_its_system(drop: str):
    sorted_, found, _ = looked_at(drop)
    assert [source.system for source in sorted_.known] == [system_of(drop)]
    assert found
    assert {each.conversation.extra["source"]["system"] for each in found} == {system_of(drop)}


@pytest.mark.parametrize("drop", ODD)
def test_an_odd_file_is_read_as_far_as_it_can_be_and_the_user_is_told(drop: str):
    system, words = EDGE[drop.partition("/")[2]]
    sorted_, _, told = looked_at(drop)
    assert [source.system for source in sorted_.known] == ([system] if system else [])
    assert any(words in problem for problem in told), told


@pytest.mark.parametrize("drop", DROPS)
def test_no_file_is_claimed_by_two_readers(drop: str):
    for document in unpack(given(drop), in_memory).documents:
        claimed = [reader.SYSTEM for reader, _ in registry.claims(document.head)]
        assert claimed in ([], [system_of(drop)]), document.name


@pytest.mark.parametrize("drop", [drop for drop in DROPS if drop != "edge/oui-invalid_unicode.json"])
def test_nothing_is_lost_without_a_reason(drop: str):
    _, found, _ = looked_at(drop)
    for document in unpack(given(drop), in_memory).documents:
        if any(match.skip for _, match in registry.claims(document.head)):
            continue
        assert missing(source_of(document), found, EXPLAINED.get(system_of(drop), {})) == {}, document.name


@pytest.mark.skipif(not DROPS, reason=ABSENT)
@pytest.mark.parametrize("system", EXPLAINED)
def test_every_explanation_is_of_use(system: str):
    idle = set(EXPLAINED[system])
    for drop in [drop for drop in ORDINARY if system_of(drop) == system]:
        _, found, _ = looked_at(drop)
        for document in unpack(given(drop), in_memory).documents:
            explained = EXPLAINED[system]
            for pattern in list(idle):
                others = {name: why for name, why in explained.items() if name != pattern}
                if missing(source_of(document), found, others):
                    idle.discard(pattern)
    assert not idle


MARKS: Final = re.compile(
    "[\ue000-\uf8ff]|\u3010[^\u3011]*\u2020[^\u3011]*\u3011|<details|</details>|<grok:|<xai:|:::thinking|</?think>"
    r"|<\|im_|\[citation:\d+\]|oaicite|This block is not supported"
)


@pytest.mark.parametrize("drop", ORDINARY)
def test_no_mark_of_the_other_system_is_left_in_what_was_said(drop: str):
    _, found, _ = looked_at(drop)
    for each in found:
        for message in each.conversation.messages.values():
            for part in message.parts:
                said = getattr(part, "text", "") if type(part).__name__ in ("Text", "Reasoning") else ""
                assert not MARKS.search(said), said[:300]


# A zip, lines that are damaged on purpose, and branches that are listed as if they were one answer.
UNCOUNTED: Final = (
    "deepseek/deepseek_data-2026-08-27.zip",
    "llama-cpp/inkcap-malformed.jsonl",
    "ai-studio/branching_session.json",
)


@pytest.mark.parametrize("drop", [drop for drop in ORDINARY if system_of(drop) in COUNT and drop not in UNCOUNTED])
def test_there_are_as_many_conversations_and_messages_as_in_the_file(drop: str):
    _, found, _ = looked_at(drop)
    path = next(path for path in DROPS[drop] if path.name != "thread.json")
    here = counted(*([m.role for m in each.conversation.messages.values()] for each in found))
    assert here == COUNT[system_of(drop)](plain(path))


@pytest.mark.parametrize("drop", ORDINARY)
def test_read_again_it_is_the_same(drop: str):
    once, again = looked_at(drop)[1], looked_at(drop)[1]
    assert [dump_conversation(each.conversation) for each in once] == [
        dump_conversation(each.conversation) for each in again
    ]
