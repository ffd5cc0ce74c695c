#!/usr/bin/env python3
"""Build, serve, test and measure Inglenook: `python3 build.py --help`.

This file runs on whatever Python is there. It finds one that is new enough, makes .venv with it, and hands over
to `inglenook_build` in there. It and the four modules that it imports keep to the standard library and to a
syntax that Python 3.8 reads, so that an old Python can still say what is missing.
"""

import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(ROOT, "pysrc"))


def main():
    if sys.version_info < (3, 8):  # noqa: UP036  that is the point
        print(
            "build.py: this Python is too old to look for a newer one; run it with Python 3.12 or newer.",
            file=sys.stderr,
        )
        return 2
    from pathlib import Path

    from inglenook_build.arguments import parse
    from inglenook_build.environment import prepare
    from inglenook_build.progress import CannotBuild, say

    chosen = parse(sys.argv[1:])
    try:
        python = prepare(Path(ROOT), chosen.command)
    except CannotBuild as problem:
        say(str(problem), error=True)
        return 2
    environment = dict(os.environ, PYTHONPATH=os.path.join(ROOT, "pysrc"))
    return subprocess.call([str(python), "-m", "inglenook_build", *sys.argv[1:]], cwd=ROOT, env=environment)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
