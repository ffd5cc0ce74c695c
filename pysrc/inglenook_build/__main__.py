"""What build.py hands over to, inside .venv: one function for each command."""

from __future__ import annotations

import argparse
import subprocess
import sys
import webbrowser
from pathlib import Path

from inglenook_build import server, site, suites
from inglenook_build.arguments import parse
from inglenook_build.progress import CannotBuild, say

ROOT = Path(__file__).resolve().parents[2]


def serve(chosen: argparse.Namespace) -> int:
    """Build what changed and serve it until Ctrl-C."""
    dist = site.build(ROOT, tuple(chosen.connect))
    try:
        running = server.serve(dist, chosen.port, compressed=site.Places(ROOT).compressed)
    except server.PortTaken as taken:
        raise CannotBuild(f"Somebody else uses {taken.strerror}; choose another with --port.") from taken
    say(f"Inglenook is at {running.url} (Ctrl-C ends it)")
    if not chosen.no_open:
        webbrowser.open(running.url)
    try:
        running.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        running.server_close()
    return 0


def build(chosen: argparse.Namespace) -> int:
    """Write dist/."""
    dist = site.build(ROOT, tuple(chosen.connect))
    say(f"{dist.relative_to(ROOT)}/ is up to date; any static host can serve it, under any path")
    return 0


def test(chosen: argparse.Namespace) -> int:
    """Run the checks."""
    return suites.run(ROOT, chosen)


def bench(chosen: argparse.Namespace) -> int:
    """Build, then measure."""
    site.build(ROOT)
    return subprocess.call([sys.executable, "-m", "tests.bench", *chosen.extra], cwd=ROOT)


COMMANDS = {"serve": serve, "build": build, "test": test, "bench": bench}


def main() -> int:
    """Run what the command line asks for."""
    chosen = parse(sys.argv[1:])
    try:
        return COMMANDS[chosen.command](chosen)
    except CannotBuild as problem:
        say(str(problem), error=True)
        return 2


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
