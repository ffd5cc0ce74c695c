"""Times as other systems write them."""

import doctest

import pytest
from inglenook.formats.reading import stamp


def test_the_examples_are_true():
    assert doctest.testmod(stamp).failed == 0


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Apr 19, 2026, 8:31:30 AM GMT+05:30", "2026-04-19T03:01:30Z"),
        ("November 5 2025 13:34 GMT-3", "2025-11-05T16:34:00Z"),
        ("Nov 5, 2025, 1:34:47 PM GMT", "2025-11-05T13:34:47Z"),
        ("18 Sept 2025, 12:02:52 CET", "2025-09-18T11:02:52Z"),
        ("Nov 5, 2025, 12:34:47 AM PST", "2025-11-05T08:34:47Z"),
    ],
)
def test_a_zone_is_taken_off(written, meant):
    assert stamp.ms(written) == stamp.ms(meant)
