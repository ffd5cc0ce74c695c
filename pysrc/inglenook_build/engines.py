"""Browsers with other engines for the smoke tests: those of the system, or installed where that takes no question.

The page must work in them, but a machine without them can still test: what is missing is said and skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from inglenook_build.progress import say

PATIENCE_S = 240
PACKAGES = {"firefox": ("firefox-esr",), "webkit": ("webkit2gtk-driver", "xvfb")}
MINI_BROWSER = "*/webkit2gtk-4.*/MiniBrowser"


def find(engine: str) -> tuple[str, ...] | None:
    """The programs of an engine, in the order that its test wants them; None if one is missing."""
    if engine == "firefox":
        found = shutil.which("firefox-esr") or shutil.which("firefox")
        return (found,) if found else None
    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    browsers = sorted(path for folder in ("/usr/lib", "/usr/libexec") for path in Path(folder).glob(MINI_BROWSER))
    browsers += sorted(Path("/usr/lib").glob(f"*/{MINI_BROWSER}")) if not browsers else []
    return (driver, str(browsers[-1]), screen) if driver and browsers and screen else None


def ensure(engine: str) -> tuple[str, ...] | None:
    """The programs of an engine, installed if apt can do so without asking; None if they cannot be had."""
    found = find(engine)
    if found or not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        return found
    say(f"No {engine} for its smoke test yet; installing {' and '.join(PACKAGES[engine])}")
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES[engine]]
    for command in (install, ["apt-get", "update", "-q"], install):
        try:
            subprocess.run(
                command,
                capture_output=True,
                env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"),
                timeout=PATIENCE_S,
                stdin=subprocess.DEVNULL,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        found = find(engine)
        if found:
            return found
    return None
