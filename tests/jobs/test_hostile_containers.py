"""Zips and gzips that mean harm: each costs itself only, and says why."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from dataclasses import replace

import pytest
from inglenook.core.errors import BadFile
from inglenook.formats.reading import containers

from tests.jobs.hostile import brought, packed, rows, told, zipped
from tests.jobs.hostile import row as talk
from tests.jobs.keep import Desk, chats, given, run

GOOD = {"good.json": chats(2, 3)}


@pytest.fixture
def limited(monkeypatch):
    """Small limits, so that the bombs of the tests can be small."""

    def limit(**changed: int) -> None:
        limits = replace(containers.LIMITS, **changed)
        monkeypatch.setattr(containers.unpack, "__defaults__", (limits,))

    return limit


def beside_good(name: str, data: bytes) -> list[str]:
    """What is told of a file that came with a good one, which is read as ever."""
    preview, found = brought({name: data, **GOOD})
    assert len(found) == 2
    return told(preview)


def test_the_limits_are_those_that_are_promised():
    limits = containers.unpack.__defaults__[0]
    assert (limits.members, limits.total, limits.ratio, limits.free) == (200_000, 16 << 30, 100, 256 << 20)
    assert containers.DEEPEST == 3
    assert [limits.allowance(size) for size in (1, 10 << 20, 1 << 30)] == [256 << 20, 1000 << 20, 16 << 30]


def test_a_zip_that_unpacks_to_more_than_a_hundred_times_itself_is_refused(limited):
    limited(free=1 << 20)
    bomb = zipped({"conversations.json": b"[" + b" " * (8 << 20) + b"]"})
    assert len(bomb) < 10_000
    [line] = beside_good("bomb.zip", bomb)
    assert line.startswith(
        "bomb.zip: The archive would unpack to far more than it should: 8 MB. "
        "Of one of this size at most 1 MB are read."
    )


def test_a_zip_larger_than_the_total_is_refused(limited):
    limited(total=1000)
    [line] = beside_good("large.zip", zipped({"a.bin": bytes(1001)}, zipfile.ZIP_STORED))
    assert "far more than it should" in line


def test_a_zip_of_too_many_members_is_refused(limited):
    limited(members=50)
    [line] = beside_good("many.zip", zipped({f"{n}.txt": b"" for n in range(51)}))
    assert line.startswith("many.zip: The archive has too many members: more than 50.")


def test_a_table_of_contents_that_lies_about_its_length_is_counted_before_it_is_taken_apart(limited):
    limited(members=50)
    data = bytearray(zipped({f"{n:05}.txt": b"" for n in range(500)}))
    end = data.rindex(b"PK\5\6")
    data[end + 8 : end + 12] = struct.pack("<HH", 3, 3)
    [line] = beside_good("lies.zip", bytes(data))
    assert "too many members: more than 50" in line


def test_zips_in_a_zip_share_what_may_come_out_of_it(limited):
    limited(members=60, free=1 << 20, ratio=1)
    many = zipped({f"{n}.zip": zipped({f"{m}.txt": b"x" for m in range(20)}) for n in range(5)})
    lines = beside_good("many.zip", many)
    assert sum("There are more than 60 files in all" in line for line in lines) == 3
    large = zipped({f"{n}.zip": zipped({"a.bin": bytes(400_000)}) for n in range(5)}, zipfile.ZIP_STORED)
    lines = beside_good("large.zip", large)
    assert sum("It would unpack to far more than it should. Of a file of this size 1 MB" in line for line in lines) == 3


def test_a_gzip_bomb_is_refused_and_gzips_in_a_zip_share_what_may_come_out(limited):
    limited(free=1 << 20, ratio=1)
    bomb = packed(chats(2)[:-1] + b" " * (8 << 20) + b"]")
    preview, found = brought({"bomb.json.gz": bomb})
    assert len(found) == 1
    assert any(line.startswith("bomb.json: It would unpack to far more than it should.") for line in told(preview))
    halves = {f"{n}.gz": packed(chats(2, first=n)[:-1] + b" " * 600_000 + b"]") for n in range(2)}
    preview, found = brought({"two.zip": zipped(halves, zipfile.ZIP_STORED)})
    assert len(found) == 2
    assert [line[:35] for line in told(preview)] == ["two.zip: 1: It would unpack to far "]


def test_members_that_lie_on_each_other_are_refused():
    data = zipped({"a.json": chats(2), "b.json": chats(2, first=1)}, zipfile.ZIP_STORED)
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        second = whole.infolist()[1].header_offset
    entry = data.rindex(b"PK\1\2")
    overlapping = bytearray(data)
    overlapping[entry + 42 : entry + 46] = struct.pack("<I", second - 200)
    lines = beside_good("overlap.zip", bytes(overlapping))
    assert any(line.startswith("overlap.zip: b.json: It is damaged.") for line in lines)


@pytest.mark.parametrize("name", ["../up.json", "/etc/abs.json", "a/../../up.json", "C:\\x.json", "..\\up.json"])
def test_names_that_lead_out_are_left_out_and_the_rest_is_read(name):
    preview, found = brought({"a.zip": zipped({name: chats(2), "in.json": chats(2, first=5)})})
    assert [conversation.title.value for conversation in found] == ["Chat 5"]
    [line] = told(preview)
    assert line.startswith("a.zip: ")
    assert line.endswith("It was left out: its name leads out of the archive.")


def test_zips_in_zips_are_opened_to_a_depth():
    inner = chats(2)
    for level in range(3):
        inner = zipped({f"{level}.zip" if level else "c.json": inner})
        assert len(brought({"deep.zip": inner})[1]) == 1
    lines = beside_good("deep.zip", zipped({"3.zip": inner}))
    assert any("It is packed more than 3 times over, so it was not opened. Unpack it" in line for line in lines)
    inner = chats(2)
    for _ in range(4):
        inner = packed(inner)
    assert any("packed more than 3 times over" in line for line in beside_good("deep.gz", inner))


def test_gzip_and_zip_lie_in_each_other():
    for both in (packed(zipped({"c.json": chats(2, 2)})), zipped({"c.gz": packed(chats(2, 2))})):
        assert len(brought({"x.bin": both})[1]) == 2


def test_two_members_of_one_name_are_both_read():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("conversations.json", chats(2))
        with pytest.warns(UserWarning, match="Duplicate name"):
            made.writestr("conversations.json", chats(2, first=1))
    assert len(brought({"twice.zip": out.getvalue()})[1]) == 2


def test_members_that_cannot_be_opened_are_named():
    data = bytearray(zipped({"secret.json": chats(2), "open.json": chats(2, first=1)}))
    for magic, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(magic) + place] |= 1
    preview, found = brought({"a.zip": bytes(data)})
    assert len(found) == 1
    assert told(preview) == ["a.zip: secret.json: It was left out: it is encrypted."]


def test_a_damaged_picture_costs_itself_only():
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
    value = json.loads(chats(2))
    node = list(value[0]["mapping"].values())[1]["message"]
    pointer = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-abcDEF123", "size_bytes": 1}
    node["content"] = {"content_type": "multimodal_text", "parts": [pointer, "What is this?"]}
    files = {"conversations.json": json.dumps(value).encode(), "file-abcDEF123-a.png": picture}
    data = bytearray(zipped(files, zipfile.ZIP_STORED))
    data[data.index(picture) + 5000] ^= 1

    async def work(desk: Desk):
        importer = desk.importer()
        await importer.read(given({"a.zip": bytes(data)}))
        outcome = await importer.commit(lambda id: True)
        assert len(outcome.ids) == 1
        assert [f"{p.where}: {p.why}" for p in importer.problems] == [
            "attachments: The file “a.png” could not be read: It is damaged."
        ]

    run(work)


def test_of_a_gzip_that_was_cut_the_whole_conversations_are_read():
    whole = rows(*(talk(f"Question {n}? " + "word " * n, f"Answer {n}.") for n in range(60)))
    data = packed(whole)
    counts = []
    for end in range(100, len(data), 40):
        try:
            preview, found = brought({"a.jsonl.gz": data[:end]})
        except BadFile:
            counts.append(0)
            continue
        counts.append(len(found))
        assert any("It is damaged." in line for line in told(preview))
    assert counts == sorted(counts)
    assert counts[-1] > 40
    assert len(set(counts)) > 5


def test_a_zip_that_was_cut_says_so():
    data = zipped({"conversations.json": chats(2)})
    [line] = beside_good("a.zip", data[:-30])
    assert line.startswith("a.zip: The archive is cut short: its end is missing.")


def test_names_of_files_cannot_draw_in_the_report():
    evil = "a\n\x1b[2J\0\u202egnp.exe"
    preview, found = brought({evil: b"", "in.zip": zipped({"b\x07\u2066.bin": b"\0\0\0", "c.json": chats(2)})})
    assert len(found) == 1
    lines = told(preview)
    assert len(lines) == 2
    assert all(sign.isprintable() for line in lines for sign in line)
    assert lines[0] == "a \ufffd[2J\ufffd\ufffdgnp.exe: The file is empty."
