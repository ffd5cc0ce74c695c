"""Sessions of Codex, one JSON Lines file each.

This file knows rollouts of 2025 and 2026: items of the Responses API in
envelopes, beside events that say the same once more, and older files without
envelopes. `session.py` knows what items and events mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Json, Text
from inglenook.formats.codex.session import Session
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.rows import records_of
from inglenook.formats.reading.shape import obj, text

SYSTEM: Final = "codex"
NAME: Final = "Codex"

_ENVELOPES: Final = {
    "session_meta": "meta", "response_item": "item", "event_msg": "event", "turn_context": "context",
    "compacted": "compacted",
}  # fmt: skip


def sniff(head: Head) -> Match | None:
    if head.kind not in ("lines", "object"):
        return None
    if any(_is_enveloped(obj(item)) for item in head.items):
        return Match("rollout")
    first = obj(head.items[0]) if head.items else {}
    if head.kind == "lines" and {"id", "timestamp", "instructions"} <= first.keys():
        return Match("bare items")
    return None


def _is_enveloped(record: Json) -> bool:
    kind = record.get("type")
    return isinstance(kind, str) and kind in _ENVELOPES and isinstance(record.get("payload"), dict)


def read(document: Document) -> Iterator[Found]:
    records, raw = records_of(document)
    try:
        yield conversation(records, raw)
    except BadFile as error:
        document.problem(error.message)


def conversation(records: list[Json], raw: str) -> Found:
    """One session. BadFile if nothing is said in it."""
    # A session that goes on from another one holds that one's head as well, after its own.
    meta = next((obj(r.get("payload")) for r in records if r.get("type") == "session_meta"), {})
    first = meta or (records[0] if records and "instructions" in records[0] else {})
    items = [_item(record) for record in records]
    draft = Draft(
        SYSTEM,
        first.get("id") or first.get("session_id"),
        created=first.get("timestamp"),
        version=text(first.get("cli_version")),
    )
    draft.folder = text(first.get("cwd"))
    draft.rest = rest_of(first, "id", "timestamp", "cwd", "cli_version", "instructions", "base_instructions")
    instructions = first.get("base_instructions") or first.get("instructions")
    said = text(instructions) or text(obj(instructions).get("text"))
    start = draft.add("system", [Text(said)], parent=None) if said.strip() else None
    session = Session(draft, items, start)
    session.follow()
    draft.title = session.first_words
    return draft.finish(session.end, raw)


def _item(record: Json) -> tuple[Json, str, Any]:
    """An item or event, which of them it is, and when it was."""
    if _is_enveloped(record):
        return record["payload"], _ENVELOPES[record["type"]], record.get("timestamp")
    return record, "item" if "type" in record else "", record.get("timestamp")
