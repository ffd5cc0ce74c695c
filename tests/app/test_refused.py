"""The words of a refusal: which switch excludes whom, and what the button beside them would do."""

from dataclasses import replace

import pytest
from inglenook.app.messages import Connected, DeclarePolicy, KnownLoaded, Relax, RoutesLoaded, Send, SwitchPrivacy
from inglenook.app.refused import listing, nobody_left
from inglenook.core.catalogue import Model
from inglenook.core.connection import Connection
from inglenook.core.limits import CAREFUL
from inglenook.core.model import Limits, Policy
from inglenook.core.privacy import Privacy
from inglenook.core.providers import Endpoint, Known, Provider

from tests.app.play import PRACTICE, Game, connected, routes

REMOTE = Connection("box", "other", "https://box.example/v1", "box.example", model="llama3")


def serving(level: Limits, **found: Policy) -> Game:
    """A room in which these providers serve the model."""
    game = Game()
    connection = replace(PRACTICE, model="acme/one", privacy=Privacy(level))
    game.play(Connected(connection, (Model("acme/one"),), 1))
    known = {slug: Provider(slug, slug.title(), policy=policy) for slug, policy in found.items()}
    rows = tuple(Endpoint(slug, slug.title(), "acme/one") for slug in found)
    game.play(KnownLoaded("practice", Known(known, fetched_ms=1)), RoutesLoaded("practice", "acme/one", rows, 1))
    return game


def test_when_somebody_may_see_it_there_is_nothing_to_say():
    assert nobody_left(connected().state) is None


def test_every_switch_that_excludes_is_named_with_those_it_excludes():
    note = nobody_left(serving(CAREFUL, ash=Policy(True, True, 3), beech=Policy(False, True, 9)).state)
    assert note.message == "No provider may see this message, so nothing was sent."
    assert "“Allow providers that train” is off, which excludes Ash." in note.advice
    assert "“Allow providers that keep prompts” is off, which excludes Ash and Beech." in note.advice
    assert note.table


def test_the_button_offers_the_smallest_change_and_says_it():
    note = nobody_left(serving(CAREFUL, ash=Policy(True, True, 3), beech=Policy(False, True, 9)).state)
    assert (note.action, note.subject) == ("privacy.relax", "beech")
    assert note.action_label == "Allow providers that keep prompts, for 9 days at most"


def test_what_the_button_says_is_what_it_does():
    game = serving(CAREFUL, ash=Policy(True, True, 3), beech=Policy(False, True, 9))
    game.play(Relax(nobody_left(game.state).subject))
    privacy = game.state.connection.privacy
    assert privacy.limits == replace(CAREFUL, deny_retention=False, max_retention_days=9)
    assert not privacy.account.trains
    assert nobody_left(game.state) is None


def test_a_change_of_several_things_names_them_all():
    note = nobody_left(serving(CAREFUL, ash=Policy(True, False)).state)
    assert note.action_label == "Allow providers that train, and say that your account allows training"


def test_a_long_list_of_names_is_cut():
    found = {name: Policy(True, True) for name in ("ash", "beech", "cedar", "elder", "fir")}
    assert "excludes Ash, Beech, Cedar and 2 more." in nobody_left(serving(CAREFUL, **found).state).advice


@pytest.mark.parametrize("count", range(1, 9))
def test_a_list_never_hides_a_single_name(count):
    names = tuple(f"N{n}" for n in range(count))
    said = listing(names)
    assert "and 1 more" not in said
    assert said.startswith("N0")
    assert all(name in said for name in names) is (count <= 4)


def test_a_server_that_answers_itself_has_no_table():
    game = Game()
    game.play(Connected(REMOTE, (Model("llama3"),), 1))
    note = nobody_left(game.state)
    assert note.message == "This server may not see the message, so nothing was sent."
    assert not note.table
    assert "excludes box.example" in note.advice
    assert "Settings, Privacy" in note.advice
    game.play(DeclarePolicy("yes", "yes", "3"))
    assert "You have not said yet" not in nobody_left(game.state).advice


def test_a_switch_makes_the_refusal_go_because_it_may_no_longer_hold():
    game = connected()
    game.play(routes("practice/hearth-1", "fir"), Send("Hello"))
    assert game.state.room.note is not None
    game.play(SwitchPrivacy("keep", "", True))
    assert game.state.room.note is None
