"""Files that only say more of conversations in other files: used beside those, told of where they come alone."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from inglenook.formats import registry
from inglenook.formats.reading.containers import Given
from inglenook.formats.sources import ALONE, Sources, sources

from tests.formats.golden import FOREIGN, document, fixtures

ASIDE = [path for path in fixtures() if any(match.aside for _, match in registry.claims(document(path).head))]
EXPORT = FOREIGN / "chatgpt" / "export"


def given(*paths: Path) -> Sources:
    files = [Given(path.name, lambda path=path: path.open("rb"), path.stat().st_size) for path in paths]
    return sources(files, lambda file: lambda: io.BytesIO(file.read()))


@pytest.mark.parametrize("path", ASIDE, ids=lambda path: str(path.relative_to(FOREIGN)))
def test_alone_it_is_told_of(path: Path):
    sorted_ = given(path)
    assert (sorted_.known, sorted_.left_over()) == ([], [])
    assert sorted_.problems == [(path.name, ALONE)]


def test_beside_its_conversations_it_needs_no_word():
    sorted_ = given(EXPORT / "conversations.json", EXPORT / "message_feedback.json")
    assert [source.name for source in sorted_.known] == ["conversations.json"]
    assert sorted_.problems == []


def test_account_details_are_no_conversations_that_it_could_stand_beside():
    sorted_ = given(EXPORT / "user.json", EXPORT / "message_feedback.json")
    assert [name for name, _ in sorted_.problems] == ["user.json", "message_feedback.json"]
