"""Which regions the page has, and from which slice of the state each is drawn.

Rule 1: a region is drawn from its slice and nothing else; a slice that holds
the same objects as before is not drawn again.
Rule 2: a slice is cheap: it is taken at every change.
Rule 3: of an arriving answer a slice holds its message and what `message.live`
says, never its text; text that arrives takes no slice at all (views.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from inglenook.app.state import State
from inglenook.ui import composer, dialog, providers, room, seen, settings, shelf, thread
from inglenook.ui.environment import render
from inglenook.ui.row import Row

Select = Callable[[State], tuple[Any, ...]]


class Region(NamedTuple):
    """A part of the page that is replaced as a whole. `early` ones are drawn before the store has answered."""

    id: str
    select: Select
    draw: Callable[..., str]
    early: bool = False


class ListRegion(NamedTuple):
    """A part of the page whose children come and go. `rows` may be None: not known yet."""

    id: str
    select: Select
    rows: Callable[[State], list[Row] | None]



def nothing(state: State) -> tuple[Any, ...]:
    return ()


def draw_drawings() -> str:
    """The icons that only Python draws."""
    return render("drawings")


REGIONS = (
    Region("drawings", nothing, draw_drawings),
    Region("shelf-footer", shelf.select_footer, shelf.draw_footer),
    Region("room-header", room.select_header, room.draw_header),
    Region("thread-top", thread.select_top, thread.draw_top),
    Region("thread-empty", room.select_empty, room.draw_empty),
    Region("thread-foot", seen.select, seen.draw),
    Region("composer-note", composer.select_note, composer.draw_note),
    Region("composer-attachments", composer.select_attachments, composer.draw_attachments),
    Region("composer-models", composer.select_models, composer.draw_models),
    Region("composer-send", composer.select_send, composer.draw_send),
    Region("notices", room.select_notices, room.draw_notices, early=True),
    Region("transfer", room.select_transfer, room.draw_transfer),
    Region("menu", dialog.select_menu, dialog.draw_menu),
    Region("settings-content", settings.select, settings.draw),
    Region("providers-content", providers.select, providers.draw),
    Region("models-content", dialog.select_models, dialog.draw_models),
    Region("preview-content", dialog.select_preview, dialog.draw_preview),
    Region("confirm-content", dialog.select_confirm, dialog.draw_confirm),
    Region("rename-content", dialog.select_rename, dialog.draw_rename),
)
MESSAGES = ListRegion("messages", thread.select, thread.rows)
LISTS = (ListRegion("shelf-list", shelf.select, shelf.rows), MESSAGES)
