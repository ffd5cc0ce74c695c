"""A message in JSON of an unknown layout: who speaks, what is said, below which other message it stands.

This file knows the words that programs have for these. What it does not use of
a message is kept beside it as it came.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from inglenook.core.model import Author, Json, Part, Reasoning, Role, Text, Unknown
from inglenook.formats.reading.draft import AFTER, NOBODY, ROLES, Draft
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, obj, text
from inglenook.formats.reading.typed_content import content_parts, tool_calls, usage_of

IDS: Final = ("id", "_id", "uuid", "message_id", "messageId", "conversation_id", "conversationId", "key")
TIMES: Final = (
    "created_at", "createdAt", "create_time", "created", "timestamp", "time", "date", "datetime", "inserted_at",
    "sent_at", "updated_at", "updatedAt",
)  # fmt: skip
TITLES: Final = ("title", "name", "topic", "subject", "label")
MODELS: Final = ("model", "model_slug", "model_id", "modelId", "model_name", "modelName")

_SPEAKS: Final = ("role", "from", "sender", "author", "speaker", "type", "message_type", "source", "name", "user")
_SAYS: Final = ("content", "text", "message", "value", "mes", "body", "parts", "msg", "answer")
_FLAGS: Final = ("is_user", "isUser", "isCreatedByUser", "fromUser", "is_human", "isHuman")
_PROMPTS: Final = ("system", "system_prompt", "systemPrompt", "systemInstruction", "system_instruction")
_PARENTS: Final = ("parent", "parentId", "parent_id", "parentMessageId", "parent_message_uuid", "reply_to")
_BELOW: Final = ("children", "replies")
_THOUGHTS: Final = ("reasoning", "reasoning_content", "thinking", "thought", "thoughts")
_ASKED: Final = ("query", "question", "prompt", "user", "human", "request", "input")
_ANSWERED: Final = ("answer", "response", "assistant", "ai", "bot", "completion", "output", "reply")
# Some count who speaks.
_NUMBERS: Final[dict[int, Role]] = {1: "user", 2: "assistant"}


def first(value: Json, names: tuple[str, ...]) -> Any:
    """The first member of these names that says something; None if there is none."""
    return next((value[name] for name in names if value.get(name) not in (None, "", [], {})), None)


def is_pair(value: Json) -> bool:
    """Whether it is a question and its answer in one."""
    return _role(value)[0] is None and bool(_said_as(value, _ASKED) and _said_as(value, _ANSWERED))


def _said_as(value: Json, names: tuple[str, ...]) -> str:
    return next((name for name in names if text(value.get(name)).strip()), "")


def is_message(value: Json) -> bool:
    """Whether somebody who is known to us says something, or an object of messages has more below it."""
    return _role(value)[0] is not None and _says(value) != ""


def _role(value: Json) -> tuple[Role | None, str, str]:
    """Who speaks as one of our roles, the member that says so, and the word for it; None if no word is known."""
    for name in _FLAGS:
        if isinstance(value.get(name), bool):
            return "user" if value[name] else "assistant", name, ""
    for name in _SPEAKS:
        said = value.get(name)
        if type(said) is int and said in _NUMBERS and name in ("role", "sender", "author"):
            return _NUMBERS[said], name, str(said)
        word = text(said) or text(first(obj(said), ("role", "name", "type")))
        words = word.lower().replace("_", " ").replace("-", " ").split() if len(word) < 60 else []
        # "User Query", "Model response": the first word tells.
        if 0 < len(words) < 4:
            role = ROLES.get(word.strip().lower()) or ROLES.get(words[0])
            if role is not None:
                return role, name, word
    return None, "", ""


def _says(value: Json) -> str:
    """The member that holds what is said; "" if there is none."""
    return next((name for name in _SAYS if _has_text(value.get(name), 0)), "")


def _has_text(value: Any, depth: int) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    if depth > 3:
        return False
    if isinstance(value, list):
        return any(_has_text(item, depth + 1) for item in value[:50])
    names = ("text", "content", "value", "parts")
    return isinstance(value, dict) and any(_has_text(value.get(name), depth + 1) for name in names)


class Speakers:
    """Messages on their way into a draft."""

    def __init__(self, draft: Draft, messages: list[Any]) -> None:
        self._draft = draft
        self._messages = messages
        self._begun: str | None = None
        self._linked = any(first(obj(message), _PARENTS) is not None for message in messages)
        known = Counter(_role(message)[0] for message in messages if isinstance(message, dict))
        # Where one side has a word that is known, the other side are those who have none.
        self._other: Role = "assistant" if known["user"] else "user"

    def prompt(self, around: Json) -> list[str]:
        """Add what the model was told beforehand; answers the member that holds it."""
        for name in _PROMPTS:
            said = around.get(name)
            if _has_text(said, 0) and (parts := self._parts(said, False)):
                self._begun = self._draft.add("system", parts)
                return [name]
        return []

    def add(self) -> None:
        """All messages. Those that hold replies are trees; those that name another one stand below it."""
        # Questions that all hold their own answers are versions of each other.
        apart = any(map(_below_name, map(obj, self._messages))) and self._alike()
        waiting: list[tuple[Any, Any]] = [(message, AFTER) for message in reversed(self._messages)]
        last = self._begun
        while waiting:
            message, above = waiting.pop()
            top = above is AFTER
            if not isinstance(message, dict):
                self._draft.problem("An entry among the messages is none, and was left out.")
                continue
            if top:
                above = first(message, _PARENTS) if self._linked else self._begun if apart else last
            mine = self._pair(message, above) if is_pair(message) else self._message(message, above)
            last = mine if top else last
            waiting += [(reply, mine) for reply in reversed(arr(message.get(_below_name(message))))]

    def _alike(self) -> bool:
        return len({_role(message)[0] for message in self._messages if isinstance(message, dict)}) == 1

    def _pair(self, message: Json, above: Any) -> str:
        asked, answered = _said_as(message, _ASKED), _said_as(message, _ANSWERED)
        created = first(message, TIMES)
        asking = self._draft.add("user", [Text(message[asked])], parent=above, created=created)
        model = text(first(message, MODELS))
        return self._draft.add(
            "assistant",
            [*_thoughts(message), *content_parts(self._draft, message[answered], thoughts=True)],
            id=first(message, IDS[:5]),
            parent=asking,
            author=Author(model=model) if model else NOBODY,
            rest=rest_of(
                message, asked, answered, *IDS[:5], *_taken(message, TIMES, created), *_THOUGHTS, _below_name(message)
            ),
        )

    def _message(self, message: Json, above: Any) -> str:
        role, speaks, word = _role(message)
        name = "" if role is not None else text(first(message, _SPEAKS))
        name = name or text(obj(message.get(speaks)).get("name"))
        says = _says(message)
        answer = (role or self._other) == "assistant"
        parts = [*_thoughts(message), *self._parts(message.get(says), answer), *tool_calls(message.get("tool_calls"))]
        created = first(message, TIMES)
        model = text(first(message, MODELS)) if answer else ""
        taken = [says, speaks if isinstance(message.get(speaks), str | bool | int) else "", *IDS[:5], *_PARENTS]
        taken += [_below_name(message), *_THOUGHTS, "tool_calls", *_taken(message, TIMES, created)]
        rest = rest_of(message, *taken, *(_taken(message, MODELS, model) if model else []))
        # A word that says more than the role is kept.
        if word and word.strip().lower() not in ("user", "assistant", "system", "tool"):
            rest["speaker"] = word
        return self._draft.add(
            role or self._other,
            parts,
            id=first(message, IDS[:5]),
            parent=above,
            created=created,
            author=Author(model=model, name=name) if model or name else NOBODY,
            usage=usage_of(message.get("usage")),
            rest=rest,
        )

    def _parts(self, said: Any, answer: bool) -> list[Part]:
        if isinstance(said, dict):
            inner = _says(said)
            parts = self._parts(said.get(inner), answer) if inner else []
            rest = rest_of(said, inner, "role", "type")
            return [*parts, *([Unknown("content", rest)] if rest else [])]
        parts = []
        for piece in said if isinstance(said, list) else [said]:
            if isinstance(piece, dict) and "type" not in piece and piece.keys() == {"text"}:
                piece = piece["text"]
            parts += content_parts(self._draft, [piece] if isinstance(piece, dict | list) else piece, thoughts=answer)
        return parts


def _thoughts(message: Json) -> list[Part]:
    parts: list[Part] = []
    for name in _THOUGHTS:
        said = message.get(name)
        if isinstance(said, str) and said.strip():
            parts.append(Reasoning(said))
        elif said and not isinstance(said, str):
            parts.append(Unknown(name, said))
    return parts


def _taken(message: Json, names: tuple[str, ...], value: Any) -> list[str]:
    """The member of these names that holds a value, if it is one that a message can keep."""
    plain = isinstance(value, str | int | float)
    return [name for name in names if plain and message.get(name) == value][:1]


def _below_name(message: Json) -> str:
    """The member that holds replies as whole messages, not only their ids."""
    return next((name for name in _BELOW if any(isinstance(each, dict) for each in arr(message.get(name)))), "")
