from dataclasses import replace

from inglenook.app.effects import (
    CloseStream,
    DeleteForever,
    LoadSummaries,
    LoadThread,
    MarkDeleted,
    Patch,
    Save,
    Schedule,
)
from inglenook.app.messages import (
    Branch,
    Changed,
    Delete,
    DeleteDue,
    Duplicate,
    GoTo,
    MoreMessages,
    Rename,
    Send,
    SummariesLoaded,
    ThreadLoaded,
    TogglePin,
    UndoDelete,
    Want,
)
from inglenook.app.room import shown_path
from inglenook.core import thread
from inglenook.core.model import Conversation, Message, Summary, Text

from tests.app.play import connected
from tests.app.test_compose import talk, texts


def elsewhere(game):
    """A conversation that is on the shelf but not in memory."""
    message = Message("m1", None, "user", (Text("Hi"),), created_ms=5)
    conversation = thread.add(Conversation("away", 5), message)
    game.play(SummariesLoaded(("away",), (Summary("away", "Away", 5, 5),)))
    return conversation


def test_deleting_hides_at_once_and_deletes_only_when_the_time_for_undo_is_over():
    game = talk(connected())
    id = game.state.room.id
    effects = game.play(Delete(id))
    assert MarkDeleted(id, game.now_ms) in effects
    assert Schedule(10_000, DeleteDue(id)) in effects
    assert game.state.room.id == ""
    assert game.state.notices[0].action_label == "Undo"
    game.play(DeleteDue(id))
    assert game.all_of(DeleteForever) == []
    game.wait(10_000)
    game.play(DeleteDue(id))
    assert game.all_of(DeleteForever) == [DeleteForever((id,))]
    assert game.state.shelf.entries == ()


def test_undo_brings_a_deleted_conversation_back():
    game = talk(connected())
    id = game.state.room.id
    game.play(Delete(id), UndoDelete(id))
    game.wait(10_000)
    game.play(DeleteDue(id))
    assert game.all_of(DeleteForever) == []
    assert game.state.shelf.entries[0].deleted_ms is None
    assert game.state.notices == ()


def test_deleting_stops_an_answer_that_arrives_and_its_end_does_not_bring_the_conversation_back():
    game = connected()
    game.play(Send("Hello"))
    id, answer = game.state.room.id, next(iter(game.state.answers))
    assert CloseStream(answer) in game.play(Delete(id))
    from tests.app.play import finish

    game.play(finish(game, Text("Half"), status="interrupted"))
    assert game.state.shelf.entries[0].deleted_ms is not None
    assert MarkDeleted(id, None) not in game.asked


def test_writing_in_a_conversation_that_another_tab_deleted_keeps_it():
    game = talk(connected())
    id = game.state.room.id
    deleted = replace(game.state.shelf.entries[0], deleted_ms=game.now_ms)
    game.play(SummariesLoaded((id,), (deleted,)), Send("Still here"))
    assert game.state.shelf.entries[0].deleted_ms is None
    assert MarkDeleted(id, None) in game.asked


def test_a_conversation_in_which_an_answer_arrives_survives_its_deletion_in_another_tab():
    game = connected()
    game.play(Send("Hello"))
    id = game.state.room.id
    deleted = replace(game.state.shelf.entries[0], deleted_ms=game.now_ms)
    assert game.play(SummariesLoaded((id,), (deleted,))) == [MarkDeleted(id, None)]
    assert game.state.shelf.entries[0].deleted_ms is None


def test_what_another_tab_brings_back_offers_no_undo_any_more():
    game = talk(connected())
    id = game.state.room.id
    game.play(Delete(id), SummariesLoaded((id,), (replace(game.state.shelf.entries[0], deleted_ms=None),)))
    assert game.state.notices == ()
    game.wait(10_000)
    game.play(DeleteDue(id))
    assert game.all_of(DeleteForever) == []


def test_renaming_a_conversation_that_is_not_in_memory_loads_it_first():
    game = connected()
    conversation = elsewhere(game)
    assert game.play(Rename("away", "New name")) == [LoadThread("away")]
    (again,) = [e for e in game.play(ThreadLoaded("away", conversation, 3)) if isinstance(e, Schedule)]
    game.play(again.message)
    (save,) = game.all_of(Save)
    assert (save.conversation.title.value, save.revision) == ("New name", 3)
    assert game.state.shelf.entries[0].title == "New name"


def test_a_duplicate_has_new_ids_and_every_branch():
    game = talk(connected())
    id, first = game.state.room.id, game.state.thread.conversation
    game.play(Duplicate(id))
    copy = game.state.thread.conversation
    assert game.state.room.id == copy.id != id
    assert Patch({"op": "navigate", "hash": f"#/c/{copy.id}", "replace": False}) in game.asked
    assert len(copy.messages) == len(first.messages)
    assert not set(copy.messages) & set(first.messages)
    assert [p.text for m in thread.path(copy) for p in m.parts] == ["Hello there", "Hi"]


def test_another_tabs_message_joins_the_thread_that_is_open_here():
    game = talk(connected())
    id = game.state.room.id
    theirs = thread.add(
        game.state.thread.conversation,
        Message(
            "theirs", shown_path(game.state)[-1].id, "user", (Text("From the other tab"),), created_ms=game.now_ms + 50
        ),
    )
    assert game.play(Changed((id,))) == [LoadSummaries((id,)), LoadThread(id)]
    game.play(ThreadLoaded(id, theirs, game.state.thread.revision + 1))
    assert texts(game)[-1] == "From the other tab"
    assert game.state.thread.conversation is game.state.thread.saved


def test_pinning_is_saved():
    game = talk(connected())
    game.play(TogglePin(game.state.room.id))
    assert game.all_of(Save)[-1].conversation.pinned.value is True
    assert game.state.shelf.entries[0].pinned is True


def test_an_address_that_nobody_knows_says_so():
    game = connected()
    assert LoadThread("nowhere") in game.play(GoTo("#/c/nowhere"))
    game.play(ThreadLoaded("nowhere", None))
    assert game.state.room.missing is True


def test_the_address_that_the_user_went_to_has_the_last_word():
    game = talk(connected())
    first = game.state.room.id
    effects = game.play(GoTo("#/"), GoTo(f"#/c/{first}"))
    said = [e.patch["hash"] for e in effects if isinstance(e, Patch) and e.patch["op"] == "navigate"]
    assert (said[-1], game.state.room.id) == (f"#/c/{first}", first)


def test_a_conversation_is_read_while_its_link_is_pressed_and_only_once():
    game = talk(connected())
    here, away = game.state.room.id, elsewhere(game)
    assert game.play(Want("#/c/away")) == [LoadThread("away")]
    assert game.play(Want("#/c/away"), Want(f"#/c/{here}"), Want("#/")) == []
    assert game.state.room.id == here
    assert LoadThread("away") not in game.play(GoTo("#/c/away"))
    assert game.state.room.loading is True
    game.play(ThreadLoaded("away", away, 1))
    assert (game.state.room.loading, game.state.thread.conversation, game.state.wanted) == (False, away, "")


def test_a_conversation_that_was_read_before_the_press_ended_is_shown_at_once():
    game = talk(connected())
    away = elsewhere(game)
    game.play(Want("#/c/away"), ThreadLoaded("away", away, 1))
    assert game.all_of(LoadThread)[-1:] == [LoadThread("away")]
    assert LoadThread("away") not in game.play(GoTo("#/c/away"))
    assert (game.state.room.loading, game.state.thread.conversation) == (False, away)


def test_a_press_that_ends_elsewhere_changes_nothing_that_is_seen():
    game = talk(connected())
    before = game.state
    game.play(Want("#/c/nowhere"), ThreadLoaded("nowhere", None))
    assert game.state == before
    assert LoadThread("nowhere") in game.play(GoTo("#/c/nowhere"))


def long_conversation(*lengths):
    conversation, parent = Conversation("long", 5), None
    for n, length in enumerate(lengths):
        conversation = thread.add(conversation, Message(f"m{n}", parent, "user", (Text("x" * length),), created_ms=n))
        parent = f"m{n}"
    return conversation


def test_a_conversation_opens_with_as_many_messages_as_fill_a_window():
    for lengths, shown in (
        ([10] * 50, 16),
        ([1500] * 50, 4),
        ([1000] * 50, 6),
        ([10, 10, 90_000, 10], 4),
        ([10, 10], 2),
    ):
        game = talk(connected())
        game.play(GoTo("#/c/long"), ThreadLoaded("long", long_conversation(*lengths), 1))
        assert game.state.room.shown == shown, lengths


def test_a_newer_version_of_the_open_conversation_shows_no_less_of_it():
    game = talk(connected())
    game.play(GoTo("#/c/long"), ThreadLoaded("long", long_conversation(*[1500] * 50), 1), MoreMessages())
    assert game.state.room.shown == 20
    game.play(ThreadLoaded("long", long_conversation(*[1500] * 51), 2))
    assert game.state.room.shown == 20


def test_a_branch_is_the_conversation_that_is_then_open():
    game = talk(connected())
    asked, _ = shown_path(game.state)
    game.play(Branch(asked.id))
    copy = game.state.thread.conversation
    assert [p.text for m in thread.path(copy) for p in m.parts] == ["Hello there"]
    assert Patch({"op": "navigate", "hash": f"#/c/{copy.id}", "replace": False}) in game.asked
