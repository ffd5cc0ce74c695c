"""How many bytes a first visit takes, gzipped at the highest level."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

from tests.bench.browse import READY, USABLE, when
from tests.bench.figures import Figure, figure
from tests.bench.floor import WEB, bundle
from tests.bench.rig import Rig, arrive
from tests.bench.site import Site

KB = 1000
DRAWING = ("dompurify", "highlight.js", "katex", "markdown-it")


def weight(rig: Rig) -> Iterator[Figure]:
    """Everything that a new profile asks for, against a bare Pyodide; and our own page code by itself."""
    with rig.chromium.visit(rig.folder("first-visit"), READY + USABLE) as page:
        rig.ours.sent.clear()
        arrive(page, rig.ours.address)
        page.evaluate("() => bench.quiet()")
        ours = _kb(rig.ours)
        twice = _sent_again(rig.ours)
    with rig.chromium.visit(rig.folder("first-visit-floor"), READY) as page:
        rig.floor.sent.clear()
        page.goto(f"{rig.floor.address}pyodide.html")
        when(page, "ready")
        floor = _kb(rig.floor)
    yield figure("first visit: bytes", "kB", [ours], [floor], most=13_000)
    yield figure("first visit: of these sent a second time", "kB", [twice], most=0)
    yield figure("page code without rendering libraries", "kB", [page_code(rig.folder("page-code"))], most=40)


def _kb(site: Site) -> float:
    return sum(size for _, size in site.sent) / KB


def _sent_again(site: Site) -> float:
    seen: set[str] = set()
    again = 0
    for path, size in site.sent:
        again += size if path in seen else 0
        seen.add(path)
    return again / KB


def page_code(folder: Path) -> float:
    """What of our page and worker is left when the libraries that draw Markdown are left out: scripts, styles, HTML."""
    outside = [f"--external:{package}{rest}" for package in DRAWING for rest in ("", "/*")]
    entries = [WEB / "page" / "main.js", WEB / "worker" / "start.js", WEB / "css" / "index.css"]
    bundle(entries, folder, "--splitting", *outside)
    files = [*folder.rglob("*.js"), *folder.rglob("*.css"), WEB / "index.html"]
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) / KB
