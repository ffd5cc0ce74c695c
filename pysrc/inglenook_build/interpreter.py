"""Which Python makes .venv: where one may be, and whether it is new enough and whole."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from inglenook_build.progress import CannotBuild

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OLDEST = (3, 12)
NEWEST_FIRST = ("3.14", "3.13", "3.12")
_PROBE = "import sys, venv, ensurepip; print(*sys.version_info[:2]); print(sys.executable)"


class Run(Protocol):
    """Runs a command, as `ask` does."""

    def __call__(self, command: list[str], /) -> str | None: ...


def ask(command: list[str]) -> str | None:
    """What a command prints, or None if it cannot be run or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None


def usable(command: list[str], run: Run = ask) -> Path | None:
    """The interpreter that a command starts, if it is new enough and can make environments."""
    printed = run([*command, "-c", _PROBE])
    lines = (printed or "").splitlines()
    if len(lines) < 2:
        return None
    try:
        version = tuple(int(part) for part in lines[0].split())
    except ValueError:
        return None
    return Path(lines[1]) if version >= OLDEST else None


def candidates(environ: dict[str, str], home: Path, windows: bool) -> Iterator[list[str]]:
    """Commands that may start a Python, best first. A pyenv shim is one that exists and may still fail."""
    if environ.get("INGLENOOK_PYTHON"):
        yield [environ["INGLENOOK_PYTHON"]]
    yield [sys.executable]
    if windows:
        for version in NEWEST_FIRST:
            yield ["py", f"-{version}"]
    for version in NEWEST_FIRST:
        found = shutil.which(f"python{version}", path=environ.get("PATH"))
        if found:
            yield [found]
    for name in ("python3", "python"):
        found = shutil.which(name, path=environ.get("PATH"))
        if found:
            yield [found]
    pyenv = Path(environ.get("PYENV_ROOT") or home / ".pyenv")
    folders = [
        pyenv / "versions",
        home / ".local/share/uv/python",
        home / ".asdf/installs/python",
        home / ".local/share/mise/installs/python",
    ]
    for version in NEWEST_FIRST:
        for folder in folders:
            for inside in sorted(folder.glob(f"*{version}*"), reverse=True):
                yield [str(inside / ("python.exe" if windows else f"bin/python{version}"))]
        for folder in ("/usr/local/bin", "/opt/homebrew/bin", "/opt/local/bin"):
            yield [f"{folder}/python{version}"]
            yield [f"/Library/Frameworks/Python.framework/Versions/{version}/bin/python{version}"]


def find(run: Run = ask, commands: Iterable[list[str]] | None = None) -> Path:
    """The first Python that will do; raises CannotBuild with what to do if there is none."""
    tried = set()
    for command in commands if commands is not None else candidates(dict(os.environ), Path.home(), os.name == "nt"):
        key = tuple(command)
        if key in tried or (os.path.isabs(command[0]) and not os.path.exists(command[0])):
            continue
        tried.add(key)
        found = usable(command, run)
        if found:
            return found
    wanted = ".".join(map(str, OLDEST))
    raise CannotBuild(
        f"No Python {wanted} or newer with venv and ensurepip was found (looked at this one, on PATH, and in the "
        "folders of pyenv, uv, asdf, mise and Homebrew); install one, on Debian with its python3-venv package, "
        "or name it in INGLENOOK_PYTHON."
    )
