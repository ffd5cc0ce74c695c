import asyncio
import time

from inglenook.adapters.clock import SystemClock, Uuid7


def test_ids_sort_by_the_time_of_their_making():
    clock = SystemClock([].append)
    ids = [clock.new_id() for _ in range(2000)]
    assert ids == sorted(set(ids))
    assert {id[14] for id in ids} == {"7"}


def test_now_is_the_time_in_milliseconds():
    before = time.time_ns() // 1_000_000
    assert before <= SystemClock([].append).now_ms() <= time.time_ns() // 1_000_000


def test_an_id_holds_the_time_and_the_version():
    made = Uuid7(lambda: 0x123456789ABC)()
    assert (made.int >> 80, made.version, made.variant) == (0x123456789ABC, 7, "specified in RFC 4122")


def test_ids_go_on_upwards_when_the_clock_stands_still_or_goes_back():
    times = iter([1000, 1000, 999, 1, 1001])
    make = Uuid7(lambda: next(times))
    ids = [make() for _ in range(5)]
    assert ids == sorted(set(ids))


def test_a_full_counter_borrows_from_time():
    make = Uuid7(lambda: 1000)
    make._last = (1000, (1 << 42) - 1)
    assert make().int >> 80 == 1001


def test_what_a_task_or_a_timer_ends_with_is_reported():
    reported = []

    async def play():
        clock = SystemClock(reported.append)
        done = asyncio.Event()

        async def fail():
            raise KeyError("task")

        def ring():
            done.set()
            raise ValueError("timer")

        clock.spawn(fail())
        clock.later(1, ring)
        await asyncio.wait_for(done.wait(), 5)
        await asyncio.sleep(0)

    asyncio.run(play())
    assert [type(error) for error in reported] == [KeyError, ValueError]


def test_a_cancelled_task_is_no_failure():
    reported = []

    async def play():
        clock = SystemClock(reported.append)
        clock.spawn(asyncio.Event().wait())
        (task,) = clock._tasks
        task.cancel()
        await asyncio.wait([task])
        await asyncio.sleep(0)
        return clock._tasks

    assert (asyncio.run(play()), reported) == (set(), [])


def test_random_bytes_are_fresh():
    clock = SystemClock([].append)
    assert len(clock.random_bytes(16)) == 16
    assert clock.random_bytes(16) != clock.random_bytes(16)
