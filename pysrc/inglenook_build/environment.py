"""The .venv with the locked packages: made when it is missing, too old or broken, filled when a lock changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from inglenook_build import interpreter
from inglenook_build.progress import CannotBuild, say
from inglenook_build.stamp import Stamp, digest

LOCKS = {"serve": "build", "build": "build", "test": "dev", "bench": "dev"}


def python_of(venv: Path) -> Path:
    """Where an environment keeps its interpreter."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def prepare(root: Path, command: str) -> Path:
    """The interpreter of a .venv that has all that `command` needs."""
    venv = root / ".venv"
    python = python_of(venv)
    if not python.exists() or not interpreter.usable([str(python)]):
        create(venv)
    install(root, venv, LOCKS[command])
    return python


def create(venv: Path) -> None:
    """Make the environment anew with the best Python there is."""
    base = interpreter.find()
    say(f"Making .venv with {base}")
    shutil.rmtree(venv, ignore_errors=True)
    done = subprocess.run([str(base), "-m", "venv", str(venv)], capture_output=True, text=True)
    if done.returncode:
        raise CannotBuild(f"{base} could not make .venv: {_last_line(done)}")


def install(root: Path, venv: Path, group: str) -> None:
    """Install a lock's packages, checked by their hashes, unless that has been done."""
    locks = {name: root / f"pysrc/requirements-{name}.txt" for name in ("build", "dev")}
    stamps = {name: Stamp(venv / f"inglenook-{name}.stamp") for name in locks}
    wanted = {name: digest(root, [path]) for name, path in locks.items()}
    if stamps[group].fits(wanted[group]):
        return
    say(f"Installing Python packages from {locks[group].relative_to(root)}")
    stamps[group].clear()
    command = [str(python_of(venv)), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps"]
    command += ["--require-hashes", "-r", str(locks[group])]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise CannotBuild(
            f"Python packages could not be installed ({_last_line(done)}); check the network, then run this again."
        )
    # The larger lock holds everything of the smaller one, at the same versions.
    for name in ("build", "dev") if group == "dev" else ("build",):
        stamps[name].write(wanted[name])
    say("Python packages are there")


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    wrong = [line for line in lines if line.startswith("ERROR:")] or lines
    return wrong[-1].replace("ERROR: ", "").strip()[:300] if wrong else f"exit code {done.returncode}"
