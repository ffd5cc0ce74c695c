"""What people type as an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook.core.address import is_loopback, normalise
from inglenook.core.errors import BadAddress


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("localhost:11434", ("http://localhost:11434/v1", "http://localhost:11434")),
        (" HTTP://LocalHost:8080/ ", ("http://localhost:8080/v1", "http://localhost:8080")),
        ("127.0.0.1:1234/v1/", ("http://127.0.0.1:1234/v1",)),
        ("http://127.0.0.1:8000/v1/chat/completions", ("http://127.0.0.1:8000/v1",)),
        ("http://127.0.0.1:8000/v1/models/", ("http://127.0.0.1:8000/v1",)),
        ("http://127.0.0.1:8000/chat/completions", ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000")),
        ("0.0.0.0:11434", ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434")),
        ("[::1]:8080", ("http://[::1]:8080/v1", "http://[::1]:8080")),
        ("https://[2001:db8::1]/v1", ("https://[2001:db8::1]/v1",)),
        ("llm.example", ("https://llm.example/v1", "https://llm.example")),
        ("https://llm.example:443/Api/V2", ("https://llm.example/Api/V2",)),
        ("https://llm.example.:8443", ("https://llm.example:8443/v1", "https://llm.example:8443")),
        ("bücher.example/v1", ("https://xn--bcher-kva.example/v1",)),
        ("my.localhost:9", ("http://my.localhost:9/v1", "http://my.localhost:9")),
        ("openrouter.ai", ("https://openrouter.ai/api/v1",)),
        ("https://openrouter.ai/api/v1/chat/completions", ("https://openrouter.ai/api/v1",)),
    ],
)
def test_an_address_is_completed_to_what_can_be_asked(typed, expected):
    assert expected == normalise(typed)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "no address"),
        ("   ", "no address"),
        ("ftp://llm.example", "Only http and https"),
        ("file:///etc/passwd", "Only http and https"),
        ("javascript:alert(1)", "not valid"),
        ("http://192.168.1.5:11434", "anybody could read along"),
        ("http://llm.example/v1", "anybody could read along"),
        ("http://localhost.example/v1", "anybody could read along"),
        ("https://user:secret@llm.example", "name or a password"),
        ("https://llm.example@evil.example", "name or a password"),
        ("https://llm.example/v1?key=1", "question mark"),
        ("https://llm.example/v1#x", "number sign"),
        ("https://llm.example/v1?", "question mark"),
        ("localhost:0", "not valid"),
        ("localhost:65536", "not valid"),
        ("localhost:port", "not valid"),
        ("https://", "not valid"),
        ("https:///v1", "not valid"),
        ("http://[::1", "not valid"),
        ("https://[12345::]/", "not valid"),
        ("https://-a.example", "not valid"),
        ("https://a..b", "not valid"),
        ("https://300.1.1.1", "not valid"),
        ("http://0x7f.1", "not valid"),
        ("http://2130706433", "not valid"),
        ("https://llm.example/a/../b", "path"),
        ("https://llm.example//v1", "path"),
        ("https://llm .example", "spaces"),
        ("https://llm.example\\@evil.example", "spaces or backslashes"),
        ("https://llm.exa\nmple", "spaces"),
        ("a" * 3000, "too long"),
    ],
)
def test_an_address_that_must_not_be_asked_is_refused_with_the_reason(typed, reason):
    with pytest.raises(BadAddress, match=reason) as caught:
        normalise(typed)
    assert caught.value.advice
    assert "secret" not in str(caught.value)


@given(st.text(max_size=40) | st.from_regex(r"(https?://)?[a-z0-9.\[\]:@]{1,20}(/[a-z.]{0,6}){0,3}", fullmatch=True))
def test_any_text_is_refused_or_becomes_addresses_that_stay_as_they_are(typed):
    try:
        found = normalise(typed)
    except BadAddress:
        return
    for address in found:
        assert address in normalise(address)
        assert address.startswith(("https://", "http://"))


def test_only_this_device_is_loopback():
    assert [is_loopback(host) for host in ("localhost", "127.9.9.9", "::1", "a.localhost")] == [True] * 4
    assert [is_loopback(host) for host in ("10.0.0.1", "localhost.example", "::2", "")] == [False] * 4
