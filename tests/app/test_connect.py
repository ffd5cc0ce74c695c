import json

from inglenook.app.effects import Connect, ExchangeCode, Patch, SaveConnection
from inglenook.app.messages import (
    ConnectAddress,
    Connected,
    ConnectFailed,
    ConnectKey,
    ConnectOpenRouter,
    Hello,
    KeyGranted,
    OpenPractice,
    RemoveConnection,
    Started,
)
from inglenook.core.catalogue import Model
from inglenook.core.connection import Connection
from inglenook.core.errors import KeyRejected

from tests.app.play import MODELS, Game, connected

KEY = "sk-or-v1-0123456789abcdef0123456789abcdef"


def session_of(game):
    return {e.patch["name"]: e.patch["value"] for e in game.all_of(Patch) if e.patch["op"] == "session"}


def signed_in(search, session=None):
    """A page that opens with this query, after a sign-in that began in this tab."""
    game = Game()
    game.play(Hello(origin_path="https://chat.example/"), ConnectOpenRouter())
    kept = session if session is not None else session_of(game)
    back = Game()
    back.play(Hello(origin_path="https://chat.example/", search=search(kept), session=kept))
    back.play(Started((), (), {}, ()))
    return back


def state_of(kept):
    return json.loads(kept["inglenook:sign-in"])["state"]


def test_a_sign_in_is_finished_with_its_own_state():
    game = signed_in(lambda kept: f"?code=abc&state={state_of(kept)}")
    (exchange,) = game.all_of(ExchangeCode)
    assert (exchange.code, exchange.keep) == ("abc", True)
    game.play(KeyGranted(KEY, True))
    (connect,) = game.all_of(Connect)
    assert (connect.connection.kind, connect.connection.key) == ("openrouter", KEY)


def test_a_sign_in_with_a_foreign_state_is_not_used():
    game = signed_in(lambda kept: "?code=abc&state=somebody-elses")
    assert game.all_of(ExchangeCode) == []
    assert game.state.probe.kind == "failed"


def test_a_sign_in_that_this_tab_did_not_begin_is_not_used():
    game = signed_in(lambda kept: "?code=abc&state=x", session={})
    assert game.all_of(ExchangeCode) == []
    assert game.state.probe.kind == "failed"


def test_a_denied_sign_in_says_so():
    game = signed_in(lambda kept: "?error=access_denied")
    assert game.all_of(ExchangeCode) == []
    assert "did not allow" in game.state.probe.message


def test_a_key_that_is_not_kept_stays_in_the_tab():
    game = Game()
    game.play(ConnectKey(KEY, keep=False))
    (connect,) = game.all_of(Connect)
    game.play(Connected(connect.connection, (Model("a/b"),), 1))
    assert session_of(game)["inglenook:key:openrouter"] == KEY
    (saved,) = game.all_of(SaveConnection)
    assert saved.connection.keep is False
    back = Game()
    back.play(Hello(session={"inglenook:key:openrouter": KEY}))
    back.play(Started((), (Connection("openrouter", "openrouter", "https://openrouter.ai/api/v1"),), {}, ()))
    assert back.state.connection.key == KEY


def test_the_practice_room_needs_nothing_else():
    game = Game()
    game.play(OpenPractice())
    (connect,) = game.all_of(Connect)
    game.play(Connected(connect.connection, MODELS, 1))
    assert game.state.connection.kind == "practice"
    assert game.state.connection.model == "practice/hearth-1"


def test_a_wrong_address_is_explained_in_the_form_and_nothing_is_asked():
    game = Game()
    game.play(ConnectAddress("ftp://somewhere"))
    assert game.state.probe.kind == "failed"
    assert game.all_of(Connect) == []


def test_a_rejected_key_changes_no_connection():
    game = connected()
    game.play(ConnectKey(KEY))
    (connect,) = game.all_of(Connect)
    game.play(ConnectFailed(connect.connection, KeyRejected("The key was rejected.")))
    assert [c.id for c in game.state.connections] == ["practice"]
    assert game.state.probe.message == "The key was rejected."


def test_a_key_is_never_in_a_representation_of_the_state():
    game = Game()
    game.play(ConnectKey(KEY))
    (connect,) = game.all_of(Connect)
    game.play(Connected(connect.connection, MODELS, 1))
    assert KEY not in repr(game.state)


def test_removing_a_connection_forgets_its_key_in_the_tab_too():
    game = Game()
    game.play(ConnectKey(KEY, keep=False))
    (connect,) = game.all_of(Connect)
    game.play(Connected(connect.connection, MODELS, 1), RemoveConnection("openrouter"))
    assert game.state.connections == ()
    assert session_of(game)["inglenook:key:openrouter"] is None
