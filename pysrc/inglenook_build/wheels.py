"""The wheels that the browser gets: the app's own and its dependencies', all pure Python, byte for byte repeatable.

The dependencies are packed again from what the lock installed, so nothing is downloaded and no compiled part comes
along: MarkupSafe works without its own.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pyodide_lock import InfoSpec, PackageSpec, PyodideLockSpec

from inglenook_build.progress import CannotBuild

APP = "inglenook"
SHIPPED = ("jinja2", "markdown-it-py")
BROWSER = {
    "python_version": "3.14",
    "python_full_version": "3.14.2",
    "sys_platform": "emscripten",
    "platform_system": "Emscripten",
}

_COMPILED = (".so", ".pyd", ".dylib", ".c", ".h", ".pyi")
_OWN_RECORDS = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}
# The oldest time that a zip file can hold, so that the same files make the same wheel.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def needs(of: Distribution) -> list[str]:
    """The names of what a distribution needs in the browser."""
    wanted = [Requirement(line) for line in of.requires or []]
    return sorted(
        {
            canonicalize_name(one.name)
            for one in wanted
            if not one.marker or one.marker.evaluate({**BROWSER, "extra": ""})
        }
    )


def closure(names: tuple[str, ...]) -> list[str]:
    """The given distributions and all that they need, each once."""
    found: list[str] = []
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found.append(name)
            waiting += needs(distribution(name))
    return sorted(found)


def repack(of: Distribution, folder: Path) -> Path:
    """Write an installed distribution as a pure wheel, without what a compiler made."""
    name = re.sub(r"[-_.]+", "_", canonicalize_name(of.metadata["Name"]))
    contents: dict[str, bytes] = {}
    for file in of.files or []:
        inside = file.as_posix()
        foreign = inside.startswith("../") or "__pycache__" in file.parts or file.suffix in _COMPILED
        own_record = ".dist-info/" in inside and file.name in _OWN_RECORDS
        if not foreign and not own_record:
            contents[inside] = Path(file.locate()).read_bytes()
    information = next(inside.split("/")[0] for inside in contents if inside.endswith(".dist-info/METADATA"))
    contents[f"{information}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: inglenook\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    return write_wheel(contents, information, folder / f"{name}-{of.version}-py3-none-any.whl")


def write_wheel(contents: dict[str, bytes], information: str, path: Path) -> Path:
    """Write files and their RECORD as a wheel."""
    record = io.StringIO()
    rows = csv.writer(record, lineterminator="\n")
    for inside, body in sorted(contents.items()):
        sha256 = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
        rows.writerow([inside, f"sha256={sha256}", len(body)])
    rows.writerow([f"{information}/RECORD", "", ""])
    with zipfile.ZipFile(path, "w") as wheel:
        for inside, body in [*sorted(contents.items()), (f"{information}/RECORD", record.getvalue().encode())]:
            entry = zipfile.ZipInfo(inside, _LONG_AGO)
            entry.external_attr = 0o644 << 16
            wheel.writestr(entry, body, zipfile.ZIP_DEFLATED, 9)
    return path


def app_wheel(root: Path, work: Path, folder: Path) -> Path:
    """Build the project's own wheel, from a copy: a backend leaves old modules behind in the folder it works in."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy2(root / name, work / name)
    # Nobody reads it in the page, and a word changed in it would change the wheel.
    (work / "README.md").touch()
    skipped = shutil.ignore_patterns("__pycache__")
    shutil.copytree(root / "pysrc" / APP, work / "pysrc" / APP, ignore=skipped)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--disable-pip-version-check",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
    ]
    environment = dict(os.environ, SOURCE_DATE_EPOCH="315532800")
    done = subprocess.run(
        [*command, "--wheel-dir", str(folder), str(work)], capture_output=True, text=True, env=environment
    )
    made = sorted(folder.glob(f"{APP}-*.whl"))
    if done.returncode or len(made) != 1:
        reason = next((line for line in reversed(done.stderr.splitlines()) if line.strip()), "no wheel came out")
        raise CannotBuild(f"The wheel of Inglenook could not be built: {reason.strip()}")
    return made[0]


def lock(pyodide: Path, wheels: list[Path], depends: dict[str, list[str]], path: Path) -> None:
    """Write the list by which Pyodide loads these wheels and no others, with their hashes."""
    full = PyodideLockSpec.from_json(pyodide / "pyodide-lock.json")
    packages = {}
    for wheel in wheels:
        name = canonicalize_name(wheel.name.split("-")[0])
        packages[name] = PackageSpec(
            name=name,
            version=wheel.name.split("-")[1],
            file_name=wheel.name,
            install_dir="site",
            package_type="package",
            sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
            imports=imports_of(wheel),
            depends=depends[name],
        )
    info = InfoSpec(**{key: getattr(full.info, key) for key in ("platform", "python", "arch", "abi_version")})
    PyodideLockSpec(info=info, packages=packages).to_json(path)


def imports_of(wheel: Path) -> list[str]:
    """The names under which a wheel's modules are imported."""
    with zipfile.ZipFile(wheel) as archive:
        tops = {inside.split("/")[0] for inside in archive.namelist() if inside.endswith(".py")}
    return sorted(top.removesuffix(".py") for top in tops)


def build(root: Path, work: Path, folder: Path) -> None:
    """Fill a folder with every wheel and the lock."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    depends = {APP: sorted(SHIPPED)}
    made = [app_wheel(root, work, folder)]
    for name in closure(SHIPPED):
        made.append(repack(distribution(name), folder))
        depends[name] = needs(distribution(name))
    lock(root / "web/node_modules/pyodide", made, depends, folder / "pyodide-lock.json")
