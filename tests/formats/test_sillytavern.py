"""SillyTavern's chats: what goldens do not show."""

from __future__ import annotations

import doctest
import json
from typing import Any

from inglenook.core.model import Message
from inglenook.formats import sillytavern
from inglenook.formats.reading import stamp
from inglenook.formats.reading.document import memory_document
from inglenook.formats.sillytavern import clock

HEADER = {"user_name": "unused", "character_name": "unused", "create_date": "2025-6-1 @13h 05m 22s 123ms"}
HEADER |= {"chat_metadata": {"integrity": "i-1"}}


def line(said: str, sent: Any, user: bool = False, ended: str = "", **more: Any) -> dict[str, Any]:
    made = {"gen_started": ended, "gen_finished": ended} if ended else {}
    whose = {"name": "S", "is_user": user, "is_system": False}
    return {**whose, "send_date": sent, "mes": said, "extra": {}, **made, **more}


def read(*lines: Any) -> list[Message]:
    data = "\n".join(map(json.dumps, (HEADER, *lines))).encode()
    [found] = sillytavern.read(memory_document("a.jsonl", data))
    return list(found.conversation.messages.values())


def times(*lines: Any) -> list[int]:
    return [message.created_ms for message in read(*lines)]


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(clock).failed == 0


def test_dates_of_the_users_own_clock_are_put_right_by_an_answer_that_has_both():
    found = read(
        line("Hi", "June 1, 2025 1:06pm", user=True),
        line("Hello", "June 1, 2025 1:07pm", ended="2025-06-01T07:37:04.000Z"),
        line("And?", "2025-6-1 @13h 08m 00s 000ms", user=True),
        line("So.", "2025-06-01T07:39:00.000Z"),
    )
    wanted = ["2025-06-01T07:36:00Z", "2025-06-01T07:37:00Z", "2025-06-01T07:38:00Z", "2025-06-01T07:39:00Z"]
    assert [message.created_ms for message in found] == list(map(stamp.ms, wanted))
    assert [message.extra.get("rest", {}).get("send_date") for message in found] == [
        "June 1, 2025 1:06pm", "June 1, 2025 1:07pm", "2025-6-1 @13h 08m 00s 000ms", None,
    ]  # fmt: skip


def test_a_clock_that_was_put_back_counts_from_there():
    assert times(
        line("a", "October 26, 2025 2:30am", ended="2025-10-26T00:30:10.000Z"),
        line("b", "October 26, 2025 2:40am", ended="2025-10-26T01:40:10.000Z"),
        line("c", "October 26, 2025 2:41am", user=True),
    ) == [stamp.ms(f"2025-10-26T{time}Z") for time in ("00:30:00", "01:40:00", "01:41:00")]


def test_without_an_answer_that_tells_dates_stay_as_they_are():
    local = stamp.ms("2025-06-01T13:06:00Z")
    assert times(line("Hi", "June 1, 2025 1:06pm", user=True)) == [local]
    # A date that fits no zone was written by hand, or at another time.
    for odd in ("2025-06-01T11:12:30.000Z", "2025-05-30T11:06:00.000Z", "soon"):
        assert times(line("Hi", "June 1, 2025 1:06pm", ended=odd)) == [local]


def test_a_swipe_may_tell_as_well():
    info = [{"send_date": "June 1, 2025 1:06pm", "gen_finished": "2025-06-01T11:06:10.000Z", "extra": {}}]
    [message] = read(line("Hi", "June 1, 2025 1:06pm", swipes=["Hi"], swipe_id=0, swipe_info=info))
    assert message.created_ms == stamp.ms("2025-06-01T11:06:00Z")
