"""The items and events of a Codex session, put together as messages.

This file knows the items of the Responses API and the events beside them: of
what is said twice the item counts, and events tell tokens, ends and errors.
What a model says and does until the user speaks again is one message.
"""

from __future__ import annotations

from typing import Any, Final

from inglenook.core.model import Author, Failure, Json, Part, Reasoning, Text, ToolCall, ToolResult, Unknown, Usage
from inglenook.core.title import title_from
from inglenook.formats.reading.draft import NOBODY, Draft, role_of, text_of
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.typed_content import content_parts, json_text, result_text

_CALLS: Final = ("function_call", "custom_tool_call", "local_shell_call", "web_search_call", "tool_search_call")
_OUTPUTS: Final = (
    "function_call_output", "custom_tool_call_output", "local_shell_call_output", "tool_search_output",
)  # fmt: skip
# For the program and the provider; nobody wrote it.
_SILENT: Final = ("ghost_snapshot", "compaction", "compaction_summary", "context_compaction")
# What the program tells the model in the user's name.
_TOLD: Final = (
    "<environment_context>", "<user_instructions>", "# AGENTS.md instructions", "<permissions instructions>",
    "<turn_aborted>", "<skill>", "<INSTRUCTIONS>", "<collaboration_mode>",
)  # fmt: skip
_COUNTS: Final = {
    "prompt_tokens": "input_tokens",
    "completion_tokens": "output_tokens",
    "reasoning_tokens": "reasoning_output_tokens",
    "cached_tokens": "cached_input_tokens",
}


class Session:
    """`follow` adds messages to the draft, after `start`.

    `first_words` is then how the first question begins, and `end` the message that the session ends with.
    """

    def __init__(self, draft: Draft, items: list[tuple[Json, str, Any]], start: str | None) -> None:
        self.first_words = ""
        self._draft = draft
        self._items = items
        self._said = {_kind(item) for item, kind, _ in items if kind == "item"} - {""}
        self._parts: list[Part] = []
        self._at: Any = None
        self._until: Any = None
        self._place = self._began = 0
        self._model = ""
        self._effort = ""
        self._usage: dict[str, int] = {}
        self._counted: Json = {}
        self._status: Any = "done"
        # What each question followed.
        self._asked: list[str | None] = []
        self.end = start

    def follow(self) -> None:
        for place, (item, kind, at) in enumerate(self._items):
            self._place = place
            at = at or item.get("timestamp")
            if kind == "context":
                self._model = text(item.get("model")) or self._model
                self._effort = text(item.get("effort")) or self._effort
            elif kind == "item":
                self._take(item, at)
            elif kind == "event":
                self._event(item, at)
            elif kind == "compacted" and text(item.get("message")).strip():
                self._say("system", [Text(item["message"])], at)
        self._end()

    def _take(self, item: Json, at: Any) -> None:
        kind = text(item.get("type"))
        if kind == "message":
            role = role_of(item.get("role"), "user")
            parts = content_parts(self._draft, item.get("content"))
            if role == "assistant":
                self._more(parts, at)
            elif parts:
                self._say(role, parts, at)
        elif kind == "reasoning":
            if thought := _thought(item):
                self._more([Reasoning(thought)], at)
        elif kind in _CALLS:
            asked = item.get("arguments", item.get("input", item.get("action")))
            self._more([ToolCall(text_of(item.get("call_id")), text(item.get("name")) or kind, json_text(asked))], at)
        elif kind in _OUTPUTS:
            self._more(_result(self._draft, item), at)
        elif kind == "image_generation_call" and (data := text(item.get("result"))):
            parts = [Text(said)] if (said := text(item.get("revised_prompt"))) else []
            self._more([*parts, self._draft.attach(f"data:image/png;base64,{data}", kind="image")], at)
        elif kind == "token_count":
            self._count(item, item)
        elif kind and kind not in _SILENT:
            self._more([Unknown(kind, item)], at)

    def _event(self, event: Json, at: Any) -> None:
        kind = text(event.get("type"))
        said = text(event.get("message"))
        if kind == "token_count":
            info = obj(event.get("info"))
            self._count(obj(info.get("last_token_usage")) or event, info or event)
        elif kind == "turn_aborted":
            self._status = "interrupted"
        elif kind == "thread_rolled_back":
            self._back(count(event.get("num_turns")) or 0)
        elif kind == "error" and said:
            self._more([Failure(said)], at)
            self._status = "failed"
        elif kind == "agent_reasoning" and "reasoning" not in self._said and text(event.get("text")):
            self._more([Reasoning(event["text"])], at)
        elif kind == "agent_message" and "assistant" not in self._said and said:
            self._more([Text(said)], at)
        elif kind == "user_message" and "user" not in self._said:
            pictures = [self._draft.attach(url, kind="image") for url in arr(event.get("images")) if text(url)]
            if said or pictures:
                self._say("user", [*([Text(said)] if said else []), *pictures], at)

    def _count(self, usage: Json, told: Json) -> None:
        """Add what one request took. The same count may come again, when only limits have changed."""
        if not usage or told == self._counted:
            return
        self._counted = told
        for name, member in _COUNTS.items():
            if (number := count(usage.get(member))) is not None:
                self._usage[name] = self._usage.get(name, 0) + number

    def _back(self, turns: int) -> None:
        """The user took back that many questions; what comes now follows what they followed."""
        self._end()
        if 0 < turns <= len(self._asked):
            self.end = self._asked[-turns]
            del self._asked[-turns:]

    def _more(self, parts: list[Part], at: Any) -> None:
        if parts:
            if not self._parts:
                self._began, self._at = self._place, at
            self._until = at or self._until
            self._parts += parts

    def _say(self, role: Any, parts: list[Part], at: Any) -> None:
        self._end()
        said = next((part.text.strip() for part in parts if isinstance(part, Text)), "")
        told = role == "user" and said.startswith(_TOLD)
        if role == "user" and not told:
            self._asked.append(self.end)
            self.first_words = self.first_words or (title_from(said) if said else "")
        self._add(role, parts, self._place, created=at, hidden=told)

    def _end(self) -> None:
        if self._parts:
            self._add(
                "assistant",
                self._parts,
                self._began,
                created=self._at,
                updated=self._until,
                author=Author(model=self._model) if self._model else NOBODY,
                usage=Usage(**self._usage) if self._usage else Usage(),
                status=self._status,
                rest=rest_of({"effort": self._effort}),
            )
        self._parts, self._at, self._until, self._usage, self._status = [], None, None, {}, "done"

    def _add(self, role: Any, parts: list[Part], place: int, **known: Any) -> None:
        # Lines are only ever added to a session, so that a message that goes on later has the same id.
        self.end = self._draft.add(role, parts, id=f"line-{place + 1:06}", parent=self.end, **known)


def _kind(item: Json) -> str:
    """Of an item that an event repeats: who speaks, or "reasoning" where a thought can be read."""
    if item.get("type") == "reasoning":
        return "reasoning" if _thought(item) else ""
    return text(item.get("role")) if item.get("type") == "message" else ""


def _thought(item: Json) -> str:
    """What can be read of a thought; most of it may be encrypted."""
    pieces = [text(obj(piece).get("text")) for piece in (*arr(item.get("summary")), *arr(item.get("content")))]
    return "\n\n".join(filter(None, pieces))


def _result(draft: Draft, item: Json) -> list[Part]:
    """What a tool answered: a text, pieces of text with pictures between them, or an object around either."""
    output = item.get("output")
    if isinstance(output, dict):
        output = output.get("content", output)
    pieces = [obj(piece) for piece in arr(output)]
    seen = [piece for piece in pieces if piece.get("type") == "input_image"]
    told = [piece for piece in pieces if piece not in seen] if seen else output
    said = result_text(told) if told else ""
    return [ToolResult(text_of(item.get("call_id")), said), *content_parts(draft, seen)]
