"""The licences of everything that is served, as one text."""

from __future__ import annotations

import json
from importlib.metadata import distribution
from pathlib import Path

from inglenook_build.wheels import SHIPPED, closure

_HEAD = """Inglenook is under the MIT licence. It is served with the following works, each under its own.

Pyodide (MPL-2.0, pyodide.org) contains CPython (PSF-2.0, python.org), SQLite (public domain) and others that it names.
"""


def _texts(folder: Path) -> list[str]:
    found = [
        file
        for file in folder.iterdir()
        if file.is_file() and file.name.lower().startswith(("licen", "copying", "notice"))
    ]
    return [file.read_text(encoding="utf-8", errors="replace").strip() for file in sorted(found)]


def collected(root: Path) -> str:
    """Name, version, licence and licence text of each."""
    parts = [_HEAD, *((root / name).read_text(encoding="utf-8") for name in ("LICENSE",))]
    web = root / "web"
    for name in sorted(json.loads((web / "package.json").read_text(encoding="utf-8"))["dependencies"]):
        folder = web / "node_modules" / name
        about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        parts.append(f"{name} {about['version']} ({about.get('license', 'licence: see its project')})")
        parts += _texts(folder)
    for name in closure(SHIPPED):
        of = distribution(name)
        kind = of.metadata.get("License-Expression") or of.metadata.get("License") or "licence below"
        parts.append(f"{of.metadata['Name']} {of.version} ({kind.splitlines()[0]})")
        for file in of.files or []:
            if ".dist-info/" in file.as_posix() and file.name.lower().startswith(("licen", "copying", "notice")):
                parts.append(Path(file.locate()).read_text(encoding="utf-8", errors="replace").strip())
    return f"\n\n{'-' * 80}\n\n".join(part.strip() for part in parts) + "\n"
