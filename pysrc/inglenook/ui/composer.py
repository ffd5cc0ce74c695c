"""What stands around the field in which a message is written.

This file knows what would happen if the message were sent now. The field
itself belongs to the page.
"""

from __future__ import annotations

from typing import Any

from inglenook.app import compose
from inglenook.app.models import model_for
from inglenook.app.room import answers_here
from inglenook.app.state import Attachment, Denial, Note, State
from inglenook.core.catalogue import Model
from inglenook.core.connection import Connection
from inglenook.core.request import UNPARSED
from inglenook.ui import audience
from inglenook.ui.activity import budget_line
from inglenook.ui.environment import render, short
from inglenook.ui.memory import latest, same


class ChosenModel:
    """The model that answers next, looked up again only when something that decides it changed."""

    def __init__(self) -> None:
        self._known: tuple[Any, ...] | None = None
        self._model = ""

    def __call__(self, state: State) -> str:
        opened = state.thread
        chosen = opened and opened.conversation.model
        decides = (state.connection, chosen, state.catalogues.get(state.connection_id))
        if not same(self._known, decides):
            self._known, self._model = decides, model_for(state)
        return self._model


chosen_model = ChosenModel()


@latest
def by_id(models: tuple[Model, ...]) -> dict[str, Model]:
    return {model.id: model for model in models}


def models_of(state: State) -> tuple[Model, ...]:
    """The models of the connection in use; the same object as long as they are the same."""
    catalogue = state.catalogues.get(state.connection_id)
    return catalogue.models if catalogue else ()


def select_models(state: State) -> tuple[Any, ...]:
    model = chosen_model(state)
    return models_of(state), state.denials.get((state.connection_id, model)), *audience.inputs(state)


def draw_models(
    models: tuple[Model, ...], denial: Denial | None, connection: Connection | None, model: str, *inputs: Any
) -> str:
    found = by_id(models).get(model)
    # Names begin with the maker ("Acme: Bolt 2"); here is no room for it.
    name = found.name.partition(": ")[2] or found.name if found and found.name != model else short(model)
    few, rest, tone = audience.counted(audience.decided(connection, model, *inputs), denial)
    return render(
        "composer_models",
        connection=connection,
        model=model,
        name=name or "Choose a model",
        few=few,
        rest=rest,
        tone=tone,
    )


def select_note(state: State) -> tuple[Any, ...]:
    connection, room, opened = state.connection, state.room, state.thread
    offline = not state.online
    # In an empty room the doors say it.
    nowhere = connection is None and opened is not None and bool(opened.conversation.messages)
    unsaved = opened.conversation.id if opened is not None and opened.failed else ""
    practice = connection is not None and connection.kind == "practice"
    logged = connection.label if connection and connection.routes and connection.privacy.account.logs_prompts else ""
    parsed = reads_pdf_first(state, connection)
    return room.note, offline, nowhere, practice, unsaved, budget_line(state), logged, parsed


def reads_pdf_first(state: State, connection: Connection | None) -> bool:
    """Whether a PDF of the message being written is read by the service's parser, before any provider sees it."""
    pdf = any(attachment.media_type == "application/pdf" for attachment in state.room.attachments)
    return pdf and connection is not None and connection.routes and compose.pdf_engine(state) != UNPARSED


def draw_note(
    note: Note | None,
    offline: bool,
    nowhere: bool,
    practice: bool,
    unsaved: str,
    budget: str,
    logged: str,
    parsed: bool,
) -> str:
    facts = {"offline": offline, "nowhere": nowhere, "practice": practice, "unsaved": unsaved, "budget": budget}
    if note is None and not logged and not parsed and not any(facts.values()):
        return ""
    return render("composer_note", note=note, logged=logged, parsed=parsed, **facts)


def select_send(state: State) -> tuple[Any, ...]:
    here = answers_here(state)
    return bool(here), bool(here) and all(answer.stopping for answer in here)


def draw_send(arriving: bool, stopping: bool) -> str:
    return render("composer_send", arriving=arriving, stopping=stopping)


def select_attachments(state: State) -> tuple[Any, ...]:
    return (state.room.attachments,)


def draw_attachments(attachments: tuple[Attachment, ...]) -> str:
    return render("composer_attachments", attachments=attachments) if attachments else ""
