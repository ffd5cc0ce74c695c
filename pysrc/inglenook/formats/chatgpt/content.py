"""What one node of a ChatGPT conversation says, as parts.

This file knows the content types of the export (2023 to 2026) that people and
the model write; what tools give back is in `tools.py`. What it does
not know becomes an Unknown part with the content as it came.
"""

from __future__ import annotations

from typing import Any, Final

from inglenook.core.model import Code, Failure, Json, Part, Reasoning, Role, Text, ToolCall, Unknown
from inglenook.formats.chatgpt import canvas
from inglenook.formats.chatgpt.assets import Assets
from inglenook.formats.chatgpt.citations import LISTS, cite
from inglenook.formats.chatgpt.marks import resolved
from inglenook.formats.chatgpt.media import add_media
from inglenook.formats.chatgpt.thoughts import add_recap, strings_of, taken_ms, thoughts_of, timed
from inglenook.formats.chatgpt.tools import RESULTS, add_result
from inglenook.formats.chatgpt.turn import Turn
from inglenook.formats.reading.draft import Draft
from inglenook.formats.reading.shape import arr, obj, text

# What was told the model before anything was said.
CONTEXTS: Final = ("user_editable_context", "model_editable_context")
# Metadata that says something of its own.
_DESCRIBED: Final = frozenset((
    *LISTS, "finished_duration_sec", "reasoning_start_time", "attachments", "user_context_message_data", "error",
))  # fmt: skip
_EVERYONE: Final = ("all", "", "user", "assistant")


def content_of(message: Json) -> Json:
    """The content of a message, as an object with a type."""
    content = message.get("content")
    if isinstance(content, dict):
        return content
    if isinstance(content, str | list):
        return {"content_type": "text", "parts": [content] if isinstance(content, str) else content}
    return {}


def parts_of(
    draft: Draft,
    turn: Turn,
    id: str,
    role: Role,
    message: Json,
    content: Json,
    said: Json,
    assets: Assets,
    papers: canvas.Papers,
) -> canvas.Papers:
    """Add what a node says to its message. What is used of its metadata, `said`, is taken out there.

    `id` names the node's call, if it makes one. Answers for the canvas as it is then.
    """
    kind = content.get("content_type") or ("text" if "parts" in content else "")
    recipient = text(message.get("recipient"))
    if role == "tool":
        papers = add_result(draft, turn, kind, message, content, said, assets, papers)
    elif recipient in _EVERYONE or role != "assistant" or kind not in ("text", "code", "multimodal_text"):
        if kind == "text":
            _add_texts(draft, turn, content.get("parts", content.get("text")), said, assets)
        else:
            papers = _add_other(draft, turn, kind, message, content, said, assets, papers)
    else:
        papers = _add_call(draft, turn, id, recipient, content, assets, papers)
    if said and not _DESCRIBED.isdisjoint(said):
        _add_described(draft, turn, role, said, assets)
    return papers


def _add_texts(draft: Draft, turn: Turn, parts: Any, said: Json, assets: Assets) -> None:
    """The strings of a content, one below the other, and what stands between them."""
    if isinstance(parts, list) and len(parts) == 1:
        parts = parts[0]
    if isinstance(parts, str):
        if parts:
            turn.parts.append(Text(resolved(turn, parts, said)))
        return
    strings = []
    for part in arr(parts) if not isinstance(parts, dict) else [parts]:
        if isinstance(part, str):
            strings.append(part)
        elif part is not None:
            _end_text(turn, strings, said)
            add_media(draft, turn, part, assets)
    _end_text(turn, strings, said)


def _end_text(turn: Turn, strings: list[str], said: Json) -> None:
    if whole := "\n\n".join(filter(None, strings)):
        turn.parts.append(Text(resolved(turn, whole, said)))
    strings.clear()


def _add_call(
    draft: Draft, turn: Turn, id: str, recipient: str, content: Json, assets: Assets, papers: canvas.Papers
) -> canvas.Papers:
    parts = arr(content.get("parts"))
    asked = text(content.get("text")) or "\n\n".join(part for part in parts if isinstance(part, str) and part)
    if asked:
        turn.parts.append(ToolCall(id, recipient, asked))
        turn.call = id
        papers, paper = canvas.called(papers, recipient, asked, id)
        if paper is not None:
            turn.parts.append(paper)
    for part in parts:
        if part is not None and not isinstance(part, str):
            add_media(draft, turn, part, assets)
    return papers


def _add_other(
    draft: Draft,
    turn: Turn,
    kind: Any,
    message: Json,
    content: Json,
    said: Json,
    assets: Assets,
    papers: canvas.Papers,
) -> canvas.Papers:
    match kind:
        case "multimodal_text":
            _add_texts(draft, turn, content.get("parts"), said, assets)
        case "code":
            if source := text(content.get("text")):
                language = text(content.get("language"))
                turn.parts.append(Code(source, "" if language == "unknown" else language))
        case "thoughts":
            if thought := resolved(turn, thoughts_of(content.get("thoughts")), said):
                turn.thought = len(turn.parts)
                turn.parts.append(Reasoning(thought, duration_ms=taken_ms(said)))
        case "reasoning_recap":
            add_recap(turn, strings_of(content.get("content")) or strings_of(content.get("parts")), said)
        case "user_editable_context" | "model_editable_context":
            _add_context(turn, kind, content)
        case "system_error":
            turn.parts.append(_failure(content))
        case _ if kind in RESULTS:
            return add_result(draft, turn, kind, message, content, said, assets, papers)
        case _:
            _add_unknown(turn, kind, content, said)
    return papers


def _add_unknown(turn: Turn, kind: Any, content: Json, said: Json) -> None:
    """What is said in a content of a kind that nobody knows, if it is where others say it; and the whole of it."""
    parts = arr(content.get("parts"))
    if parts and all(isinstance(part, str) for part in parts):
        strings = list(parts)
        _end_text(turn, strings, said)
        content = {name: value for name, value in content.items() if name != "parts"}
    if any(value for name, value in content.items() if name != "content_type"):
        turn.parts.append(Unknown(text(kind), content))


def _failure(content: Json) -> Failure:
    return Failure(text(content.get("text")) or "The answer failed.", detail=text(content.get("name")))


def _add_context(turn: Turn, kind: str, content: Json) -> None:
    names = ("user_profile", "user_instructions", "model_set_context")
    if told := "\n\n".join(filter(None, [text(content.get(name)) for name in names])):
        turn.parts.append(Text(told))
    left = {name: value for name, value in content.items() if value and name not in (*names, "content_type")}
    if left:
        turn.parts.append(Unknown(kind, left))


def _add_described(draft: Draft, turn: Turn, role: Role, said: Json, assets: Assets) -> None:
    """What the metadata adds to what is said."""
    if any(name in said for name in LISTS):
        cite(turn, said)
    if "finished_duration_sec" in said or "reasoning_start_time" in said:
        timed(turn, taken_ms(said))
    files = said.pop("attachments", None)
    for file in arr(files):
        assets.add_attachment(draft, turn, file)
    told = obj(said.pop("user_context_message_data", None))
    if told and role == "system":
        names = ("about_user_message", "about_model_message")
        # The content may say it already.
        known = "\n".join(part.text for part in turn.parts if isinstance(part, Text))
        if whole := "\n\n".join(one for name in names if (one := text(told.get(name))) not in known):
            turn.parts.append(Text(whole))
        turn.keep({name: value for name, value in told.items() if value and name not in names})
    error = said.pop("error", None)
    if error and role != "user":
        turn.parts.append(_failed(error))


def _failed(error: Any) -> Part:
    why = text(error) or text(obj(error).get("message")) or text(obj(error).get("text"))
    return Failure(why, detail=text(obj(error).get("code"))) if why else Unknown("error", error)
