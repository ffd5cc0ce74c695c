"""Content, usage and secrets, as many programs write them."""

import doctest
from typing import Any

import pytest
from inglenook.core.model import File, Image, Reasoning, Text, ToolCall, ToolResult, Unknown, Usage
from inglenook.formats.reading import leftovers, typed_content
from inglenook.formats.reading.draft import Draft
from inglenook.formats.reading.jsontext import Element
from inglenook.formats.reading.leftovers import has_secrets, own_text, without_secrets
from inglenook.formats.reading.typed_content import content_parts, dollars, spoken, tool_calls, usage_of


def parts(content: Any) -> list[Any]:
    return content_parts(Draft("test", "one"), content)


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(typed_content).failed == doctest.testmod(leftovers).failed == 0


def test_thoughts_at_the_beginning_stand_apart_even_if_they_never_end():
    assert spoken("\n<think>\nSo far\n</think>\n\nGood.") == [Reasoning("So far"), Text("Good.")]
    assert spoken("<think>and on") == [Reasoning("and on")]
    assert spoken("<think></think>Good.") == [Text("Good.")]
    assert spoken("Not <think>at all</think>") == [Text("Not <think>at all</think>")]
    assert spoken("  ") == []


def test_a_user_may_write_about_thoughts():
    assert parts("<think>a</think>b") == [Text("<think>a</think>b")]


@pytest.mark.parametrize(
    ("piece", "part"),
    [
        ("plain", Text("plain")),
        ({"type": "text", "text": "a"}, Text("a")),
        ({"type": "image_url", "image_url": "https://a.example/b.png"}, Image(url="https://a.example/b.png")),
        ({"type": "image_url", "image_url": {"url": "blob:1"}}, Image(name="blob:1")),
        ({"type": "file", "file": {"filename": "a.pdf"}}, File(name="a.pdf", media_type="application/pdf")),
        ({"type": "thinking", "thinking": "hm"}, Reasoning("hm")),
        ({"type": "tool_use", "id": "1", "name": "go", "input": {"a": 1}}, ToolCall("1", "go", '{"a": 1}')),
        (
            {"type": "tool_result", "tool_use_id": "1", "content": [{"type": "text", "text": "ok"}]},
            ToolResult("1", "ok"),
        ),
        ({"type": "text", "text": 5}, Unknown("text", {"type": "text", "text": 5})),
        ({"type": ["x"]}, Unknown("content", {"type": ["x"]})),
        (7, Unknown("content", {"value": 7})),
    ],
)
def test_a_piece_becomes_its_part_or_is_kept_as_it_came(piece: Any, part: Any):
    assert parts([piece]) == [part]


def test_content_of_a_wrong_type_is_kept():
    assert parts(None) == []
    assert parts({"a": 1}) == [Unknown("content", {"a": 1})]


def test_calls_that_are_none_are_kept():
    assert tool_calls([{"id": "1", "function": {"name": "go", "arguments": None}}, "odd", None]) == [
        ToolCall("1", "go", ""),
        Unknown("tool_call", "odd"),
    ]


def test_usage_takes_numbers_only():
    told = {
        "input_tokens": 1e308, "promptTokens": 4, "completion_tokens": True, "cost": "1",
        "prompt_tokens_details": {"cached_tokens": 2}, "completion_tokens_details": {"reasoning_tokens": 3},
    }  # fmt: skip
    assert usage_of(told) == Usage(prompt_tokens=4, cached_tokens=2, reasoning_tokens=3)
    assert usage_of([]) == Usage()
    assert (dollars(150, 100), dollars(-1), dollars(True), dollars("1")) == (1.5, None, None, None)


@pytest.mark.parametrize(
    "name", ["apiKey", "openaiApiKey", "api_key", "OPENAI_API_KEY", "secretAccessKey", "baiduSecretKey", "accessCode",
             "Authorization", "webdavPassword", "keyVaults", "keyUsed", "headerRows", "privateKey"]
)  # fmt: skip
def test_a_member_named_like_a_key_is_left_out_wherever_it_is(name: str):
    value = {"a": [{name: "s", "b": 1}]}
    assert has_secrets(value)
    assert without_secrets(value) == {"a": [{"b": 1}]}
    assert own_text(Element(value, "raw", 0)) == '{"a": [{"b": 1}]}'


@pytest.mark.parametrize(
    "name", ["tokenCount", "max_tokens", "key", "keyboard", "tokens", "author", "secrets of the sea"]
)
def test_other_members_stay_and_the_text_stays_as_it_was(name: str):
    assert own_text(Element({name: "s"}, "raw", 0)) == "raw"


def test_an_empty_key_is_no_secret():
    assert not has_secrets({"apiKey": "", "x": {"password": None}})
