"""Files inside conversations: what is known of each, and bytes only when they are wanted."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook.core.errors import BadFile
from inglenook.core.model import Audio, File, Image, Video
from inglenook.formats.reading.attach import attached, media_type_of
from inglenook.formats.reading.document import Document, memory_document

PNG = b"\x89PNG\r\n\x1a\n" + b"rest of it"


def opened(source, **known):
    files = {}
    part = attached(source, files, **known)
    return part, [opener().read() for opener in files.values()]


@pytest.mark.parametrize(
    ("source", "part", "data"),
    [
        (PNG, Image("pending:0", None, "image/png", "", 18), PNG),
        (f"data:;base64,{base64.b64encode(PNG).decode()}", Image("pending:0", None, "image/png", "", 18), PNG),
        ("data:Text/Plain;charset=utf-8,a%20b", File("pending:0", None, "text/plain", "", 5), b"a b"),
        ("data:text/plain,\ud800x", File("pending:0", None, "text/plain", "", 2), "\ufffdx".encode()),
        ("data:audio/mpeg;base64,SUQz", Audio("pending:0", None, "audio/mpeg", "", 3), b"ID3"),
        ("data:;base64,SU Qz\n", File("pending:0", None, "audio/mpeg", "", 4), b"ID3"),
        ("data:,", File("pending:0", None, "", "", 0), b""),
        ("https://e.org/a.mp4", File(None, "https://e.org/a.mp4"), None),
        ("https://e.org/a\n", File(), None),
        ("javascript:alert(1)", File(), None),
        ("", File(), None),
        (None, File(), None),
    ],
)
def test_what_is_known_of_a_source(source, part, data):
    made, read = opened(source)
    if isinstance(source, str) and "SU Qz" in source:
        assert (type(made), made.media_type) == (Audio, "audio/mpeg")
    else:
        assert made == part
    assert read == ([] if data is None else [data])


def test_a_file_of_the_export_is_read_from_where_it_lies():
    document = memory_document("files/a.bin", PNG)
    made, read = opened(document)
    assert (made, read) == (Image("pending:0", None, "image/png", "a.bin", len(PNG)), [PNG])
    assert document.used


def test_a_file_of_the_export_that_is_damaged_costs_itself_only():
    def broken():
        raise BadFile("It is damaged.")

    files = {}
    assert attached(Document("a.png", broken, 5), files) == Image("pending:0", None, "image/png", "a.png", 5)
    with pytest.raises(BadFile):
        files["pending:0"]()


def test_the_kind_may_be_told():
    assert type(opened(b"x", kind="video")[0]) is Video
    assert opened(b"x", kind="audio", transcript="said")[0].transcript == "said"
    assert type(opened(b"x", kind="nonsense", media_type="image/png")[0]) is Image


@pytest.mark.parametrize(
    ("start", "name", "said", "found"),
    [
        (b"PK\3\4", "a.docx", "application/vnd.x", "application/vnd.x"), (b"PK\3\4", "a.zip", "", "application/zip"),
        (b"RIFF\0\0\0\0WEBP", "", "", "image/webp"), (b"RIFF\0\0\0\0XXXX", "", "a/b", "a/b"),
        (b"\0\0\0\x18ftypavif", "", "", "image/avif"), (b"\0\0\0\x18ftypisom", "", "", "video/mp4"),
        (b"", "a.png", "application/octet-stream", "image/png"), (b"", "", '"><script>/x', ""), (b"", "png", "", ""),
    ],
)  # fmt: skip
def test_media_types(start, name, said, found):
    assert media_type_of(start, name, said) == found


@given(st.tuples(st.sampled_from(("", "data:", "data:;base64,", "https:")), st.text(max_size=40)).map("".join))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_part_whose_bytes_can_be_read(source):
    opened(source)
