"""Templates, regions and index.html agree with each other and with the messages that Python knows."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from inglenook.app.messages import USER, decode
from inglenook.app.settings import SECTIONS
from inglenook.app.state import (
    Activity,
    Attachment,
    Catalogue,
    Menu,
    Note,
    Notice,
    Panel,
    Preview,
    PreviewRow,
    Problem,
    Room,
    Shelf,
    Storage,
    Transfer,
)
from inglenook.core.activity import Entry
from inglenook.core.catalogue import Model
from inglenook.core.copy import Copy
from inglenook.core.model import Conversation, Message, Stamped, Text
from inglenook.ui.environment import SOURCES
from inglenook.ui.regions import LISTS, REGIONS
from inglenook.ui.views import Views

from tests.ui.page import buttons, read
from tests.ui.room import NOW, ROUTER, finished, receiving, room, summary

PAGE = (Path(__file__).parents[2] / "web" / "index.html").read_text("utf-8")
HOSTILE = '"><script>alert(1)</script><img src=x onerror="\' &lt;'
MODELS = (Model("acme/bolt", "Acme: Bolt"), Model("acme/nut:free", "Acme: Nut (free)", "", 131072, None, 0.0, 0.0))


def region(state, id):
    (patch,) = [p for p in Views().patches(state) if p.get("region") == id]
    return read(patch["html"])


def settings(state, section):
    return region(replace(state, panel=Panel("settings", section)), "settings-content")


def test_every_region_is_an_element_of_the_page():
    ids = re.findall(r'\bid="([^"]+)"', PAGE)
    assert len(ids) == len(set(ids))
    assert {r.id for r in (*REGIONS, *LISTS)} <= set(ids)
    assert {"settings", "models", "preview", "confirm", "rename", "menu", "message", "notices", "live"} <= set(ids)


def test_everything_the_page_can_send_is_known():
    sources = "\n".join([PAGE, *SOURCES.values()])
    tags = set(re.findall(r'data-(?:action|input|sentinel|on-close)="([^"{]+)"', sources))
    assert tags <= set(USER)


def test_every_icon_is_in_the_sprite():
    sources = "\n".join(SOURCES.values())
    used = set(re.findall(r'icon\("([a-z]+)"', sources)) | {"sound", "image", "file"}
    assert used <= set(re.findall(r'<symbol id="i-([a-z]+)"', PAGE + SOURCES["drawings.html"]))


def test_the_page_has_no_inline_style_and_one_script_that_the_build_writes():
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", PAGE)
    assert re.findall(r"<script(?![^>]* src=).*?</script>", PAGE, re.DOTALL) == ["<script>__EARLY__</script>"]
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script", "\n".join(SOURCES.values()))
    assert not re.search(r'(?:href|src)="/', PAGE), "the page works under any path"


def test_first_visit_offers_four_doors():
    state = room(connections=(), connection_id="", threads={}, room=Room(), shelf=Shelf(loaded=True))
    assert buttons(region(state, "thread-empty")) == [
        "Connect OpenRouter",
        "Use another address",
        "Open the practice room",
        "Import conversations",
    ]
    assert "doors" not in str(region(room(room=Room(), threads={}), "thread-empty"))


def test_an_unknown_address_says_so():
    state = room(threads={}, room=Room("zz", missing=True))
    assert "not here" in region(state, "thread-empty").one("h2").text
    assert region(state, "room-header").one("h1").text == "Not found"


def test_practice_is_labelled():
    practice = replace(ROUTER, id="p", kind="practice", label="Practice room", key="")
    note = region(room(connections=(practice,), connection_id="p"), "composer-note")
    assert note.text.strip() == "Practice: canned text made in this page, no AI"


def test_stop_takes_the_place_of_send_while_an_answer_of_this_room_arrives():
    assert buttons(region(room(), "composer-send")) == ["Send"]
    stop = region(receiving(room()), "composer-send").one("button")
    assert (stop.name, stop.attributes["data-action"], stop.attributes["data-shortcut"]) == (
        "Stop",
        "message.stop",
        "Escape",
    )
    assert "disabled" in region(receiving(room(), stopping=True), "composer-send").one("button").attributes
    assert buttons(region(replace(receiving(room()), room=Room("")), "composer-send")) == ["Send"]
    assert buttons(region(finished(receiving(room())), "composer-send")) == ["Send"]


def test_the_chip_names_the_model_without_its_maker():
    assert buttons(region(room(catalogues={"or": Catalogue(MODELS)}), "composer-models"))[:2] == ["Bolt", "OpenRouter"]
    assert buttons(region(room(), "composer-models"))[:2] == ["bolt", "OpenRouter"]
    nobody = room(connections=(replace(ROUTER, model=""),))
    assert buttons(region(nobody, "composer-models"))[0] == "Choose a model"


def test_the_header_tells_what_the_conversation_cost():
    usage = replace(finished(receiving(room(), "B")).threads["c1"].conversation.messages["a2"].usage, cost_usd=0.0041)
    header = region(finished(receiving(room(), "B"), usage=usage), "room-header")
    assert "$0.0041" in header.text
    assert "$" not in region(room(), "room-header").text


def test_settings_link_to_every_section_and_mark_the_open_one():
    for section in SECTIONS:
        nav = settings(room(), section).one("nav")
        assert [link.name for link in nav.all("a")] == list(SECTIONS)
        assert [link.name for link in nav.all("a", aria_current="page")] == [section]


def test_connections_never_show_a_whole_key():
    drawn = settings(room(), "Connections")
    assert ROUTER.key not in str(drawn)
    assert "sk-or-…wxyz" in drawn.text
    assert ROUTER.key not in str(settings(room(), "Privacy"))


def test_connections_have_the_fields_that_their_messages_take():
    drawn = settings(room(catalogues={"or": Catalogue(MODELS)}), "Connections")
    form = drawn.one("form", data_action="connect.address")
    labels = {label.text.strip(): label.one("input") for label in form.all("label")}
    assert {name: field.attributes["name"] for name, field in labels.items()} == {
        "Address": "address",
        "API key": "key",
        "Keep on this device": "keep",
    }
    assert labels["API key"].attributes["autocomplete"] == "off"
    assert "checked" in labels["Keep on this device"].attributes
    assert buttons(form) == ["Connect"]
    choice = drawn.one("select", aria_label="Model")
    assert choice.attributes["data-input"] == "model.choose"
    assert [o.attributes["value"] for o in choice.all("option")] == ["acme/bolt", "acme/nut:free"]
    assert [o.text for o in choice.all("option", selected="")] == ["Acme: Bolt"]
    assert decode({"type": "connect.address", "address": "a", "key": "b", "keep": False}).keep is False


def test_data_counts_what_is_here_and_offers_both_ways():
    shelf = Shelf(
        (summary("a", message_count=3), summary("b", message_count=4), summary("c", deleted_ms=1)), loaded=True
    )
    drawn = settings(room(shelf=shelf, storage=Storage(212_000_000, 60_000_000_000, True, NOW)), "Data")
    assert "2 conversations and 7 messages" in drawn.text
    assert "212 MB of 60 GB used. The browser has promised not to clear it. Last export: 14:13" in drawn.text
    assert drawn.one("input", aria_label="Import files").attributes["data-files"] == "import"
    assert "Export everything" in buttons(drawn)


def test_progress_counts_and_can_be_cancelled():
    drawn = settings(room(transfer=Transfer("importing", "Importing", 1604, 2310)), "Data")
    assert "Importing: 1,604 of 2,310 conversations" in drawn.text
    bar = drawn.one("progress", aria_label="Importing")
    assert (bar.attributes["value"], bar.attributes["max"]) == ("1604", "2310")
    edge = region(room(transfer=Transfer("importing", "Importing", 1604, 2310)), "transfer")
    assert buttons(edge) == ["Show", "Stop"]
    stopping = region(room(transfer=Transfer("importing", "Stopping", 1604, 2310, stopping=True)), "transfer")
    assert "disabled" in stopping.all("button")[-1].attributes
    assert buttons(region(room(transfer=Transfer("exporting", "Exporting", 1, 2)), "transfer")) == ["Cancel"]


def test_what_was_read_while_its_reader_did_something_else_waits_at_the_edge():
    waiting = Transfer("preview", preview=Preview("ChatGPT", 1600, 2, 0, 1, 0, 0))
    edge = region(room(transfer=waiting), "transfer")
    assert "1,600 conversations read from ChatGPT. Nothing is stored yet." in edge.text
    assert buttons(edge) == ["Show", "Cancel"]
    assert region(room(panel=Panel("preview"), transfer=waiting), "transfer").text.strip() == ""


def test_what_an_import_did_is_a_status():
    drawn = settings(room(transfer=Transfer("done", message="Imported 2 conversations.")), "Data")
    assert "Imported 2 conversations." in [one.text.strip() for one in drawn.all(role="status")]


def test_while_an_import_is_stored_only_what_changes_is_drawn():
    rows = tuple(PreviewRow(f"c{n}", f"Talk {n}", 2, "new") for n in range(80))
    preview = Preview("ChatGPT", 80, 160, 0, 80, 0, 0, rows)
    chosen = region(room(panel=Panel("preview"), transfer=Transfer("preview", preview=preview)), "preview-content")
    assert len(chosen.all("input", type="checkbox")) == 1 + 50
    storing = Transfer("importing", "Storing", 48, 80, preview=preview)
    drawn = region(room(panel=Panel("preview"), transfer=storing), "preview-content")
    assert "Storing: 48 of 80 conversations" in drawn.text
    assert "80 conversations with 160 messages" in drawn.text
    assert drawn.all("input") == []
    assert buttons(drawn) == ["Stop", "Back to the room"]


def test_the_preview_says_from_when_it_is_as_far_as_a_calendar_holds_it():
    def said(first_ms: int, last_ms: int) -> str:
        preview = Preview("ChatGPT", 1, 2, 0, 1, 0, 0, first_ms=first_ms, last_ms=last_ms)
        state = room(panel=Panel("preview"), transfer=Transfer("preview", preview=preview))
        return region(state, "preview-content").one("p").text

    day_ms = 86_400_000
    assert "with 2 messages. Nothing" in said(0, 0)
    assert "with 2 messages, 14 November 2023. Nothing" in said(1_700_000_000_000, 1_700_000_000_000)
    assert "14 November 2023 to 17 November 2023." in said(1_700_000_000_000, 1_700_000_000_000 + 3 * day_ms)
    assert "with 2 messages, 14 November 2023. Nothing" in said(5, 1_700_000_000_000)


def test_the_preview_shows_what_would_happen():
    rows = (PreviewRow("a", "A", 2, "new"),)
    preview = Preview("ChatGPT", 3, 40, 0, 1, 1, 1, rows, (Problem("x.json", "Not JSON."),))
    state = room(panel=Panel("preview"), transfer=Transfer("preview", preview=preview))
    drawn = region(state, "preview-content")
    assert buttons(drawn) == ["Cancel", "Import"]
    assert [count.text for count in drawn.all("b")[:3]] == ["1", "1", "1"]
    assert "Not JSON." in drawn.text
    nothing = replace(state, transfer=Transfer("preview", preview=replace(preview, new=0, changed=0)))
    assert "disabled" in region(nothing, "preview-content").all("button")[1].attributes


def test_the_picker_lists_what_matches_and_asks_for_more():
    many = (*MODELS, *(Model(f"acme/m{n}", f"M {n}") for n in range(100)))
    state = room(panel=Panel("models"), catalogues={"or": Catalogue(many, NOW)})
    drawn = region(state, "models-content")
    found = drawn.all("button", data_action="model.choose")
    assert len(found) == 60
    assert found[0].attributes["data-id"] == "acme/bolt"
    assert found[0].attributes["aria-pressed"] == "true"
    assert drawn.one("li", data_sentinel="model.more")
    free = region(replace(state, picker=replace(state.picker, free_only=True)), "models-content")
    assert [b.attributes["data-id"] for b in free.all("button", data_action="model.choose")] == ["acme/nut:free"]
    assert "1 model at OpenRouter, updated 14:13" in " ".join(free.text.split())


def test_a_question_sends_what_it_asks_about():
    drawn = region(room(panel=Panel("confirm", subject="a1", action="message.erase")), "confirm-content")
    yes = drawn.one("button", data_action="message.erase")
    assert (yes.name, yes.attributes["data-id"]) == ("Delete", "a1")
    assert drawn.one("button", data_close="").name == "Cancel"


def test_the_menu_knows_what_is_pinned():
    shelf = Shelf((summary("c9", pinned=True, archived=True),), loaded=True)
    drawn = region(room(shelf=shelf, menu=Menu("c9", "x")), "menu")
    assert buttons(drawn) == [
        "Rename",
        "Unpin",
        "Unarchive",
        "Duplicate",
        "Export as archive",
        "Export as Markdown",
        "Export as…",
        "Delete",
    ]


HOSTILE_STATES = {
    "conversation": lambda: room(
        Conversation(
            HOSTILE, NOW, Stamped(HOSTILE, 1), messages={HOSTILE: Message(HOSTILE, None, "user", (Text(HOSTILE),))}
        ),
        shelf=Shelf((summary(HOSTILE, HOSTILE, models=(HOSTILE,)),), query="script", loaded=True),
        menu=Menu(HOSTILE, HOSTILE),
    ),
    "rename": lambda: room(
        shelf=Shelf((summary(HOSTILE, HOSTILE),), query=HOSTILE, loaded=True), panel=Panel("rename", subject=HOSTILE)
    ),
    "connection": lambda: room(
        connections=(replace(ROUTER, id=HOSTILE, label=HOSTILE, base=HOSTILE, model=HOSTILE),),
        connection_id=HOSTILE,
        catalogues={HOSTILE: Catalogue((Model(HOSTILE, HOSTILE),), error=HOSTILE)},
        panel=Panel("settings", "Connections"),
    ),
    "models": lambda: room(
        catalogues={"or": Catalogue((Model(HOSTILE, HOSTILE, input_modalities=(HOSTILE,)),), error=HOSTILE)},
        panel=Panel("models"),
    ),
    "import": lambda: room(
        panel=Panel("preview"),
        transfer=Transfer(
            "preview",
            preview=Preview(
                HOSTILE,
                1,
                1,
                0,
                1,
                0,
                0,
                (PreviewRow(HOSTILE, HOSTILE, 1, "new", HOSTILE),),
                (Problem(HOSTILE, HOSTILE),),
            ),
        ),
    ),
    "data": lambda: room(
        panel=Panel("settings", "Data"),
        transfer=Transfer("failed", HOSTILE, message=HOSTILE, advice=HOSTILE, problems=(Problem(HOSTILE, HOSTILE),)),
    ),
    "activity": lambda: room(
        panel=Panel("settings", "Activity"),
        activity=Activity(
            (Entry("e", NOW, HOSTILE, False, HOSTILE, HOSTILE, HOSTILE, generation_id=HOSTILE),),
            loaded=True,
            model=HOSTILE,
            typed_limit=HOSTILE,
            limit_problem=HOSTILE,
            copies=(Copy(HOSTILE, NOW, HOSTILE, HOSTILE),),
        ),
    ),
    "composer": lambda: room(
        room=Room("c1", note=Note(HOSTILE, HOSTILE, HOSTILE), attachments=(Attachment(HOSTILE, HOSTILE, HOSTILE, 1),)),
        notices=(Notice(HOSTILE, HOSTILE, action="notice.dismiss", action_label=HOSTILE, detail=HOSTILE),),
    ),
}


@pytest.mark.parametrize("state", HOSTILE_STATES.values(), ids=HOSTILE_STATES.keys())
def test_nothing_from_outside_becomes_markup(state):
    seen = 0
    for patch in Views().patches(state()):
        for html in [patch.get("html", "")] if patch["op"] == "morph" else list(patch.get("html", {}).values()):
            drawn = read(html)
            assert not drawn.all("script")
            assert not drawn.all("img")
            assert not [name for element in drawn.inside() for name in element.attributes if name.startswith("on")]
            seen += HOSTILE in drawn.text or any(HOSTILE in v for e in drawn.inside() for v in e.attributes.values())
    assert seen, "the hostile text was not drawn anywhere"
