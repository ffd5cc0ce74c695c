"""Puts the floor pages into one folder: the static ones, those bundled with markdown-it, and a bare Pyodide."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

PAGES = Path(__file__).parent / "floors"
WEB = Path(__file__).parents[2] / "web"
BUNDLED = ("minichat.js", "thread.js")
PYTHON = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")


def build(folder: Path) -> None:
    """Fill a folder with the floor pages. CalledProcessError if esbuild refuses one."""
    for page in PAGES.iterdir():
        if page.name not in BUNDLED:
            shutil.copy(page, folder)
    bundle([PAGES / name for name in BUNDLED], folder / "built")
    (folder / "python").mkdir()
    for name in PYTHON:
        shutil.copy(WEB / "node_modules" / "pyodide" / name, folder / "python")


def bundle(entries: list[Path], out: Path, *options: str) -> None:
    """Bundle and minify modules with the page's own bundler; packages come from web/node_modules."""
    esbuild = WEB / "node_modules" / "esbuild" / "bin" / "esbuild"
    command = [str(esbuild), *map(str, entries), "--bundle", "--minify", "--format=esm", f"--outdir={out}"]
    environment = os.environ | {"NODE_PATH": str(WEB / "node_modules")}
    subprocess.run([*command, "--log-level=error", *options], check=True, env=environment, cwd=WEB)
