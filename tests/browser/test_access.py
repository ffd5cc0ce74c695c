"""Everyone can use it: what axe finds, a narrow screen with a finger, and readers who want nothing to move."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.exports import chatgpt, chatgpt_zip
from tests.browser.room import Room
from tests.browser.sse import saying
from tests.server import PracticeServer

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
SECTIONS = ("Connections", "Privacy", "Data", "Activity", "Appearance", "Shortcuts", "About")
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

FIND = """
async (rules) => {
  const { violations } = await axe.run(document, rules.length ? { runOnly: { type: "rule", values: rules } } : {});
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`));
}
"""

MOVING = (
    "document.getAnimations().filter((a) => a.playState === 'running' && a.effect.getTiming().duration > 10).length"
)

# What scrolls sideways, other than the boxes of code, tables and formulas that are made for it.
WIDER_THAN_THE_SCREEN = """
() => [...document.querySelectorAll("*")].filter((element) => {
  if (element.closest("pre, .table, .katex-display, .unseen, svg") || !element.checkVisibility()) return false;
  const box = element.getBoundingClientRect();
  const scrolls = /auto|scroll/.test(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth;
  return scrolls || (element === document.documentElement && element.scrollWidth > innerWidth) ||
    (element.matches("button, a, input, textarea, select") && box.right > innerWidth + 1 && box.left < innerWidth);
}).map((element) => element.outerHTML.slice(0, 160))
"""

# Controls that a finger misses: what answers for them is less than 40 px high or wide.
SMALL = """
() => [...document.querySelectorAll("button, input, select, textarea, summary, a[href]")].filter((control) => {
  if (control.closest("rich-text") || control.matches(":disabled, [tabindex='-1']")) return false;
  if (!control.checkVisibility()) return false;
  const modal = document.querySelector("dialog:modal, :popover-open");
  if (modal && !modal.contains(control)) return false;
  control.scrollIntoView({ block: "center", behavior: "instant" });
  const area = (control.matches("[type=checkbox], [type=radio]") && control.closest("label")) || control;
  const { left, top, width, height } = area.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  if (width === 0 || x < 0 || x > innerWidth || y < 0 || y > innerHeight) return false;
  // What lies behind the drawer is not there for a finger.
  if (document.elementFromPoint(x, y)?.closest("#shelf, #shelf-shade") && !control.closest("#shelf")) return false;
  const mine = (at) => at && (area.contains(at) || at.contains(area) && at.closest("label, a, button, .search, .pick"));
  const reach = (dx, dy) => {
    let far = 0;
    while (far < 40 && mine(document.elementFromPoint(x + dx * (far + 1), y + dy * (far + 1)))) far += 1;
    return far;
  };
  return reach(0, -1) + 1 + reach(0, 1) < 40 || reach(-1, 0) + 1 + reach(1, 0) < 40;
}).map((control) => `${control.outerHTML.slice(0, 160)} ${JSON.stringify(control.getBoundingClientRect())}`)
"""


class Check:
    """Runs axe in light and dark on what the page shows."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._source = AXE.read_text(encoding="utf-8")
        self.found: list[str] = []

    def __call__(self, where: str) -> None:
        if not self._page.evaluate("'axe' in window"):
            self._page.evaluate(self._source)
        # Colours are all that differs between light and dark.
        for scheme, rules in (("light", []), ("dark", ["color-contrast"])):
            self._page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = self._page.evaluate(FIND, rules)
            self.found += [f"{where}, {scheme}: {one}" for one in found]


class Pocket(Room):
    """The room under a finger: there Enter makes a new line."""

    def send(self, text: str) -> Room:
        self.message.fill(text)
        self.page.get_by_role("button", name="Send", exact=True).tap()
        return self


def opened(browser: Browser, site: str, size: dict[str, int]) -> Iterator[Room]:
    phone = size is PHONE
    made = browser.new_context(viewport=size, has_touch=phone, is_mobile=phone, accept_downloads=True)
    yield (Pocket if phone else Room)(made.new_page(), site).open()
    made.close()


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[Room]:
    """The room on a narrow screen with a finger."""
    yield from opened(browser, site, PHONE)


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def sized(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Room]:
    yield from opened(browser, site, request.param)


def drawer(room: Room) -> Room:
    """Open the shelf where it is a drawer."""
    button = room.page.get_by_role("button", name="Conversations", exact=True)
    if button.is_visible() and not room.shelf.is_visible():
        button.click()
        # Places are measured where they come to rest, not while the drawer slides in.
        room.until("document.getElementById('shelf').getBoundingClientRect().left === 0")
    return room


def settings(room: Room) -> None:
    drawer(room)
    room.page.get_by_role("button", name="Settings", exact=True).click()


def test_axe_finds_nothing_in_any_place_of_the_room(sized: Room, tmp_path: Path):
    room, check = sized, Check(sized.page)
    check("first visit")
    room.practice()
    check("empty room")
    room.ask("Give me the tour of Markdown")
    expect(room.answers.last.locator(".katex")).not_to_have_count(0)
    check("thread")
    room.send("break off")
    room.answered("failed")
    check("failed answer")
    room.message.press("ArrowUp")
    expect(room.page.get_by_role("textbox", name="New version")).to_be_focused()
    check("editing")
    room.page.keyboard.press("Escape")

    drawer(room)
    check("shelf")
    room.shelf.get_by_role("button", name="Conversation menu").click()
    expect(room.page.locator("#menu")).to_be_visible()
    check("menu")
    room.page.locator("#menu").get_by_role("button", name="Rename").click()
    expect(room.page.get_by_role("dialog", name="Rename")).to_be_visible()
    check("rename")
    room.page.keyboard.press("Escape")

    settings(room)
    dialog = room.page.get_by_role("dialog", name="Settings")
    for section in SECTIONS:
        dialog.get_by_role("link", name=section, exact=True).click()
        expect(dialog.get_by_role("heading", name=section)).to_be_visible()
        check(section)
    dialog.get_by_role("link", name="Data", exact=True).click()
    with room.page.expect_download() as download:
        dialog.get_by_role("button", name="Export everything").click()
    download.value.save_as(tmp_path / "all.zip")
    dialog.get_by_label("Import files").set_input_files(tmp_path / "all.zip")
    preview = room.page.get_by_role("dialog", name="Import preview")
    expect(preview).to_contain_text("already here")
    check("import preview")
    preview.get_by_role("button", name="Cancel").click()

    room.page.locator("#composer-models").get_by_role("button").first.click()
    expect(room.page.get_by_role("dialog", name="Models")).to_be_visible()
    check("model picker")
    room.page.keyboard.press("Escape")
    room.answers.first.get_by_role("button", name="Delete message").click()
    expect(room.page.get_by_role("dialog", name="Confirm")).to_be_visible()
    check("confirm")
    room.page.keyboard.press("Escape")
    drawer(room)
    room.shelf.get_by_role("button", name="Conversation menu").click()
    room.page.locator("#menu").get_by_role("button", name="Delete").click()
    expect(room.page.get_by_role("button", name="Undo")).to_be_visible()
    check("notice")

    assert check.found == []
    assert room.errors == []


def test_on_a_phone_nothing_scrolls_sideways_and_a_finger_hits_everything(phone: Room, tmp_path: Path):
    room, found = phone, {}

    def look(where: str) -> None:
        found[where] = room.page.evaluate(WIDER_THAN_THE_SCREEN) + room.page.evaluate(SMALL)

    look("first visit")
    room.practice()
    room.ask("Give me the tour of Markdown")
    expect(room.answers.last.locator(".katex")).not_to_have_count(0)
    look("thread")
    room.ask("https://example.com/" + "hearth/" * 40 + " " + "W" * 300)
    look("long words")
    room.send("break off")
    room.answered("failed")
    look("failed answer")
    settings(room)
    dialog = room.page.get_by_role("dialog", name="Settings")
    for section in SECTIONS:
        dialog.get_by_role("link", name=section, exact=True).click()
        expect(dialog.get_by_role("heading", name=section)).to_be_visible()
        look(section)
    dialog.get_by_role("link", name="Data", exact=True).click()
    dialog.get_by_role("button", name="Choose conversations").click()
    expect(dialog.get_by_role("table", name="Conversations to export")).to_be_visible()
    look("conversations to export")
    long = "W" * 200 + " and https://example.com/" + "hearth/" * 30
    dialog.get_by_label("Import files").set_input_files(
        chatgpt_zip(tmp_path / f"{'export-' * 20}.zip", [chatgpt(1, long), chatgpt(2, "Tides")])
    )
    preview = room.page.get_by_role("dialog", name="Import preview")
    expect(preview.get_by_role("checkbox", name="Tides")).to_be_visible()
    look("import preview")
    preview.get_by_role("button", name="Import", exact=True).click()
    expect(room.imported(preview)).to_contain_text("Imported 2 conversations.")
    look("imported")
    room.page.keyboard.press("Escape")
    room.page.locator("#composer-models").get_by_role("button").first.click()
    expect(room.page.get_by_role("dialog", name="Models")).to_be_visible()
    look("model picker")
    room.page.keyboard.press("Escape")
    drawer(room)
    look("shelf")
    room.shelf.get_by_role("button", name="Conversation menu").first.click()
    look("menu")

    assert {where: what for where, what in found.items() if what} == {}


def test_on_a_phone_the_shelf_is_a_drawer_and_the_composer_is_always_in_sight(phone: Room):
    room = phone.practice()
    shelf = room.page.get_by_role("complementary", name="Shelf")
    expect(shelf).to_be_hidden()
    room.ask("First words")
    expect(room.message).to_be_in_viewport(ratio=1)
    expect(room.page.get_by_role("button", name="Send")).to_be_in_viewport(ratio=1)

    drawer(room)
    room.page.get_by_role("button", name="Close the shelf").click()
    expect(shelf).to_be_hidden()
    drawer(room)
    room.page.touchscreen.tap(370, 500)
    expect(shelf).to_be_hidden()
    drawer(room)
    room.page.get_by_role("button", name="New conversation").click()
    expect(shelf).to_be_hidden()
    drawer(room)
    room.shelf.get_by_role("link", name="First words").click()
    expect(shelf).to_be_hidden()
    expect(room.answers.last).to_contain_text("You wrote: “First words”")
    expect(room.message).to_be_in_viewport(ratio=1)


def test_who_wants_nothing_to_move_sees_nothing_move(room: Room, api: PracticeServer):
    room.page.emulate_media(reduced_motion="reduce")
    room.use(api.base, "sk-or-v1-practice")
    api.faults.next("/chat/completions", saying(*(f"w{n:04} " for n in range(2000)), drip_ms=20))
    room.send("Count for me")
    expect(room.answers.last).to_contain_text("w0005")
    moving = (
        "document.getAnimations().filter((a) => a.playState === 'running' && a.effect.getTiming().duration > 10).length"
    )
    assert room.page.evaluate(moving) == 0

    room.page.emulate_media(reduced_motion="no-preference")
    # The pulse of an arriving answer is the one thing that does move otherwise.
    room.until(f"{MOVING} > 0")
