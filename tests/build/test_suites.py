from pathlib import Path

import pytest
from inglenook_build.arguments import STAGES, parse
from inglenook_build.progress import CannotBuild
from inglenook_build.suites import Checks

ROOT = Path(__file__).parents[2]


def stages(*words):
    return Checks(ROOT, parse(["test", *words])).stages()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], list(STAGES)),
        (["browser", "lint"], ["lint", "browser"]),
        (["tests/core"], ["unit"]),
        (["tests/core", "tests/browser/test_service_worker.py::test_x"], ["unit", "browser"]),
        (["tests/browser"], ["browser"]),
        (["-k", "merge"], ["unit", "browser"]),
        (["pyodide", "-k", "merge"], ["pyodide"]),
    ],
)
def test_what_is_named_decides_which_stages_run_and_their_order_stays(words, expected):
    assert stages(*words) == expected


def test_a_word_that_is_neither_a_stage_nor_a_test_is_said():
    with pytest.raises(CannotBuild, match="'browsers' is neither a stage"):
        stages("browsers")


def test_every_stage_can_be_run():
    assert all(callable(getattr(Checks, stage)) for stage in STAGES)
