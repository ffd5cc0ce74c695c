"""The pretend providers and models, as tables.

This file knows what exists and what it declares; it never learns who is
asking. Prices are US dollars per million tokens here and per token on the
wire. Nobody real is meant by any name. It is longer than most files here
because it is data, read as rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Provider:
    """Who runs models, where, and what becomes of a prompt there; None means nobody knows."""

    slug: str
    name: str
    headquarters: str | None
    datacenters: tuple[str, ...] | None
    trains: bool | None
    retains: bool | None
    retention_days: int | None = None
    publishes: bool = False
    stops_billing_on_abort: bool = True

    @property
    def may_train(self) -> bool:
        return self.trains is not False

    @property
    def zero_retention(self) -> bool:
        return self.trains is False and self.retains is False


PROVIDERS: dict[str, Provider] = {
    provider.slug: provider
    for provider in (
        # slug, name, headquarters, datacenters, trains, retains, days, publishes, stops billing
        Provider("alder", "Alder", "US", ("US",), False, False, 0),
        Provider("birch", "Birch", "DE", ("DE", "FR"), False, False, 0),
        Provider("cedar", "Cedar", "US", ("US", "IE"), False, True, 30),
        Provider("elm", "Elm", "FR", ("FR",), False, True, 7),
        Provider("fir", "Fir", "US", ("US",), True, True, 90),
        Provider("hazel", "Hazel", "CA", ("CA",), False, False, 0, False, False),
        Provider("juniper", "Juniper", "SG", ("SG", "JP"), True, True, None, True, False),
        Provider("larch", "Larch", None, None, None, None),
        Provider("maple", "Maple", "CA", ("CA", "US"), False, True, 1),
        Provider("oak", "Oak", "GB", ("GB",), False, False, 0),
        Provider("rowan", "Rowan", "CN", ("CN", "SG"), True, True, 180),
        Provider("thistle", "Thistle", "US", ("US",), False, False, 0),
    )
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One model at one provider. `status` below zero: degraded, and asking it fails."""

    provider_slug: str
    prompt: str
    completion: str
    context_length: int
    max_completion_tokens: int | None = None
    quantization: str | None = None
    variant: str = ""
    latency_ms: int = 300
    tokens_per_s: int = 60
    status: int = 0
    lacks: tuple[str, ...] = ()

    @property
    def tag(self) -> str:
        return f"{self.provider_slug}/{self.variant}" if self.variant else self.provider_slug

    @property
    def provider(self) -> Provider:
        return PROVIDERS[self.provider_slug]


@dataclass(frozen=True, slots=True)
class Thinking:
    mandatory: bool = False
    default_enabled: bool = True
    efforts: tuple[str, ...] = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Model:
    """A model as the list shows it; `dated` is the snapshot that answers are signed with."""

    id: str
    dated: str
    name: str
    created: int
    description: str
    parameters: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]
    inputs: tuple[str, ...] = ("text",)
    outputs: tuple[str, ...] = ("text",)
    thinking: Thinking | None = None
    expires: str | None = None
    routes_to: tuple[str, ...] = ()
    alias_of: str = ""
    distillable: bool = True

    @property
    def free(self) -> bool:
        return self.id.endswith(":free")

    @property
    def context_length(self) -> int:
        return max((endpoint.context_length for endpoint in self.endpoints), default=0)


PLAIN = ("max_tokens", "max_completion_tokens", "temperature", "top_p", "stop", "seed")
SAMPLERS = (*PLAIN, "top_k", "min_p", "frequency_penalty", "presence_penalty", "repetition_penalty")
TOOLS = ("tools", "tool_choice", "parallel_tool_calls", "response_format", "structured_outputs")
THINKING = ("reasoning", "include_reasoning", "reasoning_effort")
SEES = ("text", "image", "file")

HEARTH = (
    Endpoint("alder", "0.50", "1.50", 131072, 16384, "bf16", latency_ms=240, tokens_per_s=80),
    Endpoint("birch", "0.60", "1.80", 131072, 16384, "fp8", "eu", latency_ms=280, tokens_per_s=70),
    Endpoint("cedar", "0.45", "1.40", 131072, None, "fp8", latency_ms=320, tokens_per_s=90),
    Endpoint(
        "fir", "0.20", "0.60", 65536, 8192, "fp4", latency_ms=500, tokens_per_s=40, lacks=("tools", "tool_choice")
    ),
    Endpoint("larch", "0.15", "0.50", 32768, None, None, latency_ms=700, tokens_per_s=30),
    Endpoint("thistle", "0.10", "0.30", 131072, None, "bf16", latency_ms=900, tokens_per_s=20, status=-5),
)

MODELS: dict[str, Model] = {
    model.id: model
    for model in (
        Model(
            "practice/hearth-1", "practice/hearth-1-20260801", "Practice: Hearth 1", 1785542400,
            "A pretend model for a first conversation. Answers are canned text, made in this page by no AI.",
            (*SAMPLERS, *TOOLS), HEARTH, SEES,
        ),
        Model(
            "practice/hearth-1:free", "practice/hearth-1-20260801", "Practice: Hearth 1 (free)", 1785542400,
            "Costs nothing, and every provider of it may train on what is sent.",
            SAMPLERS,
            (Endpoint("juniper", "0", "0", 32768, 4096, "fp8"), Endpoint("fir", "0", "0", 16384, 2048, "int4")),
        ),
        Model(
            "practice/ember-mini:free", "practice/ember-mini-20260501", "Practice: Ember Mini (free)", 1777593600,
            "Costs nothing; one of its two providers does not train on what is sent.",
            PLAIN,
            (Endpoint("rowan", "0", "0", 32768, None, "fp8"), Endpoint("maple", "0", "0", 16384, 2048, "fp8")),
        ),
        Model(
            "practice/flint-2", "practice/flint-2-20260910", "Practice: Flint 2", 1789000000,
            "Shows canned reasoning before it answers; the reasoning can be switched off.",
            (*PLAIN, *TOOLS, *THINKING),
            (
                Endpoint("oak", "2.00", "10.00", 200000, 64000, "fp8", latency_ms=640, tokens_per_s=71),
                Endpoint("elm", "1.80", "9.00", 131072, 32000, "fp8", latency_ms=800, tokens_per_s=55),
            ),
            SEES, thinking=Thinking(),
        ),
        Model(
            "practice/flint-2-pro", "practice/flint-2-pro-20260910", "Practice: Flint 2 Pro", 1789000100,
            "Always reasons first, at a high price, with one provider that keeps prompts for 30 days.",
            (*PLAIN, *THINKING),
            (Endpoint("cedar", "15.00", "75.00", 200000, 64000, None, latency_ms=1200, tokens_per_s=30),),
            SEES, thinking=Thinking(mandatory=True, efforts=("medium", "high", "xhigh")), distillable=False,
        ),
        Model(
            "practice/lantern-vl", "practice/lantern-vl-20260715", "Practice: Lantern VL", 1784073600,
            "Takes pictures and files, and says that it did.",
            PLAIN,
            (
                Endpoint("birch", "0.90", "2.70", 65536, 8192, "fp16"),
                Endpoint("rowan", "0.30", "0.90", 65536, 8192, "fp8"),
            ),
            SEES,
        ),
        Model(
            "practice/anvil-tools", "practice/anvil-tools-20260620", "Practice: Anvil Tools", 1781913600,
            "Asks for tool calls as soon as tools are offered and the message speaks of them.",
            (*PLAIN, *TOOLS),
            (
                Endpoint("hazel", "0.80", "2.40", 131072, 16384, "bf16"),
                Endpoint("maple", "0.70", "2.20", 131072, 16384, "fp8", "turbo", tokens_per_s=150),
            ),
        ),
        Model(
            "practice/longlog-1m", "practice/longlog-1m-20260405", "Practice: Longlog 1M", 1775347200,
            "Room for a million tokens.",
            SAMPLERS,
            (
                Endpoint("alder", "1.00", "3.00", 1048576, 32768, "bf16", "long", latency_ms=900),
                Endpoint("rowan", "0.40", "1.20", 524288, 32768, "fp8", latency_ms=1100),
            ),
        ),
        Model(
            "practice/kindling-s", "practice/kindling-s-20260110", "Practice: Kindling S", 1768003200,
            "Small, quick and cheap: eight thousand tokens, short answers, no tools.",
            PLAIN,
            (
                Endpoint("oak", "0.05", "0.10", 8192, 1024, "int8", latency_ms=120, tokens_per_s=180),
                Endpoint("elm", "0.04", "0.09", 8192, 1024, "int4", latency_ms=150, tokens_per_s=160),
            ),
        ),
        Model(
            "practice/cinder-0", "practice/cinder-0-20240301", "Practice: Cinder 0", 1709251200,
            "Old, and about to be withdrawn.",
            PLAIN, (Endpoint("cedar", "3.00", "6.00", 4096, 1024, None),), expires="2027-06-30",
        ),
        Model(
            "practice/pebble-embed", "practice/pebble-embed-20260201", "Practice: Pebble Embed", 1769904000,
            "Makes embeddings, so it cannot chat.",
            (), (Endpoint("birch", "0.02", "0", 8192, None, "fp32"),), outputs=("embeddings",),
        ),
        Model(
            "practice/auto", "practice/auto", "Practice: Auto", 1785542400,
            "Chooses a model for each request; the answer names the one that served.",
            (*PLAIN, *TOOLS), (), routes_to=("practice/kindling-s", "practice/hearth-1", "practice/longlog-1m"),
        ),
        Model(
            "~practice/hearth-latest", "practice/hearth-1-20260801", "Practice: Hearth (latest)", 1785542400,
            "Another name for the newest Hearth.",
            (*SAMPLERS, *TOOLS), HEARTH, SEES, alias_of="practice/hearth-1",
        ),
    )
}  # fmt: skip

SORTING_SUFFIXES = {":nitro": "throughput", ":floor": "price"}


def find_model(name: str) -> tuple[Model | None, str | None]:
    """The model called `name` (id, dated slug, alias, or id with a sorting suffix) and the sort that came with it."""
    for suffix, sort in SORTING_SUFFIXES.items():
        if name.endswith(suffix):
            return find_model(name.removesuffix(suffix))[0], sort
    if name in MODELS:
        return MODELS[name], None
    return next((model for model in MODELS.values() if model.dated == name), None), None


def per_token(per_million: str) -> str:
    """A price per million tokens as the wire's decimal string per token.

    >>> per_token("0.50")
    '0.0000005'
    """
    return format((Decimal(per_million) / 1_000_000).normalize(), "f")
