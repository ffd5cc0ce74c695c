"""Prompts of Google AI Studio, one file each, as they lie in Drive.

This file knows chunked prompts (2024 to 2026) and the older text prompts.
Chunks of one turn are one message; `chunk.py` knows what is in them. A branch
is a prompt of its own there, so its link is kept; only where a chunk names
another one of the same file it is a branch here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Citation, Failure, Json, Part, Text, Unknown, Usage
from inglenook.formats.ai_studio import chunk as chunks
from inglenook.formats.reading.document import Document, last_part
from inglenook.formats.reading.draft import AFTER, NOBODY, Draft, role_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.shape import arr, count, obj, text

SYSTEM: Final = "ai-studio"
NAME: Final = "Google AI Studio"

_OLD: Final = ("textPrompt", "structuredPrompt", "dataPrompt", "multimodalPrompt")
_TOP: Final = (
    "id", "title", "displayName", "createTime", "updateTime", "chunkedPrompt", "systemInstruction", "pendingInputs",
    "citations", *_OLD,
)  # fmt: skip
# In Drive the files have no ending, and a title may hold a dot.
_ENDING: Final = re.compile(r"\.(?:json|prompt|txt)$", re.I)
_ENDS: Final = ("STOP", "FINISH_REASON_UNSPECIFIED", "MAX_TOKENS", "")


def sniff(head: Head) -> Match | None:
    if head.kind != "object":
        return None
    prompt = head.top.get("chunkedPrompt")
    if isinstance(prompt, dict) and ("chunks" in prompt or "runSettings" in head.top):
        return Match("chunked prompt")
    if "runSettings" in head.top and any(isinstance(head.top.get(name), dict) for name in _OLD):
        return Match("older prompt")
    return None


def read(document: Document) -> Iterator[Found]:
    value = obj(document.value())
    title = text(value.get("title")) or text(value.get("displayName")) or _ENDING.sub("", last_part(document.name))
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
    draft.model = text(obj(value.get("runSettings")).get("model")).removeprefix("models/")
    _instruct(draft, obj(value.get("systemInstruction")))
    prompt = obj(value.get("chunkedPrompt"))
    ids: dict[str, str] = {}
    turns = list(_turns(arr(prompt.get("chunks"))))
    answers = [turn for turn in turns if turn.role == "assistant"]
    for turn in turns:
        cited = _cited(value) if answers and turn is answers[-1] else []
        _add(draft, document, turn, ids, cited)
    # What was typed and not sent.
    for turn in _turns([*arr(prompt.get("pendingInputs")), *arr(value.get("pendingInputs"))], "user"):
        turn.chunks[0] = {**turn.chunks[0], "pending": True}
        _add(draft, document, turn, ids, [])
    for name in _OLD:
        if isinstance(value.get(name), dict):
            _old(draft, name, value[name])
    try:
        yield draft.finish(raw=document.text())
    except BadFile as error:
        document.problem(error.message)


@dataclass(slots=True)
class _Turn:
    """Chunks of one message; `parent` is the id of a chunk, if they say whose branch they are."""

    role: Any
    chunks: list[Json]
    parent: str = ""


def _turns(found: list[Any], role: str = "") -> Iterator[_Turn]:
    """Neighbouring chunks of one speaker. A chunk that branches off another one of the file begins anew."""
    known = {text(obj(chunk).get("id")) for chunk in found} - {""}
    turn: _Turn | None = None
    for chunk in map(obj, found):
        if not chunk or chunks.says_nothing(chunk):
            continue
        speaker = role_of(role or chunk.get("role"), "user")
        if chunks.is_result(chunk):
            # The user's program answers a call; the model goes on.
            speaker = "assistant" if turn is not None and turn.role == "assistant" else "tool"
        above = text(obj(chunk.get("branchParent")).get("id"))
        above = above if above in known and above != chunk.get("id") else ""
        if turn is not None and (turn.role != speaker or above):
            yield turn
            turn = None
        turn = turn or _Turn(speaker, [], above)
        turn.chunks.append(chunk)
    if turn is not None:
        yield turn


def _add(draft: Draft, document: Document, turn: _Turn, ids: dict[str, str], cited: list[Part]) -> None:
    parts: list[Part] = []
    for chunk in turn.chunks:
        parts += chunks.parts_of(draft, document, chunk, parts)
    reasons = [reason for chunk in turn.chunks if (reason := text(chunk.get("finishReason")))]
    answers = turn.role == "assistant"
    stopped = answers and reasons and reasons[-1] not in _ENDS
    left = [rest for chunk in turn.chunks if (rest := rest_of(chunk, *chunks.TAKEN))]
    mine = draft.add(
        turn.role,
        [*parts, *cited],
        parent=ids.get(turn.parent, AFTER),
        created=next((chunk["createTime"] for chunk in turn.chunks if chunk.get("createTime")), None),
        author=Author(model=draft.model) if draft.model and answers else NOBODY,
        usage=_usage(turn),
        status="failed" if any(isinstance(part, Failure) for part in parts) else "interrupted" if stopped else "done",
        finish_reason=reasons[-1] if reasons else None,
        edited=any(chunk.get("isEdited") is True for chunk in turn.chunks),
        rest=left[0] if len(left) == 1 else {"chunks": left} if left else None,
    )
    ids.update({id: mine for chunk in turn.chunks if (id := text(chunk.get("id")))})


def _usage(turn: _Turn) -> Usage:
    """What is counted for each chunk, added up: what was sent, or what was thought and said."""
    counted = [
        (number, chunk.get("isThought") is True)
        for chunk in turn.chunks
        if (number := count(chunk.get("tokenCount"))) is not None
    ]
    if not counted:
        return Usage()
    total = sum(number for number, _ in counted)
    if turn.role != "assistant":
        return Usage(prompt_tokens=total)
    thoughts = [number for number, thought in counted if thought]
    return Usage(completion_tokens=total, reasoning_tokens=sum(thoughts) if thoughts else None)


def _instruct(draft: Draft, instruction: Json) -> None:
    pieces = [text(obj(part).get("text")) for part in arr(instruction.get("parts"))]
    said = text(instruction.get("text")) or "\n\n".join(filter(None, pieces))
    if said.strip():
        draft.add("system", [Text(said)], parent=None)


def _cited(value: Json) -> list[Part]:
    """Sources that older prompts name once for all of it."""
    found = [obj(citation) for citation in arr(value.get("citations"))]
    return [Citation(text(one.get("uri")), text=text(one.get("text"))) for one in found if one.get("uri")]


def _old(draft: Draft, name: str, prompt: Json) -> None:
    """A prompt of before there were chats: one text, or a table of examples."""
    said = text(prompt.get("value")) or text(obj(prompt.get("prompt")).get("text")) or text(prompt.get("text"))
    draft.add(
        "user",
        [Text(said)] if said else [Unknown(name, prompt)],
        rest=rest_of(prompt, "value", "text") if said else None,
    )
