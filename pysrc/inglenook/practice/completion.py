"""A chat completion from the request to the log entry.

This file knows the order of things: read, choose who serves, check the money,
play the script, write down the numbers. Each of these is decided elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from .admission import admit
from .answer import Answer, Meter, cut
from .ask import Ask, read_ask
from .canned import CANNED
from .catalogue import MODELS, Endpoint, Model, find_model
from .delivery import Body
from .errors import (
    Refusal,
    availability,
    bad_field,
    provider_failed,
    refusal,
)
from .log import Entry
from .policy import choose
from .pricing import Bill, bill, usage_json
from .script import named_failure, plan
from .state import State
from .stream import Head, Pace, stream, whole
from .wire import JSON_TYPE, STREAM_TYPE, Json, Request, Response


@dataclass(frozen=True, slots=True)
class Served:
    """Who answers: the model asked for by name, the one that serves, and its endpoint."""

    model: Model
    endpoint: Endpoint


def complete(state: State, request: Request, key_digest: str, pace: Pace) -> Response:
    """Answer `POST /chat/completions`; raises `Refusal`, after logging it without a word of content."""
    created_ms = state.now()
    generation_id = f"gen-{created_ms // 1000}-{state.new_id()}"
    draft = Entry(generation_id, created_ms, key_digest, 200, referer=request.header("HTTP-Referer")[:256])
    try:
        ask = read_ask(request.body, state.account)
        first = ask.models[0]
        draft = replace(draft, model=first if first in MODELS else "", streamed=ask.stream, session_id=ask.session_id)
        served = _serve(state, ask)
        draft = replace(draft, served_model=served.model.dated, provider=served.endpoint.provider.name,
                        free=served.model.free, lent=state.account.lends_prompts)  # fmt: skip
        answer = _answer(ask, served)
        admit(state, ask, served.model, served.endpoint, key_digest, generation_id)
    except Refusal as refused:
        state.log.add(replace(draft, status=refused.status, finish_reason="error"))
        raise
    meter = Meter()
    head = Head(generation_id, created_ms // 1000, served.model.dated, served.endpoint.provider.name)

    def charged(reasoning: int, visible: int) -> Bill:
        return bill(served.endpoint, state.account, ask.prompt_tokens, reasoning + visible, reasoning)

    def usage() -> Json:
        return usage_json(charged(meter.reasoning, meter.visible))

    def ended() -> None:
        state.running.pop(generation_id, None)
        sent = charged(meter.reasoning, meter.visible)
        # Not every provider can be stopped: some bill the whole answer after the caller has left.
        billed = sent
        if not meter.finished and not served.endpoint.provider.stops_billing_on_abort:
            billed = charged(answer.reasoning_tokens, answer.tokens - answer.reasoning_tokens)
        state.log.add(
            replace(
                draft,
                cancelled=not meter.finished,
                finish_reason=answer.finish_reason if meter.finished else None,
                prompt_tokens=billed.prompt_tokens,
                completion_tokens=billed.completion_tokens,
                reasoning_tokens=billed.reasoning_tokens,
                cost_usd=billed.cost_usd,
                latency_ms=pace.first_token_ms,
                duration_ms=state.now() - created_ms,
            )
        )

    chunks = (stream if ask.stream else whole)(answer, head, pace, meter, usage)
    kind = STREAM_TYPE if ask.stream else JSON_TYPE
    return Response(200, {"Content-Type": kind, "X-Generation-Id": generation_id}, Body(chunks, ended))


def _serve(state: State, ask: Ask) -> Served:
    """The first model that somebody may and can serve; else the refusal of the first one."""
    refusals: list[Refusal] = []
    for name in ask.models:
        for model, sort in _candidates(name, state):
            wishes = replace(ask.wishes, sort=ask.wishes.sort or sort)
            try:
                endpoint = choose(model, wishes, state.account, ask.need)[0]
                if endpoint.status < 0:
                    raise provider_failed(endpoint.provider.name)
                return Served(model, endpoint)
            except Refusal as refused:
                refusals.append(refused)
    raise refusals[0]


def _candidates(name: str, state: State) -> list[tuple[Model, str | None]]:
    model, sort = find_model(name)
    if model is None:
        raise refusal(
            400,
            f"{name[:100]} is not a valid model ID",
            metadata={"error_type": "invalid_request"},
            availability=availability("model_not_found", name[:100]),
        )
    if "text" not in model.outputs:
        raise refusal(
            400,
            f"{model.id} cannot chat; it belongs to another endpoint",
            availability=availability("wrong_endpoint", model.id),
        )
    if model.expires and state.now() >= _date_ms(model.expires):
        raise refusal(
            404, f"No endpoints found for {model.id}.", availability=availability("model_deprecated", model.id)
        )
    return [(MODELS[target], sort) for target in model.routes_to] or [(model, sort)]


def _date_ms(date: str) -> int:
    return int(datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp() * 1000)


def _answer(ask: Ask, served: Served) -> Answer:
    thinking = served.model.thinking
    if thinking and thinking.mandatory and ask.thinking is False:
        raise bad_field("Reasoning is mandatory for this endpoint and cannot be disabled.")
    planned = plan(served.model, ask.messages, ask.tools, ask.tool_choice)
    if planned.refused:
        raise CANNED[planned.refused]
    thinks = thinking is not None and (thinking.default_enabled if ask.thinking is None else ask.thinking)
    limits = [limit for limit in (ask.budget, served.endpoint.max_completion_tokens) if limit is not None]
    named = named_failure(planned, served.endpoint.provider.name)
    return cut(named, min(limits, default=None), thinks=thinks, hidden=ask.hides_thinking)
