"""Regions by the countries of a provider's data centres (ISO 3166-1).

A preference, not a promise: an ordinary key cannot choose where a provider
computes, only providers all of whose known data centres lie in a region.
"""

from __future__ import annotations

from typing import Final

_EU: Final = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
REGIONS: Final[dict[str, frozenset[str]]] = {"EU": frozenset(_EU.split()), "US": frozenset(("US",))}
NAMES: Final[dict[str, str]] = {"EU": "the European Union", "US": "the United States"}


def lies_in(region: str, datacenters: tuple[str, ...]) -> bool:
    """Whether all known data centres lie in the region; a region or a place that nobody knows does not.

    >>> lies_in("EU", ("DE", "FR")), lies_in("EU", ("US", "IE")), lies_in("EU", ())
    (True, False, False)
    """
    return bool(datacenters) and REGIONS.get(region, frozenset()).issuperset(datacenters)
