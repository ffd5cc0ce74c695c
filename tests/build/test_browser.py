import pytest
from inglenook_build import browser
from inglenook_build.progress import CannotBuild


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A machine without a browser, without root and without a variable; returns its folder of programs."""
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "own_of_playwright", lambda: None)
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000, raising=False)
    return tmp_path


def program(folder, name):
    path = folder / name
    path.touch()
    path.chmod(0o755)
    return str(path)


def test_the_browser_that_was_named_comes_first(machine, monkeypatch):
    program(machine, "chromium")
    monkeypatch.setenv(browser.VARIABLE, "/opt/own")
    assert browser.find().executable == "/opt/own"


def test_playwrights_own_needs_no_path(machine, monkeypatch):
    monkeypatch.setattr(browser, "own_of_playwright", lambda: "/cache/chrome")
    assert "executable_path" not in browser.find().launch_options


def test_a_browser_of_the_system_is_taken(machine):
    path = program(machine, "google-chrome")
    assert browser.find().launch_options["executable_path"] == path


def test_only_root_goes_without_the_sandbox(monkeypatch):
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000, raising=False)
    assert "--no-sandbox" not in browser.arguments()
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0, raising=False)
    assert "--no-sandbox" in browser.arguments()


def test_no_browser_is_one_sentence_with_the_command_to_run(machine, monkeypatch):
    tried = []
    monkeypatch.setattr(browser.subprocess, "run", lambda command, **_: tried.append(command))
    with pytest.raises(CannotBuild, match="apt-get install chromium") as stopped:
        browser.ensure()
    assert [command[1:] for command in tried] == [["-m", "playwright", "install", "chromium"]]
    assert "\n" not in str(stopped.value)
