"""Where messages go: the practice room, OpenRouter by sign-in or key, or another address."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from inglenook.app import patch
from inglenook.app.effects import (
    Connect,
    ExchangeCode,
    ForgetConnection,
    LoadModels,
    Patch,
    SaveConnection,
    SaveSetting,
)
from inglenook.app.env import Env
from inglenook.app.messages import (
    AskRemoveConnection,
    CheckConnection,
    ConnectAddress,
    Connected,
    ConnectFailed,
    ConnectKey,
    ConnectOpenRouter,
    KeyGranted,
    OpenPractice,
    RemoveConnection,
    UseConnection,
)
from inglenook.app.models import with_catalogue
from inglenook.app.state import Catalogue, Panel, Probe, State
from inglenook.core import pkce
from inglenook.core.connection import OPENROUTER, Connection, describe, key_from, normalise
from inglenook.core.errors import InglenookError, KeyRejected, NoKey
from inglenook.core.privacy import Privacy
from inglenook.core.rules import Account

PENDING = "sign-in"
KEEP = "sign-in-keep"
PREFERRED = ("practice/hearth-1",)


def session_key(connection_id: str) -> str:
    """The name under which a tab holds a key that is not to be kept."""
    return f"key:{connection_id}"


def sign_in(state: State, message: ConnectOpenRouter, env: Env):
    """Go to OpenRouter's page; the tab remembers what the answer must match."""
    pending = pkce.begin(env.random_bytes(pkce.RANDOM_BYTES))
    try:
        url = pkce.auth_url(state.origin_path, pending)
    except InglenookError as error:
        return failed(state, error), []
    kept = [
        Patch(patch.session(PENDING, pkce.dump(pending))),
        Patch(patch.session(KEEP, "yes" if message.keep else "no")),
    ]
    return state, [*kept, Patch(patch.leave(url))]


def returned(state: State, search: str, session: dict[str, str], env: Env) -> tuple[State, list]:
    """Back from the sign-in page with a code or a refusal; what this tab did not ask for is not used."""
    callback = pkce.callback_from(search)
    if not callback.code and not callback.error:
        return state, []
    pending = pkce.load(session.get(f"inglenook:{PENDING}"))
    keep = session.get(f"inglenook:{KEEP}") != "no"
    forget = [Patch(patch.session(PENDING, None)), Patch(patch.session(KEEP, None))]
    if pending is None or not pkce.is_ours(callback, pending):
        error = KeyRejected("A sign-in that this tab did not begin was ignored.", advice="Connect OpenRouter again.")
    elif callback.error or not callback.code:
        error = KeyRejected("OpenRouter did not allow the sign-in.", advice="Try again, or paste a key.")
    else:
        state = replace(state, probe=Probe("checking", "openrouter", "Finishing the sign-in"))
        return state, [*forget, ExchangeCode(callback.code, pending.verifier, keep)]
    return replace(failed(state, error), panel=Panel("settings", "Connections")), forget


def failed(state: State, error: InglenookError) -> State:
    return replace(state, probe=Probe("failed", "", error.message, error.advice, error.detail))


def key_granted(state: State, message: KeyGranted, env: Env):
    return check(state, openrouter(message.key, message.keep, env), (OPENROUTER,))


def key_pasted(state: State, message: ConnectKey, env: Env):
    try:
        key = key_from(message.key)
        if not key:
            raise NoKey("There is no key in the field.", advice="Paste it, then connect.")
    except NoKey as error:
        return failed(state, error), []
    return check(state, openrouter(key, message.keep, env), (OPENROUTER,))


def openrouter(key: str, keep: bool, env: Env) -> Connection:
    return Connection("openrouter", "openrouter", OPENROUTER, "OpenRouter", key=key, keep=keep, added_ms=env.now_ms)


def practice(state: State, message: OpenPractice, env: Env):
    # Its pretend account is known: it allows what most do.
    privacy = Privacy(account=Account(trains=True))
    connection = Connection("practice", "practice", label="Practice room", added_ms=env.now_ms, privacy=privacy)
    return check(state, connection, ("",))


def address_given(state: State, message: ConnectAddress, env: Env):
    try:
        bases = normalise(message.address)
        key = key_from(message.key)
    except InglenookError as error:
        return failed(state, error), []
    if urlsplit(bases[0]).hostname == urlsplit(OPENROUTER).hostname:
        return key_pasted(state, ConnectKey(message.key, message.keep), env)
    host = urlsplit(bases[0]).netloc
    known = next((c for c in state.connections if c.base in bases), None)
    connection = Connection(
        known.id if known else env.new_id(),
        "other",
        bases[0],
        host,
        key=key,
        keep=message.keep,
        added_ms=env.now_ms,
    )
    return check(state, connection, bases)


def check(state: State, connection: Connection, bases: tuple[str, ...]) -> tuple[State, list]:
    """Ask the address whether it answers and takes the key, before anything is kept."""
    probe = Probe("checking", connection.id, f"Asking {connection.label}")
    return replace(state, probe=probe), [Connect(connection, bases)]


def check_again(state: State, message: CheckConnection, env: Env):
    found = next((c for c in state.connections if c.id == message.id), None)
    return (state, []) if found is None else check(state, found, (found.base,))


def connected(state: State, message: Connected, env: Env):
    """The check passed: keep the connection, use it, and choose a model that it has."""
    old = next((c for c in state.connections if c.id == message.connection.id), None)
    ids = {m.id for m in message.models}
    wanted = (old.model if old else "", message.connection.model, *PREFERRED)
    model = next((id for id in wanted if id in ids), "")
    if not model and message.connection.kind == "other" and message.models:
        model = message.models[0].id
    # What the user decided about a connection outlives a new key for it.
    privacy = old.privacy if old else message.connection.privacy
    connection = replace(message.connection, model=model, privacy=privacy)
    others = tuple(c for c in state.connections if c.id != connection.id)
    said = describe(message.key) if message.key is not None else f"{len(ids)} model{'' if len(ids) == 1 else 's'}."
    first = state.connection is None
    state = replace(
        state,
        connections=(*others, connection),
        connection_id=connection.id,
        probe=Probe("ok", connection.id, f"{connection.label} answers. {said}"),
    )
    # Another key may be another account, which the service may treat otherwise.
    state = turned_to(without_denials(state, connection.id))
    state = with_catalogue(state, connection.id, Catalogue(message.models, message.fetched_ms))
    tab_key = None if connection.keep or not connection.key else connection.key
    effects = [
        SaveConnection(connection),
        SaveSetting("connection", connection.id),
        Patch(patch.session(session_key(connection.id), tab_key)),
    ]
    if not model:
        return replace(state, panel=Panel("models")), effects
    if first and connection.kind == "practice":
        return replace(state, panel=Panel()), [*effects, Patch(patch.focus("message"))]
    return state, effects


def connect_failed(state: State, message: ConnectFailed, env: Env):
    state = failed(state, message.error)
    if state.panel.kind == "settings":
        return state, []
    return replace(state, panel=Panel("settings", "Connections")), []


def use(state: State, message: UseConnection, env: Env):
    found = next((c for c in state.connections if c.id == message.id), None)
    if found is None:
        return state, []
    state = turned_to(replace(state, connection_id=found.id, probe=Probe()))
    return state, [SaveSetting("connection", found.id), LoadModels(found)]


def turned_to(state: State) -> State:
    """What was said about the connection before, or waited for it, does not count for this one."""
    return replace(state, room=replace(state.room, note=None), held=None, mistake=("", ""))


def without_denials(state: State, connection_id: str) -> State:
    return replace(state, denials={key: said for key, said in state.denials.items() if key[0] != connection_id})


def ask_remove(state: State, message: AskRemoveConnection, env: Env):
    return replace(state, panel=Panel("confirm", subject=message.id, action="connection.forget")), []


def remove(state: State, message: RemoveConnection, env: Env):
    """Forget a connection and its key. Conversations stay."""
    kept = tuple(c for c in state.connections if c.id != message.id)
    before = state.connection_id
    active = state.connection_id if state.connection_id != message.id else (kept[0].id if kept else "")
    state = replace(
        state, connections=kept, connection_id=active, probe=Probe(), panel=Panel("settings", "Connections")
    )
    routes = {key: found for key, found in state.routes.items() if key[0] != message.id}
    knowledge = {id: found for id, found in state.knowledge.items() if id != message.id}
    state = without_denials(replace(state, routes=routes, knowledge=knowledge), message.id)
    loads = []
    if active != message.id and message.id == before:
        state = turned_to(state)
        loads = [LoadModels(state.connection)] if state.connection else []
    return state, [
        ForgetConnection(message.id),
        SaveSetting("connection", active or None),
        Patch(patch.session(session_key(message.id), None)),
        *loads,
    ]
