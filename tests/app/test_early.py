"""What the user does before the store has answered."""

from inglenook.app.effects import Patch, Schedule
from inglenook.app.messages import EditDraft, Failed, Hello, KnownLoaded, Resume, Send, Started
from inglenook.app.state import State
from inglenook.core.errors import StorageBlocked

from tests.app.play import BOTH, KNOWN, PRACTICE, Game, routes

STORED = Started((), (PRACTICE,), {"connection": "practice", "draft:": "An old draft"}, ())


def opening():
    game = Game(State())
    game.play(Hello(origin_path="http://127.0.0.1/"))
    return game


def test_what_was_typed_and_sent_is_handled_after_the_store_has_answered():
    game = opening()
    game.play(EditDraft("Typed"), Send("Sent"))
    assert (game.state.threads, game.state.typed, game.state.room.note) == ({}, {}, None)
    effects = game.play(STORED)
    later = [e.message for e in effects if isinstance(e, Schedule) and e.after_ms == 0]
    assert later == [EditDraft("Typed"), Send("Sent")]
    game.play(*later)
    # It waits until it is known who could see it, and its text is safe meanwhile.
    assert game.state.typed[""] == "Sent"
    game.play(KnownLoaded("practice", KNOWN), routes("practice/hearth-1", *BOTH))
    effects = game.play(Resume())
    assert Patch({"op": "value", "id": "message", "value": "", "was": "Sent"}) in effects
    assert game.state.thread.conversation.title.value == "Sent"
    assert game.state.early == ()


def test_what_was_sent_comes_back_when_the_store_cannot_be_opened():
    game = opening()
    game.play(Send("One"), Send("Two"))
    effects = game.play(Failed(StorageBlocked("Another tab keeps the database open.")))
    assert [e.patch for e in effects] == [{"op": "value", "id": "message", "value": "One\n\nTwo"}]
    assert game.state.notices[0].text.startswith("Another tab keeps the database open.")
    assert game.state.early == ()
