"""NextChat: dates in every language of browsers, and keys that are never kept."""

import doctest
import json
from typing import Any

import pytest
from inglenook.formats import nextchat
from inglenook.formats.nextchat import date as nextchat_date
from inglenook.formats.nextchat.date import times
from inglenook.formats.reading.document import memory_document

AT = 1747144931000  # 2025-05-13 14:02:11 UTC
HOUR = 3_600_000


def backup(*sessions: Any, **others: Any) -> Any:
    return memory_document("x.json", json.dumps({"chat-next-web-store": {"sessions": sessions}, **others}).encode())


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(nextchat_date).failed == 0


@pytest.mark.parametrize(
    "written",
    [
        "5/13/2025, 2:02:11 PM", "13/05/2025, 14:02:11", "13/05/2025 14:02:11", "13.5.2025, 14:02:11",
        "13-5-2025, 14:02:11", "2025/5/13 14:02:11", "2025-05-13 14:02:11", "2025/5/13 下午2:02:11",
        "2025. 5. 13. 오후 2:02:11", "2025-05-13, 2:02:11 p.m.", "١٣/٥/٢٠٢٥، ١٤:٠٢:١١", "13/5/2568 14:02:11",
        "2025-05-13T14:02:11.000Z", AT,
    ],
)  # fmt: skip
def test_a_date_is_read_in_the_order_of_its_language(written: Any):
    assert times([written], None) == [AT]


def test_noon_and_midnight_are_told_apart():
    noon, midnight = times(["5/13/2025, 12:00:00 PM", "5/13/2025, 12:00:00 AM"], None)
    assert noon is not None
    assert midnight is not None
    assert noon - midnight == 12 * HOUR


def test_one_day_above_twelve_tells_the_order_for_all():
    assert times(["03/05/2025, 14:02:11", "13/05/2025, 14:02:11"], None)[0] == AT - 240 * HOUR
    assert times(["05/03/2025, 14:02:11", "05/13/2025, 14:02:11"], None)[0] == AT - 240 * HOUR


def test_otherwise_the_exact_time_of_the_conversation_tells_the_order_and_the_zone():
    end = 1746280940000  # 2025-05-03 14:02:20 UTC
    assert times(["03/05/2025, 16:02:11"], end) == times(["05/03/2025, 16:02:11"], end) == [end - 9000]


def test_an_exact_time_that_is_far_away_tells_no_zone():
    assert times(["5/13/2025, 2:02:11 PM"], AT + 5 * HOUR + 600_000) == [AT]


@pytest.mark.parametrize("written", [None, "", "soon", [], {}, "1/1/1, 1:1:1", "99/99/2025, 99:99:99", "9" * 500, True])
def test_what_is_no_date_is_none(written: Any):
    assert times([written, "5/13/2025, 2:02:11 PM"], None) == [None, AT]


def test_keys_are_named_and_never_kept():
    session = {"id": "a", "messages": [{"role": "user", "content": "Hi"}], "mask": {"modelConfig": {"apiKey": "k-1"}}}
    document = backup(session, **{"access-control": {"openaiApiKey": "k-2"}})
    [found] = nextchat.read(document)
    assert document.problems == ["Keys in this backup were left out."]
    assert "k-1" not in found.raw + repr(found.conversation)


def test_a_backup_without_keys_says_nothing_of_them():
    document = backup({"messages": [{"role": "user", "content": "Hi"}]}, **{"access-control": {"openaiApiKey": ""}})
    assert len(list(nextchat.read(document))) == 1
    assert document.problems == []


def test_sessions_and_messages_that_are_none_are_named():
    document = backup(None, {"messages": [7, {"role": "user", "content": "Hi"}]})
    [found] = nextchat.read(document)
    assert document.problems == ["Entry 1 has no messages and was left out."]
    assert found.problems == ("Message 1 is none and was left out.",)


def test_a_damaged_backup_gives_what_can_be_read():
    whole = backup({"messages": [{"role": "user", "content": "Hi"}]}).data()
    document = memory_document("x.json", whole[:-1])
    assert len(list(nextchat.read(document))) == 1
