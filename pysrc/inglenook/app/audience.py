"""Who may see the next message: the lists that this is decided from, and when they are read."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from inglenook.app.effects import LoadKnown, LoadRoutes, Schedule
from inglenook.app.env import Env
from inglenook.app.messages import KnownLoaded, ListsDue, Resume, RoutesFailed, RoutesLoaded
from inglenook.app.models import model_for
from inglenook.app.state import Knowledge, Routes, State
from inglenook.core import limits, routing
from inglenook.core.catalogue import Model
from inglenook.core.connection import Connection
from inglenook.core.model import Limits
from inglenook.core.providers import STAYS, UNKNOWN, Endpoint, Known, built_in
from inglenook.core.routing import Decision
from inglenook.core.rules import Terms

LISTS_MS = 3_600_000


def room_limits(state: State) -> Limits:
    """What the open conversation does not allow, beside its connection."""
    return state.thread.conversation.limits.value if state.thread else state.room.limits


def listed(state: State, model: str) -> Model | None:
    return next((found for found in state.catalogue.models if found.id == model), None)


def terms(connection: Connection, room: Limits) -> Terms:
    """What a request over this connection must keep to, in this room."""
    privacy = connection.privacy
    return Terms(limits.join(privacy.limits, room), privacy.account, privacy.wishes)


def decision(state: State) -> Decision | None:
    """Who may see the next message in the open room; None while that is not known."""
    connection, model = state.connection, model_for(state)
    if connection is None or not model:
        return None
    routes = state.routes.get((connection.id, model))
    knowledge = state.knowledge.get(connection.id)
    return decide(connection, model, listed(state, model), routes, knowledge, room_limits(state))


def decide(
    connection: Connection,
    model: str,
    row: Model | None,
    routes: Routes | None,
    knowledge: Knowledge | None,
    room: Limits,
) -> Decision | None:
    """The decision from what is known; None if that is not enough to decide."""
    asked = terms(connection, room)
    if not connection.routes:
        stays = connection.stays and not routing.is_forwarded(model)
        policy = STAYS if stays else connection.privacy.declared or UNKNOWN
        return routing.decide_direct(model, urlsplit(connection.base).netloc, policy, asked)
    if knowledge is None or not knowledge.loaded:
        return None
    corrections = connection.privacy.corrections
    if routes is not None and routes.endpoints:
        return routing.decide(model, routes.endpoints, knowledge.known, asked, corrections)
    if (row is None or not row.is_router) and (routes is None or not (routes.error or routes.endpoints == ())):
        return None
    # The service chooses the model later, or does not list who serves this one: then providers are decided about,
    # and the request names them.
    rows = everybody(knowledge.known)
    return routing.decide(model, rows, knowledge.known, asked, corrections, chosen_later=True)


def everybody(known: Known) -> tuple[Endpoint, ...]:
    """A row for each provider there is: a model that is chosen later may be served by any of them."""
    names = {slug: provider.name for slug, provider in known.providers.items()} or {slug: slug for slug in built_in()}
    return tuple(Endpoint(slug, name) for slug, name in sorted(names.items()))


def pending(state: State) -> bool:
    """Whether a list that decides is still on its way. An old one is not decided by while a newer may come."""
    connection, model = state.connection, model_for(state)
    if connection is None or not model or not connection.routes:
        return False
    knowledge, row = state.knowledge.get(connection.id), listed(state, model)
    if knowledge is None or knowledge.refreshing:
        return True
    routes = state.routes.get((connection.id, model))
    return not (row is not None and row.is_router) and (routes is None or routes.refreshing)


def look_up(before: State, after: State) -> tuple[State, list]:
    """Ask for the lists that the room needs and does not have, by one wrapper and not by each branch."""
    same = (
        after.connections is before.connections
        and after.connection_id == before.connection_id
        and after.catalogues is before.catalogues
        and after.room.id == before.room.id
        and after.threads is before.threads
        and after.online == before.online
    )
    connection = after.connection
    if same or connection is None or not connection.routes:
        return after, []
    effects = []
    online = after.online and not before.online
    knowledge = after.knowledge.get(connection.id)
    if knowledge is None or (online and knowledge.error and not knowledge.known.fetched_ms):
        knowledge = {**after.knowledge, connection.id: Knowledge(refreshing=True)}
        after, effects = replace(after, knowledge=knowledge), [LoadKnown(connection)]
    if connection.id not in after.catalogues:
        # Only the list of models tells a name for another model, or a choice among many, from a model.
        return after, effects
    if after.held is not None and connection.id not in before.catalogues and not pending(after):
        effects.append(Schedule(0, Resume()))
    model = model_for(after)
    row = listed(after, model)
    known = after.routes.get((connection.id, model))
    back = online and known is not None and known.endpoints is None
    if model and (known is None or back) and not (row is not None and row.is_router):
        after = with_routes(after, connection.id, model, Routes(refreshing=True))
        effects.append(LoadRoutes(connection, model, row.alias_of if row else ""))
    return after, effects


def with_routes(state: State, connection_id: str, model: str, routes: Routes) -> State:
    return replace(state, routes={**state.routes, (connection_id, model): routes})


def refresh(state: State) -> tuple[State, list]:
    """Ask the service again, whatever the age of what is known. What it refused before is asked again too."""
    connection, model = state.connection, model_for(state)
    if connection is None or not connection.routes or not model:
        return state, []
    key = (connection.id, model)
    knowledge = replace(state.knowledge.get(connection.id, Knowledge()), refreshing=True, error="")
    state = replace(
        state,
        knowledge={**state.knowledge, connection.id: knowledge},
        denials={at: denial for at, denial in state.denials.items() if at != key},
    )
    row = listed(state, model)
    if row is not None and row.is_router:
        return state, [LoadKnown(connection, fresh=True)]
    state = with_routes(state, *key, replace(state.routes.get(key, Routes()), refreshing=True, error=""))
    alias_of = row.alias_of if row else ""
    return state, [LoadKnown(connection, fresh=True), LoadRoutes(connection, model, alias_of, fresh=True)]


def lists_due(state: State, message: ListsDue, env: Env):
    """Look at the lists again; those of models that are not in use are forgotten, and read when they are chosen."""
    again = Schedule(LISTS_MS, ListsDue())
    connection, model = state.connection, model_for(state)
    if connection is None or not connection.routes or not state.online:
        return state, [again]
    key, row = (connection.id, model), listed(state, model)
    kept = {key: state.routes[key]} if key in state.routes else {}
    loads = [LoadRoutes(connection, model, row.alias_of if row else "")] if kept else []
    return replace(state, routes=kept), [again, LoadKnown(connection), *loads]


def known_loaded(state: State, message: KnownLoaded, env: Env):
    now = state.knowledge.get(message.connection_id, Knowledge())
    # A refresh that failed keeps what was known before.
    known = now.known if message.error and not message.known.fetched_ms else message.known
    knowledge = Knowledge(known, loaded=True, refreshing=message.more, error=message.error)
    return resumed(replace(state, knowledge={**state.knowledge, message.connection_id: knowledge}))


def routes_loaded(state: State, message: RoutesLoaded, env: Env):
    routes = Routes(message.endpoints, message.fetched_ms, refreshing=message.more)
    return resumed(with_routes(state, message.connection_id, message.model, routes))


def routes_failed(state: State, message: RoutesFailed, env: Env):
    """The kept list stays, and says that it is old and why."""
    key = (message.connection_id, message.model)
    known = state.routes.get(key, Routes())
    return resumed(with_routes(state, *key, replace(known, refreshing=False, error=str(message.error))))


def resumed(state: State) -> tuple[State, list]:
    """Let what was held back go on, as soon as it can be decided or cannot be found out."""
    return (state, []) if state.held is None or pending(state) else (state, [Schedule(0, Resume())])
