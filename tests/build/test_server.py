import gzip
import http.client
import socket
from contextlib import contextmanager

import pytest
from inglenook_build.compressed import Compressed
from inglenook_build.server import PortTaken, serve


@pytest.fixture
def dist(tmp_path):
    folder = tmp_path / "dist"
    (folder / "python").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html>" + "hearth " * 200)
    (folder / "python/x.wasm").write_bytes(b"\0asm")
    (folder / "python/x.snapshot").write_bytes(gzip.compress(b"memory"))
    (folder / "a b.js").write_text("1")
    for name in ("x.mjs", "x.woff2", "x.webmanifest"):
        (folder / name).write_text("x")
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@contextmanager
def answers(site):
    def ask(target, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", site.server_address[1], timeout=10)
        try:
            connection.request(
                method, target, headers={name.replace("_", "-"): value for name, value in headers.items()}
            )
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    with site:
        yield ask


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html?code=1", "text/html; charset=utf-8"),
        ("/python/x.wasm", "application/wasm"),
        ("/python/x.snapshot", "application/octet-stream"),
        ("/x.mjs", "text/javascript; charset=utf-8"),
        ("/a%20b.js", "text/javascript; charset=utf-8"),
        ("/x.woff2", "font/woff2"),
        ("/x.webmanifest", "application/manifest+json"),
    ],
)
def test_files_have_the_type_that_a_browser_insists_on(dist, target, kind):
    with answers(serve(dist)) as ask:
        status, headers, _ = ask(target)
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, kind, "no-cache")


def test_text_is_gzipped_for_those_who_take_it(dist, tmp_path):
    with answers(serve(dist, compressed=Compressed(tmp_path / "gzip"))) as ask:
        _, plain, body = ask("/")
        _, packed, small = ask("/", Accept_Encoding="br, gzip")
        _, refused, _ = ask("/", Accept_Encoding="gzip;q=0")
    assert "Content-Encoding" not in plain
    assert "Content-Encoding" not in refused
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(small) == body
    assert packed["ETag"] != plain["ETag"]


def test_what_is_packed_already_is_sent_as_it_is(dist, tmp_path):
    with answers(serve(dist, compressed=Compressed(tmp_path / "gzip"))) as ask:
        _, headers, body = ask("/python/x.snapshot", Accept_Encoding="gzip")
    assert "Content-Encoding" not in headers
    assert gzip.decompress(body) == b"memory"


def test_an_unchanged_file_is_not_sent_again(dist):
    with answers(serve(dist)) as ask:
        _, headers, _ = ask("/")
        again = ask("/", If_None_Match=f'"other", W/{headers["ETag"]}')
        (dist / "index.html").write_text("new")
        changed = ask("/", If_None_Match=headers["ETag"])
    assert (again[0], again[2]) == (304, b"")
    assert (changed[0], changed[2]) == (200, b"new")


def test_head_tells_the_length_and_sends_nothing(dist):
    with answers(serve(dist)) as ask:
        status, headers, body = ask("/", "HEAD")
    assert (status, int(headers["Content-Length"]), body) == (200, (dist / "index.html").stat().st_size, b"")


@pytest.mark.parametrize(
    "target",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/python/..%2f..%2fsecret.txt",
        "//secret.txt",
        "/..\\secret.txt",
        "/x%00.js",
        "/python",
        "/nothing",
    ],
)
def test_nothing_outside_the_folder_is_served(dist, target):
    with answers(serve(dist)) as ask:
        status, _, body = ask(target)
    assert status == 404
    assert b"secret" not in body


def test_a_link_that_leads_outside_is_not_followed(dist):
    (dist / "link.txt").symlink_to(dist.parent / "secret.txt")
    with answers(serve(dist)) as ask:
        assert ask("/link.txt")[0] == 404


def test_a_site_can_live_under_a_path(dist):
    site = serve(dist, prefix="/some/where")
    with answers(site) as ask:
        assert site.url.endswith("/some/where/")
        assert ask("/some/where/x.mjs")[0] == 200
        assert ask("/x.mjs")[0] == 404
        status, headers, _ = ask("/some/where")
    assert (status, headers["Location"]) == (301, "/some/where/")


def test_a_newer_build_can_take_the_place_of_the_older(dist, tmp_path):
    newer = tmp_path / "newer"
    newer.mkdir()
    (newer / "index.html").write_text("newer")
    site = serve(dist)
    with answers(site) as ask:
        ask("/")
        site.dist = newer
        assert ask("/")[2] == b"newer"


def test_only_reading_is_allowed(dist):
    with answers(serve(dist)) as ask:
        assert ask("/", "POST")[0] == 501


def test_a_taken_port_is_said_when_it_was_asked_for_and_passed_over_otherwise(dist, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with pytest.raises(PortTaken, match=str(taken)):
            serve(dist, taken)
        monkeypatch.setattr("inglenook_build.server.PORT", taken)
        with serve(dist, None) as site:
            assert site.server_address[1] != taken
