import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.core.title import TITLE_LENGTH, plain, title_from


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Hello", "Hello"),
        ("  # Plan  \n\n for *May*", "Plan for May"),
        ("- [ ] one\n2. two\n> three", "[ ] one two three"),
        ("See [the **docs**](https://example.org/a_b) and ![x](y.png)", "See the docs and x"),
        ("```python\nprint(1)\n```", "print(1)"),
        ("what does `snake_case_name` do in 2 * 3 * 4?", "what does snake_case_name do in 2 * 3 * 4?"),
        ("", "New conversation"),
        ("\n***\n", "New conversation"),
        ("\u202eevil\x00", "evil"),
    ],
)
def test_a_title_is_the_first_words_without_marks(text, title):
    assert title_from(text) == title


def test_a_long_text_is_cut_between_words():
    title = title_from("The quick brown fox jumps over the lazy dog, and then it jumps back again over it")
    assert title == "The quick brown fox jumps over the lazy dog, and then it…"


def test_a_text_without_spaces_is_cut_where_it_must_be():
    assert title_from("語" * 100) == "語" * (TITLE_LENGTH - 1) + "…"


def test_a_message_of_only_a_file_is_named_after_it():
    assert title_from("", "report.pdf") == "report.pdf"


@given(st.text(max_size=200), st.text(max_size=80))
def test_a_title_is_never_empty_nor_long_nor_of_two_lines(text, attachment):
    title = title_from(text, attachment)
    assert title.strip()
    assert len(title) <= TITLE_LENGTH
    assert len(title.splitlines()) == 1


@pytest.mark.parametrize("piece", ["*", "_a", "[", "[a](", "`", "> ", "- ", "**a ", "![", "#", "-\t"])
def test_marks_without_end_take_no_noticeable_time(piece):
    start = time.perf_counter()
    plain(piece * 1_000_000)
    assert time.perf_counter() - start < 1
