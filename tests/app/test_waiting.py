"""What waits for something to be read goes on in the room in which it was written, and in no other."""

import pytest
from inglenook.app.effects import OpenStream, SaveSetting, Schedule
from inglenook.app.messages import (
    ActivityLoaded,
    Edit,
    GoTo,
    MoreMessages,
    NewConversation,
    Retry,
    Rewrite,
    Send,
    SetHardStop,
    SetLimit,
    ThreadLoaded,
)
from inglenook.app.state import Held
from inglenook.core.model import Conversation, Message, Text

from tests.app.play import Game, connected
from tests.app.test_audience import ROUTER, asking, settle


def stored(id: str) -> ThreadLoaded:
    return ThreadLoaded(id, Conversation(id, 1, messages={"m": Message("m", None, "user", (Text("Old"),))}), 1)


def opening() -> Game:
    game = connected()
    game.play(GoTo("#/c/c1"), Send("Secret"))
    return game


def test_what_is_sent_while_a_conversation_is_read_goes_into_it():
    game = opening()
    game.play(stored("c1"))
    settle(game)
    assert [e.conversation_id for e in game.all_of(OpenStream)] == ["c1"]


@pytest.mark.parametrize("away", [(GoTo("#/c/c2"), stored("c2")), (NewConversation(),)], ids=["another", "a new one"])
def test_it_does_not_go_into_the_conversation_that_is_open_by_then_and_stays_a_draft(away):
    game = opening()
    game.play(*away, stored("c1"))
    settle(game)
    assert game.all_of(OpenStream) == []
    assert game.state.typed["c1"] == "Secret"
    assert SaveSetting("draft:c1", "Secret") in game.asked


@pytest.mark.parametrize("asked", [Retry("m"), Rewrite("m", "New")], ids=["retry", "rewrite"])
def test_what_is_asked_of_a_message_that_is_seen_before_it_is_read_is_done_then(asked):
    game = connected()
    game.play(GoTo("#/c/c1"), asked)
    assert game.state.waiting == (("c1", Held("c1", asked)),)
    game.play(stored("c1"))
    settle(game)
    assert [e.conversation_id for e in game.all_of(OpenStream)] == ["c1"]


@pytest.mark.parametrize("asked", [Retry("m"), Edit("m"), MoreMessages()], ids=["retry", "edit", "more"])
def test_what_is_asked_of_a_message_does_not_follow_into_another_conversation(asked):
    game = connected()
    game.play(GoTo("#/c/c1"), asked, GoTo("#/c/c2"), stored("c2"))
    there = game.state.room
    game.play(stored("c1"))
    settle(game)
    assert game.all_of(OpenStream) == []
    assert (game.state.room, game.state.waiting, game.state.typed) == (there, (), {})


def test_what_waits_for_the_months_sum_does_not_follow_its_user_either():
    game = asking(ROUTER)
    game.play(SetLimit("5"), SetHardStop(True), Send("Secret"))
    game.play(GoTo("#/c/c2"), stored("c2"))
    effects = game.play(ActivityLoaded())
    assert [e for e in effects if isinstance(e, Schedule)] == []
    assert game.state.typed[""] == "Secret"
