"""Runs pytest inside Pyodide, on the repository mounted from outside."""

import ast
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

FEWER_EXAMPLES = 12
# What is compiled, opens sockets or starts processes is not to be had in a page, and no part of what ships.
NOT_HERE = {"h11", "httpx", "jsonschema", "openai", "openrouter", "playwright", "socket", "subprocess"}


class Reduced:
    """Properties were searched at length by CPython; here a few examples tell whether the two Pythons agree."""

    def pytest_configure(self) -> None:
        """Before any test module is imported."""
        every = list(HealthCheck)
        fewer = {"max_examples": FEWER_EXAMPLES, "deadline": None, "database": None, "suppress_health_check": every}
        settings.register_profile("pyodide", **fewer)
        settings.load_profile("pyodide")

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """A file that imports what is not here is left out; anything else that is missing is an error."""
        if collection_path.suffix != ".py":
            return None
        names = set()
        for node in ast.walk(ast.parse(collection_path.read_bytes())):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
        return True if names & NOT_HERE else None

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """A module that sets its own number of examples gets no more than the others."""
        for item in session.items:
            given = getattr(getattr(item, "obj", None), "_hypothesis_internal_use_settings", None)
            if given is not None and given.max_examples > FEWER_EXAMPLES:
                item.obj._hypothesis_internal_use_settings = settings(given, max_examples=FEWER_EXAMPLES)


def run(arguments: list[str]) -> int:
    """The exit code of pytest."""
    os.chdir("/project")
    sys.dont_write_bytecode = True
    quiet = ["-q", "-p", "no:cacheprovider", "--color=no", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    return int(pytest.main([*arguments, *quiet, "--durations=8"], plugins=[Reduced()]))
