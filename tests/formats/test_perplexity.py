"""Perplexity's threads: what goldens do not show."""

import json
from typing import Any

from inglenook.core.model import Citation, Text, Unknown
from inglenook.formats import perplexity
from inglenook.formats.reading.document import Document, memory_document

LOGO = '<img src="https://r2cdn.perplexity.ai/pplx-full-logo-primary-dark%402x.png" class="logo" width="120"/>\n\n'
END = '\n<div align="center">⁂</div>\n'


def document(value: Any) -> Document:
    return memory_document("thread.json", json.dumps(value).encode())


def page(text: str) -> list[str]:
    [found] = perplexity.read(memory_document("thread.md", (LOGO + text).encode()))
    return [part.text for m in found.conversation.messages.values() for part in m.parts if isinstance(part, Text)]


def entry(*blocks: Any, **more: Any) -> dict[str, Any]:
    return {"uuid": "entry-1", "query_str": "a", "blocks": list(blocks), **more}


def answer(*blocks: Any) -> tuple[Any, ...]:
    [found] = perplexity.read(document({"entries": [entry(*blocks)]}))
    return list(found.conversation.messages.values())[-1].parts


def test_other_files_are_not_claimed():
    for value in ({"metadata": {}, "conversations": [{"query": "a"}]}, {"entries": [{"query": "a"}]}, [entry()]):
        assert perplexity.sniff(document(value).head) is None
    for text in (f"{LOGO}No heading", "# A heading", '<img src="https://e.org/logo.png"/>\n\n# A'):
        assert perplexity.sniff(memory_document("a.md", text.encode()).head) is None


def test_pieces_are_joined_and_the_same_text_for_another_use_is_left_out():
    pieces = {"markdown_block": {"chunks": ["b ", None, "c"]}}
    assert answer(pieces, {"markdown_block": {"answer": "b c\n"}}) == (Text("b c"),)


def test_a_block_that_nobody_knows_is_kept():
    block = {"intended_usage": "media", "media_block": {"url": "x"}}
    assert answer(block, {"markdown_block": {"answer": "b"}}) == (Text("b"), Unknown("media", block))


def test_a_source_is_named_once():
    results = {"web_result_block": {"web_results": [{"url": "https://e.org/", "name": "E"}] * 2}}
    assert answer(results) == (Citation("https://e.org/", "E"),)


def test_a_question_without_an_answer_keeps_what_else_is_known():
    [found] = perplexity.read(document({"entries": [entry(mode="COPILOT")]}))
    [message] = found.conversation.messages.values()
    assert (message.role, message.extra) == ("user", {"rest": {"mode": "COPILOT"}})


def test_the_token_of_a_thread_is_in_no_text_of_it():
    source = document({"entries": [entry(read_write_token="secret")]})
    [found] = perplexity.read(source)
    assert "secret" not in found.raw
    assert json.loads(found.raw)["entries"][0]["query_str"] == "a"
    assert source.problems == ["Keys in this backup were left out."]


def test_a_rule_and_a_heading_inside_an_answer_begin_no_question():
    answer = "b\n\n---\n\n# c\n\nd"
    assert page(f"# a\n\n{answer}\n{END}\n\n---\n\n# e\n\nf\n{END}") == ["a", answer, "e", "f"]


def test_without_any_footnotes_a_heading_after_a_rule_is_a_question():
    assert page("# a\n\nb\n\n---\n\n# c\n\nd\n") == ["a", "b", "c", "d"]


def test_a_heading_in_code_is_none():
    assert page("# a\n\n```sh\n---\n# c\n```\n") == ["a", "```sh\n---\n# c\n```"]


def test_the_page_is_kept_as_it_came():
    [found] = perplexity.read(memory_document("a.md", f"{LOGO}# a\n\nb\n".encode()))
    assert found.raw == f"{LOGO}# a\n\nb\n"
