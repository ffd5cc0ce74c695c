"""The official `openrouter` client against the practice server: its types take every answer, its errors are its own."""

from collections.abc import Iterator

import pytest
from inglenook.practice.account import PRACTICE_KEY
from inglenook.practice.catalogue import MODELS
from openrouter import OpenRouter, errors, operations, utils

from tests.server import Fault, PracticeServer

TOOL = {
    "type": "function",
    "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}
# "none" is no strategy of the client's, so it asks once.
ONCE = utils.RetryConfig("none", utils.BackoffStrategy(1, 1, 1, 1), False)


@pytest.fixture(scope="module")
def server() -> Iterator[PracticeServer]:
    with PracticeServer() as server:
        yield server


@pytest.fixture
def client(server: PracticeServer) -> Iterator[OpenRouter]:
    with OpenRouter(api_key=PRACTICE_KEY, server_url=server.base, retry_config=ONCE, timeout_ms=5000) as client:
        yield client


def ask(client, text="Hello", model="practice/hearth-1", **more):
    return client.chat.send(model=model, messages=[{"role": "user", "content": text}], **more)


def test_models_are_listed_page_by_page(client):
    first = client.models.list(limit=7, output_modalities="all")
    found = [row.id for row in first.result.data]
    page = first.next()
    while page is not None and page.result.data:
        found += [row.id for row in page.result.data]
        page = page.next()
    assert sorted(found) == sorted(MODELS)


def test_one_model_its_endpoints_and_the_count(client):
    assert client.models.get(author="practice", slug="flint-2").data.reasoning.default_enabled is True
    assert client.models.count().data.count == len(MODELS) - 1
    endpoints = client.endpoints.list(author="practice", slug="hearth-1").data.endpoints
    assert [row.tag for row in endpoints] == ["alder", "birch/eu", "cedar", "fir", "larch", "thistle"]
    assert endpoints[0].latency_last_30m.p50 == 240


def test_zdr_endpoints_providers_and_the_users_models(client):
    assert all(row.provider_name in ("Alder", "Birch", "Hazel", "Oak", "Thistle")
               for row in client.endpoints.list_zdr_endpoints().data)  # fmt: skip
    assert len(client.providers.list().data) == 12
    assert (
        client.models.list_for_user(security=operations.ListModelsUserSecurity(bearer=PRACTICE_KEY)).result.total_count
        == len(MODELS) - 1
    )


def test_a_stream_brings_reasoning_text_and_usage(client):
    with ask(client, "think", "practice/flint-2", stream=True) as stream:
        chunks = list(stream)
    deltas = [chunk.choices[0].delta for chunk in chunks]
    assert "canned" in "".join(delta.reasoning or "" for delta in deltas)
    assert "no AI" in "".join(delta.content or "" for delta in deltas)
    details = [detail for delta in deltas for detail in delta.reasoning_details or []]
    assert details[-1].signature
    assert [chunk.choices[0].finish_reason for chunk in chunks][-2:] == ["stop", "stop"]
    assert chunks[-1].usage.cost > 0
    assert chunks[-1].usage.completion_tokens_details.reasoning_tokens > 10


def test_a_stream_brings_tool_calls(client):
    with ask(client, "weather twice", "practice/anvil-tools", stream=True, tools=[TOOL]) as stream:
        calls = [call for chunk in stream for call in chunk.choices[0].delta.tool_calls or []]
    texts = {n: "".join(c.function.arguments or "" for c in calls if c.index == n) for n in (0, 1)}
    assert texts == {0: '{"city": "Oslo"}', 1: '{"city": "Lima"}'}


def test_an_error_inside_a_stream_is_typed(client):
    with ask(client, "break off", stream=True) as stream:
        last = list(stream)[-1]
    assert (last.error.code, last.error.metadata.error_type) == (502, "provider_unavailable")
    assert last.choices[0].finish_reason == "error"


def test_a_whole_answer_with_tools_and_reasoning(client):
    result = ask(client, "think", "practice/flint-2")
    assert result.choices[0].message.reasoning
    assert result.usage.cost > 0
    result = ask(client, "weather", "practice/anvil-tools", tools=[TOOL])
    assert result.choices[0].message.tool_calls[0].function.name == "weather"


def test_key_credits_and_generation(client):
    result = ask(client)
    assert client.api_keys.get_current_key_metadata().data.usage > 0
    assert client.credits.get_credits().data.total_credits == 20
    assert client.generations.get_generation(id=result.id).data.total_cost == pytest.approx(result.usage.cost)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("400", errors.BadRequestResponseError),
        ("401", errors.UnauthorizedResponseError),
        ("402", errors.PaymentRequiredResponseError),
        ("402 in flight", errors.PaymentRequiredResponseError),
        ("403", errors.ForbiddenResponseError),
        ("404 zdr", errors.NotFoundResponseError),
        ("408", errors.RequestTimeoutResponseError),
        ("413", errors.PayloadTooLargeResponseError),
        ("422", errors.UnprocessableEntityResponseError),
        ("429", errors.TooManyRequestsResponseError),
        ("500", errors.InternalServerResponseError),
        ("502", errors.BadGatewayResponseError),
        ("503", errors.ServiceUnavailableResponseError),
        ("524", errors.EdgeNetworkTimeoutResponseError),
        ("529", errors.ProviderOverloadedResponseError),
    ],
)
def test_every_error_is_the_clients_own(client, name, error):
    with pytest.raises(error) as caught:
        ask(client, f"error {name}", stream=True)
    assert caught.value.status_code == int(name[:3])
    assert caught.value.data.error.code == int(name[:3])


def test_retries_are_off_in_these_tests(client, server):
    before = len(server.requests)
    with pytest.raises(errors.BadGatewayResponseError):
        ask(client, "error 502")
    assert len(server.requests) == before + 1


def test_a_wrong_key_is_unauthorized(server):
    with (
        OpenRouter(api_key="sk-wrong", server_url=server.base, retry_config=ONCE) as client,
        pytest.raises(errors.UnauthorizedResponseError) as caught,
    ):
        ask(client)
    assert caught.value.data.error.message == "User not found."


def test_a_policy_refusal_keeps_its_metadata(client):
    with pytest.raises(errors.NotFoundResponseError) as caught:
        ask(client, provider={"zdr": True, "only": ["cedar"]})
    assert caught.value.data.error.metadata["failed_routing_step"] == "Filter by Data Policy"


def test_a_page_instead_of_an_answer_is_not_taken_for_one(client, server):
    server.faults.next("/chat/completions", Fault(preset="html 200"))
    with pytest.raises(errors.OpenRouterDefaultError):
        ask(client)


def test_leaving_a_stream_is_seen_by_the_server(client, server):
    server.faults.next("/chat/completions", Fault(tokens_per_s=200))
    number = len(server.requests)
    with ask(client, "long", stream=True) as stream:
        next(iter(stream))
    seen = server.wait_for(lambda requests: requests[number].closed_early and requests[number])
    assert (seen.path, seen.done) == ("/chat/completions", False)
    assert server.router.log[-1].cancelled
