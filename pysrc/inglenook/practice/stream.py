"""An answer as the bytes of a stream, or as one body, with the pauses to make.

This file knows the shapes of chunks and the pace; it never learns who chose
the answer or what it costs. It does not wait: every chunk says how long the
caller should.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .answer import Answer, Meter
from .wire import Chunk, Json, dump_json

COMMENT = b": OPENROUTER PROCESSING\n\n"
COMMENT_EVERY_MS = 600
SIGNATURE = "cHJhY3RpY2U="


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast an answer comes. `tokens_per_s` 0: at once, and without a first pause."""

    tokens_per_s: float = 60
    first_token_ms: int = 250

    def token_ms(self, n: int) -> int:
        """The pause before token `n`; rounding never adds up to more than a millisecond."""
        if not self.tokens_per_s:
            return 0
        return int((n + 1) * 1000 / self.tokens_per_s) - int(n * 1000 / self.tokens_per_s)

    def silence(self) -> list[int]:
        """The pauses before the first token, cut where a comment line is due."""
        if not self.tokens_per_s or not self.first_token_ms:
            return []
        whole, rest = divmod(self.first_token_ms, COMMENT_EVERY_MS)
        return [COMMENT_EVERY_MS] * whole + ([rest] if rest else [])


@dataclass(frozen=True, slots=True)
class Head:
    """What every chunk of an answer repeats."""

    id: str
    created: int
    model: str
    provider: str


def stream(answer: Answer, head: Head, pace: Pace, meter: Meter, usage: Callable[[], Json]) -> Iterator[Chunk]:
    """The answer as events: comment lines, deltas, the terminal chunk twice, `[DONE]`."""
    yield Chunk(COMMENT)
    for pause in pace.silence():
        yield Chunk(COMMENT, pause)
    yield _event(head, {"role": "assistant", "content": ""})
    sent = held_ms = 0
    for n, piece in enumerate(answer.reasoning):
        meter.reasoning += 1
        if answer.hidden_reasoning:
            held_ms += pace.token_ms(sent)
        else:
            last = n == len(answer.reasoning) - 1
            yield _event(head, _thought(piece, last), wait_ms=pace.token_ms(sent))
        sent += 1
    if held_ms:
        yield Chunk(COMMENT, held_ms)
    for piece in answer.text:
        meter.visible += 1
        yield _event(head, {"role": "assistant", "content": piece}, wait_ms=pace.token_ms(sent))
        sent += 1
    for delta in _tool_deltas(answer):
        yield _event(head, {"role": "assistant", "content": None, "tool_calls": delta}, wait_ms=pace.token_ms(sent))
        sent += 1
    meter.visible = answer.tokens - answer.reasoning_tokens
    meter.finished = True
    ending = {"finish": answer.finish_reason, "native": answer.native_finish_reason}
    empty = {"role": "assistant", "content": ""}
    if answer.plan.failure:
        # A [DONE] may or may not follow a failure on the wire; here none does, which is the harder case.
        yield _event(head, empty, **ending, more={"error": answer.plan.failure}, wait_ms=pace.token_ms(sent))
        return
    yield _event(head, empty, **ending)
    yield _event(head, empty, **ending, more={"service_tier": None, "usage": usage()})
    yield Chunk(b"data: [DONE]\n\n")


def whole(answer: Answer, head: Head, pace: Pace, meter: Meter, usage: Callable[[], Json]) -> Iterator[Chunk]:
    """The answer as one JSON body after one pause."""
    meter.reasoning = answer.reasoning_tokens
    meter.visible = answer.tokens - answer.reasoning_tokens
    meter.finished = True
    failure = answer.plan.failure
    choice: Json = {
        "index": 0,
        "message": _message(answer) if not failure else {"role": "assistant", "content": "", "refusal": None},
        "finish_reason": answer.finish_reason,
        "native_finish_reason": answer.native_finish_reason,
        "logprobs": None,
    }
    if failure:
        choice["error"] = failure
    body = _envelope(head, "chat.completion", choice) | {"system_fingerprint": None, "usage": usage()}
    pause = sum(pace.silence()) + int(answer.tokens * 1000 / pace.tokens_per_s) if pace.tokens_per_s else 0
    yield Chunk(dump_json(body), pause)


def _message(answer: Answer) -> Json:
    text = "".join(answer.text)
    message: Json = {"role": "assistant", "content": None if answer.plan.calls else text, "refusal": None}
    reasoning = "".join(answer.reasoning)
    if reasoning and not answer.hidden_reasoning:
        message["reasoning"] = reasoning
        message["reasoning_details"] = [_detail(reasoning, signed=True)]
    if answer.plan.calls:
        message["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in answer.plan.calls
        ]
    return message


def _thought(piece: str, last: bool) -> Json:
    return {
        "role": "assistant",
        "content": "",
        "reasoning": piece,
        "reasoning_details": [_detail(piece, signed=last)],
    }


def _detail(text: str, *, signed: bool) -> Json:
    detail: Json = {"type": "reasoning.text", "text": text, "format": "unknown", "index": 0}
    return detail | {"signature": SIGNATURE} if signed else detail


def _tool_deltas(answer: Answer) -> Iterator[list[Json]]:
    """Openings first, then the arguments of parallel calls interleaved, as providers send them."""
    for index, call in enumerate(answer.plan.calls):
        function = {"name": call.name, "arguments": ""}
        yield [{"index": index, "id": call.id, "type": "function", "function": function}]
    for n in range(max((len(pieces) for pieces in answer.calls), default=0)):
        yield [
            {"index": index, "function": {"arguments": pieces[n]}}
            for index, pieces in reversed(list(enumerate(answer.calls)))
            if n < len(pieces)
        ]


def _envelope(head: Head, kind: str, choice: Json) -> Json:
    return {
        "id": head.id,
        "object": kind,
        "created": head.created,
        "model": head.model,
        "provider": head.provider,
        "choices": [choice],
    }


def _event(
    head: Head,
    delta: Json,
    *,
    finish: str | None = None,
    native: str | None = None,
    more: Json | None = None,
    wait_ms: int = 0,
) -> Chunk:
    choice: dict[str, Any] = {"index": 0, "delta": delta, "finish_reason": finish, "native_finish_reason": native}
    body = _envelope(head, "chat.completion.chunk", choice) | (more or {})
    return Chunk(b"data: " + dump_json(body) + b"\n\n", wait_ms)
