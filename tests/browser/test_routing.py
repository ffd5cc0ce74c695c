"""Who is asked: the providers that a request names, and what forbids, loosens or refuses."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.room import Room
from tests.browser.test_models import choose, picker
from tests.browser.test_privacy import Watch, origin
from tests.browser.test_talk import CHAT, bodies
from tests.server import Fault, PracticeServer

CAREFUL = {"only": ["alder", "birch/eu", "thistle"], "allow_fallbacks": True, "data_collection": "deny"}
THREE = "3 of 6 providers allowed"
# Who may be told the key, and whose lists are asked for without it.
WITH_KEY = {"/key", "/models", "/models/practice/hearth-1/endpoints", CHAT}
WITHOUT_KEY = {"/providers", "/endpoints/zdr", "/frontend/v1/all-providers"}


@pytest.fixture
def service_workers() -> str:
    """Nothing here is about being offline."""
    return "block"


def audience(room: Room) -> Locator:
    """What the composer says of who may see the next message."""
    return room.page.locator("#composer-models .audience")


def table(room: Room) -> Locator:
    audience(room).click()
    return room.page.get_by_role("dialog", name="Providers")


def row(dialog: Locator, tag: str) -> Locator:
    return dialog.locator(f"tr[data-tag='{tag}']")


def leave(room: Room) -> None:
    room.page.keyboard.press("Escape")
    expect(room.page.locator("dialog[open]")).to_have_count(0)


def use_model(room: Room, words: str, counts: str) -> None:
    choose(picker(room), words)
    expect(audience(room)).to_have_text(counts)


def allow(room: Room, *switches: str) -> None:
    """Switch these on in the privacy settings."""
    dialog = room.settings("Privacy")
    for name in switches:
        dialog.get_by_role("checkbox", name=name).check()
    leave(room)


def here(dialog: Locator) -> Locator:
    """What can be forbidden in this conversation only."""
    card = dialog.locator("#room-limits")
    if card.get_attribute("open") is None:
        card.locator("summary").click()
    return card


def new_conversation(room: Room) -> None:
    room.page.get_by_role("button", name="New conversation").click()
    expect(room.answers).to_have_count(0)


def providers(api: PracticeServer) -> list[dict]:
    return [body["provider"] for body in bodies(api)]


def test_a_new_connection_asks_only_who_neither_trains_nor_keeps(
    context: BrowserContext, page: Page, site: str, api: PracticeServer
) -> None:
    watch = Watch(context)
    room = Room(page, site).open().use(api.base)
    expect(audience(room)).to_have_text(THREE)
    room.ask("Who hears this?")

    assert providers(api) == [CAREFUL]
    assert watch.origins() == {origin(site), api.origin}
    told = [request for request in watch.requests if "authorization" in request.headers]
    assert {origin(request.url) for request in told} == {api.origin}
    assert {urlsplit(request.url).path.removeprefix("/api/v1") for request in told} == WITH_KEY
    keyed = [seen.path for seen in api.requests if "Authorization" in seen.headers]
    bare = [seen.path for seen in api.requests if "Authorization" not in seen.headers and seen.method != "OPTIONS"]
    assert (set(keyed), set(bare)) == (WITH_KEY, WITHOUT_KEY)
    # The lists are asked for once, not before each message.
    room.ask("And this?")
    assert providers(api) == [CAREFUL] * 2
    assert len([seen for seen in api.requests if seen.path in WITHOUT_KEY]) == len(bare)
    assert room.errors == []


def test_when_nobody_is_left_nothing_is_sent_and_the_smallest_change_is_offered(
    room: Room, api: PracticeServer
) -> None:
    room.use(api.base)
    use_model(room, "flint-2-pro", "0 of 1 provider allowed")
    room.send("This must not go anywhere")
    note = room.page.locator("#composer-note").get_by_role("alert")
    expect(note).to_contain_text("No provider may see this message, so nothing was sent.")
    expect(note).to_contain_text("“Allow providers that keep prompts” is off, which excludes Cedar.")
    expect(room.message).to_have_value("This must not go anywhere")
    expect(room.answers).to_have_count(0)
    assert [seen for seen in api.requests if seen.path == CHAT] == []

    # The change is as small as it can be: for so long as Cedar keeps prompts, and no longer.
    note.get_by_role("button", name="Allow providers that keep prompts, for 30 days at most", exact=True).click()
    expect(audience(room)).to_have_text("1 of 1 provider allowed")
    expect(note).to_have_count(0)
    room.message.press("Enter")
    expect(room.answered()).to_contain_text("This must not go anywhere")
    assert providers(api) == [{"only": ["cedar"], "allow_fallbacks": True, "data_collection": "deny"}]
    dialog = room.settings("Privacy")
    expect(dialog.get_by_role("checkbox", name="Allow providers that keep prompts")).to_be_checked()
    expect(dialog.get_by_role("textbox", name="Longest time that prompts are kept")).to_have_value("30")
    expect(dialog.get_by_role("checkbox", name="Allow providers that train")).not_to_be_checked()


def test_a_free_model_that_everybody_trains_on_needs_several_changes(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    use_model(room, "hearth-1:free", "0 of 2 providers allowed")
    room.send("Is anything free?")
    note = room.page.locator("#composer-note").get_by_role("alert")
    for switch in ("Allow training for free models", "My account allows training", "Allow providers that keep prompts"):
        expect(note).to_contain_text(f"“{switch}” is off, which excludes Juniper and Fir.")
    remedy = note.get_by_role("button", name="Allow training for free models, and")
    expect(remedy).to_contain_text("say that your account allows training")
    expect(remedy).to_contain_text("allow providers that keep prompts, for 90 days at most")
    remedy.click()
    expect(audience(room)).to_have_text("1 of 2 providers allowed")
    assert bodies(api) == []
    room.message.press("Enter")
    room.answered()
    assert providers(api) == [{"only": ["fir"], "allow_fallbacks": True}]
    # What was allowed for a free model is not allowed for one that is paid.
    use_model(room, "lantern", "1 of 2 providers allowed")


def refused(room: Room, text: str, words: str, *tags: str) -> Locator:
    """Send what the service then refuses; answers the open table."""
    room.send(text)
    answer = room.answered("refused")
    expect(audience(room)).to_have_text("Refused by the service")
    answer.get_by_role("button", name="Show who may see it").click()
    dialog = room.page.get_by_role("dialog", name="Providers")
    expect(dialog.locator(".said.failed")).to_contain_text("The service refused")
    for tag in tags:
        expect(row(dialog, tag)).to_contain_text(f"the service: {words}")
        expect(row(dialog, tag).locator(".badge")).to_have_text("no")
    return dialog


def test_a_refusal_of_the_service_stands_in_the_table_until_it_is_asked_again(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    allow(room, "Allow providers that keep prompts")
    use_model(room, "flint-2-pro", "1 of 1 provider allowed")
    api.router.account = replace(api.router.account, zdr=True)
    dialog = refused(room, "Hello", "the account or the request wants zero retention", "cedar")
    dialog.get_by_role("button", name="Refresh").click()
    expect(row(dialog, "cedar")).not_to_contain_text("the service")
    expect(row(dialog, "cedar").locator(".badge.ok")).to_have_text("yes")
    expect(audience(room)).to_have_text("1 of 1 provider allowed")
    leave(room)
    api.router.account = replace(api.router.account, zdr=False)
    room.answers.last.get_by_role("button", name="Retry").click()
    room.answered()
    assert [asked["only"] for asked in providers(api)] == [["cedar"]] * 2
    # What was refused for one model is not said of another.
    use_model(room, "longlog", "1 of 2 providers allowed")


def test_an_account_that_forbids_training_is_told_apart_from_what_was_declared(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    allow(room, "Allow providers that train", "Allow providers that keep prompts", "My account allows training")
    use_model(room, "lantern", "2 of 2 providers allowed")
    dialog = table(room)
    here(dialog).get_by_label("Only these providers here").fill("Rowan")
    expect(row(dialog, "birch")).to_contain_text("is not on your list of providers")
    leave(room)
    api.router.account = replace(api.router.account, paid_training=False)
    words = "may train, and the account forbids that for paid models"
    dialog = refused(room, "Look", words, "rowan")
    # Birch is excluded by what was asked for here, and not by the service.
    expect(row(dialog, "birch")).to_contain_text("is not on your list of providers")
    expect(row(dialog, "birch")).not_to_contain_text("the service")
    assert providers(api) == [{"only": ["rowan"], "allow_fallbacks": True}]


def test_a_conversation_forbids_more_than_its_connection_and_never_less(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    expect(audience(room)).to_have_text(THREE)
    dialog = table(room)
    limits = here(dialog)
    for already in ("No providers that train", "No training for free models", "No providers that keep prompts"):
        box = limits.get_by_role("checkbox", name=already)
        expect(box).to_be_checked()
        expect(box).to_be_disabled()
    limits.get_by_role("checkbox", name="Zero retention only").check()
    limits.get_by_label("Never these providers here").fill("Alder")
    expect(row(dialog, "alder")).to_contain_text("is on your list of those never to use")
    leave(room)
    expect(audience(room)).to_have_text("2 of 6 providers allowed")
    room.ask("In the tight room")
    tight = CAREFUL | {"only": ["birch/eu", "thistle"], "ignore": ["alder"], "zdr": True}
    assert providers(api) == [tight]

    new_conversation(room)
    expect(audience(room)).to_have_text(THREE)
    room.ask("In another room")
    assert providers(api)[1:] == [CAREFUL]

    # Looser for the connection is not looser for the room; and what the room forbids outlives the page.
    allow(room, "Allow providers that keep prompts")
    expect(audience(room)).to_have_text("4 of 6 providers allowed")
    room.reload()
    room.shelf.get_by_role("link", name="In the tight room").click()
    expect(audience(room)).to_have_text("2 of 6 providers allowed")
    expect(row(table(room), "cedar")).to_contain_text("is not in the list of zero-retention endpoints")
    leave(room)
    expect(room.answers.last).to_contain_text("In the tight room")
    room.ask("Still tight")
    assert providers(api)[2:] == [tight]


def test_a_retry_names_the_same_providers_and_another_model_others(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    answer = room.ask("Hello")
    answer.get_by_role("button", name="Retry").click()
    expect(answer.locator(".versions")).to_have_text("2 / 2")
    room.answered()
    use_model(room, "kindling", "1 of 2 providers allowed")
    answer.get_by_role("button", name="Retry").click()
    expect(answer.locator(".versions")).to_have_text("3 / 3")
    room.answered()
    assert [(body["model"], body["provider"]) for body in bodies(api)] == [
        ("practice/hearth-1", CAREFUL), ("practice/hearth-1", CAREFUL),
        ("practice/kindling-s", CAREFUL | {"only": ["oak"]}),
    ]  # fmt: skip


def test_two_rooms_that_are_answered_at_once_each_keep_their_own_limits(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    dialog = table(room)
    here(dialog).get_by_label("Never these providers here").fill("thistle, birch")
    expect(row(dialog, "birch/eu")).to_contain_text("is on your list")
    leave(room)
    api.faults.next(CHAT, Fault(tokens_per_s=100))
    room.send("long 5000 tokens")
    room.answered("streaming")
    new_conversation(room)
    room.ask("Meanwhile")
    first = next(seen for seen in api.requests if seen.path == CHAT and seen.method == "POST")
    assert not first.done
    room.shelf.get_by_role("link", name="long 5000 tokens").click()
    room.answered("streaming")
    room.page.get_by_role("button", name="Stop").click()
    answer = room.answered("interrupted")
    answer.get_by_role("button", name="Retry").click()
    room.answered()
    tight = CAREFUL | {"only": ["alder"], "ignore": ["birch", "thistle"]}
    assert providers(api) == [tight, CAREFUL, tight]
