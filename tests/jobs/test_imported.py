"""What came out of a file of another program is drawn as text, wherever it is drawn."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from inglenook.app.state import Activity, OpenThread, Panel, Problem, Room, Shelf, Transfer
from inglenook.core.activity import Entry
from inglenook.core.summary import summarise
from inglenook.ui.views import Views

from tests.jobs.hostile import SCRIPT
from tests.jobs.keep import Desk, given
from tests.jobs.test_hostile import scripted
from tests.ui.room import NOW, ROUTER, room


def markup(value: Any) -> Iterator[str]:
    """All HTML in patches, wherever it stands in them."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, str) and name == "html":
                yield inner
            else:
                yield from markup(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from markup(inner)


def drawn(state) -> str:
    return "".join(markup(Views().patches(state)))


def test_script_from_a_file_is_never_markup():
    async def work():
        desk = Desk()
        importer = desk.importer()
        preview = await importer.read(given(scripted()))
        await importer.commit(lambda id: True)
        ids = sorted(await desk.keeper.ids())
        return preview, [(await desk.keeper.load_thread(id))[0] for id in ids]

    preview, conversations = asyncio.run(work())
    preview = replace(preview, problems=(Problem(SCRIPT, SCRIPT),))
    shelf = Shelf(tuple(map(summarise, conversations)), loaded=True)
    connection = replace(ROUTER, label=SCRIPT, model=SCRIPT)
    seen = 0
    for opened in conversations:
        state = room(
            threads={opened.id: OpenThread(opened)}, room=Room(opened.id), shelf=shelf, connections=(connection,)
        )
        entry = Entry("e", NOW, opened.id, model=SCRIPT, provider=SCRIPT)
        for shown in (
            state,
            replace(state, transfer=Transfer("preview", preview=preview)),
            replace(state, transfer=Transfer("failed", message=SCRIPT, advice=SCRIPT, problems=preview.problems)),
            *(replace(state, panel=Panel("settings", name)) for name in ("Connections", "Data", "Privacy")),
            replace(state, panel=Panel("settings", "Activity"), activity=Activity((entry,))),
        ):
            html = drawn(shown)
            assert "<script" not in html
            assert "<img src=x" not in html
            seen += html.count("&lt;script&gt;alert(1)")
    assert seen > 10
