"""The table of who may see the next message, corrections, what is typed wrong, and a phone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from tests.browser.room import Room
from tests.browser.test_access import PHONE, SMALL, WIDER_THAN_THE_SCREEN, Check, drawer, opened
from tests.browser.test_offline import kept
from tests.browser.test_routing import CAREFUL, THREE, audience, here, leave, providers, row, table
from tests.server import Fault, PracticeServer


@pytest.fixture
def service_workers(request: pytest.FixtureRequest) -> str:
    """Only one test here is about being offline."""
    return "allow" if "network" in request.node.name else "block"


def names(dialog: Locator) -> Locator:
    return dialog.get_by_role("table", name="Providers").locator("tbody th")


def test_the_table_is_sorted_and_filtered_and_says_why(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    dialog = table(room)
    everybody = ["Alder", re.compile("Birch.*birch/eu"), "Cedar", "Fir", "Larch", "Thistle"]
    expect(names(dialog)).to_have_text(everybody)
    expect(dialog).to_contain_text("Practice: Hearth 1: 3 of 6 providers allowed.")
    reasons = {
        "cedar": "keeps prompts for 30 days",
        "fir": "trains on prompts; your account does not allow training, as far as you have said",
        "larch": "whether it trains is not known",
    }
    for tag, why in reasons.items():
        expect(row(dialog, tag)).to_contain_text(why)
        expect(row(dialog, tag).locator(".badge")).to_have_text("no")
    for tag, source in {"alder": "zero-retention list", "cedar": "policy list", "larch": "nobody"}.items():
        expect(row(dialog, tag).get_by_role("cell").last).to_contain_text(source)

    price = dialog.get_by_role("columnheader", name="$/M in")
    expect(price).not_to_have_attribute("aria-sort", re.compile("."))
    price.get_by_role("button").click()
    expect(price).to_have_attribute("aria-sort", "ascending")
    dearer = [everybody[place] for place in (5, 4, 3, 2, 0, 1)]
    expect(names(dialog)).to_have_text(dearer)
    price.get_by_role("button").click()
    expect(price).to_have_attribute("aria-sort", "descending")
    expect(names(dialog)).to_have_text(dearer[::-1])

    search = dialog.get_by_role("searchbox", name="Filter providers")
    search.fill("30 DAYS")
    expect(names(dialog)).to_have_text(["Cedar"])
    only = dialog.get_by_role("checkbox", name="Only allowed")
    only.check()
    expect(dialog).to_contain_text("No provider matches.")
    search.fill("")
    expect(names(dialog)).to_have_text([everybody[place] for place in (1, 0, 5)])
    # Looking changes nothing.
    leave(room)
    expect(audience(room)).to_have_text(THREE)
    expect(names(table(room))).to_have_text(everybody)


def test_without_a_network_the_table_stands_as_it_was_last_known(
    context: BrowserContext, room: Room, api: PracticeServer
) -> None:
    room.use(api.base)
    expect(audience(room)).to_have_text(THREE)
    kept(room)
    asked = len(api.requests)
    context.set_offline(True)
    room.reload()
    expect(audience(room)).to_have_text(THREE)
    dialog = table(room)
    expect(names(dialog)).to_have_count(6)
    expect(row(dialog, "cedar")).to_contain_text("keeps prompts for 30 days")
    expect(dialog.get_by_role("button", name="Refresh")).to_be_disabled()
    assert len(api.requests) == asked
    context.set_offline(False)
    dialog.get_by_role("button", name="Refresh").click()
    expect(dialog.get_by_text("updated")).to_be_visible()
    api.wait_for(lambda seen: [one.path for one in seen[asked:] if one.path == "/endpoints/zdr"])


def correct(dialog: Locator, name: str, trains: str, retains: str, days: str = "") -> Locator:
    dialog.get_by_role("button", name=f"Correct what is known of {name}").click()
    card = dialog.locator("#correction-card")
    card.get_by_label("Trains on prompts").select_option(trains)
    card.get_by_label("Keeps prompts").select_option(retains)
    card.get_by_label("For how many days").fill(days)
    card.get_by_role("button", name="Say so").click()
    return card


def test_what_the_user_knows_better_counts_until_it_is_taken_back(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    dialog = table(room)
    card = correct(dialog, "Larch", "No", "Yes", "abc")
    expect(card.get_by_role("alert")).to_contain_text("Give a whole number of days")
    expect(card.get_by_role("alert")).to_contain_text("Nothing was changed.")
    expect(row(dialog, "larch")).to_contain_text("nobody")
    correct(dialog, "Larch", "No", "No")
    expect(card).to_have_count(0)
    expect(row(dialog, "larch")).to_contain_text("your word")
    expect(row(dialog, "larch").locator(".badge")).to_have_text("yes")
    leave(room)
    room.ask("Larch may hear this")
    four = CAREFUL | {"only": ["alder", "birch/eu", "larch", "thistle"]}
    assert providers(api) == [four]

    room.reload()
    expect(audience(room)).to_have_text("4 of 6 providers allowed")
    dialog = table(room)
    # It counts before the lists also where it is worse than what they say.
    correct(dialog, "Alder", "Yes", "")
    expect(row(dialog, "alder")).to_contain_text("trains on prompts")
    correct(dialog, "Larch", "", "")
    expect(row(dialog, "larch")).to_contain_text("nobody")
    leave(room)
    room.ask("And now not")
    assert providers(api)[1:] == [CAREFUL | {"only": ["birch/eu", "thistle"]}]


WRONG = {
    # What is typed where, what is said of it, and what is understood.
    "Longest time that prompts are kept": ("soon", "Give a whole number of days, up to 3,650", "30"),
    "Highest price in, $ per million": ("-1", "Give dollars per million tokens", "$1,50"),
    "Highest price out, $ per million": ("1e9", "Give dollars per million tokens", "4"),
    "Only these providers": ("alder; birch", "“alder; birch” is not a provider.", "Alder, Birch, thistle"),
    "Never these providers": ("<script>window.hurt=1</script>", "is not a provider.", "Thistle"),
}


def limits(room: Room) -> dict:
    """What is kept of the level of the one connection."""
    [connection] = json.loads(room.stored("connections"))["connections"]
    return json.loads(connection["text"])["privacy"]["limits"]


def test_what_is_typed_wrong_is_said_and_changes_nothing(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    expect(audience(room)).to_have_text(THREE)
    before = limits(room)
    dialog = room.settings("Privacy")
    said = dialog.get_by_role("alert")
    for name, (wrong, words, _) in WRONG.items():
        field = dialog.get_by_role("textbox", name=name)
        field.fill(wrong)
        expect(said).to_have_count(1)
        expect(said).to_contain_text(words)
        expect(said).to_contain_text("Nothing was changed.")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_value(wrong)
    expect(said).to_contain_text("<script>window.hurt=1</script>")
    assert room.page.evaluate("window.hurt") is None
    assert limits(room) == before
    leave(room)
    room.ask("As before")
    assert providers(api) == [CAREFUL]

    dialog = room.settings("Privacy")
    for name, (*_, right) in WRONG.items():
        field = dialog.get_by_role("textbox", name=name)
        field.fill(right)
        expect(field).not_to_have_attribute("aria-invalid", "true")
        field.press("Tab")
    expect(said).to_have_count(0)
    leave(room)
    expect(audience(room)).to_have_text("2 of 6 providers allowed")
    room.ask("As set")
    changed = {"only": ["alder", "birch/eu"], "ignore": ["thistle"], "max_price": {"prompt": 1.5, "completion": 4}}
    assert providers(api)[1:] == [CAREFUL | changed]


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[Room]:
    yield from opened(browser, site, PHONE)


def test_on_a_phone_axe_finds_nothing_and_a_finger_hits_everything(phone: Room, api: PracticeServer) -> None:
    room, check, found = drawer(phone).use(api.base), Check(phone.page), []
    # The table of providers scrolls in a box of its own.
    wider = WIDER_THAN_THE_SCREEN.replace(".table,", ".wide,")

    def look(where: str) -> None:
        check(where)
        found.extend(f"{where}: {one}" for one in room.page.evaluate(wider) + room.page.evaluate(SMALL))

    api.faults.next("/chat/completions", Fault(error="404 training"))
    room.send("Hello")
    room.answered("refused")
    look("refused")
    room.answers.last.get_by_role("button", name="Show who may see it").tap()
    dialog = room.page.get_by_role("dialog", name="Providers")
    expect(dialog.locator(".said.failed")).to_contain_text("The service refused")
    look("table")
    here(dialog).get_by_label("Longest time").fill("soon")
    expect(dialog.get_by_role("alert")).to_contain_text("Give a whole number of days")
    dialog.get_by_role("button", name="Correct what is known of Fir").tap()
    expect(dialog.locator("#correction-card")).to_be_visible()
    look("correction")
    dialog.get_by_role("button", name="Open Settings, Privacy").tap()
    dialog = room.page.get_by_role("dialog", name="Settings")
    dialog.get_by_role("textbox", name="Longest time").fill("soon")
    expect(dialog.get_by_role("alert")).to_contain_text("Give a whole number of days")
    dialog.get_by_role("checkbox", name="My account has opted in").check()
    dialog.get_by_role("button", name="Test it now").tap()
    expect(dialog.locator("#reach-status .checks li")).to_have_count(2)
    look("privacy")
    leave(room)
    look("prompts are logged")

    assert check.found == []
    assert not found, "\n".join(found)
    assert room.errors == []


def test_the_table_is_opened_sorted_and_left_by_keys(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    audience(room).focus()
    room.page.keyboard.press("Enter")
    dialog = room.page.get_by_role("dialog", name="Providers")
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    column = dialog.get_by_role("columnheader", name="Provider")
    column.get_by_role("button").focus()
    room.page.keyboard.press("Enter")
    expect(column).to_have_attribute("aria-sort", "ascending")
    expect(column.get_by_role("button")).to_be_focused()
    dialog.get_by_role("button", name="Correct what is known of Alder").press("Enter")
    expect(dialog.get_by_label("Trains on prompts")).to_be_focused()
    room.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(audience(room)).to_be_focused()
