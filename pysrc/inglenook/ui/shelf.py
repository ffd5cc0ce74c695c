"""The shelf: conversations under their days, found by the words of their titles.

This file knows summaries. It never learns what a conversation says.
"""

from __future__ import annotations

from typing import Any

from inglenook.app.state import State
from inglenook.core.model import Summary
from inglenook.ui import day
from inglenook.ui.environment import count, css_string, render, short
from inglenook.ui.match import marked, matches, words
from inglenook.ui.memory import latest
from inglenook.ui.row import Row


def select(state: State) -> tuple[Any, ...]:
    offset = state.time_zone_offset_min
    return state.shelf, state.room.id, day.number(state.today_ms, offset), offset


def rows(state: State) -> list[Row] | None:
    """The rows that are shown; None while nobody knows which there are."""
    shelf = state.shelf
    if not shelf.loaded:
        return None
    pinned, dated, archived = arranged(shelf.entries, shelf.query)
    offset = state.time_zone_offset_min
    today = day.number(state.today_ms, offset)
    found: list[Row] = []
    headings: set[str] = set()

    def row(entry: Summary) -> Row:
        return Row(entry.id, draw_entry, (entry, entry.id == state.room.id, shelf.query, today, offset))

    # Those under a date come newest first, so that each heading comes once; times that no calendar holds may not.
    for entry in [*pinned, *dated][: shelf.shown]:
        under = "Pinned" if entry.pinned else day.heading(entry.updated_ms, today, offset)
        if under not in headings:
            headings.add(under)
            found.append(Row(f"h:{under}", draw_heading, (under,)))
        found.append(row(entry))
    if not found:
        found.append(Row("t:none", draw_none, (shelf.query, bool(archived))))
    left = shelf.shown - len(pinned) - len(dated)
    if left > 0 and archived:
        found.append(Row("t:archived", draw_toggle, (len(archived), shelf.show_archived)))
        if shelf.show_archived:
            found += map(row, archived[:left])
            left -= len(archived)
    if left < 0:
        found.append(Row("t:more", draw_sentinel, ()))
    return found


@latest
def arranged(entries: tuple[Summary, ...], query: str) -> tuple[list[Summary], list[Summary], list[Summary]]:
    """Those that match: pinned, by date, and put away; each in the shelf's order."""
    wanted = words(query)
    pinned: list[Summary] = []
    dated: list[Summary] = []
    archived: list[Summary] = []
    for entry in entries:
        if entry.deleted_ms is None and (not wanted or matches(entry.title, wanted)):
            (archived if entry.archived else pinned if entry.pinned else dated).append(entry)
    return pinned, dated, archived


def draw_heading(text: str) -> str:
    return render("shelf_heading", text=text)


def draw_entry(entry: Summary, current: bool, query: str, today: int, offset: int) -> str:
    models = entry.models
    line = [short(models[0])] if len(models) == 1 else [count(len(models), "model")] if models else []
    line.append(count(entry.message_count, "message"))
    line.append(day.brief(entry.updated_ms, today, offset))
    wanted = words(query)
    return render(
        "shelf_entry",
        entry=entry,
        current=current,
        pieces=marked(entry.title, wanted) if wanted else [(entry.title, False)],
        line=" · ".join(filter(None, line)),
        full=day.full(entry.updated_ms, offset),
        anchor=f"[data-menu-of={css_string(entry.id)}]",
    )


def draw_none(query: str, archived: bool) -> str:
    return render("shelf_none", query=query, archived=archived)


def draw_toggle(number: int, shown: bool) -> str:
    return render("shelf_archived", number=number, shown=shown)


def draw_sentinel() -> str:
    return '<div data-key="t:more" data-sentinel="shelf.more"></div>'


def select_footer(state: State) -> tuple[Any, ...]:
    return state.storage.used_bytes, state.update_waiting


def draw_footer(used_bytes: int | None, update_waiting: bool) -> str:
    return render("shelf_footer", used_bytes=used_bytes, update_waiting=update_waiting)
