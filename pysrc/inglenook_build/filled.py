"""What only the build knows, filled into index.html and sw.js."""

from __future__ import annotations

import json

from inglenook_build.progress import CannotBuild

# A first visit does without these; most are for a start without the snapshot.
LATER = ("archive.schema.json", "licenses.txt", "python/python_stdlib.zip", "python/pyodide-lock.json")
NOT_AT_ONCE = (".whl",)


def start_page(page: str, connect: tuple[str, ...]) -> str:
    """index.html with the servers that its content security policy lets it talk to."""
    if page.count("__CONNECT__") != 1:
        raise CannotBuild("web/index.html must name __CONNECT__ once, in its content security policy.")
    return page.replace(" __CONNECT__", "".join(f" {origin}" for origin in connect))


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
