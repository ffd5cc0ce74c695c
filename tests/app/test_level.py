"""The privacy level: every setting, what is not understood, and how little a remedy loosens.

Long because each setting is tried with what it takes and with what it does not.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook.app import audience, level
from inglenook.app.effects import LoadLevels, OpenStream, SaveConnection
from inglenook.app.messages import (
    AskCorrection,
    Changed,
    Connected,
    CorrectProvider,
    DeclarePolicy,
    KnownLoaded,
    LevelsLoaded,
    OpenProviders,
    OpenSettings,
    Relax,
    RoutesLoaded,
    Send,
    SetPrivacy,
    SwitchPrivacy,
)
from inglenook.core import routing
from inglenook.core.catalogue import Model
from inglenook.core.connection import Connection
from inglenook.core.limits import CAREFUL, NONE
from inglenook.core.model import Limits, Policy, Text
from inglenook.core.privacy import MOST_DAYS, MOST_SLUGS, Privacy
from inglenook.core.providers import YOU, Correction, Endpoint, Known, Provider
from inglenook.core.rules import Account, Wishes

from tests.app.play import PRACTICE, Game, connected, finish
from tests.strategies import limits

REMOTE = Connection("box", "other", "https://box.example/v1", "box.example", model="llama3")


def privacy(game: Game) -> Privacy:
    return game.state.connection.privacy


def remote(level: Limits = CAREFUL) -> Game:
    game = Game()
    game.play(Connected(replace(REMOTE, privacy=Privacy(level)), (Model("llama3"),), 1))
    game.asked.clear()
    return game


# Switches


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("train", "deny_paid_training"),
        ("train_free", "deny_free_training"),
        ("keep", "deny_retention"),
    ],
)
@pytest.mark.parametrize("on", [True, False])
def test_a_connections_switch_allows_where_it_is_on(name, member, on):
    game = connected()
    game.play(SwitchPrivacy(name, "", not on))
    before = privacy(game)
    effects = game.play(SwitchPrivacy(name, "", on))
    assert privacy(game) == replace(before, limits=replace(before.limits, **{member: not on}))
    assert effects == [SaveConnection(game.state.connection)]


@pytest.mark.parametrize("on", [True, False])
def test_every_other_switch_sets_its_own_value_and_no_other(on):
    wanted = {
        "zero": lambda p: replace(p, limits=replace(p.limits, zero_retention=on)),
        "account_trains": lambda p: replace(p, account=replace(p.account, trains=on)),
        "account_logs": lambda p: replace(p, account=replace(p.account, logs_prompts=on)),
        "fallbacks": lambda p: replace(p, wishes=replace(p.wishes, allow_fallbacks=on)),
        "parameters": lambda p: replace(p, wishes=replace(p.wishes, require_parameters=on)),
        "distillable": lambda p: replace(p, wishes=replace(p.wishes, enforce_distillable_text=on)),
    }
    assert set(wanted) == set(level.SWITCHES) - {"train", "train_free", "keep"}
    for name, change in wanted.items():
        game = connected()
        game.play(SwitchPrivacy(name, "", not on))
        before = privacy(game)
        game.play(SwitchPrivacy(name, "", on))
        assert privacy(game) == change(before)


@pytest.mark.parametrize(("name", "member"), level.ROOM_SWITCHES.items())
def test_a_rooms_switch_forbids_where_it_is_on_and_leaves_the_connection_alone(name, member):
    game = connected()
    before = privacy(game)
    assert game.play(SwitchPrivacy(name, "room", True)) == []
    assert game.state.room.limits == replace(NONE, **{member: True})
    assert privacy(game) == before
    game.play(SwitchPrivacy(name, "room", False))
    assert game.state.room.limits == NONE


@pytest.mark.parametrize("scope", ["", "room"])
def test_a_switch_that_nobody_knows_changes_nothing(scope):
    game = connected()
    before = game.state
    assert game.play(SwitchPrivacy("deny_retention", scope, True)) == []
    assert game.state == before


def test_a_rooms_limits_are_saved_with_its_conversation():
    game = connected()
    game.play(Send("Hello"))
    game.play(finish(game, Text("Hi")))
    game.play(SwitchPrivacy("zero", "room", True))
    opened = game.state.thread
    assert opened.conversation.limits.value == opened.saved.limits.value == Limits(zero_retention=True)
    assert game.state.room.limits == NONE


# Values


UNDERSTOOD = [
    ("days", " 30 ", {"max_retention_days": 30}),
    ("days", "0", {"max_retention_days": 0}),
    ("days", str(MOST_DAYS), {"max_retention_days": MOST_DAYS}),
    ("days", " ", {"max_retention_days": None}),
    ("prompt_price", "$2.50", {"max_prompt_usd": 2.5}),
    ("prompt_price", "", {"max_prompt_usd": None}),
    ("completion_price", " 7,5 ", {"max_completion_usd": 7.5}),
    ("completion_price", "0", {"max_completion_usd": 0.0}),
    ("only", "Alder, fir,ALDER , birch/eu", {"only": ("alder", "fir", "birch/eu")}),
    ("only", " , ", {"only": None}),
    ("never", "Fir", {"never": ("fir",)}),
    ("never", "", {"never": ()}),
    ("region", "EU", {"regions": ("EU",)}),
    ("region", "", {"regions": ()}),
]
FULL = Limits(True, True, True, 7, True, ("cedar",), ("larch",), 1.0, 2.0, ("US",))


@pytest.mark.parametrize(("name", "typed", "changes"), UNDERSTOOD)
@pytest.mark.parametrize("scope", ["", "room"])
def test_a_value_that_is_understood_sets_its_own_member_and_no_other(name, typed, changes, scope):
    game = connected()
    connection = replace(game.state.connection, privacy=replace(privacy(game), limits=FULL))
    game.state = replace(game.state, connections=(connection,), room=replace(game.state.room, limits=FULL))
    game.state = replace(game.state, mistake=("room:days", "What was wrong before."))
    effects = game.play(SetPrivacy(name, scope, typed))
    changed = replace(FULL, **changes)
    assert privacy(game).limits == (FULL if scope else changed)
    assert audience.room_limits(game.state) == (changed if scope else FULL)
    assert game.state.mistake == ("", "")
    assert effects == ([] if scope else [SaveConnection(game.state.connection)])


WRONG = [
    *(("days", typed) for typed in ("-1", "1.5", "soon", "٣", "3651", "999999", "1e3")),
    *(("prompt_price", typed) for typed in ("-1", "cheap", "1.2.3", "1e9", "inf", "nan", "1000001", ".")),
    *(("completion_price", typed) for typed in ("-0.1", "١", "2 dollars")),
    *(("only", typed) for typed in ("a b", "<b>", "alder; fir", "a/b/c", "-x", "é", "a" * 90)),
    ("only", ",".join(f"p{n}" for n in range(MOST_SLUGS + 1))),
    *(("never", typed) for typed in ("no such one", "ash/")),
    *(("region", typed) for typed in ("eu", "Mars")),
    ("sort", "random"),
    ("limits", "x"),
    ("", ""),
]


@pytest.mark.parametrize(("name", "typed"), WRONG)
@pytest.mark.parametrize("scope", ["", "room"])
def test_what_is_not_understood_changes_nothing_and_is_said_at_its_field(name, typed, scope):
    game = connected()
    connection = replace(game.state.connection, privacy=replace(privacy(game), limits=FULL))
    game.state = replace(game.state, connections=(connection,), room=replace(game.state.room, limits=FULL))
    before = game.state
    assert game.play(SetPrivacy(name, scope, typed)) == []
    place, why = game.state.mistake
    assert place == f"{scope}:{name}"
    assert why.endswith(".")
    assert game.state == replace(before, mistake=game.state.mistake)


@given(st.text(max_size=30), st.sampled_from(("days", "prompt_price", "completion_price", "only", "never", "region")))
def test_any_text_is_a_value_or_is_refused(text, name):
    known = Known({"alder": Provider("alder", "Alder")})
    try:
        changes = level.parsed(name, text, known)
    except level.NotUnderstood:
        return
    (value,) = changes.values()
    if name == "days":
        assert value is None or 0 <= value <= MOST_DAYS
    elif name.endswith("price"):
        assert value is None or 0 <= value <= level.MOST_PRICE
    elif value is not None:
        assert all(item == item.casefold() or item in ("EU", "US") for item in value)


def test_a_mistake_is_forgotten_when_its_dialog_opens_again():
    game = connected()
    for opened in (OpenProviders(), OpenSettings("Privacy")):
        game.play(SetPrivacy("days", "room", "soon"))
        assert game.state.mistake[0] == "room:days"
        game.play(opened)
        assert game.state.mistake == ("", "")


def test_the_order_in_which_to_choose_is_the_connections():
    game = connected()
    game.play(SetPrivacy("sort", "", "price"))
    assert privacy(game).wishes.sort == "price"
    game.play(Send("Hello"))
    assert game.all_of(OpenStream)[0].provider["sort"] == "price"


def test_without_a_connection_no_setting_of_one_does_anything():
    game = Game()
    for message in (
        SwitchPrivacy("keep", "", True),
        SetPrivacy("days", "", "3"),
        Relax("alder"),
        DeclarePolicy("no", "no"),
        CorrectProvider("fir", "no", "no"),
    ):
        assert game.play(message) == []
        assert game.state.connections == ()


# What another tab changes


def test_what_another_tab_forbids_holds_here_and_keeps_this_tabs_key_and_model():
    game = connected()
    mine = replace(game.state.connection, key="of this tab", model="practice/other")
    game.state = replace(game.state, connections=(mine,))
    stricter = Privacy(replace(CAREFUL, zero_retention=True))
    unknown = replace(PRACTICE, id="elsewhere")
    game.play(LevelsLoaded((replace(PRACTICE, privacy=stricter), unknown)))
    assert game.state.connections == (replace(mine, privacy=stricter),)
    before = game.state
    game.play(LevelsLoaded((game.state.connection,)))
    assert game.state is before


# What the user knows better


def test_a_declaration_lets_a_remote_server_see_a_message_and_is_taken_back_by_saying_nothing():
    game = remote()
    game.play(Send("Hello"))
    assert game.all_of(OpenStream) == []
    game.play(DeclarePolicy("no", "no", ""))
    assert privacy(game).declared == Policy(False, False, None, None, YOU, game.now_ms)
    assert game.state.room.note is None
    assert SaveConnection(game.state.connection) in game.asked
    game.play(Send("Hello"))
    (opened,) = game.all_of(OpenStream)
    assert opened.provider is None
    assert (opened.answer.disclosure.allowed, opened.answer.disclosure.local) == (("box.example",), False)
    game.play(finish(game, Text("Hi")))
    game.play(DeclarePolicy("", "", ""))
    assert privacy(game).declared is None
    game.play(Send("And again"))
    assert len(game.all_of(OpenStream)) == 1


@pytest.mark.parametrize(("trains", "retains"), [("yes", "no"), ("no", "yes"), ("", "no"), ("no", ""), ("maybe", "no")])
def test_a_declaration_that_is_worse_than_the_level_lets_nothing_through(trains, retains):
    game = remote()
    game.play(DeclarePolicy(trains, retains, "3"), Send("Hello"))
    assert game.all_of(OpenStream) == []


def test_a_wrong_number_of_days_declares_nothing():
    game = remote()
    before = game.state
    assert game.play(DeclarePolicy("no", "yes", "soon")) == []
    assert game.state.mistake[0] == ":declare"
    assert game.state.connections == before.connections
    # Where nothing is kept the days do not matter, and are not read.
    game.play(DeclarePolicy("no", "no", "soon"))
    assert (privacy(game).declared.retention_days, game.state.mistake) == (None, ("", ""))


def test_a_correction_replaces_the_one_before_and_goes_with_nothing_said():
    game = connected()
    game.play(AskCorrection("fir"), CorrectProvider("fir", "no", "yes", "30"))
    assert game.state.table.correcting == ""
    game.play(CorrectProvider("alder", "yes", "", ""))
    game.play(CorrectProvider("fir", "no", "no", "99"))
    corrections = {c.slug: c for c in privacy(game).corrections}
    assert corrections["fir"] == Correction("fir", False, False, None, game.now_ms)
    assert len(privacy(game).corrections) == 2
    game.play(Send("Hello"))
    assert game.all_of(OpenStream)[0].provider["only"] == ["fir"]
    game.play(finish(game, Text("Hi")))
    game.play(CorrectProvider("fir", "", "", "3"))
    assert [c.slug for c in privacy(game).corrections] == ["alder"]


@pytest.mark.parametrize(("id", "days"), [("fir", "soon"), ("", "3"), ("<b>", "3"), ("a b", "3")])
def test_a_correction_that_is_not_understood_changes_nothing(id, days):
    game = connected()
    game.play(AskCorrection("fir"))
    before = game.state
    assert game.play(CorrectProvider(id, "no", "yes", days)) == []
    assert game.state == replace(before, mistake=game.state.mistake)
    assert (game.state.mistake[0] == ":correct") is (id == "fir")


# The smallest remedy


TAGS = ("ash", "ash/turbo", "beech", "elder")
endpoints = st.lists(
    st.builds(
        Endpoint,
        st.sampled_from(TAGS),
        model=st.sampled_from(("acme/one", "acme/one:free")),
        prompt_usd=st.sampled_from((None, 0.15, 15.0)),
        completion_usd=st.sampled_from((None, 0.6, 75.0)),
        quantization=st.sampled_from(("", "fp8")),
    ),
    min_size=1,
    max_size=5,
).map(tuple)
policies = st.builds(
    Policy, st.sampled_from((True, False, None)), st.sampled_from((True, False, None)), st.sampled_from((None, 0, 30))
)
providers = st.fixed_dictionaries({slug: policies for slug in ("ash", "beech", "elder")}).map(
    lambda found: Known(
        {slug: Provider(slug, slug.title(), "", ("DE",), policy) for slug, policy in found.items()}, fetched_ms=1
    )
)
wishes = st.sampled_from((Wishes(), Wishes(), Wishes(quantizations=("fp8",))))
routed = st.builds(Privacy, limits, st.builds(Account, trains=st.booleans()), wishes)


def deciding(level: Privacy, room: Limits, rows: tuple[Endpoint, ...], known: Known) -> Game:
    game = Game()
    connection = replace(PRACTICE, model="acme/one", privacy=level)
    game.play(Connected(connection, (Model("acme/one"),), 1))
    game.play(KnownLoaded("practice", known), RoutesLoaded("practice", "acme/one", rows, 1))
    game.state = replace(game.state, room=replace(game.state.room, limits=room))
    return game


def tags(game: Game) -> set[str]:
    return {subject.endpoint.tag for subject in audience.decision(game.state).allowed}


@settings(max_examples=150, deadline=None)
@given(routed, limits, endpoints, providers)
def test_a_remedy_lets_its_endpoint_in_through_connection_and_room(level, room, rows, known):
    """Also where two endpoints share a name: then both must be let in."""
    game = deciding(level, room, rows, known)
    for remedy in routing.remedies(audience.decision(game.state)):
        loosened = deciding(level, room, rows, known)
        loosened.play(Relax(remedy.tag))
        assert remedy.tag in tags(loosened)
        assert loosened.state.connection.privacy.corrections == level.corrections


def member_by_member(before: Limits, after: Limits) -> set[str]:
    return {name for name in Limits.__dataclass_fields__ if getattr(before, name) != getattr(after, name)}


@settings(max_examples=150, deadline=None)
@given(routed, limits, endpoints, providers)
def test_a_remedy_loosens_nothing_that_did_not_exclude_its_endpoint(level, room, rows, known):
    """Whatever was changed, putting one change back excludes the endpoint again, in the connection as in the room."""
    game = deciding(level, room, rows, known)
    found = routing.remedies(audience.decision(game.state))
    if not found:
        return
    tag = found[0].tag
    game.play(Relax(tag))
    own, here = privacy(game), audience.room_limits(game.state)
    for name in member_by_member(level.limits, own.limits) - {"max_retention_days"}:
        back = replace(own.limits, **{name: getattr(level.limits, name)})
        assert tag not in tags(deciding(replace(own, limits=back), here, rows, known))
    for name in member_by_member(room, here) - {"max_retention_days"}:
        back = replace(here, **{name: getattr(room, name)})
        assert tag not in tags(deciding(own, back, rows, known))
    for before, after in ((level.limits, own.limits), (room, here)):
        assert before.only is None or set(after.only) <= {*before.only, tag}
        assert all(slug in (tag, tag.partition("/")[0]) for slug in set(before.never) - set(after.never))
        assert set(after.regions) <= set(before.regions)
    if own.account != level.account:
        assert tag not in tags(deciding(replace(own, account=level.account), here, rows, known))


def test_what_is_allowed_already_needs_no_remedy():
    game = connected()
    before = privacy(game)
    for tag in ("alder", "nobody", ""):
        game.play(Relax(tag))
        assert (privacy(game), game.state.room.limits) == (before, NONE)


def test_a_remedy_of_a_twin_lets_both_in():
    rows = (Endpoint("ash", model="acme/one", prompt_usd=1.0), Endpoint("ash", model="acme/one", prompt_usd=50.0))
    known = Known({"ash": Provider("ash", policy=Policy(False, False))}, fetched_ms=1)
    game = deciding(Privacy(replace(CAREFUL, max_prompt_usd=10.0)), Limits(max_prompt_usd=5.0), rows, known)
    assert tags(game) == set()
    game.play(Relax("ash"))
    assert tags(game) == {"ash"}
    assert (privacy(game).limits.max_prompt_usd, game.state.room.limits.max_prompt_usd) == (50.0, 50.0)


LISTED = {"only", "never", "max_prompt_usd", "max_completion_usd", "regions"}


@settings(deadline=None)
@given(limits, limits, policies)
def test_a_remedy_for_a_server_that_answers_itself_leaves_lists_prices_and_places_alone(level, room, declared):
    game = remote(level)
    connection = game.state.connection
    wishes, account = Wishes(quantizations=("fp8",)), Account(logs_prompts=True)
    changed = Privacy(level, account, wishes, (), declared)
    game.state = replace(
        game.state,
        connections=(replace(connection, privacy=changed),),
        room=replace(game.state.room, limits=room),
    )
    game.play(Relax("box.example"))
    assert audience.decision(game.state).allowed
    for before, after in ((level, privacy(game).limits), (room, game.state.room.limits)):
        assert not member_by_member(before, after) & LISTED
    assert (privacy(game).account, privacy(game).wishes) == (account, wishes)


def test_the_button_of_a_refusal_leads_to_a_message_that_is_sent():
    game = remote(replace(CAREFUL, only=("alder",), max_prompt_usd=1.0))
    game.play(SwitchPrivacy("keep", "room", True), Send("Hello"))
    note = game.state.room.note
    assert note.action == "privacy.relax"
    game.play(Relax(note.subject))
    assert game.state.room.note is None
    game.play(Send("Hello"))
    assert len(game.all_of(OpenStream)) == 1
    assert (privacy(game).limits.only, privacy(game).limits.max_prompt_usd) == (("alder",), 1.0)
    assert not game.state.thread.conversation.limits.value.deny_retention


def test_what_was_stored_before_this_tabs_own_change_does_not_undo_it():
    game = connected()
    (asked,) = (effect for effect in game.play(Changed(())) if isinstance(effect, LoadLevels))
    stale = game.state.connections
    game.play(SetPrivacy("never", "", "alder"))
    assert game.play(LevelsLoaded(stale, asked.since)) == [LoadLevels(game.state.level_changes)]
    assert game.state.connection.privacy.limits.never == ("alder",)
    # Read again, what is stored counts.
    assert game.play(LevelsLoaded(stale, game.state.level_changes)) == []
    assert game.state.connection.privacy.limits.never == ()
