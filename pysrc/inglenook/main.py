"""The composition root: the only file that names both the application and the browser.

`start` is called in the first worker and `start_job` in the second, each with
the `host` of `web/worker/host.js`. Importing this file does nothing: it is
imported while the memory snapshot is made.
"""

from __future__ import annotations

import os
import random
import secrets
import string
import sys
import traceback
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from inglenook import __version__
from inglenook.adapters.clock import SystemClock
from inglenook.adapters.fetch import FetchTransport
from inglenook.adapters.files import HostFiles, HostWriters
from inglenook.adapters.indexeddb import IndexedDB
from inglenook.adapters.jobs import HostJobs
from inglenook.adapters.journal import StoredJournal
from inglenook.adapters.page import HostPage
from inglenook.adapters.practice import PracticeTransport
from inglenook.adapters.store import Store
from inglenook.adapters.tabs import HostTabs
from inglenook.app.effects import CloseStream, OpenStream
from inglenook.app.messages import Failed
from inglenook.app.state import State
from inglenook.core.connection import Connection
from inglenook.core.errors import NewerSchema, StorageBlocked, StorageGone
from inglenook.jobs.worker import JobWorker
from inglenook.practice import Router
from inglenook.runtime.answers import Answers
from inglenook.runtime.connecting import Connecting
from inglenook.runtime.keeping import Keeping
from inglenook.runtime.knowing import Knowing
from inglenook.runtime.loop import Runtime
from inglenook.runtime.recording import Recording
from inglenook.runtime.transferring import Transferring
from inglenook.runtime.warming import warm_up
from inglenook.ui.views import Views

STORAGE_NEWS = {
    "blocked": StorageBlocked("Another tab keeps an older version of the database open."),
    "superseded": NewerSchema("A newer version of Inglenook has been opened in another tab."),
    "terminated": StorageGone("The browser closed the database."),
}


def start(js_host: Any) -> None:
    """Open the room: from here on Python answers what the page says."""
    reseed()
    clock, page, tabs = SystemClock(report), HostPage(js_host), HostTabs(js_host)
    database, files = IndexedDB(js_host), HostFiles(js_host)
    store = Store(database)
    http = FetchTransport(js_host)
    router = Router(now=clock.now_ms, new_id=practice_id)
    transports = {"practice": PracticeTransport(router, ""), "openrouter": http, "other": http}

    runtime = Runtime(State(version=__version__), clock, page, Views(), report)
    answers = Answers(transports, database, tabs, clock, runtime.dispatch)

    def ask(effect: OpenStream) -> Coroutine[Any, Any, None]:
        if effect.connection.kind == "practice":
            follow(router, effect.connection)
        return answers.open(effect)

    runtime.performers |= {OpenStream: ask, CloseStream: answers.close}
    runtime.performers |= Keeping(store, tabs, files, clock, runtime.dispatch).performers()
    runtime.performers |= Connecting(transports, store, clock, runtime.dispatch).performers()
    runtime.performers |= Knowing(transports, store, clock, runtime.dispatch).performers()
    recording = Recording(StoredJournal(database), store, tabs, HostWriters(js_host), page, runtime.dispatch)
    runtime.performers |= recording.performers()
    jobs = HostJobs(js_host)
    runtime.performers |= Transferring(jobs, page, tabs, clock, runtime.dispatch).performers()

    database.listen(lambda news: runtime.dispatch(Failed(STORAGE_NEWS[news])))
    page.listen(runtime.receive)
    warm_up(clock)


def follow(router: Router, connection: Connection) -> None:
    """The pretend account is as the user says: it trains, logs, and gives the discount."""
    said = connection.privacy.account
    router.account = replace(
        router.account, paid_training=said.trains, free_training=said.trains, lends_prompts=said.logs_prompts
    )


def start_job(js_host: Any) -> None:
    """Serve one job: an import or an export, asked for by the first worker."""
    reseed()
    page, files, jobs = HostPage(js_host), HostFiles(js_host), HostJobs(js_host)
    worker = JobWorker(Store(IndexedDB(js_host)), HostWriters(js_host), page.send, files.open, report, jobs)
    page.listen(worker.receive)
    worker.waits()


def reseed() -> None:
    """The snapshot holds the generator's state, which would be the same at every start."""
    random.seed(os.urandom(32))


def practice_id() -> str:
    """Twenty letters and digits, as the routing API's ids have them."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(20))


def report(error: BaseException) -> None:
    """Write an error to the browser's console, for whoever looks into it."""
    traceback.print_exception(error, file=sys.stderr)
