from hypothesis import given
from hypothesis import strategies as st
from inglenook.practice.tokens import count_prompt, count_tokens, split_tokens, text_of


@given(st.text())
def test_tokens_joined_are_the_text_again(text):
    assert "".join(split_tokens(text)) == text
    assert count_tokens(text) == len(split_tokens(text))


def test_a_prompt_counts_texts_messages_media_and_tools():
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {}}]},
    ]
    assert count_prompt(messages, []) == (3 + 2) + (3 + 1 + 250)
    assert count_prompt(messages, [{}]) == 259 + 1


def test_text_of_odd_content_is_empty():
    assert [text_of(value) for value in (None, 3, {}, [3, {"type": "text", "text": 4}])] == ["", "", "", ""]
