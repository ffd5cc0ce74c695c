"""Every check, in the order in which they are run: what is quick to say no comes first."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path

from inglenook_build import browser, node, site, wheels
from inglenook_build.arguments import STAGES
from inglenook_build.progress import CannotBuild, say
from inglenook_build.stamp import Stamp, digest

PURE = ("core", "formats", "practice", "app", "ui")
ELSEWHERE = ("browser", "pyodide")
IN_PYODIDE = ("pytest", "hypothesis", *wheels.SHIPPED)
# It has a compiled part, made for Pyodide by its own project.
COMPILED = "hypothesis"
NO_TESTS = 5


class Checks:
    """What was asked for, and how to run each stage of it."""

    def __init__(self, root: Path, chosen: argparse.Namespace) -> None:
        self.root = root
        self.paths = [one for one in chosen.only if one not in STAGES]
        self.named = [one for one in chosen.only if one in STAGES]
        self.selection = [*(["-k", chosen.keyword] if chosen.keyword else []), *chosen.extra]
        missing = [one for one in self.paths if not (root / one.partition("::")[0]).exists()]
        if missing:
            raise CannotBuild(f"{missing[0]!r} is neither a stage ({', '.join(STAGES)}) nor a test here.")

    def stages(self) -> list[str]:
        """The stages to run."""
        if self.paths:
            browsers = [path for path in self.paths if self._is_browser(path)]
            kinds = [
                name for name, some in (("unit", len(browsers) < len(self.paths)), ("browser", bool(browsers))) if some
            ]
            return [stage for stage in STAGES if stage in {*self.named, *kinds}]
        if self.named:
            return [stage for stage in STAGES if stage in self.named]
        return ["unit", "browser"] if self.selection else list(STAGES)

    def lint(self) -> bool:
        own = Path(sys.executable).parent
        ruff = self._run([sys.executable, "-m", "ruff", "check", "."])
        return self._run([str(own / "lint-imports")], PYTHONPATH="pysrc") and ruff

    def types(self) -> bool:
        return self._npm("check")

    def page(self) -> bool:
        if not list((self.root / "web/tests").glob("*.test.mjs")):
            say("web/tests has no tests yet")
            return True
        return self._npm("test")

    def unit(self) -> bool:
        default = [
            f"tests/{folder.name}" for folder in sorted((self.root / "tests").iterdir()) if self._is_unit(folder)
        ]
        paths = [path for path in self.paths if not self._is_browser(path)]
        return self._pytest([*(paths or default), "-n", "auto", "--dist", "loadfile", "--timeout", "300"])

    def pyodide(self) -> bool:
        run = node.install(self.root)
        folder = self._wheels_for_pyodide()
        settings = {
            "pyodide": str(self.root / "web/node_modules/pyodide"),
            "wheels": [str(file) for file in sorted(folder.glob("*.whl"))],
            "root": str(self.root),
            "arguments": [
                *(f"tests/{name}" for name in PURE if list((self.root / "tests" / name).glob("test_*.py"))),
                *self.selection,
            ],
        }
        path = self.root / "build/pyodide-tests.settings.json"
        path.write_text(json.dumps(settings), encoding="utf-8")
        return self._run([run, str(self.root / "tests/pyodide/run.mjs"), str(path)])

    def browser(self) -> bool:
        paths = [path for path in self.paths if self._is_browser(path)] or ["tests/browser"]
        if not list((self.root / "tests/browser").rglob("test_*.py")):
            say("tests/browser has no tests yet")
            return True
        site.build(self.root)
        found = browser.ensure()
        say(f"The browser is {found.executable or 'the one of Playwright'}")
        # Two at a time: a test waits for the browser more than it works.
        if self._pytest([*paths, "-n", "2", "--timeout", "180"]):
            return True
        # Two browsers on two cores can starve each other past a test's patience. A fault mostly fails alone, too.
        say("Trying the browser tests that failed once more, alone")
        record = self.root / ".pytest_cache/v/cache/lastfailed"
        failed = sorted(json.loads(record.read_text(encoding="utf-8"))) if record.is_file() else []
        passed = self._pytest([*paths, "--timeout", "300", "--last-failed", "--last-failed-no-failures", "none"])
        if passed:
            say("These failed at first. Whatever passes only alone may be a race of ours; look at each:")
            for name in failed:
                say(f"   {name}")
        return passed

    def _wheels_for_pyodide(self) -> Path:
        folder, stamp = self.root / "build/test-wheels", Stamp(self.root / "build/test-wheels.stamp")
        lock, own = self.root / "pysrc/requirements-dev.txt", self.root / "pysrc/inglenook_build"
        wanted = digest(self.root, [lock, own / "wheels.py", own / "suites.py", self.root / "web/package-lock.json"])
        if not stamp.fits(wanted) or not folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            for name in wheels.closure(IN_PYODIDE):
                if name != COMPILED:
                    wheels.repack(distribution(name), folder)
            self._download(lock, folder)
            stamp.write(wanted)
        return folder

    def _download(self, lock: Path, folder: Path) -> None:
        entry = re.search(rf"^{COMPILED}==(?:.*\\\n)*.*$", lock.read_text(encoding="utf-8"), re.MULTILINE)
        if entry is None:
            raise CannotBuild(f"{lock.name} does not name {COMPILED}.")
        only = folder.with_suffix(".txt")
        only.write_text(entry[0], encoding="utf-8")
        pyodide = json.loads((self.root / "web/node_modules/pyodide/pyodide-lock.json").read_text(encoding="utf-8"))[
            "info"
        ]
        platform = f"pyemscripten_{pyodide['abi_version']}_{pyodide['arch']}"
        python = ".".join(pyodide["python"].split(".")[:2])
        command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-input", "--no-deps"]
        command += ["--only-binary", ":all:", "--platform", platform, "--python-version", python]
        command += ["--require-hashes", "-r", str(only), "-d", str(folder)]
        if subprocess.run(command, capture_output=True).returncode:
            raise CannotBuild(
                f"{COMPILED} for {platform} could not be downloaded; check the network, then run this again."
            )

    def _npm(self, script: str) -> bool:
        run = node.install(self.root)
        _, npm = node.find(self.root / ".venv")
        return self._run([*npm, "run", "--silent", script], cwd=self.root / "web", env=node.environment(run))

    def _pytest(self, arguments: list[str]) -> bool:
        return self._run(
            [sys.executable, "-m", "pytest", "-p", "inglenook_build.patience", *arguments, *self.selection],
            allow=NO_TESTS if self.selection else 0,
        )

    def _run(
        self,
        command: list[str],
        allow: int = 0,
        cwd: Path | None = None,
        env: dict[str, str] | None = None,
        **more: str,
    ) -> bool:
        code = subprocess.call(command, cwd=cwd or self.root, env={**(env or os.environ), **more})
        return code in (0, allow)

    def _is_unit(self, folder: Path) -> bool:
        return folder.name not in ELSEWHERE and bool(list(folder.rglob("test_*.py")))

    def _is_browser(self, path: str) -> bool:
        return (self.root / "tests/browser") in [
            (self.root / path.partition("::")[0]),
            *(self.root / path.partition("::")[0]).parents,
        ]


def run(root: Path, chosen: argparse.Namespace) -> int:
    """Run the stages that were asked for, all of them even if one fails, and sum up."""
    checks = Checks(root, chosen)
    lines = []
    failed = False
    for stage in checks.stages():
        check: Callable[[], bool] = getattr(checks, stage)
        say(f"== {stage}")
        began = time.monotonic()
        try:
            good = check()
        except CannotBuild as problem:
            say(str(problem), error=True)
            good = False
        failed = failed or not good
        lines.append(f"   {stage:<8} {'passed' if good else 'FAILED':<7} {time.monotonic() - began:6.1f} s")
    say("Summary\n" + "\n".join(lines))
    return 1 if failed else 0
