"""The list of requests and the budget, played through `update`."""

from dataclasses import replace

import pytest
from inglenook.app import effects
from inglenook.app.activity import written
from inglenook.app.effects import LoadActivity, OpenStream, Patch, Record, SaveBudget, SaveSetting
from inglenook.app.messages import (
    ActivityLoaded,
    AskClearActivity,
    BudgetLoaded,
    Changed,
    ChooseMeasure,
    Connected,
    CopyKept,
    EraseActivity,
    ExportRequests,
    KeepCopies,
    KnownLoaded,
    MoreRequests,
    OpenSettings,
    Recorded,
    Retry,
    Rewrite,
    Send,
    SetHardStop,
    SetLimit,
    ShowAll,
    ShowFrom,
    ShowModel,
    ShowTo,
    Started,
    ThreadLoaded,
    UseConnection,
)
from inglenook.app.state import State
from inglenook.core.activity import Entry
from inglenook.core.budget import Budget
from inglenook.core.catalogue import Model
from inglenook.core.connection import Connection
from inglenook.core.copy import Copy
from inglenook.core.errors import StorageFull
from inglenook.core.model import Author, Failure, Message, Text, Usage

from tests.app.play import BOTH, KNOWN, Game, connected, finish, routes

NOW = 1_790_000_000_000
OTHER = Connection("other", "other", "http://127.0.0.1:1/v1", "Own", model="own/bolt")
PRICED = (Model("own/bolt", prompt_usd_per_million=1.0, completion_usd_per_million=1.0),)


def paying(spent: float | None = 0.0, budget: Budget | None = None) -> Game:
    """A room with a connection that costs, where the month has cost so much already (None: not known yet)."""
    game = Game()
    game.play(Connected(OTHER, PRICED, 1))
    game.state = replace(game.state, today_ms=NOW)
    if budget is not None:
        game.state = replace(game.state, activity=replace(game.state.activity, budget=budget))
    if spent is not None:
        game.play(ActivityLoaded((Entry("e", NOW, cost_usd=spent, cost_source="charged"),)))
    game.asked.clear()
    return game


def recorded(game: Game) -> Entry:
    [effect] = game.all_of(Record)
    return effect.entry


def test_an_answer_is_recorded_with_the_price_of_its_model_at_its_connection():
    game = paying()
    game.play(Send("Hello"))
    # The room may have turned to another connection meanwhile.
    [answer] = game.state.answers.values()
    game.play(Connected(Connection("practice", "practice", label="Practice room"), (Model("own/bolt"),), 1))
    usage = Usage(1_000_000, 500_000)
    done = finish(game, Text("Hi"))
    game.play(replace(done, message=replace(done.message, usage=usage)))
    entry = recorded(game)
    assert (entry.id, entry.connection, entry.practice) == (answer.message.id, "Own", False)
    assert (entry.cost_usd, entry.cost_source, entry.logged) == (1.5, "list price", False)


def test_practice_is_marked():
    game = connected()
    game.play(Send("Hello"))
    game.play(finish(game, Text("Hi")))
    assert recorded(game).practice


def test_a_failure_is_recorded_without_its_words():
    game = paying()
    game.play(Send("PLANTED"))
    game.play(finish(game, Failure("PLANTED", "PLANTED", 429, "PLANTED"), status="failed"))
    assert (recorded(game).status, recorded(game).code) == ("failed", 429)
    assert "PLANTED" not in repr(recorded(game))


def test_an_answer_whose_conversation_is_gone_was_asked_for_all_the_same():
    draft = Message("a1", "u1", "assistant", author=Author("own/bolt", connection="Own"), created_ms=NOW)
    game = Game(State())
    game.play(Started((), (OTHER,), {}, (("gone", draft),)))
    [fold] = [e.message for e in game.all_of(effects.Schedule) if hasattr(e.message, "answer_id")]
    game.play(fold)
    assert (recorded(game).id, recorded(game).status, recorded(game).connection) == ("a1", "interrupted", "Own")
    game.play(ThreadLoaded("gone", None))
    assert game.state.answers == {}


def test_the_list_is_read_when_its_section_opens_and_at_a_start_only_for_a_budget():
    game = Game(State())
    game.play(Started((), (OTHER,), {}, ()))
    assert game.all_of(LoadActivity) == []
    assert game.play(OpenSettings("Activity")) == [LoadActivity(copies=True)]
    game = Game(State())
    game.play(Started((), (OTHER,), {"budget": {"limit_usd": 7.5, "hard_stop": True}}, ()))
    assert game.all_of(LoadActivity) == [LoadActivity()]
    assert game.state.activity.budget == Budget(7.5, hard_stop=True)
    assert game.state.activity.typed_limit == "7.50"


def test_what_another_tab_did_is_read_again_only_if_something_depends_on_it():
    game = paying(None)
    assert [type(e) for e in game.play(Changed(()))] == [effects.LoadBudget, effects.LoadLevels]
    assert game.play(BudgetLoaded(None)) == []
    assert game.play(BudgetLoaded({"limit_usd": 5})) == [LoadActivity()]
    assert game.state.activity.budget.limit_usd == 5
    game.play(OpenSettings("Activity"))
    assert game.play(BudgetLoaded(None)) == [LoadActivity(copies=True)]


def test_an_entry_joins_the_list_once_it_was_read():
    game = paying(None)
    entry = Entry("a", NOW)
    game.play(Recorded(entry))
    assert game.state.activity.entries == ()
    game.play(ActivityLoaded((entry,), 2))
    game.play(Recorded(entry), Recorded(Entry("b", NOW + 1)), Recorded(Entry("c", NOW - 1)))
    assert [e.id for e in game.state.activity.entries] == ["b", "a", "c"]
    assert game.state.activity.damaged == 2


def test_what_cannot_be_stored_is_said_once_and_counts():
    game = paying(0.0)
    for id in ("a", "b"):
        game.play(Recorded(Entry(id, NOW, cost_usd=1.0, cost_source="charged"), StorageFull("No room.")))
    game.play(CopyKept(Copy("a", 1, "", ""), StorageFull("No room.")))
    assert len(game.state.notices) == 1
    game.play(ActivityLoaded((Entry("b", NOW, cost_usd=1.0, cost_source="charged"),)))
    assert {e.id for e in game.state.activity.entries} == {"a", "b"}
    game.play(EraseActivity(), ActivityLoaded())
    assert game.state.activity.entries == ()


def test_a_filter_takes_only_dates_and_goes_back_to_the_first_page():
    game = paying()
    game.play(ActivityLoaded(tuple(Entry(f"e{n}", NOW) for n in range(300))), MoreRequests())
    assert game.state.activity.shown == 200
    game.play(ShowFrom("2026-09-01"), ShowTo("2026-09-30"), ShowModel("own/bolt"))
    activity = game.state.activity
    assert (activity.first, activity.last, activity.model, activity.shown) == (
        "2026-09-01", "2026-09-30", "own/bolt", 100,
    )  # fmt: skip
    game.play(ShowFrom("soon"), ShowTo("2026-02-31"))
    assert (game.state.activity.first, game.state.activity.last) == ("", "")
    game.play(ShowAll(), ChooseMeasure("tokens"))
    assert (game.state.activity.model, game.state.activity.measure) == ("", "tokens")
    game.play(ChooseMeasure("colour"))
    assert game.state.activity.measure == ""


def test_an_export_has_what_the_filter_shows_and_a_name_with_the_day():
    game = paying()
    game.play(ActivityLoaded((Entry("a", NOW, model="m"), Entry("b", NOW, model="n"))), ShowModel("n"))
    [export] = game.play(ExportRequests("csv"))
    assert ([e.id for e in export.entries], export.format) == (["b"], "csv")
    assert export.name == "inglenook-activity-2026-09-21.csv"
    assert game.play(ExportRequests("exe")) == []


def test_clearing_asks_first():
    game = paying()
    assert game.play(AskClearActivity()) == []
    assert (game.state.panel.kind, game.state.panel.action) == ("confirm", "activity.erase")


@pytest.mark.parametrize(("limit", "text"), [(20.0, "20"), (7.5, "7.50"), (0.004, "0.004"), (None, "")])
def test_a_limit_is_written_as_people_write_it(limit, text):
    assert written(limit) == text


@pytest.mark.parametrize("typed", ["abc", "-5", "0", "1e9"])
def test_a_wrong_limit_is_answered_and_the_old_one_stays(typed):
    game = paying(0.0, Budget(5, hard_stop=True))
    assert game.play(SetLimit(typed)) == []
    assert game.state.activity.limit_problem
    assert game.state.activity.budget == Budget(5, hard_stop=True)
    assert game.play(SetLimit("6")) == [SaveBudget({"limit_usd": 6.0, "warn_at": 0.8, "hard_stop": True})]
    assert (game.state.activity.limit_problem, game.state.activity.budget.limit_usd) == ("", 6)


def test_an_empty_limit_is_no_budget():
    game = paying(10.0, Budget(5))
    assert game.play(SetLimit("  ")) == [SaveBudget(None)]
    assert game.state.activity.budget.limit_usd is None


def test_a_hard_stop_sends_nothing_and_gives_the_text_back():
    game = paying(5.0, Budget(5, hard_stop=True))
    asked = game.play(Send("A long thought"))
    assert not [e for e in asked if isinstance(e, OpenStream)]
    assert game.state.typed == {"": "A long thought"}
    assert Patch({"op": "value", "id": "message", "value": "A long thought"}) in asked
    note = game.state.room.note
    assert "budget is spent" in note.message
    assert "$5.00 of $5.00" in note.advice
    assert "Settings, Activity" in note.advice
    # Whoever raises it can go on at once.
    game.play(SetLimit("6"))
    assert game.state.room.note is None
    game.play(Send("A long thought"))
    assert game.all_of(OpenStream)


def test_a_hard_stop_holds_for_retries_and_new_versions_too():
    game = paying(0.0, Budget(5, hard_stop=True))
    game.play(Send("Hello"))
    game.play(finish(game, Text("Hi")))
    game.play(Recorded(Entry("big", NOW, cost_usd=5.0, cost_source="charged")))
    game.asked.clear()
    messages = game.state.thread.conversation.messages.values()
    [asked] = [m.id for m in messages if m.role == "user"]
    [answered] = [m.id for m in messages if m.role == "assistant"]
    for again in (Retry(answered), Rewrite(asked, "Hello again")):
        game.play(again)
        assert "budget is spent" in game.state.room.note.message
    assert game.all_of(OpenStream) == []
    assert len(game.state.thread.conversation.messages) == 2


@pytest.mark.parametrize(
    ("spent", "budget"),
    [(4.99, Budget(5, hard_stop=True)), (50.0, Budget(5)), (50.0, Budget(None, hard_stop=True)), (None, Budget(5))],
)
def test_without_a_hard_stop_that_is_reached_everything_is_sent(spent, budget):
    game = paying(spent, budget)
    game.play(Send("Hello"))
    assert game.all_of(OpenStream)


def test_practice_is_outside_the_budget():
    game = paying(5.0, Budget(5, hard_stop=True))
    game.play(Connected(Connection("practice", "practice", label="Practice room"), (Model("practice/hearth-1"),), 1))
    game.play(KnownLoaded("practice", KNOWN), routes("practice/hearth-1", *BOTH))
    game.play(UseConnection("practice"), Send("Hello"))
    assert game.all_of(OpenStream)


def test_pretend_money_last_months_and_estimates():
    game = paying(0.0, Budget(5, hard_stop=True))
    entries = (
        Entry("p", NOW, practice=True, cost_usd=50.0, cost_source="charged"),
        Entry("old", NOW - 40 * 86_400_000, cost_usd=50.0, cost_source="charged"),
        Entry("unknown", NOW),
    )
    game.play(ActivityLoaded(entries), Send("Hello"))
    assert game.all_of(OpenStream)
    game = paying(0.0, Budget(5, hard_stop=True))
    game.play(ActivityLoaded((Entry("l", NOW, cost_usd=5.5, cost_source="list price"),)), Send("Hello"))
    assert game.all_of(OpenStream) == []
    assert "about $5.50 of $5.00" in game.state.room.note.advice


def test_what_is_sent_before_the_sum_is_known_waits_and_is_then_sent_or_not():
    for spent, sent in ((4.0, 1), (5.0, 0)):
        game = paying(None, Budget(5, hard_stop=True))
        game.play(Send("Hello"))
        assert game.all_of(OpenStream) == []
        game.play(ActivityLoaded((Entry("e", NOW, cost_usd=spent, cost_source="charged"),)))
        [again] = [e.message for e in game.all_of(effects.Schedule) if isinstance(e.message, Send)]
        game.play(again)
        assert len(game.all_of(OpenStream)) == sent


def test_a_sum_that_cannot_be_read_lets_nothing_pass_a_hard_stop():
    game = paying(None, Budget(5, hard_stop=True))
    game.play(ActivityLoaded(error=StorageFull("The disk is broken.")), Send("Hello"))
    assert game.all_of(OpenStream) == []
    assert "cannot be read" in game.state.room.note.message
    game.play(SetHardStop(False), Send("Hello"))
    assert game.all_of(OpenStream)


def test_copies_are_made_only_while_they_are_wanted():
    game = paying()
    for wanted in (False, True, False):
        game.play(KeepCopies(wanted), Send("What is it"))
        game.play(finish(game, Text("This")))
    copies = [effect.copy for effect in game.all_of(Record)]
    assert [copy and (copy.prompt, copy.answer) for copy in copies] == [None, ("What is it", "This"), None]
    assert game.all_of(SaveSetting)[0] == SaveSetting("copies", None)
    game.play(CopyKept(copies[1]))
    assert game.state.activity.copies == (copies[1],)
