import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.core import schema
from inglenook.core.errors import BadFile, NewerSchema, OurError, StorageError
from inglenook.core.model import (
    Citation,
    Conversation,
    File,
    Message,
    Reasoning,
    Stamped,
    Summary,
    Text,
    ToolCall,
    Unknown,
    Usage,
)

from tests.strategies import conversations, json_values, messages, summaries


def load(**members):
    return schema.load_conversation(json.dumps({"schema": 1, "id": "c", "created_ms": 1} | members))


def load_message(**members):
    (message,) = load(messages=[{"id": "m"} | members]).messages.values()
    return message


def load_part(part):
    return load_message(parts=[part]).parts[0]


@given(conversations())
def test_a_conversation_in_pieces_is_the_same_text(conversation):
    assert "".join(schema.conversation_pieces(conversation)) == schema.dump_conversation(conversation)


@given(conversations())
def test_a_conversation_comes_back_as_it_was(conversation):
    text = schema.dump_conversation(conversation)
    assert schema.load_conversation(text) == conversation
    assert schema.dump_conversation(schema.load_conversation(text.encode())) == text


@given(summaries)
def test_a_summary_comes_back_as_it_was(summary):
    assert schema.load_summary(schema.dump_summary(summary)) == summary


@given(messages(), st.integers(0, 10**13))
def test_a_draft_comes_back_as_it_was(message, saved_ms):
    draft = schema.Draft(message, "c", saved_ms)
    assert schema.load_draft(schema.dump_draft(draft)) == draft


def test_the_stored_text_is_this():
    message = Message("m", None, "user", (Text("Grüße"),), created_ms=7)
    text = schema.dump_conversation(Conversation("c", 5, title=Stamped("T", 6), messages={"m": message}))
    assert text == (
        '{"created_ms":5,"id":"c","messages":[{"created_ms":7,"id":"m","parent":null,'
        '"parts":[{"kind":"text","text":"Grüße"}],"role":"user"}],"schema":1,"title":{"at_ms":6,"value":"T"}}'
    )


def test_the_order_in_which_messages_came_does_not_change_the_text():
    one, two = Message("1", None, "user", created_ms=5), Message("2", None, "user", created_ms=4)
    a = Conversation("c", 0, messages={"1": one, "2": two})
    b = Conversation("c", 0, messages={"2": two, "1": one})
    assert schema.dump_conversation(a) == schema.dump_conversation(b)


_member = st.sampled_from(
    [field.name for made in (Conversation, Message, Usage, Summary, Stamped, Reasoning, File) for field in fields(made)]
    + ["schema", "kind", "of", "data", "message"]
)
_wild = st.recursive(
    json_values | st.sampled_from(["text", "reasoning", "tool_call", "unknown", "user", 1, 10**30]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_member, inner, max_size=5),
    max_leaves=15,
)


@given(st.dictionaries(_member, _wild, max_size=8), st.booleans())
def test_any_json_is_rebuilt_or_refused_with_our_own_error(record, known):
    text = json.dumps(record | ({"schema": 1, "id": "c"} if known else {}))
    for read, write in (
        (schema.load_conversation, schema.dump_conversation),
        (schema.load_summary, schema.dump_summary),
        (schema.load_draft, schema.dump_draft),
    ):
        try:
            value = read(text)
        except (OurError, StorageError):
            continue
        assert read(write(value)) == value


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_with_our_own_error(data):
    with pytest.raises(BadFile):
        schema.load_conversation(data)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"schema":true,"id":"c"}',
        '{"schema":0,"id":"c"}',
        '{"schema":1}',
        '{"schema":1,"id":""}',
        '{"schema":1,"id":"c","messages":{"a":1}}',
        '{"schema":1,"id":"c","messages":[1]}',
        '{"schema":1,"id":"c","extra":' + "[" * 300 + "]" * 300 + "}",
        "[" * 200_000,
        '{"schema":1,"id":"c","created_ms":' + "9" * 10_000 + "}",
    ],
)
def test_what_is_no_conversation_is_refused(text):
    with pytest.raises(BadFile) as caught:
        schema.load_conversation(text)
    assert caught.value.advice


def test_a_record_from_the_future_is_refused():
    with pytest.raises(NewerSchema, match="newer Inglenook"):
        schema.load_conversation('{"schema":2,"id":"c"}')


def test_an_old_record_goes_up_one_step_for_each_version():
    def rename(kind, record):
        return {"id": record["name"], "kind": kind}

    def number(kind, record):
        return record | {"id": record["id"] + "!"}

    old = {"schema": 1, "name": "c"}
    assert schema.upgrade("conversation", old, {1: rename, 2: number}, 3) == {"id": "c!", "kind": "conversation"}
    assert schema.upgrade("draft", {"schema": 2, "id": "c"}, {1: rename, 2: number}, 3) == {"id": "c!"}
    assert schema.upgrade("draft", {"schema": 3, "id": "c"}, {1: rename, 2: number}, 3) == {"id": "c"}


def test_there_is_one_step_for_every_past_version():
    assert set(range(1, schema.CURRENT)) == set(schema.STEPS)


@pytest.mark.parametrize(
    ("stored", "rebuilt"),
    [
        ({"kind": "text"}, Text("")),
        ({"kind": "text", "text": None}, Text("")),
        ({"kind": "text", "text": ["no"]}, Unknown("text", {"kind": "text", "text": ["no"]})),
        ({"kind": "reasoning", "text": "t", "details": "no", "duration_ms": -0.5}, Reasoning("t", (), 0)),
        ({"kind": "file", "name": "a", "size": "big", "sha256": False}, File(name="a")),
        ({"kind": "tool_call", "id": 7, "name": "n", "arguments": "{"}, ToolCall("7", "n", "{")),
        ({"kind": "citation", "url": "u", "title": None}, Citation("u")),
        ({"kind": "hologram", "x": [1]}, Unknown("hologram", {"kind": "hologram", "x": [1]})),
        ({"kind": 5}, Unknown("", {"kind": 5})),
        ("bare", Unknown("", "bare")),
        (None, Unknown("", None)),
    ],
)
def test_parts_are_rebuilt_by_kind_and_kept_if_they_cannot_be(stored, rebuilt):
    assert load_part(stored) == rebuilt


def test_a_part_of_an_unknown_kind_is_written_back_unchanged():
    part = {"kind": "hologram", "depth": 3, "of": None}
    text = schema.dump_conversation(load(messages=[{"id": "m", "parts": [part]}]))
    assert json.loads(text)["messages"][0]["parts"] == [part]


def test_wrong_and_unknown_members_are_kept_in_extra():
    message = load_message(role="wizard", status=4, mood="good", created_ms="soon", extra={"own": 1})
    assert (message.role, message.status, message.created_ms) == ("assistant", "done", 0)
    assert message.extra == {"role": "wizard", "status": 4, "mood": "good", "created_ms": "soon", "own": 1}
    assert load(colour="red", title=[1]).extra == {"colour": "red", "title": [1]}


def test_a_bare_value_is_taken_where_a_stamped_one_belongs():
    assert load(title="T", pinned=True).title == Stamped("T", 0)
    assert load(title={"value": "T", "at_ms": "x"}).title == Stamped("T", 0)
    assert load(title={"at_ms": 4}).title == Stamped("", 4)


def test_numbers_that_nothing_can_hold_are_left_out():
    usage = '{"cost_usd":1e999,"prompt_tokens":NaN,"cached_tokens":1e400,"duration_ms":99999999999999999999,"x":1}'
    text = '{"schema":1,"id":"c","messages":[{"id":"m","usage":' + usage + "}]}"
    assert schema.load_conversation(text).messages["m"].usage == Usage()
    assert schema.load_conversation('{"schema":1,"id":"c","extra":{"x":-1e999}}').extra == {"x": None}
    nan = Conversation("c", 0, messages={"m": Message("m", None, "user", usage=Usage(cost_usd=float("nan")))})
    assert "NaN" not in schema.dump_conversation(nan)
    assert json.loads(schema.dump_conversation(Conversation("c", 0, extra={"x": float("inf")})))["extra"] == {"x": None}


def test_lone_surrogates_are_replaced_and_pairs_are_kept():
    text = r'{"schema":1,"id":"c","title":"\ud83d\ude00 \ud800 \\ud800 \udc00","\udfff":1}'
    conversation = schema.load_conversation(text)
    assert conversation.title.value == "😀 \ufffd \\ud800 \ufffd"
    assert conversation.extra == {"\ufffd": 1}
    assert schema.load_conversation('{"schema":1,"id":"c","title":"\ud83d\ude00\ud83d"}').title.value == "😀\ufffd"


def test_lone_surrogates_in_memory_do_not_stop_a_save():
    text = schema.dump_conversation(Conversation("c", 0, title=Stamped("\ud83d\ude00\ud800")))
    assert json.loads(text.encode())["title"]["value"] == "😀\ufffd"


def test_a_message_without_an_id_gets_one_that_is_free():
    conversation = load(messages=[{"role": "user"}, {"id": "unnamed-1"}, {"id": "", "role": "tool"}])
    assert {id: message.role for id, message in conversation.messages.items()} == {
        "unnamed-1": "assistant",
        "unnamed-2": "user",
        "unnamed-3": "tool",
    }


def test_of_two_messages_with_one_id_the_deleted_or_later_one_counts():
    later = {"id": "m", "revised_ms": 5, "status": "failed"}
    stone = {"id": "m", "deleted_ms": 1}
    assert load(messages=[later, {"id": "m"}]).messages["m"].status == "failed"
    assert load(messages=[stone, later]).messages["m"].deleted_ms == 1


def test_a_byte_order_mark_is_no_obstacle():
    assert schema.load_conversation(b'\xef\xbb\xbf{"schema":1,"id":"c"}').id == "c"


def test_a_value_that_is_no_json_is_refused_with_our_own_error():
    with pytest.raises(BadFile, match="cannot be written"):
        schema.dump_conversation(Conversation("c", 0, extra={"x": object()}))


def test_conversations_do_not_share_what_they_hold():
    assert load().messages is not load().messages
    assert load().extra is not load().extra


@pytest.mark.parametrize(
    ("name", "damage", "read"),
    [
        ("deny_retention", "no", True),
        ("zero_retention", 0, True),
        ("max_retention_days", "a week", 0),
        ("only", "alder", ()),
    ],
)
def test_a_damaged_limit_of_a_conversation_forbids_as_much_as_it_could_have_meant(name, damage, read):
    record = {"schema": 1, "id": "c", "created_ms": 0, "limits": {"value": {name: damage}, "at_ms": 5}}
    limits = schema.load_conversation(json.dumps(record)).limits
    assert getattr(limits.value, name) == read
    assert limits.at_ms == 5
