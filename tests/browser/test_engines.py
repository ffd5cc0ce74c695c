"""The same page in other engines: it starts from the snapshot, answers, and is there again without its server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from inglenook_build.engines import PACKAGES, ensure
from inglenook_build.server import serve

from tests.browser.conftest import DIST
from tests.browser.forbidden import Forbidden
from tests.browser.marionette import ENTER, Firefox
from tests.browser.webkit import WebKit

Engine = Firefox | WebKit
KINDS = {"firefox": Firefox, "webkit": WebKit}
PATIENCE_S = 60

LAST = "[...document.querySelectorAll('article.assistant')].at(-1)"
MESSAGE = "//textarea[@id='message']"


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    programs = ensure(request.param)
    if programs is None:
        pytest.skip(f"There is no {request.param} here; on Debian: apt-get install {' '.join(PACKAGES[request.param])}")
    with KINDS[request.param](*programs) as started:
        yield started


def until(engine: Engine, condition: str) -> None:
    """Ask until the page says yes: these engines tell nothing by themselves."""
    end = time.monotonic() + PATIENCE_S
    while not engine.run(condition):
        if time.monotonic() > end:
            said = engine.run(
                "document.documentElement.outerHTML.slice(0, 120) + document.body.innerText.slice(0, 2000)"
            )
            raise AssertionError(f"never true: {condition}\n{said}")
        time.sleep(0.05)


def ready(engine: Engine) -> None:
    until(engine, "document.documentElement.dataset.python !== 'starting'")
    assert engine.run("document.getElementById('start-detail').textContent") == ""
    assert engine.run("document.documentElement.dataset.python") == "ready"


def answered(engine: Engine, words: str) -> None:
    until(engine, f"{LAST}?.dataset.status === 'done'")
    assert words in engine.run(f"{LAST}.innerText")


def test_the_page_starts_answers_and_outlives_its_server(engine: Engine, tmp_path: Path):
    with serve(DIST, port=0) as site:
        engine.go(site.url)
        ready(engine)
        until(engine, "document.querySelector('[data-action=\"practice.open\"]') !== null")
        engine.click("//button[text()='Open the practice room']")
        until(engine, "document.documentElement.dataset.connection === 'practice'")
        engine.type(MESSAGE, f"Hello from here{ENTER}")
        answered(engine, "You wrote: “Hello from here”")
        assert engine.run("document.querySelector('#shelf-list a').textContent") == "Hello from here"

        until(engine, "navigator.serviceWorker.controller !== null")
        # From now on the server has not one file.
        site.dist = tmp_path
        assert engine.run("fetch('sw.js').then((response) => response.status)") == 404
        # Not by the driver's own command, which asks past the service worker.
        engine.run("void setTimeout(() => { document.documentElement.dataset.old = ''; location.reload(); })")
        until(engine, "document.documentElement.dataset.old === undefined")
        ready(engine)
        answered(engine, "You wrote: “Hello from here”")
        engine.type(MESSAGE, f"And without a server{ENTER}")
        until(engine, f"{LAST}.innerText.includes('You wrote: “And without a server”')")
        answered(engine, "You wrote: “And without a server”")


# A list of conversations as ChatGPT exports them, so long that two workers read it, given to the page as a file.
GIVE = """
(() => {
  const words = "tide ".repeat(700);
  const conversation = (n) => {
    const number = String(n).padStart(8, "0");
    const [root, asked, answered] = ["f", "a", "b"].map((c) => `${number}-000${c}-4000-8000-000000000000`);
    const message = (id, role, text) => ({
      id, author: { role }, create_time: 1.7e9 + n, content: { content_type: "text", parts: [text] }, recipient: "all",
    });
    const mapping = {
      [root]: { id: root, message: null, parent: null, children: [asked] },
      [asked]: { id: asked, message: message(asked, "user", words), parent: root, children: [answered] },
      [answered]: { id: answered, message: message(answered, "assistant", words + n), parent: asked, children: [] },
    };
    const times = { create_time: 1.7e9 + n, update_time: 1.7e9 + n };
    return { title: `Voyage ${n}`, ...times, mapping, current_node: answered, conversation_id: `voyage-${n}-of-many` };
  };
  const text = JSON.stringify(Array.from({ length: 2200 }, (_, n) => conversation(n)));
  const given = new DataTransfer();
  given.items.add(new File([text], "conversations.json", { type: "application/json" }));
  const input = document.querySelector("#pick-import");
  input.files = given.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return text.length;
})()
"""


def test_a_long_file_is_imported(engine: Engine):
    with serve(DIST, port=0) as site:
        engine.go(site.url)
        ready(engine)
        assert engine.run(GIVE) > 12 << 20
        until(engine, "document.querySelector('#preview .counts b')?.textContent === '2,200'")
        # WebKit's driver finds nothing in a modal dialog to be clicked.
        engine.run("document.querySelector('#preview [data-action=\"transfer.import\"]').click()")
        until(engine, "document.querySelector('#transfer-status')?.innerText.includes('Imported 2,200 conversations')")
        assert engine.run("document.querySelectorAll('#preview .problems').length") == 0


def test_the_policy_holds_in_the_worker_too(engine: Engine):
    # The start page makes its worker from a blob, because only so does the policy of a <meta> reach it.
    reach = """
    (async () => {
      const code = `onmessage = ({ data }) => fetch(data, { mode: "no-cors" })
        .then(() => postMessage("reached"), () => postMessage("refused"));`;
      const worker = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
      return new Promise((done) => {
        worker.onmessage = ({ data }) => done(data);
        worker.postMessage("ADDRESS");
      });
    })()
    """
    with serve(DIST, port=0) as site, serve(DIST, port=0) as allowed, Forbidden() as forbidden:
        engine.go(site.url)
        assert engine.run(reach.replace("ADDRESS", allowed.url)) == "reached"
        assert engine.run(reach.replace("ADDRESS", forbidden.url)) == "refused"
        assert forbidden.asked == []
