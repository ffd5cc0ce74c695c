"""Other tabs of the same room. This file never learns what they do with what they hear."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any


class HostTabs:
    """Tabs over BroadcastChannel and Web Locks."""

    def __init__(self, js_host: Any) -> None:
        self._js_tabs = js_host.tabs

    def tell(self, conversation_ids: tuple[str, ...]) -> None:
        self._js_tabs.tell(json.dumps(conversation_ids))

    def listen(self, heard: Callable[[tuple[str, ...]], None]) -> None:
        self._js_tabs.listen(lambda text: heard(ids_in(text)))

    def hold(self, name: str) -> Callable[[], None]:
        self._js_tabs.hold(name)
        return lambda: self._js_tabs.release(name)

    async def held(self) -> set[str]:
        return set(json.loads(await self._js_tabs.held()))


def ids_in(text: str) -> tuple[str, ...]:
    """The ids in what another tab said; it may run another version, so it is not believed."""
    ids = json.loads(text)
    return tuple(id for id in ids if isinstance(id, str)) if isinstance(ids, list) else ()
