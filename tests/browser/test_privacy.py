"""What leaves the page and what must not, as the browser, the servers and a listener that nobody may reach see it."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.browser.forbidden import Forbidden
from tests.browser.room import Room
from tests.browser.sse import saying
from tests.server import Fault, PracticeServer

KEY = "sk-or-v1-5ecret0f0ne7e57"

# Chromium asks this by itself about every form that it sees; no page can see or stop it.
OF_THE_BROWSER = {b"CONNECT content-autofill.googleapis.com:443 HTTP/1.1"}

# Everything that lies in the browser for this site, as text, by the place where it lies.
STORED = """
async () => {
  const found = { cookies: document.cookie };
  found.sessionStorage = JSON.stringify({ ...sessionStorage });
  found.localStorage = JSON.stringify({ ...localStorage });
  const database = await new Promise((done, failed) => {
    const request = indexedDB.open("inglenook");
    request.onsuccess = () => done(request.result);
    request.onerror = failed;
  });
  for (const name of database.objectStoreNames) {
    const store = database.transaction(name).objectStore(name);
    const all = (what) => new Promise((done) => { const r = store[what](); r.onsuccess = () => done(r.result); });
    const [keys, records] = [await all("getAllKeys"), await all("getAll")];
    // Conversations are kept small: what is searched for must be looked for in what they say.
    const inflate = (bytes) =>
      new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
    const text = async (record) => {
      if (record instanceof Blob) return record.text();
      if (record?.text instanceof Uint8Array) record.text = await inflate(record.text);
      return JSON.stringify(record);
    };
    const texts = await Promise.all(records.map(text));
    found[`indexedDB ${name}`] = JSON.stringify(keys) + texts.join("\\n");
  }
  database.close();
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    const kept = await cache.keys();
    found[`cache ${name}`] = kept.map(({ url }) => url).join("\\n");
  }
  return found;
}
"""

# Tries to reach an address in every way that a script in this place has, and says how each ended.
REACH = """
async (target) => {
  const ways = {
    fetch: () => fetch(target + "fetch", { mode: "no-cors" }),
    xhr: () => new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.onload = done;
      request.onerror = failed;
      request.open("GET", target + "xhr");
      request.send();
    }),
    socket: () => new Promise((done, failed) => {
      const socket = new WebSocket(target.replace("http", "ws") + "socket");
      socket.onopen = done;
      socket.onerror = failed;
    }),
    events: () => new Promise((done, failed) => {
      const source = new EventSource(target + "events");
      source.onopen = done;
      source.onerror = () => { source.close(); failed(); };
    }),
    module: () => import(target + "module.js"),
  };
  if (typeof document !== "undefined") {
    const element = (name, attributes) => new Promise((done, failed) => {
      const made = Object.assign(document.createElement(name), attributes);
      made.onload = done;
      made.onerror = failed;
      document.body.append(made);
    });
    ways.beacon = async () => { if (!navigator.sendBeacon(target + "beacon", "x")) throw new Error("refused"); };
    ways.image = () => element("img", { src: target + "image.png" });
    ways.script = () => element("script", { src: target + "script.js" });
    ways.style = () => element("link", { rel: "stylesheet", href: target + "style.css" });
    ways.video = () => element("video", { src: target + "video.mp4" });
  }
  const ended = {};
  for (const [name, way] of Object.entries(ways)) {
    ended[name] = await way().then(() => "reached", () => "refused");
  }
  return ended;
}
"""


@pytest.fixture
def forbidden() -> Iterator[Forbidden]:
    with Forbidden() as server:
        yield server


class Watch:
    """Everything that a context asks for and prints, as the browser tells it."""

    def __init__(self, context: BrowserContext) -> None:
        self.requests: list[Request] = []
        self.console: list[str] = []
        context.on("request", lambda request: self.requests.append(request))
        context.on("console", lambda message: self.console.append(message.text))
        context.on("weberror", lambda error: self.console.append(str(error.error)))

    def origins(self) -> set[str]:
        """Where requests went over the network; blob: and data: are made in the page."""
        parts = [urlsplit(request.url) for request in self.requests]
        return {f"{part.scheme}://{part.netloc}" for part in parts if part.scheme not in ("blob", "data")}


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@pytest.fixture
def watch(context: BrowserContext) -> Watch:
    return Watch(context)


def stored(page: Page) -> dict[str, str]:
    return page.evaluate(STORED)


def places_of(secret: str, page: Page) -> set[str]:
    return {place for place, text in stored(page).items() if secret in text}


def exported(room: Room, folder: Path) -> bytes:
    """Everything in an export, unpacked."""
    dialog = room.settings("Data")
    with room.page.expect_download() as download:
        dialog.get_by_role("button", name="Export everything").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    room.page.keyboard.press("Escape")
    with zipfile.ZipFile(path) as archive:
        return b"\n".join(name.encode() + archive.read(name) for name in archive.namelist())


def test_neither_page_nor_worker_reaches_a_host_that_the_policy_does_not_name(
    room: Room, api: PracticeServer, forbidden: Forbidden
):
    worker = room.page.workers[0]
    # The worker can fetch at all: the refusals below are not for want of a network.
    assert worker.evaluate("async (url) => (await fetch(url)).status", f"{api.base}/models") == 200

    assert set(worker.evaluate(REACH, forbidden.url).values()) == {"refused"}
    found = room.page.evaluate(REACH, forbidden.url)
    # A beacon that is refused says so only in the report of the policy; what counts is that nothing arrived.
    found.pop("beacon")
    assert set(found.values()) == {"refused"}
    assert forbidden.asked == []

    # And there was somebody to reach.
    assert room.page.request.get(forbidden.url).text() == "ok"
    assert forbidden.asked == [b"GET / HTTP/1.1"]


def test_neither_page_nor_worker_runs_text_as_code(room: Room):
    # In a task of its own, because the debugger that evaluates this is exempt from the policy.
    later = """
    (code) => new Promise((done) => {
      const run = { eval: () => eval(code), function: () => new Function(code)(), timer: () => setTimeout(code) };
      const refused = [];
      addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
        if (refused.push(effectiveDirective) === 3) done(refused);
      });
      for (const way of Object.values(run)) setTimeout(() => {
        try { way(); } catch (error) { if (error.name !== "EvalError") done(error.name); }
      });
      self.ran = () => done("ran");
    })
    """
    for place in (room.page, room.page.workers[0]):
        assert place.evaluate(later, "self.ran()") == ["script-src"] * 3


def test_before_anything_is_connected_only_the_site_itself_is_asked(page: Page, site: str, watch: Watch):
    Room(page, site).open()
    page.evaluate("navigator.serviceWorker.ready")

    assert watch.origins() == {origin(site)}
    # The service worker's own requests are seen too.
    assert [request.url for request in watch.requests if request.service_worker]


def test_a_whole_session_asks_nobody_but_the_site_and_the_chosen_api(
    browser: Browser, site: str, api: PracticeServer, forbidden: Forbidden, tmp_path: Path
):
    api.router.add_key(KEY)
    # Whatever is not on this machine would have to pass this proxy; only a counter of connections is there.
    context = browser.new_context(proxy={"server": forbidden.url, "bypass": "127.0.0.1"})
    watch = Watch(context)
    room = Room(context.new_page(), site).open().use(api.base, KEY)
    room.ask("Hello, who can hear this?")
    archive = exported(room, tmp_path)
    preview = room.import_files(next(tmp_path.iterdir()))
    expect(preview).to_contain_text("already here")
    preview.get_by_role("button", name="Cancel").click()
    room.reload()
    expect(room.answers.last).to_contain_text("Hello, who can hear this?")

    assert watch.origins() == {origin(site), api.origin}
    assert set(forbidden.asked) <= OF_THE_BROWSER
    # The key: in its store, in its header, and nowhere else.
    assert places_of(KEY, room.page) == {"indexedDB connections"}
    assert KEY.encode() not in archive
    assert b"who can hear this" in archive
    assert not [text for text in watch.console if KEY in text]
    assert not [request.url for request in watch.requests if KEY in request.url]
    shown = room.page.evaluate("document.documentElement.outerHTML")
    assert KEY not in shown
    with_key = {request.url for request in watch.requests if "authorization" in request.headers}
    assert with_key
    assert all(url.startswith(f"{api.base}/") for url in with_key)
    context.close()


def test_a_key_that_is_not_to_be_kept_lives_only_in_the_session_of_its_tab(room: Room, api: PracticeServer):
    api.router.add_key(KEY)
    room.use(api.base, KEY, keep=False)
    room.ask("Hello")
    assert places_of(KEY, room.page) == {"sessionStorage"}

    room.reload().ask("Hello again")
    assert api.requests[-1].headers["Authorization"] == f"Bearer {KEY}"

    other = Room(room.page.context.new_page(), room.site).open()
    assert places_of(KEY, other.page) == set()


def test_a_removed_connection_leaves_no_key_behind(room: Room, api: PracticeServer):
    api.router.add_key(KEY)
    room.use(api.base, KEY)
    dialog = room.settings("Connections")
    dialog.get_by_role("button", name=f"Remove {urlsplit(api.base).netloc}").click()
    room.page.get_by_role("dialog", name="Confirm").get_by_role("button", name="Remove").click()

    room.connected("none")
    room.reload().connected("none")
    assert places_of(KEY, room.page) == set()


def test_an_api_that_sends_the_page_elsewhere_is_not_followed(room: Room, api: PracticeServer):
    api.router.add_key(KEY)
    room.use(api.base, KEY)
    with PracticeServer() as elsewhere:
        elsewhere.router.add_key(KEY)
        api.faults.next("/chat/completions", Fault(status=307, location=f"{elsewhere.base}/chat/completions"))
        room.send("This is for one server only")
        answer = room.answered("failed")

        assert elsewhere.requests == ()
    expect(answer.get_by_role("button", name="Retry")).to_be_visible()
    assert KEY not in answer.inner_html()


def test_a_picture_elsewhere_is_shown_as_a_link_and_never_fetched(
    room: Room, api: PracticeServer, forbidden: Forbidden
):
    api.router.add_key(KEY)
    room.use(api.base, KEY)
    said = f"![a pixel]({forbidden.url}pixel.png) <img src='{forbidden.url}raw.png'> and the end."
    api.faults.next("/chat/completions", saying(said))
    answer = room.ask("Show me a picture")

    expect(answer).to_contain_text("and the end.")
    expect(answer.get_by_role("link", name="a pixel (image at 127.0.0.2")).to_be_visible()
    expect(answer.locator("img[src^=http]")).to_have_count(0)
    assert forbidden.asked == []


def test_the_policy_names_only_this_site_openrouter_and_this_machine(room: Room):
    policy = room.page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") or ""
    rules = {name: set(sources) for name, *sources in (rule.split() for rule in policy.split(";"))}

    assert rules["default-src"] == {"'none'"}
    assert rules["connect-src"] == {"'self'", "https://openrouter.ai", "http://127.0.0.1:*", "http://localhost:*"}
    [own] = room.page.locator("script:not([src])").all_inner_texts()
    digest = base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()
    assert rules["script-src"] == {"'self'", "'wasm-unsafe-eval'", f"'sha256-{digest}'"}
    assert rules["img-src"] == {"'self'", "data:", "blob:"}
    assert rules["form-action"] == {"'none'"}
