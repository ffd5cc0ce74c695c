"""The second worker: takes one request after another and reports how far it is.

Requests and reports are JSON objects; a report's `kind` is progress, preview,
exported, imported or failed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, BinaryIO

from inglenook import __version__
from inglenook.core.errors import InglenookError
from inglenook.jobs.exporting import export_archive, export_markdown
from inglenook.jobs.importing import PROBLEMS, Importer, said
from inglenook.ports import Keeper, Writers

PAUSE_S = 0.1

Post = Callable[[dict[str, Any], dict[str, Any]], None]


class JobWorker:
    """Does the jobs. `post` sends a report and blobs; `open_file` opens a given file by its handle."""

    def __init__(
        self,
        keeper: Keeper,
        writers: Writers,
        post: Post,
        open_file: Callable[[Any], BinaryIO],
        report: Callable[[BaseException], None],
    ) -> None:
        self._keeper = keeper
        self._writers = writers
        self._post = post
        self._open_file = open_file
        self._report = report
        self._importer: Importer | None = None
        self._said_s = 0.0
        self._task: asyncio.Task | None = None

    def receive(self, request: dict[str, Any]) -> None:
        work = {"export": self._export, "import": self._read, "commit": self._commit}[request["job"]]
        self._task = asyncio.ensure_future(self._guard(work(request)))

    async def _guard(self, work) -> None:
        problems = []
        try:
            await work
            return
        except InglenookError as error:
            failed = {"message": error.message, "advice": error.advice, "detail": error.detail}
            problems = [asdict(p) for p in (self._importer.problems if self._importer else [])][:PROBLEMS]
        except Exception as error:  # noqa: BLE001 - said to the user and to the console
            self._report(error)
            failed = {
                "message": "Something in Inglenook itself went wrong.",
                "detail": f"{type(error).__name__}: {error}",
            }
        self._post({"kind": "failed", **failed, "problems": problems}, {})

    async def _export(self, request: dict[str, Any]) -> None:
        ids = tuple(request["ids"])
        out = self._writers.create()

        def progress(done: int, total: int) -> None:
            self._progress("Exporting", done, total)

        problems: list[dict[str, str]] = []
        if request["format"] == "markdown":
            count, name = await export_markdown(self._keeper, ids, out, progress)
            media_type = "text/markdown" if name.endswith(".md") else "application/zip"
        else:
            count, left_out = await export_archive(self._keeper, ids, out, request["now_ms"], __version__, progress)
            problems = [{"where": p.member, "why": said(p)} for p in left_out[:PROBLEMS]]
            day = time.strftime("%Y-%m-%d", time.gmtime(request["now_ms"] / 1000))
            name, media_type = f"inglenook-{day}.zip", "application/zip"
        told = {"kind": "exported", "name": name, "conversations": count, "everything": not ids, "problems": problems}
        self._post(told, {"file": self._writers.finish(out, media_type)})

    async def _read(self, request: dict[str, Any]) -> None:
        self._importer = Importer(self._keeper, self._progress)
        files = [
            (name, self._open_file(f["handle"])) for name, f in zip(request["names"], request["files"], strict=True)
        ]
        self._post({"kind": "preview", "preview": asdict(await self._importer.read(files))}, {})

    async def _commit(self, request: dict[str, Any]) -> None:
        if self._importer is None:
            raise InglenookError("There is nothing to import.", advice="Choose the files again.")
        ids = await self._importer.commit()
        count = len(ids)
        message = (
            f"Imported {count} conversation{'' if count == 1 else 's'}." if ids else "Everything was here already."
        )
        told = [asdict(p) for p in self._importer.problems[:PROBLEMS]]
        self._post({"kind": "imported", "ids": list(ids), "message": message, "problems": told}, {})

    def _progress(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._said_s >= PAUSE_S or done == total:
            self._said_s = now
            self._post({"kind": "progress", "what": what, "done": done, "total": total}, {})
