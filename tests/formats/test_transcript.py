"""Transcripts: which texts are none, every way to set a label, what is apart in a message, and time."""

import doctest
import time
from importlib import import_module

import pytest
from inglenook.core.model import Author, Citation, Conversation, Message, Reasoning, Text
from inglenook.formats import markdown, registry, transcript
from inglenook.formats.reading.document import Document, memory_document
from inglenook.formats.transcript import words
from inglenook.formats.transcript.words import speaker


def document(text: str, name: str = "x.md") -> Document:
    return memory_document(name, text.encode())


def one(text: str) -> Conversation:
    [found] = transcript.read(document(text))
    return found.conversation


def said(text: str) -> list[tuple[str, str]]:
    messages = one(text).messages.values()
    return [(m.role, "".join(part.text for part in m.parts if isinstance(part, Text))) for m in messages]


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(words).failed == 0
    assert doctest.testmod(import_module("inglenook.formats.transcript.front_matter")).failed == 0


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("## User\n\na\n\n## Assistant\n\nb", "headings"), ("### 👤 You\na\n### 🤖 ChatGPT\nb", "headings"),
        ("#### You:\na\n#### ChatGPT:\nb", "headings"), ("# Human\na\n# Assistant\nb", "headings"),
        ("## Message From You:\na\n## Message From ChatGPT:\nb", "headings"),
        ("## **User**\na\n## **AI**\nb", "headings"),
        ("### 1. User\na\n### 2. Assistant\nb", "headings"), ("### Instruction:\na\n### Response:\nb", "headings"),
        ("## Prompt:\na\n## Response:\nb", "headings"), ("## 用户\na\n## 助手\nb", "headings"),
        ("## Пользователь\na\n## Ассистент\nb", "headings"), ("## ユーザー\na\n## アシスタント\nb", "headings"),
        ("## User (2024-05-01 10:00)\na\n## Assistant [gpt-4o]\nb", "headings"),
        ("## You\na\n## Claude 3.5 Sonnet\nb", "headings"),
        ("**User:** a\n**Assistant:** b", "bold"), ("**You said:**\na\n**ChatGPT said:**\nb", "bold"),
        ("__User__\na\n__Assistant__\nb", "bold"), ("**USER**: a\n**ASSISTANT**: b", "bold"),
        ("> [!question]\n> a\n\n> [!answer]\n> b", "callouts"),
        ("<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>", "tokens"),
        ("<|user|>\na<|end|>\n<|assistant|>\nb<|end|>", "tokens"),
        ("<|user|>\na<|end|><|assistant|>\nb<|end|>", "tokens"),
        ("[INST] a [/INST] b", "template"), ("<s>[INST] a [/INST] b</s>", "template"),
        ("You said:\na\nChatGPT said:\nb", "labels"), ("Vous avez dit :\na\nChatGPT a dit :\nb", "labels"),
        ("Human: a\n\nAssistant: b\n\nHuman: a\n\nAssistant: b", "labels"), ("Q: a\nA: b\nQ: a\nA: b", "labels"),
    ],
)  # fmt: skip
def test_a_transcript_is_known_in_every_style(text: str, style: str):
    assert [(r.SYSTEM, m.version) for r, m in registry.claims(document(text).head)] == [("transcript", style)]
    assert said(text)[:2] == [("user", "a"), ("assistant", "b")]


@pytest.mark.parametrize(
    "text",
    [
        "", "Just a text.", "## User guide\n\na\n\n## Model zoo\n\nb", "## Question\n\na", "User: a\nAssistant: b",
        "Q: a\nA: b", "## User\na\n## User\nb", "```\n## User\na\n## Assistant\nb\n```",
        "Name: a\nAge: b\nName: c\nAge: d",
        "# A\n\n## You\n\na\n\n### Claude\n\nb", "[INST] a", "**Note:** a\n**Answer** b", "## GPT-4\na\n## Claude 3\nb",
    ],
)  # fmt: skip
def test_another_text_is_not_claimed(text: str):
    assert transcript.sniff(document(text).head) is None


def test_nothing_in_a_fence_is_a_label_and_levels_do_not_mix():
    text = "## User\n````\n```\n## Assistant\n```\n````\n### Assistant\n## Assistant\n~~~\n## User\n~~~\nb"
    assert said(text) == [
        ("user", "````\n```\n## Assistant\n```\n````\n### Assistant"), ("assistant", "~~~\n## User\n~~~\nb"),
    ]  # fmt: skip


def test_the_text_of_a_message_is_kept_as_it_is():
    assert said("## User\n\n    code  \n\n\n\t|a|\n## Assistant\nb\n\n---\n")[0] == ("user", "    code  \n\n\n\t|a|")


@pytest.mark.parametrize(("rule", "kept"), [("---", "b"), ("***", "b"), ("⁂", "b"), ("* * *", "b"), ("--", "b\n\n--")])
def test_rules_between_messages_are_none_of_their_text(rule: str, kept: str):
    assert said(f"## User\na\n\n{rule}\n\n## Assistant\nb\n\n{rule}")[1] == ("assistant", kept)


@pytest.mark.parametrize(
    "text",
    [
        "<think>\nHm\n</think>\nb",
        "<thinking>Hm</thinking>b",
        "<details>\n<summary>T</summary>\n\nHm\n\n</details>\n\nb",
    ],
)
def test_thoughts_are_apart(text: str):
    [_, answer] = one(f"## User\na\n## Assistant\n{text}").messages.values()
    assert answer.parts == (Reasoning("Hm"), Text("b"))
    [asked, _] = one(f"## User\n{text}\n## Assistant\nb").messages.values()
    assert asked.parts == (Text(text),)


@pytest.mark.parametrize(
    ("label", "role", "name"),
    [("You", "user", ""), ("Assistant", "assistant", ""), ("ChatGPT", "assistant", "ChatGPT"),
     ("ChatGPT said", "assistant", "ChatGPT"),
     ("🤖 GPT-4o mini", "assistant", "🤖 GPT-4o mini"), ("o3-mini", "assistant", "o3-mini"),
     ("System prompt", "system", ""), ("Tool", "tool", "")],
)  # fmt: skip
def test_a_label_says_who_speaks(label: str, role: str, name: str):
    found = speaker(label)
    assert found is not None
    assert (found.role, found.name) == (role, name)


@pytest.mark.parametrize("label", ["", "()", "Claude Code setup", "Llama farming", "Users", "***", "(" * 400])
def test_other_headings_name_nobody(label: str):
    assert speaker(label) is None


def test_what_our_own_export_writes_is_read_again():
    asked = Message("a", None, "user", (Text("Which *model*?"),), created_ms=1767348000000)
    cited = (Reasoning("Hm"), Text("## a-heading\n\nThis one."), Citation("https://example.org/", "E"))
    author = Author(model="maker/o3", provider="P")
    answered = Message("b", "a", "assistant", cited, author, 1767348060000)
    text = markdown.write(Conversation("c", 1767348000000, messages={"a": asked, "b": answered}), front_matter=True)
    made = list(one(text).messages.values())
    for got, wrote in zip(made, (asked, answered), strict=True):
        assert (got.role, got.parts, got.created_ms) == (wrote.role, wrote.parts, wrote.created_ms)
    assert made[1].author == author


def test_front_matter_that_has_no_place_is_kept():
    made = one("---\ntitle: T\nmodel: m\nrating: good\nlist:\n  - a\n  - b\n---\n## User\na\n## Assistant\nb")
    assert (made.title.value, made.model.value) == ("T", "m")
    assert made.extra["rest"] == {"front matter": {"rating": "good", "list": ["a", "b"]}}


def test_front_matter_without_an_end_is_text():
    assert one("---\ntitle: T\n## User\na\n## Assistant\nb").extra["rest"] == {"before": "---\ntitle: T"}


@pytest.mark.parametrize(
    "piece",
    ["<details><summary>x</summary>" + " " * 200_000, "<think>" + "\n" * 200_000, "Source: [a](http://" * 20_000,
     "<think>a</think>" * 20_000, "<time " + "a " * 100_000, "[INST]" * 50_000, "<s> " * 50_000,
     "#" + " " * 200_000 + "x",
     ("> " * 150 + "\n") * 500, "*" * 200_000, "`" * 200_000, "---\n" * 50_000],
)  # fmt: skip
def test_a_hostile_text_is_read_in_time_that_grows_with_it(piece: str):
    began = time.process_time()
    for text in (f"{piece}\n## User\n{piece}\n## Assistant\n{piece}\n", f"[INST] <<SYS>>{piece} [/INST] {piece}"):
        if transcript.sniff(document(text).head) is not None:
            list(transcript.read(document(text)))
    assert time.process_time() - began < 5
