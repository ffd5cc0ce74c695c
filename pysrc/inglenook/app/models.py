"""Which model answers: the list of the connection, and the picker."""

from __future__ import annotations

from dataclasses import replace

from inglenook.app import notice, patch
from inglenook.app.effects import LoadModels, Patch, SaveConnection
from inglenook.app.env import Env
from inglenook.app.messages import (
    ChooseModel,
    ModelsFailed,
    ModelsLoaded,
    MoreModels,
    OnlyFreeModels,
    PickModel,
    RefreshModels,
    SearchModels,
)
from inglenook.app.state import Catalogue, Panel, Picker, State
from inglenook.core import thread

PAGE = 60


def model_for(state: State) -> str:
    """The model that answers next in the open room; "" if none is chosen that this connection has."""
    connection = state.connection
    if connection is None:
        return ""
    chosen = state.thread.conversation.model.value if state.thread else ""
    known = {m.id for m in state.catalogue.models}
    if chosen and (chosen in known or not known):
        return chosen
    return connection.model


def pick(state: State, message: PickModel, env: Env):
    state = replace(state, panel=Panel("models"), picker=Picker())
    return state, [Patch(patch.focus("model-search"))]


def search(state: State, message: SearchModels, env: Env):
    return replace(state, picker=replace(state.picker, query=message.value, shown=PAGE)), []


def only_free(state: State, message: OnlyFreeModels, env: Env):
    return replace(state, picker=replace(state.picker, free_only=message.value, shown=PAGE)), []


def more(state: State, message: MoreModels, env: Env):
    if state.picker.shown >= len(state.catalogue.models):
        return state, []
    return replace(state, picker=replace(state.picker, shown=state.picker.shown + PAGE)), []


def choose(state: State, message: ChooseModel, env: Env):
    """Use a model in this conversation and for new ones on this connection."""
    id = message.id or message.value
    connection = state.connection
    if connection is None or not id:
        return state, []
    chosen = replace(connection, model=id)
    state = replace(
        state,
        connections=tuple(chosen if c.id == chosen.id else c for c in state.connections),
        panel=Panel() if state.panel.kind == "models" else state.panel,
        room=replace(state.room, note=None),
        held=None,
    )
    opened = state.thread
    if opened is not None:
        conversation = thread.choose_model(opened.conversation, id, env.now_ms)
        state = replace(
            state, threads={**state.threads, opened.conversation.id: replace(opened, conversation=conversation)}
        )
    effects = [SaveConnection(chosen)]
    return state, effects if state.panel.kind == "settings" else [*effects, Patch(patch.focus("message"))]


def refresh(state: State, message: RefreshModels, env: Env):
    connection = state.connection
    if connection is None:
        return state, []
    return with_catalogue(state, connection.id, replace(state.catalogue, refreshing=True)), [
        LoadModels(connection, fresh=True)
    ]


def loaded(state: State, message: ModelsLoaded, env: Env):
    known = state.catalogues.get(message.connection_id, Catalogue())
    if message.kept and known.fetched_ms >= message.fetched_ms and known.models:
        return state, []
    return with_catalogue(state, message.connection_id, Catalogue(message.models, message.fetched_ms)), []


def failed(state: State, message: ModelsFailed, env: Env):
    """The kept list stays; the picker says that it is old and why."""
    known = state.catalogues.get(message.connection_id, Catalogue())
    state = with_catalogue(state, message.connection_id, replace(known, refreshing=False, error=str(message.error)))
    if known.models or not state.online:
        return state, []
    return notice.show(state, env, str(message.error), tone="bad", detail=message.error.detail)


def with_catalogue(state: State, connection_id: str, catalogue: Catalogue) -> State:
    return replace(state, catalogues={**state.catalogues, connection_id: catalogue})
