"""A long import is read by two workers, and nothing of it tells that it was."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from inglenook.formats.reading.containers import Given
from inglenook.formats.sources import Source, sources
from inglenook.jobs import sharing
from inglenook.jobs.sharing import halfway
from inglenook.jobs.worker import JobWorker

from tests.jobs.keep import NOW_MS, Desk, chat, chats, packed, talk


@pytest.fixture(autouse=True)
def anything_is_long(monkeypatch):
    for name in ("LEAST", "HEAD_START"):
        monkeypatch.setattr(sharing, name, 0)
    monkeypatch.setattr("inglenook.jobs.worker.LEAST_GIVEN", 0)


Spoil = Callable[[dict[str, Any]], dict[str, Any] | None]


def same(told: dict[str, Any]) -> dict[str, Any]:
    return told


class NearJobs:
    """Jobs in this process. `spoil` may change a report, or answer None: it never comes."""

    def __init__(self, desk: Desk, spoil: Spoil | None) -> None:
        self.desk = desk
        self.spoil = spoil or same
        self.alone = spoil is None
        self.told: list[str] = []
        self.started = 0
        self._heard: Callable[[dict[str, Any]], None] | None = None

    def start(self, request, files, heard) -> None:
        self.started += 1
        self._heard = heard
        request = {**json.loads(json.dumps(request)), "files": files}
        worker_of(self.desk, self._post, NearJobs(self.desk, None)).receive(request)

    def _post(self, report: dict[str, Any], blobs: dict[str, Any]) -> None:
        told = self.spoil({**json.loads(json.dumps(report)), **({"blobs": blobs} if blobs else {})})
        if told is not None and self._heard is not None:
            self.told.append(told["kind"])
            asyncio.get_running_loop().call_soon(self._heard, told)

    def cancel(self) -> None:
        self._heard = None

    def tell(self, request) -> None: ...

    def cores(self) -> int:
        return 1 if self.alone else 2

    def prepare(self, *, more=False) -> None: ...

    def release(self) -> None: ...


def worker_of(desk: Desk, post, jobs: NearJobs) -> JobWorker:
    def report(error: BaseException) -> None:
        raise error

    return JobWorker(desk.keeper, desk.files, post, desk.files.open, report, jobs)


class Worked:
    """What a whole import by a worker reported and stored."""

    def __init__(self) -> None:
        self.reports: list[dict[str, Any]] = []
        self.stored: dict[str, Any] = {}
        self.text = ""

    def last(self, kind: str) -> dict[str, Any]:
        return [report for report in self.reports if report["kind"] == kind][-1]

    @property
    def seen(self) -> dict[str, Any]:
        """All that a user could tell one import from another by."""
        imported = self.last("imported")
        return {
            "preview": self.last("preview")["preview"],
            "ids": sorted(imported["ids"]),
            "message": imported["message"],
            "problems": imported["problems"],
            "stored": self.stored,
            "report": sorted(self.text.splitlines()),
        }


async def bring(
    files: dict[str, bytes], spoil: Spoil | None = None, before: dict[str, bytes] | None = None
) -> tuple[Worked, NearJobs]:
    """Import all of it by a worker that has another one beside it if `spoil` is given."""
    desk = Desk()
    if before:
        await desk.bring(before)
    jobs = NearJobs(desk, spoil)
    worked = Worked()
    arrived = asyncio.Event()

    def post(report, blobs):
        worked.reports.append({**report, "blobs": blobs})
        arrived.set()

    async def until(kind: str) -> None:
        while not any(report["kind"] == kind for report in worked.reports):
            assert not any(report["kind"] == "failed" for report in worked.reports), worked.reports
            arrived.clear()
            await asyncio.wait_for(arrived.wait(), 30)

    worker = worker_of(desk, post, jobs)
    handles = [desk.files.finish(io.BytesIO(data), "") for data in files.values()]
    given = [{"handle": h, "size": len(data)} for h, data in zip(handles, files.values(), strict=True)]
    worker.receive({"job": "import", "names": list(files), "files": given, "now_ms": NOW_MS})
    await until("preview")
    worker.receive({"job": "commit"})
    await until("imported")
    worked.text = desk.files.open(worked.last("imported")["blobs"]["report"]).read().decode()
    for id in await desk.keeper.ids():
        worked.stored[id] = (await desk.keeper.load_thread(id))[0]
    return worked, jobs


def compared(files: dict[str, bytes], spoil=same, before=None) -> NearJobs:
    """Import alone and shared; both must come to the same."""
    alone, _ = asyncio.run(bring(files, None, before))
    shared, jobs = asyncio.run(bring(files, spoil, before))
    assert shared.seen == alone.seen
    assert jobs.started == 1
    return jobs


MANY = chats(*[3] * 300)


def test_a_list_read_by_two_is_as_read_by_one():
    jobs = compared({"conversations.json": MANY})
    assert jobs.told[0] == "begun"
    assert jobs.told[-1] == "over"
    assert "ready" in jobs.told


def test_what_is_here_already_is_found_by_both():
    compared({"conversations.json": MANY}, before={"old.json": chats(*[3] * 10, *[2] * 280)})
    compared({"conversations.json": chats(*[3] * 300, title="Other")}, before={"old.json": chats(*[3] * 300)})


def test_several_files_are_shared_at_the_border_of_two_or_inside_of_one():
    shards = {f"conversations-{n}.json": chats(*[3] * 100, first=n * 100) for n in range(4)}
    compared(shards)
    compared({"small.json": chats(3), **shards, "a.zip": packed(talk())})
    compared({"a.json": chats(*[3] * 200), "b.json": json.dumps(chat(900, 300)).encode()})


def test_pictures_that_only_the_latter_half_names_are_no_left_overs():
    list_ = [chat(n, 3) for n in range(300)]
    for n in (5, 290):
        message = list_[n]["mapping"][f"{n:08x}-0000-4000-8000-000000000000"]["message"]
        pointer = {"content_type": "image_asset_pointer", "asset_pointer": f"file-service://file-Pic{n}"}
        message["content"] = {"content_type": "multimodal_text", "parts": [pointer, "Look"]}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("conversations.json", json.dumps(list_))
        zipped.writestr("file-Pic5-a.png", b"\x89PNG5")
        zipped.writestr("file-Pic290-b.png", b"\x89PNG6")
        zipped.writestr("file-Nobody-c.png", b"\x89PNG7")
    jobs = compared({"export.zip": out.getvalue()})
    assert jobs.told[-1] == "over"


def test_the_same_conversation_in_both_halves_is_joined():
    list_ = [chat(n, 3) for n in range(200)]
    list_[190] = chat(3, 5)
    list_[195] = chat(150, 4)
    compared({"conversations.json": json.dumps(list_).encode()})


def test_what_cannot_be_read_in_the_latter_half_is_told_with_its_number():
    list_: list[Any] = [chat(n, 3) for n in range(300)]
    list_[280] = {"title": "Empty", "mapping": {}}
    jobs = compared({"conversations.json": json.dumps(list_).encode()})
    assert "failed" in jobs.told
    cut = json.dumps([chat(n, 3) for n in range(300)]).encode()[:-2000]
    assert "failed" in compared({"conversations.json": cut}).told


@pytest.mark.parametrize("kind", ["begun", "compared", "count", "read", "ready", "over"])
def test_a_worker_that_fails_at_any_point_is_done_without(kind):
    def spoil(told):
        return {"failed": {"message": "It broke."}, "kind": "broken"} if told["kind"] == kind else told

    compared({"conversations.json": MANY}, spoil)


def test_a_place_that_is_no_beginning_is_read_over():
    def spoil(told):
        return {**told, "start": told["start"] + 20} if told["kind"] == "begun" else told

    jobs = compared({"conversations.json": MANY}, spoil)
    assert "read" in jobs.told


def test_a_beginning_that_comes_too_late_is_read_over():
    compared({"conversations.json": MANY}, lambda told: {**told, "start": 1} if told["kind"] == "begun" else told)


def test_damage_in_the_first_half_of_a_file_that_lies_in_a_zip_as_it_is_is_noticed():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as zipped:
        zipped.writestr("conversations.json", MANY)
    data = bytearray(out.getvalue())
    data[data.index(b"Message 1 of Chat 20")] ^= 1
    assert "failed" in compared({"export.zip": bytes(data)}).told


def test_stopping_ends_an_import_that_waits_for_a_worker_that_says_nothing_more():
    async def work():
        desk = Desk()
        jobs = NearJobs(desk, lambda told: None if told["kind"] in ("ready", "over") else told)
        said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        worker = worker_of(desk, lambda report, blobs: said.put_nowait(report), jobs)
        handle = desk.files.finish(io.BytesIO(MANY), "")
        given = [{"handle": handle, "size": len(MANY)}]
        worker.receive({"job": "import", "names": ["c.json"], "files": given, "now_ms": NOW_MS})
        while (await asyncio.wait_for(said.get(), 30))["kind"] != "preview":
            pass
        worker.receive({"job": "commit"})
        for _ in range(200):
            await asyncio.sleep(0)
        worker.receive({"job": "stop"})
        while (report := await asyncio.wait_for(said.get(), 30))["kind"] != "imported":
            pass
        assert report["stopped"] is True
        assert 0 < len(report["ids"]) < 300
        assert set(report["ids"]) == await desk.keeper.ids()

    asyncio.run(work())


def source(size: int, apart: bool) -> Source:
    (known,) = sources([Given("a.json", lambda: io.BytesIO(MANY), len(MANY))], lambda file: lambda: file).known
    known.size = size
    known.apart = known.apart if apart else None
    return known


def test_halves_meet_in_a_list_or_between_files(monkeypatch):
    assert halfway([source(100, True)]) == (0, 50)
    assert halfway([source(100, False)]) is None
    assert halfway([source(60, False), source(40, False)]) == (1, 0)
    assert halfway([source(40, False), source(60, True)]) == (1, 10)
    assert halfway([source(50, False), source(50, True)]) == (1, 0)
    assert halfway([]) is None
    monkeypatch.setattr(sharing, "LEAST", 101)
    assert halfway([source(100, True)]) is None
    monkeypatch.setattr(sharing, "LEAST", 0)
    monkeypatch.setattr(sharing, "HEAD_START", 30)
    assert halfway([source(100, True)]) == (0, 65)


def test_a_short_import_asks_nobody(monkeypatch):
    monkeypatch.setattr(sharing, "LEAST", 1 << 30)
    _, jobs = asyncio.run(bring({"conversations.json": MANY}, same))
    assert jobs.started == 1
    monkeypatch.setattr("inglenook.jobs.worker.LEAST_GIVEN", 1 << 30)
    _, jobs = asyncio.run(bring({"conversations.json": MANY}, same))
    assert jobs.started == 0
