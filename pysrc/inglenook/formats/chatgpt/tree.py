"""The tree of nodes of a ChatGPT conversation, as messages.

This file knows which nodes are one message: an answer and everything that was
done for it, as long as nothing branches. Nodes that say nothing vanish; what
hangs from them hangs from the node above.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from inglenook.core.model import Author, Failure, Json, Role
from inglenook.formats.chatgpt.assets import Assets
from inglenook.formats.chatgpt.canvas import NO_PAPERS, Papers
from inglenook.formats.chatgpt.citations import sources_of
from inglenook.formats.chatgpt.content import CONTEXTS, content_of, parts_of
from inglenook.formats.chatgpt.inner import inner
from inglenook.formats.chatgpt.turn import Turn
from inglenook.formats.reading import stamp
from inglenook.formats.reading.draft import NOBODY, Draft, role_of, text_of
from inglenook.formats.reading.shape import obj, text

_RATINGS: Final = {"thumbs_up": 1, "thumbsup": 1, "thumbs_down": -1, "thumbsdown": -1}
_CUT_OFF: Final = ("in_progress", "finished_partial_completion")
# Of use to the site itself, or said elsewhere as well.
_NOISE: Final = frozenset((
    "request_id", "timestamp_", "message_type", "is_complete", "parent_id", "pad", "default_model_slug", "can_save",
    "turn_exchange_id", "serialization_metadata", "safe_urls", "rebase_system_message", "rebase_developer_message",
    "is_user_system_message", "jit_plugin_data", "message_locale", "skip_reasoning_title", "reasoning_status",
))  # fmt: skip


def add_messages(draft: Draft, mapping: Json, assets: Assets, ratings: dict[str, Json]) -> dict[str, str]:
    """Add all messages; answers for the id of every node that of the message which holds it."""
    tops, below, torn = _linked(mapping)
    if torn:
        draft.problem("Some messages reply to one that is not in the file; they begin a branch of their own.")
    made: list[Turn] = []
    holds: dict[str, Turn | None] = {}
    spoken: dict[str, Turn] = {}
    # What hangs in a circle is reached from no top; it comes last.
    for place, start in enumerate((*tops, *mapping)):
        if place >= len(tops) and start not in holds:
            draft.problem("Some messages reply to each other in a circle; it was cut.")
        waiting: list[tuple[str, Turn | None, bool, Papers]] = [(start, None, False, NO_PAPERS)]
        while waiting:
            id, above, only, papers = waiting.pop()
            if id in holds:
                continue
            node = mapping[id]
            message = node.get("message") if isinstance(node, dict) else None
            turn = above
            if isinstance(message, dict):
                turn, papers = _taken(draft, id, message, above, only, assets, papers)
                if turn is not above and turn is not None:
                    made.append(turn)
                if turn is not None:
                    own = message.get("id")
                    spoken[own if isinstance(own, str) else id] = turn
                    if ratings and (rated := ratings.get(id) or ratings.get(text_of(own))):
                        turn.rating = rated
            holds[id] = turn
            children = below.get(id)
            if children:
                # Whether the message above may go on with the node below: nothing branches in between.
                alone = len(children) == 1 and (only or turn is not above)
                for child in reversed(children):
                    waiting.append((child, turn, alone, papers))
    assets.add_generated(draft, {**holds, **spoken} if assets.library else {}, made)
    for turn in made:
        _add(draft, turn)
    return {id: turn.id for id, turn in holds.items() if turn is not None}


def _linked(mapping: Json) -> tuple[list[str], dict[str, list[str]], bool]:
    """The nodes that have no parent, the children of each node in their order, and whether parents are missing."""
    below: dict[str, list[str]] = {}
    placed: set[str] = set()
    for id, node in mapping.items():
        children = node.get("children") if isinstance(node, dict) else None
        if not children or not isinstance(children, list):
            continue
        mine = []
        for child in children:
            if isinstance(child, str) and child in mapping and child not in placed and child != id:
                placed.add(child)
                mine.append(child)
        below[id] = mine
    tops, torn = [], False
    if len(placed) < len(mapping):
        for id, node in mapping.items():
            if id not in placed:
                parent = text_of(obj(node).get("parent"))
                if parent in mapping and parent != id:
                    below.setdefault(parent, []).append(id)
                else:
                    tops.append(id)
                    torn = torn or bool(parent)
    return tops, below, torn and len(tops) > 1


def _taken(
    draft: Draft, id: str, message: Json, above: Turn | None, only: bool, assets: Assets, papers: Papers
) -> tuple[Turn | None, Papers]:
    """The message that a node becomes, or becomes a part of; the one above if it says nothing."""
    author = message.get("author")
    author = author if isinstance(author, dict) else {}
    role = role_of(author.get("role"))
    content = content_of(message)
    if content.get("content_type") in CONTEXTS:
        role = "system"
    metadata = message.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    said = {name: value for name, value in metadata.items() if value and name not in _NOISE}
    goes_on = only and above is not None and above.role == "assistant" and role in ("assistant", "tool")
    if goes_on and above is not None:
        turn = above
    else:
        turn = Turn(id, above, "assistant" if role == "tool" else role, message.get("create_time"))
    known = len(turn.parts)
    if not goes_on and "user_context_message_data" in said:
        turn.role = role = "system"
    papers = parts_of(draft, turn, id, role, message, content, said, assets, papers)
    status = message.get("status")
    silent = len(turn.parts) == known and not turn.cited and not turn.found
    if silent and not goes_on and not (role == "assistant" and status in _CUT_OFF):
        # Only an answer that has not said anything yet is kept, as a place for what comes below.
        return above, papers
    if goes_on or message.get("update_time"):
        at_ms = max(stamp.ms(message.get("create_time")) or 0, stamp.ms(message.get("update_time")) or 0)
        turn.updated_ms = max(turn.updated_ms, at_ms)
    if role == "assistant":
        turn.status = status if isinstance(status, str) else ""
    if said:
        _described(turn, said, role, goes_on, len(turn.parts) > known)
    elif len(turn.parts) > known:
        turn.hidden = False
    _odd(turn, id, message, author, role)
    return turn, papers


def _described(turn: Turn, said: Json, role: Role, goes_on: bool, spoke: bool) -> None:
    """What the metadata says of a node. What is not mapped is kept."""
    if role in ("assistant", "tool"):
        model, served = text(said.pop("model_slug", "")), text(said.pop("resolved_model_slug", ""))
        # Of the nodes of an answer the last that the model wrote counts.
        if role == "assistant" or not turn.model:
            turn.model = model or turn.model
            turn.served = served if served and served != turn.model else turn.served
        details = obj(said.pop("finish_details", None))
        turn.finish = text(details.get("type")) or turn.finish
    hidden = said.pop("is_visually_hidden_from_conversation", None) is True
    if spoke:
        turn.hidden = hidden and (turn.hidden or not goes_on)
    if said:
        turn.keep(said)


def _odd(turn: Turn, id: str, message: Json, author: Json, role: Role) -> None:
    """What few nodes have."""
    if role != "system" and message.get("weight") == 0:
        turn.keep({"weight": 0})
    channel = message.get("channel")
    if channel and channel != "final":
        turn.keep({"channel": channel})
    own = message.get("id")
    if own != id and own:
        turn.keep({"message_id": own})
    if author.get("metadata"):
        turn.keep({"author": author["metadata"]})
    if author.get("name") and role != "tool":
        turn.name = text(author["name"])


def _add(draft: Draft, turn: Turn) -> None:
    status = _status(turn)
    if turn.cited or turn.found:
        turn.parts += sources_of(turn)
    rated: Json = _rated(turn.rating) if turn.rating else {}
    draft.add(
        turn.role,
        turn.parts,
        id=turn.id,
        parent=turn.above.id if turn.above else None,
        created=turn.created,
        updated=turn.updated_ms or None,
        author=_author(turn.model, turn.served, turn.name),
        status=status,
        finish_reason=turn.finish or None,
        hidden=turn.hidden,
        rest=turn.rest,
        **rated,
    )


# The same few write thousands of answers.
@lru_cache(64)
def _author(model: str, served: str, name: str) -> Author:
    return Author(model=model, served_model=served, name=name) if model or served or name else NOBODY


def _rated(row: Json) -> Json:
    """`rating`, and what was said with it: a text, or JSON with a text and the reasons that were ticked."""
    content = text(row.get("content")) or text(row.get("text"))
    if content.startswith("{"):
        said = inner(content)
        if isinstance(said, dict):
            tags = said.get("tags")
            ticked = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
            known = said.keys() <= {"text", "tags"}
            content = "\n".join(filter(None, [text(said.get("text")), ", ".join(ticked)])) if known else content
    return {"rating": _RATINGS.get(text(row.get("rating")).lower(), 0), "rating_note": content}


def _status(turn: Turn) -> Any:
    if turn.role != "assistant":
        return "done"
    if turn.status in _CUT_OFF or turn.finish == "interrupted":
        return "interrupted"
    return "failed" if turn.parts and isinstance(turn.parts[-1], Failure) else "done"
