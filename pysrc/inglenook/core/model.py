"""What a conversation is: a tree of messages, as plain frozen values.

This file knows values only. Where they are kept, how they travel and how they
look is decided elsewhere; nothing here imports anything of ours.

Times are integers, milliseconds since the Unix epoch (UTC), and say so in
their names. Money is US dollars. Content is a tuple of parts; bytes of files
live outside, named by their SHA-256.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal["system", "user", "assistant", "tool"]
Status = Literal["streaming", "done", "interrupted", "failed", "refused"]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Reasoning:
    """Thinking shown by the model; `details` is the provider's structured twin, to be sent back unchanged."""

    text: str
    details: tuple[Json, ...] = ()
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: stored bytes (`sha256`), or an address that is only ever shown as a link."""

    sha256: str | None = None
    url: str | None = None
    media_type: str = ""
    name: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class File:
    sha256: str | None = None
    url: str | None = None
    media_type: str = ""
    name: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Audio:
    sha256: str | None = None
    url: str | None = None
    media_type: str = ""
    name: str = ""
    size: int = 0
    transcript: str = ""


@dataclass(frozen=True, slots=True)
class Video:
    sha256: str | None = None
    url: str | None = None
    media_type: str = ""
    name: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model asked for; `arguments` is the JSON text as it came."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolResult:
    call_id: str
    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    url: str
    title: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """Source that was run or shown as its own part (not a fence inside Markdown)."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an answer ended badly: a sentence for the user, and the technical part."""

    message: str
    advice: str = ""
    code: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A part that no reader understood, kept as it came."""

    kind: str
    data: Any


Part = Text | Reasoning | Image | File | Audio | Video | ToolCall | ToolResult | Citation | Code | Failure | Unknown


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote an answer: the model asked for, the dated one that served, the provider, and over which connection."""

    model: str = ""
    served_model: str = ""
    provider: str = ""
    connection: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer took. Members are None where the API said nothing."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    cost_usd: float | None = None
    first_token_ms: int | None = None
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What becomes of a prompt at a provider. None: nobody knows, which counts as the worst.

    `source` is where that knowledge comes from (`core/providers.py` lists them), `as_of_ms` how old it is.
    """

    trains: bool | None = None
    retains: bool | None = None
    retention_days: int | None = None
    publishes: bool | None = None
    source: str = ""
    as_of_ms: int = 0


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Who could see what was sent for an answer: the providers that were allowed, and the policy of the one that came.

    `logged`: the account had prompts logged at the service. `local`: it stayed on the user's machine.
    """

    allowed: tuple[str, ...] = ()
    policy: Policy | None = None
    logged: bool = False
    local: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What may not happen to a prompt. There are only restrictions here, so that joining two can only tighten.

    Prices are US dollars per million tokens. `only` None means any provider; `regions` are names of
    `core/region.py`, and all of them must hold.
    """

    deny_paid_training: bool = False
    deny_free_training: bool = False
    deny_retention: bool = False
    max_retention_days: int | None = None
    zero_retention: bool = False
    only: tuple[str, ...] | None = None
    never: tuple[str, ...] = ()
    max_prompt_usd: float | None = None
    max_completion_usd: float | None = None
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One node of the tree. An edit or a retry is a new sibling, never a change of this one.

    `deleted_ms` marks a tombstone: content gone, place in the tree kept, so
    that replies stay attached and an older copy cannot bring it back.
    `revised_ms` is when content last changed (an answer that grew, an
    interruption); a merge keeps the later one.
    """

    id: str
    parent: str | None
    role: Role
    parts: tuple[Part, ...] = ()
    author: Author = Author()
    created_ms: int = 0
    revised_ms: int = 0
    status: Status = "done"
    usage: Usage = Usage()
    finish_reason: str | None = None
    generation_id: str = ""
    deleted_ms: int | None = None
    extra: Json = field(default_factory=dict)
    disclosure: Disclosure | None = None


@dataclass(frozen=True, slots=True)
class Stamped[T]:
    """A value and when it was set; of two, the later one counts."""

    value: T
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class Conversation:
    """A tree of messages and what the user said about it.

    `current` is the id of the leaf of the path that is shown (None: the newest).
    """

    id: str
    created_ms: int
    title: Stamped[str] = Stamped("")
    pinned: Stamped[bool] = Stamped(False)
    archived: Stamped[bool] = Stamped(False)
    current: Stamped[str | None] = Stamped(None)
    model: Stamped[str] = Stamped("")
    messages: dict[str, Message] = field(default_factory=dict)
    extra: Json = field(default_factory=dict)
    limits: Stamped[Limits] = Stamped(Limits())


@dataclass(frozen=True, slots=True)
class Summary:
    """What the shelf shows of a conversation; derived from it, never edited by itself."""

    id: str
    title: str
    created_ms: int
    updated_ms: int
    pinned: bool = False
    archived: bool = False
    models: tuple[str, ...] = ()
    message_count: int = 0
    preview: str = ""
    revision: int = 0
    deleted_ms: int | None = None
