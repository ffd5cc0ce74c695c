from inglenook.app.effects import Save
from inglenook.app.messages import Conflicted, Rename, SaveAgain, Saved, SaveFailed, Send, TogglePin
from inglenook.core import thread
from inglenook.core.errors import StorageFull
from inglenook.core.model import Message, Text

from tests.app.play import connected
from tests.app.test_compose import talk


def test_one_save_of_a_conversation_is_under_way_at_a_time():
    game = talk(connected())
    game.saves = False
    game.asked.clear()
    id = game.state.room.id
    game.play(TogglePin(id), Rename(id, "Other"))
    (first,) = game.all_of(Save)
    game.play(Saved(id, first.conversation, first.revision + 1))
    assert game.all_of(Save)[-1].conversation.title.value == "Other"
    assert game.all_of(Save)[-1].revision == first.revision + 1


def test_a_conflict_is_merged_and_saved_again():
    game = talk(connected())
    game.saves = False
    game.asked.clear()
    id = game.state.room.id
    base = game.state.thread.conversation
    theirs = thread.add(base, Message("theirs", None, "user", (Text("Theirs"),), created_ms=game.now_ms))
    game.play(Rename(id, "Mine"))
    game.play(Conflicted(id, theirs, 9))
    save = game.all_of(Save)[-1]
    assert save.revision == 9
    assert save.conversation.title.value == "Mine"
    assert "theirs" in save.conversation.messages


def test_a_conversation_that_was_deleted_meanwhile_is_saved_as_new():
    game = talk(connected())
    game.saves = False
    id = game.state.room.id
    game.play(Rename(id, "Mine"))
    game.play(Conflicted(id, None, 0))
    assert game.all_of(Save)[-1].revision == 0


def test_a_failed_save_is_said_kept_and_tried_again_with_the_next_change_or_on_demand():
    game = talk(connected())
    game.saves = False
    game.asked.clear()
    id = game.state.room.id
    game.play(Rename(id, "Mine"))
    game.play(SaveFailed(id, StorageFull("The disk is full.")))
    assert len(game.all_of(Save)) == 1
    assert game.state.notices[-1].action == "conversation.save"
    game.play(SaveAgain(id))
    assert len(game.all_of(Save)) == 2
    game.play(SaveFailed(id, StorageFull("The disk is full.")), TogglePin(id))
    assert len(game.all_of(Save)) == 3


def test_a_conversation_without_messages_is_not_saved():
    game = connected()
    assert game.all_of(Save) == []
    game.saves = False
    game.play(Send("Hello"))
    assert len(game.all_of(Save)) == 1
