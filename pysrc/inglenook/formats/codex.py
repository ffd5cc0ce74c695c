"""Sessions of Codex, one JSON Lines file each.

This file knows rollouts of 2025 and 2026: items of the Responses API in
envelopes, beside events that say the same once more, and older files without
envelopes. Of what is said twice the items count.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Json, Part, Reasoning, Text, ToolCall, ToolResult, Unknown, Usage
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.typed_content import content_parts, json_text, result_text

SYSTEM: Final = "codex"
NAME: Final = "Codex"

_ENVELOPES: Final = ("session_meta", "response_item", "event_msg", "turn_context", "compacted")
_EVENTS: Final = {"user_message": ("user", "message"), "agent_message": ("assistant", "message")}
_CALLS: Final = ("function_call", "custom_tool_call", "local_shell_call", "web_search_call")
_OUTPUTS: Final = ("function_call_output", "custom_tool_call_output", "local_shell_call_output")


def sniff(head: Head) -> Match | None:
    if head.kind not in ("lines", "object"):
        return None
    for item in head.items[:100]:
        record = obj(item)
        if record.get("type") in _ENVELOPES and isinstance(record.get("payload"), dict):
            return Match("rollout")
    first = obj(head.items[0]) if head.items else {}
    if head.kind == "lines" and {"id", "timestamp", "instructions"} <= first.keys():
        return Match("bare items")
    return None


def read(document: Document) -> Iterator[Found]:
    records: list[Json] = []
    raw: list[str] = []
    for line in document.lines():
        if isinstance(line.value, dict):
            records.append(line.value)
            raw.append(line.raw)
        else:
            document.problem(f"Line {line.number + 1:,} is no record and was left out.")
    try:
        yield conversation(records, document.stem, "\n".join(raw))
    except BadFile as error:
        document.problem(error.message)


def conversation(records: list[Json], name: str, raw: str) -> Found:
    """One session. BadFile if nothing is said in it."""
    meta = next((obj(r.get("payload")) for r in records if r.get("type") == "session_meta"), {})
    first = meta or (records[0] if records and "instructions" in records[0] else {})
    items = [_item(record) for record in records]
    draft = Draft(
        SYSTEM,
        first.get("id") or first.get("session_id"),
        created=first.get("timestamp"),
        version=text(first.get("cli_version")),
    )
    draft.folder = text(first.get("cwd"))
    draft.rest = rest_of(first, "id", "timestamp", "cwd", "cli_version", "instructions", "base_instructions")
    instructions = first.get("base_instructions") or first.get("instructions")
    said = text(instructions) or text(obj(instructions).get("text"))
    if said:
        draft.add("system", [Text(said)])
    spoken = {
        kind
        for item, kind, _, _ in items
        if kind == "item" and item.get("type") == "message"
        for kind in (text(item.get("role")),)
    }
    _Session(draft, spoken).follow(items)
    return draft.finish(raw=raw)


def _item(record: Json) -> tuple[Json, str, Any, str]:
    """An item or event, which of them it is, when it was, and the kind of its envelope."""
    payload = record.get("payload")
    if isinstance(payload, dict) and record.get("type") in _ENVELOPES:
        kind = {"response_item": "item", "event_msg": "event"}.get(record["type"], record["type"])
        return payload, kind, record.get("timestamp"), text(record["type"])
    return record, "item" if "type" in record else "", record.get("timestamp"), ""


class _Session:
    """Turns being put together: what a model says and does until the user speaks again is one message."""

    def __init__(self, draft: Draft, spoken: set[str]) -> None:
        self._draft = draft
        self._spoken = spoken
        self._parts: list[Part] = []
        self._at: Any = None
        self._model = ""
        self._usage = Usage()
        self._status = "done"

    def follow(self, items: list[tuple[Json, str, Any, str]]) -> None:
        for item, kind, at, _ in items:
            if kind == "turn_context":
                self._model = text(item.get("model")) or self._model
            elif kind == "item":
                self._take(item, at)
            elif kind == "event":
                self._event(item, at)
            elif kind == "compacted" and text(item.get("message")):
                self._say("system", [Text(item["message"])], at)
        self._end()

    def _take(self, item: Json, at: Any) -> None:
        kind = text(item.get("type"))
        if kind == "message":
            role = role_of(item.get("role"), "user")
            parts = _content(self._draft, item.get("content"))
            if role == "assistant":
                self._more(parts, at)
            elif parts:
                self._say(role, parts, at)
        elif kind == "reasoning":
            said = [text(obj(p).get("text")) for p in (*arr(item.get("summary")), *arr(item.get("content")))]
            if any(said):
                self._more([Reasoning("\n\n".join(filter(None, said)))], at)
        elif kind in _CALLS:
            asked = item.get("arguments", item.get("input", item.get("action")))
            self._more([ToolCall(text_of(item.get("call_id")), text(item.get("name")) or kind, json_text(asked))], at)
        elif kind in _OUTPUTS:
            output = item.get("output")
            said = result_text(output.get("content", output)) if isinstance(output, dict) else result_text(output)
            self._more([ToolResult(text_of(item.get("call_id")), said)], at)
        elif kind:
            self._more([Unknown(kind, item)], at)

    def _event(self, event: Json, at: Any) -> None:
        kind = text(event.get("type"))
        if kind in _EVENTS:
            role, name = _EVENTS[kind]
            if role not in self._spoken and (said := text(event.get(name))):
                if role == "assistant":
                    self._more([Text(said)], at)
                else:
                    self._say("user", [Text(said)], at)
        elif kind == "token_count":
            usage = obj(obj(event.get("info")).get("last_token_usage")) or obj(
                obj(event.get("info")).get("total_token_usage")
            )
            self._usage = Usage(
                prompt_tokens=count(usage.get("input_tokens")),
                completion_tokens=count(usage.get("output_tokens")),
                reasoning_tokens=count(usage.get("reasoning_output_tokens")),
                cached_tokens=count(usage.get("cached_input_tokens")),
            )
        elif kind == "turn_aborted":
            self._status = "interrupted"

    def _more(self, parts: list[Part], at: Any) -> None:
        if parts:
            self._at = self._at or at
            self._parts += parts

    def _say(self, role: Any, parts: list[Part], at: Any) -> None:
        self._end()
        self._draft.add(role, parts, created=at)

    def _end(self) -> None:
        if self._parts:
            author = Author(model=self._model) if self._model else NOBODY
            self._draft.add(
                "assistant",
                self._parts,
                created=self._at,
                author=author,
                usage=self._usage,
                status=self._status,  # type: ignore[arg-type]
            )
        self._parts, self._at, self._usage, self._status = [], None, Usage(), "done"


def _content(draft: Draft, content: Any) -> list[Part]:
    return content_parts(draft, content)
