"""The second worker: takes one request after another and reports how far it is.

Requests and reports are JSON objects; a request's `job` is one of JOBS, a
report's `kind` is progress, preview, exported, imported, undone or failed; or
for the job "latter", which the second worker asks of a third, as `latter.py` says.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import Any, BinaryIO

from inglenook import __version__
from inglenook.app.state import PreviewRow
from inglenook.core.errors import InglenookError
from inglenook.core.quick import members_of
from inglenook.formats.reading.containers import Given
from inglenook.formats.reading.found import Opener
from inglenook.jobs import practising
from inglenook.jobs.exporting import export
from inglenook.jobs.importing import PROBLEMS, Importer
from inglenook.jobs.latter import Latter
from inglenook.jobs.rows import Outcome, counted
from inglenook.jobs.sharing import LEAST_GIVEN, LatterHalf
from inglenook.ports import Jobs, Keeper, Writers

# To draw how far it is takes a part of a processor, and two workers need them.
PAUSE_S = 0.2

Post = Callable[[dict[str, Any], dict[str, Any]], None]


class JobWorker:
    """
    Does the jobs. `post` sends a report and blobs; `open_file` opens a given file by its handle.

    `jobs` starts one more worker, for what is long.
    """

    def __init__(
        self,
        keeper: Keeper,
        writers: Writers,
        post: Post,
        open_file: Callable[[Any], BinaryIO],
        report: Callable[[BaseException], None],
        jobs: Jobs,
    ) -> None:
        self._keeper = keeper
        self._writers = writers
        self._post = post
        self._open_file = open_file
        self._report = report
        self._jobs = jobs
        self._importer: Importer | None = None
        self._said_s = 0.0
        self._task: asyncio.Task | None = None
        self._practice: asyncio.Task | None = None

    def waits(self) -> None:
        """Nothing was asked yet: get used to reading meanwhile."""
        if self._task is None:
            self._practice = asyncio.ensure_future(self._practise())

    async def _practise(self) -> None:
        for _ in practising.turns(self._writers, self._open_file):
            if self._task is not None:
                return
            await asyncio.sleep(0)

    def receive(self, request: dict[str, Any]) -> None:
        if request["job"] == "stop":
            # The batch at hand is finished first: the store never has half a conversation.
            if self._importer is not None:
                self._importer.stop()
            return
        jobs = {
            "export": self._export,
            "import": self._read,
            "latter": self._latter,
            "commit": self._commit,
            "undo": self._undo,
        }
        if request["job"] != "import":
            self._jobs.release()
        self._task = asyncio.ensure_future(self._guard(jobs[request["job"]](request)))

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
        ids = self._importer.outcome.ids if self._importer else []
        self._post({"kind": "failed", **failed, "problems": problems, "ids": ids}, {})

    async def _export(self, request: dict[str, Any]) -> None:
        ids = tuple(request["ids"])
        out = self._writers.create()
        said = partial(self._progress, "Exporting")
        made = await export(self._keeper, ids, request["format"], out, request["now_ms"], __version__, said)
        told = {
            "kind": "exported",
            "name": made.name,
            "conversations": made.conversations,
            "everything": not ids and made.lossless,
            "problems": [{"where": where, "why": why} for where, why in made.problems[:PROBLEMS]],
        }
        self._post(told, {"file": self._writers.finish(out, made.media_type)})

    async def _read(self, request: dict[str, Any]) -> None:
        given = self._given(request)
        latter = None
        if self._jobs.cores() > 1 and sum(one.size for one in given) >= LEAST_GIVEN:
            latter = LatterHalf(self._jobs, request, request["files"])
        else:
            self._jobs.release()
        self._importer = Importer(
            self._keeper, self._writers, self._open_file, self._spool, self._progress, request["now_ms"], latter
        )
        preview = await self._importer.read(given)
        told = {**asdict(replace(preview, rows=())), "rows": list(map(members_of(PreviewRow), preview.rows))}
        self._post({"kind": "preview", "preview": told}, {})
        await self._importer.prepare()

    async def _latter(self, request: dict[str, Any]) -> None:
        latter = Latter(
            self._keeper, self._writers, self._open_file, self._spool, self._post, request["now_ms"]
        )
        await latter.read(self._given(request))

    def _given(self, request: dict[str, Any]) -> list[Given]:
        return [
            Given(name, partial(self._open_file, file["handle"]), file.get("size", 0))
            for name, file in zip(request["names"], request["files"], strict=True)
        ]

    def _spool(self, source: BinaryIO) -> Opener:
        """A copy of a file that can be read from anywhere, kept outside of this program's memory."""
        out = self._writers.create()
        shutil.copyfileobj(source, out, 1 << 20)
        return partial(self._open_file, self._writers.finish(out, "application/octet-stream"))

    async def _commit(self, request: dict[str, Any]) -> None:
        if self._importer is None:
            raise InglenookError("There is nothing to import.", advice="Choose the files again.")
        everything, named = bool(request.get("all", True)), set(request.get("but", ()))
        outcome = await self._importer.commit(lambda id: (id in named) != everything)
        out = self._writers.create()
        out.write(self._importer.report(outcome).encode())
        told = [asdict(p) for p in self._importer.problems[:PROBLEMS]]
        report = {"kind": "imported", "ids": outcome.ids, "message": _said(outcome), "problems": told}
        self._post({**report, "stopped": outcome.stopped}, {"report": self._writers.finish(out, "text/markdown")})

    async def _undo(self, request: dict[str, Any]) -> None:
        self._post({"kind": "undone", **asdict(await self._keeper.undo_import())}, {})

    def _progress(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._said_s >= PAUSE_S or done == total:
            self._said_s = now
            unit = "bytes" if what.startswith("Reading") else "conversations"
            self._post({"kind": "progress", "what": what, "done": done, "total": total, "unit": unit}, {})


def _said(outcome: Outcome) -> str:
    count = len(outcome.ids)
    if not count:
        return "Stopped before anything was stored." if outcome.stopped else "Everything was here already."
    words = f"Imported {counted(count, 'conversation')}"
    if outcome.joined:
        words += f", {outcome.joined:,} of them joined with what was here"
    if outcome.stopped:
        return f"{words}, then stopped. Import the same files again to go on."
    return f"{words}."
