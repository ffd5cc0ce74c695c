"""The table of who may see the next message, the count at the composer, and who has seen a conversation."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.app.messages import (
    AskCorrection,
    Connected,
    CorrectProvider,
    FilterProviders,
    KnownLoaded,
    OnlyAllowed,
    OpenProviders,
    RefreshProviders,
    RoutesFailed,
    RoutesLoaded,
    Send,
    SetPrivacy,
    SortProviders,
    SwitchPrivacy,
    UseConnection,
)
from inglenook.app.state import Denial
from inglenook.core.catalogue import Model
from inglenook.core.connection import Connection
from inglenook.core.errors import Unreachable
from inglenook.core.model import Disclosure, Policy
from inglenook.core.providers import FEED, Endpoint, Known, Provider
from inglenook.core.service_refusal import ServiceRefusal
from inglenook.ui import audience, composer, providers, seen

from tests.app.play import KNOWN, Game, connected, routes
from tests.ui.page import Element, buttons, read
from tests.ui.room import ANSWERED, ASKED, conversation, room

HEARTH = "practice/hearth-1"
REFUSAL = ServiceRefusal(
    "training", "may train, and the account forbids that", "Change it.", "account", ("Alder",), link="https://x.test/"
)
NASTY = '<img src=x onerror="alert(1)">'


def shown(game: Game) -> Element:
    return read(providers.draw(*providers.select(game.state)))


def opened(*messages) -> Game:
    game = connected()
    game.play(OpenProviders(), *messages)
    return game


def rows(game: Game) -> dict[str, list[str]]:
    found = {}
    for row in shown(game).one("tbody").all("tr"):
        tag = row.attributes.get("data-tag", "")
        found[tag] = [" ".join(cell.text.split()) for cell in row.children if isinstance(cell, Element)]
    return found


def words_at_the_composer(game: Game) -> str:
    return " ".join(read(composer.draw_models(*composer.select_models(game.state))).text.split())


def test_a_table_that_is_not_open_is_not_drawn():
    game = connected()
    assert providers.select(game.state) == (None,)
    assert providers.draw(None) == ""


def test_every_endpoint_has_a_row_with_what_is_known_and_why_it_is_out():
    found = rows(opened())
    assert list(found) == ["alder", "fir"]
    assert found["alder"][:9] == ["Alder", "no", "no", "US", "$0.50", "$1.50", "", "", "yes"]
    assert found["fir"][:4] == ["Fir", "yes", "90 days", "DE"]
    assert found["fir"][8].startswith("no trains on prompts;")
    assert "keeps prompts for 90 days" in found["fir"][8]
    assert found["fir"][9] == "policy list Correct"


def test_what_nobody_knows_is_said_so():
    game = opened(KnownLoaded("practice", Known(fetched_ms=1)), routes(HEARTH, "larch"))
    assert rows(game)["larch"][1:4] == ["unknown", "unknown", "unknown"]
    assert rows(game)["larch"][9].startswith("nobody")


def test_a_variant_shows_its_whole_name():
    game = opened(RoutesLoaded("practice", HEARTH, (Endpoint("alder/eu", "Alder"), Endpoint("alder", "Alder")), 1))
    assert [cells[0] for cells in rows(game).values()] == ["Alderalder/eu", "Alder"]


@pytest.mark.parametrize(
    ("words", "left"),
    [("fir", ["fir"]), ("US", ["alder"]), ("TRAINS on", ["fir"]), ("policy", ["alder", "fir"]), ("fir alder", [""])],
)
def test_the_filter_looks_for_every_word_in_name_region_and_reason(words, left):
    assert list(rows(opened(FilterProviders(words)))) == left


def test_only_those_that_are_allowed():
    assert list(rows(opened(OnlyAllowed(True)))) == ["alder"]
    nobody = opened(OnlyAllowed(True), SwitchPrivacy("zero", "", True))
    assert rows(nobody)[""] == ["No provider matches."]


@pytest.mark.parametrize(
    ("column", "first"),
    [
        ("provider", "alder"),
        ("trains", "alder"),
        ("keeps", "alder"),
        ("region", "fir"),
        ("prompt", "fir"),
        ("completion", "alder"),
        ("speed", "fir"),
        ("uptime", "fir"),
        ("allowed", "alder"),
    ],
)
def test_each_column_puts_the_best_first_and_the_other_way_last(column, first):
    both = (
        Endpoint("alder", "Alder", HEARTH, 9.0, 1.0, tokens_per_s=10, uptime=90.0),
        Endpoint("fir", "Fir", HEARTH, 1.0, 9.0, tokens_per_s=99, uptime=99.0),
    )
    for listed in (both, both[::-1]):
        game = opened(RoutesLoaded("practice", HEARTH, listed, 1), SortProviders(column))
        order = list(rows(game))
        assert order[0] == first
        assert [th.attributes.get("aria-sort") for th in shown(game).all("th", scope="col")].count("ascending") == 1
        game.play(SortProviders(column))
        assert list(rows(game)) == order[::-1]


def test_prices_and_speeds_that_nobody_knows_come_last():
    listed = (Endpoint("alder", "Alder"), Endpoint("fir", "Fir", HEARTH, 99.0, 99.0, tokens_per_s=1, uptime=1.0))
    for column in ("prompt", "completion", "speed", "uptime"):
        game = opened(RoutesLoaded("practice", HEARTH, listed, 1), SortProviders(column))
        assert list(rows(game)) == ["fir", "alder"]


def test_who_the_service_refused_is_marked_and_the_others_are_not():
    game = opened(SwitchPrivacy("account_trains", "", True), SwitchPrivacy("train", "", True))
    game.play(SwitchPrivacy("keep", "", True))
    game.state = replace(game.state, denials={("practice", HEARTH): Denial(REFUSAL, game.now_ms)})
    assert rows(game)["alder"][8] == "no the service: may train, and the account forbids that"
    assert rows(game)["fir"][8] == "yes"
    assert shown(game).one("a").attributes["href"] == "https://x.test/"
    everybody = replace(REFUSAL, affected=())
    game.state = replace(game.state, denials={("practice", HEARTH): Denial(everybody, game.now_ms)})
    assert rows(game)["fir"][8].startswith("no the service")


def test_a_refusal_of_another_model_or_connection_is_not_shown():
    game = opened()
    denials = {("practice", "practice/other"): Denial(REFUSAL, 1), ("elsewhere", HEARTH): Denial(REFUSAL, 1)}
    game.state = replace(game.state, denials=denials)
    assert rows(game)["alder"][8] == "yes"
    assert words_at_the_composer(game).endswith("1 of 2 providers allowed")


def test_why_not_the_others_names_the_switches_and_the_names():
    reasons = [one.text for one in shown(opened()).one(id="reason-card").all("li")]
    assert "Allow providers that train is off, which excludes Fir" in reasons
    alone = opened(routes(HEARTH, "alder"))
    assert shown(alone).all(id="reason-card") == []


def test_a_correction_is_made_in_the_table_and_marks_its_row():
    game = opened(AskCorrection("fir"), CorrectProvider("fir", "no", "yes", "soon"))
    form = shown(game).one("form")
    assert form.attributes["data-action"] == "providers.corrected"
    assert form.attributes["data-id"] == "fir"
    assert "Nothing was changed." in form.text
    game.play(CorrectProvider("fir", "no", "no", ""))
    assert shown(game).all("form") == []
    assert rows(game)["fir"][9].startswith("your word")
    pressed = shown(game).all("button", aria_pressed="true")
    assert [button.name for button in pressed] == ["Correct what is known of Fir"]


def test_a_rooms_mistake_is_said_at_its_own_field():
    game = opened(SetPrivacy("prompt_price", "room", "cheap"))
    (wrong,) = shown(game).all("input", aria_invalid="true")
    assert (wrong.attributes["data-name"], wrong.attributes["data-scope"]) == ("prompt_price", "room")
    assert len(shown(game).all("small", role="alert")) == 1


def test_lists_that_are_asked_for_or_old_say_so():
    game = opened()
    assert "disabled" not in shown(game).one("button", data_action="providers.refresh").attributes
    game.play(RefreshProviders())
    assert "disabled" in shown(game).one("button", data_action="providers.refresh").attributes
    game.play(KnownLoaded("practice", Known(), error="No feed."))
    game.play(RoutesFailed("practice", HEARTH, Unreachable("Nobody is there.")))
    text = shown(game).text
    assert "This list may be old. No feed." in text
    assert "This list may be old. Nobody is there." in text


def test_while_nothing_is_known_there_is_no_table():
    game = connected()
    game.play(KnownLoaded("practice", KNOWN))
    game.state = replace(game.state, routes={}, knowledge={})
    game.play(OpenProviders())
    assert shown(game).all("table") == []
    assert "is not known" in shown(game).text
    assert "Who may see it" in words_at_the_composer(game)


def test_names_of_providers_are_text_and_never_markup():
    nasty = Known({"alder": Provider("alder", NASTY, policy=Policy(False, False, 0, False, FEED, 1))}, fetched_ms=1)
    game = opened(KnownLoaded("practice", nasty), RoutesLoaded("practice", HEARTH, (Endpoint("alder", NASTY),), 1))
    assert shown(game).all("img") == []
    assert rows(game)["alder"][0] == NASTY


def test_a_server_that_answers_itself_has_no_filter_and_no_corrections():
    game = Game()
    box = Connection("box", "other", "https://box.example/v1", "box.example", model="llama3")
    game.play(Connected(box, (Model("llama3"),), 1), OpenProviders())
    assert shown(game).all("input") == []
    assert [name for name in buttons(shown(game)) if name.startswith("Correct")] == []
    assert words_at_the_composer(game).endswith("Nobody may see it")


def test_a_server_on_this_machine_needs_no_table():
    game = Game()
    local = Connection("local", "other", "http://127.0.0.1:1/v1", "127.0.0.1:1", model="llama3")
    game.play(Connected(local, (Model("llama3"),), 1), OpenProviders())
    assert shown(game).all("table") == []
    assert words_at_the_composer(game).endswith("Stays on this machine")


def test_the_composer_counts_what_a_message_sent_now_would_reach():
    game = connected()
    assert words_at_the_composer(game).endswith("1 of 2 providers allowed")
    game.play(SwitchPrivacy("zero", "room", True))
    assert words_at_the_composer(game).endswith("0 of 2 providers allowed")
    game.play(SwitchPrivacy("zero", "room", False), routes(HEARTH, "alder"))
    assert words_at_the_composer(game).endswith("1 of 1 provider allowed")
    game.state = replace(game.state, denials={("practice", HEARTH): Denial(REFUSAL, 1)})
    assert words_at_the_composer(game).endswith("Refused by the service")


def test_the_count_is_of_the_connection_model_and_room_that_are_open():
    """The looked-up model is kept between drawings; nothing that decides it may be missed."""
    game = connected()
    local = Connection("local", "other", "http://127.0.0.1:1/v1", "127.0.0.1:1", model="llama3")
    assert words_at_the_composer(game).endswith("1 of 2 providers allowed")
    game.play(Connected(local, (Model("llama3"),), 1))
    assert words_at_the_composer(game).endswith("Stays on this machine")
    game.play(UseConnection("practice"), Send("Hello"))
    assert words_at_the_composer(game).endswith("1 of 2 providers allowed")
    game.play(SwitchPrivacy("keep", "room", True), SwitchPrivacy("zero", "room", True))
    assert words_at_the_composer(game).endswith("0 of 2 providers allowed")


def test_text_that_arrives_decides_nothing_anew():
    game = connected()
    before = composer.select_models(game.state)
    game.state = replace(game.state, typed={"": "a"}, answers={})
    after = composer.select_models(game.state)
    assert all(new is old or isinstance(new, str) for new, old in zip(after, before, strict=True))
    assert audience.decided(*after[2:]) is audience.decided(*before[2:])


# Words


@given(st.sampled_from((True, False, None)), st.sampled_from((True, False, None)), st.sampled_from((None, 0, 1, 30)))
def test_a_few_words_never_say_better_than_is_known(trains, retains, days):
    words = audience.brief(Disclosure(policy=Policy(trains, retains, days)))
    assert ("train" in words) is (trains is not False) or words == "policy unknown"
    if words == "keeps nothing":
        assert (trains, retains) == (False, False)
    if words == "policy unknown":
        assert (trains, retains) == (None, None)
    assert ("keep prompts" in words or "keeps prompts" in words) is (retains is not False) or words == "policy unknown"


def test_what_is_said_of_an_answer_names_all_who_could_see_it():
    said = audience.whole(Disclosure(("Alder", "Fir"), Policy(False, True, 3, None, FEED, 1), logged=True))
    assert said == (
        "Trains on prompts: no. Keeps them: 3 days. Known from: policy list. Allowed were: Alder, Fir. "
        "The account had prompts logged by the service."
    )
    assert audience.whole(Disclosure(("box",), local=True)) == "What was sent stayed on this machine."
    assert (audience.whole(None), audience.brief(None), audience.brief(Disclosure())) == ("", "", "")


# Who has seen a conversation


def seen_in(*answers) -> Element:
    state = room(conversation(ASKED, *answers))
    return read(seen.draw(*seen.select(state)))


def test_who_has_seen_a_conversation_is_said_at_its_end():
    told = Disclosure(("Alder", "Fir"), Policy(False, True, 30), logged=True)
    author = replace(ANSWERED.author, connection="OpenRouter")
    failed = replace(ANSWERED, id="a2", author=replace(author, provider=""), disclosure=told, status="failed")
    drawn = seen_in(replace(ANSWERED, author=author, disclosure=told), failed, replace(ANSWERED, id="a3"))
    assert drawn.one("summary").text == "Seen by 1 provider"
    assert [one.text for one in drawn.all("li")] == [
        "Alder gave 1 answer: keeps prompts 30 days",
        "Perhaps, for a request without an answer: Fir",
        "OpenRouter passed it on and logged it, as your account allows",
        "1 answer from elsewhere or from before this was recorded: nobody knows",
    ]


def test_a_conversation_without_answers_says_nothing():
    assert seen.draw(*seen.select(room(conversation(ASKED)))) == ""
    assert seen.draw(None) == ""


@pytest.mark.parametrize(
    ("status", "told", "said"),
    [
        ("done", Disclosure(("here",), local=True), "Stayed on this machine"),
        ("refused", Disclosure(("Fir",)), "Seen by no provider"),
        ("failed", Disclosure(("Fir", "Elm")), "Perhaps seen by 2 providers"),
        ("done", None, "Who has seen this is not known"),
    ],
)
def test_one_line_sums_it_up(status, told, said):
    author = replace(ANSWERED.author, provider="", connection="OpenRouter")
    drawn = seen_in(replace(ANSWERED, author=author, disclosure=told, status=status))
    assert drawn.one("summary").text == said


def test_the_practice_room_says_that_nobody_is_real():
    author = replace(ANSWERED.author, connection="Practice room")
    assert "nobody is real" in seen_in(replace(ANSWERED, author=author, disclosure=Disclosure(("Alder",)))).text
