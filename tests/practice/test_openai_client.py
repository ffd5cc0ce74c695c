"""The official `openai` client against the practice server."""

from collections.abc import Iterator

import openai
import pytest
from inglenook.practice.account import PRACTICE_KEY
from inglenook.practice.catalogue import MODELS

from tests.server import Fault, PracticeServer

TOOL = {
    "type": "function",
    "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}


@pytest.fixture(scope="module")
def server() -> Iterator[PracticeServer]:
    with PracticeServer() as server:
        yield server


@pytest.fixture
def client(server: PracticeServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key=PRACTICE_KEY, base_url=server.base, max_retries=0, timeout=5) as client:
        yield client


def ask(client, text="Hello", model="practice/hearth-1", **more):
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": text}], **more)


def test_models_are_listed(client):
    assert len(list(client.models.list())) == len(MODELS) - 1


def test_a_stream_brings_reasoning_text_and_usage(client):
    chunks = list(ask(client, "think", "practice/flint-2", stream=True))
    deltas = [chunk.choices[0].delta for chunk in chunks]
    assert "canned" in "".join(getattr(delta, "reasoning", None) or "" for delta in deltas)
    assert "no AI" in "".join(delta.content or "" for delta in deltas)
    assert chunks[-1].usage.total_tokens > 0
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert {chunk.model for chunk in chunks} == {"practice/flint-2-20260910"}


def test_a_stream_brings_tool_calls(client):
    with client.chat.completions.stream(
        model="practice/anvil-tools", messages=[{"role": "user", "content": "weather twice"}], tools=[TOOL]
    ) as stream:
        message = stream.get_final_completion().choices[0].message
    assert [call.function.arguments for call in message.tool_calls] == ['{"city": "Oslo"}', '{"city": "Lima"}']


def test_a_whole_answer(client):
    result = ask(client, extra_body={"provider": {"only": ["birch"]}})
    assert result.choices[0].message.content
    assert result.provider == "Birch"


def test_an_error_inside_a_stream_is_raised(client):
    stream = ask(client, "break off", stream=True)
    with pytest.raises(openai.APIError) as caught:
        list(stream)
    assert caught.value.code == "502"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("400", openai.BadRequestError),
        ("400 zod", openai.BadRequestError),
        ("401", openai.AuthenticationError),
        ("402", openai.APIStatusError),
        ("403 age", openai.PermissionDeniedError),
        ("404 training", openai.NotFoundError),
        ("409", openai.ConflictError),
        ("422", openai.UnprocessableEntityError),
        ("429", openai.RateLimitError),
        ("429 shared pool", openai.RateLimitError),
        ("500", openai.InternalServerError),
        ("502", openai.InternalServerError),
        ("529", openai.InternalServerError),
    ],
)
def test_every_error_is_the_clients_own(client, name, error):
    with pytest.raises(error) as caught:
        ask(client, f"error {name}")
    assert caught.value.status_code == int(name[:3])


def test_a_cut_connection_is_noticed(client, server):
    server.faults.next("/chat/completions", Fault(cut_after=700))
    stream = ask(client, stream=True)
    with pytest.raises(openai.APIConnectionError):
        list(stream)


def test_closing_a_stream_is_seen_by_the_server(client, server):
    server.faults.next("/chat/completions", Fault(tokens_per_s=200))
    number = len(server.requests)
    stream = ask(client, "long", stream=True)
    next(iter(stream))
    stream.close()
    assert server.wait_for(lambda requests: requests[number].closed_early)
    assert server.router.log[-1].cancelled
