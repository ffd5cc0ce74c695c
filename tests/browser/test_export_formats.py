"""Conversations out in every form: one, some, or all, each a file that its reader can read."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from inglenook.formats import registry
from inglenook.formats.reading.document import memory_document
from inglenook.formats.writers import WRITERS
from playwright.sync_api import Download, Locator, expect

from tests.browser import exports
from tests.browser.archives import members, talk, write
from tests.browser.room import Room

WORDS = ("Why are there two a day?", "The Moon pulls on both sides.")


@pytest.fixture
def service_workers() -> str:
    """Nothing here is about being offline."""
    return "block"


@pytest.fixture
def came(tmp_path: Path) -> Path:
    """A zip of ChatGPT with three conversations."""
    talks = [exports.chatgpt(3, "Tides", *WORDS, second="Because of the wind."), exports.chatgpt(2, "Knots")]
    return exports.chatgpt_zip(tmp_path / "chatgpt.zip", [*talks, exports.chatgpt(1, "Sails")])


class Words(HTMLParser):
    """The text of a page, and its tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def whose(name: str, data: bytes) -> str:
    """The system whose reader, and only whose reader, knows a file."""
    [(reader, _)] = registry.claims(memory_document(name, data).head)
    return reader.SYSTEM


def read_again(name: str, data: bytes) -> list[list[str]]:
    """What is said in each conversation of a file, as its reader finds it on the way that is shown."""
    document = memory_document(name, data)
    [(reader, _)] = registry.claims(document.head)
    return [
        [
            part.text
            for message in found.conversation.messages.values()
            for part in message.parts
            if hasattr(part, "text")
        ]
        for found in reader.read(document)
    ]


def check_one(format: str, name: str, text: str) -> None:
    """One conversation's file is what it says it is, and everything that was said is in it."""
    if format == "html":
        page = Words(text)
        said = " ".join(" ".join(page.said).split())
        assert all(word in said for word in WORDS)
        assert page.tags.isdisjoint({"script", "link", "iframe"})
        return
    assert all(word in text for word in WORDS), format
    if format in ("markdown", "text", "markdown-branches"):
        assert ("Because of the wind." in text) == (format == "markdown-branches")
        return
    said = [word for talk in read_again(name, text.encode()) for word in talk]
    assert all(word in said for word in WORDS), format


def save(room: Room, click: Callable[[], object]) -> Download:
    with room.page.expect_download() as download:
        click()
    return download.value


def content(download: Download, folder: Path) -> bytes:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path.read_bytes()


def chosen(room: Room, *titles: str) -> Locator:
    """The list of conversations to export, with these chosen."""
    dialog = room.settings("Data")
    dialog.get_by_role("button", name="Choose conversations").click()
    for title in titles:
        dialog.get_by_role("checkbox", name=title).check()
    return dialog


def test_one_conversation_goes_out_in_every_form(room: Room, came: Path, tmp_path: Path):
    room.take(came)
    dialog = chosen(room, "Tides")
    expect(dialog).to_contain_text("1 conversation chosen")
    form = dialog.get_by_role("combobox", name="Format", exact=True)
    for format, writer in WRITERS.items():
        form.select_option(format)
        download = save(room, dialog.get_by_role("button", name="Export the chosen").click)
        assert download.suggested_filename.endswith(f".{writer.extension}"), format
        expect(room.page.locator("#transfer-status")).to_contain_text(
            f"Saved 1 conversation as {download.suggested_filename}."
        )
        check_one(format, download.suggested_filename, content(download, tmp_path).decode())
    form.select_option("archive")
    archive = content(save(room, dialog.get_by_role("button", name="Export the chosen").click), tmp_path)
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        assert len([name for name in zipped.namelist() if name.startswith("conversations/")]) == 1


def test_all_conversations_go_out_in_every_form(room: Room, came: Path, tmp_path: Path):
    room.take(came)
    dialog = room.settings("Data")
    form = dialog.get_by_label("Or for another program")
    for format, writer in WRITERS.items():
        form.select_option(format)
        download = save(room, dialog.get_by_role("button", name="Export all").click)
        expect(room.page.locator("#transfer-status")).to_contain_text(
            f"Saved 3 conversations as {download.suggested_filename}."
        )
        data = content(download, tmp_path)
        if writer.join is not None:
            assert len(read_again(download.suggested_filename, data)) == 3, format
            continue
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            names = zipped.namelist()
            assert len(names) == 3, format
            assert all(name.endswith(f".{writer.extension}") for name in names)
            [tides] = [name for name in names if "tides" in name.lower()]
            check_one(format, tides, zipped.read(tides).decode())
    # A form of another program is no copy of everything.
    expect(dialog).to_contain_text("Nothing has been exported yet.")
    save(room, dialog.get_by_role("button", name="Export everything").click)
    expect(dialog).to_contain_text("Last export:")


def test_what_is_chosen_is_exported_and_nothing_else(room: Room, came: Path, tmp_path: Path):
    room.take(came)
    dialog = chosen(room)
    button = dialog.get_by_role("button", name="Export the chosen")
    expect(button).to_be_disabled()
    search = dialog.get_by_role("searchbox", name="Find by title")
    search.fill("s")
    rows = dialog.get_by_role("table", name="Conversations to export").get_by_role("row")
    expect(rows).to_have_count(3)
    search.fill("nots")
    expect(rows).to_have_count(1)
    dialog.get_by_role("checkbox", name="All that are found").check()
    expect(dialog).to_contain_text("1 conversation chosen")
    search.fill("")
    expect(rows).to_have_count(3)
    dialog.get_by_role("checkbox", name="Sails").check()
    expect(dialog).to_contain_text("2 conversations chosen")
    dialog.get_by_role("combobox", name="Format", exact=True).select_option("markdown")
    data = content(save(room, button.click), tmp_path)
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        assert sorted(name.split()[0].lower() for name in zipped.namelist()) == ["knots", "sails"]
    dialog.get_by_role("button", name="Close the list").click()
    expect(rows).to_have_count(0)


def test_one_is_exported_from_its_menu_in_a_form_that_is_chosen_then(room: Room, came: Path, tmp_path: Path):
    room.take(came)
    entry = room.shelf.locator(".entry", has=room.page.get_by_role("link", name="Knots"))
    entry.hover()
    entry.get_by_role("button", name="Conversation menu").click()
    room.page.locator("#menu").get_by_role("button", name="Export as…").click()
    dialog = room.page.get_by_role("dialog", name="Settings")
    expect(dialog.get_by_role("checkbox", name="Knots")).to_be_checked()
    expect(dialog).to_contain_text("1 conversation chosen")
    dialog.get_by_role("combobox", name="Format", exact=True).select_option("sillytavern")
    download = save(room, dialog.get_by_role("button", name="Export the chosen").click)
    assert whose(download.suggested_filename, content(download, tmp_path)) == "sillytavern"


def test_what_came_from_elsewhere_goes_back_as_it_came_unless_it_was_changed(room: Room, came: Path, tmp_path: Path):
    room.take(came)
    room.take(write(tmp_path / "own.zip", [talk("own", "My own words")]))
    room.practice()
    room.shelf.get_by_role("link", name="Sails").click()
    room.ask("And a spanker?")
    dialog = room.settings("Data")
    dialog.get_by_label("Or for another program").select_option("original")
    data = content(save(room, dialog.get_by_role("button", name="Export all").click), tmp_path)
    [source] = [json.loads(data) for name, data in members(came).items() if name == "conversations.json"]
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        [name] = zipped.namelist()
        back = json.loads(zipped.read(name))
    assert name == "chatgpt/conversations.json"
    assert sorted(back, key=lambda talk: talk["title"]) == sorted(source[:2], key=lambda talk: talk["title"])
    left = dialog.get_by_role("list", name="What could not be read").get_by_role("listitem")
    expect(left).to_have_count(2)
    expect(left.filter(has_text="Sails")).to_contain_text("It was changed here")
    expect(left.filter(has_text="My own words")).to_contain_text("It was not imported")
