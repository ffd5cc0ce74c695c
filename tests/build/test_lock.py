import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "pysrc").glob("requirements-*.txt"))
OLD_SYNTAX = [
    "build.py",
    *(
        f"pysrc/inglenook_build/{name}.py"
        for name in ("__init__", "arguments", "environment", "interpreter", "progress", "stamp")
    ),
]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_host_and_no_folder(lock):
    text = lock.read_text()
    assert not re.search(
        r"://|^\s*-|@ |file:|index|find-links", re.sub(r"--hash=sha256:\w{64}", "", text), re.MULTILINE
    )


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_of_a_lock_is_pinned_and_hashed(lock):
    entries = re.split(r"\n(?=\S)", lock.read_text().strip())
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9.-]+==[^ ]+ (; [^\\]+ )?\\\n", entry), entry[:80]
        assert "--hash=sha256:" in entry


def test_the_locks_hold_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    wanted = {
        "build": [*project["project"]["dependencies"], *groups["build"]],
        "dev": [*project["project"]["dependencies"], *groups["build"], *groups["dev"]],
        "node": groups["node"],
    }
    for name, pins in wanted.items():
        lock = (ROOT / f"pysrc/requirements-{name}.txt").read_text()
        assert [pin for pin in pins if f"{pin} " not in lock] == []


def test_the_larger_lock_agrees_with_the_smaller():
    small, large = (
        set(re.findall(r"^\S+==\S+", (ROOT / f"pysrc/requirements-{name}.txt").read_text(), re.MULTILINE))
        for name in ("build", "dev")
    )
    assert small - large == set()


@pytest.mark.parametrize("name", OLD_SYNTAX)
def test_what_runs_before_a_new_python_is_found_can_be_read_by_an_old_one(name):
    ast.parse((ROOT / name).read_text(), feature_version=(3, 8))
