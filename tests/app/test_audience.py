"""Who may see the next message, and when: what is sent only once that is known, and what then stands in the request.

Long because every way in which a list can be late, missing or old is a story of its own.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook.app import audience
from inglenook.app.effects import LoadKnown, LoadModels, LoadRoutes, OpenStream, Patch, SaveSetting, Schedule
from inglenook.app.messages import (
    Branch,
    ChooseModel,
    Connected,
    EditDraft,
    GoTo,
    KnownLoaded,
    LeaveEdit,
    ListsDue,
    ModelsFailed,
    ModelsLoaded,
    NetworkChanged,
    NewConversation,
    RefreshProviders,
    RemoveConnection,
    Resume,
    Retry,
    Rewrite,
    RoutesFailed,
    RoutesLoaded,
    Send,
    Started,
    SwitchPrivacy,
    ThreadLoaded,
    UseConnection,
)
from inglenook.app.room import shown_path
from inglenook.app.state import Denial
from inglenook.core.catalogue import Model
from inglenook.core.connection import Connection
from inglenook.core.errors import RateLimited, Unreachable
from inglenook.core.limits import NONE
from inglenook.core.model import Disclosure, Limits, Policy, Text
from inglenook.core.privacy import Privacy
from inglenook.core.providers import YOU, Correction, Endpoint, Known, Provider, built_in
from inglenook.core.service_refusal import ServiceRefusal

from tests.app.play import BOTH, KNOWN, MODELS, PRACTICE, Game, connected, finish, routes
from tests.strategies import limits

HEARTH = "practice/hearth-1"
GONE = Unreachable("Nobody is there.")
LOCAL = Connection("local", "other", "http://127.0.0.1:11434/v1", "127.0.0.1:11434", model="llama3")
REMOTE = Connection("box", "other", "https://box.example/v1", "box.example", key="sk-" + "k" * 30, model="llama3")
ROUTER = replace(REMOTE, id="router", base="https://router.example/v1", dialect="routing")
REFUSAL = ServiceRefusal("training", "may train", "Change it.", "account")


def asking(*connections: Connection, models=MODELS) -> Game:
    """A room whose last connection was just made, and about which nothing is known yet."""
    game = Game()
    for connection in connections or (PRACTICE,):
        game.play(Connected(connection, models if connection.routes else (Model("llama3"),), 1))
    return game


def settle(game: Game) -> list:
    """What was scheduled for at once happens."""
    effects = []
    while due := [e for e in game.asked if isinstance(e, Schedule) and e.after_ms == 0]:
        game.asked = [e for e in game.asked if e not in due]
        for effect in due:
            effects += game.play(effect.message)
    return effects


def sent(game: Game) -> list[str]:
    """The last words of each request."""
    return [e.history[-1].parts[-1].text for e in game.all_of(OpenStream)]


def draft(game: Game, id: str = "") -> str:
    return game.state.typed.get(id, "")


# When the lists are read


def test_a_connection_is_asked_once_who_stands_behind_it_and_who_serves_its_model():
    game = asking()
    assert game.all_of(LoadKnown) == [LoadKnown(game.state.connection)]
    assert game.all_of(LoadRoutes) == [LoadRoutes(game.state.connection, HEARTH)]
    game.play(EditDraft("a"), NewConversation(), SwitchPrivacy("keep", "", True))
    assert (len(game.all_of(LoadKnown)), len(game.all_of(LoadRoutes))) == (1, 1)
    game.play(ChooseModel("practice/other"))
    assert [e.model for e in game.all_of(LoadRoutes)] == [HEARTH, "practice/other"]


@pytest.mark.parametrize("connection", [LOCAL, REMOTE])
def test_a_server_that_answers_itself_is_not_asked_for_providers(connection):
    game = asking(connection)
    assert game.all_of(LoadKnown) + game.all_of(LoadRoutes) == []
    assert audience.refresh(game.state) == (game.state, [])


def test_before_the_list_of_models_is_there_nobody_is_asked_who_serves_a_name():
    """An alias would be asked for under its own name, and a choice among many as if it were a model."""
    game = Game()
    connection = replace(PRACTICE, model="~practice/latest")
    game.play(Started((), (connection,), {}, ()))
    assert (len(game.all_of(LoadKnown)), game.all_of(LoadRoutes)) == (1, [])
    game.play(Send("Hello"))
    assert game.state.held is not None
    game.play(ModelsLoaded("practice", (Model("~practice/latest", alias_of=HEARTH),), 1))
    assert game.all_of(LoadRoutes) == [LoadRoutes(game.state.connection, "~practice/latest", HEARTH)]


def test_what_waits_for_the_list_of_models_goes_on_when_the_service_chooses_the_model():
    game = Game()
    game.play(Started((), (replace(PRACTICE, model="practice/auto"),), {}, ()))
    game.play(KnownLoaded("practice", KNOWN), Send("Hello"))
    settle(game)
    assert sent(game) == []
    game.play(ModelsLoaded("practice", (Model("practice/auto", is_router=True),), 1))
    settle(game)
    assert sent(game) == ["Hello"]
    assert game.all_of(LoadRoutes) == []
    # A provider by name, because the model may be served by any.
    assert game.all_of(OpenStream)[0].provider["only"] == ["alder"]


def test_without_a_list_of_models_the_name_is_asked_for_as_it_is():
    game = Game()
    game.play(Started((), (PRACTICE,), {}, ()))
    game.play(ModelsFailed("practice", GONE))
    assert game.all_of(LoadRoutes) == [LoadRoutes(game.state.connection, HEARTH)]


def test_asking_again_asks_for_both_lists_whatever_their_age_and_forgets_a_refusal():
    game = connected()
    key = ("practice", HEARTH)
    others = {("practice", "practice/other"): Denial(REFUSAL, 1)}
    game.state = replace(game.state, denials={key: Denial(REFUSAL, 1), **others})
    game.play(RefreshProviders())
    assert game.asked == [
        LoadKnown(game.state.connection, fresh=True),
        LoadRoutes(game.state.connection, HEARTH, fresh=True),
    ]
    assert game.state.denials == others
    # Until they have come nothing is decided by the old ones.
    game.play(Send("Hello"))
    assert sent(game) == []


def test_lists_that_could_not_be_read_are_asked_for_again_when_the_network_is_back():
    game = asking()
    game.play(KnownLoaded("practice", Known(), error="Nobody is there."), RoutesFailed("practice", HEARTH, GONE))
    game.play(NetworkChanged(False))
    game.asked.clear()
    game.play(NetworkChanged(True))
    assert len(game.all_of(LoadKnown)) == len(game.all_of(LoadRoutes)) == 1
    kept = connected()
    kept.play(RoutesFailed("practice", HEARTH, GONE), NetworkChanged(False), NetworkChanged(True))
    assert kept.all_of(LoadRoutes) == []


def test_a_list_that_cannot_be_read_again_stays_and_says_that_it_is_old():
    game = connected()
    game.play(RefreshProviders())
    game.play(KnownLoaded("practice", Known(), error="No answer."), RoutesFailed("practice", HEARTH, GONE))
    found, knowledge = game.state.routes["practice", HEARTH], game.state.knowledge["practice"]
    assert [e.tag for e in found.endpoints] == list(BOTH)
    assert found.error == str(GONE)
    assert (knowledge.known, knowledge.error) == (KNOWN, "No answer.")
    game.play(Send("Hello"))
    assert game.all_of(OpenStream)[0].provider["only"] == ["alder"]


# What is held back


PENDING = {
    "nothing": (),
    "the policies": (routes(HEARTH, *BOTH),),
    "the endpoints": (KnownLoaded("practice", KNOWN),),
    "newer policies": (KnownLoaded("practice", KNOWN, more=True), routes(HEARTH, *BOTH)),
    "newer endpoints": (KnownLoaded("practice", KNOWN), replace(routes(HEARTH, *BOTH), more=True)),
    "the endpoints of this model": (KnownLoaded("practice", KNOWN), routes("practice/other", *BOTH)),
    "endpoints here": (KnownLoaded("practice", KNOWN), replace(routes(HEARTH, *BOTH), connection_id="other")),
}


@pytest.mark.parametrize("loaded", PENDING.values(), ids=PENDING.keys())
def test_nothing_is_sent_while_a_list_that_decides_is_on_its_way(loaded):
    game = asking()
    game.play(*loaded)
    settle(game)
    effects = game.play(Send("Hello"))
    settle(game)
    assert sent(game) == []
    assert game.state.threads == {}
    assert game.state.room.note.message == "Asking who serves this model."
    assert draft(game) == "Hello"
    assert Patch({"op": "value", "id": "message", "value": "Hello"}) in effects
    assert SaveSetting("draft:", "Hello") in effects


def test_what_was_held_goes_exactly_once_when_everything_is_known():
    game = asking()
    game.play(Send("Hello"))
    game.play(KnownLoaded("practice", KNOWN, more=True))
    settle(game)
    assert sent(game) == []
    game.play(KnownLoaded("practice", KNOWN), routes(HEARTH, *BOTH))
    effects = settle(game)
    assert sent(game) == ["Hello"]
    # Only what was sent leaves the composer.
    assert Patch({"op": "value", "id": "message", "value": "", "was": "Hello"}) in effects
    assert (draft(game), game.state.held, game.state.room.note) == ("", None, None)
    game.play(routes(HEARTH, *BOTH), KnownLoaded("practice", KNOWN), Resume(), Resume())
    settle(game)
    assert sent(game) == ["Hello"]


def test_a_second_press_replaces_what_is_held():
    game = asking()
    game.play(Send("Hello"), Send("Hello there"))
    game.play(KnownLoaded("practice", KNOWN), routes(HEARTH, *BOTH))
    settle(game)
    assert sent(game) == ["Hello there"]


def test_what_is_written_on_while_it_is_held_stays_a_draft():
    game = asking()
    game.play(Send("Hello"), EditDraft("Hello and more"))
    game.play(KnownLoaded("practice", KNOWN), routes(HEARTH, *BOTH))
    settle(game)
    assert sent(game) == ["Hello"]
    assert draft(game, game.state.room.id) == " and more"
    assert game.all_of(SaveSetting)[-1] == SaveSetting(f"draft:{game.state.room.id}", " and more")


AWAY = {
    "to another room": (GoTo("#/c/elsewhere"),),
    "and back": (GoTo("#/c/elsewhere"), NewConversation()),
    "to another connection": (UseConnection("local"),),
    "and back to it": (UseConnection("local"), UseConnection("practice")),
    "to a new connection": (Connected(ROUTER, MODELS, 1),),
    "to another model": (ChooseModel("practice/other"),),
    "without the connection": (RemoveConnection("practice"),),
}


@pytest.mark.parametrize("steps", AWAY.values(), ids=AWAY.keys())
def test_what_is_held_does_not_follow_its_user_away(steps):
    game = asking(LOCAL, PRACTICE)
    game.play(Send("Secret"))
    assert game.state.held is not None
    game.play(*steps)
    game.play(KnownLoaded("practice", KNOWN), *(routes(model.id, *BOTH) for model in MODELS), Resume())
    settle(game)
    assert sent(game) == []
    assert draft(game) == "Secret"


def test_what_was_held_in_one_room_stays_there_although_another_is_open_when_it_is_due():
    """The last guard: whatever moved the user away."""
    game = asking()
    game.play(Send("Secret"), KnownLoaded("practice", KNOWN), routes(HEARTH, *BOTH))
    game.state = replace(game.state, room=replace(game.state.room, id="elsewhere"))
    game.play(Resume())
    assert sent(game) == []
    assert game.state.held is None


def talked(game: Game) -> Game:
    game.play(Send("Hello"))
    game.play(finish(game, Text("Hi")))
    game.asked.clear()
    return game


def test_a_retry_and_a_new_version_wait_too():
    game = talked(connected())
    question, answer = shown_path(game.state)
    game.play(RefreshProviders())
    game.play(Retry(answer.id))
    assert (game.all_of(OpenStream), shown_path(game.state)) == ([], (question, answer))
    game.play(Rewrite(question.id, "Hello again"))
    assert (game.all_of(OpenStream), shown_path(game.state)) == ([], (question, answer))
    game.play(KnownLoaded("practice", KNOWN), routes(HEARTH, *BOTH))
    settle(game)
    assert sent(game) == ["Hello again"]


def test_a_new_version_that_is_given_up_while_it_waits_is_not_sent():
    game = talked(connected())
    question = shown_path(game.state)[0]
    game.play(RefreshProviders())
    game.play(Rewrite(question.id, "Hello again"), LeaveEdit())
    game.play(KnownLoaded("practice", KNOWN), routes(HEARTH, *BOTH))
    settle(game)
    assert sent(game) == []


def test_the_network_that_goes_while_a_message_is_held_gives_it_back():
    game = asking(ROUTER)
    game.play(Send("Hello"), NetworkChanged(False))
    game.play(KnownLoaded("router", Known(), error="x"), RoutesFailed("router", HEARTH, GONE))
    settle(game)
    assert sent(game) == []
    assert (draft(game), game.state.room.note.message) == ("Hello", "There is no network.")


# What is not sent


REFUSED = {
    "nobody is allowed": (KnownLoaded("practice", KNOWN), routes(HEARTH, "fir")),
    "nobody is known": (KnownLoaded("practice", Known(fetched_ms=1)), routes(HEARTH, *BOTH)),
    "a tier is not asked for by naming it": (
        KnownLoaded("practice", KNOWN),
        RoutesLoaded("practice", HEARTH, (Endpoint("alder", "Alder", tier="priority"),), 1),
    ),
    "no provider is allowed for a model without endpoints": (
        KnownLoaded("practice", replace(KNOWN, providers={"fir": KNOWN.providers["fir"]})),
        RoutesFailed("practice", HEARTH, GONE),
    ),
}


@pytest.mark.parametrize("held", [False, True], ids=["at once", "held"])
@pytest.mark.parametrize("loaded", REFUSED.values(), ids=REFUSED.keys())
def test_nothing_is_sent_when_nobody_is_left_and_the_text_is_kept(loaded, held):
    game = asking()
    messages = (Send("Hello"), *loaded) if held else (*loaded, Send("Hello"))
    game.play(*messages)
    settle(game)
    assert sent(game) == []
    assert game.state.threads == {}
    assert game.state.room.note.message == "No provider may see this message, so nothing was sent."
    assert (draft(game), game.state.held) == ("Hello", None)
    assert SaveSetting("draft:", "Hello") in game.asked


def test_a_retry_that_nobody_may_answer_says_so_and_changes_nothing():
    game = talked(connected())
    before = game.state.threads
    game.play(routes(HEARTH, "fir"))
    question, answer = shown_path(game.state)
    game.play(Retry(answer.id))
    assert game.state.room.note.action == "privacy.relax"
    game.play(Rewrite(question.id, "Hello again"))
    assert game.state.room.note.action == "privacy.relax"
    assert (sent(game), game.state.threads) == ([], before)


def test_a_remote_server_of_which_nobody_said_anything_gets_nothing():
    game = asking(REMOTE)
    game.play(Send("Hello"))
    assert sent(game) == []
    note = game.state.room.note
    assert note.message == "This server may not see the message, so nothing was sent."
    assert "You have not said yet what it does with prompts" in note.advice
    assert draft(game) == "Hello"


# What stands in the request


policies = st.builds(
    Policy, st.sampled_from((True, False, None)), st.sampled_from((True, False, None)), st.sampled_from((None, 0, 30))
)


def knowing(first: Policy, second: Policy) -> Known:
    both = {"ash": first, "beech": second}
    rows = {slug: Provider(slug, slug.title(), "", ("DE",), policy) for slug, policy in both.items()}
    return Known(rows, fetched_ms=1)


@settings(max_examples=150, deadline=None)
@given(limits, limits, policies, policies, st.sampled_from((PRACTICE, ROUTER)), st.booleans())
def test_every_request_of_a_service_names_who_may_answer_and_none_is_wider_than_connection_and_room(
    level, room, first, second, connection, chosen_later
):
    connection = replace(connection, model="acme/one", privacy=Privacy(level))
    game = asking(connection, models=(Model("acme/one", is_router=chosen_later),))
    game.state = replace(game.state, room=replace(game.state.room, limits=room))
    rows = tuple(Endpoint(tag, "", "acme/one", 0.5, 0.5) for tag in ("ash", "ash/turbo", "beech"))
    known = knowing(first, second)
    game.play(Send("Hello"))
    game.play(KnownLoaded(connection.id, known), RoutesLoaded(connection.id, "acme/one", rows, 1))
    settle(game)
    opened = game.all_of(OpenStream)
    if not opened:
        assert draft(game) == "Hello"
        return
    only = opened[0].provider["only"]
    assert only
    for tag in only:
        policy = known.providers[tag.partition("/")[0]].policy
        for one in (level, room):
            assert not (one.deny_paid_training and policy.trains is not False)
            assert not (one.deny_retention and policy.retains is not False)
            assert one.only is None or {tag, tag.partition("/")[0]} & set(one.only)
            assert not {tag, tag.partition("/")[0]} & set(one.never)
            assert "US" not in one.regions
    assert game.state.thread.conversation.limits.value == room


@pytest.mark.parametrize("said", [RoutesFailed("practice", HEARTH, GONE), routes(HEARTH)], ids=["failed", "empty"])
def test_a_model_without_endpoints_goes_to_providers_by_name_and_to_nobody_else(said):
    game = asking()
    game.play(KnownLoaded("practice", KNOWN), said, Send("Hello"))
    (opened,) = game.all_of(OpenStream)
    assert opened.provider["only"] == ["alder"]
    assert opened.provider["data_collection"] == "deny"


def test_a_server_on_this_machine_is_told_nothing_of_providers():
    game = asking(LOCAL)
    game.play(Send("Hello"))
    (opened,) = game.all_of(OpenStream)
    assert opened.provider is None
    assert opened.answer.disclosure == Disclosure(("127.0.0.1:11434",), local=True)


def test_a_routing_service_on_this_machine_is_still_one():
    game = asking(replace(LOCAL, dialect="routing"), models=(Model("llama3"),))
    game.play(Send("Hello"))
    assert sent(game) == []
    game.play(KnownLoaded("local", KNOWN), RoutesLoaded("local", "llama3", (Endpoint("alder", "Alder"),), 1))
    settle(game)
    (opened,) = game.all_of(OpenStream)
    assert opened.provider["only"] == ["alder"]
    assert not opened.answer.disclosure.local


def test_the_answer_remembers_who_was_allowed_and_that_the_account_is_logged():
    game = connected()
    game.play(SwitchPrivacy("account_logs", "", True), Send("Hello"))
    (opened,) = game.all_of(OpenStream)
    assert opened.answer.disclosure == Disclosure(("Alder",), logged=True)


def test_a_correction_counts_in_the_next_request():
    game = connected()
    corrections = (Correction("fir", False, False, None, 7), Correction("alder", True))
    connection = replace(game.state.connection, privacy=Privacy(corrections=corrections))
    game.state = replace(game.state, connections=(connection,))
    game.play(Send("Hello"))
    assert game.all_of(OpenStream)[0].provider["only"] == ["fir"]
    (answer,) = game.state.answers.values()
    assert [policy.source for _, policy in answer.policies] == [YOU]


def test_when_no_list_could_be_read_the_built_in_one_decides_and_what_it_does_not_know_is_out():
    game = asking()
    game.play(KnownLoaded("practice", Known(), error="x"), routes(HEARTH, "deepinfra", "alder"))
    assert built_in()["deepinfra"].retains is False
    game.play(Send("Hello"))
    assert game.all_of(OpenStream)[0].provider["only"] == ["deepinfra"]


def test_a_service_that_chooses_later_and_lists_nobody_gets_names_from_the_built_in_list():
    game = asking(replace(PRACTICE, model="practice/auto"), models=(Model("practice/auto", is_router=True),))
    game.play(KnownLoaded("practice", Known(fetched_ms=1)), Send("Hello"))
    only = game.all_of(OpenStream)[0].provider["only"]
    harmless = {slug for slug, p in built_in().items() if (p.trains, p.retains, p.publishes) == (False, False, False)}
    assert set(only) == harmless


def test_what_a_new_conversation_forbids_goes_into_it_with_the_first_message_and_into_its_branches():
    game = connected()
    game.play(SwitchPrivacy("zero", "room", True))
    assert game.state.room.limits == Limits(zero_retention=True)
    game.play(Send("Hello"))
    assert sent(game) == []
    game.play(SwitchPrivacy("zero", "room", False), SwitchPrivacy("keep", "room", True), Send("Hello"))
    conversation = game.state.thread.conversation
    assert conversation.limits.value == Limits(deny_retention=True)
    game.play(finish(game, Text("Hi")))
    game.play(Branch(shown_path(game.state)[-1].id))
    assert game.state.thread.conversation.id != conversation.id
    assert game.state.thread.conversation.limits.value == Limits(deny_retention=True)
    # The next new one begins without.
    game.play(NewConversation())
    assert audience.room_limits(game.state) == Limits()


def test_what_a_new_conversation_forbids_waits_for_it_like_its_draft():
    game = talked(connected())
    talk, opened = game.state.room.id, game.state.thread
    game.play(NewConversation(), SwitchPrivacy("zero", "room", True), EditDraft("Secret"))
    game.play(GoTo(f"#/c/{talk}"), ThreadLoaded(talk, opened.conversation, opened.revision))
    assert audience.room_limits(game.state) == Limits()
    game.play(NewConversation())
    assert (draft(game), audience.room_limits(game.state)) == ("Secret", Limits(zero_retention=True))
    game.play(Send("Secret"))
    assert sent(game) == []


# What is stale


def test_what_is_known_of_a_connection_goes_with_it_and_the_next_one_reads_its_models():
    game = asking(LOCAL, PRACTICE)
    game.play(KnownLoaded("practice", KNOWN), routes(HEARTH, *BOTH))
    denials = {(id, HEARTH): Denial(REFUSAL, 1) for id in ("practice", "local")}
    game.state = replace(game.state, denials=denials)
    game.asked.clear()
    game.play(RemoveConnection("practice"))
    assert (game.state.knowledge, game.state.routes) == ({}, {})
    assert list(game.state.denials) == [("local", HEARTH)]
    assert game.all_of(LoadModels) == [LoadModels(game.state.connection)]
    assert game.state.connection_id == "local"


def test_a_refusal_of_one_account_is_not_held_against_another_key():
    game = asking(ROUTER)
    game.state = replace(game.state, denials={("router", HEARTH): Denial(REFUSAL, 1)})
    game.play(Connected(replace(ROUTER, key="sk-" + "n" * 30), MODELS, 2))
    assert game.state.denials == {}


@pytest.mark.parametrize("step", [UseConnection("local"), Connected(ROUTER, MODELS, 1), RemoveConnection("practice")])
def test_a_mistake_is_not_shown_at_another_connection(step):
    game = asking(LOCAL, PRACTICE)
    game.state = replace(game.state, mistake=(":days", "Give a whole number."))
    game.play(step)
    assert game.state.mistake == ("", "")


def test_removing_another_connection_keeps_what_is_held():
    game = asking(LOCAL, PRACTICE)
    game.play(Send("Hello"), RemoveConnection("local"))
    assert game.state.held is not None


def test_a_model_typed_by_hand_is_used_where_a_server_lists_none():
    game = asking()
    game.play(Connected(replace(LOCAL, model=""), (), 1), ChooseModel("tiny"), Send("Hello"))
    assert [e.model for e in game.all_of(OpenStream)] == ["tiny"]
    game.play(Connected(replace(ROUTER, model=""), (), 1), ChooseModel("tiny"), NewConversation())
    game.play(KnownLoaded("router", KNOWN), RoutesFailed("router", "tiny", RateLimited("Slow down.")), Send("Hello"))
    assert [e.provider and e.provider["only"] for e in game.all_of(OpenStream)] == [None, ["alder"]]


def test_without_a_connection_or_a_model_there_is_nothing_to_decide():
    game = Game()
    assert (audience.decision(game.state), audience.pending(game.state)) == (None, False)
    game.play(Connected(replace(PRACTICE, model=""), (), 1))
    assert (audience.decision(game.state), audience.pending(game.state)) == (None, False)


def test_a_model_that_the_server_passes_on_does_not_stay_here():
    local = Connection("o", "other", "http://127.0.0.1:11434/v1", "Ollama")
    at_home, away = (audience.decide(local, model, None, None, None, NONE) for model in ("llama3:8b", "kimi-k2:cloud"))
    assert at_home.stays
    assert not away.stays
    # Nobody has said what that other server does with it.
    assert not away.allowed


def test_the_lists_are_looked_at_again_every_hour_and_those_not_in_use_forgotten():
    game = connected()
    effects = game.play(ListsDue())
    assert [type(effect) for effect in effects] == [Schedule, LoadKnown, LoadRoutes]
    assert effects[0].message == ListsDue()
    assert set(game.state.routes) == {("practice", "practice/hearth-1")}
    game.state = replace(game.state, online=False)
    assert [type(effect) for effect in game.play(ListsDue())] == [Schedule]


@pytest.mark.parametrize(("reads", "engine"), [(("text", "file"), "native"), (("text", "image"), "cloudflare-ai")])
def test_a_pdf_goes_through_the_services_parser_only_where_the_model_cannot_read_it(reads, engine):
    game = connected()
    game.play(ModelsLoaded("practice", (Model("practice/hearth-1", input_modalities=reads),), 5), Send("Read it"))
    (sent,) = game.all_of(OpenStream)
    assert sent.pdf_engine == engine
