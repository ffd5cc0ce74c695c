"""From the sources to dist/, step by step; a step whose inputs have not changed is not done again.

dist/ is put together beside itself and takes its place only when it is whole.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from inglenook_build import library, licenses, node, wheels
from inglenook_build.alone import alone
from inglenook_build.compressed import Compressed, gzipped, sha256
from inglenook_build.filled import at_once, service_worker, start_page
from inglenook_build.progress import CannotBuild, say
from inglenook_build.stamp import Stamp, digest
from inglenook_build.wasm import with_memory

SNAPSHOT = "inglenook.snapshot"
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
COPIED = ("manifest.webmanifest", "icon.svg", "archive.schema.json")


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are."""

    root: Path

    @property
    def web(self) -> Path:
        return self.root / "web"

    @property
    def work(self) -> Path:
        return self.root / "build"

    @property
    def dist(self) -> Path:
        return self.root / "dist"

    @property
    def own(self) -> Path:
        return self.root / "pysrc/inglenook_build"

    @property
    def compressed(self) -> Compressed:
        return Compressed(self.work / "gzip")


def build(root: Path, connect: tuple[str, ...] = ()) -> Path:
    """Bring dist/ up to date and return it."""
    with alone(root / "build/lock"):
        return _build(Places(root), connect)


def _build(at: Places, connect: tuple[str, ...]) -> Path:
    root = at.root
    run = node.install(root)
    wheels_id = _wheels(at)
    python_id = _python(at, run, wheels_id)
    pieces = [at.web / name for name in ("page", "worker", "css", "index.html", "sw.js", *COPIED)]
    lock = [at.web / "package.json", at.web / "package-lock.json", at.web / "build/bundle.mjs"]
    own = [at.own / f"{name}.py" for name in ("site", "licenses", "compressed", "filled")]
    site_id = digest(root, [*pieces, *lock, *own], python_id, sorted(connect))
    stamp = Stamp(at.work / "site.stamp")
    if stamp.fits(site_id + _listing(at.dist)):
        return at.dist
    stamp.clear()
    _site(at, run, site_id[:12], connect)
    stamp.write(site_id + _listing(at.dist))
    return at.dist


def _wheels(at: Places) -> str:
    sources = [
        at.root / name for name in ("pysrc/inglenook", "pyproject.toml", "LICENSE", "pysrc/requirements-build.txt")
    ]
    wanted = digest(at.root, [*sources, at.own / "wheels.py", at.web / "package-lock.json"])
    stamp, folder = Stamp(at.work / "wheels.stamp"), at.work / "wheels"
    if not stamp.fits(wanted) or not folder.is_dir():
        say("Packing the wheels")
        stamp.clear()
        wheels.build(at.root, at.work / "wheel-sources", folder)
        stamp.write(wanted)
    return digest(at.root, [folder])


def _python(at: Places, run: str, wheels_id: str) -> str:
    scripts = [at.web / "build" / name for name in ("snapshot.mjs", "free-memory.mjs", "check-snapshot.mjs")]
    scripts.append(at.web / "worker/sparse.js")
    own = [at.own / f"{name}.py" for name in ("in_snapshot", "after_restore", "library", "wasm", "compressed")]
    wanted = digest(at.root, [*scripts, *own, at.web / "package-lock.json"], wheels_id)
    stamp, folder = Stamp(at.work / "python.stamp"), at.work / "python"
    if stamp.fits(wanted) and folder.is_dir():
        return wanted
    stamp.clear()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pyodide = at.web / "node_modules/pyodide"
    for name in PYODIDE:
        shutil.copyfile(pyodide / name, folder / name)
    for file in (at.work / "wheels").iterdir():
        shutil.copyfile(file, folder / file.name)
    say("Taking the memory snapshot")
    report_path, packed = at.work / "snapshot.json", at.work / "snapshot.packed"
    settings = {
        "pyodide": pyodide,
        "script": at.own / "in_snapshot.py",
        "snapshot": packed,
        "report": report_path,
    }
    _run_node(at, run, "snapshot.mjs", settings, wheels=[str(file) for file in sorted(folder.glob("*.whl"))])
    (folder / SNAPSHOT).write_bytes(gzipped(packed.read_bytes()))
    packed.unlink()
    report = json.loads(report_path.read_text(encoding="utf-8"))
    library.trim(folder / "python_stdlib.zip", set(report["modules"]), folder / "stdlib.zip")
    wasm = folder / "pyodide.asm.wasm"
    wasm.write_bytes(with_memory(wasm.read_bytes(), report["heap"]))
    settings = {
        "pyodide": folder,
        "snapshot": folder / SNAPSHOT,
        "library": folder / "stdlib.zip",
        "script": at.own / "after_restore.py",
    }
    _run_node(at, run, "check-snapshot.mjs", settings, size=report["raw"])
    size = _megabytes((folder / SNAPSHOT).stat().st_size)
    say(f"The snapshot holds {len(report['modules'])} modules in {size}, and restores")
    stamp.write(wanted)
    return wanted


def _site(at: Places, run: str, build_id: str, connect: tuple[str, ...]) -> None:
    stage = at.work / "stage"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    shutil.copytree(at.work / "python", stage / "python")
    sizes = {file.name: file.stat().st_size for file in (stage / "python").iterdir()}
    sizes[f"{SNAPSHOT}.raw"] = json.loads((at.work / "snapshot.json").read_text(encoding="utf-8"))["raw"]
    say("Bundling the page")
    _run_node(at, run, "bundle.mjs", {"web": at.web, "out": stage}, sizes=sizes, build=build_id)
    for name in COPIED:
        shutil.copyfile(at.web / name, stage / name)
    (stage / "licenses.txt").write_text(licenses.collected(at.root), encoding="utf-8")
    early = (stage / "early.js").read_text(encoding="utf-8")
    (stage / "early.js").unlink()
    page = start_page((at.web / "index.html").read_text(encoding="utf-8"), connect, early)
    (stage / "index.html").write_text(page, encoding="utf-8")
    hashes = {file.relative_to(stage).as_posix(): sha256(file) for file in sorted(stage.rglob("*")) if file.is_file()}
    worker = (at.web / "sw.js").read_text(encoding="utf-8")
    (stage / "sw.js").write_text(service_worker(worker, build_id, hashes), encoding="utf-8")
    _swap(stage, at.dist, at.work / "dist.old")
    compressed = at.compressed
    compressed.forget_all_but({*hashes.values(), sha256(at.dist / "sw.js")})
    first = sum(_sent(at, path, hashed) for path, hashed in hashes.items() if at_once(path))
    say(f"dist/ is ready, build {build_id}; a first visit downloads {_megabytes(first)}")


def _sent(at: Places, path: str, hashed: str) -> int:
    smaller = at.compressed.of(at.dist / path, hashed)
    return (smaller or at.dist / path).stat().st_size


def _swap(stage: Path, dist: Path, old: Path) -> None:
    shutil.rmtree(old, ignore_errors=True)
    if dist.exists():
        dist.rename(old)
    stage.rename(dist)
    shutil.rmtree(old, ignore_errors=True)


def _run_node(at: Places, run: str, script: str, paths: dict[str, Path], **more: object) -> None:
    settings = at.work / f"{Path(script).stem}.settings.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps({**{name: str(path) for name, path in paths.items()}, **more}), encoding="utf-8")
    done = subprocess.run(
        [run, str(at.web / "build" / script), str(settings)], capture_output=True, text=True, cwd=at.web
    )
    if done.returncode:
        said = "\n".join(line[:300] for line in (done.stderr or done.stdout).strip().splitlines()[-40:])
        raise CannotBuild(f"web/build/{script} failed:\n{said}")


def _listing(folder: Path) -> str:
    """A hash of what is there by name, size and time, to notice that someone changed it by hand."""
    if not folder.is_dir():
        return "-"
    files = [(file.relative_to(folder).as_posix(), file.stat()) for file in sorted(folder.rglob("*")) if file.is_file()]
    return digest(folder, [], [(name, stat.st_size, stat.st_mtime_ns) for name, stat in files])


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.2f} MB"
