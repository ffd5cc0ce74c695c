"""The list of requests in the whole application without a browser: written, read in two tabs, and saved as files."""

import asyncio
import csv
import io
import json

import pytest
from inglenook.adapters.memory import MemoryDatabase, MemoryTabs, ScriptedAnswer
from inglenook.core.errors import StorageFull, Unreachable

from tests.runtime.test_room import CHUNK, Tab, connected_to

DONE = b"data: [DONE]\n\n"
USAGE = b'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"cost":0.25}}\n\n'
PLANTED = "PLANTED-marzipan"


def paid(*pieces):
    return ScriptedAnswer(CHUNK, *pieces, USAGE, DONE)


async def stored(tab, name="activity"):
    return (await tab.database.transact([{"op": "all", "store": name}]))[0]


async def exported(tab, format):
    tab.page.patches.clear()
    await tab.say("activity.export", format=format)
    [patch] = [patch for patch in tab.page.patches if patch["op"] == "download"]
    return patch["name"], tab.files.contents[tab.page.blobs[patch["blob"]]].decode()


def test_every_answer_is_an_entry_however_it_ended():
    async def run():
        refused = ScriptedAnswer(b'{"error":{"message":"No","code":403}}', status=403)
        tab, _ = await connected_to(paid(), ScriptedAnswer(CHUNK), refused, Unreachable("Nobody is there."))
        for _ in range(4):
            await tab.say("message.send", text=PLANTED)
        found = sorted(await stored(tab), key=lambda record: record["id"])
        assert [(record["status"], record["code"]) for record in found] == [
            ("done", None), ("failed", None), ("refused", 403), ("failed", None),
        ]  # fmt: skip
        assert (found[0]["cost_usd"], found[0]["cost_source"], found[0]["connection"]) == (
            0.25, "charged", "127.0.0.1:1234",
        )  # fmt: skip
        assert PLANTED not in json.dumps(found)
        assert await stored(tab, "debug") == []

    asyncio.run(run())


def test_an_answer_that_is_stopped_is_an_entry():
    async def run():
        tab, _ = await connected_to(ScriptedAnswer(CHUNK, asyncio.Event()))
        tab.page.say({"type": "message.send", "text": "Hello"})
        while not tab.state.answers or not next(iter(tab.state.answers.values())).text:
            await asyncio.sleep(0)
            tab.clock.advance(50)
        await tab.say("message.stop")
        [record] = await stored(tab)
        assert record["status"] == "interrupted"

    asyncio.run(run())


def test_an_answer_that_a_dead_tab_left_is_an_entry_once():
    async def run():
        tab, _ = await connected_to(ScriptedAnswer(CHUNK, asyncio.Event()))
        tab.page.say({"type": "message.send", "text": "Hello"})
        for _ in range(40):
            await asyncio.sleep(0)
            tab.clock.advance(50)
        assert await stored(tab) == []
        again = await Tab(tab.database).open(f"#/c/{tab.state.room.id}")
        [record] = await stored(again)
        assert (record["status"], record["connection"]) == ("interrupted", "127.0.0.1:1234")
        # And in the list of whoever looks at it.
        await again.say("settings.open", section="Activity")
        assert [entry.id for entry in again.state.activity.entries] == [record["id"]]

    asyncio.run(run())


def test_without_a_budget_a_start_reads_no_list():
    async def run():
        tab, _ = await connected_to(paid())
        await tab.say("message.send", text="Hello")
        again = await Tab(tab.database).open()
        assert not again.state.activity.loaded
        await again.say("budget.limit", value="5")
        third = await Tab(tab.database).open()
        assert third.state.activity.loaded
        assert [entry.cost_usd for entry in third.state.activity.entries] == [0.25]

    asyncio.run(run())


def test_another_tab_counts_what_this_one_spends_and_holds_the_same_budget():
    async def run():
        shared, tabs = MemoryDatabase(), []
        one, _ = await connected_to(paid(), database=shared, tabs=MemoryTabs(tabs))
        two = await Tab(shared, MemoryTabs(tabs)).open()
        await one.say("budget.limit", value="0.25")
        await one.say("budget.stop", value=True)
        await two.settle()
        assert (two.state.activity.budget.limit_usd, two.state.activity.budget.hard_stop) == (0.25, True)
        await one.say("message.send", text="Hello")
        await two.settle()
        assert [entry.cost_usd for entry in two.state.activity.entries] == [0.25]
        await two.say("message.send", text="Too much")
        assert two.state.answers == {}
        assert "budget is spent" in two.state.room.note.message
        await one.say("activity.erase")
        await two.settle()
        assert two.state.activity.entries == ()

    asyncio.run(run())


def test_what_is_sent_before_the_sum_is_known_waits_for_it():
    async def run():
        tab, _ = await connected_to(paid())
        await tab.say("message.send", text="Hello")
        await tab.say("budget.limit", value="0.2")
        await tab.say("budget.stop", value=True)
        again = Tab(tab.database)
        again.page.say({"type": "page.hello", "origin_path": "http://127.0.0.1/"})
        again.page.say({"type": "message.send", "text": "At once"})
        await again.settle()
        assert "budget is spent" in again.state.room.note.message
        assert list(again.state.typed.values()) == ["At once"]
        assert again.state.waiting == ()

    asyncio.run(run())


def test_a_full_database_keeps_no_answer_from_being_saved_and_is_said_once(monkeypatch):
    async def run():
        tab, _ = await connected_to(paid(), paid())
        transact = tab.database.transact

        async def full(operations):
            if any(operation["store"] == "activity" and operation["op"] == "put" for operation in operations):
                raise StorageFull("There is no room left.")
            return await transact(operations)

        monkeypatch.setattr(tab.database, "transact", full)
        await tab.say("message.send", text="One")
        await tab.say("message.send", text="Two")
        assert len(tab.state.notices) == 1
        assert "no room left" in tab.state.notices[0].text
        # They count all the same.
        await tab.say("settings.open", section="Activity")
        assert [entry.cost_usd for entry in tab.state.activity.entries] == [0.25, 0.25]
        monkeypatch.undo()
        assert await stored(tab) == []
        again = await Tab(tab.database).open(f"#/c/{tab.state.room.id}")
        assert again.texts() == ["One", "Half an answer", "Two", "Half an answer"]

    asyncio.run(run())


def test_a_list_that_cannot_be_read_is_said_where_it_would_be_and_lets_nothing_pass_a_hard_stop(monkeypatch):
    async def run():
        tab, _ = await connected_to(paid())
        await tab.say("budget.limit", value="5")
        await tab.say("budget.stop", value=True)
        again = Tab(tab.database)
        transact = again.database.transact

        async def unreadable(operations):
            if any(operation["store"] == "activity" for operation in operations):
                raise StorageFull("The disk is broken.")
            return await transact(operations)

        monkeypatch.setattr(again.database, "transact", unreadable)
        await again.open()
        await again.say("message.send", text="Hello")
        assert "cannot be read" in again.state.room.note.message
        assert again.state.answers == {}

    asyncio.run(run())


def test_both_files_hold_what_the_filter_shows_and_no_word_of_the_conversation():
    async def run():
        tab, _ = await connected_to(paid(), paid())
        await tab.say("copies.keep", value=True)
        for _ in range(2):
            await tab.say("message.send", text=PLANTED)
        assert PLANTED in json.dumps(await stored(tab, "debug"))
        await tab.say("settings.open", section="Activity")
        assert [copy.prompt for copy in tab.state.activity.copies] == [PLANTED, PLANTED]
        name, text = await exported(tab, "csv")
        assert name == "inglenook-activity-2023-11-14.csv"
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        assert [(row["model"], row["cost_usd"]) for row in rows] == [("tiny", "0.25")] * 2
        name, whole = await exported(tab, "json")
        assert name.endswith(".json")
        assert len(json.loads(whole)["requests"]) == 2
        for said in (text, whole):
            assert PLANTED not in said
            assert "Half an answer" not in said
        await tab.say("activity.model", value="another")
        assert json.loads((await exported(tab, "json"))[1])["requests"] == []

    asyncio.run(run())


def test_clearing_the_list_leaves_the_copies_and_the_other_way_round():
    async def run():
        tab, _ = await connected_to(paid(), paid())
        await tab.say("copies.keep", value=True)
        await tab.say("message.send", text="Hello")
        await tab.say("settings.open", section="Activity")
        await tab.say("activity.clear")
        assert tab.state.panel.kind == "confirm"
        assert len(await stored(tab)) == 1
        await tab.say("activity.erase", id="activity")
        assert (await stored(tab), len(await stored(tab, "debug"))) == ([], 1)
        assert (tab.state.panel.section, tab.state.activity.entries) == ("Activity", ())
        await tab.say("message.send", text="Again")
        await tab.say("copies.clear")
        assert (len(await stored(tab)), await stored(tab, "debug")) == (1, [])
        assert tab.state.activity.copies == ()

    asyncio.run(run())


@pytest.mark.parametrize("value", [False, True])
def test_copies_are_kept_only_if_that_is_switched_on(value):
    async def run():
        tab, _ = await connected_to(paid())
        await tab.say("copies.keep", value=True)
        await tab.say("copies.keep", value=value)
        await tab.say("message.send", text="Hello")
        assert len(await stored(tab, "debug")) == value
        again = await Tab(tab.database).open()
        assert again.state.activity.keeps_copies is value

    asyncio.run(run())


def test_practice_costs_pretend_money_and_needs_no_budget():
    async def run():
        tab = await Tab(other=None).open()
        await tab.say("practice.open")
        await tab.say("message.send", text="Hello")
        await tab.say("budget.limit", value="0.01")
        await tab.say("budget.stop", value=True)
        await tab.say("message.send", text="Hello again")
        found = await stored(tab)
        assert [(record["practice"], record["status"]) for record in found] == [(True, "done")] * 2
        assert all(record["cost_usd"] > 0 for record in found)

    asyncio.run(run())

