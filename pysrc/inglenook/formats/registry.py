"""Which readers there are, and whose a file is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from inglenook.formats import (
    ai_studio,
    better_chatgpt,
    big_agi,
    chatbot_ui,
    chatbox,
    chatcraft,
    chatgpt,
    cherry_studio,
    claude,
    claude_code,
    codex,
    deepseek,
    gemini,
    grok,
    hf_rows,
    hollama,
    huggingchat,
    jan,
    le_chat,
    librechat,
    llama_cpp,
    llm,
    lm_studio,
    lobechat,
    ms_copilot,
    nextchat,
    open_webui,
    openai_messages,
    openrouter,
    perplexity,
    rescue,
    sharegpt,
    sillytavern,
    t3_chat,
    transcript,
    typingmind,
    unpacked,
)
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head


class Reader(Protocol):
    """A module that knows one system's files."""

    SYSTEM: str
    NAME: str

    def sniff(self, head: Head) -> Match | None: ...

    def read(self, document: Document) -> Iterator[Found]: ...


# In the order in which users are told of them; no file is claimed by two.
READERS: Final[tuple[Reader, ...]] = (
    openrouter,
    chatgpt,
    claude,
    ai_studio,
    gemini,
    grok,
    deepseek,
    le_chat,
    open_webui,
    librechat,
    lobechat,
    nextchat,
    better_chatgpt,
    llama_cpp,
    sillytavern,
    typingmind,
    big_agi,
    chatcraft,
    hollama,
    huggingchat,
    chatbox,
    cherry_studio,
    jan,
    lm_studio,
    chatbot_ui,
    t3_chat,
    ms_copilot,
    perplexity,
    llm,
    sharegpt,
    openai_messages,
    hf_rows,
    claude_code,
    codex,
    transcript,
    rescue,
    unpacked,
)


def claims(head: Head) -> list[tuple[Reader, Match]]:
    """Every reader that knows a file; more than one would be a fault of theirs."""
    return [(reader, match) for reader in READERS if (match := reader.sniff(head)) is not None]
