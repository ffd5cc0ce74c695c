"""A place on this machine that no page of ours may reach, with somebody there who notes every visitor."""

from __future__ import annotations

import socket
import threading
from typing import Self

ALLOWS_ALL = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


class Forbidden:
    """A server at a loopback address that the policy does not name. It notes who comes and for what; nobody may."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.2", 0))
        self.asked: list[bytes] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.2:{self._listening.getsockname()[1]}/"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.asked.append(connection.recv(1000).partition(b"\r\n")[0])
            connection.sendall(ALLOWS_ALL)
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._listening.close()
