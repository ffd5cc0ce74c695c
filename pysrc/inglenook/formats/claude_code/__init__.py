"""Sessions of Claude Code, one JSON Lines file each.

This file knows the log of 2025 and 2026: records linked by `parentUuid`, one
answer of the API spread over several of them, tool results in messages of the
user. Records without a message only link others. Side chains are branches; the
file of a subagent is a conversation of its own. `record.py` knows what is in a
record.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from inglenook.core.errors import BadFile
from inglenook.core.model import Json, Text, ToolCall, ToolResult
from inglenook.core.title import title_from
from inglenook.formats.claude_code import record as records_
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft, text_of
from inglenook.formats.reading.found import Found, Match
from inglenook.formats.reading.head import Head
from inglenook.formats.reading.leftovers import rest_of
from inglenook.formats.reading.rows import records_of
from inglenook.formats.reading.shape import obj, text
from inglenook.formats.reading.turns import Turn, add_turns

SYSTEM: Final = "claude-code"
NAME: Final = "Claude Code"

# Of several titles the last of these counts.
_TITLES: Final = (("summary", "summary"), ("ai-title", "aiTitle"), ("custom-title", "customTitle"))


def sniff(head: Head) -> Match | None:
    if head.kind in ("lines", "object") and any(_is_record(item) for item in head.items):
        return Match("session")
    return None


def _is_record(item: Any) -> bool:
    known = obj(item)
    return (
        known.get("type") in records_.SPEAKERS
        and "sessionId" in known
        and "uuid" in known
        and isinstance(known.get("message"), dict)
    )


def read(document: Document) -> Iterator[Found]:
    records, raw = records_of(document)
    try:
        yield conversation(records, raw, document)
    except BadFile as error:
        document.problem(error.message)


def conversation(records: list[Json], raw: str, document: Document) -> Found:
    """One session, or what one subagent did in it. BadFile if it has no messages."""
    spoken = [record for record in records if records_.speaker(record)]
    agent = _agent(spoken)
    first = next((record for record in spoken if record.get("sessionId")), {})
    session = text_of(first.get("sessionId"))
    draft = Draft(SYSTEM, f"{session}/{agent}" if agent else session, version=text(first.get("version")))
    draft.folder = text(first.get("cwd"))
    branch = next((branch for record in records if (branch := text(record.get("gitBranch")))), "")
    draft.rest = rest_of({"gitBranch": branch, "agentOf": session if agent else ""})
    draft.title = _title(records) or _first_words(draft, spoken)
    turns, stands = _turns(draft, records, document, agent)
    ids = add_turns(draft, turns.values())
    return draft.finish(ids.get(_last(records, stands, agent) or ""), raw)


def _agent(spoken: list[Json]) -> str:
    """The subagent whose file it is; "" for a session."""
    agents = {text_of(record.get("agentId")) for record in spoken}
    return agents.pop() if len(agents) == 1 and all(record.get("isSidechain") is True for record in spoken) else ""


def _title(records: list[Json]) -> str:
    """The title that somebody gave it. A summary may be of another session, whose last message it names."""
    known = {text_of(record.get("uuid")) for record in records}
    titles: dict[str, str] = {}
    for record in records:
        for kind, member in _TITLES:
            leaf = text_of(record.get("leafUuid"))
            if record.get("type") == kind and (not leaf or leaf in known):
                titles[kind] = text(record.get(member)) or titles.get(kind, "")
    return next((titles[kind] for kind, _ in reversed(_TITLES) if titles.get(kind)), "")


def _first_words(draft: Draft, spoken: list[Json]) -> str:
    """The beginning of what the user asked first; not of what the program put there for the model."""
    for record in spoken:
        if records_.speaker(record) == "user" and record.get("isMeta") is not True:
            said = next((p.text for p in records_.parts_of(Draft(SYSTEM), record) if isinstance(p, Text)), "").strip()
            if said and not said.startswith("<"):
                return title_from(said)
    return ""


def _turns(draft: Draft, records: list[Json], document: Document, agent: str) -> tuple[dict[str, Turn], dict[str, str]]:
    """The messages by key, and in which of them each record stands."""
    parents = _parents(records)
    turns: dict[str, Turn] = {}
    answers: dict[str, str] = {}
    stands: dict[str, str] = {}
    previous: str | None = None
    for record in records:
        uuid = text_of(record.get("uuid"))
        role = records_.speaker(record)
        # A session that was resumed may hold its beginning once more.
        if not role or (uuid and uuid in stands):
            _beside(record, parents, turns, stands)
            continue
        above = parents.get(uuid) if "parentUuid" in record or "logicalParentUuid" in record else previous
        parent = stands.get(above, above) if above else None
        turn = records_.turn(draft, record, uuid, parent, turns, document, bool(agent))
        answer = records_.answer_id(record)
        head = turns.get(parent or "")
        if role == "assistant" and answer in answers and answers[answer] == parent:
            # One answer, spread over several records.
            head = turns[parent]
            records_.join(head, turn)
        elif head is not None and _answers(head, turn):
            records_.join_results(head, turn)
        else:
            head = turns[turn.key] = turn
            if answer:
                answers[answer] = turn.key
        previous = stands[uuid or turn.key] = head.key
    return turns, stands


def _answers(head: Turn, turn: Turn) -> bool:
    """Whether it only brings results of calls in the message above that have none yet, in whatever order they ran."""
    if head.role != "assistant" or turn.role != "tool":
        return False
    results = {part.call_id for part in turn.parts if isinstance(part, ToolResult)}
    asked = {part.id for part in head.parts if isinstance(part, ToolCall)}
    answered = {part.call_id for part in head.parts if isinstance(part, ToolResult)}
    return bool(results) and results <= asked - answered


def _parents(records: list[Json]) -> dict[str, str]:
    """The nearest message above each record, over records that hold none."""
    known = {uuid: record for record in records if (uuid := text_of(record.get("uuid")))}
    found: dict[str, str] = {}
    for uuid, record in known.items():
        above, seen = _above(record), {uuid}
        while above in known and above not in seen and not records_.speaker(known[above]):
            seen.add(above)
            above = _above(known[above])
        if above in known and above not in seen:
            found[uuid] = above
    return found


def _above(record: Json) -> str:
    """What a record follows. Where the program made room in the model's memory, it begins anew and says after what."""
    return text_of(record.get("parentUuid")) or text_of(record.get("logicalParentUuid"))


def _beside(record: Json, parents: dict[str, str], turns: dict[str, Turn], stands: dict[str, str]) -> None:
    """Keep what a record says that is no message, with the message that it follows."""
    above = turns.get(stands.get(parents.get(text_of(record.get("uuid")), ""), ""))
    if above is not None and (note := records_.note(record)):
        rest = above.known["rest"] = dict(above.known.get("rest") or {})
        rest["records"] = [*rest.get("records", ()), note]


def _last(records: list[Json], stands: dict[str, str], agent: str) -> str | None:
    """The newest message that is not of a side chain."""
    for record in reversed(records):
        uuid = text_of(record.get("uuid"))
        if uuid in stands and (agent or record.get("isSidechain") is not True):
            return stands[uuid]
    return None
