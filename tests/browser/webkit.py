"""WebKit by the WebDriver protocol, on a screen that nobody sees. Knows the wire, not the room.

https://www.w3.org/TR/webdriver2/#endpoints
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import time
from typing import Any, Self

from tests.browser.marionette import ELEMENT

START_S = 60
ANSWER_S = 60


class WebKit:
    """A WebKit with a profile of its own: `with WebKit(driver, browser, screen) as page: …`, the three programs."""

    def __init__(self, driver: str, browser: str, screen: str) -> None:
        self._programs = driver, browser, screen

    def __enter__(self) -> Self:
        driver, browser, screen = self._programs
        with contextlib.ExitStack() as stack:
            display = _screen(screen, stack)
            with socket.create_server(("127.0.0.1", 0)) as free:
                self._port = free.getsockname()[1]
            environment = dict(os.environ, DISPLAY=display)
            _run([driver, f"--port={self._port}"], stack, env=environment)
            self._wait()
            options = {"webkitgtk:browserOptions": {"binary": browser, "args": ["--automation"]}}
            self._session = ""
            made = self._command("POST", "/session", capabilities={"alwaysMatch": options})
            self._session = f"/session/{made['sessionId']}"
            stack.callback(self._command, "DELETE", "")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def go(self, url: str) -> None:
        self._command("POST", "/url", url=url)

    def run(self, expression: str) -> Any:
        """The value of an expression of the page, or of what it promises."""
        return self._command("POST", "/execute/sync", script=f"return ({expression});", args=[])

    def click(self, path: str) -> None:
        """Click what an XPath names."""
        self._command("POST", f"/element/{self._element(path)}/click")

    def type(self, path: str, text: str) -> None:
        self._command("POST", f"/element/{self._element(path)}/value", text=text)

    def _element(self, path: str) -> str:
        return self._command("POST", "/element", using="xpath", value=path)[ELEMENT]

    def _wait(self) -> None:
        """The driver says nothing when it listens; whoever starts it can only try again and again."""
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1):
                return
            time.sleep(0.05)
        raise RuntimeError("The driver of WebKit did not start.")

    def _command(self, method: str, path: str, **parameters: Any) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_S)
        with contextlib.closing(connection):
            body = None if method == "DELETE" else json.dumps(parameters)
            connection.request(method, self._session + path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            value = json.loads(answer.read())["value"]
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {value['error']}: {value['message']}")
        return value


def _run(command: list[str], stack: contextlib.ExitStack, **options: Any) -> None:
    """A program that ends with the stack."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    stack.callback(process.wait)
    stack.callback(process.terminate)


def _screen(program: str, stack: contextlib.ExitStack) -> str:
    """The name of a new screen."""
    read, write = os.pipe()
    with os.fdopen(read) as told:
        with os.fdopen(write):
            size = ["-screen", "0", "1280x800x24", "-nolisten", "tcp"]
            _run([program, "-displayfd", str(write), *size], stack, pass_fds=(write,))
        number = told.readline().strip()
    if not number:
        raise RuntimeError("The screen did not start.")
    return f":{number}"
