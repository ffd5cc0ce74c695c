"""A router with a hand-moved clock, and short ways to ask it."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from inglenook.practice import Account, Pace, Request, Response, Router, parse_request
from inglenook.practice.account import PRACTICE_KEY

START_MS = 1_790_000_000_000
AUTHORIZED = {"Authorization": f"Bearer {PRACTICE_KEY}"}


class Desk:
    def __init__(self, account: Account | None = None, pace: Pace | None = None) -> None:
        self.now_ms = START_MS
        numbers = count(1)
        self.router = Router(
            account, now=lambda: self.now_ms, new_id=lambda: f"{next(numbers):020}", pace=pace or Pace(0, 0)
        )

    def get(self, target: str, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        return read(self.router.handle(parse_request("GET", target, AUTHORIZED if headers is None else headers)))

    def post(self, path: str, body: Any, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        return read(self.send(path, body, headers))

    def send(self, path: str, body: Any, headers: dict[str, str] | None = None) -> Response:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.router.handle(Request("POST", path, {}, AUTHORIZED if headers is None else headers, data))

    def chat(self, text: str = "Hello", model: str = "practice/hearth-1", **more: Any) -> tuple[int, Any]:
        return self.post("/chat/completions", chat_body(text, model, **more))

    def open(self, text: str = "Hello", model: str = "practice/hearth-1", **more: Any) -> Response:
        return self.send("/chat/completions", chat_body(text, model, stream=True, **more))

    def events(self, text: str = "Hello", model: str = "practice/hearth-1", **more: Any) -> list[Any]:
        return events(b"".join(chunk.data for chunk in self.open(text, model, **more).chunks))


def chat_body(text: str, model: str, **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": text}], **more}


def read(response: Response) -> tuple[int, Any]:
    data = b"".join(chunk.data for chunk in response.chunks)
    is_json = response.headers.get("Content-Type") == "application/json"
    return response.status, json.loads(data) if is_json else data.decode()


def events(body: bytes) -> list[Any]:
    """The data of each event; `[DONE]` stays a string, comments are left out."""
    blocks = body.decode().split("\n\n")
    assert blocks.pop() == "", "a stream ends with an empty line"
    datas = [block.removeprefix("data: ") for block in blocks if not block.startswith(":")]
    return [data if data == "[DONE]" else json.loads(data) for data in datas]


def joined(found: list[Any], member: str) -> str:
    deltas = [event["choices"][0]["delta"] for event in found if event != "[DONE]"]
    return "".join(delta.get(member) or "" for delta in deltas)
