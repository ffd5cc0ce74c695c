"""HTTP/1.1 on loopback round the practice router: threads, sockets and pauses live here.

The API is under `/api/v1`, the sign-in page at `/auth`, the feed of policies
under `/api/frontend`. `POST /__faults` and `GET /__requests` steer and read
the server from another process.
"""

from __future__ import annotations

import secrets
import string
import sys
import threading
import time
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from typing import Any, Self, TypeVar

from inglenook.practice import Account, Pace, Router

from .faults import Faults
from .handler import API, PracticeHandler
from .record import Record, Seen

LETTERS = string.ascii_letters + string.digits
T = TypeVar("T")


def random_id() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(20))


class PracticeServer:
    """A running server: `with PracticeServer() as server: httpx.get(f"{server.base}/models")`.

    `port` 0 takes a free one. `pace` defaults to no pauses at all. A client
    that takes no bytes for `write_timeout_s` counts as gone.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        account: Account | None = None,
        pace: Pace | None = None,
        now: Callable[[], int] | None = None,
        write_timeout_s: float = 30,
        send_buffer: int | None = None,
    ) -> None:
        clock = now or (lambda: time.time_ns() // 1_000_000)
        self.router = Router(account, now=clock, new_id=random_id, pace=pace or Pace(0, 0))
        self.faults = Faults()
        self.record = Record()
        self.stopping = threading.Event()
        self.write_timeout_s = write_timeout_s
        self.send_buffer = send_buffer
        # The router decides without waiting and knows no threads, so one lock round each step is enough.
        self.lock = threading.Lock()
        handler = type("Handler", (PracticeHandler,), {"practice": self})
        self._http = _Server(("127.0.0.1", port), handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def base(self) -> str:
        return f"{self.origin}{API}"

    @property
    def requests(self) -> tuple[Seen, ...]:
        return self.record.all()

    def wait_for(self, predicate: Callable[[tuple[Seen, ...]], T], timeout_s: float = 5) -> T:
        """Wait until `predicate(requests)` is true and return it. Raises TimeoutError."""
        return self.record.wait_for(predicate, timeout_s)

    def start(self) -> Self:
        self._thread.start()
        return self

    def close(self) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that resets an idle connection is no event; anything else is printed."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)
