"""Transferring: the main worker's side of imports and exports, whose work is done in the second worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inglenook.app.effects import CancelJob, CommitImport, StartExport, StartImport
from inglenook.app.messages import Exported, Imported, PreviewReady, TransferFailed, TransferProgress
from inglenook.app.state import Preview, PreviewRow, Problem
from inglenook.core.errors import InglenookError
from inglenook.ports import Clock, Jobs, Keeper, Page, Tabs

OVER = ("exported", "imported", "failed")


class Transferring:
    """Performs the effects that start, continue and stop a job."""

    def __init__(
        self, jobs: Jobs, keeper: Keeper, page: Page, tabs: Tabs, clock: Clock, dispatch: Callable[[Any], None]
    ) -> None:
        self._jobs = jobs
        self._keeper = keeper
        self._page = page
        self._tabs = tabs
        self._clock = clock
        self._dispatch = dispatch
        self._storing = False

    def performers(self) -> dict[type, Callable]:
        return {
            StartExport: self.export,
            StartImport: self.read,
            CommitImport: self.commit,
            CancelJob: self.cancel,
        }

    def export(self, effect: StartExport) -> None:
        request = {"job": "export", "ids": list(effect.ids), "format": effect.format, "now_ms": self._clock.now_ms()}
        self._jobs.start(request, [], self._heard)

    def read(self, effect: StartImport) -> None:
        files = [f for f in effect.files if isinstance(f, dict) and isinstance(f.get("handle"), str)]
        names = [str(f.get("path") or f.get("name") or "file")[:200] for f in files]
        self._jobs.start({"job": "import", "names": names}, [f["handle"] for f in files], self._heard)

    def commit(self, effect: CommitImport) -> None:
        self._storing = True
        self._jobs.tell({"job": "commit"})

    async def cancel(self, effect: CancelJob) -> None:
        """End the second worker. The browser undoes a transaction under way; stray attachments go here."""
        self._jobs.cancel()
        if self._storing:
            self._storing = False
            await self._keeper.sweep()

    def _heard(self, report: dict[str, Any]) -> None:
        kind = report.get("kind", "failed")
        if kind in OVER:
            self._storing = False
            self._jobs.cancel()
        if kind == "progress":
            self._dispatch(
                TransferProgress(report["what"], report["done"], report["total"], report.get("unit", "conversations"))
            )
        elif kind == "preview":
            self._dispatch(PreviewReady(preview(report["preview"])))
        elif kind == "exported":
            self._page.post([{"op": "download", "name": report["name"], "blob": "file"}], report["blobs"])
            self._dispatch(
                Exported(
                    report["name"],
                    report["conversations"],
                    self._clock.now_ms(),
                    report["everything"],
                    problems(report["problems"]),
                )
            )
        elif kind == "imported":
            ids = tuple(report["ids"])
            self._tabs.tell(ids)
            self._dispatch(Imported(ids, report["message"], problems(report["problems"])))
        else:
            told = report.get("failed", report)
            error = InglenookError(
                told.get("message", "The work stopped."),
                advice=told.get("advice", "Nothing was changed. Try again."),
                detail=told.get("detail", ""),
            )
            self._dispatch(TransferFailed(error, problems(told.get("problems", []))))


def preview(told: dict[str, Any]) -> Preview:
    """A preview as it crossed between the workers."""
    rows = tuple(PreviewRow(**row) for row in told["rows"])
    return Preview(**{**told, "rows": rows, "problems": problems(told["problems"])})


def problems(told: list[dict[str, str]]) -> tuple[Problem, ...]:
    return tuple(Problem(**problem) for problem in told)
