"""What stands in ChatGPT's texts for its sources, in each of its generations."""

from __future__ import annotations

from typing import Any

import pytest
from inglenook.core.model import Reasoning, Text, Unknown

from tests.formats.test_chatgpt import node, one, parts

LINK = "[b](https://b.example.org)"


def page(name: str, **known: Any) -> Any:
    """A citation as it was before 2025."""
    about = {"type": "webpage", "title": name, "url": f"https://{name}.example.org", **known.pop("metadata", {})}
    return {**known, "metadata": about}


@pytest.mark.parametrize(
    ("said", "citations", "shown"),
    [
        ("Yes\u301013\u2020source\u3011.", [page("a", start_ix=90), page("b", start_ix=3)], f"Yes {LINK}."),
        # A place that is counted in UTF-16 units.
        ("\U0001f41d \u30101\u2020L1-L3\u3011", [page("a"), page("b", start_ix=3)], f"\U0001f41d {LINK}"),
        (
            "Yes\u30107\u2020source\u3011.",
            [page("a"), page("b", metadata={"extra": {"cited_message_idx": 7}})],
            f"Yes {LINK}.",
        ),
        ("Yes :contentReference[oaicite:1]{index=1}.", [page("a"), page("b"), page("c")], f"Yes {LINK}."),
        (
            "\u30104:0\u2020moor.pdf\u3011\u30104:1\u2020moor.pdf\u3011",
            [page("a", metadata={"url": None, "title": "moor.pdf"}), page("b")],
            f"[moor.pdf] {LINK}",
        ),
        ("Yes\u301013\u2020source\u3011.", [page("a"), page("b")], "Yes\u301013\u2020source\u3011."),
        ("Yes\u301013\u2020source\u3011.", [], "Yes\u301013\u2020source\u3011."),
    ],
    ids=["place", "wide place", "message", "list", "order", "of none", "no citations"],
)
def test_marks_of_before_2025_become_links(said: str, citations: list[Any], shown: str):
    found = one(node("answer-01", None, "assistant", said, metadata={"citations": citations}))
    assert parts(found, "answer-01")[0] == Text(shown)


def test_thoughts_have_marks_as_well():
    thoughts = {"content_type": "thoughts", "thoughts": [{"content": "\ue200cite\ue202turn0search1\ue201"}]}
    found = one(
        node("thought-1", None, "assistant", content=thoughts),
        node("answer-01", "thought-1", "assistant", "Yes."),
    )
    assert parts(found, "thought-1")[0] == Reasoning("[turn0search1]")


def test_what_is_said_in_a_content_of_an_unknown_kind_is_a_text():
    content = {"content_type": "new_kind", "parts": ["Hello", "there"], "volume": 11}
    found = one(node("answer-01", None, "assistant", content=content))
    assert parts(found, "answer-01") == [
        Text("Hello\n\nthere"),
        Unknown("new_kind", {"content_type": "new_kind", "volume": 11}),
    ]
