import asyncio

import pytest
from inglenook.adapters.memory import (
    ManualClock,
    MemoryFiles,
    MemoryJobs,
    MemoryPage,
    MemoryTabs,
    ScriptedAnswer,
    ScriptedTransport,
)
from inglenook.core.errors import BadFile, StreamBroken, Unreachable
from inglenook.ports import HttpRequest

REQUEST = HttpRequest("GET", "https://llm.example/v1/models", {})


def test_answers_are_given_in_turn_and_then_nothing_answers():
    async def play():
        transport = ScriptedTransport(ScriptedAnswer(b"a", b"b", status=201), Unreachable("Gone."))
        answer = await transport.send(REQUEST)
        told = answer.status, await answer.read(), answer.closed
        for _ in range(2):
            with pytest.raises(Unreachable):
                await transport.send(REQUEST)
        return told, transport.requests

    assert asyncio.run(play()) == ((201, b"ab", True), [REQUEST] * 3)


def test_a_scripted_stream_breaks_where_it_was_told_to():
    async def play():
        chunks = ScriptedAnswer(b"half", StreamBroken("Broken.")).chunks()
        first = await anext(chunks)
        with pytest.raises(StreamBroken):
            await anext(chunks)
        return first

    assert asyncio.run(play()) == b"half"


def test_closing_ends_a_stream_that_waits():
    async def play():
        answer = ScriptedAnswer(b"a", asyncio.Event(), b"never")
        chunks = answer.chunks()
        first = await anext(chunks)
        rest = asyncio.ensure_future(anext(chunks, None))
        await asyncio.sleep(0)
        answer.close()
        return first, await asyncio.wait_for(rest, 5)

    assert asyncio.run(play()) == (b"a", None)


def test_tabs_of_one_room_hear_each_other_and_see_their_locks():
    room = []
    one, two, heard = MemoryTabs(room), MemoryTabs(room), []
    one.listen(lambda ids: heard.append(("one", ids)))
    two.listen(lambda ids: heard.append(("two", ids)))
    one.tell(("c1",))
    release = one.hold("answer:m1")
    assert (heard, asyncio.run(two.held())) == ([("two", ("c1",))], {"answer:m1"})
    release()
    assert asyncio.run(two.held()) == set()


def test_time_passes_only_when_told_and_timers_ring_in_order():
    clock, rung = ManualClock(1000), []
    clock.later(20, lambda: rung.append(("b", clock.now_ms())))
    clock.later(
        10, lambda: (rung.append(("a", clock.now_ms())), clock.later(5, lambda: rung.append(("c", clock.now_ms()))))
    )
    clock.advance(19)
    assert rung == [("a", 1010), ("c", 1015)]
    clock.advance(1)
    assert (rung[-1], clock.now_ms()) == (("b", 1020), 1020)


def test_ids_of_the_manual_clock_sort_and_its_randomness_is_never_the_same():
    clock = ManualClock()
    assert clock.new_id() < clock.new_id()
    assert len({clock.random_bytes(16) for _ in range(100)}) == 100
    assert len(clock.random_bytes(3)) == 3


def test_settling_raises_what_a_task_raised():
    async def play():
        clock = ManualClock()

        async def fail():
            raise KeyError("x")

        clock.spawn(fail())
        with pytest.raises(KeyError):
            await clock.settle()

    asyncio.run(play())


def test_a_page_keeps_patches_as_json():
    page, heard = MemoryPage(), []
    page.listen(heard.append)
    page.say({"type": "message.send"})
    page.post([{"op": "title", "text": ("not", "a", "list")}], {"file": "f1"})
    assert (heard, page.patches, page.blobs) == (
        [{"type": "message.send"}],
        [{"op": "title", "text": ["not", "a", "list"]}],
        {"file": "f1"},
    )


def test_a_cancelled_job_reports_nothing():
    jobs, heard = MemoryJobs(), []
    jobs.start({"job": "import"}, ["f1"], heard.append)
    jobs.report({"kind": "preview"})
    jobs.cancel()
    jobs.report({"kind": "imported"})
    jobs.tell({"job": "commit"})
    assert (heard, jobs.requests) == ([{"kind": "preview"}], [{"job": "import"}])


def test_files_are_written_and_opened_by_handle():
    files = MemoryFiles({"f1": b"abc"})
    out = files.create()
    out.write(b"new")
    handle = files.finish(out, "text/plain")
    assert (files.open({"handle": "f1"}).read(), files.open(handle).read()) == (b"abc", b"new")
    files.forget("f1")
    with pytest.raises(BadFile):
        files.open("f1")
