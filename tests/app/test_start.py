from dataclasses import replace

from inglenook.app.effects import DeleteForever, DropDrafts, LoadThread, Patch, Schedule
from inglenook.app.messages import Delta, Hello, NetworkChanged, PageHidden, Send, Started, ThreadLoaded
from inglenook.app.start import until_midnight
from inglenook.app.state import State
from inglenook.core.connection import Connection
from inglenook.core.model import Message, Summary, Text

from tests.app.play import Game, connected

HOUR = 3_600_000


def opened(hash="", settings=None, summaries=(), drafts=(), connections=()):
    game = Game(State())
    game.play(Hello(hash=hash, origin_path="http://127.0.0.1/"))
    game.asked.clear()
    game.play(Started(tuple(summaries), tuple(connections), settings or {}, tuple(drafts)))
    return game


def test_a_bare_address_opens_where_the_user_was_last():
    game = opened(settings={"last": "c1"}, summaries=[Summary("c1", "A", 1, 1)])
    assert game.state.room.id == "c1"
    assert Patch({"op": "navigate", "hash": "#/c/c1", "replace": True}) in game.asked
    assert LoadThread("c1") in game.asked


def test_an_address_with_a_new_conversation_stays_there():
    game = opened("#/", {"last": "c1"}, [Summary("c1", "A", 1, 1)])
    assert game.state.room.id == ""


def test_where_the_user_was_last_is_forgotten_when_it_is_deleted():
    game = opened(settings={"last": "c1"}, summaries=[Summary("c1", "A", 1, 1, deleted_ms=5)])
    assert game.state.room.id == ""


def test_a_deletion_whose_undo_ran_out_while_nobody_looked_is_finished():
    game = opened(summaries=[Summary("c1", "A", 1, 1, deleted_ms=5)])
    assert DeleteForever(("c1",)) in game.asked
    assert game.state.shelf.entries == ()


def test_a_draft_is_back_in_the_composer():
    game = opened("#/c/c1", {"draft:c1": "Half a th"}, [Summary("c1", "A", 1, 1)])
    assert Patch({"op": "value", "id": "message", "value": "Half a th"}) in game.asked


def test_the_draft_of_a_conversation_that_is_gone_is_dropped():
    draft = Message("a1", "m1", "assistant", (Text("Half"),))
    game = opened(drafts=[("gone", draft)])
    (fold,) = [e for e in game.asked if isinstance(e, Schedule) and e.after_ms == 0]
    assert LoadThread("gone") in game.play(fold.message)
    assert game.play(ThreadLoaded("gone", None)) == [DropDrafts(("a1",))]
    assert game.state.answers == {}


def test_midnight_is_local():
    east = replace(State(), time_zone_offset_min=120)
    # 22:30 in Greenwich is half past midnight two hours east of it.
    assert until_midnight(east, 22 * HOUR + HOUR // 2) == 24 * HOUR - HOUR // 2


def test_without_network_nothing_is_sent_and_the_text_stays():
    game = connected()
    far = Connection("far", "other", "https://llm.example/v1", model="m")
    game.state = replace(game.state, connections=(far,), connection_id="far")
    game.play(NetworkChanged(False), Send("Hello"))
    assert game.state.room.note.message == "There is no network."
    assert game.state.typed[""] == "Hello"


def test_a_server_on_this_machine_needs_no_network():
    game = connected()
    near = Connection("near", "other", "http://127.0.0.1:1/v1", model="m")
    game.state = replace(game.state, connections=(near,), connection_id="near")
    game.play(NetworkChanged(False), Send("Hello"))
    assert len(game.state.answers) == 1


def test_what_has_arrived_is_written_down_when_the_page_goes_away():
    game = connected()
    game.play(Send("Hello"))
    game.play(Delta(next(iter(game.state.answers)), "Half"))
    (draft,) = game.play(PageHidden())
    assert [p.text for p in draft.message.parts] == ["Half"]
