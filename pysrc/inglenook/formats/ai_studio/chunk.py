"""A chunk of an AI Studio prompt: text, thought, code and its output, media, sources.

This file knows the members of a chunk, and that its `parts` may say the same
once more. It never learns to which message a chunk belongs.
"""

from __future__ import annotations

from typing import Any, Final

from inglenook.core.model import Citation, Failure, Json, Part, Reasoning, Text, ToolCall, ToolResult
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft
from inglenook.formats.reading.shape import arr, obj, text
from inglenook.formats.reading.typed_content import json_text

_MEDIA: Final = {
    "inlineFile": "", "inlineData": "", "inlineImage": "image", "inlineAudio": "audio", "inlineVideo": "video",
}  # fmt: skip
_DRIVE: Final = {"driveDocument": "file", "driveImage": "image", "driveVideo": "video", "driveAudio": "audio"}
_ACTS: Final = ("executableCode", "codeExecutionResult", "functionCall", "functionResponse")
_WORDS: Final = ("text", "thought", "thoughtSignature")
TAKEN: Final = (
    "id", "role", "text", "parts", "isThought", "tokenCount", "finishReason", "createTime", "isEdited", "errorMessage",
    "grounding", "youtubeVideo", "thoughtSignatures", "thinkingBudget", "safetyRatings", "isGeneratedUsingApiKey",
    *_ACTS, *_MEDIA, *_DRIVE,
)  # fmt: skip


def says_nothing(chunk: Json) -> bool:
    """Whether nothing but its frame is in it."""
    frame = {"id", "role", "createTime", "text", "finishReason"}
    return chunk.keys() <= frame and not text(chunk.get("text")).strip() and chunk.get("finishReason") in (None, "STOP")


def is_result(chunk: Json) -> bool:
    """Whether it only brings the result of a function."""
    answers = [piece for piece in (chunk, *map(obj, arr(chunk.get("parts")))) if piece.get("functionResponse")]
    return bool(answers) and not text(chunk.get("text")).strip()


def parts_of(draft: Draft, document: Document, chunk: Json, before: list[Part]) -> list[Part]:
    """The parts of a chunk; `before` are those of its message that come before."""
    thinks = chunk.get("isThought") is True
    pieces = [obj(piece) for piece in arr(chunk.get("parts"))]
    told = "".join(text(piece.get("text")) for piece in pieces)
    whole = text(chunk.get("text"))
    parts = [*before]
    # Else the parts hold a beginning only, or no text at all.
    by_parts = whole.strip() in told
    if not by_parts:
        parts.append(Reasoning(whole) if thinks else Text(whole))
    for piece in pieces:
        if by_parts and (said := text(piece.get("text"))):
            _say(parts, Reasoning(said) if thinks or piece.get("thought") is True else Text(said), len(before))
        parts += _more(draft, piece, parts)
    shown = [(name, piece[name]) for piece in pieces for name in piece]
    parts += _more(draft, {name: value for name, value in chunk.items() if (name, value) not in shown}, parts)
    for name, kind in _DRIVE.items():
        if id := text(obj(chunk.get(name)).get("id")):
            parts.append(draft.attach(document.beside.use(id), kind=kind, name=id))
    if id := text(obj(chunk.get("youtubeVideo")).get("id")):
        parts.append(draft.attach(f"https://www.youtube.com/watch?v={id}", kind="video", name=id))
    parts += _sources(obj(chunk.get("grounding")))
    if error := text(chunk.get("errorMessage")):
        parts.append(Failure(error))
    return parts[len(before) :]


def _say(parts: list[Part], said: Text | Reasoning, start: int) -> None:
    """Add what was said; from `start` on, pieces of one kind are one text."""
    last = parts[-1] if len(parts) > start else None
    if isinstance(last, Text | Reasoning) and type(last) is type(said):
        parts[-1] = type(said)(last.text + said.text)
    else:
        parts.append(said)


def _more(draft: Draft, piece: Json, before: list[Part]) -> list[Part]:
    """What a chunk or one of its parts holds beside text."""
    parts: list[Part] = []
    for name, kind in _MEDIA.items():
        media = obj(piece.get(name))
        media_type, data = text(media.get("mimeType")), text(media.get("data"))
        if data:
            parts.append(draft.attach(f"data:{media_type};base64,{data}", kind=kind, media_type=media_type))
    if code := obj(piece.get("executableCode")):
        id = f"code-{sum(isinstance(part, ToolCall) for part in before) + 1}"
        parts.append(ToolCall(id, text(code.get("language")).lower() or "code", text(code.get("code"))))
    if result := obj(piece.get("codeExecutionResult")):
        outcome, output = text(result.get("outcome")), text(result.get("output"))
        said = output if outcome in ("OUTCOME_OK", "") else "\n".join(filter(None, (outcome, output)))
        asked = [part for part in (*before, *parts) if isinstance(part, ToolCall) and part.id.startswith("code-")]
        parts.append(ToolResult(asked[-1].id if asked else "", said or outcome, asked[-1].name if asked else ""))
    if call := obj(piece.get("functionCall")):
        parts.append(ToolCall(_id(call), text(call.get("name")), json_text(call.get("args"))))
    if answer := obj(piece.get("functionResponse")):
        parts.append(ToolResult(_id(answer), json_text(answer.get("response")), text(answer.get("name"))))
    return parts


def _id(call: Json) -> str:
    return text(call.get("id")) or text(call.get("name"))


def _sources(grounding: Json) -> list[Part]:
    found: dict[str, Citation] = {}
    pages: list[Any] = [
        *arr(grounding.get("groundingSources")),
        *(obj(chunk).get("web") for chunk in arr(grounding.get("groundingChunks"))),
        *arr(grounding.get("corroborationSegments")),
    ]
    for page in map(obj, pages):
        if address := text(page.get("uri")):
            found.setdefault(address, Citation(address, text(page.get("title"))))
    queries = [query for query in arr(grounding.get("webSearchQueries")) if isinstance(query, str)]
    return [*([ToolCall("", "web_search", "\n".join(queries))] if queries else []), *found.values()]
