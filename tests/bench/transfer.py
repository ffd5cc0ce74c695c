"""A whole history in and out: import of another system's export, and export of everything."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from tests.bench import chats
from tests.bench.browse import READY, settle, when
from tests.bench.figures import Figure, figure
from tests.bench.rig import Rig, arrive

IMPORT = "#preview-content [data-action='transfer.import']"
STAMP = (1980, 1, 1, 0, 0, 0)

WATCH_IMPORT = f"""
addEventListener("change", ({{ timeStamp }}) => bench.mark("given", timeStamp), {{ capture: true }});
addEventListener("click", ({{ timeStamp, target }}) => {{
  if (target.closest("#preview")) bench.mark("confirmed", timeStamp);
}}, {{ capture: true }});
bench.eachFrame("preview", () => bench.usable("{IMPORT}"));
bench.eachFrame("imported", () =>
  /\\bimported\\b/i.test(document.querySelector("#transfer-status")?.textContent ?? ""));
"""
WATCH_EXPORT = """
addEventListener("click", ({ timeStamp }) => bench.mark("asked", timeStamp), { capture: true });
const click = HTMLAnchorElement.prototype.click;
HTMLAnchorElement.prototype.click = function () {
  if (this.download) bench.mark("saved");
  return click.call(this);
};
"""


def importing(rig: Rig) -> Iterator[Figure]:
    """Ours: drop, read, compare, preview, store. Floor: JSON.parse and one put each, in one transaction."""
    count = rig.conversations * 8 // 5
    file = rig.scratch / "conversations.json"
    file.write_bytes(chats.export(count))
    rig.offer_bytes(rig.floor, "/bench-chats.json", file.read_bytes())
    previews, stores, wholes, floor, tasks = [], [], [], [], []
    for _ in range(rig.runs):
        with rig.chromium.visit(rig.folder("import"), READY + WATCH_IMPORT) as page:
            preview, store, long_tasks = _import(page, rig.ours.address, file, count)
            previews.append(preview)
            stores.append(store)
            wholes.append(preview + store)
            tasks.append(long_tasks)
        with rig.chromium.visit(rig.folder("import-floor")) as page:
            page.goto(f"{rig.floor.address}import.html")
            floor.append(page.evaluate("() => take('/bench-chats.json')"))
    what = f"import {count:,} ({file.stat().st_size / 1e6:.0f} MB)"
    yield figure(f"{what}: file to preview", "ms", previews, floor)
    yield figure(f"{what}: Import to status", "ms", stores, floor)
    yield figure(f"{what}: both", "ms", wholes, floor, most_ratio=4)
    yield figure(f"{what}: tasks over 50 ms", "count", tasks, most=0)


def _import(page: Page, address: str, file: Path, count: int) -> tuple[float, float, int]:
    arrive(page, address)
    page.evaluate("() => bench.quiet()")
    # As a person does it: the file is looked for, and meanwhile the workers start.
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Import conversations").click()
    settle(page.context)
    chooser.value.set_files(str(file))
    preview = when(page, "preview") - when(page, "given")
    page.evaluate("() => bench.quiet()")
    page.locator(IMPORT).click()
    confirmed, imported = when(page, "confirmed"), when(page, "imported")
    page.evaluate("() => bench.quiet()")
    tasks = page.evaluate("(since) => bench.longTasks(since)", when(page, "given"))
    stored = page.evaluate("() => bench.count('threads')")
    if stored != count:
        raise RuntimeError(f"{stored} of {count} conversations were stored")
    return preview, imported - confirmed, len(tasks)


def exporting(rig: Rig) -> Iterator[Figure]:
    """Ours: "Export everything" to the offered file. Floor: CPython's zipfile writing the same members."""
    profile = rig.returning(rig.conversations)
    ours, floor, tasks = [], [], []
    for run in range(rig.runs):
        with rig.chromium.visit(profile, READY + WATCH_EXPORT) as page:
            page.goto(rig.ours.address)
            when(page, "ready")
            page.get_by_role("button", name="Settings").click()
            page.get_by_role("dialog", name="Settings").get_by_role("link", name="Data").click()
            button = page.get_by_role("button", name="Export everything")
            button.wait_for()
            settle(page.context)
            page.evaluate("() => { bench.reset('asked', 'saved'); }")
            with page.expect_download() as download:
                button.click()
            asked, saved = when(page, "asked"), when(page, "saved")
            ours.append(saved - asked)
            tasks.append(len(page.evaluate("(since) => bench.longTasks(since)", asked)))
            file = rig.scratch / f"export-{run}.zip"
            download.value.save_as(file)
        floor.append(_zip_again(file, rig.conversations))
        file.unlink()
    what = f"export {rig.conversations:,}"
    yield figure(f"{what}: click to file", "ms", ours, floor, most_ratio=2)
    yield figure(f"{what}: tasks over 50 ms", "count", tasks, most=0)


def _zip_again(file: Path, count: int) -> float:
    """Milliseconds for writing the members of an archive anew, each compressed as it was."""
    with zipfile.ZipFile(file) as zipped:
        members = [(info.filename, info.compress_type, zipped.read(info)) for info in zipped.infolist()]
    found = sum(name.startswith("conversations/") for name, _, _ in members)
    if found != count:
        raise RuntimeError(f"{found} of {count} conversations were exported")
    start = time.perf_counter()
    with zipfile.ZipFile(io.BytesIO(), "w") as target:
        for name, compression, data in members:
            target.writestr(zipfile.ZipInfo(name, STAMP), data, compression)
    return (time.perf_counter() - start) * 1000
