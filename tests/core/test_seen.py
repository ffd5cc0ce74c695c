"""Who has seen a conversation, added up from what its messages remember."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook.core import thread
from inglenook.core.model import Author, Conversation, Disclosure, Message, Policy, Text
from inglenook.core.seen import Seen, Witness, seen_by

from tests.strategies import conversations

POLICY = Policy(False, True, 30)
SERVICE = "OpenRouter"


def answer(id: str, provider: str = "", told: Disclosure | None = None, parent: str | None = "u", **facts) -> Message:
    facts = {"created_ms": int(id[1:]), **facts}
    author = Author("acme/one", provider=provider, connection=facts.pop("connection", SERVICE))
    return Message(id, parent, "assistant", (Text("Hi"),), author, disclosure=told, **facts)


def talk(*answers: Message) -> Conversation:
    asked = Message("u", None, "user", (Text("Hello"),))
    return Conversation("c", 0, messages={m.id: m for m in (asked, *answers)})


def told(*allowed: str, **facts) -> Disclosure:
    return Disclosure(allowed, POLICY, **facts)


def test_a_conversation_without_answers_was_seen_by_nobody():
    assert seen_by(talk()) == Seen()


def test_a_provider_is_counted_over_all_branches_with_its_policy_of_the_last_time():
    now = Disclosure(("Alder",), Policy(True, True))
    found = seen_by(talk(answer("a3", "Alder", now), answer("a1", "Alder", told("Alder")), answer("a2", "Fir", now)))
    assert found == Seen((Witness("Alder", SERVICE, 2, now), Witness("Fir", SERVICE, 1, now)), services=(SERVICE,))


def test_the_same_name_behind_two_services_are_two():
    found = seen_by(talk(answer("a1", "Alder", told("Alder")), answer("a2", "Alder", told("Alder"), connection="Desk")))
    assert [(w.connection, w.answers) for w in found.witnesses] == [(SERVICE, 1), ("Desk", 1)]
    assert found.services == (SERVICE, "Desk")


def test_who_was_allowed_but_did_not_answer_has_seen_nothing():
    found = seen_by(talk(answer("a1", "Alder", told("Alder", "Fir"))))
    assert ([w.name for w in found.witnesses], found.perhaps) == (["Alder"], ())


@pytest.mark.parametrize("status", ["failed", "interrupted", "done"])
def test_of_a_request_without_a_name_all_who_were_allowed_have_perhaps_seen_it(status):
    found = seen_by(talk(answer("a1", "", told("Alder", "Fir"), status=status)))
    assert found == Seen(perhaps=("Alder", "Fir"), services=(SERVICE,))


def test_who_answered_elsewhere_is_not_perhaps():
    found = seen_by(
        talk(answer("a1", "", told("Alder", "Fir"), status="failed"), answer("a2", "Fir", told("Alder", "Fir")))
    )
    assert (found.perhaps, [w.name for w in found.witnesses]) == (("Alder",), ["Fir"])


def test_a_service_that_refused_passed_nothing_on_but_has_seen_it():
    refused = answer("a1", "", told("Alder", logged=True), status="refused")
    assert seen_by(talk(refused)) == Seen(services=(SERVICE,), logged=(SERVICE,))


@pytest.mark.parametrize("status", ["done", "failed", "interrupted", "refused"])
@pytest.mark.parametrize("provider", ["", "Alder"])
def test_deleting_here_takes_nothing_back_there(status, provider):
    conversation = talk(answer("a1", provider, told("Alder", "Fir", logged=True), status=status))
    assert seen_by(thread.delete(conversation, "a1", 99)) == seen_by(conversation)


def test_deleting_the_question_changes_nothing():
    conversation = talk(answer("a1", "Alder", told("Alder")))
    assert seen_by(thread.delete(conversation, "u", 99)) == seen_by(conversation)


def test_what_stayed_here_was_seen_by_nobody_else():
    local = Disclosure(("127.0.0.1:11434",), local=True)
    assert seen_by(talk(answer("a1", "", local))) == Seen(local=True)


def test_a_server_that_answers_itself_has_seen_it_and_passed_nothing_on():
    box = told("box.example")
    found = seen_by(talk(answer("a1", "", box, connection="box.example")))
    assert found == Seen((Witness("box.example", "box.example", 1, box),))
    failed = seen_by(talk(answer("a1", "", box, connection="box.example", status="failed")))
    assert failed == Seen(perhaps=("box.example",))


def test_an_answer_of_which_nothing_is_known_is_counted_as_that():
    found = seen_by(talk(answer("a1", "Alder"), answer("a2", "", told("Fir"), status="failed")))
    assert (found.unrecorded, found.witnesses, found.perhaps) == (1, (), ("Fir",))


def test_a_branch_remembers_who_has_seen_what_it_copies():
    conversation = talk(answer("a1", "Alder", told("Alder")), answer("a2", "Fir", told("Fir")))
    branch = thread.branch(conversation, "a1", "d", ["x", "y"], 5)
    assert [w.name for w in seen_by(branch).witnesses] == ["Alder"]


@settings(deadline=None)
@given(conversations())
def test_nobody_who_is_recorded_is_left_out(conversation):
    found = seen_by(conversation)
    answers = [m for m in conversation.messages.values() if m.role == "assistant"]
    recorded = [m for m in answers if m.disclosure is not None]
    away = [m for m in recorded if not m.disclosure.local]
    assert found.unrecorded == len(answers) - len(recorded)
    assert found.local is any(m.disclosure.local for m in recorded)
    names = {w.name for w in found.witnesses}
    for message in away:
        if message.author.provider:
            assert message.author.provider in names
        elif message.status != "refused":
            assert set(message.disclosure.allowed) <= names | set(found.perhaps)
    assert sum(w.answers for w in found.witnesses) <= len(away)
    assert not names & set(found.perhaps)
    assert set(found.logged) == {m.author.connection for m in away if m.disclosure.logged} - {""}


@settings(deadline=None)
@given(conversations(), st.randoms())
def test_the_order_in_which_messages_are_kept_does_not_matter(conversation, random):
    shuffled = list(conversation.messages.items())
    random.shuffle(shuffled)
    assert seen_by(replace(conversation, messages=dict(shuffled))) == seen_by(conversation)
