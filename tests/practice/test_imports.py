"""The practice package stands on the standard library and on core, and on nothing that waits."""

import ast
import sys
from pathlib import Path

import inglenook.practice

PACKAGE = Path(inglenook.practice.__file__).parent
FORBIDDEN = {"js", "pyodide", "pyodide_js", "asyncio", "time", "random", "threading", "socket"}


def imported() -> set[str]:
    found: set[str] = set()
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                found.add(node.module or "")
    return found


def test_only_the_standard_library_and_core_are_imported():
    ours = {name for name in imported() if name.split(".")[0] == "inglenook"}
    assert ours == {"inglenook.core.errors", "inglenook.core.nesting"}
    assert {name.split(".")[0] for name in imported() - ours} <= sys.stdlib_module_names


def test_nothing_that_waits_or_draws_lots_is_imported():
    assert not {name.split(".")[0] for name in imported()} & FORBIDDEN
