import asyncio
import json

import pytest
from inglenook.adapters.practice import PracticeTransport
from inglenook.core.errors import Unreachable
from inglenook.ports import HttpRequest
from inglenook.practice import Response, Router
from inglenook.practice.account import PRACTICE_KEY
from inglenook.practice.wire import Chunk

ASKED = {"model": "practice/hearth-1", "messages": [{"role": "user", "content": "Hello"}], "stream": True}
KEY = {"Authorization": f"Bearer {PRACTICE_KEY}", "Content-Type": "application/json"}


def router():
    return Router(now=lambda: 1_700_000_000_000, new_id=lambda: "0123456789abcdefghij")


class Sleeper:
    def __init__(self):
        self.slept_s = 0.0

    async def __call__(self, seconds):
        self.slept_s += seconds
        await asyncio.sleep(0)


def chat(base=""):
    return HttpRequest("POST", f"{base}/chat/completions", KEY, json.dumps(ASKED).encode())


def test_the_list_of_models_is_read_like_any_other():
    async def play():
        response = await PracticeTransport(router(), "").send(HttpRequest("GET", "/models", {}))
        return response.status, response.headers["content-type"], json.loads(await response.read())

    status, kind, body = asyncio.run(play())
    assert (status, kind) == (200, "application/json")
    assert "practice/hearth-1" in [model["id"] for model in body["data"]]


def test_an_answer_streams_with_the_pauses_that_the_router_asks_for():
    async def play():
        sleep = Sleeper()
        response = await PracticeTransport(router(), "https://practice/v1", sleep).send(chat("https://practice/v1"))
        return [piece async for piece in response.chunks()], sleep.slept_s

    pieces, slept_s = asyncio.run(play())
    assert len(pieces) > 3
    assert b"".join(pieces).rstrip().endswith(b"data: [DONE]")
    assert slept_s > 0


@pytest.mark.parametrize("way", ["close", "cancel", "leave"])
def test_stopping_tells_the_router(way):
    async def play():
        room = router()
        response = await PracticeTransport(room, "", Sleeper()).send(chat())
        chunks = response.chunks()
        await anext(chunks)
        assert room.log == ()
        if way == "close":
            response.close()
            assert [piece async for piece in chunks] == []
        elif way == "cancel":
            task = asyncio.ensure_future(anext(chunks))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        else:
            await chunks.aclose()
        response.close()
        return len(room.log)

    assert asyncio.run(play()) == 1


def test_closing_while_a_pause_lasts_gives_nothing_more():
    class Slow:
        def handle(self, request):
            return Response(200, {}, iter([Chunk(b"a"), Chunk(b"b", 1000), Chunk(b"c")]))

    async def play():
        async def sleep(seconds):
            if seconds:
                response.close()

        response = await PracticeTransport(Slow(), "", sleep).send(chat())
        return [piece async for piece in response.chunks()]

    assert asyncio.run(play()) == [b"a"]


def test_another_address_is_not_asked():
    with pytest.raises(Unreachable):
        asyncio.run(PracticeTransport(router(), "https://practice/v1").send(chat("https://openrouter.ai/api/v1")))


def test_a_redirect_is_an_error():
    class Away:
        def handle(self, request):
            return Response(302, {"Location": "https://elsewhere"}, ())

    with pytest.raises(Unreachable):
        asyncio.run(PracticeTransport(Away(), "").send(chat()))
