from __future__ import annotations

import gzip
import urllib.error
import urllib.request
import zipfile
from base64 import b64decode

import pytest
from inglenook.core.deflated import inflated
from inglenook.core.schema import load_conversation

from tests.bench import sample
from tests.bench.figures import Spread, as_json, figure, table
from tests.bench.site import Site


def test_a_spread_is_its_median_and_its_range():
    assert str(Spread((40, 10, 20))) == "20 (10-40)"


def test_a_single_value_has_no_range():
    assert str(Spread((38.75,))) == "39"


def test_a_ratio_is_of_medians_and_decides_whether_the_target_is_met():
    row = figure("start", "ms", [500, 600, 9000], [2000, 2000, 2000], most_ratio=0.30)
    assert (row.ratio, row.met) == (0.3, True)
    assert figure("start", "ms", [601], [2000], most_ratio=0.30).met is False


def test_the_best_runs_have_a_ratio_of_their_own():
    assert figure("start", "ms", [900, 500, 4000], [2000, 1000, 3000]).best == 0.5


def test_a_row_without_a_target_is_neither_met_nor_missed():
    assert figure("frames", "count", [600]).met is None


def test_two_targets_must_both_be_met():
    row = figure("bytes", "kB", [14_000], [7000], most_ratio=3, most=13_000)
    assert (row.target, row.met) == ("<= 3x and <= 13,000", False)


def test_a_floor_of_nothing_gives_no_ratio():
    assert figure("tasks", "count", [2], [0], most=0).ratio is None


def test_the_table_has_a_line_for_each_row_and_marks_what_is_missed():
    rows = [figure("start", "ms", [900], [1000], most_ratio=0.3), figure("tasks", "count", [0], most=0)]
    lines = table(rows).splitlines()
    assert len(lines) == 4
    assert lines[2].split() == ["start", "ms", "900", "1,000", "0.90x", "0.90x", "<=", "0.3x", "NO"]
    assert lines[3].split() == ["tasks", "count", "0", "<=", "0", "yes"]


def test_json_has_every_value():
    (row,) = as_json([figure("start", "ms", [1, 2], [3, 4])])
    assert (row["ours"], row["floor"]) == ([1, 2], [3, 4])


def test_samples_are_the_same_each_time_and_have_the_promised_size():
    made = sample.conversation(7, messages=20)
    assert made == sample.conversation(7, messages=20)
    sizes = [len(message.parts[0].text) for message in made.messages.values()]
    assert all(1300 <= size <= 1500 for size in sizes)


def test_sample_records_are_what_the_store_would_keep():
    made = sample.conversation(3)
    thread, summary = sample.records(made)
    assert (thread["store"], summary["store"]) == ("threads", "conversations")
    text = inflated(b64decode(thread["record"]["text"]))
    assert made == load_conversation(text)
    assert sample.title(3) in summary["record"]["text"]
    assert sample.last_words(3) in text.decode()


@pytest.fixture
def site(tmp_path):
    (tmp_path / "index.html").write_text("<p>" + "the same words " * 200)
    with zipfile.ZipFile(tmp_path / "small.zip", "w") as zipped:
        zipped.writestr("a", bytes(range(256)))
    with Site(tmp_path) as site:
        yield site


def fetched(address: str, **headers: str):
    return urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=5)


def test_the_site_sends_gzip_and_notes_the_bytes(site):
    with fetched(site.address, **{"Accept-Encoding": "gzip"}) as answer:
        sent = answer.read()
    assert [("/", len(sent))] == site.sent
    assert gzip.decompress(sent).startswith(b"<p>the same words")


def test_an_unchanged_file_costs_no_bytes(site):
    with fetched(site.address) as answer:
        tag = answer.headers["ETag"]
    with pytest.raises(urllib.error.HTTPError) as unchanged:
        fetched(site.address, **{"If-None-Match": tag})
    assert unchanged.value.code == 304
    assert site.sent[-1] == ("/", 0)


def test_the_site_does_not_leave_its_folder(site):
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetched(f"{site.address}..%2f..%2fetc%2fpasswd")
    assert refused.value.code == 404
