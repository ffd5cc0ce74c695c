"""Transferring: the main worker's side of imports and exports, whose work is done in the second worker."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from inglenook.app.effects import (
    CancelJob,
    CommitImport,
    PrepareJob,
    SaveImportReport,
    StartExport,
    StartImport,
    StopImport,
    UndoLastImport,
)
from inglenook.app.messages import Exported, Imported, ImportUndone, PreviewReady, TransferFailed, TransferProgress
from inglenook.app.state import Preview, PreviewRow, PreviewSource, Problem
from inglenook.core.errors import InglenookError
from inglenook.ports import Clock, Jobs, Page, Tabs

REPORT = "inglenook-import.md"
# A worker that waits for a job takes as much memory as the room itself.
SPARE_MS = 60_000
OVER = ("exported", "imported", "undone", "failed")


class Transferring:
    """Performs the effects that start, continue and stop a job."""

    def __init__(self, jobs: Jobs, page: Page, tabs: Tabs, clock: Clock, dispatch: Callable[[Any], None]) -> None:
        self._jobs = jobs
        self._page = page
        self._tabs = tabs
        self._clock = clock
        self._dispatch = dispatch
        self._report: str | None = None
        self._prepared = 0

    def performers(self) -> dict[type, Callable]:
        return {
            PrepareJob: self.prepare,
            StartExport: self.export,
            StartImport: self.read,
            CommitImport: self.commit,
            StopImport: self.stop,
            UndoLastImport: self.undo,
            SaveImportReport: self.save_report,
            CancelJob: self.cancel,
        }

    def prepare(self, effect: PrepareJob) -> None:
        """Have a worker ready for a while, and for files one more beside it: they may be long."""
        self._jobs.prepare(more=effect.files and self._jobs.cores() > 1)
        self._prepared += 1
        self._clock.later(SPARE_MS, partial(self._let_go, self._prepared))

    def _let_go(self, prepared: int) -> None:
        if prepared == self._prepared:
            self._jobs.release()

    def export(self, effect: StartExport) -> None:
        request = {"job": "export", "ids": list(effect.ids), "format": effect.format, "now_ms": self._clock.now_ms()}
        self._jobs.start(request, [], self._heard)

    def read(self, effect: StartImport) -> None:
        files = [f for f in effect.files if isinstance(f, dict) and isinstance(f.get("handle"), str)]
        names = [str(f.get("path") or f.get("name") or "file")[:200] for f in files]
        request = {"job": "import", "names": names, "now_ms": self._clock.now_ms()}
        self._jobs.start(request, [f["handle"] for f in files], self._heard)

    def commit(self, effect: CommitImport) -> None:
        self._jobs.tell({"job": "commit", "all": effect.all, "but": list(effect.but)})

    def stop(self, effect: StopImport) -> None:
        self._jobs.tell({"job": "stop"})

    def undo(self, effect: UndoLastImport) -> None:
        self._jobs.start({"job": "undo"}, [], self._heard)

    def save_report(self, effect: SaveImportReport) -> None:
        if self._report is not None:
            self._page.post([{"op": "download", "name": REPORT, "blob": "file"}], {"file": self._report})
            self._report = None

    def cancel(self, effect: CancelJob) -> None:
        """End the second worker, which has stored nothing."""
        self._jobs.cancel()

    def _heard(self, report: dict[str, Any]) -> None:
        kind = report.get("kind", "failed")
        if kind in OVER:
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
            self._report = report["blobs"]["report"]
            self._tabs.tell(ids)
            self._dispatch(Imported(ids, report["message"], problems(report["problems"])))
        elif kind == "undone":
            undone = ImportUndone(*(tuple(report[name]) for name in ("removed", "restored", "kept")))
            self._tabs.tell((*undone.removed, *undone.restored))
            self._dispatch(undone)
        else:
            told = report.get("failed", report)
            error = InglenookError(
                told.get("message", "The work stopped."),
                advice=told.get("advice", "Nothing was changed. Try again."),
                detail=told.get("detail", ""),
            )
            ids = tuple(told.get("ids", ()))
            if ids:
                self._tabs.tell(ids)
            self._dispatch(TransferFailed(error, problems(told.get("problems", [])), ids))


def preview(told: dict[str, Any]) -> Preview:
    """A preview as it crossed between the workers."""
    rows = tuple(PreviewRow(*row) for row in told["rows"])
    sources = tuple(PreviewSource(**source) for source in told["sources"])
    return Preview(**{**told, "rows": rows, "sources": sources, "problems": problems(told["problems"])})


def problems(told: list[dict[str, str]]) -> tuple[Problem, ...]:
    return tuple(Problem(**problem) for problem in told)
