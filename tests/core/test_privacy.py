"""The level of a connection: kept without loss, and read as the strictest when it is damaged."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook.core import privacy
from inglenook.core.limits import CAREFUL
from inglenook.core.model import Limits, Policy
from inglenook.core.privacy import Privacy
from inglenook.core.providers import YOU, Correction
from inglenook.core.rules import Account, Wishes

from tests.strategies import json_values
from tests.strategies import limits as drawn_limits

WHOLE = Privacy(
    Limits(max_retention_days=30, only=("ash",), never=("elder",), max_prompt_usd=2.5, regions=("EU",)),
    Account(True, True),
    Wishes("price", False, True, True, ("fp8",)),
    (Correction("ash", False, True, 7, 5),),
    Policy(False, True, 3, None, YOU, 9),
)


def through(value: Privacy) -> Privacy:
    return privacy.load(json.loads(json.dumps(privacy.dump(value))))


def test_it_is_kept_without_loss():
    assert through(WHOLE) == WHOLE
    assert through(Privacy()) == Privacy()


@settings(deadline=None)
@given(drawn_limits)
def test_limits_are_kept_without_loss(limits):
    assert through(Privacy(limits)).limits == limits


@pytest.mark.parametrize("stored", [None, [], "x", 3, {}, {"limits": None}, {"limits": []}, {"limits": {}}])
def test_what_is_missing_is_the_careful_level(stored):
    assert privacy.load(stored).limits == CAREFUL


@pytest.mark.parametrize("name", ["deny_paid_training", "deny_free_training", "deny_retention", "zero_retention"])
@pytest.mark.parametrize("damage", [None, "false", 0, [], {}])
def test_a_damaged_switch_restricts(name, damage):
    record = privacy.dump(Privacy(Limits()))
    record["limits"][name] = damage
    assert getattr(privacy.load(record).limits, name) is True


@pytest.mark.parametrize("damage", ["x", -1, 1.5, [], True])
def test_a_damaged_number_of_days_is_none_at_all(damage):
    record = privacy.dump(Privacy(Limits()))
    record["limits"]["max_retention_days"] = damage
    assert privacy.load(record).limits.max_retention_days == 0


def test_a_damaged_list_of_the_only_providers_names_nobody():
    record = privacy.dump(Privacy(Limits()))
    record["limits"]["only"] = "ash"
    assert privacy.load(record).limits.only == ()


@settings(deadline=None)
@given(json_values, st.sampled_from(["limits", "account", "wishes", "corrections", "declared"]))
def test_nothing_stored_breaks_it(value, name):
    record = json.loads(json.dumps(privacy.dump(Privacy())))
    loaded = privacy.load({**record, name: value})
    assert through(loaded) == loaded
    # Only what says so in full words may be taken for a permission.
    assert loaded.account == Account() or name == "account"
