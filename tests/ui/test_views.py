"""The page gets what changed and nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook.app.state import Menu, Notice, OpenThread, Panel, Room, Shelf, State
from inglenook.core.model import Stamped
from inglenook.ui import message, shelf
from inglenook.ui.regions import LISTS, REGIONS
from inglenook.ui.views import Views

from tests.ui.page import read
from tests.ui.room import ANSWERED, ASKED, NOW, conversation, finished, receiving, room, summary


def open_page(state):
    """A page that shows a state."""
    views = Views()
    views.patches(state)
    return views


def of(patches, op):
    return [patch for patch in patches if patch["op"] == op]


def test_the_first_patches_fill_every_region():
    patches = Views().patches(room())
    assert {p["region"] for p in patches if "region" in p} == {r.id for r in (*REGIONS, *LISTS)}
    assert of(patches, "root") == [
        {"op": "root", "data": {"python": "ready", "connection": "openrouter", "theme": "", "offline": ""}}
    ]
    assert of(patches, "title") == [{"op": "title", "text": "Tides · Inglenook"}]


def test_the_view_of_the_last_visit_stays_until_the_store_has_answered():
    views = Views()
    assert {p["region"] for p in views.patches(State())} == {"notices"}
    told = views.patches(State(notices=(Notice("n1", "The database is blocked."),)))
    assert [p["region"] for p in told] == ["notices"]
    loading = room(threads={}, room=Room("c1", loading=True))
    assert "messages" not in {p.get("region") for p in views.patches(loading)}
    (messages,) = [p for p in views.patches(room()) if p.get("region") == "messages"]
    assert messages["order"] == ["u1", "a1"]


def test_another_conversation_does_not_keep_the_messages_of_the_one_before():
    views = open_page(room())
    patches = views.patches(room(threads={}, room=Room("c2", loading=True)))
    assert {"op": "list", "region": "messages", "order": [], "html": {}} in patches


def test_the_same_state_changes_nothing():
    state = room()
    views = open_page(state)
    assert views.patches(state) == []
    assert views.patches(replace(state)) == []


def test_a_slice_that_holds_the_same_objects_is_not_drawn_again(monkeypatch):
    state = room()
    views = open_page(state)
    drawn = []
    monkeypatch.setattr(message, "draw", lambda *inputs: drawn.append(inputs) or "")
    monkeypatch.setattr(shelf, "draw_entry", lambda *inputs: drawn.append(inputs) or "")
    views.patches(replace(state, online=False, picker=replace(state.picker, query="x")))
    assert drawn == []


def test_arriving_text_is_sent_in_new_pieces_only():
    state = receiving(room(), "Bec")
    views = open_page(state)
    state = receiving(state, "Because of")
    assert views.patches(state) == [{"op": "append", "key": "a2", "part": "text", "text": "ause of"}]
    state = receiving(state, "Because of it", "Hm")
    patches = views.patches(state)
    assert of(patches, "append") == [
        {"op": "append", "key": "a2", "part": "reasoning", "text": "Hm"},
        {"op": "append", "key": "a2", "part": "text", "text": " it"},
    ]
    assert views.patches(replace(state)) == []


def test_an_answer_is_drawn_once_with_what_is_there_and_then_only_appended():
    views = open_page(room())
    state = receiving(room())
    first = views.patches(state)
    (drawn,) = [p for p in of(first, "list") if p["region"] == "messages"]
    assert list(drawn["html"]) == ["a2"]
    assert drawn["order"] == ["u1", "a2"]
    assert read(drawn["html"]["a2"]).one("rich-text", data_part="text").attributes["data-rev"] == "live"
    state = receiving(state, "B")
    second = views.patches(state)
    assert [p["op"] for p in second] == ["list", "append"], "the first word takes the waiting line away"
    assert read(second[0]["html"]["a2"]).one("rich-text", data_part="text").text == "", "the page knows its text"
    third = views.patches(receiving(state, "Be"))
    assert [p["op"] for p in third] == ["append"]


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=4), st.text(max_size=4), st.booleans()), max_size=12))
def test_the_pieces_add_up_to_the_whole_wherever_the_reader_looks(steps):
    """`looks` is whether the arriving version is on the page; whoever comes back gets all of it at once."""
    state = receiving(room())
    views, page, text, reasoning = Views(), {}, "", ""
    for more, thought, looks in [*steps, ("", "", True)]:
        text, reasoning = text + more, reasoning + thought
        state = receiving(state, text, reasoning)
        opened = state.threads["c1"]
        current = Stamped("a2" if looks else "a1", NOW)
        if opened.conversation.current != current:
            opened = replace(opened, conversation=replace(opened.conversation, current=current))
            state = replace(state, threads={"c1": opened})
        for patch in views.patches(state):
            if patch["op"] == "list" and patch["region"] == "messages":
                page = {key: page[key] for key in patch["order"] if key in page}
                for key, html in patch["html"].items():
                    live = read(html).all("rich-text", data_rev="live")
                    fresh = {one.attributes["data-part"]: one.text for one in live}
                    # The page leaves a <rich-text> of the same revision alone.
                    page[key] = page.get(key) or fresh
            elif patch["op"] == "append":
                page[patch["key"]][patch["part"]] += patch["text"]
    assert page["a2"] == {"text": text, "reasoning": reasoning}


def test_the_end_of_an_answer_is_drawn_and_announced():
    state = receiving(room(), "Because.")
    views = open_page(state)
    patches = views.patches(finished(state))
    (drawn,) = [p for p in of(patches, "list") if p["region"] == "messages"]
    assert list(drawn["html"]) == ["a2"]
    assert read(drawn["html"]["a2"]).one("rich-text").attributes["data-rev"] == str(NOW + 9)
    assert of(patches, "announce") == [{"op": "announce", "text": "Answer finished"}]
    send = [p for p in patches if p.get("region") == "composer-send"]
    assert "Send" in send[0]["html"]
    assert not of(patches, "append")


@pytest.mark.parametrize("status", ["interrupted", "failed", "refused"])
def test_a_bad_end_is_announced_as_what_it_is(status):
    state = receiving(room(), "Because.")
    patches = open_page(state).patches(finished(state, status=status))
    assert of(patches, "announce") == [{"op": "announce", "text": f"Answer {status}"}]


def test_an_answer_in_another_room_is_neither_sent_nor_announced():
    state = receiving(room(), "Bec")
    views = open_page(replace(state, room=Room("")))
    state = replace(receiving(state, "Because"), room=Room(""))
    assert views.patches(state) == []
    assert of(views.patches(replace(finished(state), room=Room(""))), "announce") == []


def test_a_changed_entry_sends_that_entry_and_the_order():
    entries = tuple(summary(f"c{n}", f"Title {n}") for n in range(30))
    state = room(shelf=Shelf(entries, loaded=True))
    views = open_page(state)
    moved = (replace(entries[20], title="Other", updated_ms=NOW), *entries[:20], *entries[21:])
    (patch,) = views.patches(replace(state, shelf=replace(state.shelf, entries=moved)))
    assert list(patch["html"]) == ["c20"]
    assert patch["order"] == ["h:Today", "c20", *(f"c{n}" for n in range(30) if n != 20)]


def test_opening_another_conversation_redraws_two_entries():
    entries = tuple(summary(f"c{n}") for n in range(30))
    state = room(shelf=Shelf(entries, loaded=True))
    views = open_page(state)
    other = conversation(replace(ASKED, id="x1"))
    other = replace(other, id="c5")
    patches = views.patches(replace(state, threads={"c5": OpenThread(other)}, room=Room("c5")))
    (changed,) = [p for p in patches if p.get("region") == "shelf-list"]
    assert set(changed["html"]) == {"c1", "c5"}


def test_a_new_message_sends_that_message():
    state = room(conversation(ASKED))
    views = open_page(state)
    patches = views.patches(room(conversation(ASKED, ANSWERED)))
    (changed,) = [p for p in patches if p.get("region") == "messages"]
    assert changed["order"] == ["u1", "a1"]
    assert set(changed["html"]) == {"u1", "a1"}, "the first one is no longer unanswered"


def test_dialogs_open_and_close_after_their_content_is_there():
    state = room()
    views = open_page(state)
    opened = views.patches(replace(state, panel=Panel("settings", "Data")))
    assert [p["op"] for p in opened] == ["morph", "dialog"]
    assert opened[1] == {"op": "dialog", "id": "settings", "open": True}
    swapped = views.patches(replace(state, panel=Panel("confirm", subject="a1", action="message.erase")))
    assert of(swapped, "dialog") == [
        {"op": "dialog", "id": "settings", "open": False},
        {"op": "dialog", "id": "confirm", "open": True},
    ]
    closed = views.patches(state)
    assert {"op": "dialog", "id": "confirm", "open": False} in closed


def test_the_menu_opens_at_its_button_each_time_and_closes():
    state = room()
    views = open_page(state)
    asked = replace(state, menu=Menu("c1", "[data-menu-of]"))
    assert of(views.patches(asked), "popover") == [{"op": "popover", "id": "menu", "anchor": "[data-menu-of]"}]
    again = replace(state, menu=Menu("c1", "[data-menu-of]"))
    assert of(views.patches(again), "popover") == [{"op": "popover", "id": "menu", "anchor": "[data-menu-of]"}]
    assert of(views.patches(state), "popover") == [{"op": "popover", "id": "menu", "anchor": None}]


def test_theme_and_network_go_to_the_root():
    state = room()
    views = open_page(state)
    patches = views.patches(replace(state, theme="dark", online=False))
    assert of(patches, "root")[0]["data"] == {
        "python": "ready",
        "connection": "openrouter",
        "theme": "dark",
        "offline": "true",
    }


def test_the_patches_given_out_are_the_callers_to_extend():
    state = room()
    views = open_page(state)
    views.patches(state).append({"op": "reload"})
    assert views.patches(state) == []
