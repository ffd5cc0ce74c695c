"""Prompts of Google AI Studio, one file each, as they lie in Drive.

This file knows chunked prompts (2024 to 2026) and the older text prompts.
Chunks of one turn are one message. A branch there is a prompt of its own; its
link is kept. Media in Drive is found only if it was given as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import (
    Author,
    Citation,
    Failure,
    Json,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
    Usage,
)
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft, role_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj, text
from inglenook.formats.reading.typed_content import json_text

SYSTEM: Final = "ai-studio"
NAME: Final = "Google AI Studio"

_OLD: Final = ("textPrompt", "structuredPrompt", "dataPrompt", "multimodalPrompt")
_TOP: Final = ("id", "title", "displayName", "createTime", "updateTime", "chunkedPrompt", "systemInstruction", *_OLD)
_MEDIA: Final = {
    "inlineFile": "",
    "inlineImage": "image",
    "inlineData": "",
    "inlineAudio": "audio",
    "inlineVideo": "video",
}
_DRIVE: Final = {"driveDocument": "file", "driveImage": "image", "driveVideo": "video", "driveAudio": "audio"}
_TAKEN: Final = (
    "role", "text", "tokenCount", "finishReason", "isThought", "parts", "createTime", "isEdited", "errorMessage",
    "grounding", "executableCode", "codeExecutionResult", "thoughtSignatures", "thinkingBudget", "safetyRatings",
    "isGeneratedUsingApiKey", "youtubeVideo", "id", "functionCall", "functionResponse", *_MEDIA, *_DRIVE,
)  # fmt: skip
_ENDS: Final = ("STOP", "FINISH_REASON_UNSPECIFIED", "")


def sniff(head: Head) -> Match | None:
    if head.kind != "object":
        return None
    if "chunks" in obj(head.top.get("chunkedPrompt")) or (
        isinstance(head.top.get("chunkedPrompt"), dict) and "runSettings" in head.top
    ):
        return Match("chunked prompt")
    if "runSettings" in head.top and any(isinstance(head.top.get(name), dict) for name in _OLD):
        return Match("older prompt")
    return None


def read(document: Document) -> Iterator[Found]:
    value = obj(document.value())
    title = text(value.get("title")) or text(value.get("displayName")) or document.stem
    settings = obj(value.get("runSettings"))
    draft = Draft(
        SYSTEM,
        text(value.get("id")),
        title=title,
        created=value.get("createTime"),
        updated=value.get("updateTime"),
    )
    if draft.created_ms is None:
        draft.updated_ms = draft.updated_ms or document.modified_ms
    draft.rest = rest_of(value, *_TOP)
    instruction = obj(value.get("systemInstruction"))
    said = text(instruction.get("text")) or "\n\n".join(
        text(obj(part).get("text")) for part in arr(instruction.get("parts"))
    )
    if said.strip():
        draft.add("system", [Text(said)], parent=None)
    model = text(settings.get("model")).removeprefix("models/")
    prompt = obj(value.get("chunkedPrompt"))
    for turn in _turns(
        [*arr(prompt.get("chunks")), *({**obj(c), "role": "user"} for c in arr(prompt.get("pendingInputs")))]
    ):
        _add(draft, document, turn, model)
    for name in _OLD:
        if isinstance(value.get(name), dict):
            _old(draft, name, value[name])
    try:
        yield draft.finish(raw=document.text())
    except BadFile as error:
        document.problem(error.message)


def _turns(chunks: list[Any]) -> Iterator[list[Json]]:
    """Neighbouring chunks of one speaker."""
    turn: list[Json] = []
    for chunk in map(obj, chunks):
        if not chunk or (chunk.keys() <= {"role", "text"} and not text(chunk.get("text"))):
            continue
        if turn and turn[0].get("role") != chunk.get("role"):
            yield turn
            turn = []
        turn.append(chunk)
    if turn:
        yield turn


def _add(draft: Draft, document: Document, chunks: list[Json], model: str) -> None:
    role = role_of(chunks[0].get("role"), "user")
    parts = [part for chunk in chunks for part in _parts(draft, document, chunk)]
    tokens = [count(chunk.get("tokenCount")) for chunk in chunks]
    known = [number for number in tokens if number is not None]
    total = sum(known) if known else None
    reasons = [reason for chunk in chunks if (reason := text(chunk.get("finishReason")))]
    failed = any(isinstance(part, Failure) for part in parts)
    rest: Json = {}
    for chunk in chunks:
        rest |= rest_of(chunk, *_TAKEN)
    stopped = role == "assistant" and reasons and reasons[-1] not in (*_ENDS, "MAX_TOKENS")
    draft.add(
        role,
        parts,
        created=next((chunk["createTime"] for chunk in chunks if chunk.get("createTime")), None),
        author=Author(model=model) if model and role == "assistant" else NOBODY,
        usage=Usage(completion_tokens=total) if role == "assistant" else Usage(prompt_tokens=total),
        status="failed" if failed else "interrupted" if stopped else "done",
        finish_reason=reasons[-1] if reasons else None,
        edited=any(chunk.get("isEdited") is True for chunk in chunks),
        rest=rest,
    )


def _parts(draft: Draft, document: Document, chunk: Json) -> list[Part]:
    thinks = chunk.get("isThought") is True
    parts: list[Part] = []
    pieces = [obj(piece) for piece in arr(chunk.get("parts"))]
    told = "".join(text(piece.get("text")) for piece in pieces)
    whole = text(chunk.get("text"))
    if pieces and (
        not whole or whole == told or any(piece.keys() - {"text", "thought", "thoughtSignature"} for piece in pieces)
    ):
        for piece in pieces:
            parts += _piece(draft, piece, thinks or piece.get("thought") is True)
        if whole and whole.strip() not in told:
            parts.insert(0, Reasoning(whole) if thinks else Text(whole))
    elif whole:
        parts.append(Reasoning(whole) if thinks else Text(whole))
    parts += _piece(draft, {name: chunk[name] for name in chunk if name not in ("text", "parts", "role")}, thinks)
    for name, kind in _DRIVE.items():
        if id := text(obj(chunk.get(name)).get("id")):
            parts.append(draft.attach(document.beside.use(id), kind=kind, name=id))
    if id := text(obj(chunk.get("youtubeVideo")).get("id")):
        parts.append(draft.attach(f"https://www.youtube.com/watch?v={id}", kind="video", name=id))
    parts += _sources(obj(chunk.get("grounding")))
    if error := text(chunk.get("errorMessage")):
        parts.append(Failure(error))
    return parts


def _piece(draft: Draft, piece: Json, thinks: bool) -> list[Part]:
    parts: list[Part] = []
    if said := text(piece.get("text")):
        parts.append(Reasoning(said) if thinks else Text(said))
    for name, kind in _MEDIA.items():
        media = obj(piece.get(name))
        media_type, data = text(media.get("mimeType")), text(media.get("data"))
        if data:
            parts.append(draft.attach(f"data:{media_type};base64,{data}", kind=kind, media_type=media_type))
    if code := obj(piece.get("executableCode")):
        parts.append(ToolCall("code", text(code.get("language")).lower() or "code", text(code.get("code"))))
    if result := obj(piece.get("codeExecutionResult")):
        outcome, output = text(result.get("outcome")), text(result.get("output"))
        parts.append(ToolResult("code", output or outcome, outcome))
    if call := obj(piece.get("functionCall")):
        parts.append(ToolCall(text(call.get("id")), text(call.get("name")), json_text(call.get("args"))))
    if answer := obj(piece.get("functionResponse")):
        parts.append(ToolResult(text(answer.get("id")), json_text(answer.get("response")), text(answer.get("name"))))
    return parts


def _sources(grounding: Json) -> list[Part]:
    found: list[Part] = []
    for source in map(obj, arr(grounding.get("groundingSources"))):
        found.append(Citation(text(source.get("uri")), text(source.get("title"))))
    for chunk in map(obj, arr(grounding.get("groundingChunks"))):
        page = obj(chunk.get("web"))
        found.append(Citation(text(page.get("uri")), text(page.get("title"))))
    queries = [query for query in arr(grounding.get("webSearchQueries")) if isinstance(query, str)]
    return [*([ToolCall("", "web_search", "\n".join(queries))] if queries else []), *found]


def _old(draft: Draft, name: str, prompt: Json) -> None:
    """A prompt of before there were chats: one text, or a table of examples."""
    said = text(prompt.get("value")) or text(obj(prompt.get("prompt")).get("text")) or text(prompt.get("text"))
    draft.add(
        "user",
        [Text(said)] if said else [Unknown(name, prompt)],
        rest=rest_of(prompt, "value", "text") if said else None,
    )
