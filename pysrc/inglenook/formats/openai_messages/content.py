"""Messages of the chat completions API on their way into a draft.

This file knows the members of a message as OpenAI, OpenRouter, Ollama and
llama.cpp write them. It never learns in what kind of file they stand.
"""

from __future__ import annotations

from typing import Any, Final

from inglenook.core.model import Author, Citation, Json, Part, Reasoning, Role, Text, ToolResult, Unknown
from inglenook.formats.reading.draft import NOBODY, ROLES, Draft, role_of, said, text_of
from inglenook.formats.reading.ids import chained_id
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.row_files import RowFiles
from inglenook.formats.reading.shape import arr, obj, text
from inglenook.formats.reading.turns import Turn
from inglenook.formats.reading.typed_content import content_parts, json_text, picture, result_text, tool_calls, usage_of

_TAKEN: Final = (
    "role", "content", "name", "tool_calls", "tool_call_id", "function_call", "reasoning_content", "reasoning",
    "reasoning_details", "thinking", "annotations", "images", "model",
)  # fmt: skip
_THOUGHTS: Final = ("reasoning_content", "reasoning", "thinking")


def chain(
    messages: list[Any],
    draft: Draft,
    files: RowFiles,
    model: str,
    notes: list[Json],
    above: str | None = None,
    known: Json | None = None,
) -> list[Turn]:
    """Messages one below the other. `notes` are what our own writer knew of each, `known` is said of the last one."""
    turns: list[Turn] = []
    for place, message in enumerate(messages):
        if not isinstance(message, dict):
            if message is not None:
                draft.problem("A message of another kind was left out.")
            continue
        role = _role(message)
        parts = _parts(message, role, draft)
        # Anthropic has the user bring the results of tools.
        role = "tool" if role == "user" and parts and all(isinstance(part, ToolResult) for part in parts) else role
        parts += files.named_in(parts)
        note = notes[place] if place < len(notes) else {}
        answered = text(note.get("model")) or text(message.get("model")) or model if role == "assistant" else ""
        name = text(message.get("name")) if role != "tool" else ""
        author = Author(model=answered, provider=text(note.get("provider")), name=name or text(note.get("name")))
        rest = rest_of(message, *_TAKEN)
        # A role that has no name of its own here is kept as it was written.
        if message.get("role") not in ("system", "user", "assistant", "tool"):
            rest["role"] = message.get("role")
        made: Json = {"author": author if author != NOBODY else NOBODY, "created": note.get("created"), "rest": rest}
        key = chained_id(above, role, said(parts))
        turns.append(Turn(key, above, role, parts, key, note.get("continued") is True, made))
        above = key
    if turns and known:
        last = turns[-1].known
        last.update(finish_reason=known.get("finish_reason"), rating=known.get("rating", 0))
        if "usage" in known:
            last["usage"] = usage_of(known["usage"])
        last["rest"] = {**last["rest"], **obj(known.get("choice"))}
    return turns


def _role(message: Json) -> Role:
    word = message.get("role")
    return role_of(word, "user" if not isinstance(word, str) or word.lower() not in ROLES else "assistant")


def _parts(message: Json, role: Role, draft: Draft) -> list[Part]:
    if role == "tool":
        call = text_of(message.get("tool_call_id"))
        parts: list[Part] = [ToolResult(call, result_text(message.get("content")), text(message.get("name")))]
    else:
        parts = _thoughts(message)
        for piece in message["content"] if isinstance(message.get("content"), list) else [message.get("content")]:
            parts += _signed(piece) or content_parts(
                draft, [piece] if isinstance(piece, dict | list) else piece, thoughts=role == "assistant"
            )
        if not parts and text(message.get("refusal")):
            parts.append(Text(message["refusal"]))
        parts += tool_calls(message.get("tool_calls"))
        if isinstance(message.get("function_call"), dict):
            parts += tool_calls([{"function": message["function_call"]}])
    for image in arr(message.get("images")):
        address = obj(obj(image).get("image_url")).get("url") if isinstance(image, dict) else image
        # Ollama's pictures are base64 without an address.
        if isinstance(address, str) and len(address) > 200 and ":" not in address[:40]:
            address = f"data:image/png;base64,{address}"
        parts.append(picture(draft, address) if isinstance(address, str) else Unknown("image", image))
    return [*parts, *_sources(message.get("annotations"))]


def _signed(piece: Any) -> list[Part]:
    """A thought with what its provider wants back with it, or that only its provider can read."""
    kind = text(obj(piece).get("type"))
    if kind == "redacted_thinking" or (kind == "thinking" and text(piece.get("signature"))):
        return [Reasoning(text(piece.get("thinking")), (piece,))]
    return []


def _thoughts(message: Json) -> list[Part]:
    shown = next((message[name] for name in _THOUGHTS if text(message.get(name)).strip()), "")
    details = tuple(detail for detail in arr(message.get("reasoning_details")) if isinstance(detail, dict))
    parts: list[Part] = [Reasoning(shown, details)] if shown or details else []
    for name in _THOUGHTS:
        other = message.get(name)
        if other and other != shown:
            parts.append(Reasoning(other) if isinstance(other, str) else Unknown(name, other))
    return parts


def _sources(annotations: Any) -> list[Part]:
    parts: list[Part] = []
    for each in annotations if isinstance(annotations, list) else [annotations] if annotations else []:
        cited = obj(obj(each).get("url_citation"))
        if cited:
            parts.append(Citation(text(cited.get("url")), text(cited.get("title")), text(cited.get("content"))))
        else:
            parts.append(Unknown("annotation", json_text(each) if not isinstance(each, dict | list) else each))
    return parts
