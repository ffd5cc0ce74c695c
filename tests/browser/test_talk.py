"""Talking: an answer arrives, is stopped, tried again, edited, branched and deleted; and what goes wrong is said."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.room import Room
from tests.browser.sse import event, saying
from tests.server import Fault, PracticeServer

CHAT = "/chat/completions"

FAULTS: dict[str, tuple[Fault, str]] = {
    # What is spoiled, and a part of the sentence that says so.
    "cut in the text": (Fault(cut_after=4000, cut_on_word=True), "The connection broke before the end."),
    "cut before the text": (Fault(cut_after=20), "The connection broke before the end."),
    "cut at once": (Fault(cut_after=0), ""),
    "401": (Fault(error="401"), "The key was not accepted."),
    "401 cut in its body": (Fault(error="401", cut_after=9), "The key was not accepted."),
    "402": (Fault(error="402"), "no credit left"),
    "402 key limit": (Fault(error="402 key limit"), "spending limit"),
    "403": (Fault(error="403"), "moderation"),
    "404": (Fault(error="404"), "Nobody serves this model"),
    "404 training": (Fault(error="404 training"), "may train"),
    "429": (Fault(error="429"), "Too many requests"),
    "500": (Fault(error="500"), "failed"),
    "502": (Fault(error="502"), "Alder did not answer."),
    "503": (Fault(error="503"), "not available"),
    "a web page": (Fault(preset="html page"), ""),
    "a web page with status 200": (Fault(preset="html 200"), ""),
    "plain text": (Fault(preset="plain 200"), ""),
    "an error as JSON with status 200": (Fault(preset="json 200"), ""),
    "nothing": (Fault(preset="empty 200"), ""),
}


@pytest.fixture
def service_workers() -> str:
    """Nothing here is about being offline."""
    return "block"


def versions(message: Locator) -> Locator:
    return message.locator(".versions")


def bodies(api: PracticeServer) -> list[dict]:
    """What was sent for an answer, each time."""
    return [json.loads(seen.body) for seen in api.requests if seen.path == CHAT and seen.method == "POST"]


def stream(*choices: dict, end: str = "data: [DONE]\n\n") -> Fault:
    body = "".join(event(index=0, **choice) for choice in choices) + end
    return Fault(status=200, content_type="text/event-stream", body=body)


def foreign_requests(page: Page, *known: str) -> list[str]:
    """Addresses that the page asks beside those that it knows, from now on."""
    asked: list[str] = []
    page.context.on(
        "request",
        lambda request: (
            asked.append(request.url) if request.url.startswith("http") and not request.url.startswith(known) else None
        ),
    )
    return asked


def test_an_answer_arrives_and_can_be_stopped(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    api.faults.next(CHAT, Fault(tokens_per_s=200))
    room.send("long 5000 tokens")
    answer = room.answered("streaming")
    stop = room.page.get_by_role("button", name="Stop")
    expect(stop).to_be_visible()
    expect(answer).to_contain_text("An inglenook is a recess")
    expect(room.page.get_by_role("heading", level=1)).to_have_text("long 5000 tokens")
    expect(room.message).to_have_value("")
    expect(room.message).to_be_focused()
    stop.click()
    room.answered("interrupted")
    assert api.wait_for(lambda seen: [s for s in seen if s.path == CHAT and s.closed_early])
    expect(room.page.get_by_role("button", name="Send")).to_be_visible()
    text = answer.locator("rich-text[data-part=text]")
    expect(text).to_contain_text("An inglenook is a recess")
    kept = text.inner_text()
    room.reload()
    expect(text).to_have_text(kept, use_inner_text=True)
    # By key, too.
    api.faults.next(CHAT, Fault(tokens_per_s=200))
    room.send("long 5000 tokens")
    expect(room.answers).to_have_count(2)
    room.answered("streaming")
    room.page.keyboard.press("Escape")
    room.answered("interrupted")


def test_answers_and_questions_have_versions(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    answer = room.ask("First question")
    answer.get_by_role("button", name="Retry").click()
    expect(versions(answer)).to_have_text("2 / 2")
    room.answered()
    expect(answer.get_by_role("button", name="Next version")).to_be_disabled()
    second = answer.get_attribute("data-message-id")
    answer.get_by_role("button", name="Previous version").click()
    expect(versions(answer)).to_have_text("1 / 2")
    expect(answer.get_by_role("button", name="Previous version")).to_be_disabled()
    answer.get_by_role("button", name="Next version").click()
    expect(answer).to_have_attribute("data-message-id", second or "")
    asked = room.page.get_by_role("article", name="You")
    asked.get_by_role("button", name="Edit").click()
    field = asked.get_by_role("textbox", name="New version")
    expect(field).to_have_value("First question")
    expect(field).to_be_focused()
    field.fill("Second question")
    asked.get_by_role("button", name="Save as new version").click()
    expect(answer).to_contain_text("You wrote: “Second question”")
    room.answered()
    expect(versions(asked)).to_have_text("2 / 2")
    expect(versions(answer)).to_have_count(0)
    room.wait_stored("Second question", "threads")
    room.reload()
    expect(asked).to_contain_text("Second question")
    asked.get_by_role("button", name="Previous version").click()
    expect(asked).to_contain_text("First question")
    expect(versions(answer)).to_have_text("2 / 2")
    # An edit that is left changes nothing.
    asked.get_by_role("button", name="Edit").click()
    asked.get_by_role("textbox", name="New version").fill("Third")
    room.page.keyboard.press("Escape")
    expect(asked).to_contain_text("First question")
    sent = bodies(api)
    assert [body["messages"][-1]["content"] for body in sent] == ["First question"] * 2 + ["Second question"]


def test_reasoning_is_folded_and_tools_are_shown(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    slow = Fault(tokens_per_s=100)
    api.faults.next(CHAT, slow)
    dialog = room.settings("Connections")
    dialog.get_by_role("combobox", name="Model").select_option("practice/flint-2")
    room.page.keyboard.press("Escape")
    answer = room.ask("Please think about it")
    fold = answer.locator("details.reasoning")
    expect(fold.locator("summary")).to_have_text(re.compile(r"^Thought for \d"))
    expect(fold).not_to_have_attribute("open", "")
    expect(fold.locator("rich-text")).to_be_hidden()
    fold.locator("summary").click()
    expect(fold.locator("rich-text")).to_contain_text("This reasoning is canned as well.")
    call = {
        "index": 0,
        "id": "call-1",
        "type": "function",
        "function": {"name": "weather", "arguments": '{"at":"Oslo"}'},
    }
    api.faults.next(
        CHAT,
        stream(
            {"delta": {"role": "assistant", "content": "Let me look."}, "finish_reason": None},
            {"delta": {"tool_calls": [call]}, "finish_reason": None},
            {"delta": {}, "finish_reason": "tool_calls"},
        ),
    )
    answer = room.ask("What is the weather?")
    expect(answer).to_contain_text("Let me look.")
    tool = answer.locator("details.tool")
    expect(tool.locator("summary")).to_contain_text("weather")
    tool.locator("summary").click()
    expect(tool).to_contain_text('{"at":"Oslo"}')


def test_markdown_is_drawn(room: Room, api: PracticeServer) -> None:
    room.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    room.use(api.base)
    asked = foreign_requests(room.page, room.site, api.origin)
    answer = room.ask("Give me a tour")
    table = answer.get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["Wood", "Burns", "Hours"])
    expect(table.get_by_role("row")).to_have_count(4)
    boxes = answer.get_by_role("checkbox")
    expect(boxes).to_have_count(3)
    expect(boxes.first).to_be_checked()
    expect(boxes.first).to_be_disabled()
    code = answer.locator("figure.code").first
    expect(code.locator("code .hljs-keyword").first).to_have_text("def")
    code.get_by_role("button", name="Copy").click()
    expect(code.get_by_role("button")).to_have_attribute("data-copied", "")
    assert room.page.evaluate("navigator.clipboard.readText()").startswith("def burn(logs: list[str])")
    expect(answer.locator(".katex")).to_have_count(4)
    expect(answer.locator(".katex-display")).to_have_count(1)
    answer.get_by_role("button", name="Copy", exact=True).last.click()
    room.until("navigator.clipboard.readText().then((text) => text.startsWith('# A tour of Markdown'))")
    api.faults.next(
        CHAT, saying("Look: ![a fire](https://pictures.example.org/fire.png) and ![](http://10.0.0.1/x.gif)")
    )
    answer = room.ask("Show me a picture")
    link = answer.get_by_role("link").first
    expect(link).to_have_attribute("href", "https://pictures.example.org/fire.png")
    expect(link).to_contain_text("pictures.example.org")
    expect(link).to_have_attribute("rel", re.compile("noopener"))
    expect(answer.locator("img")).to_have_count(0)
    assert asked == []


def test_hostile_text_does_nothing(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    asked = foreign_requests(room.page, room.site, api.origin)
    hostile = """<script>window.hurt = 1</script><img src=x onerror="window.hurt = 2">
<svg onload="window.hurt = 3"><a href="javascript:window.hurt=4">one</a></svg>

[two](javascript:window.hurt=5) [three](data:text/html,<script>window.hurt=6</script>) [four](vbscript:x)
<iframe src="https://evil.example.org/"></iframe><form action="https://evil.example.org/"><input name=q></form>
<style>main { display: none }</style><base href="https://evil.example.org/">
<meta http-equiv=refresh content="0;url=//evil.example.org">
<button data-action="conversation.delete" data-id="x">press</button><dialog open>dialog</dialog>

```"><img src=x onerror=window.hurt=7>
code
```
$$\\href{javascript:window.hurt=8}{x} \\includegraphics{https://evil.example.org/a.png} \\htmlData{action=x}{y}$$
<https://evil.example.org/?a=b> ![p](https://evil.example.org/p.png)
"""
    api.faults.next(CHAT, saying(hostile))
    title = "<img src=x onerror=window.hurt=9> & <b>bold</b>"
    answer = room.ask(title)
    for place in (room.page.get_by_role("heading", level=1), room.shelf.get_by_role("link").first):
        expect(place).to_have_text(title)
    expect(answer.locator("rich-text[data-part=text]")).to_contain_text("two")
    bad = "script, iframe, form, style, base, meta, img, dialog, input, [onload], [onerror], [data-action]"
    expect(answer.locator("rich-text").locator(bad)).to_have_count(0)
    hrefs = answer.locator("a").evaluate_all("links => links.map((link) => link.protocol)")
    assert set(hrefs) <= {"http:", "https:", "mailto:"}
    for link in answer.get_by_text(re.compile("^(one|two|three|four)$")).all():
        link.click(no_wait_after=True)
    expect(room.page.get_by_role("main")).to_be_visible()
    room.wait_stored("window.hurt", "settings")
    room.reload()
    expect(answer).to_contain_text("two")
    assert room.page.evaluate("window.hurt") is None
    assert asked == []


def test_whatever_goes_wrong_is_said_and_can_be_tried_again(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    answer = room.answers.last
    for name, (fault, words) in FAULTS.items():
        room.page.get_by_role("button", name="New conversation").click()
        expect(room.answers).to_have_count(0)
        api.faults.next(CHAT, fault)
        room.send(f"long 300 tokens, {name}")
        if fault.cut_on_word:
            # What the page has not read when the connection breaks, no browser gives it any more.
            expect(answer).to_contain_text("This is canned text")
            api.faults.cut()
        expect(answer, name).to_have_attribute("data-status", re.compile("^(failed|refused)$"))
        failure = answer.locator(".failure")
        expect(failure.locator("b"), name).to_have_text(re.compile(r"\.$"))
        expect(failure, name).to_contain_text(words)
        assert failure.locator("p").evaluate("p => p.lastChild.textContent.trim()"), name
        if fault.cut_on_word:
            expect(answer).to_contain_text("This is canned text")
        failure.get_by_role("button", name="Retry").click()
        expect(versions(answer), name).to_have_text("2 / 2")
        room.answered()
        expect(answer, name).to_contain_text("This is canned text")


def test_what_had_arrived_stays_when_an_answer_goes_wrong_inside(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    new = room.page.get_by_role("button", name="New conversation")
    answer = room.send("break off please").answered("failed")
    expect(answer).to_contain_text("This is canned text")
    expect(answer.locator(".failure b")).to_have_text(re.compile(r"\.$"))
    room.wait_stored("did not answer", "threads")
    room.reload()
    expect(answer.locator(".failure b")).to_have_text(re.compile(r"\.$"))
    new.click()
    api.faults.next(CHAT, Fault(garbage_after=3000))
    answer = room.send("long 300 tokens").answered("failed")
    expect(answer).to_contain_text("This is canned text")
    expect(answer).to_contain_text("The answer was damaged on its way.")
    # An answer that is cut off by its length is whole as far as it goes.
    new.click()
    expect(room.ask("cut off please")).to_contain_text("A tour of Markdown")


def test_a_message_is_deleted_after_a_question(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    room.ask("One")
    answer = room.ask("Two")
    asked = room.page.get_by_role("article", name="You")
    asked.last.get_by_role("button", name="Delete message").click()
    question = room.page.get_by_role("dialog", name="Confirm")
    question.get_by_role("button", name="Cancel").click()
    expect(question).to_be_hidden()
    expect(asked).to_have_count(2)
    asked.last.get_by_role("button", name="Delete message").click()
    question.get_by_role("button", name="Delete").click()
    expect(asked).to_have_count(1)
    # Only this message goes; its answer stays.
    expect(room.answers).to_have_count(2)
    expect(answer).to_contain_text("“Two”")
    room.ask("Three")
    sent = bodies(api)
    assert [m["content"] for m in sent[-1]["messages"] if m["role"] == "user"] == ["One", "Three"]
    room.reload()
    expect(asked).to_have_count(2)


def test_a_branch_goes_on_in_a_new_conversation(room: Room, api: PracticeServer) -> None:
    room.use(api.base)
    first = room.ask("One")
    room.ask("Two")
    old = room.conversation_id()
    room.answers.first.get_by_role("button", name="Branch").click()
    expect(room.answers).to_have_count(1)
    expect(first).to_contain_text("“One”")
    assert room.conversation_id() != old
    room.ask("Another way")
    expect(room.answers).to_have_count(2)
    room.page.goto(f"{room.site}#/c/{old}")
    expect(room.page.get_by_role("article", name="You")).to_have_text([re.compile("One"), re.compile("Two")])
    expect(room.shelf.get_by_role("link")).to_have_count(2)
