"""The self-test of what this page can reach, and the table of providers as it is sorted and filtered."""

from itertools import permutations

import pytest
from inglenook.app import effects
from inglenook.app.effects import Patch, Schedule
from inglenook.app.messages import (
    AskCorrection,
    CheckReach,
    FilterProviders,
    OnlyAllowed,
    OpenProviders,
    PageReachTested,
    ReachDue,
    SetPrivacy,
    SortProviders,
    WorkerReachTested,
)
from inglenook.app.reach import FORBIDDEN, OUTCOMES, PATIENCE_MS
from inglenook.app.state import Reach, Table
from inglenook.app.table import COLUMNS
from inglenook.ui.providers import COLUMNS as SHOWN
from inglenook.ui.providers import SORTS

from tests.app.play import Game, connected


def checking() -> Game:
    game = Game()
    game.play(CheckReach())
    return game


def test_both_sides_are_asked_and_the_patience_with_them_ends():
    game = checking()
    at_ms = game.state.reach.at_ms
    assert game.asked == [
        Patch({"op": "reach", "url": FORBIDDEN}),
        effects.TestReach(FORBIDDEN),
        Schedule(PATIENCE_MS, ReachDue(at_ms)),
    ]
    assert game.state.reach == Reach(running=True, at_ms=game.now_ms)


def test_the_forbidden_address_can_belong_to_nobody():
    assert FORBIDDEN.startswith("https://")
    assert FORBIDDEN.rstrip("/").endswith(".invalid")


@pytest.mark.parametrize("page", OUTCOMES)
@pytest.mark.parametrize("worker", OUTCOMES)
def test_it_ends_when_both_have_said_what_came_of_it_in_whatever_order(page, worker):
    for first, second in permutations((PageReachTested(page), WorkerReachTested(worker))):
        game = checking()
        game.play(first)
        assert game.state.reach.running
        game.play(second)
        reach = game.state.reach
        assert (reach.running, reach.page, reach.worker) == (False, page, worker)


@pytest.mark.parametrize("outcome", ["", "REFUSED", "ok", "refused "])
def test_a_word_that_is_no_outcome_proves_nothing(outcome):
    game = checking()
    game.play(PageReachTested(outcome), WorkerReachTested("refused"))
    assert (game.state.reach.running, game.state.reach.page) == (False, "failed")


def test_whoever_is_silent_has_failed_and_cannot_say_otherwise_later():
    game = checking()
    game.play(WorkerReachTested("refused"), ReachDue(game.state.reach.at_ms))
    ended = Reach(False, "failed", "refused", game.state.reach.at_ms)
    assert game.state.reach == ended
    game.play(PageReachTested("refused"), WorkerReachTested("reached"))
    assert game.state.reach == ended


def test_the_patience_with_an_earlier_test_does_not_end_this_one():
    game = checking()
    earlier = game.state.reach.at_ms
    game.play(CheckReach(), ReachDue(earlier))
    assert game.state.reach.running
    assert game.state.reach.page == ""


def test_an_outcome_that_nobody_asked_for_is_not_believed():
    game = Game()
    game.play(PageReachTested("refused"), WorkerReachTested("refused"), ReachDue(0))
    assert game.state.reach == Reach()


def test_every_column_that_is_shown_can_be_sorted_by():
    assert {id for id, _ in SHOWN} == set(COLUMNS) == set(SORTS)


def test_the_same_column_again_turns_the_order_round_and_another_begins_anew():
    game = connected()
    for id, expected in (("trains", False), ("trains", True), ("trains", False), ("keeps", False)):
        game.play(SortProviders(id))
        assert (game.state.table.sort, game.state.table.descending) == (id, expected)
    game.play(SortProviders("keeps"), SortProviders("no such column"))
    assert (game.state.table.sort, game.state.table.descending) == ("keeps", True)


def test_the_table_opens_as_if_new():
    game = connected()
    game.play(OpenProviders(), FilterProviders("eu"), OnlyAllowed(True), SortProviders("region"), AskCorrection("fir"))
    assert game.state.table == Table("region", False, "eu", True, "fir")
    game.play(SetPrivacy("days", "room", "soon"), OpenProviders())
    assert (game.state.panel.kind, game.state.table) == ("providers", Table())


def test_a_form_that_opens_or_closes_forgets_the_mistake_of_the_one_before():
    game = connected()
    for id in ("fir", ""):
        game.play(SetPrivacy("days", "room", "soon"))
        assert game.state.mistake[1]
        asked = game.play(AskCorrection(id))
        assert (game.state.table.correcting, game.state.mistake) == (id, ("", ""))
        assert [e.patch["id"] for e in asked] == (["correct-trains"] if id else [])
