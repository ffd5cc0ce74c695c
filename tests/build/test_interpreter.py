import sys
from pathlib import Path

import pytest
from inglenook_build import interpreter
from inglenook_build.progress import CannotBuild


def machine(pythons):
    """Runs commands like a machine on which only these Pythons start."""

    def run(command, /):
        assert command[1] == "-c"
        return pythons.get(command[0])

    return run


def test_the_first_python_that_is_new_enough_is_taken():
    run = machine({"old": "3 11\n/usr/bin/old\n", "new": "3 13\n/opt/new\n", "newer": "3 14\n/opt/newer\n"})
    assert interpreter.find(run, [["old"], ["new"], ["newer"]]) == Path("/opt/new")


def test_a_shim_that_exists_but_fails_is_passed_over():
    run = machine({"good": "3 12\n/opt/good\n"})
    assert interpreter.find(run, [["shim"], ["good"]]) == Path("/opt/good")


@pytest.mark.parametrize("printed", ["", "3 13\n", "pyenv: not found\nx\n", "3\n/opt/x\n"])
def test_a_python_that_answers_strangely_is_passed_over(printed):
    assert interpreter.usable(["odd"], machine({"odd": printed})) is None


def test_no_python_is_one_sentence_that_says_what_to_do():
    with pytest.raises(CannotBuild, match=r"No Python 3\.12 or newer .* install one") as stopped:
        interpreter.find(machine({}), [["a"], ["b"]])
    assert "\n" not in str(stopped.value)


def test_a_named_python_comes_first_and_this_one_next(tmp_path):
    commands = list(interpreter.candidates({"INGLENOOK_PYTHON": "/x/python", "PATH": ""}, tmp_path, windows=False))
    assert commands[:2] == [["/x/python"], [sys.executable]]


def test_the_folders_of_version_managers_are_searched_newest_first(tmp_path):
    for version in ("3.12.1", "3.13.0"):
        (tmp_path / ".pyenv/versions" / version).mkdir(parents=True)
    (tmp_path / ".local/share/uv/python/cpython-3.14.0-linux").mkdir(parents=True)
    commands = [one[0] for one in interpreter.candidates({"PATH": ""}, tmp_path, windows=False)]
    inside = [one for one in commands if one.startswith(str(tmp_path))]
    assert inside == [
        str(tmp_path / ".local/share/uv/python/cpython-3.14.0-linux/bin/python3.14"),
        str(tmp_path / ".pyenv/versions/3.13.0/bin/python3.13"),
        str(tmp_path / ".pyenv/versions/3.12.1/bin/python3.12"),
    ]


def test_the_launcher_is_asked_on_windows(tmp_path):
    assert ["py", "-3.13"] in list(interpreter.candidates({"PATH": ""}, tmp_path, windows=True))


def test_the_python_of_these_tests_is_usable():
    assert interpreter.usable([sys.executable]) == Path(sys.executable)
