"""Rows of chat datasets as JSON or JSON Lines: preferences, instructions, message trees, crawled chats.

This file knows the columns of WildChat, LMSYS and its arena, Alpaca, HH-RLHF,
UltraFeedback, OASST's trees, LLaMA-Factory's typed parts, and rows as the
datasets server wraps them. Rows in OpenAI's or ShareGPT's form have readers of
their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Author, Json, Text
from inglenook.formats import openai_messages, sharegpt
from inglenook.formats.hf_rows.content import Adding, is_typed, sides_of
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import NOBODY, Draft, role_of, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.jsontext import Element
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.row_files import RowFiles
from inglenook.formats.reading.rows import RowIds, rows_of
from inglenook.formats.reading.shape import arr, obj, text
from inglenook.formats.reading.typed_content import json_text

SYSTEM: Final = "hf-rows"
NAME: Final = "Hugging Face chat rows"

_PAIRS: Final = (("chosen_messages", "rejected_messages"), ("chosen", "rejected"), ("conversation_a", "conversation_b"))
_ANSWERS: Final = ("response", "completion", "output", "answer")
_ASKED: Final = ("instruction", "prompt", "question", "input")
_TURNS: Final = ("conversation", "conversations", "messages")
_IDS: Final = ("conversation_id", "conversation_hash", "message_tree_id", "question_id", "id")
# `llm` logs, AnythingLLM and others have columns of the same names, and one of these as well.
_OTHERS: Final = frozenset(("datetime_utc", "conversation_id", "uuid", "query", "workspace", "messages", "mapping"))


def sniff(head: Head) -> Match | None:
    """Rows that are of another reader's form leave the whole file to it, so that no file has two."""
    if sharegpt.sniff(head) is not None or openai_messages.sniff(head) is not None:
        return None
    kind = next((kind for row in _first(head) if (kind := _kind(_row(row)))), "")
    return Match(kind) if kind else None


def _row(value: Any) -> Json:
    """A row, also out of what the datasets server puts around it."""
    return obj(value)["row"] if "row_idx" in obj(value) and isinstance(obj(value).get("row"), dict) else obj(value)


def _kind(row: Json) -> str:
    """Which columns a row has; "" for none of these."""
    if "message_tree_id" in row:
        if isinstance(row.get("prompt"), dict):
            return "tree"
        return "tree rows" if {"message_id", "text", "role"} <= row.keys() else ""
    if _pair(row):
        return "preferences"
    if is_typed(row.get("messages")):
        return "typed parts"
    if _turns(row):
        return "conversations"
    asked = any(isinstance(row.get(name), str) for name in _ASKED)
    answered = any(isinstance(row.get(name), str) for name in _ANSWERS)
    return "instructions" if asked and answered and row.keys().isdisjoint(_OTHERS) else ""


def _pair(row: Json) -> tuple[str, str] | None:
    for pair in _PAIRS:
        one, other = row.get(pair[0]), row.get(pair[1])
        if one and other and isinstance(one, str | list | dict) and isinstance(other, str | list | dict):
            return pair
    return None


def _turns(row: Json) -> str:
    """The column that holds turns of role and content; "" if there is none."""
    for name in _TURNS[:2]:
        turns = arr(row.get(name))
        if turns and {"role", "content"} <= obj(turns[0]).keys():
            return name
    return ""


def read(document: Document) -> Iterator[Found]:
    if any(_kind(_row(item)) == "tree rows" for item in _first(document.head)):
        yield from _trees(document)
        return
    ids = RowIds()
    for element in _elements(document):
        try:
            yield conversation(element, ids, document)
        except BadFile as error:
            document.problem(f"Entry {element.number + 1:,} was left out: {error.message}")


def _first(head: Head) -> list[Any]:
    """The first rows. An object in one line may be JSON Lines of one row; others only hold rows."""
    if _is_wrapped(head):
        return arr(head.top.get("rows"))[:20]
    return list(head.items[:20]) if head.kind in ("array", "lines", "object") else []


def _is_wrapped(head: Head) -> bool:
    return head.kind == "object" and isinstance(head.top.get("features"), list)


def _elements(document: Document) -> Iterator[Element]:
    yield from document.elements("rows") if _is_wrapped(document.head) else rows_of(document)


def conversation(element: Element, ids: RowIds, document: Document) -> Found:
    """One row. BadFile if nobody says anything in it."""
    row = _row(element.value)
    kind = _kind(row)
    own = next((text_of(row.get(name)) for name in _IDS if text_of(row.get(name))), "")
    begun = [json_text(row.get(name))[:4000] for name in (*_ASKED, *_TURNS, *_PAIRS[0], *_PAIRS[1]) if row.get(name)]
    id = ids.id_of(own, begun, element.raw)
    created = row.get("timestamp") or row.get("created_date") or row.get("tstamp")
    draft = Draft(SYSTEM, id, title=row.get("title"), created=created)
    adding = Adding(draft, RowFiles(draft, document, row), text(row.get("model")))
    taken = ["title"]
    current: str | None = None
    match kind:
        case "tree":
            _tree(draft, row["prompt"])
            taken.append("prompt")
        case "preferences":
            current, columns = _preferences(adding, row)
            taken += columns
        case "typed parts" | "conversations":
            name = _turns(row) or "messages"
            adding.messages([*_system(row), *arr(row[name])], None)
            taken += [name, "system"]
        case _:
            taken += _instruction(adding, row)
    left, columns = adding.files.rest()
    taken += [*columns, *(["model"] if adding.answered else [])]
    draft.rest = {**rest_of(row, *taken), **left}
    if not len(draft):
        raise BadFile("It has no messages." if kind else "It is no row of a kind that is known.", advice="")
    return draft.finish(current=current, raw=element.raw)


def _system(row: Json) -> list[Json]:
    prompt = row.get("system")
    return [{"role": "system", "content": prompt}] if prompt and isinstance(prompt, str | list) else []


def _preferences(adding: Adding, row: Json) -> tuple[str | None, list[str]]:
    """Two answers to the same words, side by side, of which the better one is shown."""
    names = _pair(row) or _PAIRS[0]
    sides = [sides_of(row[name]) for name in names]
    before = _system(row)
    taken = [*names, *(["system"] if before else [])]
    for name in _ASKED:
        if row.get(name) and isinstance(row[name], str | list):
            before += row[name] if isinstance(row[name], list) else [{"role": "user", "content": row[name]}]
            taken.append(name)
    shared = 0
    while shared < min(map(len, sides)) - 1 and sides[0][shared] == sides[1][shared]:
        shared += 1
    # The question often stands both in its own column and at the beginning of both answers.
    said = [_plainly(message) for message in sides[0][:shared]]
    if all(_plainly(message) in said for message in before):
        before = []
    above = adding.messages([*before, *sides[0][:shared]], None)
    better = {"model_a": (1, -1), "model_b": (-1, 1)}.get(text(row.get("winner")), (0, 0))
    ratings = (1, -1) if names != _PAIRS[2] else better
    ends = []
    for side, rating, model in zip(sides, ratings, ("model_a", "model_b"), strict=True):
        known = text(row.get(model))
        taken += [model] if known else []
        ends.append(adding.messages(side[shared:], above, known, rating))
    return ends[1] if ratings[1] > 0 else ends[0], taken


def _plainly(message: Any) -> tuple[Any, str]:
    return obj(message).get("role"), json_text(obj(message).get("content"))


def _instruction(adding: Adding, row: Json) -> list[str]:
    asked = [name for name in _ASKED if text(row.get(name)).strip()]
    answer = next((name for name in _ANSWERS if text(row.get(name)).strip()), "")
    earlier = [pair for pair in arr(row.get("history")) if isinstance(pair, list) and len(pair) == 2]
    whole = len(earlier) == len(arr(row.get("history")))
    messages = _system(row)
    for pair in earlier if whole else ():
        messages += [{"role": role, "content": said} for role, said in zip(("user", "assistant"), pair, strict=True)]
    if asked:
        messages.append({"role": "user", "content": "\n\n".join(row[name] for name in asked)})
    above = adding.messages(messages, None)
    if answer:
        # Some datasets say of each answer whether it was a good one.
        rating = {True: 1, False: -1}.get(row["label"], 0) if isinstance(row.get("label"), bool) else 0
        adding.messages([{"role": "assistant", "content": row[answer]}], above, "", rating)
    return [
        *asked,
        *([answer] if answer else []),
        *(["system"] if _system(row) else []),
        *(["history"] if whole else []),
    ]


def _tree(draft: Draft, prompt: Any) -> None:
    waiting: list[tuple[Any, str | None]] = [(prompt, None)]
    while waiting:
        node, parent = waiting.pop()
        mine = _node(draft, obj(node), parent)
        waiting += [(reply, mine) for reply in reversed(arr(obj(node).get("replies"))) if isinstance(reply, dict)]


def _node(draft: Draft, value: Json, parent: str | None) -> str:
    model = text(value.get("model_name"))
    role = role_of(value.get("role"), "user")
    said = json_text(value.get("text"))
    taken = ["role", "text", "message_id", "parent_id", "replies", "created_date", "message_tree_id", "model_name"]
    return draft.add(
        role,
        [Text(said)] if said else [],
        id=value.get("message_id"),
        parent=parent,
        created=value.get("created_date"),
        author=Author(model=model) if model else NOBODY,
        rest=rest_of(value, *taken),
    )


def _trees(document: Document) -> Iterator[Found]:
    """Rows of messages, together again by their tree."""
    trees: dict[str, list[Json]] = {}
    for element in _elements(document):
        value = _row(element.value)
        # A question is the root of its tree, also where nothing says so.
        alone = "" if value.get("parent_id") else text_of(value.get("message_id"))
        if id := text_of(value.get("message_tree_id")) or alone:
            trees.setdefault(id, []).append(value)
        else:
            document.problem(f"Entry {element.number + 1:,} belongs to no tree and was left out.")
    for id, rows in trees.items():
        draft = Draft(SYSTEM, id)
        for value in rows:
            _node(draft, value, text_of(value.get("parent_id")) or None)
        yield draft.finish(raw=json.dumps(rows, ensure_ascii=False))
