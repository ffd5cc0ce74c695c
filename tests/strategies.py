"""Values of the model for property tests: small, odd, and with many ties."""

from __future__ import annotations

from hypothesis import strategies as st
from inglenook.core import model

# Surrogates are for the tests of reading; a value in memory has none.
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
# Few names and few times, so that ids meet, parents form circles and stamps tie.
ids = st.sampled_from(["a", "b", "c", "d", "e", "Ä/..", "0198c0de-7a11-7000-8000-000000000001"])
times = st.one_of(st.integers(0, 3), st.integers(0, 2_000_000_000_000))
hashes = st.sampled_from([format(n, "x") * 64 for n in (0, 7, 15)])
counts = st.one_of(st.none(), st.integers(0, 10**12))
json_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**18), 10**18),
        st.floats(allow_nan=False, allow_infinity=False),
        texts,
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
json_objects = st.dictionaries(texts, json_values, max_size=3)


def _file(made):
    return st.builds(
        made,
        sha256=st.none() | hashes,
        url=st.none() | texts,
        media_type=texts,
        name=texts,
        size=st.integers(0, 10**12),
    )


parts = st.one_of(
    st.builds(model.Text, texts),
    st.builds(model.Reasoning, texts, st.lists(json_objects, max_size=2).map(tuple), counts),
    _file(model.Image),
    _file(model.File),
    _file(model.Audio),
    _file(model.Video),
    st.builds(model.Audio, transcript=texts),
    st.builds(model.ToolCall, texts, texts, texts),
    st.builds(model.ToolResult, texts, texts, texts),
    st.builds(model.Citation, texts, texts, texts),
    st.builds(model.Code, texts, texts),
    st.builds(model.Failure, texts, texts, st.none() | st.integers(0, 599), texts),
    st.builds(model.Unknown, texts | st.sampled_from(["text", "unknown"]), json_values),
    json_objects.map(lambda data: model.Unknown("hologram", {**data, "kind": "hologram"})),
)
authors = st.builds(model.Author, texts, texts, texts, texts, texts)
usages = st.builds(
    model.Usage,
    counts,
    counts,
    counts,
    counts,
    st.none() | st.floats(0, 1e6, allow_nan=False),
    counts,
    counts,
)
flags = st.none() | st.booleans()
policies = st.builds(model.Policy, flags, flags, counts, flags, texts, times)
disclosures = st.builds(
    model.Disclosure, st.lists(texts, max_size=2).map(tuple), st.none() | policies, st.booleans(), st.booleans()
)


def rarely(unusual, usual):
    """Mostly the usual value: with every restriction drawn at once, nobody would ever be left."""
    return st.one_of(st.just(usual), st.just(usual), st.just(usual), unusual)


SLUGS = ("ash", "beech", "elder", "holly")
slugs = st.lists(st.sampled_from((*SLUGS, "ash/turbo", "nobody")), max_size=3, unique=True).map(tuple)
prices = rarely(st.sampled_from((0.0, 0.15, 1.0, 15.0, 100.0)), None)
limits = st.builds(
    model.Limits,
    deny_paid_training=st.booleans(),
    deny_free_training=st.booleans(),
    deny_retention=rarely(st.just(True), False),
    max_retention_days=rarely(st.sampled_from((0, 1, 30, 365)), None),
    zero_retention=rarely(st.just(True), False),
    only=rarely(slugs, None),
    never=rarely(slugs, ()),
    max_prompt_usd=prices,
    max_completion_usd=prices,
    regions=rarely(st.lists(st.sampled_from(("EU", "US")), max_size=2, unique=True).map(tuple), ()),
)


@st.composite
def messages(draw):
    return model.Message(
        draw(ids),
        draw(st.none() | ids | st.just("missing")),
        draw(st.sampled_from(["system", "user", "assistant", "tool"])),
        tuple(draw(st.lists(parts, max_size=2))),
        draw(st.just(model.Author()) | authors),
        draw(times),
        draw(times),
        draw(st.sampled_from(["streaming", "done", "interrupted", "failed", "refused"])),
        draw(st.just(model.Usage()) | usages),
        draw(st.none() | texts),
        draw(texts),
        draw(st.none() | st.none() | times),
        draw(st.just({}) | json_objects),
        draw(st.none() | disclosures),
    )


def stamped(values):
    return st.builds(model.Stamped, values, times)


@st.composite
def conversations(draw, id="conversation"):
    return model.Conversation(
        id,
        draw(times),
        draw(stamped(texts)),
        draw(stamped(st.booleans())),
        draw(stamped(st.booleans())),
        draw(stamped(st.none() | st.sampled_from(["a", "b", "missing"]))),
        draw(stamped(texts)),
        {message.id: message for message in draw(st.lists(messages(), max_size=6))},
        draw(st.just({}) | json_objects),
        draw(stamped(limits)),
    )


_few = st.integers(0, 2)
_small_messages = st.builds(
    model.Message,
    st.sampled_from("abc"),
    st.sampled_from([None, "a", "b", "missing"]),
    st.just("user"),
    st.sampled_from([(), (model.Text("x"),), (model.Text("y"),)]),
    created_ms=_few,
    revised_ms=_few,
    deleted_ms=st.none() | _few,
    extra=st.dictionaries(st.just("k"), _few),
)
# Copies of one conversation in which nearly everything ties: for the laws of merging.
copies = st.builds(
    model.Conversation,
    st.just("conversation"),
    _few,
    *[st.builds(model.Stamped, values, _few) for values in (st.sampled_from("xy"), st.booleans(), st.booleans())],
    st.builds(model.Stamped, st.sampled_from([None, "a", "b"]), _few),
    st.builds(model.Stamped, st.sampled_from("xy"), _few),
    st.lists(_small_messages, max_size=3).map(lambda some: {message.id: message for message in some}),
    st.dictionaries(st.sampled_from("kl"), _few | st.sampled_from("xy")),
    st.builds(model.Stamped, st.sampled_from([model.Limits(), model.Limits(only=()), model.Limits(True)]), _few),
)

summaries = st.builds(
    model.Summary,
    texts,
    texts,
    times,
    times,
    st.booleans(),
    st.booleans(),
    st.lists(texts, max_size=3).map(tuple),
    st.integers(0, 10**6),
    texts,
    st.integers(0, 10**6),
    st.none() | times,
)
