"""What a user does in the room, in words; each step waits for the state that it leads to."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

# A key that the practice server of the tests takes.
KEY = "sk-or-v1-" + "0123456789abcdef" * 4

STORES = ("conversations", "threads", "drafts", "attachments", "activity", "connections", "settings", "search", "debug")

# What is stored as bytes is text all the same.
READ_STORES = """async (names) => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await done(indexedDB.open("inglenook"));
  const found = {};
  for (const name of names) found[name] = await done(database.transaction(name).objectStore(name).getAll());
  database.close();
  const inflate = (bytes) =>
    new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
  for (const record of found.threads ?? []) {
    if (record.text instanceof Uint8Array) record.text = await inflate(record.text);
  }
  return JSON.stringify(found);
}"""

WAIT_STORED = """async ([text, names]) => {
  const read = %s;
  for (const end = Date.now() + 15000; Date.now() < end; await new Promise((done) => setTimeout(done, 50))) {
    if ((await read(names)).includes(text)) return;
  }
  throw new Error(`not stored: ${text}`);
}"""


class Room:
    """The open page. Errors of the console that a test does not expect are failures (see `quiet`)."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site
        self.errors: list[str] = []
        self.console: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.console.append(message.text))

    def open(self, hash: str = "") -> Room:
        self.page.goto(f"{self.site}{hash}")
        return self.ready()

    def ready(self) -> Room:
        expect(self.page.locator("html")).to_have_attribute("data-python", "ready", timeout=60_000)
        return self

    def reload(self) -> Room:
        self.page.reload()
        return self.ready()

    def practice(self) -> Room:
        """Open the practice room."""
        self.page.get_by_role("button", name="Open the practice room").click()
        return self.connected("practice")

    def connected(self, kind: str) -> Room:
        expect(self.page.locator("html")).to_have_attribute("data-connection", kind)
        return self

    def connect(self, address: str, key: str = "", *, keep: bool = True) -> Locator:
        """Give another address in the settings; answers the place that says how it went."""
        dialog = self.settings("Connections")
        dialog.get_by_role("textbox", name="Address").fill(address)
        dialog.get_by_role("textbox", name="API key").fill(key)
        dialog.get_by_role("checkbox", name="Keep on this device").set_checked(keep)
        dialog.get_by_role("button", name="Connect", exact=True).click()
        return dialog.get_by_role("status")

    def use(self, address: str, key: str = KEY, *, keep: bool = True) -> Room:
        """Connect another address that works, and go back to the room."""
        expect(self.connect(address, key, keep=keep)).to_contain_text("answers")
        self.page.keyboard.press("Escape")
        expect(self.page.get_by_role("dialog", name="Settings")).to_be_hidden()
        return self.connected("other")

    def until(self, condition: str) -> Room:
        """Wait until an expression of the page is true; the policy refuses what `wait_for_function` does."""
        self.page.evaluate(f"async () => {{ while (!(await ({condition}))) await new Promise(requestIdleCallback); }}")
        return self

    def stored(self, *stores: str) -> str:
        """What lies in these stores of the database, as text."""
        return self.page.evaluate(READ_STORES, list(stores or STORES))

    def wait_stored(self, text: str, *stores: str) -> None:
        """Wait until these stores hold this text (as it is inside JSON)."""
        self.page.evaluate(WAIT_STORED % READ_STORES, [text, list(stores or STORES)])

    @property
    def message(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message", exact=True)

    @property
    def answers(self) -> Locator:
        return self.page.locator("article[data-message-id].assistant")

    @property
    def shelf(self) -> Locator:
        return self.page.get_by_role("navigation", name="Conversations")

    def send(self, text: str) -> Room:
        self.message.fill(text)
        self.message.press("Enter")
        return self

    def answered(self, status: str = "done") -> Locator:
        """The last answer, once it has this status."""
        last = self.answers.last
        expect(last).to_have_attribute("data-status", status, timeout=60_000)
        return last

    def ask(self, text: str) -> Locator:
        # In one look: the room may be changing over to another conversation.
        ids = self.answers.evaluate_all("(answers) => answers.map(({ dataset }) => dataset.messageId)")
        self.send(text)
        # Until the new answer is there the last one is of an earlier question.
        expect(self.answers.last).not_to_have_attribute("data-message-id", ids[-1] if ids else "none")
        return self.answered()

    def settings(self, section: str) -> Locator:
        self.page.get_by_role("button", name="Settings", exact=True).click()
        dialog = self.page.get_by_role("dialog", name="Settings")
        dialog.get_by_role("link", name=section, exact=True).click()
        return dialog

    def import_files(self, *files: Path | str) -> Locator:
        """Give files to the import and answer the preview."""
        dialog = self.settings("Data")
        dialog.locator("input[type=file]").first.set_input_files([str(file) for file in files])
        return self.page.get_by_role("dialog", name="Import preview")

    def take(self, *files: Path | str) -> Room:
        """Import files that are good, and go back to the room."""
        preview = self.import_files(*files)
        button = preview.get_by_role("button", name="Import", exact=True)
        expect(button).to_be_enabled(timeout=60_000)
        button.click()
        expect(self.imported(preview)).to_contain_text("Imported")
        return self.leave()

    def imported(self, preview: Locator) -> Locator:
        """The place in the settings that says what was imported, once it is over."""
        expect(preview).to_be_hidden(timeout=60_000)
        status = self.page.locator("#transfer-status")
        expect(status).to_be_visible()
        return status

    def leave(self) -> Room:
        """Close the settings."""
        self.page.keyboard.press("Escape")
        expect(self.page.get_by_role("dialog", name="Settings")).to_be_hidden()
        return self

    @property
    def reader(self) -> str:
        """The function of the page that reads stores as text, for `until`."""
        return READ_STORES

    def conversation_id(self) -> str:
        self.page.wait_for_url(re.compile(r"#/c/.+"))
        return self.page.url.split("#/c/")[1]
