"""Where messages go: other addresses, keys, the sign-in at OpenRouter, and that a key stays where it belongs."""

from __future__ import annotations

import base64
import hashlib
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.browser.room import KEY, Room
from tests.server import Fault, PracticeServer

OPENROUTER = "https://openrouter.ai"
WRONG_KEY = KEY[:-4] + "ffff"

UNUSABLE = {
    "": "address",
    "ftp://127.0.0.1/": "http",
    "http://127.0.0.1:1/v1": "127.0.0.1:1",
    "https://models.example.org/v1": "models.example.org",
    "http://user:secret@127.0.0.1:9/": "password",
}
NO_API = {"html 200": "The server's answer is not JSON.", "html page": "failed or gave no usable answer"}


@pytest.fixture
def service_workers() -> str:
    """A test sees every request of the page."""
    return "block"


class Wire:
    """What left the browser, and where a key was in it."""

    def __init__(self, page: Page) -> None:
        self.requests: list[Request] = []
        page.context.on("request", lambda request: self.requests.append(request))

    def urls_with(self, text: str) -> list[str]:
        return [request.url for request in self.requests if text in request.url]

    def headers_with(self, text: str) -> set[str]:
        return {name for request in self.requests for name, value in request.headers.items() if text in value}

    def bodies_with(self, text: str) -> list[str]:
        return [request.url for request in self.requests if text in (request.post_data or "")]


def everywhere_in_page(page: Page) -> str:
    """The document, what is written in its fields, and the address."""
    fields = page.evaluate("[...document.querySelectorAll('input, textarea')].map((field) => field.value).join(' ')")
    return f"{page.content()} {fields} {page.url}"


def fails(status: Locator, words: str) -> None:
    """The check failed, in a sentence and with advice."""
    said = status.locator(".failed")
    expect(said).to_contain_text(words)
    assert said.evaluate("said => said.firstElementChild.nextSibling.textContent.trim()")


def test_an_address_on_this_machine_is_found_and_used(room: Room, api: PracticeServer) -> None:
    room.page.get_by_role("button", name="Use another address").click()
    dialog = room.page.get_by_role("dialog", name="Settings")
    expect(dialog.get_by_role("heading", name="Connections")).to_be_visible()
    # What people type is completed: no scheme, a slash too many.
    dialog.get_by_role("textbox", name="Address").fill(f"{api.base.removeprefix('http://')}/")
    dialog.get_by_role("button", name="Connect", exact=True).click()
    expect(dialog.get_by_role("status")).to_contain_text("answers")
    room.connected("other")
    expect(dialog.get_by_role("combobox", name="Model")).to_have_value("practice/hearth-1")
    expect(dialog.get_by_role("textbox", name="Address")).to_have_value("")
    dialog.get_by_role("combobox", name="Model").select_option("practice/flint-2")
    room.page.keyboard.press("Escape")
    room.send("Hello")
    # The practice server lists models to everyone, and answers only who has a key.
    expect(room.answered("failed")).to_contain_text("This server wants a key.")
    assert "Authorization" not in {name for seen in api.requests for name in seen.headers}


def test_a_key_goes_to_the_server_and_nowhere_else(room: Room, api: PracticeServer) -> None:
    wire = Wire(room.page)
    room.use(api.base, KEY)
    assert KEY not in everywhere_in_page(room.page)
    expect(room.ask("Is the key seen?")).to_contain_text("You wrote: “Is the key seen?”")
    dialog = room.settings("Connections")
    expect(dialog.get_by_role("list", name="Connections on this device")).to_contain_text("…cdef")
    assert KEY not in everywhere_in_page(room.page)
    room.wait_stored("Is the key seen", "settings")
    room.reload()
    expect(room.ask("And after a reload?")).to_contain_text("You wrote: “And after a reload?”")
    dialog = room.settings("Data")
    with room.page.expect_download() as download:
        dialog.get_by_role("button", name="Export everything").click()
    assert KEY.encode() not in download.value.path().read_bytes()
    room.wait_stored("And after a reload", "settings")
    assert KEY in room.stored("connections")
    assert KEY not in room.stored("conversations", "threads", "drafts", "activity", "settings", "search")
    assert not any(KEY in line for line in room.console)
    assert wire.urls_with(KEY) == []
    assert wire.bodies_with(KEY) == []
    assert wire.headers_with(KEY) <= {"authorization"}
    with_key = [seen for seen in api.requests if any(KEY in value for value in seen.headers.values())]
    # Who serves a model is asked with the key: without it the service does not say how fast they are.
    asked = {"/key", "/models", "/models/practice/hearth-1/endpoints", "/chat/completions"}
    assert {seen.path for seen in with_key} <= asked
    assert all(seen.headers["Authorization"] == f"Bearer {KEY}" for seen in with_key)


def test_a_key_that_is_not_to_be_kept_lives_as_long_as_the_tab(room: Room, api: PracticeServer) -> None:
    room.use(api.base, KEY, keep=False)
    room.ask("One")
    room.reload()
    expect(room.ask("Two")).to_contain_text("You wrote: “Two”")
    room.wait_stored("“Two”", "settings")
    assert KEY not in room.stored()
    assert room.page.evaluate("Object.values(localStorage).join(' ')") == ""
    other = Room(room.page.context.new_page(), room.site).open()
    other.send("Three")
    expect(other.answered("failed")).to_contain_text("This server wants a key.")


def test_a_wrong_key_is_said_at_the_form(room: Room, api: PracticeServer) -> None:
    fails(room.connect(api.base, WRONG_KEY), "The key was not accepted.")
    room.connected("none")
    assert WRONG_KEY not in room.page.content()
    assert WRONG_KEY not in room.stored()


def test_something_that_is_no_key_is_not_sent(room: Room, api: PracticeServer) -> None:
    fails(room.connect(api.base, "not a key é"), "This is not a key")
    assert api.requests == ()


def test_an_address_that_cannot_work_is_explained(room: Room, api: PracticeServer) -> None:
    for address, words in UNUSABLE.items():
        fails(room.connect(address), words)
        room.page.keyboard.press("Escape")
    for preset, words in NO_API.items():
        api.faults.next("*", Fault(preset=preset), times=20)
        status = room.connect(api.base)
        fails(status, words)
        assert "<" not in status.inner_text()
        api.faults.clear()
        room.page.keyboard.press("Escape")
    expect(room.page.locator("html")).to_have_attribute("data-connection", "none")
    assert "secret" not in room.page.content()


def test_a_server_that_lets_no_page_in_is_explained(room: Room, api: PracticeServer) -> None:
    api.faults.next("*", Fault(no_cors=True), times=20)
    status = room.connect(api.base)
    fails(status, "page")
    expect(status).to_contain_text("CORS")


def test_a_connection_is_removed_after_a_question(room: Room, api: PracticeServer) -> None:
    room.use(api.base, KEY)
    room.ask("Hello")
    dialog = room.settings("Connections")
    remove = dialog.get_by_role("button", name="Remove")
    remove.click()
    question = room.page.get_by_role("dialog", name="Confirm")
    question.get_by_role("button", name="Cancel").click()
    expect(question).to_be_hidden()
    room.connected("other")
    if dialog.is_hidden():
        dialog = room.settings("Connections")
    remove.click()
    question.get_by_role("button", name="Remove").click()
    room.connected("none")
    expect(dialog.get_by_role("list", name="Connections on this device")).to_have_count(0)
    room.wait_stored('"connections":[]', "connections")
    assert KEY not in room.stored()
    room.page.keyboard.press("Escape")
    expect(room.answers).to_have_count(1)
    room.send("Again")
    expect(room.page.get_by_role("alert")).to_contain_text("Nothing is connected yet.")


# OpenRouter


@pytest.fixture
def openrouter(page: Page, api: PracticeServer) -> PracticeServer:
    """The practice server at OpenRouter's address; its sign-in page agrees when "Allow" is clicked."""

    def serve(route: Route) -> None:
        asked = urlsplit(route.request.url)
        if asked.path == "/auth":
            answer = route.fetch(url=f"{api.origin}/auth?{asked.query}", max_redirects=0)
            back = answer.headers.get("location", "")
            route.fulfill(content_type="text/html", body=f'<a href="{back.replace("&", "&amp;")}">Allow</a>')
            return
        target = f"{api.origin}{asked.path}{'?' + asked.query if asked.query else ''}"
        route.fulfill(response=route.fetch(url=target))

    page.context.route(f"{OPENROUTER}/**", serve)
    return api


def test_signing_in_at_openrouter_connects_it(room: Room, openrouter: PracticeServer) -> None:
    room.page.get_by_role("button", name="Connect OpenRouter").click()
    room.page.get_by_role("link", name="Allow").click()
    room.ready().connected("openrouter")
    expect(room.page.get_by_role("button", name="OpenRouter", exact=True)).to_be_visible()
    # What the sign-in brought is gone from the address bar, and from the tab.
    assert urlsplit(room.page.url).query == ""
    assert "sign-in" not in " ".join(room.page.evaluate("Object.keys(sessionStorage)"))
    asked, exchanged = (next(s for s in openrouter.requests if s.path == path) for path in ("/auth", "/auth/keys"))
    verifier = json.loads(exchanged.body)["code_verifier"]
    assert asked.query["code_challenge_method"] == "S256"
    digest = hashlib.sha256(verifier.encode()).digest()
    assert asked.query["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert len(verifier) >= 43
    assert parse_qs(urlsplit(asked.query["callback_url"]).fragment) == {}
    expect(room.ask("Hello")).to_contain_text("You wrote: “Hello”")


def test_a_sign_in_that_this_tab_did_not_begin_is_refused(room: Room, openrouter: PracticeServer) -> None:
    room.page.goto(f"{room.site}?code=somebody-elses&state=unknown")
    room.ready()
    dialog = room.page.get_by_role("dialog", name="Settings")
    fails(dialog.get_by_role("status"), "A sign-in that this tab did not begin was ignored.")
    assert urlsplit(room.page.url).query == ""
    assert [seen.path for seen in openrouter.requests if seen.path == "/auth/keys"] == []
    room.connected("none")


def test_a_sign_in_that_comes_back_with_another_state_is_refused(room: Room, openrouter: PracticeServer) -> None:
    room.page.get_by_role("button", name="Connect OpenRouter").click()
    allow = room.page.get_by_role("link", name="Allow")
    back = allow.get_attribute("href") or ""
    state = parse_qs(urlsplit(back).query)["state"][0]
    room.page.goto(back.replace(state, state[::-1]))
    room.ready()
    dialog = room.page.get_by_role("dialog", name="Settings")
    fails(dialog.get_by_role("status"), "A sign-in that this tab did not begin was ignored.")
    assert [seen.path for seen in openrouter.requests if seen.path == "/auth/keys"] == []


def test_a_sign_in_that_is_denied_is_said(room: Room, openrouter: PracticeServer) -> None:
    room.page.get_by_role("button", name="Connect OpenRouter").click()
    back = room.page.get_by_role("link", name="Allow").get_attribute("href") or ""
    state = parse_qs(urlsplit(back).query)["state"][0]
    room.page.goto(f"{room.site}?error=access_denied&state={state}")
    room.ready()
    fails(room.page.get_by_role("dialog", name="Settings").get_by_role("status"), "did not allow the sign-in")
    # It can be begun again.
    dialog = room.page.get_by_role("dialog", name="Settings")
    dialog.get_by_role("button", name="Connect OpenRouter").click()
    room.page.get_by_role("link", name="Allow").click()
    room.ready().connected("openrouter")


def test_a_pasted_openrouter_key_is_checked(room: Room, openrouter: PracticeServer) -> None:
    dialog = room.settings("Connections")
    dialog.get_by_text("Paste a key instead").click()
    field = dialog.get_by_role("textbox", name="OpenRouter key")
    field.fill(WRONG_KEY)
    dialog.get_by_role("button", name="Use this key").click()
    fails(dialog.get_by_role("status"), "The key was not accepted.")
    field.fill(KEY)
    dialog.get_by_role("button", name="Use this key").click()
    room.connected("openrouter")
    assert KEY not in everywhere_in_page(room.page)
