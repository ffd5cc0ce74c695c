"""The practice server itself: CORS as measured, faults as asked, clients that leave."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from inglenook.practice import Pace
from inglenook.practice.canned import CANNED

from tests.practice.desk import AUTHORIZED, chat_body, events, joined
from tests.server import Fault, PracticeServer
from tests.server.cors import grants
from tests.server.faults import GARBAGE

CHAT = "/chat/completions"


@pytest.fixture
def server() -> Iterator[PracticeServer]:
    with PracticeServer() as server:
        yield server


@pytest.fixture
def client(server: PracticeServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.base, headers=AUTHORIZED, timeout=5) as client:
        yield client


def body(text="Hello", **more):
    return chat_body(text, "practice/hearth-1", stream=True, **more)


def test_a_preflight_is_answered_with_the_measured_headers(client):
    asked = {"Origin": "http://localhost:1", "Access-Control-Request-Headers": "authorization, content-type"}
    answer = client.options(CHAT, headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "GET, OPTIONS, PATCH, DELETE, POST, PUT"
    assert answer.headers["access-control-expose-headers"] == "X-Generation-Id, X-Provider-Name, request-id, cf-ray"
    assert "access-control-allow-credentials" not in answer.headers
    assert "access-control-max-age" not in answer.headers
    allowed = {name.strip().lower() for name in answer.headers["access-control-allow-headers"].split(",")}
    assert {"authorization", "content-type", "http-referer", "x-openrouter-title", "x-title"} <= allowed


@pytest.mark.parametrize(
    "name", ["X-OpenRouter-Metadata", "X-OpenRouter-Cache", "OpenAI-Beta", "x-anthropic-beta", "Range", "X-Surprise"]
)
def test_a_header_off_the_list_is_not_granted(client, name):
    answer = client.options(CHAT, headers={"Access-Control-Request-Headers": f"authorization, {name.lower()}"})
    allowed = {header.strip().lower() for header in answer.headers["access-control-allow-headers"].split(",")}
    assert name.lower() not in allowed
    assert not grants(f"authorization, {name}")
    assert grants("authorization, content-type")


def test_every_answer_may_be_read_from_any_page(client):
    answers = [
        client.get("/models"),
        client.get("/nowhere"),
        client.get("/key", headers={"Authorization": "Bearer sk-wrong"}),
        client.post(CHAT, json=body()),
        client.post(CHAT, json=body("error 429")),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 401, 200, 429]
    assert {answer.headers["access-control-allow-origin"] for answer in answers} == {"*"}


def test_a_stream_is_the_routers_own_bytes(client):
    answer = client.post(CHAT, json=body("tour"))
    assert answer.headers["content-type"] == "text/event-stream"
    found = events(answer.content)
    assert found[-1] == "[DONE]"
    assert found[0]["id"] == answer.headers["x-generation-id"]
    assert "你好" in joined(found, "content")


def test_the_sign_in_page_redirects_and_the_code_is_exchanged(server, client):
    answer = httpx.get(f"{server.origin}/auth", params={"callback_url": "http://localhost:1/", "state": "s"})
    assert answer.status_code == 302
    query = httpx.URL(answer.headers["location"]).params
    assert query["state"] == "s"
    assert client.post("/auth/keys", json={"code": query["code"]}).json()["key"].startswith("sk-or-v1-")


def test_the_policy_feed_stands_beside_the_api(server):
    rows = httpx.get(f"{server.origin}/api/frontend/v1/all-providers").json()["data"]
    assert len(rows) == 12


def test_requests_are_recorded_whole(server, client):
    client.post(CHAT, json=body("Hello"), headers={"X-Title": "Inglenook"})
    seen = server.wait_for(lambda requests: requests and requests[-1].done and requests[-1])
    assert (seen.method, seen.path, seen.status, seen.closed_early) == ("POST", CHAT, 200, False)
    assert {name.lower(): value for name, value in seen.headers.items()}["x-title"] == "Inglenook"
    assert json.loads(seen.body)["messages"][0]["content"] == "Hello"


def test_waiting_for_what_does_not_come_is_an_error(server):
    with pytest.raises(TimeoutError):
        server.wait_for(lambda requests: len(requests) > 99, timeout_s=0.01)


def test_a_cut_connection_ends_after_exactly_so_many_bytes(server, client):
    server.faults.next(CHAT, Fault(cut_after=333))
    got: list[bytes] = []
    with client.stream("POST", CHAT, json=body()) as answer, pytest.raises(httpx.RemoteProtocolError):
        got.extend(answer.iter_raw())
    assert len(b"".join(got)) == 333
    seen = server.wait_for(lambda requests: requests[-1].severed and requests[-1])
    assert (seen.sent_bytes, seen.done, seen.closed_early) == (333, False, False)
    assert client.post(CHAT, json=body()).status_code == 200


def test_a_cut_may_wait_until_what_was_sent_has_been_read(server, client):
    server.faults.next(CHAT, Fault(cut_after=333, cut_on_word=True))
    got: list[bytes] = []

    def read(pieces):
        for piece in pieces:
            got.append(piece)
            if sum(map(len, got)) == 333:
                assert not server.requests[-1].severed
                server.faults.cut()

    with client.stream("POST", CHAT, json=body()) as answer, pytest.raises(httpx.RemoteProtocolError):
        read(answer.iter_raw())
    assert len(b"".join(got)) == 333


def test_a_slow_drip_changes_no_byte(server, client):
    server.faults.next(CHAT, Fault(drip=7, drip_ms=0))
    dripped = client.post(CHAT, json=body("tour", max_tokens=20))
    assert joined(events(dripped.content), "content") == joined(
        events(client.post(CHAT, json=body("tour", max_tokens=20)).content), "content"
    )


def test_garbage_stands_where_it_was_asked(server, client):
    server.faults.next(CHAT, Fault(garbage_after=100))
    content = client.post(CHAT, json=body()).content
    assert content[100 : 100 + len(GARBAGE)] == GARBAGE
    assert content.endswith(b"data: [DONE]\n\n")


def test_a_delay_comes_before_the_status(server, client):
    server.faults.next(CHAT, Fault(delay_ms=80))
    started = time.monotonic()
    with client.stream("POST", CHAT, json=body()) as answer:
        assert time.monotonic() - started >= 0.08
        assert answer.status_code == 200


@pytest.mark.parametrize("name", CANNED)
def test_every_canned_error_can_be_a_fault(server, client, name):
    server.faults.next("/models", Fault(error=name))
    answer = client.get("/models")
    assert answer.status_code == int(name[:3])
    assert answer.json() == CANNED[name].body


@pytest.mark.parametrize(
    ("preset", "status", "kind"),
    [
        ("html page", 502, "text/html"),
        ("html 200", 200, "text/html"),
        ("plain 200", 200, "text/plain"),
        ("json 200", 200, "application/json"),
        ("empty 200", 200, "text/event-stream"),
    ],
)
def test_answers_that_are_no_stream_can_be_had(server, client, preset, status, kind):
    server.faults.next(CHAT, Fault(preset=preset))
    answer = client.post(CHAT, json=body())
    assert (answer.status_code, answer.headers["content-type"]) == (status, kind)


def test_a_redirect_leads_to_another_origin(server, client):
    server.faults.next(CHAT, Fault(location="http://127.0.0.1:1/elsewhere"))
    answer = client.post(CHAT, json=body())
    assert (answer.status_code, answer.headers["location"]) == (307, "http://127.0.0.1:1/elsewhere")


def test_cors_headers_can_be_left_away(server, client):
    server.faults.next("*", Fault(no_cors=True))
    assert not [name for name in client.get("/models").headers if name.startswith("access-control")]
    assert client.get("/models").headers["access-control-allow-origin"] == "*"


def test_a_token_rate_is_kept(server, client):
    server.faults.next(CHAT, Fault(tokens_per_s=200))
    started = time.monotonic()
    found = events(client.post(CHAT, json=body("long 60 tokens")).content)
    assert 0.29 <= time.monotonic() - started < 1.5
    assert found[-2]["usage"]["completion_tokens"] == 60


def test_faults_can_be_asked_for_from_another_process(server, client):
    asked = {"path": CHAT, "fault": {"error": "503"}, "times": 2}
    assert httpx.post(f"{server.origin}/__faults", json=asked).status_code == 200
    assert [client.post(CHAT, json=body()).status_code for _ in range(3)] == [503, 503, 200]
    rows = httpx.get(f"{server.origin}/__requests").json()["requests"]
    assert [row["status"] for row in rows] == [503, 503, 200]
    for wrong in ({"path": CHAT, "fault": {"explode": 1}}, {"path": CHAT, "fault": {"error": "999"}}, {}):
        assert httpx.post(f"{server.origin}/__faults", json=wrong).status_code == 400


def test_a_client_that_hangs_up_is_seen_while_the_server_is_silent():
    with PracticeServer(pace=Pace(60, 60_000)) as server:
        connection = http.client.HTTPConnection(urlsplit(server.base).netloc, timeout=5)
        connection.request("POST", f"/api/v1{CHAT}", json.dumps(body()), AUTHORIZED)
        connection.getresponse().read(1)
        connection.sock.shutdown(socket.SHUT_RDWR)
        connection.close()
        seen = server.wait_for(lambda requests: requests[-1].closed_early and requests[-1])
        assert not seen.done
        assert server.router.log[-1].cancelled


def test_a_client_that_takes_no_more_bytes_counts_as_gone():
    with PracticeServer(write_timeout_s=0.2, send_buffer=4096) as server:
        address = urlsplit(server.base)
        data = json.dumps(body("long 20000 tokens")).encode()
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.connect((address.hostname, address.port))
            head = f"POST /api/v1{CHAT} HTTP/1.1\r\nHost: x\r\nAuthorization: {AUTHORIZED['Authorization']}\r\n"
            sock.sendall(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
            sock.recv(100)
            assert server.wait_for(lambda requests: requests and requests[-1].closed_early)
            assert server.router.log[-1].cancelled


def test_several_streams_run_at_once(server, client):
    with (
        client.stream("POST", CHAT, json=body("long 40 tokens")) as first,
        client.stream("POST", CHAT, json=body("long 50 tokens")) as second,
    ):
        found = [events(b"".join(answer.iter_raw())) for answer in (second, first)]
    assert [stream[-2]["usage"]["completion_tokens"] for stream in found] == [50, 40]


def test_the_server_stops_in_the_middle_of_a_stream():
    server = PracticeServer(pace=Pace(1, 60_000)).start()
    with httpx.stream("POST", f"{server.base}{CHAT}", json=body(), headers=AUTHORIZED, timeout=5) as answer:
        assert answer.status_code == 200
        server.close()
        assert server.wait_for(lambda requests: requests[-1].severed)
        assert server.router.log[-1].cancelled
