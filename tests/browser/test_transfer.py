"""Files in and out: nothing is lost on the way, nothing is stored without a preview, and bad files do no harm."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, Locator, expect

from tests.browser.archives import NOON_MS, members, rezip, talk, write
from tests.browser.room import Room
from tests.server import PracticeServer

DROP = """([name, text]) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name));
  const place = document.getElementById("room");
  const options = { dataTransfer: transfer, bubbles: true, cancelable: true };
  const send = (type, to) => to.dispatchEvent(new DragEvent(type, options));
  send("dragenter", place);
  const shown = !document.getElementById("drop-overlay").hidden;
  send("dragover", place);
  send("drop", document.querySelector("[data-drop-target=import]"));
  return shown;
}"""


@pytest.fixture
def service_workers() -> str:
    """Nothing here is about being offline."""
    return "block"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PICTURE = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress((b"\0" + b"\xd0\x60\x20" * 2) * 2))
    + chunk(b"IEND", b"")
)
NOTE = "A note with ünï and 🙂\nin two lines\n"


@pytest.fixture
def elsewhere(browser: Browser, site: str) -> Iterator[Room]:
    """Another browser, in which nothing is stored yet."""
    made = browser.new_context(viewport={"width": 1280, "height": 800}, service_workers="block")
    room = Room(made.new_page(), site).open()
    yield room
    made.close()
    assert room.errors == []


def exported(room: Room, path: Path) -> Path:
    """An archive of everything, saved at this path."""
    dialog = room.settings("Data")
    with room.page.expect_download() as download:
        dialog.get_by_role("button", name="Export everything").click()
    expect(dialog.get_by_role("status").first).to_contain_text("Saved")
    room.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    return saved(download.value, path)


def saved(download: Download, path: Path) -> Path:
    download.save_as(path)
    return path


def content(path: Path) -> dict[str, bytes]:
    """The conversations and attachments of an archive; the manifest says when it was made."""
    return {name: data for name, data in members(path).items() if name != "manifest.json"}


def attach(room: Room, *files: dict) -> None:
    with room.page.expect_file_chooser() as chooser:
        room.page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files(list(files))


def counts(preview: Locator) -> list[str]:
    """New, with something new, already here."""
    return preview.locator(".counts b").all_inner_texts()


def close(preview: Locator) -> None:
    preview.get_by_role("button", name=re.compile("Close|Cancel")).click()
    expect(preview).to_be_hidden()


def test_everything_moves_to_another_browser_and_back(
    room: Room, elsewhere: Room, api: PracticeServer, tmp_path: Path
) -> None:
    room.use(api.base)
    attach(
        room,
        {"name": "fire.png", "mimeType": "image/png", "buffer": PICTURE},
        {"name": "note.md", "mimeType": "text/markdown", "buffer": NOTE.encode()},
        {"name": "wrong.txt", "mimeType": "text/plain", "buffer": b"chosen by mistake"},
    )
    chips = room.page.get_by_role("list", name="Attached files").get_by_role("listitem")
    expect(chips).to_have_count(3)
    chips.filter(has_text="wrong.txt").get_by_role("button").click()
    expect(chips).to_have_count(2)
    answer = room.ask("What is in these files?")
    expect(chips).to_have_count(0)
    asked = room.page.get_by_role("article", name="You")
    expect(asked.get_by_role("list", name="Files").get_by_role("listitem")).to_have_count(2)
    sent = json.loads(next(s.body for s in api.requests if s.path == "/chat/completions" and s.method == "POST"))
    parts = sent["messages"][-1]["content"]
    pictures = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
    assert pictures == ["data:image/png;base64," + base64.b64encode(PICTURE).decode()]
    assert any("note.md" in part.get("text", "") and "ünï and 🙂" in part["text"] for part in parts)
    assert not any("chosen by mistake" in json.dumps(part) for part in parts)
    answer.get_by_role("button", name="Retry").click()
    room.answered()
    room.page.get_by_role("button", name="New conversation").click()
    room.ask("give me a tour")

    first = exported(room, tmp_path / "first.zip")
    kept = content(first)
    assert kept[f"attachments/{hashlib.sha256(PICTURE).hexdigest()}"] == PICTURE
    assert kept[f"attachments/{hashlib.sha256(NOTE.encode()).hexdigest()}"] == NOTE.encode()
    assert len(kept) == 4

    encoded = base64.b64encode(first.read_bytes()).decode()
    assert elsewhere.page.evaluate(DROP, ["first.zip", encoded])
    preview = elsewhere.page.get_by_role("dialog", name="Import preview")
    told = re.compile(r"2 conversations with 5 messages and 2 files, \d+ \w+ \d+\. Nothing is stored yet\.")
    expect(preview).to_contain_text(told)
    expect(preview.get_by_role("heading", name="From Inglenook archive")).to_be_visible()
    expect(preview.get_by_role("table")).to_contain_text("What is in these files?")
    assert counts(preview) == ["2", "0", "0"]
    assert json.loads(elsewhere.stored("conversations", "threads", "attachments")) == {
        "conversations": [], "threads": [], "attachments": [],
    }  # fmt: skip
    preview.get_by_role("button", name="Import", exact=True).click()
    expect(elsewhere.imported(preview)).to_contain_text("Imported 2 conversations.")
    elsewhere.leave()
    elsewhere.shelf.get_by_role("link", name="What is in these files?").click()
    expect(elsewhere.answers).to_have_count(1)
    expect(elsewhere.answers.locator(".versions")).to_have_text("2 / 2")
    assert content(exported(elsewhere, tmp_path / "second.zip")) == kept

    # Once more: nothing is new.
    preview = elsewhere.import_files(first)
    expect(preview).to_contain_text("2 conversations")
    assert counts(preview) == ["0", "0", "2"]
    expect(preview.get_by_role("button", name="Import", exact=True)).to_be_disabled()
    close(preview)
    assert content(exported(elsewhere, tmp_path / "third.zip")) == kept


def test_an_older_copy_takes_nothing_away_and_a_newer_one_adds(
    room: Room, elsewhere: Room, api: PracticeServer, tmp_path: Path
) -> None:
    room.use(api.base)
    room.ask("The first question")
    old = exported(room, tmp_path / "old.zip")
    elsewhere.take(old)
    elsewhere.use(api.base)
    elsewhere.shelf.get_by_role("link", name="The first question").click()
    elsewhere.ask("A later question")
    elsewhere.page.get_by_role("button", name="More").click()
    elsewhere.page.locator("#menu").get_by_role("button", name="Rename").click()
    title = elsewhere.page.get_by_role("textbox", name="Title")
    title.fill("A better name")
    title.press("Enter")
    expect(elsewhere.shelf.get_by_role("link")).to_have_text(["A better name"])
    newer = exported(elsewhere, tmp_path / "newer.zip")

    preview = elsewhere.import_files(old)
    expect(preview).to_contain_text("1 conversation")
    assert counts(preview) == ["0", "0", "1"]
    close(preview)
    assert content(exported(elsewhere, tmp_path / "again.zip")) == content(newer)

    # Meanwhile the first browser went another way; both are kept, and what is open shows it at once.
    room.ask("Another later question")
    preview = room.import_files(newer)
    expect(preview.get_by_role("table")).to_contain_text("changed")
    assert counts(preview) == ["0", "1", "0"]
    preview.get_by_role("button", name="Import", exact=True).click()
    expect(room.imported(preview)).to_contain_text("Imported 1 conversation, 1 of them joined")
    room.leave()
    expect(room.shelf.get_by_role("link")).to_have_text(["A better name"])
    expect(room.page.get_by_role("heading", level=1)).to_have_text("A better name")
    asked = room.page.get_by_role("article", name="You")
    expect(asked.last.locator(".versions")).to_contain_text("/ 2")
    room.wait_stored("A later question", "threads")
    assert "Another later question" in room.stored("threads")


def bad_files(folder: Path) -> dict[Path, str]:
    """Files that are refused as a whole, and what is said of each."""
    good = write(folder / "good.zip", [talk("good", "Good")]).read_bytes()
    contents = members(folder / "good.zip")
    manifest = json.loads(contents["manifest.json"])

    def file(name: str, data: bytes) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return {
        file("cut.zip", good[: len(good) // 2]): "cut short",
        file("empty.zip", b""): "The file is empty",
        file("letter.txt", b"Dear reader"): "no format that Inglenook knows",
        rezip(folder / "foreign.zip", {"photos/cat.jpg": b"cat"}): "no format that Inglenook knows",
        file("noise.zip", bytes(range(256)) * 40): "no format that Inglenook knows",
        rezip(folder / "bomb.zip", {**contents, "attachments/" + "0" * 64: bytes(300 << 20)}): "far more",
        rezip(
            folder / "tomorrow.zip",
            {**contents, "manifest.json": json.dumps({**manifest, "version": 99}).encode()},
        ): "newer",
    }


def test_bad_files_are_refused_with_a_reason_and_store_nothing(room: Room, tmp_path: Path) -> None:
    for path, why in bad_files(tmp_path).items():
        preview = room.import_files(path)
        failed = preview.locator(".said.failed")
        expect(failed, path.name).to_contain_text("Nothing in what you gave can be imported.")
        expect(failed).to_contain_text("Nothing was changed.")
        expect(preview.get_by_role("list", name="What could not be read"), path.name).to_contain_text(path.name)
        expect(preview.get_by_role("list", name="What could not be read"), path.name).to_contain_text(why)
        expect(preview.get_by_role("button", name="Import", exact=True)).to_have_count(0)
        close(preview)
        if path.name == "bomb.zip":
            path.unlink()
    assert json.loads(room.stored("threads")) == {"threads": []}


def test_what_is_good_in_a_bad_archive_is_taken_and_the_rest_is_listed(room: Room, tmp_path: Path) -> None:
    title = '<img src=x onerror="window.hurt=1">'
    hostile = talk("hostile", title, 5, "<script>window.hurt=2</script>", "[x](javascript:window.hurt=3)")
    source = write(tmp_path / "source.zip", [talk("good", "Good"), talk("bent", "Bent"), hostile], [b"a file"])
    contents = members(source)
    contents["conversations/bent.json"] = contents["conversations/bent.json"].replace(b"Bent", b"Sent")
    contents["../../climbs.json"] = b"{}"
    contents["conversations/unlisted.json"] = contents["conversations/good.json"]
    contents["conversations/<b>odd</b>.json"] = b"{}"
    mixed = rezip(tmp_path / "mixed.zip", contents)
    preview = room.import_files(mixed, tmp_path / "source.zip")
    # The whole archive has the bent conversation as it was.
    expect(preview).to_contain_text("3 conversations")
    close(preview)
    preview = room.import_files(mixed)
    expect(preview).to_contain_text("2 conversations with 4 messages, 28 May 2026. Nothing is stored yet.")
    problems = preview.get_by_role("list", name="What could not be read").get_by_role("listitem")
    expect(problems).to_have_count(4)
    expect(problems.filter(has_text="bent.json")).to_contain_text("It is not what it was.")
    expect(problems.filter(has_text="climbs.json")).to_contain_text("leads out of the archive")
    expect(problems.filter(has_text="unlisted.json")).to_contain_text("The manifest does not list it")
    expect(problems.filter(has_text="odd")).to_contain_text(re.compile("archives have no such member", re.I))
    preview.get_by_role("button", name="Import", exact=True).click()
    dialog = room.page.get_by_role("dialog", name="Settings")
    expect(dialog.get_by_role("status").first).to_contain_text("Imported 2 conversations.")
    expect(dialog.get_by_role("list", name="What could not be read").get_by_role("listitem")).to_have_count(4)
    room.page.keyboard.press("Escape")
    expect(room.shelf.get_by_role("link")).to_have_text(["Good", title])
    room.shelf.get_by_role("link", name=title).click()
    expect(room.answers).to_have_count(1)
    expect(room.answers.locator("a[href^=javascript]")).to_have_count(0)
    assert room.page.evaluate("window.hurt") is None


def test_an_import_that_is_cancelled_leaves_nothing(room: Room, tmp_path: Path) -> None:
    good = write(tmp_path / "good.zip", [talk("good", "Good")], [])
    preview = room.import_files(good)
    expect(preview.get_by_role("button", name="Import", exact=True)).to_be_enabled()
    room.page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    # Enough to be still under way when "Cancel" is clicked.
    large = write(tmp_path / "large.zip", [talk(f"c{n}", f"Number {n}", 5, "x" * 3000) for n in range(3000)])
    preview = room.import_files(large)
    expect(preview.get_by_role("progressbar")).to_be_visible()
    expect(preview).to_contain_text(re.compile(r"Reading large\.zip: [\d.,]+ [kM]B of [\d.,]+ MB"))
    preview.get_by_role("button", name="Cancel").click()
    expect(preview).to_be_hidden()
    assert json.loads(room.stored("threads", "conversations")) == {"threads": [], "conversations": []}
    room.take(good)
    expect(room.shelf.get_by_role("link")).to_have_text(["Good"])


def test_one_conversation_is_exported_alone(room: Room, elsewhere: Room, tmp_path: Path) -> None:
    room.take(write(tmp_path / "two.zip", [talk("one", "Fire / wood: a *talk*"), talk("two", "Other")]))
    room.shelf.get_by_role("link", name="Fire").click()
    for what, end in (("Export as archive", ".zip"), ("Export as Markdown", ".md")):
        room.page.get_by_role("button", name="More").click()
        with room.page.expect_download() as download:
            room.page.locator("#menu").get_by_role("button", name=what).click()
        name = download.value.suggested_filename
        assert name.endswith(end)
        assert "/" not in name
        path = saved(download.value, tmp_path / f"alone{end}")
    text = path.read_text(encoding="utf-8")
    assert "About Fire / wood" in text
    assert "Other" not in text
    elsewhere.take(tmp_path / "alone.zip")
    expect(elsewhere.shelf.get_by_role("link")).to_have_text(["Fire / wood: a *talk*"])
    assert set(content(tmp_path / "alone.zip")) == {"conversations/one.json"}


def test_a_conversation_becomes_a_web_page_that_asks_for_nothing(room: Room, browser: Browser, tmp_path: Path) -> None:
    said = "| a |\n|---|\n| $x_1$ |\n\n```py\nprint(1)\n```\n\n![f](https://remote.example/f.png) <b>d</b>"
    preview = room.import_files(write(tmp_path / "one.zip", [talk("one", "Paper", NOON_MS, "**Why**\nso?", said)]))
    preview.get_by_role("button", name="Import", exact=True).click()
    dialog = room.page.get_by_role("dialog", name="Settings")
    expect(dialog.get_by_role("status").first).to_contain_text("Imported")
    dialog.get_by_role("combobox", name="Or for another program").select_option("Web page")
    with room.page.expect_download() as download:
        dialog.get_by_role("button", name="Export all").click()
    ((name, document),) = members(saved(download.value, tmp_path / "pages.zip")).items()
    assert name.endswith(".html")
    path = tmp_path / "paper.html"
    path.write_bytes(document)
    with browser.new_context() as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text))
        page.goto(path.as_uri())
        expect(page.get_by_role("heading", level=1)).to_have_text("Paper")
        expect(page.locator(".user p")).to_have_text("Why\nso?", use_inner_text=True)
        expect(page.get_by_role("cell").first).to_have_text("$x_1$")
        expect(page.locator("pre[data-language=py]")).to_have_text("print(1)\n")
        link = page.get_by_role("link", name="f (image at remote.example)")
        expect(link).to_have_attribute("href", "https://remote.example/f.png")
        expect(page.get_by_text("<b>d</b>")).to_be_visible()
        assert asked == [path.as_uri()]
        assert problems == []
