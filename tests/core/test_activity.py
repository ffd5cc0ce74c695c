"""Entries of the list of requests: made from answers, stored, and never with a word of what was said."""

import doctest
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.core import activity
from inglenook.core.activity import Entry, entry_of, load, load_all
from inglenook.core.catalogue import Model
from inglenook.core.model import Author, Failure, File, Message, Reasoning, Text, Usage

from tests.strategies import json_objects, json_values, messages

NOW = 1_790_000_000_000
USAGE = Usage(1000, 500, 100, 200, 0.0041, 300, 4000)
PRICED = Model("acme/bolt", prompt_usd_per_million=1.0, completion_usd_per_million=2.0)


def answer(**facts) -> Message:
    author = Author("acme/bolt", "acme/bolt-2026", "Google AI Studio", "OpenRouter")
    values = {"author": author, "created_ms": NOW, "usage": USAGE, "generation_id": "gen-1-aB"} | facts
    return Message("a1", "u1", "assistant", **values)


def entry(model=None, logged=False, practice=False, **facts) -> Entry:
    return entry_of(answer(**facts), connection="OpenRouter", practice=practice, model=model, logged=logged)


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(activity).failed == 0


def test_an_entry_says_what_an_answer_took():
    assert entry() == Entry(
        "a1", NOW, "OpenRouter", False, "acme/bolt", "acme/bolt-2026", "Google AI Studio", 1000, 500, 100, 200,
        0.0041, "charged", 0.0, 300, 4000, "done", None, "gen-1-aB", False,
    )  # fmt: skip
    assert entry().tokens_per_second == 125


def test_what_was_charged_counts_more_than_the_list_price():
    assert (entry(PRICED).cost_usd, entry(PRICED).cost_source) == (0.0041, "charged")
    unsaid = Usage(1000, 500)
    assert (entry(PRICED, usage=unsaid).cost_usd, entry(PRICED, usage=unsaid).cost_source) == (0.002, "list price")
    assert (entry(None, usage=unsaid).cost_usd, entry(None, usage=unsaid).cost_source) == (None, "")
    assert entry(PRICED, usage=Usage()).cost_usd is None


def test_a_cost_of_zero_is_a_cost():
    assert entry(usage=Usage(cost_usd=0.0)).cost_source == "charged"


def test_an_account_whose_prompts_are_logged_pays_one_percent_less():
    charged = entry(logged=True, usage=Usage(cost_usd=0.99))
    assert (charged.cost_usd, charged.discount_usd, charged.logged) == (0.99, 0.01, True)
    listed = entry(PRICED, logged=True, usage=Usage(1_000_000, 0))
    assert (listed.cost_usd, listed.discount_usd) == (0.99, 0.01)
    assert entry(usage=Usage(cost_usd=0.99)).discount_usd == 0
    assert entry(logged=True, usage=Usage()).discount_usd is None


def test_speed_is_unknown_without_tokens_or_time():
    assert [entry(usage=usage).tokens_per_second for usage in (Usage(), Usage(completion_tokens=4), Usage(
        completion_tokens=4, duration_ms=0))] == [None, None, None]


def test_a_failure_gives_its_code_and_no_word():
    failed = entry(status="failed", parts=(Failure("PLANTED", "PLANTED", 429, "PLANTED"),))
    assert (failed.status, failed.code) == ("failed", 429)
    assert "PLANTED" not in json.dumps(activity.dump(failed))
    assert entry(parts=(Failure("x", code=7),)).code is None


SAID = "planted words from the prompt"


def test_nothing_that_was_said_gets_into_an_entry():
    parts = (Text(SAID), Reasoning(SAID), File("0" * 64, name=f"{SAID}.txt"), Failure(SAID, SAID, 500, SAID))
    echoed = entry(
        parts=parts,
        author=Author("acme/bolt", SAID, SAID, "x", SAID),
        generation_id=SAID,
        finish_reason=SAID,
        extra={"title": SAID},
        status="failed",
    )
    assert "planted" not in json.dumps(activity.dump(echoed))


@pytest.mark.parametrize(
    "name",
    ["Google AI Studio", "OpenAI", "io.net", "Z.AI", "Mancer 2", "Weights & Biases", "01.AI", "Amazon Bedrock (EU)"],
)
def test_names_of_providers_pass(name):
    assert activity.provider(name) == name


@pytest.mark.parametrize("text", ["tell me a secret", "a\nb", "x" * 60, "One Two Three Four Five", "ünï", "=1+1", " "])
def test_what_looks_like_no_name_is_left_out(text):
    assert activity.provider(text) == ""


@pytest.mark.parametrize("id", ["chatcmpl-abc123", "gen-1700000000-xyZ", "0198c0de-7a11-7000-8000-000000000001"])
def test_ids_pass(id):
    assert activity.generation_id(id) == id


def test_a_connection_and_a_model_are_one_line():
    assert activity.label("a\nb\t c" + "x" * 500) == "a b c" + "x" * 115


@given(messages(), st.booleans(), st.booleans(), st.sampled_from([None, PRICED]))
def test_an_entry_comes_back_from_the_store_as_it_was(message, logged, practice, model):
    made = entry_of(message, connection="Ünï", practice=practice, model=model, logged=logged)
    stored = json.loads(json.dumps(activity.dump(made)))
    assert load(stored) == (made if made.id else None)


@given(json_values | json_objects)
def test_whatever_is_stored_is_an_entry_or_damaged(value):
    found = load(value)
    assert found is None or found.id


@given(st.dictionaries(st.sampled_from(list(activity.dump(Entry("a", 1)))), json_values), json_values)
def test_a_wrong_member_takes_no_other_with_it(wrong, noise):
    wrong = {name: value for name, value in wrong.items() if name not in ("id", "at_ms", "status")}
    found = load({**activity.dump(entry()), **wrong, "noise": noise})
    assert found is not None
    assert (found.id, found.at_ms, found.status) == ("a1", NOW, "done")
    assert found.cost_usd is None or found.cost_usd >= 0
    assert json.loads(json.dumps(activity.dump(found))) == activity.dump(found)


@pytest.mark.parametrize(
    "record",
    [
        None, "text", [], {}, {"id": "a"}, {"id": "a", "at_ms": "1", "status": "done"}, {"id": "", "at_ms": 1},
        {"id": "a", "at_ms": 8_640_000_000_000_000, "status": "done"}, {"id": "a", "at_ms": 1, "status": "odd"},
    ],
)  # fmt: skip
def test_a_record_without_id_time_or_status_is_damaged(record):
    assert load(record) is None


def test_damaged_records_are_counted_and_the_others_are_newest_first():
    records = [{"id": id, "at_ms": at_ms, "status": "done"} for id, at_ms in (("a", 1), ("b", 3), ("c", 3))]
    found, damaged = load_all([*records, None, {"id": 5}])
    assert ([one.id for one in found], damaged) == (["c", "b", "a"], 2)


@pytest.mark.parametrize("cost", [-1, "5", True, 1e300, None])
def test_money_that_nobody_could_have_been_charged_is_unknown(cost):
    found = load({**activity.dump(entry()), "cost_usd": cost})
    assert (found.cost_usd, found.cost_source, found.discount_usd) == (None, "", None)
