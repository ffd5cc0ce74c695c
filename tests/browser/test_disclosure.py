"""What is said and kept of who saw a message, what nobody was told, and a server of this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_plus, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.browser.room import KEY, Room
from tests.browser.test_activity import READ, entries
from tests.browser.test_privacy import Watch
from tests.browser.test_routing import CAREFUL, THREE, allow, audience, leave, new_conversation, providers, use_model
from tests.browser.test_talk import CHAT, bodies
from tests.server import Fault, PracticeServer

PROMPT, TITLE, FILE, INSIDE, DRAFT = PLANTED = ("marzipan", "quillwort", "periwinkle", "sassafras", "butterbur")
LISTS = ("known:", "endpoints:", "models:")
PLAIN = "http://127.0.0.1:11434/v1"


@pytest.fixture
def service_workers() -> str:
    """Nothing here is about being offline."""
    return "block"


def seen_by(room: Room) -> Locator:
    return room.page.locator("details.seen-by")


def test_an_answer_remembers_who_gave_it_and_the_end_adds_them_up(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    expect(audience(room)).to_have_text(THREE)
    expect(seen_by(room)).to_have_count(0)
    answer = room.ask("Hello")
    by = answer.locator("header span").first
    expect(by).to_have_text("via Alder, keeps nothing")
    expect(by).to_have_attribute(
        "title",
        "Trains on prompts: no. Keeps them: no. Known from: zero-retention list. Allowed were: Alder, Birch, Thistle.",
    )
    # The question itself was seen by those who answered; it says nothing.
    expect(room.page.get_by_role("article", name="You").locator("header span")).to_have_count(0)
    expect(seen_by(room).locator("summary")).to_have_text("Seen by 1 provider")
    witness = seen_by(room).get_by_role("listitem")
    expect(witness.first).to_be_hidden()
    seen_by(room).locator("summary").click()
    expect(witness.first).to_have_text("Alder gave 1 answer: keeps nothing")
    expect(witness).to_have_count(2)
    room.wait_stored("zero-retention list", "threads")
    room.reload()
    expect(by).to_have_text("via Alder, keeps nothing")
    expect(seen_by(room).locator("summary")).to_have_text("Seen by 1 provider")

    allow(room, "Allow providers that keep prompts")
    use_model(room, "flint-2-pro", "1 of 1 provider allowed")
    room.ask("And you?")
    expect(by).to_have_text("via Cedar, keeps prompts 30 days")
    expect(seen_by(room).locator("summary")).to_have_text("Seen by 2 providers")
    # Whom the service refuses sees nothing; a request that fails may have been seen by any that were allowed.
    use_model(room, "kindling", "2 of 2 providers allowed")
    api.faults.next(CHAT, Fault(error="404"))
    room.send("Nobody hears this").answered("refused")
    expect(seen_by(room).locator("summary")).to_have_text("Seen by 2 providers")
    expect(seen_by(room)).not_to_contain_text("Perhaps")
    api.faults.next(CHAT, Fault(error="500"))
    room.send("Perhaps somebody hears this").answered("failed")
    expect(seen_by(room)).to_contain_text("Perhaps, for a request without an answer: Oak, Elm")
    # Where an answer is forgotten here, it was seen all the same.
    room.answers.nth(1).get_by_role("button", name="Delete message").click()
    room.page.get_by_role("dialog", name="Confirm").get_by_role("button", name="Delete").click()
    expect(room.answers).to_have_count(3)
    expect(seen_by(room).locator("summary")).to_have_text("Seen by 2 providers")


def attach(room: Room, name: str, text: str) -> None:
    with room.page.expect_file_chooser() as chooser:
        room.page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files([{"name": name, "mimeType": "text/plain", "buffer": text.encode()}])
    expect(room.page.get_by_role("list", name="Attached files").get_by_role("listitem")).to_have_count(1)


def rename(room: Room, title: str) -> None:
    room.shelf.locator(".entry").first.hover()
    room.shelf.get_by_role("button", name="Conversation menu").first.click()
    room.page.locator("#menu").get_by_role("button", name="Rename").click()
    dialog = room.page.get_by_role("dialog", name="Rename")
    dialog.get_by_role("textbox").fill(title)
    dialog.get_by_role("textbox").press("Enter")
    expect(room.page.get_by_role("heading", level=1)).to_have_text(title)


def test_no_word_of_a_conversation_is_in_lists_or_asked_for_or_in_an_address(
    context: BrowserContext, page: Page, site: str, api: PracticeServer
) -> None:
    watch = Watch(context)
    room = Room(page, site).open().use(api.base)
    expect(audience(room)).to_have_text(THREE)
    attach(room, f"{FILE}.txt", INSIDE)
    room.ask(f"What is {PROMPT}?")
    rename(room, f"About {TITLE}")
    # A service may say the question again in a refusal, where names and models stand.
    echo = {"code": 404, "message": f"No endpoints found for {PROMPT}", "metadata": {
        "provider_name": PROMPT, "available_providers": [FILE], "requested_providers": [TITLE], "raw": INSIDE,
    }}  # fmt: skip
    api.faults.next(CHAT, Fault(status=404, body=json.dumps({"error": echo})))
    room.send(f"Once more about {PROMPT}").answered("refused")
    api.faults.next(CHAT, Fault(cut_after=20))
    room.send(f"And again about {PROMPT}").answered("failed")
    room.message.fill(f"Not sent yet: {DRAFT}")
    room.wait_stored(DRAFT)
    use_model(room, "kindling", "1 of 2 providers allowed")
    page.locator("#composer-models .audience").click()
    dialog = page.get_by_role("dialog", name="Providers")
    dialog.get_by_role("button", name="Refresh").click()
    expect(dialog.get_by_role("button", name="Refresh")).to_be_enabled()
    leave(room)
    assert len(entries(room)) == 3

    secrets = (*PLANTED, KEY)
    records: list[tuple[str, str, Any]] = page.evaluate(READ)["records"]
    lists = {key: json.dumps(record) for store, key, record in records if store == "settings"}
    lists = {key: text for key, text in lists.items() if key.startswith(LISTS)}
    assert {kind for kind in LISTS for key in lists if key.startswith(kind)} == set(LISTS)
    listed = [*lists, *lists.values(), room.stored("activity")]
    # The lists hold what lists hold.
    for kind, entry in zip(LISTS, ("Thistle", "quantization", "Kindling"), strict=True):
        assert entry in "".join(text for key, text in lists.items() if key.startswith(kind))
    assert [secret for secret in secrets for text in listed if secret in text] == []
    # They were there to be found, here and in what was sent.
    elsewhere = json.dumps(records)
    assert [secret for secret in secrets if secret not in elsewhere] == []
    sent = json.dumps(bodies(api))
    assert [word for word in (PROMPT, INSIDE, FILE) if word not in sent] == []
    # The title and what was not sent stay here.
    assert [word for word in (TITLE, DRAFT, KEY) if word in sent] == []

    others = [seen for seen in api.requests if seen.path != CHAT]
    assert {seen.method for seen in others} <= {"GET", "OPTIONS"}
    for seen in others:
        told = {**seen.headers, "Authorization": ""}
        whole = unquote_plus(f"{seen.path} {dict(seen.query)} {told}") + seen.body.decode()
        assert [secret for secret in secrets if secret in whole] == [], seen.path
    addresses = [unquote_plus(request.url) for request in watch.requests]
    assert f"{api.base}/endpoints/zdr" in addresses
    assert [url for url in addresses for secret in secrets if secret in url] == []
    assert [text for text in (*watch.console, *room.console) if any(secret in text for secret in secrets)] == []
    assert room.errors == []


def reach(room: Room) -> Locator:
    dialog = room.settings("Privacy")
    dialog.get_by_role("button", name="Test it now").click()
    lines = dialog.locator("#reach-status li")
    expect(lines).to_have_count(2)
    return lines


def test_the_self_test_says_that_the_browser_refused_both(room: Room) -> None:
    said = "the browser refused a request to inglenook-self-test.invalid."
    expect(reach(room)).to_have_text([f"The page: {said}", f"The worker: {said}"])


@pytest.fixture
def open_site(browser: Browser, site: str) -> Iterator[Room]:
    """The page without its policy."""
    context = browser.new_context(service_workers="block")

    def without_policy(route: Route) -> None:
        response = route.fetch()
        page = response.text()
        changed = page.replace("Content-Security-Policy", "X-Nothing")
        assert changed != page
        route.fulfill(response=response, body=changed)

    context.route(site, without_policy)
    yield Room(context.new_page(), site).open()
    context.close()


def test_without_the_policy_the_self_test_does_not_say_that_anything_was_refused(open_site: Room) -> None:
    lines = reach(open_site)
    for line, place in zip(lines.all(), ("page", "worker"), strict=True):
        expect(line).to_contain_text(f"The {place}: the request to inglenook-self-test.invalid failed")
        expect(line).to_contain_text("This proves nothing.")


def cost(room: Room, text: str) -> dict[str, Any]:
    """Ask in a new conversation; the entry of the request."""
    before = {entry["id"] for entry in entries(room)}
    new_conversation(room)
    room.ask(text)
    room.until(f"({room.reader})(['activity']).then((text) => JSON.parse(text).activity.length > {len(before)})")
    [entry] = [entry for entry in entries(room) if entry["id"] not in before]
    return entry


def test_a_declared_opt_in_to_logging_is_said_and_counted(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    note = room.page.locator("#composer-note")
    first = cost(room, "Tell me about oak")
    expect(note).to_have_text("")
    assert (first["logged"], first["discount_usd"]) == (False, 0)

    allow(room, "My account has opted in to prompt logging")
    expect(note).to_contain_text("Prompts are logged: your account lets")
    api.router.account = replace(api.router.account, lends_prompts=True)
    second = cost(room, "Tell me about oak")
    expect(note).to_contain_text("Prompts are logged")
    assert (second["provider"], second["completion_tokens"]) == (first["provider"], first["completion_tokens"])
    assert second["cost_usd"] == pytest.approx(first["cost_usd"] * 0.99)
    assert second["discount_usd"] == pytest.approx(first["cost_usd"] * 0.01)
    assert second["logged"]
    # It is said to the user and to nobody else.
    assert providers(api) == [CAREFUL, CAREFUL]
    expect(seen_by(room)).to_contain_text("logged it, as your account allows")
    dialog = room.settings("Activity")
    discounts = dialog.get_by_role("table", name="Requests").locator("tbody tr td:nth-child(10)")
    expect(discounts).to_have_count(2)
    expect(discounts.last).to_have_text("$0")
    expect(discounts.first).not_to_have_text("$0")
    expect(discounts.first).to_contain_text("$")


@pytest.fixture
def plain(context: BrowserContext) -> list[dict[str, Any]]:
    """A server of this machine that answers itself, and what it was asked."""
    asked: list[dict[str, Any]] = []

    def serve(route: Route) -> None:
        path, free = urlsplit(route.request.url).path, {"Access-Control-Allow-Origin": "*"}
        if path == "/v1/models":
            models = {"object": "list", "data": [{"id": "hearthside:8b", "object": "model", "owned_by": "me"}]}
            route.fulfill(json=models, headers=free)
        elif path == "/v1/chat/completions":
            asked.append(route.request.post_data_json)
            said = {"choices": [{"index": 0, "delta": {"content": "By the fire."}, "finish_reason": "stop"}]}
            body = f"data: {json.dumps(said)}\n\ndata: [DONE]\n\n"
            route.fulfill(body=body, content_type="text/event-stream", headers=free)
        else:
            asked.append({"path": path})
            route.fulfill(status=404, body="404 page not found", headers=free)

    context.route(f"{PLAIN.removesuffix('/v1')}/**", serve)
    return asked


def test_what_is_written_to_a_server_of_this_machine_stays_here(room: Room, plain: list[dict[str, Any]]) -> None:
    room.use(PLAIN, "")
    expect(audience(room)).to_have_text("Stays on this machine")
    expect(room.ask("Is it warm?")).to_contain_text("By the fire.")
    assert [set(body) for body in plain] == [{"model", "messages", "stream", "stream_options"}]
    expect(room.answers.last.locator("header span").first).to_have_text("stayed on this machine")
    expect(seen_by(room).locator("summary")).to_have_text("Stayed on this machine")
    audience(room).click()
    dialog = room.page.get_by_role("dialog", name="Providers")
    expect(dialog).to_contain_text("What you write goes nowhere else from here.")
    expect(dialog.get_by_role("table")).to_have_count(0)
    leave(room)
    expect(room.settings("Privacy")).to_contain_text("a server on this machine: what you write stays here")
