"""The page, other tabs and the second worker: what crosses is JSON text."""

import asyncio
import json

from inglenook.adapters.jobs import HostJobs
from inglenook.adapters.page import HostPage
from inglenook.adapters.tabs import HostTabs

from tests.adapters.js_host import JsEnd, host


def test_patches_go_out_as_one_text_with_the_blobs_they_name():
    js_page = JsEnd()
    page = HostPage(host(page=js_page))
    page.post([{"op": "title", "text": "wörds"}])
    page.post([{"op": "download", "name": "x.zip", "blob": "file"}], {"file": "f1"})
    page.send({"kind": "progress"}, {})
    assert [(name, json.loads(text)) for name, text in js_page.told] == [
        ("post", {"patches": [{"op": "title", "text": "wörds"}]}),
        ("post", {"patches": [{"op": "download", "name": "x.zip", "blob": "file"}], "blobs": {"file": "f1"}}),
        ("post", {"kind": "progress"}),
    ]


def test_events_of_the_page_come_in_as_dicts():
    js_page, heard = JsEnd(), []
    HostPage(host(page=js_page)).listen(heard.append)
    js_page.speak('{"type":"message.send","text":"Hi"}')
    assert heard == [{"type": "message.send", "text": "Hi"}]


def test_tabs_hear_ids_and_nothing_else_from_another_version():
    js_tabs, heard = JsEnd(), []
    tabs = HostTabs(host(tabs=js_tabs))
    tabs.listen(heard.append)
    tabs.tell(("c1", "c2"))
    for text in ('["c1", 5, null, "c2"]', '{"something": "new"}', "null"):
        js_tabs.speak(text)
    assert js_tabs.told == [("tell", '["c1", "c2"]')]
    assert heard == [("c1", "c2"), (), ()]


def test_a_lock_is_released_by_what_hold_answers():
    js_tabs = JsEnd()
    release = HostTabs(host(tabs=js_tabs)).hold("answer:m1")
    release()
    assert js_tabs.told == [("hold", "answer:m1"), ("release", "answer:m1")]


def test_held_names_are_a_set():
    class JsTabs(JsEnd):
        async def held(self):
            return '["answer:m1", "answer:m2"]'

    assert asyncio.run(HostTabs(host(tabs=JsTabs())).held()) == {"answer:m1", "answer:m2"}


def test_a_job_gets_its_files_as_handles_and_reports_as_dicts():
    js_jobs, heard = JsEnd(), []
    js_jobs.start = lambda text, handles, call: js_jobs.told.append((json.loads(text), handles, call))
    jobs = HostJobs(host(jobs=js_jobs))
    jobs.start({"job": "import"}, ["f1", {"handle": "f2", "name": "x"}], heard.append)
    ((request, handles, call),) = js_jobs.told
    assert (request, handles) == ({"job": "import"}, ["f1", "f2"])
    call('{"kind":"exported","blobs":{"file":"f3"}}')
    assert heard == [{"kind": "exported", "blobs": {"file": "f3"}}]
    jobs.tell({"job": "commit"})
    jobs.cancel()
    jobs.prepare()
    jobs.prepare(more=True)
    jobs.release()
    kinds = [("tell", '{"job": "commit"}'), ("cancel",), ("prepare", False), ("prepare", True)]
    assert js_jobs.told[1:] == [*kinds, ("release",)]
    js_jobs.cores = lambda: 2
    assert jobs.cores() == 2
