"""One message of ours, as the nodes of a ChatGPT conversation fill it.

This file knows what has to be remembered while nodes are put together. It
never learns what they say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from inglenook.core.model import Citation, Json, Part, Role


@dataclass(slots=True)
class Turn:
    """Nodes that are one message. `above` is another one, None above the roots.

    `call` is the id of the last call, `thought` the place of the last reasoning among the parts, `given` holds the
    places of files by their ids. Sources come behind the parts: those that the answer cites, then those that it
    `found`, by their addresses; `named` holds them by the names that marks have for them. None: there are none.
    """

    id: str
    above: Turn | None
    role: Role
    created: Any
    parts: list[Part] = field(default_factory=list)
    updated_ms: int = 0
    model: str = ""
    served: str = ""
    name: str = ""
    status: str = ""
    finish: str = ""
    hidden: bool = False
    rating: Json | None = None
    rest: Json | None = None
    call: str = ""
    thought: int = -1
    given: dict[str, int] | None = None
    cited: dict[str, Citation] | None = None
    found: dict[str, Citation] | None = None
    named: dict[str, Citation] | None = None

    def keep(self, members: Json) -> None:
        """Keep members that have no place of their own; what another node said differently stands in `more`."""
        if self.rest is None:
            self.rest = {}
        other = {}
        for name, value in members.items():
            if self.rest.setdefault(name, value) != value:
                other[name] = value
        if other:
            self.rest.setdefault("more", []).append(other)
