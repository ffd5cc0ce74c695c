"""The browser for the tests: Playwright's own, one of the system, or one that is installed for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from inglenook_build.progress import CannotBuild, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE = "INGLENOOK_BROWSER"


@dataclass(frozen=True, slots=True)
class Browser:
    """How Playwright is to launch Chromium. No executable: its own."""

    executable: str | None
    arguments: tuple[str, ...]

    @property
    def launch_options(self) -> dict[str, object]:
        """Keyword arguments for `playwright.chromium.launch`."""
        options: dict[str, object] = {"args": list(self.arguments)}
        if self.executable:
            options["executable_path"] = self.executable
        return options


def arguments() -> tuple[str, ...]:
    """Chromium's sandbox refuses to run for root; small machines have a small /dev/shm."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return ("--disable-dev-shm-usage", *(("--no-sandbox",) if root else ()))


def own_of_playwright() -> str | None:
    """Where Playwright's own Chromium is, if it was installed."""
    code = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    path = done.stdout.strip()
    return path if done.returncode == 0 and path and Path(path).exists() else None


def find() -> Browser | None:
    """A browser that is there already."""
    named = os.environ.get(VARIABLE)
    if named:
        return Browser(named, arguments())
    if own_of_playwright():
        return Browser(None, arguments())
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Browser(found, arguments())
    return None


def ensure() -> Browser:
    """A browser, installed if there is none; raises CannotBuild with the command to run."""
    found = find()
    if found:
        return found
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if root and shutil.which("apt-get"):
        commands += [
            ["apt-get", "update", "-q"],
            ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"],
        ]
    for command in commands:
        shown = command[-3:] if command[0] == sys.executable else command
        say(f"No browser for the tests yet; running {' '.join(shown)}")
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        try:
            subprocess.run(command, capture_output=True, env=environment, timeout=600, stdin=subprocess.DEVNULL)
        except (OSError, subprocess.TimeoutExpired):
            continue
        found = find()
        if found:
            return found
    raise CannotBuild(
        "There is no Chromium for the browser tests; install one with your system's packages (on Debian: "
        "sudo apt-get install chromium) or with .venv/bin/python -m playwright install chromium, "
        f"or name one in {VARIABLE}."
    )
