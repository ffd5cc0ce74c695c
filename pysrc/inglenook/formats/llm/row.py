"""A conversation of `llm` by the rows of its log, each of which is a prompt and a response.

This file knows rows as the JSON output has them (2023 to 2026); a column that
is missing is empty. It never learns where rows come from.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from inglenook.core.model import Author, Json, Part, Reasoning, Text, ToolCall, ToolResult, Usage
from inglenook.formats.reading.document import Neighbours, last_part
from inglenook.formats.reading.draft import NOBODY, Draft, text_of
from inglenook.formats.reading.found import Found
from inglenook.formats.reading.jsonvalue import loads
from inglenook.formats.reading.leftovers import plain_text, rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.turns import Turn, add_turns
from inglenook.formats.reading.typed_content import json_text, usage_of

_TAKEN: Final = (
    "id", "model", "prompt", "system", "response", "conversation_id", "duration_ms", "datetime_utc", "input_tokens",
    "output_tokens", "reasoning", "conversation_name", "conversation_model", "attachments", "prompt_json",
    "response_json", "tool_calls", "tool_results", "resolved_model", "token_details", "prompt_fragments",
    "system_fragments",
)  # fmt: skip


def talk_of(row: Json) -> str:
    """The id of the conversation that a row belongs to; a row that belongs to none is one."""
    return text_of(row.get("conversation_id")) or text_of(row.get("id"))


def conversation(system: str, id: str, rows: Iterable[Json], beside: Neighbours) -> Found:
    """One conversation, its rows in the order of their times. BadFile if they say nothing."""
    rows = sorted(rows, key=lambda row: text(row.get("datetime_utc")))
    draft = Draft(system, id, title=next((n for row in rows if (n := text(row.get("conversation_name")))), ""))
    draft.model = next((m for row in rows if (m := text(row.get("conversation_model")))), "")
    turns: list[Turn] = []
    told: list[Part] = []
    for place, row in enumerate(rows):
        prompt = [Text(said)] if (said := text(row.get("system"))) else []
        prompt += [_fragment(draft, fragment) for fragment in arr(row.get("system_fragments"))]
        # Each row repeats what the system was told.
        again = [part for part in prompt if isinstance(part, Text)] == told and place > 0
        told = [part for part in prompt if isinstance(part, Text)]
        for turn in _turns(draft, row, [] if again else prompt, beside):
            turn.key = f"{place}/{turn.key}"
            turn.parent = turns[-1].key if turns else None
            turn.id = f"{text_of(row['id'])}/{turn.id}" if text_of(row.get("id")) else ""
            turn.known["created"] = row.get("datetime_utc")
            turns.append(turn)
    add_turns(draft, turns)
    return draft.finish(raw=raw_of(rows))


def _turns(draft: Draft, row: Json, prompt: list[Part], beside: Neighbours) -> list[Turn]:
    """What was said in one row, in order. The rest of the row goes with what was asked, or else with the answer."""
    asked: list[Part] = [_fragment(draft, fragment) for fragment in arr(row.get("prompt_fragments"))]
    asked += [Text(said)] if (said := text(row.get("prompt"))) else []
    asked += [attachment(draft, file, beside) for file in arr(row.get("attachments"))]
    made = [
        Turn("system", None, "system", prompt, "system"),
        Turn("results", None, "tool", _results(draft, row, beside), "results"),
        Turn("prompt", None, "user", asked, "prompt"),
        _answer(row),
    ]
    said_turns = [turn for turn in made if turn.parts]
    holder = next((turn for turn in said_turns if turn.role != "system"), None)
    if holder is not None:
        holder.known["rest"] = rest_of(row, *_TAKEN)
    return said_turns


def _answer(row: Json) -> Turn:
    parts: list[Part] = [Reasoning(said)] if (said := text(row.get("reasoning"))) else []
    if said := text(row.get("response")):
        parts.append(Text(said))
    for call in map(obj, arr(row.get("tool_calls"))):
        id, name = text_of(call.get("tool_call_id")), text(call.get("name"))
        parts.append(ToolCall(id, name, json_text(call.get("arguments"))))
    return Turn(
        "response", None, "assistant", parts, "response", known={"author": author_of(row), "usage": tokens_of(row)}
    )


def author_of(row: Json) -> Author:
    model = text(row.get("model"))
    return Author(model=model, served_model=text(row.get("resolved_model"))) if model else NOBODY


def tokens_of(row: Json) -> Usage:
    """What an answer took; its details are JSON, as text in a database."""
    details = usage_of(from_json(row.get("token_details")))
    return Usage(
        count(row.get("input_tokens")),
        count(row.get("output_tokens")),
        details.reasoning_tokens,
        details.cached_tokens,
        duration_ms=count(row.get("duration_ms")),
    )


def from_json(value: Any) -> Any:
    """The value of JSON text; anything else as it is, and None for text that is none."""
    try:
        return loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return None


def _results(draft: Draft, row: Json, beside: Neighbours) -> list[Part]:
    parts: list[Part] = []
    for result in map(obj, arr(row.get("tool_results"))):
        given = outcome(result.get("output"), result.get("exception"))
        parts.append(ToolResult(text_of(result.get("tool_call_id")), given, text(result.get("name"))))
        parts += [attachment(draft, file, beside) for file in arr(result.get("attachments"))]
    return parts


def outcome(output: Any, exception: Any) -> str:
    """What a tool answered, and why it failed if it says so."""
    given, why = json_text(output), text(exception)
    return given if why in given else f"{given}\n\n{why}".strip()


def _fragment(draft: Draft, fragment: Any) -> Part:
    """A text that was put before a prompt, as a file."""
    known = obj(fragment)
    name = last_part(text(known.get("source"))) or next((a for a in arr(known.get("aliases")) if text(a)), "")
    said = text(known.get("content"))
    name = name or text(known.get("hash")) or "fragment.txt"
    return draft.attach(said.encode("utf-8", "replace"), kind="file", name=name, media_type="text/plain")


def attachment(draft: Draft, file: Any, beside: Neighbours) -> Part:
    """A file that was sent: its bytes, its address, or one of the given files with its name."""
    known = obj(file)
    name = last_part(text(known.get("path"))) or text_of(known.get("id"))
    held, url = known.get("content"), text(known.get("url"))
    source = held if isinstance(held, bytes) and held else url or (beside.use(name) if name else None)
    return draft.attach(source, name=name, media_type=text(known.get("type")))


def _without_bytes(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_bytes(inner) for name, inner in value.items() if not isinstance(inner, bytes)}
    return [_without_bytes(inner) for inner in value] if isinstance(value, list) else value


def raw_of(value: Any) -> str:
    """The JSON text of rows, without the bytes of files."""
    return plain_text(_without_bytes(value))
