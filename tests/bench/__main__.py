"""`python -m tests.bench`: measure dist/ against the floors and print a table. A missed target is no failure."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Run by itself nothing has put the sources on the path yet.
sys.path.insert(0, str(ROOT / "pysrc"))

from inglenook_build import browser  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from tests.bench import floor, opening, starting, streaming, transfer, weight  # noqa: E402
from tests.bench.browse import Chromium  # noqa: E402
from tests.bench.figures import Figure, as_json, table  # noqa: E402
from tests.bench.rig import Rig  # noqa: E402
from tests.bench.site import Site  # noqa: E402

MEASUREMENTS: dict[str, Callable[[Rig], Iterator[Figure]]] = {
    "start-warm": starting.start_warm,
    "first-paint": starting.first_paint,
    "streaming": streaming.streaming,
    "open-thread": opening.open_thread,
    "import": transfer.importing,
    "export": transfer.exporting,
    "bytes": weight.weight,
}


def main(arguments: list[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    if not (chosen.dist / "index.html").is_file():
        print(f"{chosen.dist} is not there; run: python3 build.py build", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    failed = []
    with ExitStack() as stack:
        folder = tempfile.TemporaryDirectory(prefix="inglenook-bench-", ignore_cleanup_errors=True)
        scratch = Path(stack.enter_context(folder))
        floors = scratch / "floors"
        floors.mkdir()
        floor.build(floors)
        ours, theirs = stack.enter_context(Site(chosen.dist)), stack.enter_context(Site(floors))
        ours.warm()
        theirs.warm()
        chromium = Chromium(stack.enter_context(sync_playwright()), browser.ensure().launch_options)
        rig = Rig(chromium, ours, theirs, scratch, chosen.runs, chosen.conversations)
        for name in chosen.only or MEASUREMENTS:
            start = time.monotonic()
            print(f"{name} ...", flush=True)
            try:
                figures += MEASUREMENTS[name](rig)
            except Exception as error:  # noqa: BLE001 - the other measurements still count
                failed.append(name)
                print(f"  {name} could not be measured: {error}", file=sys.stderr)
            print(f"  {time.monotonic() - start:.0f} s{load()}", flush=True)
    print(
        f"\n{chosen.runs} runs, ours and the floor in turn: median (range), ratio of the medians, ratio of the best.\n"
    )
    print(table(figures))
    if chosen.json:
        chosen.json.write_text(json.dumps(as_json(figures), indent=1) + "\n", "utf-8")
    return 1 if failed else 0


def load() -> str:
    """How many processes wanted the processor lately, where the system says so: whether to trust the figures."""
    return f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="how often each is measured (5)")
    parser.add_argument("--only", action="append", choices=MEASUREMENTS, metavar="NAME", help=", ".join(MEASUREMENTS))
    parser.add_argument("--conversations", type=int, default=1000, metavar="N", help="of 20 messages of 1.5 KB (1000)")
    parser.add_argument("--dist", type=Path, default=ROOT / "dist", metavar="FOLDER", help="what is measured (dist/)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every value there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
