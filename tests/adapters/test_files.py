import io
import zipfile

import pytest
from inglenook.adapters.files import PIECE, READ_AHEAD, HostFiles, HostWriters
from inglenook.core.errors import BadFile

from tests.adapters.js_host import JsFiles, host

DATA = bytes(range(256)) * 5000


def opened(js_files, handle="a"):
    return HostFiles(host(files=js_files)).open(handle)


def test_a_file_is_read_where_it_is_asked():
    with opened(JsFiles(a=DATA)) as file:
        assert file.read(10) == DATA[:10]
        assert (file.seek(-5, io.SEEK_END), file.read(99), file.read(1)) == (len(DATA) - 5, DATA[-5:], b"")
        assert (file.seek(1000), file.seek(24, io.SEEK_CUR), file.tell()) == (1000, 1024, 1024)
        assert file.read() == DATA[1024:]


def test_small_reads_do_not_cross_to_the_browser_each():
    js_files = JsFiles(a=DATA)
    with opened(js_files) as file:
        for _ in range(1000):
            file.read(20)
    assert js_files.slices == [(0, READ_AHEAD)]


def test_a_place_past_the_end_is_empty_and_before_the_beginning_an_error():
    with opened(JsFiles(a=b"abc")) as file:
        assert (file.seek(10), file.read(5)) == (10, b"")
        with pytest.raises((ValueError, OSError)):
            file.seek(-1)


def test_the_dict_of_an_event_opens_like_its_handle():
    assert opened(JsFiles(a=b"abc"), {"handle": "a", "name": "x.txt", "size": 3}).read() == b"abc"


def test_a_file_that_is_gone_cannot_be_opened():
    js_files = JsFiles(a=b"abc")
    HostFiles(host(files=js_files)).forget({"handle": "a"})
    with pytest.raises(BadFile, match="no longer there"):
        opened(js_files)


def test_a_file_that_changes_while_it_is_read_is_an_error_of_ours():
    js_files = JsFiles(a=DATA)
    with opened(js_files) as file:
        js_files.contents["a"] = None
        with pytest.raises(BadFile, match="changed or moved"):
            file.read(1)


def test_an_archive_is_written_and_read_in_place():
    js_files = JsFiles()
    writers = HostWriters(host(files=js_files))
    out = writers.create()
    with zipfile.ZipFile(out, "w") as zipped:
        for name in "abc":
            zipped.writestr(name, name.encode() * (PIECE // 2))
    size = out.tell()
    handle = writers.finish(out, "application/zip")
    assert (js_files.sizes[handle], js_files.media_types[handle]) == (size, "application/zip")
    with opened(js_files, handle) as file, zipfile.ZipFile(file) as zipped:
        assert zipped.testzip() is None
        assert zipped.namelist() == ["a", "b", "c"]


def test_full_pieces_are_handed_over_at_once_and_the_rest_at_the_end():
    js_files = JsFiles()
    writers = HostWriters(host(files=js_files))
    out = writers.create()
    out.write(b"x" * PIECE)
    assert [len(piece) for piece in js_files.pieces["w"]] == [PIECE]
    out.write(bytearray(b"yz"))
    assert len(js_files.pieces["w"]) == 1
    assert js_files.contents[writers.finish(out, "")] == b"x" * PIECE + b"yz"


def test_a_file_that_is_not_finished_is_thrown_away():
    js_files = JsFiles()
    with HostWriters(host(files=js_files)).create() as out:
        out.write(b"abc")
    assert js_files.pieces == {}
