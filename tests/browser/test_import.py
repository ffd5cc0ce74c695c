"""Exports of other chat systems, dropped in: what is said of them before, what is there after, and the way back.

Longer than most files because all of it begins with the same preview and ends with a look into the same store.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser import exports
from tests.browser.archives import members, rezip, talk, write
from tests.browser.dropping import drop
from tests.browser.room import STORES, Room

KEY = "sk-secret-of-a-backup-0123456789"

# Conversations that are there, and those of them that are not whole: without summary, or with a message missing.
COUNT = """async (messages) => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await done(indexedDB.open("inglenook"));
  const stores = database.transaction(["threads", "conversations"]);
  const [threads, summaries] = await Promise.all(
    ["threads", "conversations"].map((name) => done(stores.objectStore(name).getAll())));
  database.close();
  const listed = new Set(summaries.map(({ id }) => id));
  const inflate = (bytes) =>
    new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
  let broken = Math.abs(summaries.length - threads.length);
  for (const { id, text } of threads) {
    if (!listed.has(id) || JSON.parse(await inflate(text)).messages.length !== messages) broken += 1;
  }
  return [threads.length, broken];
}"""


@pytest.fixture
def service_workers() -> str:
    """Nothing here is about being offline."""
    return "block"


@pytest.fixture
def room(context: BrowserContext, page: Page, site: str) -> Iterator[Room]:
    """The room as a visitor meets it. It throws nothing, and asks nobody but its own server for anything."""
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    opened = Room(page, site).open()
    yield opened
    assert opened.errors == []
    assert {urlsplit(url).netloc for url in asked if urlsplit(url).scheme not in ("blob", "data")} == {
        urlsplit(site).netloc
    }


def read(room: Room, *files: Path) -> Locator:
    """Choose files in the settings, and wait for what is said of them."""
    room.import_files(*files)
    return preview_of(room)


def preview_of(room: Room) -> Locator:
    """The preview, once everything was read."""
    preview = room.page.get_by_role("dialog", name="Import preview")
    expect(preview.locator(".progress")).to_have_count(0, timeout=60_000)
    expect(preview.locator(".counts, .said.failed").first).to_be_visible()
    return preview


def counts(preview: Locator) -> list[str]:
    """New, with something new, already here."""
    return preview.locator(".counts b").all_inner_texts()


def confirm(room: Room, preview: Locator) -> Locator:
    preview.get_by_role("button", name="Import", exact=True).click()
    return room.imported(preview)


def close(preview: Locator) -> None:
    preview.get_by_role("button", name=re.compile("Close|Cancel")).click()
    expect(preview).to_be_hidden()


def stored(room: Room, messages: int = 2) -> tuple[int, int]:
    count, broken = room.page.evaluate(COUNT, messages)
    return count, broken


def settled(room: Room, title: str) -> None:
    room.shelf.get_by_role("link", name=title).click()
    expect(room.page.get_by_role("heading", level=1)).to_have_text(title)
    expect(room.answers.first).to_be_visible()


def tides(folder: Path) -> Path:
    """A ChatGPT export: a branched conversation with a picture and thoughts, and two plain ones."""
    branched = exports.chatgpt(
        3,
        "Tides",
        "Why are there two a day?",
        "The Moon pulls on **both** sides.",
        picture="harbour at low tide.png",
        second="Because of the wind.",
        thought="Near side, far side.",
    )
    plain = [
        exports.chatgpt(2, "Knots"),
        exports.chatgpt(1, "Sails", "Which sail?", "The jib.", "And then?", "The main."),
    ]
    return exports.chatgpt_zip(folder / "chatgpt.zip", [branched, *plain], "harbour at low tide.png")


def many(folder: Path, count: int, length: int = 3000) -> Path:
    """A ChatGPT export that takes a while: so many conversations of two messages."""
    path = folder / "many.json"
    words = "tide " * (length // 5)
    path.write_text(json.dumps([exports.chatgpt(n, f"Voyage {n:05}", words, f"{words} {n}") for n in range(count)]))
    return path


def test_a_chatgpt_zip_keeps_branches_pictures_thoughts_and_models(room: Room, tmp_path: Path):
    drop(room.page, tides(tmp_path))
    preview = preview_of(room)
    expect(preview.get_by_role("heading", name="From ChatGPT")).to_be_visible()
    expect(preview).to_contain_text("3 conversations with 9 messages and 1 file")
    expect(preview).to_contain_text("Nothing is stored yet.")
    expect(preview.get_by_role("list", name="What could not be read")).to_contain_text("user.json")
    expect(preview.get_by_role("list", name="What could not be read")).to_contain_text("nothing of it is stored")
    assert counts(preview) == ["3", "0", "0"]
    assert stored(room) == (0, 0)
    expect(confirm(room, preview)).to_contain_text("Imported 3 conversations.")
    room.leave()
    expect(room.shelf.get_by_role("link")).to_have_text(["Tides", "Knots", "Sails"])

    settled(room, "Tides")
    asked = room.page.get_by_role("article", name="You")
    picture = asked.get_by_role("list", name="Files").get_by_role("img", name="harbour at low tide.png")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 3)
    answer = room.answers.first
    expect(answer).to_have_attribute("aria-label", "gpt-4o")
    expect(answer.locator("[data-part=text] strong")).to_have_text("both")
    thoughts = answer.locator("details.reasoning")
    expect(thoughts).to_contain_text("Near side, far side.")
    expect(answer.locator(".versions")).to_have_text("2 / 2")
    answer.get_by_role("button", name="Previous version").click()
    expect(room.answers.first).to_contain_text("Because of the wind.")
    expect(room.answers.first).to_have_attribute("aria-label", "gpt-4")
    assert "someone@example.org" not in room.stored()
    # The saved view has only its name; it is drawn again.
    room.page.reload()
    expect(picture).to_have_js_property("naturalWidth", 3)
    # The picture is here as it was, not only by its name.
    with room.page.expect_download() as download:
        room.settings("Data").get_by_role("button", name="Export everything").click()
    download.value.save_as(tmp_path / "all.zip")
    assert exports.PICTURE in members(tmp_path / "all.zip").values()


def test_a_picture_whose_bytes_are_gone_is_named(room: Room, tmp_path: Path):
    confirm(room, read(room, tides(tmp_path)))
    room.leave()
    room.page.evaluate(
        """() => new Promise((resolve, reject) => {
          const opening = indexedDB.open("inglenook");
          opening.onsuccess = () => {
            const clearing = opening.result.transaction("attachments", "readwrite").objectStore("attachments").clear();
            clearing.onsuccess = () => resolve(opening.result.close());
            clearing.onerror = () => reject(clearing.error);
          };
        })"""
    )
    settled(room, "Tides")
    files = room.page.get_by_role("article", name="You").get_by_role("list", name="Files")
    expect(files).to_have_text("harbour at low tide.png cannot be shown.")


def test_five_files_at_once_are_each_told_for_what_they_are(room: Room, tmp_path: Path):
    contents = {
        "a.json": exports.openrouter("Harbour lights", "Which colour?", "Red to port."),
        "b.json": exports.claude("Bowline", "How?", "Round the tree."),
        "c.json": exports.open_webui("Weather", "Rain?", "Later."),
        "d.jsonl": exports.sillytavern("Mara", "Ahoy", "Who calls?"),
        "e.txt": b"Dear reader, this is nothing but a letter that somebody wrote.",
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    drop(room.page, *(tmp_path / name for name in contents))
    preview = preview_of(room)
    rows = preview.get_by_role("table", name="Files", exact=True).get_by_role("row")
    expect(rows).to_have_text([
        re.compile(r"a\.json\s*OpenRouter \(orpg\.3\.0\), 1 conversation"),
        re.compile(r"b\.json\s*Claude \(export\), 1 conversation"),
        re.compile(r"c\.json\s*Open WebUI \(chats\), 1 conversation"),
        re.compile(r"d\.jsonl\s*SillyTavern \(chat\), 1 conversation"),
    ])  # fmt: skip
    problems = preview.get_by_role("list", name="What could not be read").get_by_role("listitem")
    expect(problems).to_have_count(1)
    expect(problems).to_contain_text("e.txt This is no format that Inglenook knows.")
    assert counts(preview) == ["4", "0", "0"]
    expect(confirm(room, preview)).to_contain_text("Imported 4 conversations.")
    room.leave()
    settled(room, "Harbour lights")
    expect(room.answers).to_have_attribute("aria-label", "maker/tidal")
    settled(room, "Bowline")
    expect(room.answers.locator("details.reasoning")).to_contain_text("Thinking of: Round the tree.")
    settled(room, "Weather")
    expect(room.answers).to_contain_text("Later.")


def test_a_folder_is_dropped_whole_and_can_be_chosen(room: Room, tmp_path: Path):
    folder = tmp_path / "export"
    for name, data in members(tides(tmp_path)).items():
        place = folder / ("files" if name.startswith("file-") else "data") / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    drop(room.page, folder)
    preview = preview_of(room)
    expect(preview).to_contain_text("3 conversations with 9 messages and 1 file")
    expect(preview.get_by_role("heading", name="From ChatGPT")).to_be_visible()
    close(preview)

    room.settings("Data").get_by_label("Import a folder").set_input_files(folder)
    preview = preview_of(room)
    expect(preview).to_contain_text("3 conversations with 9 messages and 1 file")
    expect(confirm(room, preview)).to_contain_text("Imported 3 conversations.")
    assert stored(room, 3)[0] == 3


def test_an_archive_of_ours_that_was_unpacked_is_the_same_as_the_archive(room: Room, tmp_path: Path):
    archive = write(tmp_path / "ours.zip", [talk("one", "First light"), talk("two", "Second dog watch")])
    for name, data in members(archive).items():
        (tmp_path / "ours" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "ours" / name).write_bytes(data)
    room.take(archive)
    drop(room.page, tmp_path / "ours")
    preview = preview_of(room)
    expect(preview.get_by_role("heading", name="From Inglenook archive")).to_be_visible()
    assert counts(preview) == ["0", "0", "2"]
    expect(preview.get_by_role("list", name="What could not be read")).to_have_count(0)


def test_only_what_is_chosen_is_imported(room: Room, tmp_path: Path):
    titles = [f"Voyage {name}" for name in ("north", "south", "east", "west")]
    path = exports.chatgpt_zip(tmp_path / "c.zip", [exports.chatgpt(n, title) for n, title in enumerate(titles)])
    preview = read(room, path)
    button = preview.get_by_role("button", name="Import", exact=True)
    expect(preview).to_contain_text("4 conversations to import")
    everything = preview.get_by_role("checkbox", name="All", exact=True)
    everything.uncheck()
    expect(preview).to_contain_text("0 conversations to import")
    expect(button).to_be_disabled()

    search = preview.get_by_role("searchbox", name="Find by title")
    search.fill("th")
    rows = preview.get_by_role("table", name="Conversations in the files").get_by_role("row")
    expect(rows).to_have_count(2)
    preview.get_by_role("checkbox", name="All that are found").check()
    expect(preview).to_contain_text("2 conversations to import")
    expect(search).to_have_value("th")
    search.fill("")
    expect(rows).to_have_count(4)
    preview.get_by_role("checkbox", name="Voyage south").uncheck()
    expect(preview).to_contain_text("1 conversation to import")
    preview.get_by_role("checkbox", name="Voyage east").check()
    expect(confirm(room, preview)).to_contain_text("Imported 2 conversations.")
    room.leave()
    expect(room.shelf.get_by_role("link")).to_have_text(["Voyage east", "Voyage north"])

    preview = read(room, path)
    assert counts(preview) == ["2", "0", "2"]
    expect(preview.get_by_role("checkbox", name="Voyage north")).to_be_disabled()


def test_importing_again_doubles_nothing_and_a_later_export_joins(room: Room, tmp_path: Path):
    first = exports.chatgpt_zip(tmp_path / "june.zip", [exports.chatgpt(1, "Log", "Where are we?", "Off the cape.")])
    room.take(first)
    preview = read(room, first)
    assert counts(preview) == ["0", "0", "1"]
    expect(preview.get_by_role("table", name="Conversations in the files")).to_contain_text("already here")
    expect(preview.get_by_role("button", name="Import", exact=True)).to_be_disabled()
    close(preview)

    grown = exports.chatgpt(1, "Log of the cape", "Where are we?", "Off the cape.", "And now?", "In the lee of it.")
    later = exports.chatgpt_zip(tmp_path / "july.zip", [grown, exports.chatgpt(2, "Stores")])
    preview = read(room, later)
    assert counts(preview) == ["1", "1", "0"]
    expect(preview.get_by_role("table", name="Conversations in the files")).to_contain_text("2 new messages")
    expect(confirm(room, preview)).to_contain_text("Imported 2 conversations, 1 of them joined with what was here.")
    room.leave()
    expect(room.shelf.get_by_role("link")).to_have_text(["Stores", "Log of the cape"])
    settled(room, "Log of the cape")
    expect(room.answers).to_have_count(2)

    # The older file again takes nothing away.
    preview = read(room, first)
    assert counts(preview) == ["0", "0", "1"]
    close(preview)
    # Taking the later import back leaves what the first one brought.
    dialog = room.settings("Data")
    dialog.get_by_role("button", name="Undo the import").click()
    expect(room.page.locator("#transfer-status")).to_contain_text("1 removed, 1 as before")
    room.leave()
    expect(room.shelf.get_by_role("link")).to_have_text(["Log"])
    expect(room.answers).to_have_count(1)


def test_the_whole_import_is_taken_back_also_after_a_reload(room: Room, tmp_path: Path):
    room.take(write(tmp_path / "mine.zip", [talk("mine", "My own")]))
    room.take(tides(tmp_path))
    expect(room.shelf.get_by_role("link")).to_have_count(4)
    room.reload()
    settled(room, "Tides")
    dialog = room.settings("Data")
    dialog.get_by_role("button", name="Undo the import").click()
    expect(room.page.locator("#transfer-status")).to_contain_text("The import was taken back: 3 removed.")
    expect(dialog.get_by_role("button", name="Undo the import")).to_have_count(0)
    room.leave()
    expect(room.shelf.get_by_role("link")).to_have_text(["My own"])
    expect(room.page.get_by_role("heading", level=1)).not_to_have_text("Tides")
    # The last view of the page, which is kept as well, follows when the page has come to rest.
    for word in ("Tides", "harbour at low tide", "both sides", "Knots", "jib"):
        room.until(f"({room.reader})({json.dumps(STORES)}).then((held) => !held.includes({json.dumps(word)}))")
    # Nothing of it is left in the way of bringing it again.
    preview = read(room, tmp_path / "chatgpt.zip")
    assert counts(preview) == ["3", "0", "0"]


def test_the_report_is_saved_as_a_file(room: Room, tmp_path: Path):
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear reader, this is nothing but a letter that somebody wrote.")
    preview = read(room, tides(tmp_path), letter)
    preview.get_by_role("checkbox", name="Sails").uncheck()
    status = confirm(room, preview)
    with room.page.expect_download() as download:
        status.get_by_role("button", name="Save the report").click()
    assert download.value.suggested_filename.endswith(".md")
    download.value.save_as(tmp_path / "report.md")
    report = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert re.search(r"## Files \(1\)\n\n- chatgpt\.zip: conversations\.json: ChatGPT", report)
    assert re.search(r"## New \(2\)\n\n- Tides: 3 messages\n- Knots: 2 messages\n", report)
    assert re.search(r"## Not imported \(1\)\n\n- Sails: 4 messages\n", report)
    assert "letter.txt: This is no format that Inglenook knows." in report
    assert "user.json: Account details: nothing of it is stored." in report


def test_what_is_damaged_or_unknown_does_not_keep_the_rest_from_coming(room: Room, tmp_path: Path):
    good = tides(tmp_path)
    cut = tmp_path / "cut.zip"
    cut.write_bytes(good.read_bytes()[:-200])
    half = tmp_path / "half.json"
    talks = [exports.chatgpt(n, f"Half {n}") for n in range(10, 14)]
    half.write_text(json.dumps(talks)[:-700])
    photos = rezip(tmp_path / "photos.zip", {"sea.jpg": b"\xff\xd8\xff sea"})
    preview = read(room, good, cut, half, photos)
    expect(preview).to_contain_text("6 conversations")
    problems = preview.get_by_role("list", name="What could not be read")
    expect(problems).to_contain_text("cut.zip")
    expect(problems).to_contain_text("half.json")
    expect(problems).to_contain_text("photos.zip: sea.jpg")
    expect(confirm(room, preview)).to_contain_text("Imported 6 conversations.")
    room.leave()
    expect(room.shelf.get_by_role("link", name="Half 12")).to_be_visible()

    preview = read(room, cut, photos)
    expect(preview.locator(".said.failed")).to_contain_text("Nothing in what you gave can be imported.")
    expect(preview.get_by_role("list", name="What could not be read").get_by_role("listitem")).to_have_count(2)
    expect(preview.get_by_role("button", name="Import", exact=True)).to_have_count(0)
    close(preview)
    assert stored(room)[0] == 6


def test_keys_in_a_backup_are_never_stored(room: Room, tmp_path: Path):
    backup = tmp_path / "backup.json"
    backup.write_bytes(exports.typingmind("Anchors", "Which anchor?", "The plough.", KEY))
    preview = read(room, backup)
    expect(preview.get_by_role("list", name="What could not be read")).to_contain_text(
        "Keys in this backup were left out"
    )
    status = confirm(room, preview)
    with room.page.expect_download() as download:
        status.get_by_role("button", name="Save the report").click()
    download.value.save_as(tmp_path / "report.md")
    assert KEY not in (tmp_path / "report.md").read_text(encoding="utf-8")
    room.leave()
    settled(room, "Anchors")
    expect(room.answers).to_contain_text("The plough.")
    held = room.stored()
    assert "The plough." in held
    assert KEY not in held
    # What it was made of is kept packed; given back, it has no key either.
    dialog = room.settings("Data")
    dialog.get_by_label("Or for another program").select_option("original")
    with room.page.expect_download() as download:
        dialog.get_by_role("button", name="Export all").click()
    download.value.save_as(tmp_path / "came.zip")
    assert all(KEY.encode() not in data for data in members(tmp_path / "came.zip").values())


def test_an_import_is_stopped_and_goes_on_with_the_same_file(room: Room, tmp_path: Path):
    path = many(tmp_path, 2500)
    preview = read(room, path)
    preview.get_by_role("button", name="Import", exact=True).click()
    expect(preview).to_contain_text(re.compile(r"Storing: [\d,]+ of 2,500 conversations"))
    preview.get_by_role("button", name="Stop").click()
    status = room.imported(preview)
    expect(status).to_contain_text("then stopped. Import the same files again to go on.")
    said = re.search(r"Imported ([\d,]+) conversations", status.inner_text())
    assert said is not None
    come = int(said[1].replace(",", ""))
    assert 0 < come < 2500
    assert stored(room) == (come, 0)
    room.leave()

    preview = read(room, path)
    assert counts(preview) == [f"{2500 - come:,}", "0", f"{come:,}"]
    expect(confirm(room, preview)).to_contain_text(f"Imported {2500 - come:,} conversations.")
    assert stored(room) == (2500, 0)


def test_a_long_file_is_read_by_one_more_worker_and_a_short_one_is_not(room: Room, tmp_path: Path):
    if room.page.evaluate("() => navigator.hardwareConcurrency") < 2:
        pytest.skip("there is one processor, so one worker reads")
    browser = room.page.context.browser
    assert browser is not None
    session = browser.new_browser_cdp_session()
    workers: list[str] = []

    def noted(event: dict[str, Any]) -> None:
        if event["targetInfo"]["type"] == "worker":
            workers.append(event["targetInfo"]["targetId"])

    session.on("Target.targetCreated", noted)
    session.send("Target.setDiscoverTargets", {"discover": True})
    for conversations, count in ((20, 1), (2500, 2)):
        workers.clear()
        close(read(room, many(tmp_path, conversations)))
        assert len(workers) == count
        room.leave()
    session.detach()


def test_a_tab_that_is_closed_half_way_leaves_whole_conversations_that_can_be_taken_back(
    room: Room, context: BrowserContext, tmp_path: Path
):
    path = many(tmp_path, 2500)
    preview = read(room, path)
    preview.get_by_role("button", name="Import", exact=True).click()
    expect(preview).to_contain_text(re.compile(r"Storing: [\d,]+ of 2,500 conversations"))
    room.page.close()

    again = Room(context.new_page(), room.site).open()
    come, broken = stored(again)
    assert 0 < come < 2500
    assert broken == 0
    preview = read(again, path)
    assert counts(preview) == [f"{2500 - come:,}", "0", f"{come:,}"]
    close(preview)
    again.settings("Data").get_by_role("button", name="Undo the import").click()
    expect(again.page.locator("#transfer-status")).to_contain_text(f"{come:,} removed", timeout=60_000)
    assert stored(again) == (0, 0)
    assert again.errors == []


def test_reading_is_cancelled_and_the_room_can_be_used_meanwhile(room: Room, tmp_path: Path):
    room.practice()
    path = many(tmp_path, 3000)
    preview = room.import_files(path)
    expect(preview.get_by_role("progressbar")).to_be_visible()
    preview.get_by_role("button", name="Cancel").click()
    expect(preview).to_be_hidden()
    assert stored(room) == (0, 0)

    preview = room.import_files(path)
    expect(preview.get_by_role("progressbar")).to_be_visible()
    preview.get_by_role("button", name="Back to the room").click()
    expect(preview).to_be_hidden()
    edge = room.page.locator("#transfer")
    expect(edge.get_by_role("progressbar")).to_be_visible()
    room.message.press_sequentially("Typed while it is read. ")
    expect(room.message).to_have_value("Typed while it is read. ")
    expect(edge).to_contain_text("3,000 conversations read from ChatGPT. Nothing is stored yet.", timeout=60_000)
    expect(preview).to_be_hidden()
    edge.get_by_role("button", name="Show").click()
    preview.get_by_role("button", name="Import", exact=True).click()
    expect(preview).to_contain_text("Storing")
    # Closing the dialog is not stopping: the work goes on, and says so at the edge.
    room.page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    expect(edge.get_by_role("progressbar")).to_be_visible()
    room.message.press_sequentially("And stored.")
    expect(room.message).to_have_value("Typed while it is read. And stored.")
    expect(edge.get_by_role("progressbar")).to_be_visible()
    room.message.press("Enter")
    expect(room.answered()).to_contain_text("You wrote: “Typed while it is read. And stored.”")
    expect(room.page.locator("#transfer .notice")).to_have_count(0, timeout=60_000)
    assert stored(room)[0] == 3001
