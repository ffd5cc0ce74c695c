"""What an answer remembers of who gave it, and what is remembered of a service that let nobody answer."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.app.messages import Finished, Retry, Send
from inglenook.app.reply import badness, disclosed
from inglenook.app.room import shown_path
from inglenook.app.state import Answer, Denial
from inglenook.core.model import Author, Disclosure, Message, Policy, Text
from inglenook.core.service_refusal import ServiceRefusal

from tests.app.play import connected, finish

HARMLESS, KEEPS, TRAINS = Policy(False, False), Policy(False, True, 30), Policy(True, True, 90)
REFUSAL = ServiceRefusal("training", "may train", "Change it.", "account")
KEY = ("practice", "practice/hearth-1")
policies = st.builds(
    Policy,
    st.sampled_from((True, False, None)),
    st.sampled_from((True, False, None)),
    st.sampled_from((None, 0, 1, 30)),
    st.sampled_from((True, False, None)),
)


def answered(provider: str, *allowed: tuple[str, Policy], told: Disclosure | None = None) -> Policy | None:
    """The policy that an answer of this provider remembers."""
    names = tuple(name for name, _ in allowed)
    message = Message(
        "a", "u", "assistant", (Text("Hi"),), Author(provider=provider), disclosure=told or Disclosure(names)
    )
    return disclosed(message, Answer("c", message, policies=allowed)).disclosure.policy


def test_an_answer_remembers_the_policy_of_the_provider_that_gave_it():
    allowed = (("Alder", HARMLESS), ("Cedar", KEEPS))
    assert answered("Cedar", *allowed) == KEEPS
    assert answered("ALDER", *allowed) == HARMLESS


def test_of_a_name_that_nobody_knows_the_worst_that_was_allowed_counts():
    assert answered("Somebody", ("Alder", HARMLESS), ("Fir", TRAINS), ("Cedar", KEEPS)) == TRAINS


def test_of_two_endpoints_of_one_name_the_worse_counts():
    assert answered("Cedar", ("Cedar", HARMLESS), ("Cedar", KEEPS), ("Fir", TRAINS)) == KEEPS


def test_without_a_name_the_policy_is_known_only_if_one_was_allowed():
    assert answered("", ("Alder", HARMLESS)) == HARMLESS
    assert answered("", ("Alder", HARMLESS), ("Cedar", KEEPS)) is None
    # After a crash nobody knows any more who was allowed.
    assert answered("Alder", told=Disclosure(("Alder",))) is None


def test_an_answer_without_a_record_gets_none():
    message = Message("a", "u", "assistant", author=Author(provider="Alder"))
    assert disclosed(message, Answer("c", message, policies=(("Alder", HARMLESS),))) is message


def test_who_was_allowed_stays_as_it_was_when_it_was_asked():
    told = Disclosure(("Alder", "Cedar"), logged=True)
    message = Message("a", "u", "assistant", author=Author(provider="Alder"), disclosure=told)
    found = disclosed(message, Answer("c", message, policies=(("Alder", HARMLESS), ("Cedar", KEEPS))))
    assert found.disclosure == replace(told, policy=HARMLESS)


@given(st.lists(policies, min_size=1, max_size=5))
def test_the_worst_hides_nothing_that_any_of_them_does(found):
    worst = answered("Somebody", *((f"P{n}", policy) for n, policy in enumerate(found)))
    assert worst in found
    if any(policy.trains is not False or policy.publishes is True for policy in found):
        assert worst.trains is not False or worst.publishes is True
    elif any(policy.retains is not False for policy in found):
        assert worst.retains is not False
    assert all(badness(policy) <= badness(worst) for policy in found)


def test_longer_is_worse_and_unknown_is_worst():
    days = [Policy(False, True, 0), Policy(False, True, 30), Policy(False, True, 3650), Policy(False, True, None)]
    assert sorted(reversed(days), key=badness) == days


def test_the_conversation_holds_the_policy_of_its_answer():
    game = connected()
    game.play(Send("Hello"))
    ended = finish(game, Text("Hi"))
    ended = replace(ended, message=replace(ended.message, author=replace(ended.message.author, provider="Alder")))
    game.play(ended)
    told = shown_path(game.state)[-1].disclosure
    assert (told.allowed, told.policy) == (("Alder",), Policy(False, False, 0, False, "service's feed", 1))


def refused(game) -> Finished:
    return replace(finish(game, status="refused"), denied=REFUSAL)


def test_a_refusal_of_the_service_is_remembered_until_somebody_answers():
    game = connected()
    game.play(Send("Hello"))
    ended = refused(game)
    game.play(ended)
    assert game.state.denials == {KEY: Denial(REFUSAL, ended.message.revised_ms)}
    game.play(Retry(shown_path(game.state)[-1].id))
    assert KEY in game.state.denials
    other = {("practice", "practice/other"): Denial(REFUSAL, 1)}
    game.state = replace(game.state, denials={**game.state.denials, **other})
    game.play(finish(game, Text("Hi")))
    assert game.state.denials == other


@pytest.mark.parametrize("status", ["failed", "interrupted", "refused"])
def test_an_answer_that_came_to_nothing_forgets_no_refusal(status):
    game = connected()
    game.play(Send("Hello"))
    game.play(refused(game))
    game.play(Retry(shown_path(game.state)[-1].id))
    game.play(finish(game, status=status))
    assert list(game.state.denials) == [KEY]


def test_an_answer_of_another_model_or_connection_forgets_no_refusal():
    game = connected()
    others = {("practice", "practice/other"): Denial(REFUSAL, 1), ("openrouter", KEY[1]): Denial(REFUSAL, 1)}
    game.state = replace(game.state, denials=others)
    game.play(Send("Hello"))
    game.play(finish(game, Text("Hi")))
    assert game.state.denials == others
