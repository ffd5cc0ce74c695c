import asyncio
import json

import pytest
from inglenook.adapters.fetch import FetchTransport
from inglenook.core.errors import NotTheProtocol, StreamBroken, Unreachable
from inglenook.ports import HttpRequest

from tests.adapters.js_host import JsCall, JsHttp, host

REQUEST = HttpRequest("POST", "https://llm.example/v1/chat/completions", {"Authorization": "Bearer k"}, b"{}")
OK = {"status": 200, "headers": {"content-type": "text/event-stream"}}


def ask(call, then):
    async def play():
        js_http = JsHttp(call)
        response = await FetchTransport(host(http=js_http)).send(REQUEST)
        return await then(response, js_http)

    return asyncio.run(play())


async def every(response, js_http=None):
    return [piece async for piece in response.chunks()]


def test_pieces_come_as_they_arrive_and_the_call_ends():
    call = JsCall(OK, b"a", b"", b"bc")
    assert ask(call, every) == [b"a", b"", b"bc"]
    assert call.closed == 1


def test_a_request_crosses_as_text_and_bytes():
    async def then(response, js_http):
        return response.status, response.headers, js_http.asked

    status, headers, ((method, url, header_text, body),) = ask(JsCall(OK), then)
    assert (status, headers["content-type"]) == (200, "text/event-stream")
    assert (method, url, body) == ("POST", REQUEST.url, b"{}")
    assert json.loads(header_text) == {"Authorization": "Bearer k"}


def test_a_broken_stream_gives_what_came_before():
    call = JsCall(OK, b"half", {"name": "TypeError", "message": "network error"})
    got = []

    async def then(response, js_http):
        async for piece in response.chunks():
            got.append(piece)

    with pytest.raises(StreamBroken, match="broke before the end"):
        ask(call, then)
    assert (got, call.closed) == ([b"half"], 1)


def test_a_silent_stream_is_broken():
    with pytest.raises(StreamBroken, match="stopped sending"):
        ask(JsCall(OK, {"name": "idle", "message": ""}), every)


def test_a_call_that_we_closed_ends_quietly():
    assert ask(JsCall(OK, b"a", {"name": "closed", "message": ""}), every) == [b"a"]


@pytest.mark.parametrize("waiting_for", ["head", "body"])
def test_cancelling_the_task_closes_the_connection(waiting_for):
    async def play():
        event = asyncio.Event()
        call = JsCall(event) if waiting_for == "head" else JsCall(OK, b"a", event)

        async def receive():
            await every(await FetchTransport(host(http=JsHttp(call))).send(REQUEST))

        task = asyncio.ensure_future(receive())
        for _ in range(5):
            await asyncio.sleep(0)
        assert call.closed == 0
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return call.closed

    assert asyncio.run(play()) == 1


def test_a_body_longer_than_the_limit_is_given_up():
    call = JsCall(OK, b"x" * 10, b"x" * 10, b"never read")

    async def then(response, js_http):
        return await response.read(15)

    with pytest.raises(NotTheProtocol):
        ask(call, then)
    assert call.closed >= 1


def test_reading_joins_the_pieces():
    async def then(response, js_http):
        return await response.read()

    assert ask(JsCall(OK, b"a", b"b"), then) == b"ab"


def test_no_answer_is_unreachable_and_says_no_key():
    facts = {"online": True, "origin": "https://room.example", "refused": False, "answers": False}
    head = {"error": {"name": "TypeError", "message": "Failed to fetch"}, "facts": facts}
    with pytest.raises(Unreachable) as caught:
        ask(JsCall(head), every)
    assert caught.value.detail == "TypeError: Failed to fetch"
    assert "Bearer" not in f"{caught.value} {caught.value.detail}"


def test_a_server_that_never_answers_is_unreachable():
    with pytest.raises(Unreachable, match="did not answer"):
        ask(JsCall({"error": {"name": "idle", "message": ""}, "facts": {}}), every)
