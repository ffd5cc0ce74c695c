import json
import re
from pathlib import Path

import pytest
from inglenook_build.filled import at_once, service_worker, start_page
from inglenook_build.progress import CannotBuild
from inglenook_build.site import _swap

WEB = Path(__file__).parents[2] / "web"


def test_the_policy_lets_the_page_talk_to_the_servers_that_were_named():
    page = "connect-src 'self' __CONNECT__; base-uri 'none'"
    assert start_page(page, ()) == "connect-src 'self'; base-uri 'none'"
    assert start_page(page, ("https://a", "http://b:1")) == "connect-src 'self' https://a http://b:1; base-uri 'none'"


def test_the_start_page_has_a_place_for_the_servers():
    page = start_page((WEB / "index.html").read_text(), ("https://models.example:8443",))
    assert "https://models.example:8443; " in page
    assert "__" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


def test_a_start_page_without_the_place_is_refused():
    with pytest.raises(CannotBuild, match="__CONNECT__"):
        start_page("connect-src 'self'", ())


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


def test_a_new_dist_replaces_the_old_one_whole(tmp_path):
    for name in ("dist", "stage"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    _swap(tmp_path / "stage", tmp_path / "dist", tmp_path / "old")
    assert [file.name for file in (tmp_path / "dist").iterdir()] == ["stage"]
    assert not (tmp_path / "stage").exists()
    assert not (tmp_path / "old").exists()
