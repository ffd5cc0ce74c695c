import gzip
import json
from pathlib import Path

import pytest
from inglenook_build.compressed import gzipped
from inglenook_build.filled import at_once, service_worker, start_page
from inglenook_build.progress import CannotBuild
from inglenook_build.site import _swap

WEB = Path(__file__).parents[2] / "web"


PAGE = "script-src 'self' __EARLY_HASH__; connect-src 'self' __CONNECT__; base-uri 'none'\"><script>__EARLY__</script>"
# Of the example in the specification.
HASH = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"


@pytest.mark.parametrize(
    ("connect", "named"), [((), "'self'"), (("https://a", "http://b:1"), "'self' https://a http://b:1")]
)
def test_the_policy_names_the_servers_and_the_script_of_the_page(connect, named):
    assert start_page(PAGE, connect, "alert('Hello, world.');\n") == (
        f"script-src 'self' {HASH}; connect-src {named}; base-uri 'none'\"><script>alert('Hello, world.');</script>"
    )


def test_the_start_page_has_a_place_for_each():
    page = start_page((WEB / "index.html").read_text(), ("https://models.example:8443",), "early()")
    assert "https://models.example:8443; " in page
    assert "<script>early()</script>" in page
    assert "__" not in page


@pytest.mark.parametrize("place", ["__CONNECT__", "__EARLY__", "__EARLY_HASH__"])
def test_a_start_page_without_a_place_is_refused(place):
    with pytest.raises(CannotBuild, match=place):
        start_page(PAGE.replace(place, ""), (), "early()")


@pytest.mark.parametrize("early", ["'</script>'", "'<!--'"])
def test_a_script_that_would_end_inside_the_page_is_refused(early):
    with pytest.raises(CannotBuild, match="last-visit"):
        start_page(PAGE, (), early)


def test_the_service_worker_gets_its_build_and_every_file():
    hashes = {"index.html": "aa", "python/python_stdlib.zip": "bb", "python/x-1-py3-none-any.whl": "cc"}
    filled = service_worker((WEB / "sw.js").read_text(), "abc", hashes)
    assert 'const BUILD = "abc";' in filled
    assert f"const FILES = {json.dumps([['index.html', 'aa']])};" in filled
    assert (
        f"const LATER = {json.dumps([['python/python_stdlib.zip', 'bb'], ['python/x-1-py3-none-any.whl', 'cc']])};"
        in filled
    )


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("python/inglenook.snapshot", True),
        ("assets/main.js", True),
        ("python/python_stdlib.zip", False),
        ("python/a.whl", False),
    ],
)
def test_a_first_visit_does_not_download_what_only_a_start_without_the_snapshot_needs(path, first):
    assert at_once(path) is first


def test_the_snapshot_is_gzipped_the_same_each_time_and_more_tightly_than_by_zlib():
    body = b"".join(file.read_bytes() for file in sorted(WEB.glob("page/**/*.js")))
    made = gzipped(body)
    assert made == gzipped(body)
    assert gzip.decompress(made) == body
    assert len(made) < len(gzip.compress(body, 9)) * 0.99


def test_a_new_dist_replaces_the_old_one_whole(tmp_path):
    for name in ("dist", "stage"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    _swap(tmp_path / "stage", tmp_path / "dist", tmp_path / "old")
    assert [file.name for file in (tmp_path / "dist").iterdir()] == ["stage"]
    assert not (tmp_path / "stage").exists()
    assert not (tmp_path / "old").exists()
