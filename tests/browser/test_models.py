"""Choosing the model: search, prices, only the free ones, and a list that is there without a network."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.room import Room
from tests.server import Fault, PracticeServer


@pytest.fixture
def service_workers() -> str:
    """Nothing here is about being offline."""
    return "block"


def picker(room: Room) -> Locator:
    room.page.locator("#composer-models").get_by_role("button").first.click()
    return room.page.get_by_role("dialog", name="Models")


def rows(dialog: Locator) -> Locator:
    return dialog.get_by_role("list", name="Models").get_by_role("button")


def choose(dialog: Locator, words: str) -> None:
    """Choose the one model that these words find."""
    dialog.get_by_role("searchbox", name="Search models").fill(words)
    expect(rows(dialog)).to_have_count(1)
    rows(dialog).click()


def test_a_model_is_found_compared_and_chosen(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    dialog = picker(room)
    search = dialog.get_by_role("searchbox", name="Search models")
    expect(search).to_be_focused()
    hearth = dialog.get_by_role("button", name="Practice: Hearth 1 practice/hearth-1", exact=False).first
    expect(hearth).to_have_attribute("aria-pressed", "true")
    expect(hearth).to_contain_text("$0.10 in")
    expect(hearth).to_contain_text("$0.30 out")
    expect(hearth).to_contain_text("per million")
    expect(hearth).to_contain_text("131K context")
    everything = rows(dialog).count()
    # As one types: any order of words, any case.
    search.press_sequentially("FLINT pro")
    expect(rows(dialog)).to_have_count(1)
    expect(rows(dialog)).to_contain_text("practice/flint-2-pro")
    expect(search).to_be_focused()
    search.fill("no such model anywhere")
    expect(dialog).to_contain_text("No model matches.")
    search.fill("")
    expect(rows(dialog)).to_have_count(everything)
    dialog.get_by_role("checkbox", name="Free only").check()
    free = rows(dialog).filter(has=room.page.get_by_text("free", exact=True)).count()
    assert 0 < free < everything
    expect(rows(dialog)).to_have_count(free)
    # A model that cannot chat is not offered.
    expect(rows(dialog).filter(has_text="pebble-embed")).to_have_count(0)
    dialog.get_by_role("checkbox", name="Free only").uncheck()
    choose(dialog, "longlog")
    expect(dialog).to_be_hidden()
    expect(room.message).to_be_focused()
    expect(room.page.locator("#composer-models")).to_contain_text("Longlog 1M")
    expect(room.ask("Hello")).to_have_attribute("aria-label", "practice/longlog-1m")
    sent = next(seen for seen in api.requests if seen.path == "/chat/completions" and seen.method == "POST")
    assert json.loads(sent.body)["model"] == "practice/longlog-1m"


def test_every_conversation_keeps_its_model(room: Room, api: PracticeServer) -> None:
    room.use(api.base).ask("First")
    room.page.get_by_role("button", name="New conversation").click()
    dialog = picker(room)
    choose(dialog, "kindling")
    room.ask("Second")
    expect(room.page.locator("#composer-models")).to_contain_text("Kindling S")
    room.shelf.get_by_role("link", name="First").click()
    expect(room.page.locator("#composer-models")).to_contain_text("Hearth 1")
    room.shelf.get_by_role("link", name="Second").click()
    room.reload()
    expect(room.page.locator("#composer-models")).to_contain_text("Kindling S")


def test_the_list_is_kept_for_times_without_a_server(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    api.faults.next("/models", Fault(cut_after=0), times=20)
    room.reload()
    dialog = picker(room)
    expect(rows(dialog).filter(has_text="practice/hearth-1").first).to_be_visible()
    before = rows(dialog).count()
    dialog.get_by_role("button", name="Refresh").click()
    expect(dialog).to_contain_text("This list may be old.")
    expect(rows(dialog)).to_have_count(before)
    choose(dialog, "kindling")
    expect(room.page.locator("#composer-models")).to_contain_text("Kindling S")
