"""The README's table of formats names every system that is read and every form that is written."""

from __future__ import annotations

import pytest
from inglenook.formats.registry import READERS
from inglenook.formats.writers import WRITERS

from tests.formats.golden import ROOT

TABLE = (ROOT / "README.md").read_text("utf-8").partition("## Formats")[2].partition("\n## ")[0]


@pytest.mark.parametrize("name", [reader.NAME for reader in READERS])
def test_every_system_that_is_read_has_a_row(name):
    assert f"\n| {name} |" in TABLE


@pytest.mark.parametrize("writer", WRITERS.values(), ids=list(WRITERS))
def test_every_form_that_is_written_is_named(writer):
    written = "\n".join(row.rsplit("|", 2)[-2] for row in TABLE.splitlines() if row.startswith("| "))
    rows = [row for row in TABLE.splitlines() if row.startswith(f"| {writer.label} |")]
    assert writer.label in written or any(row.rsplit("|", 2)[-2].strip() for row in rows)
