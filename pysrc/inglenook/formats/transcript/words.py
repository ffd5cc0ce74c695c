"""The words by which transcripts name who speaks, in many languages.

This file knows labels without their marks. It never learns how a label is set.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from inglenook.core.model import Role
from inglenook.formats.reading import stamp

_USER: Final = (
    "user", "you", "human", "me", "prompt", "question", "you said", "message from you", "instruction", "input", "q",
    "nexus_user", "benutzer", "nutzer", "du", "frage", "du hast gesagt", "utilisateur", "vous", "vous avez dit",
    "usuario", "tú", "has dicho", "dijiste", "utente", "tu", "hai detto", "usuário", "você", "você disse", "gebruiker",
    "użytkownik", "kullanıcı", "пользователь", "вы", "вы сказали", "користувач", "用户", "用戶", "使用者", "我", "你说",
    "ユーザー", "あなた", "사용자", "나",
)  # fmt: skip
_ANSWERS: Final = (
    "assistant", "ai", "bot", "model", "response", "answer", "output", "a", "nexus_agent", "chatgpt", "gpt", "claude",
    "gemini", "bard", "grok", "deepseek", "copilot", "cursor", "mistral", "le chat", "llama", "qwen", "perplexity",
    "chatgpt said", "claude said", "gemini said", "grok said", "message from assistant", "message from chatgpt",
    "assistent", "antwort", "chatgpt hat gesagt", "assistante", "chatgpt a dit", "asistente", "chatgpt dijo",
    "chatgpt ha dicho", "assistente", "chatgpt ha detto", "chatgpt disse", "asystent", "asistan", "ассистент",
    "помощник", "chatgpt сказал", "асистент", "助手", "助理", "chatgpt 说", "アシスタント", "어시스턴트",
)  # fmt: skip
_OTHERS: Final[dict[str, Role]] = {
    "system": "system", "system prompt": "system", "developer": "system", "tool": "tool", "tool result": "tool",
}  # fmt: skip
_WORDS: Final[dict[str, Role]] = {
    **dict.fromkeys(_USER, "user"), **dict.fromkeys(_ANSWERS, "assistant"), **_OTHERS,
}  # fmt: skip
# These say that somebody answers, and not who.
_NOBODY: Final = frozenset((
    "assistant", "ai", "bot", "model", "response", "answer", "output", "a", "nexus_agent", "message from assistant",
    "assistent", "antwort", "assistante", "asistente", "assistente", "asystent", "asistan", "ассистент", "помощник",
    "асистент", "助手", "助理", "アシスタント", "어시스턴트",
))  # fmt: skip
# Whoever writes these has copied a chat; the other words are met in any text.
_SURE: Final = frozenset(word for word in _WORDS if " " in word) - {"le chat", "system prompt", "tool result"}
_MODEL: Final = re.compile(
    r"(?:chatgpt|gpt|claude|gemini|llama|qwen|mistral|deepseek|grok)(?:[- ]?\d[\w.:]*|[- ](?:r1|v3|mini|nano|turbo|pro"
    r"|flash|sonnet|opus|haiku|plus|max|instruct|chat|coder|thinking|preview|large|medium|small|o1|o3)){1,5}"
    r"|o[134](?:-\w+)?"
)
_ODD: Final = re.compile(r"[^\w\s.-]+")
_TAIL: Final = re.compile(r"(.{1,60}?)\s*[(\[（]([^()\[\]（）]{1,80})[)\]）]")


class Speaker(NamedTuple):
    """Who speaks; a model's name and a time, where the label says them. `sure`: no other text has such a label."""

    role: Role
    name: str = ""
    when: str = ""
    sure: bool = False


def speaker(label: str) -> Speaker | None:
    """
    Who a label names, if anybody.

    >>> speaker("👤 **You**:").role, speaker("Assistant (gpt-4o)").name, speaker("Summary")
    ('user', 'gpt-4o', None)
    """
    words = _plain(label)
    role = _WORDS.get(words)
    if role is not None:
        name = _shown(label) if role == "assistant" and words not in _NOBODY else ""
        if words in _SURE:
            name = name.split()[0] if role == "assistant" and words.split()[0] in _WORDS else ""
        return Speaker(role, name, sure=words in _SURE)
    if (found := _TAIL.fullmatch(label.strip().rstrip(":*_ "))) and (inner := speaker(found[1])) is not None:
        told = found[2].strip()
        if stamp.ms(told.removesuffix(" UTC")) is not None:
            return inner._replace(when=told)
        return inner._replace(name=told if inner.role == "assistant" else "")
    if _MODEL.fullmatch(words):
        return Speaker("assistant", _shown(label))
    return None


def _plain(label: str) -> str:
    return " ".join(_ODD.sub(" ", label).split()).casefold().rstrip(".")


def _shown(label: str) -> str:
    return " ".join(label.replace("*", " ").replace("_", " ").strip(": ").split()).rstrip(":")
