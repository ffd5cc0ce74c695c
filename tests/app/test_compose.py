from inglenook.app.effects import CloseStream, OpenStream, Patch, Save, SaveDraft, SaveSetting
from inglenook.app.messages import Delta, DraftDue, EditDraft, NextVersion, PreviousVersion, Retry, Rewrite, Send, Stop
from inglenook.app.room import shown_path, versions
from inglenook.core.model import Text

from tests.app.play import Game, connected, finish


def texts(game):
    return [next((p.text for p in m.parts if isinstance(p, Text)), "") for m in shown_path(game.state)]


def talk(game, text="Hello there", answer="Hi"):
    game.play(Send(text))
    game.play(finish(game, Text(answer)))
    return game


def test_sending_saves_the_message_at_once_and_asks_for_an_answer():
    game = connected()
    effects = game.play(Send("Hello there"))
    assert [type(e) for e in effects if isinstance(e, OpenStream | Save)] == [OpenStream, Save]
    (asked,) = game.all_of(OpenStream)
    assert [p.text for m in asked.history for p in m.parts] == ["Hello there"]
    assert game.state.thread.conversation.title.value == "Hello there"
    assert game.state.shelf.entries[0].title == "Hello there"


def test_sending_without_a_connection_keeps_the_text_and_says_why():
    game = Game()
    effects = game.play(Send("Hello"))
    assert game.state.room.note.message == "Nothing is connected yet."
    assert Patch({"op": "value", "id": "message", "value": "Hello"}) in effects
    assert game.all_of(OpenStream) == []
    assert game.state.threads == {}


def test_an_empty_message_is_not_sent():
    game = connected()
    assert game.play(Send("  \n ")) == []


def test_the_answer_joins_the_tree_when_it_is_finished_and_its_draft_goes_with_the_same_save():
    game = talk(connected())
    assert texts(game) == ["Hello there", "Hi"]
    last = game.all_of(Save)[-1]
    assert last.drop_drafts == (shown_path(game.state)[-1].id,)
    assert game.state.answers == {}


def test_text_that_arrives_is_written_down_within_the_second():
    game = connected()
    game.play(Send("Hello"))
    id = next(iter(game.state.answers))
    game.play(Delta(id, "Hi "), Delta(id, "you", "hm"), DraftDue(id))
    (draft,) = game.all_of(SaveDraft)
    assert [p.text for p in draft.message.parts] == ["hm", "Hi you"]
    assert draft.message.status == "interrupted"


def test_stopping_closes_the_connection_and_keeps_the_text():
    game = connected()
    game.play(Send("Hello"))
    id = next(iter(game.state.answers))
    game.play(Delta(id, "Half"))
    assert game.play(Stop()) == [CloseStream(id)]
    game.play(finish(game, Text("Half"), status="interrupted"))
    assert texts(game) == ["Hello", "Half"]
    assert shown_path(game.state)[-1].status == "interrupted"


def test_a_second_message_while_an_answer_arrives_is_given_back():
    game = connected()
    game.play(Send("One"))
    game.play(Send("Two"))
    assert len(game.all_of(OpenStream)) == 1
    assert game.state.typed[game.state.room.id] == "Two"


def test_a_retry_is_a_sibling_and_the_first_answer_stays():
    game = talk(connected())
    first = shown_path(game.state)[-1]
    game.play(Retry(first.id))
    assert shown_path(game.state)[-1].status == "streaming"
    assert versions(game.state, shown_path(game.state)[-1])[1] == 1
    game.play(finish(game, Text("Hi again")))
    assert texts(game) == ["Hello there", "Hi again"]
    game.play(PreviousVersion(shown_path(game.state)[-1].id))
    assert texts(game) == ["Hello there", "Hi"]
    game.play(NextVersion(first.id))
    assert texts(game) == ["Hello there", "Hi again"]


def test_switching_away_from_an_arriving_answer_stays_away_when_it_ends():
    game = talk(connected())
    first = shown_path(game.state)[-1]
    game.play(Retry(first.id))
    game.play(PreviousVersion(shown_path(game.state)[-1].id))
    assert texts(game) == ["Hello there", "Hi"]
    game.play(finish(game, Text("Late")))
    assert texts(game) == ["Hello there", "Hi"]
    assert len(versions(game.state, shown_path(game.state)[-1])[0]) == 2


def test_an_edit_makes_a_sibling_and_asks_again():
    game = talk(connected())
    question = shown_path(game.state)[0]
    game.play(Rewrite(question.id, "Hello you"))
    game.play(finish(game, Text("Other")))
    assert texts(game) == ["Hello you", "Other"]
    game.play(PreviousVersion(shown_path(game.state)[0].id))
    assert texts(game) == ["Hello there", "Hi"]


def test_a_draft_is_kept_for_each_conversation_and_forgotten_when_sent():
    game = connected()
    assert game.play(EditDraft("Hel")) == [SaveSetting("draft:", "Hel")]
    game.play(Send("Hello"))
    assert SaveSetting("draft:", None) in game.asked
