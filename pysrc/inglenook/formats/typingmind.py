"""Reads backups and single chats of TypingMind.

This file knows chats, folders, parallel answers and edited branches. What it
knows of branches is from descriptions, so whatever looks different is kept as
it came. After four import schemas of other programs, 2025.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Json, Part, Reasoning, Role, Text, ToolResult
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import KEYS_LEFT_OUT, has_secrets, own_text, plain_text, rest_of, top_of
from inglenook.formats.reading.shape import arr, obj, text
from inglenook.formats.reading.turns import Turn, add_turns, key_for
from inglenook.formats.reading.typed_content import content_parts, json_text, result_text, tool_calls, usage_of

SYSTEM: Final = "typingmind"
NAME: Final = "TypingMind"

_SIBLINGS: Final = ("folders", "userPrompts", "userCharacters", "installedPlugins")
_TAKEN: Final = (
    "uuid", "role", "content", "createdAt", "model", "usage", "tool_calls", "tool_call_id", "name", "type",
    "responses", "threads", "reasoning_content", "refusal", "metadata", "keyUsed",
)  # fmt: skip


def sniff(head: Head) -> Match | None:
    if head.kind == "array":
        return Match("chat") if _is_chat(head.first) else None
    if head.kind != "object":
        return None
    if _is_chat(head.top):
        return Match("chat")
    data = obj(head.top.get("data"))
    chats = data.get("chats")
    if not isinstance(chats, list):
        return None
    full = any(_is_chat(chat) for chat in chats[:5]) or (not chats and any(name in data for name in _SIBLINGS))
    return Match("backup") if full else None


def _is_chat(value: Any) -> bool:
    chat = obj(value)
    return isinstance(chat.get("messages"), list) and "chatID" in chat


def read(document: Document) -> Iterator[Found]:
    if document.head.kind != "array" and _is_chat(document.head.top):
        chat = obj(document.value())
        yield _conversation(chat, plain_text(chat) if has_secrets(chat) else document.text(), {}, "chat")
        return
    data: Json = {} if document.head.kind == "array" else obj(top_of(document).get("data"))
    folders = {text_of(folder.get("id")): text_of(folder.get("title")) for folder in map(obj, arr(data.get("folders")))}
    version = "backup" if data else "chat"
    for element in document.elements() if document.head.kind == "array" else document.elements("data", "chats"):
        chat = obj(element.value)
        if not arr(chat.get("messages")):
            document.problem(f"Entry {element.number + 1:,} has no messages and was left out.")
            continue
        try:
            yield _conversation(chat, own_text(element), folders, version)
        except BadFile as error:
            document.problem(f"Conversation “{text_of(chat.get('chatTitle'))}”: {error.message}")
    if has_secrets({name: value for name, value in data.items() if name != "chats"}):
        document.problem(KEYS_LEFT_OUT)
    if any(arr(data.get(name)) for name in ("userPrompts", "userCharacters")):
        document.problem("Prompts and characters of this backup were left out.")


def _conversation(chat: Json, raw: str, folders: dict[str, str], version: str) -> Found:
    draft = Draft(
        SYSTEM,
        chat.get("chatID") or chat.get("id"),
        title=chat.get("chatTitle"),
        created=chat.get("createdAt"),
        updated=chat.get("updatedAt"),
        version=version,
    )
    draft.model = text_of(chat.get("model")) or text_of(obj(chat.get("modelInfo")).get("id"))
    draft.folder = folders.get(text_of(chat.get("folderID")), "")
    draft.pinned = bool(chat.get("pinnedTime") or chat.get("starred") is True)
    draft.rest = rest_of(
        chat, "id", "chatID", "chatTitle", "createdAt", "updatedAt", "messages", "model", "modelInfo",
        "starred", "pinnedTime", "threads", "preview", "syncedAt", "folderID" if draft.folder else "",
    )  # fmt: skip
    chain = _Chain(draft, draft.model, text_of(obj(chat.get("character")).get("title")))
    chain.prompt(chat)
    end = chain.line(arr(chat.get("messages")), chain.root)
    for thread in arr(chat.get("threads")):
        if isinstance(obj(thread).get("messages"), list):
            chain.line(arr(thread["messages"]), chain.root)
        elif thread:
            draft.rest.setdefault("threads", []).append(thread)
    ids = add_turns(draft, chain.turns)
    return draft.finish(ids.get(end or ""), raw)


class _Chain:
    """The messages of a chat, as lines that may begin in common."""

    def __init__(self, draft: Draft, model: str, character: str) -> None:
        self.draft = draft
        self.model = model
        self.character = character
        self.turns: list[Turn] = []
        self.root: str | None = None
        self._at: dict[tuple[str | None, str], tuple[str, Json]] = {}
        self._taken: set[str] = set()

    def prompt(self, chat: Json) -> None:
        """The system prompt, unless the messages begin with one."""
        first = obj(next(iter(arr(chat.get("messages"))), None))
        system = text(obj(chat.get("chatParams")).get("systemMessage")) or text(
            obj(chat.get("character")).get("instruction")
        )
        if system.strip() and first.get("role") != "system":
            self.root = self._put(None, "", "system", [Text(system)], {})

    def line(self, messages: list[Any], above: str | None) -> str | None:
        """Messages one below the other; what an earlier line holds at the same place is not added again."""
        for number, message in enumerate(messages):
            if isinstance(message, dict):
                above = self._message(message, above)
            else:
                self.draft.problem(f"Message {number + 1:,} is none and was left out.")
        return above

    def _message(self, message: Json, above: str | None) -> str | None:
        responses = [obj(one) for one in arr(message.get("responses"))]
        if message.get("type") == "tm_multi_responses" or (responses and "content" not in message):
            return self._parallel(message, responses, above)
        id = text_of(message.get("uuid"))
        place = (above, id or json_text(message.get("content")))
        before = self._at.get(place)
        if before is not None and all(before[1].get(name) == message.get(name) for name in ("role", "content")):
            return before[0]
        role = role_of(message.get("role"))
        answered = role == "assistant"
        known: dict[str, Any] = {
            "created": message.get("createdAt"),
            "usage": usage_of(message.get("usage")),
            "rest": _rest(message),
        }
        if answered:
            model = text_of(message.get("model")) or self.model
            known["author"] = Author(model=model, name=self.character)
        key = self._put(above, id, role, self._parts(message, role), known)
        self._at.setdefault(place, (key, message))
        # Other courses of the chat from this message on.
        for thread in arr(message.get("threads")):
            self.line(arr(thread) or arr(obj(thread).get("messages")), above)
        return key

    def _parallel(self, message: Json, responses: list[Json], above: str | None) -> str | None:
        """Answers of several models to one question; the first of them goes on."""
        ends = []
        for response in responses:
            model = text_of(response.get("model"))
            messages = [
                {"model": model, **one} if isinstance(one, dict) else one for one in arr(response.get("messages"))
            ]
            if messages:
                ends.append(self.line(messages, above))
        others = rest_of(message, *_TAKEN)
        if not ends:
            self.draft.problem("Some parallel answers are empty and were left out.")
        elif others:
            self.draft.rest.setdefault("parallel", []).append(others)
        return ends[0] if ends else above

    def _parts(self, message: Json, role: Role) -> list[Part]:
        if role == "tool":
            id, name = text_of(message.get("tool_call_id")), text_of(message.get("name"))
            return [ToolResult(id, result_text(message.get("content")), name)]
        parts: list[Part] = []
        if thought := text(message.get("reasoning_content")):
            parts.append(Reasoning(thought))
        parts += content_parts(self.draft, message.get("content"), role == "assistant")
        if refusal := text(message.get("refusal")):
            parts.append(Text(refusal))
        parts += tool_calls(message.get("tool_calls"))
        for file in arr(obj(message.get("metadata")).get("attachments")):
            known = obj(file)
            name = text_of(known.get("name")) or text_of(known.get("filename")) or text_of(known.get("id"))
            source = text(known.get("url")) or text(known.get("data")) or text(known.get("content")) or None
            media_type = text(known.get("type")) or text(known.get("mimeType"))
            parts.append(self.draft.attach(source, name=name, media_type=media_type))
        return parts

    def _put(self, above: str | None, id: str, role: Role, parts: list[Part], known: dict[str, Any]) -> str:
        key = key_for(id, self._taken)
        self._taken.add(key)
        self.turns.append(Turn(key, above, role, parts, id if key == id else "", role == "tool", known))
        return key


def _rest(message: Json) -> Json:
    rest = rest_of(message, *_TAKEN)
    if others := rest_of(obj(message.get("metadata")), "attachments"):
        rest["metadata"] = others
    kind = message.get("type")
    if kind not in (None, "", "text"):
        rest["type"] = kind
    return rest
