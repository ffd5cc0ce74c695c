from inglenook_build.stamp import Stamp, digest, files_of


def test_a_stamp_fits_only_what_it_was_written_for(tmp_path):
    stamp = Stamp(tmp_path / "deep/x.stamp")
    assert not stamp.fits("a")
    stamp.write("a")
    assert stamp.fits("a")
    assert not stamp.fits("b")
    stamp.clear()
    assert not stamp.fits("a")


def test_a_digest_changes_with_content_name_and_settings_only(tmp_path):
    (tmp_path / "a").write_text("1")
    first = digest(tmp_path, [tmp_path / "a"], "x")
    assert digest(tmp_path, [tmp_path / "a"], "x") == first
    assert digest(tmp_path, [tmp_path / "a"], "y") != first
    (tmp_path / "a").write_text("2")
    assert digest(tmp_path, [tmp_path / "a"], "x") != first
    (tmp_path / "a").rename(tmp_path / "b")
    (tmp_path / "b").write_text("1")
    assert digest(tmp_path, [tmp_path / "b"], "x") != first


def test_what_other_tools_leave_behind_is_not_an_input(tmp_path):
    for name in ("pkg/a.py", "pkg/__pycache__/a.pyc", "node_modules/x.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert files_of([tmp_path]) == [tmp_path / "pkg/a.py"]
