"""What only the build knows, filled into index.html and sw.js."""

from __future__ import annotations

import base64
import hashlib
import json

from inglenook_build.progress import CannotBuild

# A first visit does without these; most are for a start without the snapshot.
LATER = ("archive.schema.json", "licenses.txt", "python/python_stdlib.zip", "python/pyodide-lock.json")
NOT_AT_ONCE = (".whl",)


def start_page(page: str, connect: tuple[str, ...], early: str) -> str:
    """index.html with the servers that its content security policy lets it talk to, and its one script of its own.

    That script, `early`, is allowed by its hash. See "Content Security Policy Level 3", section 2.3.1.
    """
    early = early.strip()
    if "</script" in early or "<!--" in early:
        raise CannotBuild("web/page/last-visit.js says something that ends a script inside a page.")
    digest = base64.b64encode(hashlib.sha256(early.encode()).digest()).decode()
    # The script last: whatever it says is no place to fill.
    values = {"__CONNECT__": " ".join(connect), "__EARLY_HASH__": f"'sha256-{digest}'", "__EARLY__": early}
    for name, value in values.items():
        if page.count(name) != 1:
            raise CannotBuild(f"web/index.html must name {name} once.")
        page = page.replace(name, value) if value else page.replace(f" {name}", "")
    return page


def at_once(path: str) -> bool:
    """True for a file that a first visit downloads."""
    return path not in LATER and not path.endswith(NOT_AT_ONCE)


def service_worker(source: str, build_id: str, hashes: dict[str, str]) -> str:
    """sw.js with its build and its files filled in."""
    files = [[path, hashed] for path, hashed in hashes.items() if at_once(path)]
    later = [[path, hashed] for path, hashed in hashes.items() if not at_once(path)]
    for name, value in (("__BUILD__", build_id), ("__FILES__", files), ("__LATER__", later)):
        if source.count(name) != 1:
            raise CannotBuild(f"web/sw.js must name {name} once.")
        source = source.replace(name, json.dumps(value))
    return source
