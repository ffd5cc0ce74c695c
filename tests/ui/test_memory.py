"""Remembering by identity."""

from inglenook.ui.memory import latest, same


def test_equal_lists_are_not_the_same_but_equal_words_are():
    one, other = [1], [1]
    assert same((one, "a", 1, None), (one, "a", 1, None))
    assert not same((one,), (other,))
    assert not same((1,), (True,))
    assert not same((1,), (1, 2))


def test_a_function_is_asked_again_only_for_something_else():
    asked = []
    count = latest(lambda value, times: asked.append(value) or len(value) * times)
    first, second = [1, 2], [1, 2]
    assert [count(first, 2), count(first, 2), count(second, 2), count(second, 3)] == [4, 4, 4, 6]
    assert len(asked) == 3
