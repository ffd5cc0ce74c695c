import subprocess

import pytest
from inglenook_build import environment
from inglenook_build.progress import CannotBuild


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pysrc").mkdir()
    for name in ("build", "dev"):
        (tmp_path / f"pysrc/requirements-{name}.txt").write_text(f"{name}==1\n")
    (tmp_path / ".venv").mkdir()
    return tmp_path


@pytest.fixture
def pip(monkeypatch):
    """Stands in for pip; keeps what it was asked to install and ends with the given code."""
    asked = []

    def run(command, **_):
        asked.append(command[-1].rsplit("-", 1)[1])
        return subprocess.CompletedProcess(command, run.code, "", "WARNING: slow\nERROR: No route to host\n")

    run.code = 0
    run.asked = asked
    monkeypatch.setattr(environment.subprocess, "run", run)
    return run


def test_a_lock_is_installed_once(project, pip):
    for _ in range(2):
        environment.install(project, project / ".venv", "build")
    assert pip.asked == ["build.txt"]


def test_the_larger_lock_serves_for_the_smaller_too(project, pip):
    environment.install(project, project / ".venv", "dev")
    environment.install(project, project / ".venv", "build")
    assert pip.asked == ["dev.txt"]


def test_a_changed_lock_is_installed_again(project, pip):
    environment.install(project, project / ".venv", "build")
    (project / "pysrc/requirements-build.txt").write_text("build==2\n")
    environment.install(project, project / ".venv", "build")
    assert pip.asked == ["build.txt", "build.txt"]


def test_packages_that_cannot_be_had_are_one_sentence_and_tried_again_next_time(project, pip):
    pip.code = 1
    with pytest.raises(CannotBuild, match=r"No route to host.*check the network"):
        environment.install(project, project / ".venv", "build")
    pip.code = 0
    environment.install(project, project / ".venv", "build")
    assert pip.asked == ["build.txt", "build.txt"]


def test_an_environment_that_is_broken_is_made_anew(project, monkeypatch):
    made = []
    monkeypatch.setattr(environment, "create", made.append)
    monkeypatch.setattr(environment, "install", lambda *_: None)
    python = environment.python_of(project / ".venv")
    python.parent.mkdir()
    python.write_text("not a program")
    environment.prepare(project, "build")
    assert made == [project / ".venv"]
