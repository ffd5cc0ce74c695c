"""Two readings of one list meet where an entry begins, and together they find what one would."""

from __future__ import annotations

import io
import json
import zipfile

from hypothesis import given
from hypothesis import strategies as st
from inglenook.formats.reading.document import Document, memory_document
from inglenook.formats.reading.stretch import Stretch, entry_near


def entry(n: int, text: str = "a", **more) -> dict:
    return {"title": f"Title {n}", "number": n, "text": text, **more}


def read(document: Document, stretch: Stretch) -> list[tuple[object, str, int]]:
    document.stretch = stretch
    return [(element.value, element.raw, element.number) for element in document.elements()]


def halves(data: bytes, at: int):
    """What the first reading finds, what the second does, and where they met."""
    document = memory_document("a.json", data)
    start = entry_near(document.open, at)
    if start is None:
        return read(document, Stretch()), [], None
    first = Stretch(end=start)
    found = read(document, first)
    if not first.met:
        return found, [], None
    return found, read(document, Stretch(start, first.count)), start


@given(
    st.lists(st.text(max_size=60), min_size=1, max_size=12),
    st.integers(0, 2000),
    st.sampled_from((None, 1)),
    st.booleans(),
    st.sampled_from((b"", b"\xef\xbb\xbf")),
)
def test_two_readings_find_what_one_does(texts, at, indent, ascii, mark):
    list_ = [entry(n, text) for n, text in enumerate(texts)]
    data = mark + json.dumps(list_, ensure_ascii=ascii, indent=indent).encode("utf-8", "replace")
    document = memory_document("a.json", data)
    whole = read(document, Stretch())
    first, second, _ = halves(data, at)
    assert first + second == whole
    assert document.problems == []


def test_the_next_entry_is_found_and_the_readings_meet_there():
    data = json.dumps([entry(n, "x" * 500) for n in range(2000)]).encode()
    first, second, start = halves(data, 400_000)
    assert data[start : start + 10] == b'{"title": '
    assert 400_000 <= start < 402_000
    assert [number for _, _, number in first + second] == list(range(2000))
    assert len(second) > 1000


def test_what_looks_like_an_entry_inside_of_one_is_read_over():
    inner = [entry(m) for m in range(50)]
    data = json.dumps([entry(n, "x", inner=inner) for n in range(100)]).encode()
    at = data.index(b'"number": 25') - 100
    assert entry_near(memory_document("a", data).open, at) is not None
    first, second, start = halves(data, at)
    assert (start, second) == (None, [])
    assert [value for value, _, _ in first] == json.loads(data)


def test_where_no_entry_can_be_seen_there_is_no_place():
    data = json.dumps([entry(n) for n in range(20)])
    assert entry_near(memory_document("a", data.encode()).open, len(data) - 5) is None
    assert entry_near(memory_document("a", data.encode("utf-16")).open, 10) is None
    assert entry_near(memory_document("a", b"[1, 2, 3]").open, 2) is None
    assert entry_near(memory_document("a", b"").open, 2) is None


def test_a_member_of_a_zip_is_read_from_the_middle_too():
    data = json.dumps([entry(n, "é" * 100) for n in range(3000)]).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("a.json", data)
    with zipfile.ZipFile(packed) as zipped:
        document = Document("a.json", lambda: zipped.open("a.json"), len(data))
        start = entry_near(document.open, 300_000)
        found = read(document, Stretch(start, 7))
    assert [value for value, _, _ in found] == json.loads(data)[-len(found) :]
    assert 0 < len(found) == data[start:].count(b'"title"') < 3000
    assert found[0][2] == 7


def test_an_end_that_is_set_while_one_reads_counts_if_it_is_still_ahead():
    data = json.dumps([entry(n, "x" * 900) for n in range(1000)]).encode()
    document = memory_document("a.json", data)
    elements = document.elements()
    next(elements)
    early, late = entry_near(document.open, 5_000), entry_near(document.open, 500_000)
    document.stretch.end = early
    assert len([next(elements) for _ in range(20)]) == 20
    document.stretch.end = late
    rest = list(elements)
    assert document.stretch.met
    assert document.stretch.count == 21 + len(rest) < 1000


def test_damage_before_the_end_is_numbered_as_in_one_reading():
    list_ = [json.dumps(entry(n, "x" * 50)) for n in range(200)]
    list_[150] = '{"title": "broken", "number": nothing}'
    data = ("[" + ", ".join(list_) + "]").encode()
    document = memory_document("a.json", data)
    start = entry_near(document.open, len(data) // 2)
    first = Stretch(end=start)
    read(document, first)
    read(document, Stretch(start, first.count))
    assert document.problems == memory_problems(data)
    assert "Entry 151 " in document.problems[0]


def memory_problems(data: bytes) -> list[str]:
    document = memory_document("a.json", data)
    list(document.elements())
    return document.problems
