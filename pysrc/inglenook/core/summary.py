"""What the shelf shows of a conversation.

This file knows which facts of a tree are worth a line. It never learns how
the shelf is drawn or sorted.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Final

from inglenook.core.model import Conversation, Message, Summary, Text
from inglenook.core.title import plain, shortened, title_from

PREVIEW_LENGTH: Final = 140
_PLACE: Final = attrgetter("created_ms", "id")


def summarise(conversation: Conversation, revision: int = 0, deleted_ms: int | None = None) -> Summary:
    """The summary of a conversation as it is now."""
    ordered = sorted(conversation.messages.values(), key=_PLACE)
    live = [message for message in ordered if message.deleted_ms is None]
    return Summary(
        conversation.id,
        conversation.title.value.strip() or title_of(live),
        conversation.created_ms,
        max([conversation.created_ms, conversation.title.at_ms, *map(_changed_ms, ordered)]),
        pinned=conversation.pinned.value,
        archived=conversation.archived.value,
        models=tuple(dict.fromkeys(message.author.model for message in live if message.author.model)),
        message_count=len(live),
        preview=next(filter(None, map(_preview, reversed(live))), ""),
        revision=revision,
        deleted_ms=deleted_ms,
    )


def title_of(messages: list[Message] | tuple[Message, ...]) -> str:
    """A title from the first message that the user wrote, or that there is."""
    said = [message for message in messages if message.role == "user"] or list(messages)
    if not said:
        return title_from("")
    name = next((part.name for part in said[0].parts if getattr(part, "sha256", None) and part.name), "")
    return title_from(_text(said[0]), name)


def _changed_ms(message: Message) -> int:
    return max(message.created_ms, message.revised_ms, message.deleted_ms or 0)


def _text(message: Message) -> str:
    return "\n".join(part.text for part in message.parts if isinstance(part, Text))


def _preview(message: Message) -> str:
    # Marks and links are left out, so that a preview needs more than its own length.
    return shortened(plain(_text(message)[: 6 * PREVIEW_LENGTH]), PREVIEW_LENGTH)
