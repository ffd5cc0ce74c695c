"""The list of requests: what it shows, what it must never hold, its files, and a budget that warns and stops."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from tests.browser.room import KEY, Room
from tests.browser.sse import STREAM, piece
from tests.browser.test_access import PHONE, WIDER_THAN_THE_SCREEN, Check
from tests.server import Fault, PracticeServer

PLANTED = ("marzipan", "quillwort", "periwinkle", "sassafras")
OLD_STORES = ("conversations", "threads", "drafts", "attachments", "activity", "connections", "settings", "search")

# Makes the database as the first version of the program did, with these records by store and key.
MAKE_OLD = """
async ([stores, records]) => {
  const database = await new Promise((done, failed) => {
    const request = indexedDB.open("inglenook", 1);
    request.onupgradeneeded = () => { for (const store of stores) request.result.createObjectStore(store); };
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  const transaction = database.transaction(stores, "readwrite");
  for (const [store, key, record] of records) transaction.objectStore(store).put(record, key);
  await new Promise((done, failed) => { transaction.oncomplete = done; transaction.onerror = failed; });
  database.close();
}
"""

READ = """
async () => {
  const database = await new Promise((done) => {
    const request = indexedDB.open("inglenook");
    request.onsuccess = () => done(request.result);
  });
  const ask = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  // What an older version stored is text; what this one stores are bytes.
  const inflate = (bytes) =>
    new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
  const records = [];
  for (const name of database.objectStoreNames) {
    const store = database.transaction(name).objectStore(name);
    const [keys, values] = [await ask(store.getAllKeys()), await ask(store.getAll())];
    for (const record of values) if (record?.text instanceof Uint8Array) record.text = await inflate(record.text);
    keys.forEach((key, place) => records.push([name, key, values[place]]));
  }
  const stores = [...database.objectStoreNames];
  database.close();
  return { version: database.version, stores, records };
}
"""

PUT = """
async ([store, key, record]) => {
  const database = await new Promise((done) => {
    const request = indexedDB.open("inglenook");
    request.onsuccess = () => done(request.result);
  });
  const transaction = database.transaction(store, "readwrite");
  transaction.objectStore(store).put(record, key);
  await new Promise((done) => { transaction.oncomplete = done; });
  database.close();
}
"""


@pytest.fixture
def service_workers() -> str:
    """Nothing here is about being offline."""
    return "block"


def costing(usd: float, **facts: Any) -> Fault:
    """An answer that says what it cost."""
    usage = {"prompt_tokens": 7, "completion_tokens": 3, "cost": usd}
    names = {"id": "gen-17-aB", "model": "practice/hearth-1", "provider": "Larch"} | facts
    last = {**names, "choices": [], "usage": usage}
    body = piece("An answer.") + f"data: {json.dumps(last)}\n\ndata: [DONE]\n\n"
    return Fault(status=200, content_type=STREAM, body=body)


def answer(room: Room, api: PracticeServer, fault: Fault, text: str = "Hello", status: str = "done") -> None:
    """Ask and wait until the request is in the store."""
    before = len(entries(room))
    api.faults.next("/chat/completions", fault)
    room.send(text)
    room.until(f"({room.reader})(['activity']).then((text) => JSON.parse(text).activity.length > {before})")
    room.answered(status)


def entries(room: Room, store: str = "activity") -> list[dict[str, Any]]:
    return json.loads(room.stored(store))[store]


def asked(api: PracticeServer) -> list[str]:
    """The bodies of the questions that were sent."""
    return [seen.body for seen in api.requests if (seen.method, seen.path) == ("POST", "/chat/completions")]


def requests(dialog: Locator) -> Locator:
    return dialog.get_by_role("table", name="Requests").locator("tbody tr")


def leave(room: Room) -> None:
    room.page.keyboard.press("Escape")
    expect(room.page.get_by_role("dialog", name="Settings")).to_be_hidden()


def saved(room: Room, dialog: Locator, button: str, folder: Path) -> tuple[str, str]:
    """The name and the text of a file that a button makes."""
    with room.page.expect_download() as download:
        dialog.get_by_role("button", name=button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    with path.open(encoding="utf-8", newline="") as file:
        return path.name, file.read()


def test_the_practice_room_is_listed_with_pretend_money(room: Room) -> None:
    dialog = room.settings("Activity")
    expect(dialog).to_contain_text("Nothing has been asked yet.")
    leave(room)
    room.practice().ask("Hello there")
    answer_id = room.answers.last.get_attribute("data-message-id")
    dialog = room.settings("Activity")
    expect(requests(dialog)).to_have_count(1)
    expect(requests(dialog)).to_contain_text("Practice room")
    expect(requests(dialog)).to_contain_text("pretend money")
    expect(dialog.locator("#budget-card h4")).to_have_text(re.compile(r": \$0$"))
    [entry] = entries(room)
    assert (entry["id"], entry["practice"], entry["status"]) == (answer_id, True, "done")
    assert entry["cost_usd"] > 0
    assert entry["prompt_tokens"] > 0
    expect(dialog.get_by_role("img", name="Tokens by model: practice/hearth-1")).to_be_visible()


def test_neither_the_list_nor_its_files_hold_a_word_of_what_was_said(
    room: Room, api: PracticeServer, tmp_path: Path
) -> None:
    prompt, file, echo, alone = PLANTED
    room.use(api.base)
    with room.page.expect_file_chooser() as chooser:
        room.page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files([{"name": f"{file}.txt", "mimeType": "text/plain", "buffer": alone.encode()}])
    expect(room.page.get_by_role("list", name="Attached files").get_by_role("listitem")).to_have_count(1)
    # The practice server says the question again, so the answer has the word too.
    expect(room.ask(f"What is {prompt}")).to_contain_text(prompt)
    said = f"you asked about {echo}"
    body = {"error": {"code": 404, "message": said, "metadata": {"provider_name": said, "raw": said}}}
    answer(room, api, Fault(status=404, body=json.dumps(body)), echo, "refused")
    answer(room, api, costing(0.5, id=said, provider=said, model=said), echo)
    stored = room.stored("activity")
    dialog = room.settings("Activity")
    expect(requests(dialog)).to_have_count(3)
    files = [saved(room, dialog, name, tmp_path)[1] for name in ("Export CSV", "Export JSON")]
    leave(room)

    for text in (stored, *files):
        assert "practice/hearth-1" in text
        assert not [secret for secret in (*PLANTED, KEY) if secret in text]
    # They were there to be found.
    elsewhere = room.stored("threads", "conversations", "connections")
    assert [secret for secret in (prompt, file, echo, KEY) if secret in elsewhere] == [prompt, file, echo, KEY]
    assert [(entry["status"], entry["code"]) for entry in sorted(json.loads(stored)["activity"], key=at)] == [
        ("done", None), ("refused", 404), ("done", None),
    ]  # fmt: skip


def at(entry: dict[str, Any]) -> int:
    return entry["at_ms"]


def test_the_filter_decides_what_is_shown_and_saved(room: Room, api: PracticeServer, tmp_path: Path) -> None:
    room.use(api.base)
    answer(room, api, costing(0.5))
    answer(room, api, costing(0.25))
    old = {**entries(room)[0], "id": "old", "at_ms": 1_600_000_000_000, "model": "acme/old", "cost_usd": 2.0}
    room.page.evaluate(PUT, ["activity", "old", old])
    dialog = room.settings("Activity")
    expect(requests(dialog)).to_have_count(3)
    expect(dialog.locator(".sums")).to_contain_text("$2.75")

    dialog.get_by_role("combobox", name="Model").select_option("acme/old")
    expect(requests(dialog)).to_have_count(1)
    expect(dialog.locator(".sums")).to_contain_text("$2.00")
    expect(dialog.get_by_role("img", name="Cost by model: acme/old $2.00.")).to_be_visible()
    name, text = saved(room, dialog, "Export CSV", tmp_path)
    assert re.fullmatch(r"inglenook-activity-\d{4}-\d\d-\d\d\.csv", name)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["time"], row["model"], row["cost_usd"], row["cost_source"]) for row in rows] == [
        ("2020-09-13T12:26:40.000Z", "acme/old", "2.0", "charged")
    ]
    dialog.get_by_role("button", name="Show all").click()
    expect(requests(dialog)).to_have_count(3)

    dialog.get_by_label("From").fill("2021-01-01")
    expect(requests(dialog)).to_have_count(2)
    assert len(json.loads(saved(room, dialog, "Export JSON", tmp_path)[1])["requests"]) == 2
    dialog.get_by_label("To", exact=True).fill("2020-12-31")
    expect(dialog).to_contain_text("The first day is after the last one, so nothing is shown.")
    expect(requests(dialog)).to_have_count(0)
    dialog.get_by_label("From").fill("")
    expect(requests(dialog)).to_have_count(1)
    expect(requests(dialog)).to_contain_text("acme/old")

    dialog.get_by_role("combobox", name="Charts show").select_option("requests")
    expect(dialog.get_by_role("img", name="Requests by provider: Larch 1 request.")).to_be_visible()
    dialog.get_by_text("By day, as a table").click()
    expect(dialog.get_by_role("table", name="By day")).to_contain_text("13 Sep 2020")


def test_damage_is_said_and_clearing_clears_it_too(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    answer(room, api, costing(0.5))
    room.page.evaluate(PUT, ["activity", "damaged", {"id": 7}])
    dialog = room.settings("Activity")
    expect(dialog).to_contain_text("1 entry cannot be read.")
    expect(requests(dialog)).to_have_count(1)
    dialog.get_by_role("button", name="Clear activity").click()
    question = room.page.get_by_role("dialog", name="Confirm")
    expect(question).to_contain_text("Clear the list of requests?")
    assert len(entries(room)) == 2
    question.get_by_role("button", name="Clear", exact=True).click()
    dialog = room.page.get_by_role("dialog", name="Settings")
    expect(dialog).to_contain_text("Nothing has been asked yet.")
    assert entries(room) == []
    leave(room)
    expect(room.answers).to_have_count(1)


def test_the_list_grows_as_it_is_scrolled(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    answer(room, api, costing(0.5))
    one = entries(room)[0]
    for number in range(130):
        room.page.evaluate(PUT, ["activity", f"e{number:03}", {**one, "id": f"e{number:03}"}])
    dialog = room.settings("Activity")
    expect(requests(dialog)).to_have_count(100)
    expect(dialog).to_contain_text("100 requests shown of 131")
    dialog.get_by_role("button", name="Show more").scroll_into_view_if_needed()
    expect(requests(dialog)).to_have_count(131)
    expect(dialog.get_by_role("button", name="Show more")).to_have_count(0)


def test_a_budget_warns_and_then_stops_and_holds_in_every_tab(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    other = Room(room.page.context.new_page(), room.site).open("#/")
    dialog = room.settings("Activity")
    limit, problem = dialog.get_by_role("textbox", name="Monthly budget"), dialog.locator("#budget-problem")
    for wrong, said in (("abc", "This is not an amount."), ("-5", "cannot be below zero"), ("0", "send nothing")):
        limit.fill(wrong)
        expect(problem).to_contain_text(said)
    limit.fill("1")
    expect(problem).to_have_text("")
    dialog.get_by_role("checkbox", name="Stop sending").check()
    expect(dialog.locator("#budget-card h4")).to_contain_text("$0 of $1.00")
    leave(room)

    note = room.page.locator("#composer-note")
    answer(room, api, costing(0.5))
    expect(note).to_have_text("")
    answer(room, api, costing(0.35))
    expect(note).to_contain_text("This month has cost $0.85 of your $1.00 budget.")
    expect(other.page.locator("#composer-note")).to_contain_text("This month has cost $0.85")
    answer(room, api, costing(0.2))
    expect(note).to_contain_text("This month’s budget of $1.00 is spent, so nothing is sent.")
    assert len(asked(api)) == 3

    for tab in (room, other):
        expect(tab.page.locator("#composer-note")).to_contain_text("is spent")
        tab.send("One more thought")
        expect(tab.page.get_by_role("alert")).to_contain_text("This month’s budget is spent, so nothing was sent.")
        expect(tab.page.get_by_role("alert")).to_contain_text("It is $1.05 of $1.00.")
        expect(tab.message).to_have_value("One more thought")
    room.reload()
    expect(room.message).to_have_value("One more thought")
    room.message.press("Enter")
    expect(room.page.get_by_role("alert")).to_contain_text("so nothing was sent")
    room.answers.last.get_by_role("button", name="Retry").click()
    expect(room.answers).to_have_count(3)
    assert len(asked(api)) == 3

    # The practice room costs nothing, and a higher limit lets go on.
    room.page.get_by_role("alert").get_by_role("button", name="Dismiss").click()
    note.get_by_role("button", name="Change the budget").click()
    dialog = room.page.get_by_role("dialog", name="Settings")
    expect(dialog.locator("#budget-card")).to_contain_text("Nothing is sent until you raise it or the month ends.")
    dialog.get_by_role("textbox", name="Monthly budget").fill("5")
    expect(dialog.locator("#budget-card h4")).to_contain_text("of $5.00")
    leave(room)
    expect(note).to_have_text("")
    room.message.press("Enter")
    expect(room.answers).to_have_count(4)
    room.answered()
    assert other.errors == []


def test_prompts_are_kept_for_debugging_only_while_that_is_switched_on(
    room: Room, api: PracticeServer, tmp_path: Path
) -> None:
    room.use(api.base)
    room.ask("before it was on")
    dialog = room.settings("Activity")
    switch = dialog.get_by_role("checkbox", name="Keep prompts and answers for debugging")
    expect(switch).not_to_be_checked()
    switch.check()
    leave(room)
    room.ask(f"a word such as {PLANTED[0]}")
    room.wait_stored(PLANTED[0], "debug")
    dialog = room.settings("Activity")
    expect(dialog.locator("#copies-card")).to_contain_text("1 copy is kept")
    switch.uncheck()
    leave(room)
    room.ask("after it was off")

    [copy] = entries(room, "debug")
    assert (copy["prompt"], PLANTED[0] in copy["answer"]) == (f"a word such as {PLANTED[0]}", True)
    assert PLANTED[0] not in room.stored("activity")
    dialog = room.settings("Activity")
    expect(requests(dialog)).to_have_count(3)
    for button in ("Export CSV", "Export JSON"):
        assert PLANTED[0] not in saved(room, dialog, button, tmp_path)[1]
    dialog.get_by_text("1 copy is kept").click()
    dialog.locator("details.copy summary").click()
    expect(dialog.locator("details.copy")).to_contain_text(f"a word such as {PLANTED[0]}")
    dialog.get_by_role("button", name="Clear debugging copies").click()
    expect(dialog.locator("#copies-card")).to_contain_text("Nothing is kept.")
    assert entries(room, "debug") == []
    assert len(entries(room)) == 3


def test_a_database_of_the_first_version_is_taken_over_whole(room: Room, browser: Browser, site: str) -> None:
    room.practice().ask("Something worth keeping")
    room.wait_stored("Something worth keeping", "threads")
    kept = [record for record in room.page.evaluate(READ)["records"] if record[0] != "activity"]
    made = browser.new_context(service_workers="block")
    page = made.new_page()
    # A place of the same origin where the program does not run.
    page.goto(f"{site}archive.schema.json")
    page.evaluate(MAKE_OLD, [list(OLD_STORES), kept])
    before = page.evaluate(READ)
    assert (before["version"], "debug" in before["stores"]) == (1, False)

    later = Room(page, site).open()
    later.connected("practice")
    expect(later.shelf.get_by_role("link", name="Something worth keeping")).to_be_visible()
    expect(later.answers).to_have_count(1)
    after = page.evaluate(READ)
    assert (after["version"], sorted(after["stores"])) == (3, sorted([*OLD_STORES, "debug"]))
    found = {(store, key): record for store, key, record in after["records"]}
    for store, key, record in kept:
        if store != "settings":
            assert found[(store, key)] == record
    later.ask("And something more")
    later.wait_stored("hearth-1", "activity")
    assert later.errors == []
    made.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=PHONE, service_workers="block")
    yield made
    made.close()


def test_on_a_phone_only_tables_scroll_sideways_and_axe_finds_nothing(phone: BrowserContext, site: str) -> None:
    room = Room(phone.new_page(), site).open().practice()
    room.ask("Hello")
    room.page.get_by_role("button", name="Conversations", exact=True).click()
    dialog = room.settings("Activity")
    expect(requests(dialog)).to_have_count(1)
    dialog.get_by_role("textbox", name="Monthly budget").fill("abc")
    expect(dialog.locator("#budget-problem")).to_contain_text("This is not an amount.")
    for fold in ("By day", "By model", "By provider"):
        dialog.get_by_text(f"{fold}, as a table").click()
        expect(dialog.get_by_role("table", name=fold)).to_be_visible()
    assert room.page.evaluate(WIDER_THAN_THE_SCREEN) == []
    check = Check(room.page)
    check("Activity on a phone")
    assert check.found == []
    assert room.errors == []
