"""The privacy level: what the user allows over a connection, and forbids in a room."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from inglenook.app import audience
from inglenook.app.effects import LoadLevels, SaveConnection
from inglenook.app.env import Env
from inglenook.app.messages import (
    CorrectProvider,
    DeclarePolicy,
    LevelsLoaded,
    Relax,
    SetPrivacy,
    SwitchPrivacy,
)
from inglenook.app.state import State
from inglenook.core import routing, thread, wire
from inglenook.core.connection import Connection
from inglenook.core.model import Limits, Policy
from inglenook.core.privacy import MOST_DAYS, MOST_SLUGS, Privacy
from inglenook.core.providers import YOU, Correction, Known
from inglenook.core.region import REGIONS
from inglenook.core.routing import let_in
from inglenook.core.rules import Account, Terms

SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}(/[a-z0-9._-]{1,80})?\Z")
MOST_PRICE = 1e6

Change = Callable[[Privacy, bool], Privacy]


def _limit(name: str, *, inverted: bool = False) -> Change:
    return lambda p, on: replace(p, limits=replace(p.limits, **{name: on is not inverted}))


def _account(name: str) -> Change:
    return lambda p, on: replace(p, account=replace(p.account, **{name: on}))


def _wish(name: str) -> Change:
    return lambda p, on: replace(p, wishes=replace(p.wishes, **{name: on}))


# A connection's switches allow, so they are on where a limit is off.
SWITCHES: dict[str, Change] = {
    "train": _limit("deny_paid_training", inverted=True),
    "train_free": _limit("deny_free_training", inverted=True),
    "keep": _limit("deny_retention", inverted=True),
    "zero": _limit("zero_retention"),
    "account_trains": _account("trains"),
    "account_logs": _account("logs_prompts"),
    "fallbacks": _wish("allow_fallbacks"),
    "parameters": _wish("require_parameters"),
    "distillable": _wish("enforce_distillable_text"),
}
# A room's switches forbid.
ROOM_SWITCHES = {
    "train": "deny_paid_training",
    "train_free": "deny_free_training",
    "keep": "deny_retention",
    "zero": "zero_retention",
}
SORTS = ("", "price", "throughput", "latency")


class NotUnderstood(ValueError):
    """What was typed is not a value of this setting; the text says why."""


def switch(state: State, message: SwitchPrivacy, env: Env):
    state = replace(state, mistake=("", ""))
    if message.scope == "room":
        member = ROOM_SWITCHES.get(message.name)
        return put_room(state, {member: message.value}, env) if member else (state, [])
    change, connection = SWITCHES.get(message.name), state.connection
    if change is None or connection is None:
        return state, []
    return put(state, connection, change(connection.privacy, message.value))


def set_value(state: State, message: SetPrivacy, env: Env):
    """A setting that is typed or chosen. What is not understood changes nothing, and the field says so."""
    connection = state.connection
    if connection is None:
        return state, []
    if message.name == "sort" and message.value in SORTS:
        wishes = replace(connection.privacy.wishes, sort=message.value)
        return put(state, connection, replace(connection.privacy, wishes=wishes))
    known = state.knowledge[connection.id].known if connection.id in state.knowledge else Known()
    place = f"{message.scope}:{message.name}"
    try:
        changed = parsed(message.name, message.value, known)
    except NotUnderstood as why:
        return replace(state, mistake=(place, str(why))), []
    state = replace(state, mistake=("", ""))
    if message.scope == "room":
        return put_room(state, changed, env)
    limits = replace(connection.privacy.limits, **changed)
    return put(state, connection, replace(connection.privacy, limits=limits))


def parsed(name: str, text: str, known: Known) -> dict[str, object]:
    """The members of `Limits` that a text means. Raises NotUnderstood."""
    text = text.strip()
    match name:
        case "days":
            return {"max_retention_days": days(text)}
        case "prompt_price":
            return {"max_prompt_usd": price(text)}
        case "completion_price":
            return {"max_completion_usd": price(text)}
        case "only":
            return {"only": slugs(text, known) or None}
        case "never":
            return {"never": slugs(text, known)}
        case "region" if not text or text in REGIONS:
            return {"regions": (text,) if text else ()}
    raise NotUnderstood("This setting is not known. Nothing was changed.")


def days(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= MOST_DAYS):
        raise NotUnderstood(f"Give a whole number of days, up to {MOST_DAYS:,}, or leave it empty.")
    return int(text)


def price(text: str) -> float | None:
    text = text.removeprefix("$").replace(",", ".").strip()
    if not text:
        return None
    amount = wire.number(text) if re.fullmatch(r"[0-9.]{1,20}", text) else None
    if amount is None or amount > MOST_PRICE:
        raise NotUnderstood("Give dollars per million tokens, such as 2.50, or leave it empty.")
    return amount


def slugs(text: str, known: Known) -> tuple[str, ...]:
    """Providers by slug or by name, between commas."""
    names = {provider.name.casefold(): slug for slug, provider in known.providers.items()}
    found = []
    for item in filter(None, (part.strip().casefold() for part in text.split(","))):
        slug = names.get(item, item)
        if not SLUG.match(slug):
            raise NotUnderstood(f"“{item[:60]}” is not a provider. Separate names with commas.")
        found.append(slug)
    if len(found) > MOST_SLUGS:
        raise NotUnderstood(f"That are more than {MOST_SLUGS} providers.")
    return tuple(dict.fromkeys(found))


def relax(state: State, message: Relax, env: Env):
    """Loosen, in the connection and in the room, what keeps one endpoint from seeing the next message."""
    decision, connection = audience.decision(state), state.connection
    if decision is None or connection is None:
        return state, []
    own = Terms(connection.privacy.limits, connection.privacy.account, connection.privacy.wishes)
    # An account has no part in what a room forbids.
    room = Terms(audience.room_limits(state), Account(trains=True))
    for subject in (v.subject for v in decision.verdicts if v.subject.endpoint.tag == message.id):
        own, _ = let_in(subject, own)
        room, _ = let_in(subject, room)
    if decision.direct:
        # Such a server was asked nothing about lists, prices and places, so none of that is loosened for it.
        before, forbidden = connection.privacy, audience.room_limits(state)
        privacy = replace(before, limits=routing.with_lists(own.limits, before.limits))
        room = replace(room, limits=routing.with_lists(room.limits, forbidden))
    else:
        privacy = replace(connection.privacy, limits=own.limits, account=own.account, wishes=own.wishes)
    state, effects = put(state, connection, privacy)
    return set_room(state, room.limits, env), effects


def declare(state: State, message: DeclarePolicy, env: Env):
    """What a server that answers itself does with prompts, as far as the user says."""
    connection = state.connection
    if connection is None:
        return state, []
    try:
        trains, retains, kept = said(message)
    except NotUnderstood as why:
        return replace(state, mistake=(":declare", str(why))), []
    nothing = trains is None and retains is None
    policy = None if nothing else Policy(trains, retains, kept, None, YOU, env.now_ms)
    return put(replace(state, mistake=("", "")), connection, replace(connection.privacy, declared=policy))


def correct(state: State, message: CorrectProvider, env: Env):
    """What the user knows better about a provider; with nothing said, the lists count again."""
    connection = state.connection
    if connection is None or not SLUG.match(message.id):
        return state, []
    try:
        trains, retains, kept = said(message)
    except NotUnderstood as why:
        return replace(state, mistake=(":correct", str(why))), []
    others = tuple(c for c in connection.privacy.corrections if c.slug != message.id)
    nothing = trains is None and retains is None
    own = () if nothing else (Correction(message.id, trains, retains, kept, env.now_ms),)
    state = replace(state, mistake=("", ""), table=replace(state.table, correcting=""))
    return put(state, connection, replace(connection.privacy, corrections=(*others, *own)))


def said(message: DeclarePolicy | CorrectProvider) -> tuple[bool | None, bool | None, int | None]:
    words = {"yes": True, "no": False}
    retains = words.get(message.retains)
    return words.get(message.trains), retains, days(message.days.strip()) if retains else None


def changed_elsewhere(state: State, message: LevelsLoaded, env: Env):
    """What another tab allows or forbids holds here too, at once."""
    if message.since != state.level_changes:
        # It was read before this tab's own change was stored.
        return state, [LoadLevels(state.level_changes)]
    stored = {connection.id: connection.privacy for connection in message.connections}
    connections = tuple(
        c if stored.get(c.id, c.privacy) == c.privacy else replace(c, privacy=stored[c.id]) for c in state.connections
    )
    same = all(new is old for new, old in zip(connections, state.connections, strict=True))
    return state if same else replace(state, connections=connections), []


def put(state: State, connection: Connection, privacy: Privacy) -> tuple[State, list]:
    """Keep a connection's level. What the last refusal said may no longer hold."""
    changed = replace(connection, privacy=privacy)
    connections = tuple(changed if c.id == changed.id else c for c in state.connections)
    state = replace(state, connections=connections, level_changes=state.level_changes + 1)
    return replace(state, room=replace(state.room, note=None)), [SaveConnection(changed)]


def put_room(state: State, changed: dict[str, object], env: Env) -> tuple[State, list]:
    return set_room(state, replace(audience.room_limits(state), **changed), env), []


def set_room(state: State, limits: Limits, env: Env) -> State:
    """Keep what the open room forbids; before its first message it is remembered until there is a conversation."""
    opened = state.thread
    state = replace(state, room=replace(state.room, note=None))
    if opened is None:
        return replace(state, room=replace(state.room, limits=limits))
    conversation = thread.tighten(opened.conversation, limits, env.now_ms)
    return replace(state, threads={**state.threads, conversation.id: replace(opened, conversation=conversation)})
