"""What is sent, to whom it is sent."""

import base64
import json

import pytest
from inglenook.core import request
from inglenook.core.connection import Connection
from inglenook.core.errors import BadFile, OurError
from inglenook.core.model import (
    Audio,
    Author,
    Code,
    Failure,
    File,
    Image,
    Message,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    Video,
)

OPENROUTER = Connection("c1", "openrouter", "https://openrouter.ai/api/v1", key="sk-or-v1-secret")
OTHER = Connection("c2", "other", "http://127.0.0.1:11434/v1")
PRACTICE = Connection("c3", "practice", "practice:")


def said(role, *parts, **members):
    parts = tuple(Text(part) if isinstance(part, str) else part for part in parts)
    return Message(f"m{len(parts)}", None, role, parts, **members)


def messages(*history, connection=OPENROUTER, model="acme/m", **members):
    return request.chat_request(history, model, connection=connection, **members)["messages"]


def base64_url(media_type, data):
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def test_openrouter_is_asked_with_its_own_members_and_nothing_else():
    body = request.chat_request(
        (said("system", "Be brief."), said("user", "Hi")),
        "acme/m",
        connection=OPENROUTER,
        session_id="s" * 300,
        provider={"zdr": True},
        reasoning={"effort": "low"},
    )
    assert body == {
        "model": "acme/m",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
        "stream": True,
        "session_id": "s" * 256,
        "reasoning": {"effort": "low"},
        "provider": {"zdr": True},
    }


def test_another_server_gets_only_what_plain_servers_know():
    body = request.chat_request(
        (said("user", "Hi"),),
        "small",
        connection=OTHER,
        session_id="s",
        provider={"zdr": True},
        reasoning={"effort": "low"},
    )
    assert body == {
        "model": "small",
        "messages": [{"role": "user", "content": "Hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_the_practice_room_is_asked_like_openrouter():
    assert "provider" in request.chat_request((said("user", "Hi"),), "m", connection=PRACTICE, provider={"zdr": True})


@pytest.mark.parametrize(
    ("connection", "key", "expected"),
    [
        (OPENROUTER, "k", {"Authorization": "Bearer k", "Content-Type": "application/json"}),
        (OTHER, "", {"Content-Type": "application/json"}),
        (PRACTICE, "k", {"Content-Type": "application/json"}),
    ],
)
def test_no_header_beyond_two_is_sent(connection, key, expected):
    assert expected == request.headers(connection, key)


def test_addresses_follow_the_base():
    assert request.chat_url(OPENROUTER) == "https://openrouter.ai/api/v1/chat/completions"
    assert request.models_url(OTHER) == "http://127.0.0.1:11434/v1/models"
    assert request.key_url(OPENROUTER) == "https://openrouter.ai/api/v1/key"
    assert request.exchange_url(OPENROUTER) == "https://openrouter.ai/api/v1/auth/keys"
    assert request.endpoints_url(OPENROUTER, "acme/m:free") == "https://openrouter.ai/api/v1/models/acme/m:free/endpoints"


@pytest.mark.parametrize(
    "unsent",
    [
        said("assistant", "half", Failure("broke"), status="failed"),
        said("assistant", status="refused"),
        said("assistant", "growing", status="streaming"),
        said("assistant", "gone", deleted_ms=5),
        said("assistant"),
        said("assistant", Failure("only a failure")),
        said("user", " \n"),
    ],
)
def test_what_failed_or_is_empty_or_deleted_is_not_sent(unsent):
    sent = messages(said("user", "One"), unsent, said("user", "Two"))
    assert sent == [{"role": "user", "content": "One\n\nTwo"}]


def test_an_interrupted_answer_is_sent_as_far_as_it_came():
    sent = messages(said("user", "One"), said("assistant", "Hal", status="interrupted"), said("user", "Go on"))
    assert [message["role"] for message in sent] == ["user", "assistant", "user"]


@pytest.mark.parametrize("end", [("done",), ("done", "done"), ("streaming",)])
def test_an_answer_at_the_end_is_never_sent_as_a_beginning_to_go_on_from(end):
    sent = messages(said("user", "Hi"), *(said("assistant", "Hello", status=status) for status in end))
    assert sent == [{"role": "user", "content": "Hi"}]


@pytest.mark.parametrize(
    "history", [(), (said("system", "Be brief."),), (said("assistant", "Hi"),), (said("user", ""),)]
)
def test_nothing_to_send_is_said_before_anything_is_sent(history):
    with pytest.raises(OurError, match="no message"):
        messages(*history)


def test_reasoning_details_go_back_unchanged_to_the_model_that_had_them():
    details = ({"type": "reasoning.text", "text": "hm", "signature": "s", "index": 0},)
    answer = said("assistant", Reasoning("hm", details), "Yes", author=Author(model="acme/m"))
    history = (said("user", "A"), answer, said("user", "B"))
    assert {"role": "assistant", "content": "Yes", "reasoning_details": list(details)} == messages(*history)[1]
    assert messages(*history, model="acme/other")[1] == {"role": "assistant", "content": "Yes"}
    assert messages(*history, connection=OTHER)[1] == {"role": "assistant", "content": "Yes"}


CALLS = (
    said("user", "Weather?"),
    said("assistant", ToolCall("c1", "look", '{"a":1}'), ToolCall("c2", "lost", "{}")),
    said("tool", ToolResult("c1", "sunny", "look"), ToolResult("c9", "stray")),
)


def test_tool_calls_and_their_results_are_sent_in_pairs_with_the_tools():
    tool = {"type": "function", "function": {"name": "look"}}
    history = (*CALLS, said("user", "And tomorrow?"))
    body = request.chat_request(history, "acme/m", connection=OPENROUTER, tools=(tool,))
    assert [tool] == body["tools"]
    _, asked, result, *told = body["messages"]
    call = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"a":1}'}}
    assert asked["tool_calls"] == [call]
    assert result == {"role": "tool", "tool_call_id": "c1", "content": "sunny"}
    assert asked["content"] == "[Called lost: {}]"
    assert told == [{"role": "assistant", "content": "[Result: stray]"}, {"role": "user", "content": "And tomorrow?"}]


def test_a_call_its_result_and_the_text_after_it_may_stand_in_one_message():
    answer = said("assistant", "Let me look.", ToolCall("c1", "look", "{}"), ToolResult("c1", "sunny"), "It is sunny.")
    history = (said("user", "Weather?"), answer, said("user", "Thanks"))
    sent = messages(*history, tools=({"type": "function"},))
    assert [message["role"] for message in sent] == ["user", "assistant", "tool", "assistant", "user"]
    assert (sent[1]["content"], sent[3]["content"]) == ("Let me look.", "It is sunny.")


def test_the_result_of_a_tool_may_be_the_last_word():
    assert messages(*CALLS, tools=({"type": "function"},))[-1]["role"] == "tool"


def test_without_tools_earlier_calls_are_told_as_text():
    sent = messages(*CALLS, said("user", "And tomorrow?"))
    assert [message["role"] for message in sent] == ["user", "assistant", "user"]
    told = ['[Called look: {"a":1}]', "[Called lost: {}]", "[Result of look: sunny]", "[Result: stray]"]
    assert sent[1]["content"] == "\n\n".join(told)


FILES = {"png": b"\x89PNG", "pdf": b"%PDF-", "txt": "naïve\n".encode(), "bin": b"\0\1", "mp3": b"ID3", "mp4": b"film"}
PNG = Image("png", media_type="image/png", name="a.png")
PDF = File("pdf", media_type="application/pdf", name="a.pdf")
TXT = File("txt", media_type="text/plain", name="a.txt")
BIN = File("bin", media_type="application/zip", name="a.zip")
MP3 = Audio("mp3", media_type="audio/mpeg", name="a.mp3")
MP4 = Video("mp4", media_type="video/mp4", name="a.mp4")
GONE = Image("gone", media_type="image/png", name="gone.png")


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (PNG, {"type": "image_url", "image_url": {"url": base64_url("image/png", b"\x89PNG")}}),
        (PDF, {"type": "file", "file": {"filename": "a.pdf", "file_data": base64_url("application/pdf", b"%PDF-")}}),
        (BIN, {"type": "file", "file": {"filename": "a.zip", "file_data": base64_url("application/zip", b"\0\1")}}),
        (MP3, {"type": "input_audio", "input_audio": {"data": "SUQz", "format": "mp3"}}),
        (MP4, {"type": "video_url", "video_url": {"url": base64_url("video/mp4", b"film")}}),
    ],
)
def test_openrouter_carries_every_kind_of_attachment_after_the_text(part, expected):
    assert [{"type": "text", "text": "See"}, expected] == messages(said("user", part, "See"), files=FILES)[0]["content"]


@pytest.mark.parametrize("connection", [OPENROUTER, OTHER])
def test_text_files_are_sent_as_their_text_under_their_name(connection):
    sent = messages(said("user", "See", TXT), files=FILES, connection=connection)
    assert sent[0]["content"] == "See\n\na.txt\n```\nnaïve\n```"


@pytest.mark.parametrize(
    ("name", "media_type", "data", "is_text"),
    [
        ("a.py", "", b"print()", True),
        ("a.ts", "video/mp2t", b"let a", True),
        ("a.ts", "video/mp2t", b"G\0\0", False),
        ("LICENSE", "", b"Do what", True),
        ("data", "application/octet-stream", b"\0\1", False),
        ("a.svg", "image/svg+xml", b"<svg/>", True),
        ("a.geojson", "application/geo+json", b"{}", True),
        ("old.txt", "", "é".encode("latin-1"), True),
        ("wide.txt", "text/plain", "wide".encode("utf-16"), True),
    ],
)
def test_what_a_text_file_is_shows_in_its_type_its_name_or_its_bytes(name, media_type, data, is_text):
    part = File("f", media_type=media_type, name=name)
    content = messages(said("user", "x", part), files={"f": data})[0]["content"]
    assert is_text == isinstance(content, str)
    assert "wide" in content or name != "wide.txt"


def test_a_fence_inside_a_text_file_does_not_end_it():
    content = messages(said("user", TXT), files={"txt": b"```\ncode\n```"})[0]["content"]
    assert content == "a.txt\n````\n```\ncode\n```\n````"


def test_a_pdf_is_parsed_on_the_free_path_and_only_then_is_a_plugin_named():
    body = request.chat_request((said("user", "x", PDF),), "m", connection=OPENROUTER, files=FILES)
    assert body["plugins"] == [{"id": "file-parser", "pdf": {"engine": "cloudflare-ai"}}]
    assert "plugins" not in request.chat_request((said("user", "x", BIN),), "m", connection=OPENROUTER, files=FILES)


@pytest.mark.parametrize("part", [PDF, BIN, MP4])
def test_what_a_plain_server_cannot_carry_is_an_error_now_and_a_note_later(part):
    with pytest.raises(BadFile, match=f"{part.name} cannot be sent"):
        messages(said("user", "x", part), connection=OTHER, files=FILES)
    sent = messages(said("user", "x", part), said("assistant", "y"), said("user", "z"), connection=OTHER, files=FILES)
    assert f"x\n\n[{part.name} could not be sent]" == sent[0]["content"]


def test_attachments_that_are_gone_or_elsewhere_become_words():
    away = Image(url="https://pictures.example/1.png", name="1.png")
    sent = messages(said("user", "x", GONE, away), files=FILES)
    assert sent[0]["content"] == "x\n\n[gone.png is no longer stored]\n\n[1.png: https://pictures.example/1.png]"


def test_an_answer_s_pictures_and_code_are_told_in_words():
    answer = said("assistant", "y", PNG, Code("1+1", "python"))
    sent = messages(said("user", "x"), answer, said("user", "z"), files=FILES)
    assert sent[1]["content"] == "y\n\n[a.png]\n\n```python\n1+1\n```"


def test_neighbours_of_one_role_become_one_message_with_its_attachments_last():
    content = messages(said("user", "a", PNG), said("user", "b"), files=FILES)[0]["content"]
    assert [part["type"] for part in content] == ["text", "text", "image_url"]


def test_neither_key_nor_ids_of_messages_are_in_the_body():
    body = json.dumps(request.chat_request((said("user", "Hi"),), "m", connection=OPENROUTER))
    assert "secret" not in body
    assert '"m1"' not in body
