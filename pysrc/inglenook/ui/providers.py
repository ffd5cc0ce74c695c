"""The table of who may see the next message, and what this conversation forbids beside its connection.

This file knows rows and columns; who is allowed is decided in `core/routing.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from inglenook.app.state import Denial, Knowledge, Routes, State, Table
from inglenook.core import ledger, routing
from inglenook.core.catalogue import Model
from inglenook.core.connection import Connection
from inglenook.core.limits import NONE
from inglenook.core.model import Limits, Policy
from inglenook.core.providers import Correction
from inglenook.core.region import NAMES
from inglenook.core.routing import Decision, Verdict
from inglenook.ui import audience, day
from inglenook.ui.environment import render


@dataclass(frozen=True, slots=True)
class Line:
    """One endpoint as it is shown."""

    tag: str
    slug: str
    name: str
    trains: str
    keeps: str
    region: str
    prompt: str
    completion: str
    speed: str
    uptime: str
    allowed: bool
    why: str
    source: str
    age: str
    age_full: str
    corrected: bool


COLUMNS: Final = (
    ("provider", "Provider"),
    ("trains", "Trains"),
    ("keeps", "Keeps prompts"),
    ("region", "Region"),
    ("prompt", "$/M in"),
    ("completion", "$/M out"),
    ("speed", "Speed"),
    ("uptime", "Uptime"),
    ("allowed", "May see it"),
)
NEVER: Final = 10.0**12


def select(state: State) -> tuple[Any, ...]:
    if state.panel.kind != "providers":
        return (None,)
    offset = state.time_zone_offset_min
    inputs = audience.inputs(state)
    denial = state.denials.get((state.connection_id, inputs[1]))
    today = day.number(state.today_ms, offset)
    return state.table, state.mistake, denial, today, offset, state.online, *inputs


def draw(
    table: Table | None,
    mistake: tuple[str, str] = ("", ""),
    denial: Denial | None = None,
    today: int = 0,
    offset: int = 0,
    online: bool = True,
    connection: Connection | None = None,
    model: str = "",
    row: Model | None = None,
    routes: Routes | None = None,
    knowledge: Knowledge | None = None,
    room: Limits = NONE,
) -> str:
    if table is None:
        return ""
    decision = audience.decided(connection, model, row, routes, knowledge, room)
    corrections = connection.privacy.corrections if connection else ()
    lines = lines_of(decision, table, denial, corrections, today, offset) if decision else []
    allowed, everybody = decision.counts if decision else (0, 0)
    fetched_ms = routes.fetched_ms if routes else knowledge.known.fetched_ms if knowledge else 0
    return render(
        "providers",
        table=table,
        mistake=mistake,
        denial=denial,
        denied=day.moment(denial.at_ms, today, offset) if denial else "",
        online=online,
        connection=connection,
        model=row.name if row and row.name else model,
        later=row is not None and row.is_router,
        decision=decision,
        lines=lines,
        columns=COLUMNS,
        allowed=allowed,
        everybody=everybody,
        reasons=routing.reasons(decision) if decision else (),
        refreshing=bool(routes and routes.refreshing) or bool(knowledge and knowledge.refreshing),
        errors=[error for error in (routes and routes.error, knowledge and knowledge.error) if error],
        updated=day.moment(fetched_ms, today, offset),
        updated_full=day.full(fetched_ms, offset),
        correction=next((c for c in corrections if c.slug == table.correcting), None),
        room=room,
        tight=room != NONE,
        level=connection.privacy.limits if connection else NONE,
        regions=NAMES,
    )


def lines_of(
    decision: Decision,
    table: Table,
    denial: Denial | None,
    corrections: tuple[Correction, ...],
    today: int,
    offset: int,
) -> list[Line]:
    """The rows in their order, without those that the filter hides."""
    known = {correction.slug for correction in corrections}
    found = decision.verdicts
    if table.sort:
        found = sorted(found, key=SORTS[table.sort], reverse=table.descending)
    lines = [line(verdict, decision, denial, known, today, offset) for verdict in found]
    words = table.query.casefold().split()
    return [
        one
        for one in lines
        if (one.allowed or not table.allowed_only) and all(word in searchable(one) for word in words)
    ]


def line(verdict: Verdict, decision: Decision, denial: Denial | None, known: set[str], today: int, offset: int) -> Line:
    subject = verdict.subject
    endpoint, policy = subject.endpoint, subject.policy
    why = "; ".join(routing.words(verdict, decision.terms))
    refused = verdict.allowed and denial is not None and concerns(denial, endpoint.slug, endpoint.provider)
    if refused:
        why = f"the service: {denial.said.words}"
    return Line(
        endpoint.tag,
        endpoint.slug,
        endpoint.name,
        audience.yes_no(policy.trains),
        audience.kept(policy),
        ", ".join(subject.datacenters) or "unknown",
        money(endpoint.prompt_usd, subject.chosen_later),
        money(endpoint.completion_usd, subject.chosen_later),
        "" if endpoint.tokens_per_s is None else f"{endpoint.tokens_per_s:.0f} tokens/s",
        "" if endpoint.uptime is None else f"{endpoint.uptime:.4g} %",
        verdict.allowed and not refused,
        why,
        audience.SOURCES.get(policy.source, audience.NOBODY_KNOWS),
        day.moment(policy.as_of_ms, today, offset),
        day.full(policy.as_of_ms, offset),
        endpoint.slug in known,
    )


def concerns(denial: Denial, slug: str, name: str) -> bool:
    """Whether the service's refusal is about a provider; one that names nobody is about all."""
    affected = {one.casefold() for one in denial.said.affected}
    return not affected or slug in affected or name.casefold() in affected


def money(price: float | None, chosen_later: bool) -> str:
    return "" if chosen_later else ledger.usd(price)


def searchable(one: Line) -> str:
    return f"{one.name} {one.tag} {one.region} {one.why} {one.source}".casefold()


def badness(value: bool | None) -> int:
    return 1 if value is None else 2 if value else 0


def keeping(policy: Policy) -> tuple[int, float]:
    days = policy.retention_days
    return badness(policy.retains), NEVER if days is None else days


SORTS: Final[dict[str, Callable[[Verdict], Any]]] = {
    "provider": lambda v: v.subject.endpoint.name.casefold(),
    "trains": lambda v: badness(v.subject.policy.trains),
    "keeps": lambda v: keeping(v.subject.policy),
    "region": lambda v: (not v.subject.datacenters, v.subject.datacenters),
    "prompt": lambda v: NEVER if v.subject.endpoint.prompt_usd is None else v.subject.endpoint.prompt_usd,
    "completion": lambda v: NEVER if v.subject.endpoint.completion_usd is None else v.subject.endpoint.completion_usd,
    "speed": lambda v: -(v.subject.endpoint.tokens_per_s or 0),
    "uptime": lambda v: -(v.subject.endpoint.uptime or 0),
    "allowed": lambda v: len(v.excluded_by),
}
