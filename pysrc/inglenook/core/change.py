"""What one event changes in an answer: facts for those who show it, in the past tense.

Values only. How they come about is `reply`'s subject.
"""

from __future__ import annotations

from dataclasses import dataclass

from inglenook.core.errors import InglenookError
from inglenook.core.model import Citation, Image, Usage


@dataclass(frozen=True, slots=True)
class TextAdded:
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningAdded:
    text: str


@dataclass(frozen=True, slots=True)
class ToolCallGrew:
    """A piece of a tool call's arguments; `place` counts the calls of this answer from 0."""

    place: int
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class CitationAdded:
    citation: Citation


@dataclass(frozen=True, slots=True)
class ImageAdded:
    """A picture; its bytes are in `Reply.blobs` under its SHA-256."""

    image: Image


@dataclass(frozen=True, slots=True)
class Identified:
    """Who serves the answer, once it is known or changes."""

    served_model: str
    provider: str
    generation_id: str


@dataclass(frozen=True, slots=True)
class Measured:
    usage: Usage


@dataclass(frozen=True, slots=True)
class Finished:
    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    error: InglenookError


Change = (
    TextAdded | ReasoningAdded | ToolCallGrew | CitationAdded | ImageAdded | Identified | Measured | Finished | Failed
)
