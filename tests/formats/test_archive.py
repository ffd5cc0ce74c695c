import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook.core.deflated import deflated, inflated_beside
from inglenook.core.errors import BadFile, NewerSchema, StorageGone
from inglenook.core.model import Conversation, Message, Stamped, Text
from inglenook.core.schema import dump_conversation
from inglenook.formats import archive

from tests.data.archives import build_v1
from tests.strategies import conversations

HERE = Path(__file__).parent
V1 = HERE.parent / "data/archives/v1.zip"
SCHEMA = json.loads((HERE.parents[1] / "web/archive.schema.json").read_text("utf-8"))

PICTURE = b"picture bytes" * 100
PICTURE_SHA = hashlib.sha256(PICTURE).hexdigest()


def talk(id, text="Hello", **members):
    return Conversation(id, 5, messages={"m": Message("m", None, "user", (Text(text),), created_ms=6)}, **members)


def written(talks=(), files=(PICTURE,), **options):
    file = io.BytesIO()
    openers = [(hashlib.sha256(data).hexdigest(), lambda data=data: io.BytesIO(data)) for data in files]
    problems = archive.write(file, talks, openers, 1_700_000_000_000, "0.1.0", **options)
    assert problems == []
    return file.getvalue()


def members(data):
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def rezipped(contents, names=None):
    """A zip of these members; `names` may repeat some."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name in names or contents:
            zipped.writestr(name, contents[name])
    return file.getvalue()


def changed_manifest(data, **changes):
    contents = members(data)
    contents["manifest.json"] = json.dumps(json.loads(contents["manifest.json"]) | changes).encode()
    return rezipped(contents)


def opened(data, **options):
    return archive.read(io.BytesIO(data), **options)


def taken(data, **options):
    contents = opened(data, **options)
    return list(contents.conversations()), contents.problems


def test_what_goes_in_comes_out():
    data = written([talk("a"), talk("b", "Ünï 🙂")])
    contents = opened(data)
    assert (contents.count, contents.created) == (2, "2023-11-14T22:13:20.000Z")
    assert list(contents.conversations()) == [talk("a"), talk("b", "Ünï 🙂")]
    assert contents.attachments == {PICTURE_SHA: len(PICTURE)}
    with contents.open_attachment(PICTURE_SHA) as file:
        assert file.read() == PICTURE
    assert contents.problems == []


def test_the_archive_of_version_1_is_still_read():
    contents = archive.read(io.BytesIO(V1.read_bytes()))
    assert sorted(contents.conversations(), key=lambda c: c.id) == sorted(build_v1.CONVERSATIONS, key=lambda c: c.id)
    read = {}
    for sha256 in contents.attachments:
        with contents.open_attachment(sha256) as file:
            read[sha256] = file.read()
    assert read == build_v1.ATTACHMENTS
    assert contents.problems == []


def test_the_present_code_writes_the_members_of_version_1():
    assert members(build_v1.build()) == members(V1.read_bytes())


def test_equal_content_gives_equal_bytes_in_any_order():
    other = b"other"
    one = written([talk("a"), talk("b")], [PICTURE, other])
    assert one == written([dump_conversation(talk("b")), talk("a"), talk("a")], [other, PICTURE, other])
    in_order = sorted([PICTURE, other], key=lambda data: hashlib.sha256(data).digest())
    assert one == written(iter([talk("a"), talk("b")]), in_order)


class Forwards(io.BytesIO):
    """A file that can only be written on and on."""

    def seek(self, offset, whence=0):
        raise io.UnsupportedOperation("seek")


def with_streams(talks, file):
    """An archive of conversations that are deflated already, and of one picture."""
    writer = archive.Writer(file, 1_700_000_000_000, "0.1.0")
    for one in talks:
        text, stream = inflated_beside(deflated(dump_conversation(one)))
        writer.conversation(one.id, text, 1, stream)
    writer.attachment(PICTURE_SHA, lambda: io.BytesIO(PICTURE))
    writer.finish()
    return file.getvalue()


@pytest.mark.parametrize("zip64_from", [zipfile.ZIP64_LIMIT, 100])
@pytest.mark.parametrize("file", [io.BytesIO, Forwards])
def test_what_is_deflated_already_becomes_the_same_members(monkeypatch, file, zip64_from):
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", zip64_from)
    talks = [talk("a"), talk("b", "Ünï 🙂" * 999), talk("c", "".join(map(chr, range(32, 900))))]
    data = with_streams([talks[2], talks[0], talks[1], talks[0]], file())
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        assert zipped.testzip() is None
        infos = [info for info in zipped.infolist() if info.filename.startswith("conversations/")]
    # Without flags the size stands before the bytes, so the archive can also be read on and on.
    assert [(info.compress_type, info.flag_bits) for info in infos] == [(zipfile.ZIP_DEFLATED, 0)] * 3
    assert members(data) == members(written(talks))
    assert taken(data) == (talks, [])


def test_what_is_deflated_already_is_read_by_another_program(monkeypatch, tmp_path):
    if shutil.which("unzip") is None:
        pytest.skip("there is no unzip here")
    for limit in (zipfile.ZIP64_LIMIT, 100):
        monkeypatch.setattr(zipfile, "ZIP64_LIMIT", limit)
        file = tmp_path / f"{limit}.zip"
        file.write_bytes(with_streams([talk("a", "x" * 9999), talk("b")], Forwards()))
        subprocess.run(["unzip", "-tq", file], check=True, capture_output=True)


def test_the_zip_is_plain_and_its_names_are_sorted():
    with zipfile.ZipFile(io.BytesIO(written([talk("a"), talk("B")]))) as zipped:
        assert zipped.testzip() is None
        infos = zipped.infolist()
    assert [info.filename for info in infos] == sorted(info.filename for info in infos)
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.compress_type for info in infos if info.filename.startswith("attachments/")} == {zipfile.ZIP_STORED}


@pytest.mark.parametrize("data", [V1.read_bytes(), written([talk("../x"), talk("con")])])
def test_what_is_written_agrees_with_the_published_schema(data):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    check = jsonschema.Draft202012Validator(SCHEMA)
    for name, content in members(data).items():
        if name.endswith(".json"):
            check.validate(json.loads(content))


@pytest.mark.parametrize(
    "wrong",
    [
        {"schema": 1, "id": "c"},
        {"schema": 2, "id": "c", "created_ms": 1},
        {"schema": 1, "id": "c", "created_ms": 1, "messages": [{"id": "m", "parent": None, "role": "wizard"}]},
        {"schema": 1, "id": "c", "created_ms": 1, "unheard": 1},
        {"format": "inglenook-archive", "version": 1},
    ],
)
def test_the_published_schema_refuses_what_is_wrong(wrong):
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(wrong)


@settings(max_examples=40)
@given(st.lists(conversations(), max_size=3))
def test_any_conversation_agrees_with_the_published_schema_and_survives_two_round_trips(some):
    some = [replace(one, id=f"{one.id}/{n}") for n, one in enumerate(some)]
    first = written(some)
    check = jsonschema.Draft202012Validator(SCHEMA["$defs"] | {"$ref": "#/conversation", "$defs": SCHEMA["$defs"]})
    back, problems = taken(first)
    assert problems == []
    assert sorted(map(dump_conversation, back)) == sorted(map(dump_conversation, some))
    for one in back:
        check.validate(json.loads(dump_conversation(one)))
    assert members(written(back)) == members(first)


@pytest.mark.parametrize(
    "id", ["../../etc/passwd", "/x", "C:\\x", "CON", "con", "a" * 300, "Ä", "a\0b", "", "\ud800", "A"]
)
def test_odd_ids_become_harmless_names_that_do_not_collide(id):
    name = archive.conversation_member(id)
    assert name.startswith("conversations/~")
    assert name.islower()
    assert len(name) < 70
    assert name != archive.conversation_member(id.lower() + "x")


def test_progress_is_reported_and_reading_can_be_stopped():
    steps = []
    data = written([talk("a"), talk("b")], progress=lambda done, total: steps.append(done))
    assert steps == [1, 2, 3]
    steps.clear()
    contents = opened(data, progress=lambda done, total: steps.append((done, total)), cancelled=lambda: bool(steps))
    assert list(contents.conversations()) == [talk("a")]
    assert (contents.stopped, steps) == (True, [(1, 2)])
    with pytest.raises(BadFile, match="stopped"):
        contents.open_attachment(PICTURE_SHA)
    assert contents.problems == []


def test_what_cannot_be_read_is_left_out_of_an_export_and_said():
    def gone():
        raise StorageGone("The database is gone.")

    file = io.BytesIO()
    other = "1" * 64
    openers = [(PICTURE_SHA, gone), (other, lambda: io.BytesIO(b"changed"))]
    problems = archive.write(file, ["damaged", talk("a")], openers, 0, "0.1.0")
    assert [problem.member for problem in problems] == [
        "conversations/",
        f"attachments/{other}",
        f"attachments/{PICTURE_SHA}",
    ]
    contents = archive.read(file)
    assert list(contents.conversations()) == [talk("a")]
    with pytest.raises(BadFile):
        contents.open_attachment(other)


def test_two_conversations_with_one_id_are_refused():
    with pytest.raises(BadFile, match="same id"):
        archive.write(io.BytesIO(), [talk("a"), talk("a", "else")], [], 0, "0.1.0")


def test_an_attachment_that_breaks_off_is_left_out():
    class Breaks(io.BytesIO):
        def read(self, size=-1):
            if self.tell():
                raise OSError("gone")
            return super().read(5)

    file = io.BytesIO()
    problems = archive.write(file, [talk("a")], [(PICTURE_SHA, lambda: Breaks(PICTURE))], 0, "0.1.0")
    assert [problem.why for problem in problems] == ["gone"]
    contents = archive.read(file)
    assert contents.attachments == {}
    assert list(contents.conversations()) == [talk("a")]


# --- archives that are none, or not whole


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a zip"),
        (b"PK", "not a zip"),
        (b"{}" * 100, "not a zip"),
        (rezipped({"conversations.json": b"[]"}), "no readable manifest"),
        (rezipped({"manifest.json": b"[]"}), "another format"),
        (rezipped({"manifest.json": b"{"}), "not JSON"),
        (changed_manifest(written(), format="x"), "another format"),
        (changed_manifest(written(), version="1"), "which version"),
        (changed_manifest(written(), members=[]), "does not list"),
        (written([talk("a")])[:300], "cut short"),
        (written([talk("a")])[:-4], "cut short|damaged"),
    ],
)
def test_what_is_no_archive_is_refused_whole_with_a_reason(data, said):
    with pytest.raises(BadFile, match=said) as caught:
        opened(data)
    assert caught.value.advice


def test_an_archive_from_the_future_is_refused_with_advice():
    with pytest.raises(NewerSchema, match="newer Inglenook") as caught:
        opened(changed_manifest(written(), version=2))
    assert "newer version" in caught.value.advice


def test_a_file_that_cannot_be_read_is_refused():
    class Gone(io.BytesIO):
        def seek(self, *_):
            raise OSError("not readable")

    with pytest.raises(BadFile, match="cannot be read"):
        archive.read(Gone())
    assert archive.sniff(Gone()) is False


def test_damaged_conversations_are_listed_and_the_others_taken():
    contents = members(written([talk("a"), talk("b"), talk("c"), talk("d"), talk("e")]))
    contents["conversations/b.json"] += b" "
    contents["conversations/c.json"] = b"\xff"
    for name, text in (("d", "{}"), ("e", dump_conversation(talk("a")).replace('"schema":1', '"schema":9'))):
        fix(contents, f"conversations/{name}.json", text.encode())
    good, problems = taken(rezipped(contents))
    assert good == [talk("a")]
    assert [(p.member, p.why.split(".")[0]) for p in problems] == [
        ("conversations/b.json", "It is not what it was"),
        ("conversations/c.json", "It is not what it was"),
        ("conversations/d.json", "This conversation does not say which version of the format it has"),
        ("conversations/e.json", "This conversation was written by a newer Inglenook"),
    ]


def fix(contents, name, data):
    """Put data into a member and make the manifest agree."""
    manifest = json.loads(contents["manifest.json"])
    manifest["members"][name] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    contents["manifest.json"] = json.dumps(manifest).encode()
    contents[name] = data


def test_a_conversation_under_the_name_of_another_is_left_out():
    contents = members(written([talk("a")]))
    fix(contents, "conversations/b.json", dump_conversation(talk("a")).encode())
    good, problems = taken(rezipped(contents))
    assert good == [talk("a")]
    assert [p.why for p in problems] == ["It has the id of another conversation."]


def test_members_that_only_one_side_knows_are_listed():
    contents = members(written([talk("a"), talk("b")]))
    del contents["conversations/b.json"]
    contents["conversations/x.json"] = b"{}"
    contents["readme.txt"] = b""
    good, problems = taken(rezipped(contents))
    assert good == [talk("a")]
    assert sorted((p.member, p.why) for p in problems) == [
        ("conversations/b.json", "only the manifest has it"),
        ("conversations/x.json", "the manifest does not list it"),
        ("readme.txt", "archives have no such member"),
    ]


@pytest.mark.parametrize(
    "name", ["../evil.json", "/etc/passwd", "conversations/../../x.json", "C:/x", "..\\x", "a\u202e"]
)
def test_names_that_lead_out_are_left_out(name):
    contents = members(written([talk("a")]))
    fix(contents, name, b"x")
    good, problems = taken(rezipped(contents))
    assert good == [talk("a")]
    assert len(problems) == 1
    assert problems[0].member.isprintable()
    out = name != "a\u202e"
    assert problems[0].why == ("its name leads out of the archive" if out else "archives have no such member")


def test_folders_are_no_problem():
    contents = {"conversations/": b"", **members(written([talk("a")]))}
    assert taken(rezipped(contents)) == ([talk("a")], [])


def test_two_members_of_one_name_are_both_left_out():
    contents = members(written([talk("a"), talk("b")]))
    with pytest.warns(UserWarning, match="Duplicate"):
        data = rezipped(contents, [*contents, "conversations/a.json"])
    good, problems = taken(data)
    assert good == [talk("b")]
    assert {p.why for p in problems} == {"more than one member has this name"}


def test_two_manifests_are_refused():
    contents = members(written([talk("a")]))
    with pytest.warns(UserWarning, match="Duplicate"):
        data = rezipped(contents, [*contents, "manifest.json"])
    with pytest.raises(BadFile, match="no readable manifest"):
        opened(data)


def patched_directory(data, name, offset, value):
    """The zip with two bytes changed in a member's entry of the central directory."""
    start = data.rindex(b"PK\1\2", 0, data.rindex(name.encode()))
    return data[: start + offset] + value.to_bytes(2, "little") + data[start + offset + 2 :]


@pytest.mark.parametrize(("offset", "value", "why"), [(8, 1, "encrypted"), (10, 99, "compression method 99")])
def test_members_that_need_something_else_are_left_out(offset, value, why):
    good, problems = taken(patched_directory(written([talk("a"), talk("b")]), "conversations/a.json", offset, value))
    assert good == [talk("b")]
    assert len(problems) == 1
    assert why in problems[0].why


def test_a_changed_attachment_is_left_out_when_it_is_opened():
    contents = members(written([talk("a")]))
    fix(contents, f"attachments/{PICTURE_SHA}", b"other bytes")
    found = opened(rezipped(contents))
    with pytest.raises(BadFile, match="not what they were"):
        found.open_attachment(PICTURE_SHA)
    with pytest.raises(BadFile, match="not in the archive"):
        found.open_attachment("0" * 64)
    assert [p.member for p in found.problems] == [f"attachments/{PICTURE_SHA}"]
    assert PICTURE_SHA not in found.attachments


def test_bombs_are_refused():
    bomb = rezipped(members(written([talk("a")])) | {"conversations/b.json": b"0" * 3_000_000})
    for limits, said in (
        (archive.Limits(free=1 << 20), "far more"),
        (archive.Limits(total=1 << 20), "far more"),
        (archive.Limits(members=2), "too many"),
        (archive.Limits(directory=10), "table of contents"),
        (archive.Limits(manifest=10), "too large"),
    ):
        with pytest.raises(BadFile, match=said):
            opened(bomb, limits=limits)
    good, problems = taken(written([talk("a"), talk("b", "x" * 5000)]), limits=archive.Limits(conversation=1000))
    assert good == [talk("a")]
    assert [p.why[:16] for p in problems] == ["It is too large."]


def test_a_member_that_lies_about_its_size_is_left_out():
    data = written([talk("a"), talk("b", "word " * 1000)])
    good, problems = taken(patched_directory(data, "conversations/b.json", 24, 100))
    assert good == [talk("a")]
    assert len(problems) == 1


def test_sniffing_knows_our_own_also_when_they_are_damaged():
    data = written([talk("a")])
    assert archive.sniff(io.BytesIO(data))
    assert archive.sniff(io.BytesIO(data[:200]))
    assert archive.sniff(io.BytesIO(V1.read_bytes()))
    assert not archive.sniff(io.BytesIO(b"PK\3\4"))
    assert not archive.sniff(io.BytesIO(b"[]"))
    assert not archive.sniff(io.BytesIO(rezipped({"conversations.json": b"[]"})))
    assert not archive.sniff(io.BytesIO(rezipped({"manifest.json": b"{}"})))


SMALL = written([talk("a"), talk("b", title=Stamped("T", 1))])


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_damage_raises_anything_but_our_own_errors(data):
    damaged = bytearray(SMALL)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(damaged) - 1)))
        match data.draw(st.sampled_from(["flip", "cut", "insert", "set", "end"])):
            case "flip" if damaged:
                damaged[at] ^= 1 << data.draw(st.integers(0, 7))
            case "cut":
                del damaged[at : at + data.draw(st.integers(1, 40))]
            case "insert":
                damaged[at:at] = data.draw(st.binary(min_size=1, max_size=8))
            case "set":
                damaged[at : at + 4] = data.draw(st.sampled_from([b"\xff" * 4, b"\0" * 4, b"PK\5\6", b"PK\1\2"]))
            case "end":
                # The records at the end decide most: aim there more often than chance would.
                near = max(0, len(damaged) - data.draw(st.integers(1, 400)))
                damaged[near : near + 1] = data.draw(st.binary(min_size=1, max_size=1))
    damaged = bytes(damaged)
    archive.sniff(io.BytesIO(damaged))
    try:
        contents = opened(damaged)
    except (BadFile, NewerSchema):
        return
    for conversation in contents.conversations():
        assert conversation in (talk("a"), talk("b", title=Stamped("T", 1)))
    for sha256 in list(contents.attachments):
        try:
            with contents.open_attachment(sha256) as file:
                assert file.read() == PICTURE
        except BadFile:
            assert contents.problems


@given(st.binary(max_size=200))
def test_any_bytes_are_sniffed_and_refused(data):
    assert archive.sniff(io.BytesIO(data)) in (True, False)
    with pytest.raises(BadFile):
        opened(b"PK\3\4" + data)
