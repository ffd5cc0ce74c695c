"""The whole application without a browser: the runtime over adapters in memory and the practice router."""

import asyncio
from itertools import count

from inglenook.adapters.journal import StoredJournal
from inglenook.adapters.memory import (
    ManualClock,
    MemoryDatabase,
    MemoryFiles,
    MemoryJobs,
    MemoryPage,
    MemoryTabs,
    ScriptedAnswer,
    ScriptedTransport,
)
from inglenook.adapters.practice import PracticeTransport
from inglenook.adapters.store import Store
from inglenook.app.effects import CloseStream, OpenStream
from inglenook.app.room import shown_path
from inglenook.app.state import State
from inglenook.core.model import Failure, Text
from inglenook.practice import Router
from inglenook.runtime.answers import Answers
from inglenook.runtime.connecting import Connecting
from inglenook.runtime.keeping import Keeping
from inglenook.runtime.knowing import Knowing
from inglenook.runtime.loop import Runtime
from inglenook.runtime.recording import Recording
from inglenook.runtime.transferring import Transferring
from inglenook.ui.views import Views

CHUNK = b'data: {"choices":[{"delta":{"content":"Half an answer"}}]}\n\n'
IDS = count(1)
"""Ids are new in every tab."""
MODELS = b'{"object":"list","data":[{"id":"tiny"}]}'


class Tab:
    """One tab: a page that can say things, and everything behind it."""

    def __init__(self, database=None, tabs=None, other=None):
        self.database = database or MemoryDatabase()
        self.page, self.clock, self.jobs = MemoryPage(), ManualClock(), MemoryJobs()
        self.clock.new_id = lambda: f"id-{next(IDS):06}"
        self.tabs = tabs or MemoryTabs()
        self.faults = []
        store = Store(self.database, first_revision=lambda: 1)
        router = Router(now=self.clock.now_ms, new_id=lambda: "0123456789abcdefghij")
        transports = {"practice": PracticeTransport(router, "", sleep=lambda s: asyncio.sleep(0)), "other": other}
        self.runtime = runtime = Runtime(State(), self.clock, self.page, Views(), self.faults.append)
        answers = Answers(transports, self.database, self.tabs, self.clock, runtime.dispatch)
        runtime.performers |= {OpenStream: answers.open, CloseStream: answers.close}
        runtime.performers |= Keeping(store, self.tabs, MemoryFiles(), self.clock, runtime.dispatch).performers()
        runtime.performers |= Connecting(transports, store, self.clock, runtime.dispatch).performers()
        runtime.performers |= Knowing(transports, store, self.clock, runtime.dispatch).performers()
        self.files = MemoryFiles()
        journal = StoredJournal(self.database)
        recording = Recording(journal, store, self.tabs, self.files, self.page, runtime.dispatch)
        runtime.performers |= recording.performers()
        transferring = Transferring(self.jobs, self.page, self.tabs, self.clock, runtime.dispatch)
        runtime.performers |= transferring.performers()
        self.page.listen(runtime.receive)

    @property
    def state(self):
        return self.runtime.state

    async def say(self, type, **fields):
        self.page.say({"type": type, **fields})
        await self.settle()

    async def settle(self):
        for _ in range(3):
            await self.clock.settle()
            self.clock.advance(50)
        await self.clock.settle()
        assert self.faults == []

    async def open(self, hash=""):
        await self.say("page.hello", hash=hash, origin_path="http://127.0.0.1/", online=True)
        return self

    def texts(self):
        return ["".join(p.text for p in m.parts if isinstance(p, Text)) for m in shown_path(self.state)]


async def connected_to(*answers, **places):
    """A tab that is connected to a scripted server on loopback."""
    transport = ScriptedTransport(ScriptedAnswer(MODELS), *answers)
    tab = await Tab(other=transport, **places).open()
    await tab.say("connect.address", address="127.0.0.1:1234", key="", keep=True)
    assert tab.state.connection.kind == "other"
    return tab, transport


def test_a_conversation_with_the_practice_room_is_there_after_a_reload():
    async def run():
        tab = await Tab().open()
        await tab.say("practice.open")
        await tab.say("message.send", text="Hello there")
        assert shown_path(tab.state)[-1].status == "done"
        again = await Tab(tab.database).open(f"#/c/{tab.state.room.id}")
        assert again.texts() == tab.texts()
        assert again.state.connection.kind == "practice"
        assert again.state.connection.model == "practice/hearth-1"

    asyncio.run(run())


def test_the_page_hears_a_burst_of_text_once():
    async def run():
        tab, _ = await connected_to(ScriptedAnswer(*[CHUNK] * 50, b"data: [DONE]\n\n"))
        tab.page.patches.clear()
        await tab.say("message.send", text="Hello")
        appended = [p for p in tab.page.patches if p["op"] == "append"]
        assert len(appended) <= 1
        assert tab.texts()[-1] == "Half an answer" * 50

    asyncio.run(run())


def test_a_stream_that_breaks_keeps_its_text_and_says_so():
    async def run():
        tab, _ = await connected_to(ScriptedAnswer(CHUNK))
        await tab.say("message.send", text="Hello")
        answer = shown_path(tab.state)[-1]
        assert (answer.status, tab.texts()[-1]) == ("failed", "Half an answer")
        assert any(isinstance(p, Failure) for p in answer.parts)

    asyncio.run(run())


def test_stopping_closes_the_connection():
    async def run():
        endless = ScriptedAnswer(CHUNK, asyncio.Event())
        tab, _ = await connected_to(endless)
        tab.page.say({"type": "message.send", "text": "Hello"})
        while not tab.state.answers or not next(iter(tab.state.answers.values())).text:
            await asyncio.sleep(0)
            tab.clock.advance(50)
        await tab.say("message.stop")
        assert endless.closed
        assert (shown_path(tab.state)[-1].status, tab.texts()[-1]) == ("interrupted", "Half an answer")

    asyncio.run(run())


def test_a_tab_that_dies_in_mid_answer_leaves_its_text_to_the_next():
    async def run():
        tab, _ = await connected_to(ScriptedAnswer(CHUNK, asyncio.Event()))
        tab.page.say({"type": "message.send", "text": "Hello"})
        for _ in range(40):
            await asyncio.sleep(0)
            tab.clock.advance(50)
        id = tab.state.room.id
        again = await Tab(tab.database).open(f"#/c/{id}")
        assert again.texts() == ["Hello", "Half an answer"]
        assert shown_path(again.state)[-1].status == "interrupted"
        third = await Tab(tab.database).open(f"#/c/{id}")
        assert third.texts() == ["Hello", "Half an answer"]
        assert third.state.answers == {}

    asyncio.run(run())


def test_two_tabs_that_both_send_both_see_both():
    async def run():
        room = []
        database = MemoryDatabase()
        first = await Tab(database, MemoryTabs(room)).open()
        await first.say("practice.open")
        await first.say("message.send", text="From the first")
        id = first.state.room.id
        second = await Tab(database, MemoryTabs(room)).open(f"#/c/{id}")
        await second.say("message.send", text="From the second")
        await first.settle()
        await first.say("message.send", text="And the first again")
        await second.settle()
        assert first.texts() == second.texts()
        assert first.texts()[::2] == ["From the first", "From the second", "And the first again"]

    asyncio.run(run())


def test_what_one_tab_forbids_holds_in_the_other_at_once():
    async def play():
        first = await Tab().open()
        await first.say("practice.open")
        await first.say("privacy.switch", name="train", value=True)
        await first.say("privacy.switch", name="keep", value=True)
        second = await Tab(first.database, MemoryTabs(first.tabs._room)).open()
        await first.say("privacy.switch", name="keep", value=False)
        await first.say("privacy.set", name="never", value="alder")
        await second.settle()
        limits = second.state.connection.privacy.limits
        assert (limits.deny_paid_training, limits.deny_retention, limits.never) == (False, True, ("alder",))

    asyncio.run(play())


def test_an_event_that_no_table_knows_is_said_and_breaks_nothing():
    async def run():
        tab = await Tab().open()
        tab.page.say({"type": "no.such", "x": 1})
        assert tab.state.notices[-1].tone == "bad"

    asyncio.run(run())
