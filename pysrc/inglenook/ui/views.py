"""What the page must change so that it shows a state: the difference to what it was sent before.

This file knows what was sent. It never learns what a region means, and it asks
neither clock nor page: the same states in the same order give the same patches.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from inglenook.app import patch
from inglenook.app.room import answers_here
from inglenook.app.state import Answer, Menu, State
from inglenook.ui import room
from inglenook.ui.memory import same
from inglenook.ui.message import live
from inglenook.ui.regions import LISTS, MESSAGES, REGIONS, ListRegion, Region
from inglenook.ui.row import Row

Patch = dict[str, Any]
NAME = "Inglenook"
OTHER_FIELDS = tuple(spec.name for spec in fields(State) if spec.name != "answers")
ENDED = {
    "done": "Answer finished",
    "interrupted": "Answer interrupted",
    "failed": "Answer failed",
    "refused": "Answer refused",
}


class Views:
    """One page. Give it each new state and send what it returns."""

    def __init__(self) -> None:
        self._state: State | None = None
        self._slices: dict[str, tuple[Any, ...]] = {}
        self._html: dict[str, str] = {}
        self._rows: dict[str, dict[str, Row]] = {}
        self._sent: dict[str, tuple[int, int]] = {}
        """How much of the text and of the reasoning of each arriving answer the page has."""
        self._root: dict[str, str] = {}
        self._title = ""
        self._dialog = ""
        self._menu: Menu | None = None
        self._answers: dict[str, Answer] = {}

    def patches(self, state: State) -> list[Patch]:
        """What changes on the page. Before the store has answered, the page keeps the view of the last visit."""
        if state is self._state:
            return []
        before, self._state = self._state, state
        found: list[Patch] = []
        if before is not None and before.started and only_text_arrived(before, state):
            self._texts(state, found)
            self._answers = state.answers
            return found
        for region in REGIONS:
            if state.started or region.early:
                self._region(region, state, found)
        if state.started:
            for region in LISTS:
                self._list(region, state, found)
            self._texts(state, found)
            self._around(state, found)
        return found

    def _region(self, region: Region, state: State, found: list[Patch]) -> None:
        inputs = region.select(state)
        if same(self._slices.get(region.id), inputs):
            return
        self._slices[region.id] = inputs
        html = region.draw(*inputs)
        if html != self._html.get(region.id):
            self._html[region.id] = html
            found.append({"op": "morph", "region": region.id, "html": html})

    def _list(self, region: ListRegion, state: State, found: list[Patch]) -> None:
        inputs = region.select(state)
        if same(self._slices.get(region.id), inputs):
            return
        old = self._rows.get(region.id)
        rows = region.rows(state)
        if rows is None and old is None:
            # What the page shows of the last visit is better than nothing.
            return
        self._slices[region.id] = inputs
        old = old or {}
        new = {row.key: row for row in rows or ()}
        html = {key: self._draw(row, old.get(key)) for key, row in new.items() if not drawn_alike(old.get(key), row)}
        if html or list(old) != list(new) or region.id not in self._rows:
            found.append({"op": "list", "region": region.id, "order": list(new), "html": html})
        self._rows[region.id] = new

    def _draw(self, row: Row, old: Row | None) -> str:
        if not row.beside:
            return row.draw(*row.inputs)
        if old is not None and old.draw is row.draw:
            # The page has its text already, and more arrives as appends.
            return row.draw(*row.inputs)
        text, reasoning = row.beside
        self._sent[row.key] = len(text), len(reasoning)
        return row.draw(*row.inputs, *row.beside)

    def _texts(self, state: State, found: list[Patch]) -> None:
        """The new pieces of the answers that arrive in the open room."""
        if state.answers is self._answers:
            return
        shown = self._rows.get(MESSAGES.id, {})
        for answer in answers_here(state):
            key = answer.message.id
            if key not in shown or key not in self._sent:
                continue
            text, reasoning = self._sent[key]
            if len(answer.reasoning) > reasoning:
                found.append({"op": "append", "key": key, "part": "reasoning", "text": answer.reasoning[reasoning:]})
            if len(answer.text) > text:
                found.append({"op": "append", "key": key, "part": "text", "text": answer.text[text:]})
            self._sent[key] = len(answer.text), len(answer.reasoning)

    def _around(self, state: State, found: list[Patch]) -> None:
        """The root element, the title, dialogs, the menu, and what is said when an answer ends."""
        connection = state.connection
        root = {
            "python": "ready",
            "connection": connection.kind if connection else "none",
            "theme": state.theme,
            "offline": "" if state.online else "true",
        }
        if root != self._root:
            found.append({"op": "root", "data": root})
            self._root = root
        title = room.title(state)
        title = f"{title} · {NAME}" if state.room.id else NAME
        if title != self._title:
            found.append({"op": "title", "text": title})
            self._title = title
        if state.panel.kind != self._dialog:
            if self._dialog:
                found.append({"op": "dialog", "id": self._dialog, "open": False})
            if state.panel.kind:
                found.append({"op": "dialog", "id": state.panel.kind, "open": True})
            self._dialog = state.panel.kind
        if state.menu is not self._menu:
            if state.menu.conversation_id or self._menu is not None:
                found.append({"op": "popover", "id": "menu", "anchor": state.menu.anchor or None})
            self._menu = state.menu
        if state.answers is not self._answers:
            for id, answer in self._answers.items():
                if id not in state.answers:
                    self._sent.pop(id, None)
                    if answer.conversation_id == state.room.id:
                        found.append(patch.announce(ENDED.get(status_of(state, answer), ENDED["done"])))
            self._answers = state.answers


def only_text_arrived(old: State, new: State) -> bool:
    """Whether answers grew and nothing else happened: the case of every frame while text arrives."""
    if (
        any(getattr(old, name) is not getattr(new, name) for name in OTHER_FIELDS)
        or old.answers.keys() != new.answers.keys()
    ):
        return False
    pairs = zip(old.answers.values(), map(new.answers.__getitem__, old.answers), strict=True)
    return all(a is b or (a.message is b.message and live(a) == live(b)) for a, b in pairs)


def drawn_alike(old: Row | None, new: Row) -> bool:
    return old is not None and old.draw is new.draw and same(old.inputs, new.inputs)


def status_of(state: State, answer: Answer) -> str:
    opened = state.threads.get(answer.conversation_id)
    message = opened.conversation.messages.get(answer.message.id) if opened else None
    return message.status if message else "interrupted"
