"""One message as an article.

This file knows how parts are laid out. Markdown is not rendered here: the page
does that, from the text inside `<rich-text>`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from inglenook.app.state import Answer
from inglenook.core import ledger
from inglenook.core.model import (
    Audio,
    Citation,
    Code,
    Failure,
    File,
    Image,
    Message,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
    Video,
)
from inglenook.core.picture import RASTER
from inglenook.ui import audience, day
from inglenook.ui.environment import render, short
from inglenook.ui.memory import Small

LONGEST_SHOWN = 20_000
BADGES = {"interrupted": ("interrupted", "warn"), "failed": ("failed", "bad"), "refused": ("refused", "bad")}
ICONS = {Image: "image", Audio: "sound", Video: "image", File: "file"}


@dataclass(frozen=True, slots=True)
class Place(Small):
    """Where a message stands, as far as it shows."""

    version: int = 1
    versions: int = 1
    editing: bool = False
    last_user: bool = False
    unanswered: bool = False


@dataclass(frozen=True, slots=True)
class Live(Small):
    """What a template draws of an arriving answer; its text is not part of it, it is appended."""

    has_text: bool
    has_reasoning: bool
    stopping: bool
    thought_ms: int | None


def live(answer: Answer) -> Live:
    thought_ms = None if answer.reasoned_ms is None else answer.reasoned_ms - answer.started_ms
    return Live(bool(answer.text), bool(answer.reasoning), answer.stopping, thought_ms)


def draw(message: Message, place: Place, today: int, offset: int) -> str:
    """The article of a message that is whole."""
    blocks, failure = laid_out(message)
    return render(
        "message",
        m=message,
        place=place,
        blocks=blocks,
        failure=failure,
        text="\n\n".join(part.text for part in message.parts if isinstance(part, Text)),
        badge=BADGES.get(message.status),
        took=took(message),
        took_full=took_full(message),
        **names(message, today, offset),
    )


def draw_live(
    message: Message, place: Place, today: int, offset: int, live: Live, text: str = "", reasoning: str = ""
) -> str:
    """The article of an arriving answer. Without text for a page that has it already: there it is left alone."""
    thought = "Thinking…" if live.thought_ms is None else f"Thought for {ledger.duration(live.thought_ms)}"
    return render(
        "message_live",
        m=message,
        place=place,
        live=live,
        thought=thought,
        text=text,
        reasoning=reasoning,
        **names(message, today, offset),
    )


def names(message: Message, today: int, offset: int) -> dict[str, str]:
    """Who wrote it and when."""
    author = message.author
    served = author.served_model if author.served_model != author.model else ""
    if message.role == "assistant":
        name, shown = author.model or author.name or "Assistant", author.name or short(author.model) or "Assistant"
    else:
        name = shown = {"user": "You", "system": "System", "tool": "Tool"}[message.role]
    return {
        "name": name,
        "shown": shown,
        "served": f"{author.model}, answered by {served}" if served and author.model else author.model,
        "via": author.provider if message.role == "assistant" else "",
        "policy": audience.brief(message.disclosure),
        "seen": audience.whole(message.disclosure),
        "time": day.moment(message.created_ms, today, offset),
        "full": day.full(message.created_ms, offset),
        "iso": day.iso(message.created_ms),
    }


def laid_out(message: Message) -> tuple[list[tuple[str, Any]], Failure | None]:
    """The parts in order as blocks, neighbouring files and sources together; the failure apart."""
    blocks: list[tuple[str, Any]] = []
    failure = None
    for part in message.parts:
        kind: str
        what: Any
        match part:
            case Text():
                kind, what = "text", part
            case Reasoning(duration_ms=ms):
                kind, what = "reasoning", (part, f"Thought for {ledger.duration(ms)}" if ms else "Thought")
            case Image() | File() | Audio() | Video():
                kind, what = "files", (part, "picture" if is_drawn(part) else ICONS[type(part)])
            case Citation():
                kind, what = "sources", part
            case ToolCall():
                kind, what = "fold", (f"Asked for {part.name or 'a tool'}", part.arguments[:LONGEST_SHOWN])
            case ToolResult():
                kind, what = "fold", (f"Result of {part.name or 'a tool'}", part.text[:LONGEST_SHOWN])
            case Code():
                kind, what = "code", part
            case Failure():
                failure = part
                continue
            case Unknown():
                name = f"A part that this version cannot show ({part.kind or 'no kind'})"
                kind, what = "fold", (name, as_json(part.data))
        if kind in ("files", "sources"):
            if blocks and blocks[-1][0] == kind:
                blocks[-1][1].append(what)
                continue
            what = [what]
        blocks.append((kind, what))
    return blocks, failure


def is_drawn(part: Image | File | Audio | Video) -> bool:
    """Whether a file is a picture that is kept here and that every browser shows."""
    return part.sha256 is not None and part.media_type in RASTER


def as_json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2, default=repr)[:LONGEST_SHOWN]


def took(message: Message) -> str:
    """What an answer took, in a line: tokens, seconds, money; what the API did not say is left out."""
    usage = message.usage
    parts = [
        f"{ledger.tokens(usage.completion_tokens)} tokens" if usage.completion_tokens is not None else "",
        ledger.duration(usage.duration_ms) if usage.duration_ms is not None else "",
        ledger.usd(usage.cost_usd) if usage.cost_usd is not None else "",
    ]
    return " · ".join(filter(None, parts))


def took_full(message: Message) -> str:
    usage = message.usage
    said = {
        "sent": usage.prompt_tokens,
        "of them from the cache": usage.cached_tokens,
        "written": usage.completion_tokens,
        "of them thinking": usage.reasoning_tokens,
    }
    parts = [f"{words}: {ledger.tokens(count)} tokens" for words, count in said.items() if count is not None]
    if usage.first_token_ms is not None:
        parts.append(f"first word after {ledger.duration(usage.first_token_ms)}")
    if usage.completion_tokens and usage.duration_ms:
        parts.append(ledger.rate(usage.completion_tokens, usage.duration_ms))
    return ", ".join(parts)
