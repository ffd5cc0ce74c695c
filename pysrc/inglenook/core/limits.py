"""How restrictions on what may happen to a prompt join.

A `Limits` holds restrictions and nothing else, so a room's joined to its
connection's is never wider than either: that a room can only tighten needs no
check anywhere else.
"""

from __future__ import annotations

from typing import Final

from inglenook.core.model import Limits

NONE: Final = Limits()
# What a new connection begins with: who neither trains on prompts nor keeps them, and is known for it.
CAREFUL: Final = Limits(deny_paid_training=True, deny_free_training=True, deny_retention=True)


def join(a: Limits, b: Limits) -> Limits:
    """What both forbid. The order does not matter, and joining again changes nothing.

    >>> join(Limits(max_retention_days=30), Limits(max_retention_days=7)).max_retention_days
    7
    """
    if b == NONE:
        return a
    return Limits(
        deny_paid_training=a.deny_paid_training or b.deny_paid_training,
        deny_free_training=a.deny_free_training or b.deny_free_training,
        deny_retention=a.deny_retention or b.deny_retention,
        max_retention_days=_least(a.max_retention_days, b.max_retention_days),
        zero_retention=a.zero_retention or b.zero_retention,
        only=_both(a.only, b.only),
        never=tuple(sorted({*a.never, *b.never})),
        max_prompt_usd=_least(a.max_prompt_usd, b.max_prompt_usd),
        max_completion_usd=_least(a.max_completion_usd, b.max_completion_usd),
        regions=tuple(sorted({*a.regions, *b.regions})),
    )


def _least[N: (int, float)](a: N | None, b: N | None) -> N | None:
    return b if a is None else a if b is None else min(a, b)


def _both(a: tuple[str, ...] | None, b: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """What both lists cover: a bare provider covers its variants (`deepinfra` covers `deepinfra/turbo`)."""
    if a is None or b is None:
        only = b if a is None else a
        return None if only is None else tuple(sorted(set(only)))
    return tuple(sorted({slug for one, other in ((a, b), (b, a)) for slug in one if covers(other, slug)}))


def covers(slugs: tuple[str, ...], tag: str) -> bool:
    """Whether a list names an endpoint: by its tag, or by its provider's bare slug.

    >>> covers(("deepinfra",), "deepinfra/turbo"), covers(("deepinfra/turbo",), "deepinfra")
    (True, False)
    """
    return tag in slugs or tag.partition("/")[0] in slugs
