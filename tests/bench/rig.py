"""What every measurement is given: the two sites, the browser, and profiles that were prepared once.

This file knows how a visitor of ours comes to be (first visit, stored
conversations, a kept view). It never learns what is measured afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from tests.bench import sample
from tests.bench.browse import READY, USABLE, Chromium, when
from tests.bench.site import Body, Site


@dataclass(slots=True)
class Rig:
    chromium: Chromium
    ours: Site
    floor: Site
    scratch: Path
    runs: int = 5
    conversations: int = 1000
    say: Callable[[str], None] = print
    _profiles: dict[str, Path] = field(default_factory=dict)

    def folder(self, name: str) -> Path:
        """A new and empty folder."""
        number = sum(1 for _ in self.scratch.iterdir())
        made = self.scratch / f"{number}-{name}"
        made.mkdir()
        return made

    def returning(self, stored: int) -> Path:
        """The profile of someone who was here before and left with so many conversations, the newest one open."""
        name = f"returning-{stored}"
        if name not in self._profiles:
            self.say(f"  preparing a visitor with {stored} conversations")
            self._profiles[name] = self._visited(name, stored)
        return self._profiles[name]

    def _visited(self, name: str, stored: int) -> Path:
        profile = self.folder(name)
        with self.chromium.visit(profile, READY + USABLE) as page:
            arrive(page, self.ours.address)
            if stored:
                rows = [row for made in sample.conversations(stored) for row in sample.records(made)]
                self.fill(page, rows)
                page.goto("about:blank")
                page.goto(self.room(stored - 1))
                when(page, "ready")
                page.get_by_text(sample.last_words(stored - 1)).wait_for()
                page.evaluate("(words) => bench.viewKept(words)", sample.last_words(stored - 1))
        return profile

    def room(self, n: int) -> str:
        """The address of the `n`th conversation."""
        return f"{self.ours.address}#/c/{sample.conversation_id(n)}"

    def fill(self, page: Page, rows: list[sample.Record]) -> None:
        """Put records into the database of the open page, straight into IndexedDB."""
        self.offer(self.ours, "/bench-records.json", rows)
        page.evaluate("(address) => bench.fill(address)", "/bench-records.json")
        del self.ours.added["/bench-records.json"]

    def offer(self, site: Site, path: str, value: object) -> None:
        """Let a site serve a JSON value."""
        self.offer_bytes(site, path, json.dumps(value).encode())

    def offer_bytes(self, site: Site, path: str, data: bytes) -> None:
        """Let a site serve JSON as it is."""
        site.added[path] = Body.of(data, ".json", pack=False)


def arrive(page: Page, address: str) -> None:
    """A first visit, until Python is there and the service worker keeps the page."""
    page.goto(address)
    when(page, "ready")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
