"""Searching titles."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook.ui.match import marked, matches, words


@pytest.mark.parametrize(
    ("query", "title", "expected"),
    [
        ("creme BRU", "Crème brûlée for eight", True),
        ("brûlée", "Creme brulee", True),
        ("eight creme", "Crème brûlée for eight", True),
        ("creme nine", "Crème brûlée for eight", False),
        ("strasse", "Große Straße", True),
        ("  ", "anything", True),
    ],
)
def test_all_words_must_be_there_in_any_case_and_with_any_accent(query, title, expected):
    assert expected is matches(title, words(query))


def test_what_was_looked_for_is_marked_in_the_title_as_it_is_written():
    found = [piece for piece, hit in marked("Crème brûlée, creme", words("creme")) if hit]
    assert found == ["Crème", "creme"]


@settings(deadline=None)
@given(st.text(max_size=40), st.lists(st.text(max_size=5), max_size=4))
def test_marking_never_changes_a_title(title, looked_for):
    pieces = marked(title, words(" ".join(looked_for)))
    assert title == "".join(piece for piece, _ in pieces)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20))
def test_a_title_is_found_by_its_own_words(title):
    assert matches(title, words(title))
